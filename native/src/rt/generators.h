// Sounds that the engine makes itself. Each is a function of its position alone: block sizes change nothing, and the first
// sample that is not silence is the one that was asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace twopop::rt {

/// A sine with raised-cosine edges of `edgeFrames`; phase and edges are taken at the middle of each sample, so that its
/// first and last sample sound too.
struct Burst {
  double frequencyHz = 1000;
  int64_t lengthSamples = 4800;
  double gain = 0.1;
};

/// Adds to `to` what the burst that begins at `start` has in positions from..from+frames.
void addBurst(const Burst& burst, uint32_t sampleRate, int64_t start, int64_t from, size_t frames, double* to);

/// A burst at a sample of the timeline.
struct Beep {
  int64_t timelineSample = 0;
  Burst burst;
};

/// `beeps` in order of their samples, the longest of them `longestSamples`.
void addBeeps(const std::vector<Beep>& beeps, int64_t longestSamples, uint32_t sampleRate, int64_t from, size_t frames,
              double* to);

/// The n-th click falls on fromSample + round(n 60 rate / bpm); none before the first.
struct Click {
  bool on = false;
  double beatsPerMinute = 120;  // 10 to 1000
  int64_t fromSample = 0;
  uint32_t beatsPerBar = 4;  // the first of each is higher; 0: all alike
  double gain = 0.2;
};

void addClicks(const Click& click, uint32_t sampleRate, int64_t from, size_t frames, double* to);

/// A tone that begins and ends at device clocks.
class ToneGenerator {
 public:
  explicit ToneGenerator(uint32_t sampleRate) : sampleRate_(sampleRate) {}

  /// From `clock` on; what sounded ends at once.
  void on(int64_t clock, double frequencyHz, double gain) noexcept;
  /// It has died away 1 ms after `clock`.
  void off(int64_t clock) noexcept;
  bool sounds(int64_t clock) const noexcept { return clock < endClock_; }
  bool isOn() const noexcept { return endClock_ == kForEver; }
  bool isOf(double frequencyHz, double gain) const noexcept { return frequencyHz == frequencyHz_ && gain == gain_; }
  void add(int64_t clock, size_t frames, double* to) noexcept;

 private:
  static constexpr int64_t kForEver = INT64_MAX;

  uint32_t sampleRate_;
  int64_t startClock_ = 0, endClock_ = 0;
  double frequencyHz_ = 1000, gain_ = 0;
};

}  // namespace twopop::rt
