#include "dsp/sync-claps.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "dsp/sync-fft.h"
#include "dsp/sync-signal.h"
#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr int64_t kBefore = 80;    // blocks that a transient must stand out from
constexpr int64_t kAfter = 135;    // blocks that must have come before it is judged
constexpr float kLeastRise = 3;    // power over the loudest five milliseconds before
constexpr float kFloor = 1e-10f;   // -100 dBFS: under it all is silence
constexpr size_t kWindow = 128;    // 10.7 ms
constexpr int64_t kLead = 24;      // samples of the window before the onset
// Octaves in bins of 93.75 Hz: 600 Hz, 1.2 kHz, 2.4 kHz to 4.9 kHz.
constexpr std::array<size_t, 4> kOctaves = {6, 13, 26, 52};
// Sounds as clap-like as this that come more than three times in twenty seconds are music or work, not a slate.
constexpr float kAlike = 0.3f;
constexpr double kCrowdSeconds = 20;
constexpr size_t kMostInCrowd = 3;
// One sound may seem to begin twice, the second time nearer its height: within the first time it began then. Within the
// second time, what is more like a clap stands for both.
constexpr double kOneOnsetSeconds = 0.008;
constexpr double kSameSeconds = 0.03;
// A file's edge is a step of its own.
constexpr double kEdgeSeconds = 0.1;

float decibels(double ratio) { return static_cast<float>(10 * std::log10(std::max(ratio, 1e-12))); }

/// How far a clap can rise over what was before, in a sound of that range between its pauses and its loud moments.
float possibleRise(double rangeDb) { return static_cast<float>(std::min(20.0, 0.36 * std::max(10.0, rangeDb))); }

/// Mean square of x[n] - x[n - 2] in blocks of twelve, which hears 1 to 5 kHz; `in` has two samples before the first.
SYNC_VECTOR_CLONES
void blockPowers(const float* __restrict in, size_t blocks, float* __restrict out) {
  size_t b = 0;
  // Two blocks are three vectors of eight.
  for (; b + 2 <= blocks; b += 2) {
    const float* from = in + b * 12;
    float squares[24], sums[8];
    for (size_t i = 0; i < 24; ++i) {
      const float step = from[i + 2] - from[i];
      squares[i] = step * step;
    }
    for (size_t j = 0; j < 4; ++j) sums[j] = squares[j] + squares[j + 4] + squares[j + 8];
    for (size_t j = 0; j < 4; ++j) sums[j + 4] = squares[j + 12] + squares[j + 16] + squares[j + 20];
    out[b] = (sums[0] + sums[1] + sums[2] + sums[3]) / 12;
    out[b + 1] = (sums[4] + sums[5] + sums[6] + sums[7]) / 12;
  }
  if (b == blocks) return;
  float sums[4] = {0, 0, 0, 0};
  for (size_t i = 0; i < 12; ++i) {
    const float step = in[b * 12 + i + 2] - in[b * 12 + i];
    sums[i % 4] += step * step;
  }
  out[b] = (sums[0] + sums[1] + sums[2] + sums[3]) / 12;
}

/// Of each block, the mean of it and the two after over the mean of the five that end with the one before the last.
SYNC_VECTOR_CLONES
void rises(const float* __restrict powers, size_t count, float* __restrict out) {
  for (size_t b = 0; b < count; ++b) {
    const float before = powers[b] + powers[b + 1] + powers[b + 2] + powers[b + 3] + powers[b + 4];
    const float now = powers[b + 6] + powers[b + 7] + powers[b + 8];
    out[b] = now - (kLeastRise * 0.6f) * before;
  }
}

const std::array<float, kWindow>& hann() {
  static const std::array<float, kWindow> window = [] {
    std::array<float, kWindow> made{};
    for (size_t i = 0; i < kWindow; ++i) {
      made[i] = static_cast<float>(0.5 - 0.5 * std::cos(2 * kPi * (static_cast<double>(i) + 0.5) / kWindow));
    }
    return made;
  }();
  return window;
}

}  // namespace

ClapFinder::ClapFinder() { sudden_.reserve(2 * kMostTransients); }

void ClapFinder::push(const float* low, size_t count) {
  while (count > 0) {
    const size_t part = std::min(count, kBatch - held_);
    std::memcpy(samples_.data() + (pushed_ - samplesFrom_) + held_, low, part * sizeof(float));
    held_ += part;
    low += part;
    count -= part;
    if (held_ == kBatch) takeBatch(kBatch);
  }
}

