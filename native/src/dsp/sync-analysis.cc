#include "dsp/sync-analysis.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "dsp/sync-fft.h"
#include "dsp/sync-statistics.h"
#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr size_t kTaps = 96;          // 95 used, one zero so that the loop runs in eights
constexpr size_t kHalfTaps = 47;      // the filter's middle
constexpr size_t kFrame = 512;        // 43 ms at 12 kHz
constexpr size_t kHop = 240;          // 20 ms
constexpr double kLowestBandHz = 200;
constexpr double kHighestBandHz = 4800;
constexpr float kSilence = 1e-5f;     // -100 dBFS
// Timecode is looked for in the first seconds of every half minute, and read on while it is found.
constexpr int64_t kLtcProbePeriod = 30 * 48000;
constexpr int64_t kLtcProbeLength = 2 * 48000;
// How much is heard before the channels to mix are chosen, and the most samples kept for that.
constexpr size_t kHeadFrames = 10 * 48000;
constexpr size_t kHeadSamples = 8 * kHeadFrames;
constexpr size_t kLeastClockWords = 5;
/// A channel less alike than this to the first does not run together with it. Both channels of a camera's own stereo
/// microphone give 0.95 and more on generated days, a wireless microphone beside it 0.1 and less.
constexpr double kRunsTogether = 0.5;
/// A channel this far under the loudest is an input with nothing on it, as a share of squares: -26 dB.
constexpr double kUnused = 0.0025;

const std::array<float, kTaps>& decimationFilter() {
  static const std::array<float, kTaps> taps = [] {
    std::array<float, kTaps> made{};
    double sum = 0;
    const double cutoff = 5300.0 / kFullRate;
    for (size_t i = 0; i < kTaps - 1; ++i) {
      const double t = static_cast<double>(i) - static_cast<double>(kHalfTaps);
      const double sinc = t == 0 ? 2 * cutoff : std::sin(2 * kPi * cutoff * t) / (kPi * t);
      const double x = t / (static_cast<double>(kHalfTaps) + 1);
      const double window = 0.42 + 0.5 * std::cos(kPi * x) + 0.08 * std::cos(2 * kPi * x);
      made[i] = static_cast<float>(sinc * window);
      sum += sinc * window;
    }
    for (float& tap : made) tap = static_cast<float>(tap / sum);
    return made;
  }();
  return taps;
}

SYNC_VECTOR_CLONES
void decimate(const float* __restrict in, const float* __restrict taps, float* __restrict out, size_t count) {
  for (size_t k = 0; k < count; ++k) {
    const float* from = in + k * kDecimation;
    float sums[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    for (size_t i = 0; i < kTaps; i += 8) {
      for (size_t j = 0; j < 8; ++j) sums[j] += from[i + j] * taps[i + j];
    }
    out[k] = ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
  }
}

/// So many are worked on side by side: fewer the compiler would unroll and leave one by one.
constexpr size_t kLanes = 64;

struct Sums {
  float squares, peak;
};

float sumOfLanes(const float* lanes) {
  float sum = 0;
  for (size_t j = 0; j < kLanes; ++j) sum += lanes[j];
  return sum;
}

SYNC_VECTOR_CLONES
float productsOf(const float* __restrict a, const float* __restrict b, size_t count) {
  float products[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) products[j] += a[i + j] * b[i + j];
  }
  float sum = sumOfLanes(products);
  for (; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

SYNC_VECTOR_CLONES
float squaresOf(const float* __restrict samples, size_t count) {
  float squares[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) squares[j] += samples[i + j] * samples[i + j];
  }
  float sum = sumOfLanes(squares);
  for (; i < count; ++i) sum += samples[i] * samples[i];
  return sum;
}

/// Of one piece of a channel; short enough for single precision.
Sums sumsOf(const float* samples, size_t count) { return {squaresOf(samples, count), peakOf(samples, count)}; }

SYNC_VECTOR_CLONES
void addSamples(const float* __restrict samples, float* __restrict sum, size_t count) {
  for (size_t i = 0; i < count; ++i) sum[i] += samples[i];
}

SYNC_VECTOR_CLONES
void scaleAndHold(float scale, float* __restrict samples, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const float value = samples[i] * scale;
    samples[i] = value > 64.0f ? 64.0f : value < -64.0f ? -64.0f : value;
  }
}

