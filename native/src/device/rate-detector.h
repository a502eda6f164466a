// Tells from when its blocks came whether a device runs at another rate than the one it was opened at (set in its own
// panel, or by another program): PortAudio does not say.
#pragma once

#include <cmath>
#include <cstdint>

namespace twopop::device {

class RateDetector {
 public:
  explicit RateDetector(uint32_t sampleRate) : rate_(sampleRate) {}

  /// `frames` in all, the last block at `atNs`. The rate that it runs at, once it ran at another common one over two
  /// windows of three seconds, one after the other; else 0. A device that only misses blocks runs at no common rate.
  uint32_t look(uint64_t frames, int64_t atNs) {
    if (fromNs_ < 0 || frames < fromFrames_) return begin(frames, atNs);
    if (atNs - fromNs_ < 3'000'000'000) return 0;
    const double measured = static_cast<double>(frames - fromFrames_) * 1e9 / static_cast<double>(atNs - fromNs_);
    begin(frames, atNs);
    const uint32_t before = seen_;
    seen_ = commonRateNear(measured);
    return seen_ != 0 && seen_ == before && seen_ != rate_ ? seen_ : 0;
  }

 private:
  uint32_t begin(uint64_t frames, int64_t atNs) {
    fromFrames_ = frames, fromNs_ = atNs;
    return 0;
  }
  /// Within 1.5 %: the nearest two common rates are 8 % apart, and blocks come as much as 45 ms early or late.
  static uint32_t commonRateNear(double measured) {
    for (const uint32_t rate : {32000u, 44100u, 48000u, 88200u, 96000u, 176400u, 192000u}) {
      if (std::fabs(measured - rate) < 0.015 * rate) return rate;
    }
    return 0;
  }

  uint32_t rate_, seen_ = 0;
  uint64_t fromFrames_ = 0;
  int64_t fromNs_ = -1;
};

}  // namespace twopop::device
