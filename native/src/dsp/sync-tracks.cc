#include "dsp/sync-tracks.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "dsp/sync-fft.h"
#include "dsp/sync-statistics.h"
#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kNearLowRate = 12000;     // what bands and correlations are worked out at
constexpr size_t kFrame = 256;             // 21 ms
constexpr size_t kHop = 96;                // 8 ms
constexpr size_t kCross = 1024;            // 85 ms
constexpr std::array<double, 6> kBandHz = {150, 300, 700, 1400, 2800, 5000};
constexpr float kSilence = 1e-9f;          // -90 dBFS, as a mean square
constexpr float kFloor = 1e-12f;

double decibels(double ratio) { return 10 * std::log10(std::max(ratio, 1e-14)); }

SYNC_VECTOR_CLONES
void filterDown(const float* __restrict in, const float* __restrict taps, size_t tapCount, size_t factor,
                float* __restrict out, size_t count) {
  for (size_t k = 0; k < count; ++k) {
    const float* from = in + k * factor;
    float sums[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    for (size_t i = 0; i < tapCount; i += 8) {
      for (size_t j = 0; j < 8; ++j) sums[j] += from[i + j] * taps[i + j];
    }
    out[k] = ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
  }
}

template <size_t N>
const std::array<float, N>& hann() {
  static const std::array<float, N> window = [] {
    std::array<float, N> made{};
    for (size_t i = 0; i < N; ++i) {
      made[i] = static_cast<float>(0.5 - 0.5 * std::cos(2 * kPi * (static_cast<double>(i) + 0.5) / static_cast<double>(N)));
    }
    return made;
  }();
  return window;
}

}  // namespace

TrackAssessment::TrackAssessment(size_t channels, double sampleRate)
    : channels_(channels), sampleRate_(sampleRate), tracks_(channels), low_(channels) {
  decimation_ = std::max<size_t>(1, static_cast<size_t>(std::lround(sampleRate / kNearLowRate)));
  lowRate_ = sampleRate / static_cast<double>(decimation_);
  taps_.assign(24 * decimation_, 0.0f);
  const double middle = static_cast<double>(taps_.size() - 2) / 2, cutoff = 0.44 / static_cast<double>(decimation_);
  double sum = 0;
  for (size_t i = 0; i + 1 < taps_.size(); ++i) {
    const double t = static_cast<double>(i) - middle, x = t / (middle + 1);
    const double sinc = t == 0 ? 2 * cutoff : std::sin(2 * kPi * cutoff * t) / (kPi * t);
    taps_[i] = static_cast<float>(sinc * (0.42 + 0.5 * std::cos(kPi * x) + 0.08 * std::cos(2 * kPi * x)));
    sum += taps_[i];
  }
  for (float& tap : taps_) tap = static_cast<float>(tap / sum);
}

void TrackAssessment::window(const float* const* planes, size_t frames) {
  if (frames < taps_.size() + kCross * decimation_) return;
  const size_t lowFrames = (frames - taps_.size()) / decimation_ + 1;
  for (size_t c = 0; c < channels_; ++c) {
    Track& track = tracks_[c];
    measureLevels(track, planes[c], frames);
    countClipping(track, planes[c], frames);
    low_[c].resize(lowFrames);
    filterDown(planes[c], taps_.data(), taps_.size(), decimation_, low_[c].data(), lowFrames);
    measureBands(track, low_[c]);
  }
  windowFrames_.push_back((lowFrames - kFrame) / kHop + 1);
  for (size_t c = 0; c < channels_ && !referenceChosen_; ++c) {
    if (product(low_[c].data(), low_[c].data(), lowFrames) < kSilence * static_cast<double>(lowFrames)) continue;
    reference_ = c;
    referenceChosen_ = true;
  }
  if (!referenceChosen_) return;
  measureCross();
  measureSums();
}