SYNC_VECTOR_CLONES
void weigh(const float* __restrict samples, const float* __restrict gains, float* __restrict out) {
  for (size_t i = 0; i < kFrame; ++i) out[i] = samples[i] * gains[i];
}

SYNC_VECTOR_CLONES
void powersOf(const float* __restrict real, const float* __restrict imaginary, float* __restrict powers, size_t count) {
  for (size_t k = 0; k < count; ++k) powers[k] = real[k] * real[k] + imaginary[k] * imaginary[k];
}

constexpr size_t kSumFrames = 1024;

struct BandEdges {
  std::array<size_t, kFeatureBands + 1> bins;
  std::array<float, kFrame> window;
};

const BandEdges& bandEdges() {
  static const BandEdges edges = [] {
    BandEdges made{};
    for (size_t b = 0; b <= kFeatureBands; ++b) {
      const double hz = kLowestBandHz * std::pow(kHighestBandHz / kLowestBandHz,
                                                 static_cast<double>(b) / static_cast<double>(kFeatureBands));
      made.bins[b] = static_cast<size_t>(std::lround(hz / kLowRate * kFrame));
    }
    for (size_t i = 0; i < kFrame; ++i) {
      made.window[i] = static_cast<float>(0.5 - 0.5 * std::cos(2 * kPi * (static_cast<double>(i) + 0.5) / kFrame));
    }
    return made;
  }();
  return edges;
}

}  // namespace

SourceAnalysis::SourceAnalysis(size_t channels, uint64_t channelMask, SignalWriter& writer)
    : channels_(channels), mask_(channelMask), writer_(writer), levels_(channels) {
  // Half a filter of silence before the first sample puts low-rate sample k exactly at full-rate sample 4k.
  pendingFull_.assign(kHalfTaps, 0.0f);
  // Likewise half a frame before the first feature.
  pendingLow_.assign(kFrame / 2, 0.0f);
}

double SourceAnalysis::rms() const { return frames_ ? std::sqrt(squareSum_ / static_cast<double>(frames_)) : 0; }

double SourceAnalysis::soundingShare() const {
  return framesHeard_ ? static_cast<double>(soundingFrames_) / static_cast<double>(framesHeard_) : 0;
}

void SourceAnalysis::pushInterleaved(const float* interleaved, size_t frames) {
  planes_.resize(channels_);
  std::vector<const float*> planes(channels_);
  for (size_t c = 0; c < channels_; ++c) {
    planes_[c].resize(frames);
    float* out = planes_[c].data();
    const float* in = interleaved + c;
    for (size_t i = 0; i < frames; ++i) {
      const float value = in[i * channels_];
      out[i] = std::isfinite(value) ? value : 0.0f;
    }
    planes[c] = out;
  }
  push(planes.data(), frames);
}

void SourceAnalysis::push(const float* const* planes, size_t frames) {
  if (frames == 0) return;
  measure(planes, frames);
  frames_ += static_cast<int64_t>(frames);
  if (mask_ != 0) return mix(planes, frames);
  head_.resize(channels_);
  for (size_t c = 0; c < channels_; ++c) head_[c].insert(head_[c].end(), planes[c], planes[c] + frames);
  if (head_[0].size() >= kHeadFrames || head_[0].size() * channels_ >= kHeadSamples) mixHead();
}

