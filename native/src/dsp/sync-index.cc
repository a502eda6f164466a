#include "dsp/sync-index.h"

#include <algorithm>
#include <cmath>

#include "dsp/sync-fft.h"
#include "dsp/sync-highest.h"
#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {

/// A clip is cut to parts of this many envelope frames (82 s); blocks of a file are twice as long and overlap by half.
constexpr size_t kPart = 4096, kBlock = 2 * kPart, kBins = kPart + 1;
/// Bins that are summed over all bands at a time, so that the sum stays near the processor.
constexpr size_t kChunk = 1024;
constexpr size_t kLeastFrames = 50;  // a second
/// Parts correlated as one; more than these, and clocks that differ would smear them (5.5 min, 0.8 frames at 100 ppm).
constexpr size_t kGroup = 4;
/// Differences of clocks that are tried for clips of several groups.
constexpr double kDriftsPpm[] = {0, -50, 50, -100, 100};

/// sum += scale * conj(camera) * recorder
SYNC_VECTOR_CLONES
void addScaledProduct(const float* __restrict cr, const float* __restrict ci, const int16_t* __restrict rr,
                      const int16_t* __restrict ri, float scale, float* __restrict sumReal, float* __restrict sumImaginary,
                      size_t count) {
  for (size_t k = 0; k < count; ++k) {
    const float a = static_cast<float>(rr[k]) * scale, b = static_cast<float>(ri[k]) * scale;
    sumReal[k] += cr[k] * a + ci[k] * b;
    sumImaginary[k] += cr[k] * b - ci[k] * a;
  }
}

}  // namespace

EnvelopeSpectra::EnvelopeSpectra(const std::vector<float>& features)
    : frames_(features.size() / kFeatureBands), blocks_((frames_ + kPart - 1) / kPart + 1) {
  values_.resize(blocks_ * kFeatureBands * 2 * kBins);
  scales_.resize(blocks_ * kFeatureBands);
  RealFft& plan = planFor(kBlock);
  std::vector<float> samples(kBlock), spectrum(2 * kBins);
  for (size_t block = 0; block < blocks_; ++block) {
    // Block n begins at frame (n - 1) * kPart: the first holds what lies half a block before the file, nothing.
    for (size_t band = 0; band < kFeatureBands; ++band) {
      const float* from = features.data() + band * frames_;
      std::fill(samples.begin(), samples.end(), 0.0f);
      const size_t start = block == 0 ? 0 : (block - 1) * kPart, end = std::min(frames_, (block + 1) * kPart);
      if (start < end) std::copy(from + start, from + end, samples.begin() + (block == 0 ? kPart : 0));
      plan.forward(samples.data(), spectrum.data(), spectrum.data() + kBins);
      float highest = 0;
      for (const float value : spectrum) highest = std::max(highest, std::fabs(value));
      if (highest == 0) continue;
      const size_t place = block * kFeatureBands + band;
      scales_[place] = highest / 32767.0f;
      const float factor = 32767.0f / highest;
      int16_t* out = values_.data() + place * 2 * kBins;
      for (size_t k = 0; k < 2 * kBins; ++k) out[k] = static_cast<int16_t>(std::lrint(spectrum[k] * factor));
    }
  }
}

EnvelopeSearch::EnvelopeSearch(const std::vector<float>& features, size_t from, size_t to)
    : frames_(to - from), parts_((frames_ + kPart - 1) / kPart) {
  const size_t all = features.size() / kFeatureBands;
  values_.resize(parts_ * kFeatureBands * 2 * kBins);
  RealFft& plan = planFor(kBlock);
  std::vector<float> samples(kBlock);
  for (size_t part = 0; part < parts_; ++part) {
    for (size_t band = 0; band < kFeatureBands; ++band) {
      const float* row = features.data() + band * all + from;
      const size_t start = part * kPart, end = std::min(frames_, start + kPart);
      std::fill(samples.begin(), samples.end(), 0.0f);
      std::copy(row + start, row + end, samples.begin());
      float* out = values_.data() + (part * kFeatureBands + band) * 2 * kBins;
      plan.forward(samples.data(), out, out + kBins);
    }
  }
}

void EnvelopeSearch::correlate(const EnvelopeSpectra& recorder, size_t from, size_t to, int64_t firstLag,
                               std::vector<float>& into) const {
  RealFft& plan = planFor(kBlock);
  std::vector<float> real(kBins), imaginary(kBins), samples(kBlock);
  const auto blocks = static_cast<int64_t>(recorder.blocks_);
  // Turn t gives the lags from (t - 1) * kPart on, counted against the start of part `from`, of which the first half
  // of the block is free of wrapping; part p then meets block t + p - from.
  for (int64_t turn = -static_cast<int64_t>(to - from) + 1; turn < blocks; ++turn) {
    const int64_t lag = (turn - 1) * static_cast<int64_t>(kPart) - static_cast<int64_t>(from * kPart) - firstLag;
    if (lag + static_cast<int64_t>(kPart) <= 0 || lag >= static_cast<int64_t>(into.size())) continue;
    std::fill(real.begin(), real.end(), 0.0f);
    std::fill(imaginary.begin(), imaginary.end(), 0.0f);
    for (size_t k = 0; k < kBins; k += kChunk) {
      const size_t count = std::min(kChunk, kBins - k);
      for (size_t part = from; part < to; ++part) {
        const int64_t block = turn + static_cast<int64_t>(part - from);
        if (block < 0 || block >= blocks) continue;
        for (size_t band = 0; band < kFeatureBands; ++band) {
          const size_t place = static_cast<size_t>(block) * kFeatureBands + band;
          if (recorder.scales_[place] == 0) continue;
          const float* c = values_.data() + (part * kFeatureBands + band) * 2 * kBins + k;
          const int16_t* r = recorder.values_.data() + place * 2 * kBins + k;
          addScaledProduct(c, c + kBins, r, r + kBins, recorder.scales_[place], real.data() + k, imaginary.data() + k, count);
        }
      }
    }
    plan.inverse(real.data(), imaginary.data(), samples.data());
    const int64_t end = std::min<int64_t>(static_cast<int64_t>(kPart), static_cast<int64_t>(into.size()) - lag);
    for (int64_t i = std::max<int64_t>(0, -lag); i < end; ++i) into[static_cast<size_t>(lag + i)] += samples[static_cast<size_t>(i)];
  }
}