/// Takes `count` of the held samples, a whole number of blocks.
void ClapFinder::takeBatch(size_t count) {
  const size_t blocks = count / kBlock;
  std::array<float, kBatch / kBlock> risen;
  float* powers = powers_.data() + (blocks_ - powersFrom_);
  blockPowers(samples_.data() + (pushed_ - samplesFrom_) - 2, blocks, powers);
  rises(powers - kHistory + 1, blocks, risen.data());
  pushed_ += static_cast<int64_t>(count);
  held_ -= count;
  for (size_t b = 0; b < blocks; ++b) {
    uint32_t bits;
    std::memcpy(&bits, &powers[b], sizeof bits);
    ++histogram_[b % 2][std::min<uint32_t>(kLevels - 1, bits >> 22)];
    ++blocks_;
    if (risen[b] >= 0 && blocks_ - 3 >= deafUntil_ && standsOut(blocks_ - 3)) {
      begun_.push_back(blocks_ - 3);
      deafUntil_ = blocks_ + 1;
    }
    if (!begun_.empty() && begun_.front() + kAfter <= blocks_) {
      judge(begun_.front());
      begun_.erase(begun_.begin());
    }
  }
  // Once a second or so: the loud moments and the range change slowly.
  if (blocks_ / 1024 != (blocks_ - static_cast<int64_t>(blocks)) / 1024) {
    loudSoFar_ = percentile(0.99);
    rangeSoFarDb_ = decibels((loudSoFar_ + kFloor) / (percentile(0.1) + kFloor));
  }
  slide(samples_, samplesFrom_, pushed_, held_, kSamplesKept);
  slide(powers_, powersFrom_, blocks_, 0, kBlocksKept);
}

/// Makes room for another batch: the last `kept` values up to `end`, and those held after it, move to the front.
template <size_t N>
void ClapFinder::slide(std::array<float, N>& values, int64_t& from, int64_t end, size_t held, size_t kept) {
  if (static_cast<size_t>(end - from) + kBatch <= N) return;
  const int64_t next = end - static_cast<int64_t>(kept);
  std::memmove(values.data(), values.data() + (next - from), (kept + held) * sizeof(float));
  from = next;
}

float ClapFinder::meanPower(int64_t from, int64_t to) const {
  float sum = 0;
  for (int64_t b = from; b < to; ++b) sum += powerAt(b);
  return to > from ? sum / static_cast<float>(to - from) : 0;
}

bool ClapFinder::standsOut(int64_t block) const {
  const float now = meanPower(block, block + 3);
  if (now < 1e3f * kFloor || block < 6) return false;
  for (int64_t b = block - 6; b >= block - kBefore && b >= 0; b -= 5) {
    if (now < kLeastRise * meanPower(b, b + 5)) return false;
  }
  return true;
}

/// The first sample from which the sound is clearly the transient's, in seconds.
double ClapFinder::onset(int64_t from, int64_t to) const {
  const auto step = [this](int64_t n) { return std::fabs(sampleAt(n) - sampleAt(n - 2)); };
  float peak = 0;
  for (int64_t n = from; n < to; ++n) peak = std::max(peak, step(n));
  double squares = 0;
  for (int64_t n = from - 240; n < from; ++n) squares += static_cast<double>(step(n)) * step(n);
  const float threshold = std::min(peak, std::max(0.22f * peak, static_cast<float>(4 * std::sqrt(squares / 240))));
  int64_t n = from;
  while (n < to && step(n) < threshold) ++n;
  return (static_cast<double>(n) - 1) / kLowRate;
}

void ClapFinder::judge(int64_t block) {
  Sudden found{};
  for (int64_t b = block; b < block + 8; ++b) found.power = std::max(found.power, powerAt(b));
  found.earlyDecayDb = decibels((found.power + kFloor) / (meanPower(block + 40, block + 70) + kFloor));
  // Neither a clap nor one of the strongest, as far as the sound so far tells: spares the spectra.
  if (found.power < 0.1f * loudSoFar_ || found.earlyDecayDb < 0.35f * possibleRise(rangeSoFarDb_)) return;
  found.lateDecayDb = decibels((found.power + kFloor) / (meanPower(block + 90, block + 130) + kFloor));
  found.seconds = onset(block * static_cast<int64_t>(kBlock) - 12, (block + 5) * static_cast<int64_t>(kBlock));
  while (found.milliseconds < 40) {
    const int64_t from = block + found.milliseconds;
    if (found.milliseconds > 2 && meanPower(from, from + 3) < 0.1f * found.power) break;
    ++found.milliseconds;
  }

  float frame[kWindow], real[kWindow / 2 + 1], imaginary[kWindow / 2 + 1];
  const auto octaves = [&](int64_t start) {
    std::array<float, 3> powers{};
    for (size_t i = 0; i < kWindow; ++i) frame[i] = hann()[i] * sampleAt(start + static_cast<int64_t>(i));
    planFor(kWindow).forward(frame, real, imaginary);
    for (size_t o = 0; o < 3; ++o) {
      for (size_t k = kOctaves[o]; k < kOctaves[o + 1]; ++k) powers[o] += real[k] * real[k] + imaginary[k] * imaginary[k];
    }
    return powers;
  };
  const int64_t start = static_cast<int64_t>(std::lround(found.seconds * kLowRate)) - kLead;
  const std::array<float, 3> now = octaves(start);
  // The three loudest of eight windows before.
  std::array<std::pair<float, int64_t>, 8> windows;
  for (size_t w = 0; w < windows.size(); ++w) {
    const int64_t from = start - static_cast<int64_t>((w + 1) * kWindow), first = from / static_cast<int64_t>(kBlock);
    windows[w] = {from < 0 ? -1.0f : meanPower(first, first + 11), from};
  }
  std::partial_sort(windows.begin(), windows.begin() + 3, windows.end(), std::greater<>());
  std::array<float, 3> loudest{};
  for (size_t w = 0; w < 3; ++w) {
    if (windows[w].second < 0) continue;
    const std::array<float, 3> before = octaves(windows[w].second);
    for (size_t o = 0; o < 3; ++o) loudest[o] = std::max(loudest[o], before[o]);
  }
  found.leastRiseDb = 1000;
  for (size_t o = 0; o < 3; ++o) {
    const float rise = decibels((now[o] + kFloor) / (loudest[o] + kFloor));
    found.leastRiseDb = std::min(found.leastRiseDb, rise);
    found.meanRiseDb += rise / 3;
  }
  found.tiltDb = decibels((now[2] + kFloor) / (now[0] + kFloor));
  sudden_.push_back(found);
  if (sudden_.size() >= 2 * kMostTransients) keepLoudest();
}