void TrackAssessment::measureLevels(Track& track, const float* samples, size_t frames) const {
  const auto length = static_cast<size_t>(sampleRate_ / 50);
  for (size_t at = 0; at + length <= frames; at += length) {
    float sums[8] = {0, 0, 0, 0, 0, 0, 0, 0}, means[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    for (size_t i = at; i + 8 <= at + length; i += 8) {
      for (size_t j = 0; j < 8; ++j) {
        sums[j] += samples[i + j] * samples[i + j];
        means[j] += samples[i + j];
      }
    }
    float sum = 0, mean = 0;
    for (size_t j = 0; j < 8; ++j) sum += sums[j], mean += means[j];
    mean /= static_cast<float>(length);
    track.levels.push_back(std::max(0.0f, sum / static_cast<float>(length) - mean * mean));
  }
}

/// Runs of three and more samples at full scale; and flat tops lower down, as a stage before the recorder makes them:
/// runs of five and more equal samples at the highest level that such runs have, to a five-thousandth.
void TrackAssessment::countClipping(Track& track, const float* samples, size_t frames) const {
  constexpr float kFullScale = 0.99996f;
  float peak = 0;
  for (size_t i = 0; i < frames; ++i) peak = std::max(peak, std::fabs(samples[i]));
  track.peak = std::max(track.peak, peak);
  if (peak < 0.03f) return;
  const float candidate = 0.9f * std::max(peak, track.ceiling);
  for (size_t i = 0; i < frames;) {
    const float level = std::fabs(samples[i]);
    if (level < candidate) {
      ++i;
      continue;
    }
    size_t end = i + 1;
    const float sign = samples[i] < 0 ? -1.0f : 1.0f;
    while (end < frames && std::fabs(sign * samples[end] - level) <= 3e-7f) ++end;
    const auto run = static_cast<int64_t>(end - i);
    if (level >= kFullScale) {
      if (run >= 3) track.fullScaleSamples += run, ++track.fullScaleRuns;
    } else if (run >= 5) {
      if (level > track.ceiling * 1.0002f) track.ceiling = level, track.ceilingSamples = 0, track.ceilingRuns = 0;
      if (level >= track.ceiling * 0.9998f) track.ceilingSamples += run, ++track.ceilingRuns;
    }
    i = end;
  }
}

void TrackAssessment::measureBands(Track& track, const std::vector<float>& low) const {
  std::array<size_t, kBands + 1> edges;
  for (size_t b = 0; b <= kBands; ++b) edges[b] = static_cast<size_t>(std::lround(kBandHz[b] / lowRate_ * kFrame));
  edges[kBands] = std::min(edges[kBands], kFrame / 2);
  RealFft& fft = planFor(kFrame);
  float frame[kFrame], real[kFrame / 2 + 1], imaginary[kFrame / 2 + 1];
  for (size_t at = 0; at + kFrame <= low.size(); at += kHop) {
    for (size_t i = 0; i < kFrame; ++i) frame[i] = hann<kFrame>()[i] * low[at + i];
    fft.forward(frame, real, imaginary);
    for (size_t b = 0; b < kBands; ++b) {
      float sum = 0;
      for (size_t k = edges[b]; k < edges[b + 1]; ++k) sum += real[k] * real[k] + imaginary[k] * imaginary[k];
      // As a mean square: of the window's power 3/8, of a half spectrum.
      track.bands.push_back(sum * (2.0f / (0.375f * kFrame * kFrame)));
    }
  }
}

void TrackAssessment::measureCross() {
  constexpr size_t kBins = kCross / 2 + 1;
  RealFft& fft = planFor(kCross);
  float frame[kCross];
  std::vector<float> referenceReal(kBins), referenceImaginary(kBins), real(kBins), imaginary(kBins);
  for (Track& track : tracks_) {
    track.crossReal.resize(kBins);
    track.crossImaginary.resize(kBins);
    track.power.resize(kBins);
  }
  for (size_t at = 0; at + kCross <= low_[reference_].size(); at += kCross) {
    const auto spectrum = [&](size_t c, std::vector<float>& re, std::vector<float>& im) {
      for (size_t i = 0; i < kCross; ++i) frame[i] = hann<kCross>()[i] * low_[c][at + i];
      fft.forward(frame, re.data(), im.data());
      Track& track = tracks_[c];
      for (size_t k = 0; k < kBins; ++k) track.power[k] += re[k] * re[k] + im[k] * im[k];
    };
    spectrum(reference_, referenceReal, referenceImaginary);
    for (size_t c = 0; c < channels_; ++c) {
      if (c == reference_) continue;
      spectrum(c, real, imaginary);
      Track& track = tracks_[c];
      for (size_t k = 0; k < kBins; ++k) {
        track.crossReal[k] += real[k] * referenceReal[k] + imaginary[k] * referenceImaginary[k];
        track.crossImaginary[k] += imaginary[k] * referenceReal[k] - real[k] * referenceImaginary[k];
      }
    }
  }
}

std::vector<TrackMeasure> TrackAssessment::finish() {
  std::vector<TrackMeasure> measures(channels_);
  for (size_t c = 0; c < channels_; ++c) {
    const Track& track = tracks_[c];
    TrackMeasure& measure = measures[c];
    const double level = loudestTenth(track.levels);
    if (level < kSilence) continue;
    measure.levelDbfs = std::max(-144.0, decibels(level));
    measure.clippedSamples = track.fullScaleSamples;
    measure.clippedRuns = track.fullScaleRuns;
    // One flat top is a coincidence.
    if (track.ceilingRuns >= 3) measure.clippedSamples += track.ceilingSamples, measure.clippedRuns += track.ceilingRuns;
    std::vector<float> speech;
    for (size_t at = 0; at < track.bands.size(); at += kBands) {
      speech.push_back(track.bands[at + 1] + track.bands[at + 2] + track.bands[at + 3] + track.bands[at + 4]);
    }
    measure.snrDb = decibels((loudestTenth(speech) + kFloor) / (quantile(speech, 0.05) + kFloor));
    tellReverberation(track, measure);
    if (c == reference_) {
      measure.polarity = 1;
      measure.delayTold = true;
    } else {
      tellPolarity(track, tracks_[reference_], measure);
    }
  }
  tellSums(measures);
  tellAlone(measures);
  return measures;
}

/// When a loud sound stops dead, what is left of it is the room: of direct sound D and reverberation R there remains
/// R exp(-2 delta t). Speech stops often enough that, among the moments that follow a loud one by 72 and by 144 ms, the
/// thirtieth part that has fallen most tells how far a sound can fall there; two such points are a line back to the
/// moment of the stop. A steady noise that the fall ends in makes it untold.
void TrackAssessment::tellReverberation(const Track& track, TrackMeasure& measure) const {
  constexpr size_t kFirst = 9, kSecond = 18;
  constexpr double kMostFallen = 0.03;
  double firstDb = 0, secondDb = 0;
  size_t told = 0;
  for (size_t b = 2; b < kBands; ++b) {
    std::vector<float> all, first, second;
    for (size_t at = b; at < track.bands.size(); at += kBands) all.push_back(track.bands[at]);
    const float loud = quantile(all, 0.9), floor = quantile(all, 0.03);
    size_t start = 0;
    for (const size_t frames : windowFrames_) {
      const auto value = [&](size_t f) {
        return 0.25f * all[start + f - 1] + 0.5f * all[start + f] + 0.25f * all[start + f + 1];
      };
      for (size_t f = 1; f + kSecond + 1 < frames; ++f) {
        const float now = value(f);
        if (now < 0.3f * loud || now <= kFloor) continue;
        first.push_back(value(f + kFirst) / now);
        second.push_back(value(f + kSecond) / now);
      }
      start += frames;
    }
    if (first.size() < 100) continue;
    const double a = quantile(first, kMostFallen), z = quantile(second, kMostFallen);
    if (loud <= 0 || z < 2 * floor / loud) continue;
    firstDb += decibels(a);
    secondDb += decibels(std::max(z, 1e-9));
    ++told;
  }
  if (told < 2) return;
  firstDb /= static_cast<double>(told);
  secondDb /= static_cast<double>(told);
  const double perFrame = std::min(0.0, secondDb - firstDb) / static_cast<double>(kSecond - kFirst);
  const double share = std::clamp(std::pow(10, (firstDb - perFrame * static_cast<double>(kFirst)) / 10), 1e-3, 0.9);
  measure.directToReverberantDb = decibels((1 - share) / share);
  measure.reverberationTold = true;
}

void TrackAssessment::tellPolarity(const Track& track, const Track& reference, TrackMeasure& measure) const {
  if (track.crossReal.empty()) return;
  const size_t bins = kCross / 2 + 1;
  const auto bin = [this](double hz) { return static_cast<size_t>(std::lround(hz / lowRate_ * kCross)); };
  std::vector<float> real(bins), imaginary(bins), correlation(kCross);
  for (size_t k = bin(kBandHz[0]); k < std::min(bins, bin(kBandHz[kBands])); ++k) {
    const float weight = std::sqrt(track.power[k] * reference.power[k]);
    if (weight <= 0) continue;
    real[k] = track.crossReal[k] / weight;
    imaginary[k] = track.crossImaginary[k] / weight;
  }
  planFor(kCross).inverse(real.data(), imaginary.data(), correlation.data());
  // Microphones of one scene hear within 20 ms of each other.
  const auto reach = static_cast<ptrdiff_t>(0.02 * lowRate_);
  const auto at = [&](ptrdiff_t lag) { return correlation[static_cast<size_t>(lag + static_cast<ptrdiff_t>(kCross)) % kCross]; };
  ptrdiff_t best = 0;
  for (ptrdiff_t lag = -reach; lag <= reach; ++lag) {
    if (std::fabs(at(lag)) > std::fabs(at(best))) best = lag;
  }
  double squares = 0;
  size_t counted = 0;
  for (ptrdiff_t lag = -static_cast<ptrdiff_t>(kCross / 2); lag < static_cast<ptrdiff_t>(kCross / 2); ++lag) {
    if (std::abs(lag - best) < reach) continue;
    squares += static_cast<double>(at(lag)) * at(lag);
    ++counted;
  }
  const double noise = std::sqrt(squares / static_cast<double>(std::max<size_t>(1, counted)));
  const double height = std::fabs(at(best));
  if (height <= 6 * noise || height < 0.02) return;
  // The highest of the other sign, as far as it is no ripple of this one.
  double rival = 0;
  for (ptrdiff_t lag = -reach; lag <= reach; ++lag) {
    if (std::abs(lag - best) > 8 && at(lag) * at(best) < 0) rival = std::max<double>(rival, std::fabs(at(lag)));
  }
  const double before = std::fabs(at(best - 1)), after = std::fabs(at(best + 1));
  const double curve = before - 2 * height + after;
  const double fraction = curve < 0 ? std::clamp(0.5 * (before - after) / curve, -0.5, 0.5) : 0;
  measure.delaySeconds = (static_cast<double>(best) + fraction) / lowRate_;
  measure.delayTold = true;
  if (height >= 1.4 * rival) measure.polarity = at(best) < 0 ? -1 : 1;
}

std::vector<double> speechWindows(const SignalReader& source, double fromSeconds, double toSeconds, double windowSeconds,
                                  size_t most) {
  const double from = std::max(0.0, fromSeconds), to = std::min(source.seconds(), toSeconds);
  const double length = std::min(windowSeconds, to - from);
  if (length <= 0 || most == 0) return {};
  const auto slots = static_cast<size_t>(std::clamp((to - from) / length, 1.0, 3.0 * static_cast<double>(most)));
  const auto samples = static_cast<size_t>(length * kLowRate);
  std::vector<std::pair<float, double>> found;
  std::vector<float> low(samples + 1), frames;
  for (size_t slot = 0; slot < slots; ++slot) {
    const double begin = from + (to - from - length) * (slots > 1 ? static_cast<double>(slot) / static_cast<double>(slots - 1) : 0);
    source.readLow(static_cast<int64_t>(begin * kLowRate), samples + 1, low.data());
    frames.clear();
    for (size_t at = 0; at + 240 <= samples; at += 240) {
      float sum = 0;
      for (size_t i = at; i < at + 240; ++i) sum += (low[i + 1] - low[i]) * (low[i + 1] - low[i]);
      frames.push_back(sum);
    }
    // Not the loudest moments, which may be a clap.
    found.emplace_back(quantile(frames, 0.75), begin);
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  while (found.size() > 1 && found.back().first <= 0) found.pop_back();
  if (found.size() > most) {
    const size_t quiet = most / 4;
    found.erase(found.begin() + static_cast<ptrdiff_t>(most - quiet), found.end() - static_cast<ptrdiff_t>(quiet));
  }
  std::vector<double> begins;
  for (const auto& [level, begin] : found) begins.push_back(begin);
  std::sort(begins.begin(), begins.end());
  return begins;
}

}  // namespace twopop::sync