std::vector<Candidate> EnvelopeSearch::find(const EnvelopeSpectra& recorder, size_t most) const {
  const size_t recorderFrames = recorder.frames_;
  if (frames_ < kLeastFrames || recorderFrames < kLeastFrames) return {};
  const auto firstLag = -static_cast<int64_t>(frames_ - kLeastFrames);
  const auto lastLag = static_cast<int64_t>(recorderFrames - kLeastFrames);
  std::vector<float> scores(static_cast<size_t>(lastLag - firstLag + 1), 0.0f);
  std::vector<float> plain;
  if (parts_ <= kGroup) {
    correlate(recorder, 0, parts_, firstLag, scores);
  } else {
    // Each group lies by itself; what the clocks differ by shifts it against the others.
    std::vector<std::vector<float>> groups;
    for (size_t from = 0; from < parts_; from += kGroup) {
      groups.emplace_back(scores.size(), 0.0f);
      correlate(recorder, from, std::min(parts_, from + kGroup), firstLag, groups.back());
    }
    std::vector<float> sum(scores.size());
    for (const double drift : kDriftsPpm) {
      std::fill(sum.begin(), sum.end(), 0.0f);
      for (size_t g = 0; g < groups.size(); ++g) {
        const double away = (static_cast<double>(g) - static_cast<double>(groups.size() - 1) / 2) * kGroup * kPart;
        const auto shift = static_cast<int64_t>(std::llround(away * drift * 1e-6));
        const auto count = static_cast<int64_t>(sum.size());
        for (int64_t i = std::max<int64_t>(0, -shift); i < std::min(count, count - shift); ++i) {
          sum[static_cast<size_t>(i)] += groups[g][static_cast<size_t>(i + shift)];
        }
      }
      if (drift == 0) plain = scores = sum;
      for (size_t i = 0; i < sum.size(); ++i) scores[i] = std::max(scores[i], sum[i]);
    }
  }
  // Heights are told in what the search makes of unrelated sound, without a choice among drifts.
  double squares = 0;
  for (int64_t lag = firstLag; lag <= lastLag; ++lag) {
    const int64_t overlap = std::min(static_cast<int64_t>(recorderFrames), lag + static_cast<int64_t>(frames_)) -
                            std::max<int64_t>(0, lag);
    const auto i = static_cast<size_t>(lag - firstLag);
    const float scale = 1.0f / std::sqrt(static_cast<float>(overlap) + 50.0f);
    const float height = (plain.empty() ? scores[i] : plain[i]) * scale;
    scores[i] *= scale;
    squares += static_cast<double>(height) * height;
  }
  const double deviation = std::sqrt(squares / static_cast<double>(scores.size())) + 1e-9;
  std::vector<Candidate> found;
  for (const size_t at : highestApart(scores, most, 8)) {
    const auto lag = static_cast<double>(firstLag + static_cast<int64_t>(at));
    double fraction = 0;
    if (at > 0 && at + 1 < scores.size()) {
      const double a = scores[at - 1], b = scores[at], c = scores[at + 1];
      const double curve = a - 2 * b + c;
      if (curve < 0) fraction = std::clamp(0.5 * (a - c) / curve, -0.5, 0.5);
    }
    if (scores[at] > 0) found.push_back({(lag + fraction) / kFeatureRate, scores[at] / deviation});
  }
  return found;
}

std::vector<IndexCandidate> searchIndex(const SignalReader& camera, const std::vector<const EnvelopeSpectra*>& recorders,
                                        const IndexRequest& request, CancelFlag& cancel) {
  const size_t frames = camera.featureFrames();
  const auto frameAt = [&](double seconds) {
    return static_cast<size_t>(std::clamp(std::round(seconds * kFeatureRate), 0.0, static_cast<double>(frames)));
  };
  const size_t from = frameAt(request.cameraFrom), to = std::max(from, frameAt(request.cameraTo));
  const EnvelopeSearch search(camera.features(), from, to);
  std::vector<IndexCandidate> found;
  for (size_t recorder = 0; recorder < recorders.size(); ++recorder) {
    if (cancel.load(std::memory_order_relaxed)) return {};
    for (Candidate candidate : search.find(*recorders[recorder], request.most)) {
      candidate.offsetSeconds -= static_cast<double>(from) / kFeatureRate;
      found.push_back({recorder, candidate});
    }
  }
  return found;
}

}  // namespace twopop::sync