void SourceAnalysis::measure(const float* const* planes, size_t frames) {
  for (size_t c = 0; c < channels_; ++c) {
    ChannelLevels& level = levels_[c];
    const float* in = planes[c];
    for (size_t i = 0; i < frames; i += kSumFrames) {
      const size_t count = std::min(kSumFrames, frames - i);
      const Sums sums = sumsOf(in + i, count);
      level.squareSum += sums.squares;
      level.productWithFirst += c == 0 ? sums.squares : productsOf(in + i, planes[0] + i, count);
      level.peak = std::max(level.peak, sums.peak);
    }
    const bool probing = frames_ % kLtcProbePeriod < kLtcProbeLength;
    const bool reading = !level.ltc.words().empty() &&
                         static_cast<double>(frames_) - level.ltc.words().back().startSample < 2 * kFullRate;
    if (probing || reading) {
      level.ltc.push(in, frames);
    } else {
      level.ltc.skip(frames);
    }
  }
}

/// The rule of the summary's reader, by what was heard so far.
void SourceAnalysis::chooseMix() {
  const size_t mixable = std::min<size_t>(64, channels_);
  const auto isClock = [this](size_t c) { return levels_[c].ltc.words().size() >= kLeastClockWords; };
  double loudest = 0;
  for (size_t c = 0; c < mixable; ++c) {
    if (!isClock(c)) loudest = std::max(loudest, levels_[c].squareSum);
  }
  size_t reference = mixable;
  for (size_t c = 0; c < mixable; ++c) {
    const ChannelLevels& level = levels_[c];
    if (isClock(c)) continue;
    if (loudest > 0 && reference == mixable && level.squareSum < kUnused * loudest) continue;
    if (reference == mixable) reference = c;
    const double both = std::sqrt(level.squareSum * levels_[0].squareSum);
    const bool together = reference == 0 && both > 0 && level.productWithFirst / both >= kRunsTogether;
    if (loudest > 0 && c != reference && !together) continue;
    mask_ |= uint64_t{1} << c;
  }
  // All timecode: something must be mixed, and nobody will look at it.
  if (mask_ == 0) mask_ = 1;
}

void SourceAnalysis::mixHead() {
  chooseMix();
  std::vector<const float*> planes;
  for (const auto& plane : head_) planes.push_back(plane.data());
  if (!head_.empty()) mix(planes.data(), head_[0].size());
  head_.clear();
  head_.shrink_to_fit();
}

void mixChannels(const float* const* planes, size_t channels, uint64_t mask, size_t frames, float* into) {
  std::fill(into, into + frames, 0.0f);
  size_t mixed = 0;
  for (size_t c = 0; c < std::min<size_t>(64, channels); ++c) {
    if (!(mask >> c & 1)) continue;
    ++mixed;
    addSamples(planes[c], into, frames);
  }
  scaleAndHold(mixed > 1 ? 1.0f / static_cast<float>(mixed) : 1.0f, into, frames);
}

void SourceAnalysis::mix(const float* const* planes, size_t frames) {
  mono_.resize(frames);
  mixChannels(planes, channels_, mask_, frames, mono_.data());
  for (size_t i = 0; i < frames; i += kSumFrames) {
    const Sums sums = sumsOf(mono_.data() + i, std::min(kSumFrames, frames - i));
    squareSum_ += sums.squares;
    peak_ = std::max(peak_, sums.peak);
  }
  pushMono(mono_.data(), frames);
}

void SourceAnalysis::pushMono(const float* samples, size_t count) {
  writer_.writeFull(samples, count);
  pendingFull_.insert(pendingFull_.end(), samples, samples + count);
  if (pendingFull_.size() < kTaps) return;
  const size_t outputs = (pendingFull_.size() - kTaps) / kDecimation + 1;
  lowOut_.resize(outputs);
  decimate(pendingFull_.data(), decimationFilter().data(), lowOut_.data(), outputs);
  pendingFull_.erase(pendingFull_.begin(), pendingFull_.begin() + static_cast<ptrdiff_t>(outputs * kDecimation));
  pushLow(lowOut_.data(), outputs);
}

void SourceAnalysis::pushLow(const float* samples, size_t count) {
  writer_.writeLow(samples, count);
  claps_.push(samples, count);
  pendingLow_.insert(pendingLow_.end(), samples, samples + count);
  size_t at = 0;
  for (; at + kFrame <= pendingLow_.size(); at += kHop) featureFrame(pendingLow_.data() + at);
  pendingLow_.erase(pendingLow_.begin(), pendingLow_.begin() + static_cast<ptrdiff_t>(at));
}

