// Windows near an expected offset, and the straight line of lag over time that gathers the most.
#include <algorithm>
#include <array>
#include <cmath>

#include "dsp/sync-correlate.h"
#include "dsp/sync-fft.h"
#include "dsp/sync-kept-windows.h"
#include "dsp/sync-path.h"
#include "dsp/sync-spectra.h"
#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {

constexpr size_t kWindow = 16384;  // 1.37 s at 12 kHz: a drift of 100 ppm smears it by under two samples
constexpr size_t kShortestLength = 32768;
/// Lags on either side that a path is followed over at least, where the transform has room for them.
constexpr double kLeastFollowSeconds = 0.6;
constexpr float kSilentLevel = 1e-6f;
/// Below this score of the line there is no path worth following.
constexpr double kLeastFollowedScore = 7;

SYNC_VECTOR_CLONES
void addRow(float* __restrict sum, const float* __restrict row, size_t count) {
  for (size_t i = 0; i < count; ++i) sum[i] += row[i];
}

/// The highest point of |row| within a quarter millisecond of a place, between the samples too: the band reaches so
/// near to half the rate that a peak halfway between two samples would else lose a quarter of its height.
float heightNear(const std::vector<float>& row, int64_t at) {
  constexpr int64_t kAround = 3, kTaps = 8;
  constexpr int kSteps = 4;
  static const auto filters = [] {
    std::array<std::array<float, 2 * kTaps>, kSteps> made{};
    for (int f = 0; f < kSteps; ++f) {
      for (int64_t k = 0; k < 2 * kTaps; ++k) {
        const double t = static_cast<double>(f) / kSteps - static_cast<double>(k - kTaps + 1);
        const double angle = 3.14159265358979323846 * t;
        const double window = 0.5 + 0.5 * std::cos(angle / (kTaps + 0.5));
        made[static_cast<size_t>(f)][static_cast<size_t>(k)] =
            static_cast<float>(t == 0 ? 1.0 : window * std::sin(angle) / angle);
      }
    }
    return made;
  }();
  const auto size = static_cast<int64_t>(row.size());
  float best = 0;
  for (int64_t i = std::max<int64_t>(0, at - kAround); i <= std::min(size - 1, at + kAround); ++i) {
    best = std::max(best, std::fabs(row[static_cast<size_t>(i)]));
    if (i < kTaps || i + kTaps >= size || i == at + kAround) continue;
    for (size_t f = 1; f < kSteps; ++f) {
      float sum = 0;
      for (int64_t k = 0; k < 2 * kTaps; ++k) {
        sum += filters[f][static_cast<size_t>(k)] * row[static_cast<size_t>(i + k - kTaps + 1)];
      }
      best = std::max(best, std::fabs(sum));
    }
  }
  return best;
}

/// A window of the clip: its level, and the phases of its band unless it is silent. `samples` and `spectrum` are room.
std::shared_ptr<const KeptWindow> cameraWindow(const SignalReader& camera, const WindowKey& key, size_t fromBin,
                                               size_t toBin, std::vector<float>& samples, Spectrum& spectrum) {
  // The longest transforms are few, and large.
  KeptWindows* kept = key.length == kShortestLength ? camera.keptWindows() : nullptr;
  if (kept) {
    if (auto window = kept->find(key)) return window;
  }
  const auto window = std::make_shared<KeptWindow>();
  window->key = key;
  std::fill(samples.begin(), samples.end(), 0.0f);
  readWindow(camera, Rate::low, key.startLow, key.count, key.driftPpm, samples.data());
  window->level = rootMeanSquare(samples.data(), key.count);
  if (window->level >= kSilentLevel) {
    taper(samples.data(), key.count, key.count / 8);
    planFor(key.length).forward(samples.data(), spectrum.real.data(), spectrum.imaginary.data());
    shapeSpectrum(spectrum.real.data(), spectrum.imaginary.data(), spectrum.real.size(), fromBin, toBin, 0.0f);
    const auto part = [&](const std::vector<float>& all) {
      return std::vector<float>(all.begin() + static_cast<ptrdiff_t>(fromBin), all.begin() + static_cast<ptrdiff_t>(toBin));
    };
    window->band = {part(spectrum.real), part(spectrum.imaginary)};
  }
  if (kept) kept->keep(window);
  return window;
}

}  // namespace

