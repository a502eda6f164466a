// What recorder channels are to each other: copies, sums, and sounds that only one of them hears.
#include <algorithm>
#include <cmath>

#include "dsp/sync-statistics.h"
#include "dsp/sync-tracks.h"

namespace twopop::sync {

namespace {

constexpr float kFloor = 1e-12f;

}  // namespace

void TrackAssessment::measureSums() {
  // More than these nobody mixes on a recorder, and the work grows with the square.
  const size_t count = std::min<size_t>(channels_, 16);
  std::vector<double> products(count * count);
  for (size_t a = 0; a < count; ++a) {
    for (size_t b = 0; b <= a; ++b) {
      products[a * count + b] = products[b * count + a] = product(low_[a].data(), low_[b].data(), low_[a].size());
    }
  }
  products_.push_back(std::move(products));
}

/// A copy is the same waveform at any gain; a sum is what others, at gains that may move from window to window, add up
/// to. Of microphones that add up with one turned round, the one that is the plain sum is it.
void TrackAssessment::tellSums(std::vector<TrackMeasure>& measures) const {
  const size_t count = std::min<size_t>(channels_, 16);
  if (products_.empty()) return;
  std::vector<double> total(count * count);
  for (const auto& products : products_) {
    for (size_t i = 0; i < total.size(); ++i) total[i] += products[i];
  }
  std::vector<size_t> own;
  for (size_t c = 0; c < count; ++c) {
    if (measures[c].levelDbfs <= -144) continue;
    for (const size_t other : own) {
      const double both = std::sqrt(total[c * count + c] * total[other * count + other]);
      if (both > 0 && total[c * count + other] > 0.9995 * both) measures[c].copyOf = static_cast<int>(other);
    }
    if (measures[c].copyOf < 0) own.push_back(c);
  }
  if (own.size() < 3) return;
  for (const size_t target : own) {
    std::vector<size_t> parts;
    for (const size_t c : own) {
      if (c != target) parts.push_back(c);
    }
    const size_t n = parts.size();
    double left = 0, whole = 0;
    std::vector<double> gains(n);
    for (const auto& products : products_) {
      // Cholesky of the parts' products, a little lifted so that a silent part gets no gain.
      std::vector<double> matrix(n * n), solution(n);
      double trace = 0;
      for (size_t i = 0; i < n; ++i) trace += products[parts[i] * count + parts[i]];
      if (trace <= 0) continue;
      for (size_t i = 0; i < n; ++i) {
        for (size_t j = 0; j < n; ++j) matrix[i * n + j] = products[parts[i] * count + parts[j]];
        matrix[i * n + i] += 1e-7 * trace;
        solution[i] = products[parts[i] * count + target];
      }
      for (size_t i = 0; i < n; ++i) {
        for (size_t j = 0; j <= i; ++j) {
          double sum = matrix[i * n + j];
          for (size_t k = 0; k < j; ++k) sum -= matrix[i * n + k] * matrix[j * n + k];
          matrix[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-30)) : sum / matrix[j * n + j];
        }
      }
      for (size_t i = 0; i < n; ++i) {
        for (size_t k = 0; k < i; ++k) solution[i] -= matrix[i * n + k] * solution[k];
        solution[i] /= matrix[i * n + i];
      }
      for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; ++k) solution[i] -= matrix[k * n + i] * solution[k];
        solution[i] /= matrix[i * n + i];
      }
      const double energy = products[target * count + target];
      double explained = 0;
      for (size_t i = 0; i < n; ++i) explained += solution[i] * products[parts[i] * count + target];
      left += std::max(0.0, energy - explained);
      whole += energy;
      // By what each part brings to the sum.
      for (size_t i = 0; i < n; ++i) {
        gains[i] += (solution[i] < 0 ? -1 : 1) * solution[i] * solution[i] * products[parts[i] * count + parts[i]];
      }
    }
    size_t adding = 0;
    bool takesAway = false;
    for (const double gain : gains) {
      if (gain > 0.003 * whole) ++adding;
      if (gain < -0.003 * whole) takesAway = true;
    }
    measures[target].sum = whole > 0 && left < 0.02 * whole && adding >= 2 && !takesAway;
  }
  for (TrackMeasure& measure : measures) {
    if (measure.copyOf >= 0) measure.sum = measures[static_cast<size_t>(measure.copyOf)].sum;
  }
}

/// Frames in which a channel is well over its own floor and 20 dB further up, against its own loud speech, than every
/// other channel is. Needs two channels that were not made from each other.
void TrackAssessment::tellAlone(std::vector<TrackMeasure>& measures) const {
  std::vector<size_t> own;
  for (size_t c = 0; c < channels_; ++c) {
    if (measures[c].levelDbfs > -144 && measures[c].copyOf < 0 && !measures[c].sum) own.push_back(c);
  }
  if (own.size() < 2) return;
  const size_t frames = tracks_[own[0]].bands.size() / kBands;
  std::vector<std::vector<float>> levels;  // over the channel's loud speech
  std::vector<float> floors;
  for (const size_t c : own) {
    std::vector<float> sums(frames);
    for (size_t f = 0; f < frames; ++f) {
      for (size_t b = 0; b < kBands; ++b) sums[f] += tracks_[c].bands[f * kBands + b];
    }
    const auto loud = static_cast<float>(loudestTenth(sums) + kFloor);
    floors.push_back(quantile(sums, 0.05) / loud);
    for (float& value : sums) value /= loud;
    levels.push_back(std::move(sums));
  }
  for (size_t i = 0; i < own.size(); ++i) {
    size_t alone = 0;
    for (size_t f = 0; f < frames; ++f) {
      if (levels[i][f] < 30 * floors[i] || levels[i][f] < 1e-3f) continue;
      bool shared = false;
      for (size_t k = 0; k < own.size() && !shared; ++k) {
        shared = k != i && std::max(levels[k][f], floors[k]) > levels[i][f] / 100;
      }
      if (!shared) ++alone;
    }
    measures[own[i]].aloneShare = frames ? static_cast<double>(alone) / static_cast<double>(frames) : 0;
  }
}

}  // namespace twopop::sync