void SourceAnalysis::featureFrame(const float* window) {
  const BandEdges& edges = bandEdges();
  float frame[kFrame], real[kFrame / 2 + 1], imaginary[kFrame / 2 + 1], powers[kFrame / 2 + 1];
  weigh(window, edges.window.data(), frame);
  ++framesHeard_;
  if (peakOf(window, kFrame) > kSilence) ++soundingFrames_;
  planFor(kFrame).forward(frame, real, imaginary);
  powersOf(real, imaginary, powers, kFrame / 2 + 1);
  for (size_t b = 0; b < kFeatureBands; ++b) {
    float energy = 0;
    for (size_t k = edges.bins[b]; k < edges.bins[b + 1]; ++k) energy += powers[k];
    frameEnergies_.push_back(energy);
  }
}

void SourceAnalysis::finish() {
  if (mask_ == 0) mixHead();
  const std::vector<float> silence(kTaps * 4 + kFrame * kDecimation, 0.0f);
  // The tail of the filter: low-rate samples up to the end of the sound.
  pendingFull_.insert(pendingFull_.end(), silence.begin(), silence.begin() + static_cast<ptrdiff_t>(kTaps));
  const size_t outputs = (pendingFull_.size() - kTaps) / kDecimation + 1;
  lowOut_.resize(outputs);
  decimate(pendingFull_.data(), decimationFilter().data(), lowOut_.data(), outputs);
  pushLow(lowOut_.data(), outputs);
  pendingFull_.clear();
  pendingLow_.clear();
  claps_.finish();
  normaliseFeatures();
}

void SourceAnalysis::normaliseFeatures() {
  const size_t frames = frameEnergies_.size() / kFeatureBands;
  features_.assign(frames * kFeatureBands, 0.0f);
  if (frames == 0) return;
  std::vector<float> totals(frames);
  for (size_t f = 0; f < frames; ++f) {
    float total = 0;
    for (size_t b = 1; b < kFeatureBands; ++b) total += frameEnergies_[f * kFeatureBands + b];
    totals[f] = total;
  }
  std::sort(totals.begin(), totals.end());
  levelRangeDb_ = 10 * std::log10((totals[frames * 9 / 10] + 1e-9) / (totals[frames / 10] + 1e-9));
  constexpr size_t kSmooth = 30;  // frames either side: slower changes than 1.2 s say nothing about the place
  std::vector<float> levels(frames);
  std::vector<double> running(frames + 1);
  for (size_t b = 0; b < kFeatureBands; ++b) {
    double mean = 0;
    for (size_t f = 0; f < frames; ++f) mean += frameEnergies_[f * kFeatureBands + b];
    mean /= static_cast<double>(frames);
    // 30 dB under the mean all is pause: what differs below is noise.
    const double floor = 1e-3 * mean + 1e-9;
    running[0] = 0;
    for (size_t f = 0; f < frames; ++f) {
      levels[f] = static_cast<float>(std::log(frameEnergies_[f * kFeatureBands + b] + floor));
      running[f + 1] = running[f] + levels[f];
    }
    float* out = features_.data() + b * frames;
    double squares = 0;
    for (size_t f = 0; f < frames; ++f) {
      const size_t from = f > kSmooth ? f - kSmooth : 0, to = std::min(frames, f + kSmooth + 1);
      out[f] = static_cast<float>(levels[f] - (running[to] - running[from]) / static_cast<double>(to - from));
      squares += static_cast<double>(out[f]) * out[f];
    }
    const double deviation = std::sqrt(squares / static_cast<double>(frames));
    if (deviation < 1e-3) {
      std::fill(out, out + frames, 0.0f);
      continue;
    }
    for (size_t f = 0; f < frames; ++f) out[f] = std::clamp(static_cast<float>(out[f] / deviation), -3.0f, 3.0f);
  }
  frameEnergies_.clear();
  frameEnergies_.shrink_to_fit();
}

}  // namespace twopop::sync