TrackResult trackLine(const SignalReader& camera, const SignalReader& recorder, const TrackRequest& request,
                      CancelFlag& cancel) {
  TrackResult result;
  const double stretch = 1 + request.driftPpm * 1e-6;
  const double windowSeconds = kWindow / kLowRate;
  // Only where both files have sound.
  double from = std::max(request.cameraFrom, -(request.offsetSeconds + request.toleranceSeconds) / stretch);
  double to = std::min(request.cameraTo, (recorder.seconds() - request.offsetSeconds + request.toleranceSeconds) / stretch);
  from = std::max(0.0, from);
  to = std::min(camera.seconds(), to);
  const double span = to - from;
  if (span < 0.3) return result;
  const auto count = static_cast<size_t>(std::min(static_cast<double>(kWindow), span * kLowRate));
  const double usedSeconds = static_cast<double>(count) / kLowRate;
  // Windows overlap by half as long as there are few.
  const auto places = static_cast<size_t>(std::max(1.0, std::floor((span - usedSeconds) / (windowSeconds * 0.75)) + 1));
  const size_t windows = std::min(places, std::max<size_t>(1, request.mostWindows));
  const double middle = (from + to) / 2;

  const double reachSeconds = request.toleranceSeconds + request.driftRangePpm * 1e-6 * span / 2;
  const double followSeconds = std::max(kLeastFollowSeconds, request.followSeconds);
  const size_t length = nextPowerOfTwo(std::max(
      kShortestLength, kWindow + 2 * static_cast<size_t>(std::max(std::min(reachSeconds, 6.0), request.followSeconds) * kLowRate)));
  const size_t margin = (length - kWindow) / 2;
  RealFft& plan = planFor(length);
  const size_t bins = plan.bins();
  const auto bin = [&](double hz) { return static_cast<size_t>(hz / kLowRate * static_cast<double>(length)); };
  const size_t fromBin = bin(160), toBin = bin(5000);

  const auto mostReach = static_cast<int64_t>(margin) - 8;
  const auto slopeReach = std::min<int64_t>(mostReach, static_cast<int64_t>(std::ceil(reachSeconds * kLowRate)) + 4);
  const auto reach = std::min<int64_t>(mostReach, slopeReach + static_cast<int64_t>(followSeconds * kLowRate));
  const size_t rowLength = static_cast<size_t>(2 * reach + 1);
  std::vector<std::vector<float>> rows;
  std::vector<double> times;
  std::vector<float> noises;
  std::vector<float> cameraLevels, recorderLevels;
  std::vector<float> y(length);
  Spectrum spectrum, product;
  spectrum.resize(bins);
  product.resize(bins);
  const double cameraPpm = isReadPlainly(request.driftPpm) ? 0 : request.driftPpm;
  double variance = 0;
  for (size_t w = 0; w < windows; ++w) {
    if (cancel.load(std::memory_order_relaxed)) return result;
    double start = from + (windows > 1 ? (span - usedSeconds) * static_cast<double>(w) / static_cast<double>(windows - 1) : 0);
    const double startLow = std::round(start * kLowRate);
    start = startLow / kLowRate;
    const auto window = cameraWindow(camera, {startLow, count, length, cameraPpm}, fromBin, toBin, y, spectrum);
    const float level = window->level;
    if (level < kSilentLevel) continue;
    const double recorderStart = (request.offsetSeconds + start * stretch) * kLowRate;
    const auto recorderFirst = static_cast<int64_t>(std::llround(recorderStart)) - static_cast<int64_t>(margin);
    recorder.readLow(recorderFirst, length, y.data());
    const float recorderLevel = rootMeanSquare(y.data() + margin, count);
    if (recorderLevel < 1e-7f) continue;
    plan.forward(y.data(), spectrum.real.data(), spectrum.imaginary.data());
    shapeSpectrum(spectrum.real.data(), spectrum.imaginary.data(), bins, fromBin, toBin, 0.5f);
    conjugateProduct(window->band.real.data(), window->band.imaginary.data(), spectrum.real.data() + fromBin,
                     spectrum.imaginary.data() + fromBin, product.real.data() + fromBin,
                     product.imaginary.data() + fromBin, toBin - fromBin);
    plan.inverse(product.real.data(), product.imaginary.data(), y.data());
    const float noise = rootMeanSquare(y.data(), 2 * margin) + 1e-20f;
    // Loud windows count more, but a clap may not outweigh all the rest.
    const float weight = 1.0f / std::sqrt(noise);
    std::vector<float> row(rowLength);
    for (size_t i = 0; i < rowLength; ++i) {
      row[i] = y[static_cast<size_t>(static_cast<int64_t>(margin) - reach + static_cast<int64_t>(i))] * weight;
    }
    variance += static_cast<double>(noise * weight) * (noise * weight);
    noises.push_back(noise * weight);
    times.push_back(start + usedSeconds / 2);
    cameraLevels.push_back(level);
    recorderLevels.push_back(recorderLevel);
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return result;
  const double deviation = std::sqrt(variance);

  const auto tolerance = static_cast<int64_t>(std::ceil(request.toleranceSeconds * kLowRate));
  const int64_t lagsTried = std::min(tolerance, slopeReach);
  const size_t tried = static_cast<size_t>(2 * lagsTried + 1);
  const double half = std::max(usedSeconds, span / 2);
  const double slopeStep = 1.0 / (half * kLowRate);  // one sample at the ends
  const auto slopes = static_cast<int64_t>(std::floor(request.driftRangePpm * 1e-6 / slopeStep));
  std::vector<float> sum(tried), best(tried, 0.0f);
  std::vector<int32_t> bestSlope(tried, 0);
  const auto lineLag = [&](double slope, size_t w) {
    return static_cast<int64_t>(std::llround(slope * (times[w] - middle) * kLowRate));
  };
  for (int64_t s = -slopes; s <= slopes; ++s) {
    if (cancel.load(std::memory_order_relaxed)) return result;
    const double slope = static_cast<double>(s) * slopeStep;
    std::fill(sum.begin(), sum.end(), 0.0f);
    for (size_t w = 0; w < rows.size(); ++w) {
      const int64_t shift = std::clamp<int64_t>(reach - lagsTried + lineLag(slope, w), 0,
                                                static_cast<int64_t>(rowLength - tried));
      addRow(sum.data(), rows[w].data() + shift, tried);
    }
    for (size_t i = 0; i < tried; ++i) {
      if (std::fabs(sum[i]) > std::fabs(best[i])) {
        best[i] = sum[i];
        bestSlope[i] = static_cast<int32_t>(s);
      }
    }
  }
  size_t top = 0;
  for (size_t i = 1; i < tried; ++i) {
    if (std::fabs(best[i]) > std::fabs(best[top])) top = i;
  }
  const auto apart = static_cast<size_t>(0.006 * kLowRate);
  float second = 0;
  size_t secondAt = top;
  for (size_t i = 0; i < tried; ++i) {
    if ((i > top ? i - top : top - i) > apart && std::fabs(best[i]) > second) {
      second = std::fabs(best[i]);
      secondAt = i;
    }
  }
  result.found = true;
  result.score = std::fabs(best[top]) / deviation;
  result.secondScore = second / deviation;
  result.inverted = best[top] < 0;
  const double slope = static_cast<double>(bestSlope[top]) * slopeStep;
  const auto lagOf = [&](size_t i) { return (static_cast<double>(i) - static_cast<double>(lagsTried)) / kLowRate; };
  // lag at the middle + slope away from it, on top of the line that was asked for
  result.driftPpm = request.driftPpm + slope * 1e6;
  result.offsetSeconds = request.offsetSeconds + lagOf(top) - slope * middle;
  result.secondOffsetSeconds = request.offsetSeconds + lagOf(secondAt) - static_cast<double>(bestSlope[secondAt]) * slopeStep * middle;
  const auto centre = [&](size_t w) {
    return static_cast<int64_t>(top) + std::clamp<int64_t>(reach - lagsTried + lineLag(slope, w), 0,
                                                           static_cast<int64_t>(rowLength - tried));
  };
  std::vector<int64_t> path(rows.size(), 0);
  if (result.score >= kLeastFollowedScore && rows.size() > 2) {
    // As far as every window can see.
    int64_t sight = static_cast<int64_t>(rowLength);
    for (size_t w = 0; w < rows.size(); ++w) {
      sight = std::min({sight, centre(w), static_cast<int64_t>(rowLength) - 1 - centre(w)});
    }
    std::vector<int64_t> centres(rows.size());
    for (size_t w = 0; w < rows.size(); ++w) centres[w] = centre(w);
    // The line may lie on an echo of the other sign, where a jump happens to lead from one echo to another.
    const double hop = (to - from) / static_cast<double>(rows.size());
    const float likelier = result.inverted ? -1.0f : 1.0f;
    Path found = followPath(rows, noises, centres, likelier, sight, hop);
    // Even, upright is taken.
    if (mostWorth(rows, noises, centres, -likelier, sight) >= found.worth) {
      Path other = followPath(rows, noises, centres, -likelier, sight, hop);
      if (result.inverted ? other.worth >= found.worth : other.worth > found.worth) {
        result.inverted = !result.inverted;
        found = std::move(other);
      }
    }
    path = std::move(found.lags);
  }
  const std::vector<size_t> runs = runsOf(path, times);
  for (size_t w = 0; w < rows.size(); ++w) {
    const int64_t at = centre(w);
    const float own = highest(rows[w].data(), rowLength);
    const auto ownAt = static_cast<int64_t>(
        std::find_if(rows[w].begin(), rows[w].end(), [&](float v) { return std::fabs(v) == own; }) - rows[w].begin());
    result.windows.push_back({times[w], heightNear(rows[w], at) / noises[w], static_cast<double>(ownAt - at) / kLowRate,
                              own / noises[w], static_cast<double>(path[w]) / kLowRate,
                              heightNear(rows[w], at + path[w]) / noises[w], cameraLevels[w], recorderLevels[w], {}});
    for (size_t r = 0; r + 1 < runs.size(); ++r) {
      // A run's lag where it comes nearest to this window.
      const size_t nearest = std::clamp(w, runs[r], runs[r + 1] - 1);
      const int64_t there = std::clamp<int64_t>(at + path[nearest], 0, static_cast<int64_t>(rowLength) - 1);
      result.windows.back().runScores.push_back(heightNear(rows[w], there) / noises[w]);
    }
  }
  return result;
}

}  // namespace twopop::sync