void ClapFinder::keepLoudest() {
  if (sudden_.size() <= kMostTransients) return;
  std::nth_element(sudden_.begin(), sudden_.begin() + kMostTransients, sudden_.end(),
                   [](const Sudden& a, const Sudden& b) { return a.power > b.power; });
  sudden_.resize(kMostTransients);
}

/// The power that a share of all milliseconds stays under, to half an octave.
float ClapFinder::percentile(double share) const {
  const double wanted = share * static_cast<double>(blocks_);
  double under = 0;
  uint32_t level = 0;
  while (level + 1 < kLevels && (under += histogram_[0][level] + histogram_[1][level]) <= wanted) ++level;
  const uint32_t bits = level << 22;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// Log odds. The weights are those of a logistic regression over all transients of generated shooting days (speech,
/// steps, props, music; clean recorders and noisy cameras), rounded; rises and decays count as shares of what the
/// sound's own range lets a clap have.
float ClapFinder::clapScore(const Sudden& sudden, float loudnessDb, double rangeDb) const {
  const float possible = possibleRise(rangeDb);
  const auto share = [possible](float decibels, float least, float most) {
    return std::clamp(decibels / possible, least, most);
  };
  return -13.4f + 5.0f * share(sudden.meanRiseDb, -0.5f, 1.3f) + 1.2f * share(sudden.leastRiseDb, -0.5f, 1.3f) +
         2.2f * share(sudden.earlyDecayDb, 0, 1.2f) + 1.3f * share(sudden.lateDecayDb, 0, 1.5f) +
         0.37f * std::clamp(loudnessDb, -8.0f, 4.0f) + 0.16f * std::clamp(static_cast<float>(sudden.milliseconds), 3.0f, 9.0f) -
         0.18f * std::max(0.0f, std::fabs(sudden.tiltDb - 5) - 6);
}

void ClapFinder::finish() {
  takeBatch(held_ / kBlock * kBlock);
  const double seconds = static_cast<double>(pushed_) / kLowRate;
  const float loud = percentile(0.99);
  const double rangeDb = decibels((loud + kFloor) / (percentile(0.1) + kFloor));
  const std::vector<float> silence(kBlock * static_cast<size_t>(kAfter + 4), 0.0f);
  push(silence.data(), silence.size());
  takeBatch(held_ / kBlock * kBlock);
  keepLoudest();
  std::sort(sudden_.begin(), sudden_.end(), [](const Sudden& a, const Sudden& b) { return a.seconds < b.seconds; });
  for (const Sudden& sudden : sudden_) {
    const float loudnessDb = decibels((sudden.power + kFloor) / (loud + kFloor));
    const bool edge = sudden.seconds < kEdgeSeconds || sudden.seconds > seconds - kEdgeSeconds;
    const float likeness = edge ? 0 : 1 / (1 + std::exp(-clapScore(sudden, loudnessDb, rangeDb)));
    const Transient next{sudden.seconds, loudnessDb, likeness};
    if (transients_.empty() || next.seconds - transients_.back().seconds > kSameSeconds) {
      transients_.push_back(next);
    } else if (Transient& last = transients_.back(); next.clapLikeness > last.clapLikeness) {
      const double began = next.seconds - last.seconds <= kOneOnsetSeconds ? last.seconds : next.seconds;
      last = {began, std::max(next.loudnessDb, last.loudnessDb), next.clapLikeness};
    }
  }
  std::vector<double> alike;
  for (const Transient& one : transients_) {
    if (one.clapLikeness >= kAlike) alike.push_back(one.seconds);
  }
  for (Transient& one : transients_) {
    const auto from = std::lower_bound(alike.begin(), alike.end(), one.seconds - kCrowdSeconds / 2);
    const auto to = std::upper_bound(alike.begin(), alike.end(), one.seconds + kCrowdSeconds / 2);
    if (static_cast<size_t>(to - from) > kMostInCrowd) one.clapLikeness = std::min(one.clapLikeness, kAlike);
  }
  sudden_.clear();
}

}  // namespace twopop::sync
