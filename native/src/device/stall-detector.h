// Tells from the count of blocks whether a device has died.
#pragma once

#include <algorithm>
#include <cstdint>

#include "device/audio-device.h"

namespace twopop::device {

/// How often the watchdog looks.
constexpr int64_t watchNs = 20'000'000;

/// Time as the watchdog itself lived it. When it was held up, so may have been the device's thread (a process that was
/// stopped, a machine out of processor): such a gap counts as two looks, not as the device's silence.
class LivedTime {
 public:
  /// Nanoseconds to count since the last call; 0 the first time.
  int64_t sinceLast(int64_t nowNs) {
    const int64_t gap = lastNs_ < 0 ? 0 : nowNs - lastNs_;
    lastNs_ = nowNs;
    return std::min(gap, 2 * watchNs);
  }

 private:
  int64_t lastNs_ = -1;
};

class StallDetector {
 public:
  /// The longest silence between two blocks: 20 periods and 200 ms at least, but no more than 400 ms, so that it is
  /// told of within half a second, unless three periods are longer.
  static int64_t longestSilenceNs(const DeviceFacts& facts) {
    const int64_t frames = facts.framesPerBuffer ? facts.framesPerBuffer : facts.maxFrames;
    const int64_t periodNs = facts.sampleRate ? frames * 1'000'000'000 / facts.sampleRate : 0;
    return std::min(std::max<int64_t>(200'000'000, 20 * periodNs), std::max<int64_t>(400'000'000, 3 * periodNs));
  }
  /// Drivers take their time until the first block.
  static constexpr int64_t longestStartNs = 2'000'000'000;

  StallDetector(const DeviceFacts& facts, uint64_t blocks) : longestNs_(longestSilenceNs(facts)), blocks_(blocks) {}

  /// `livedNs` since the last look, in which the count of blocks became `blocks`. True: it is dead.
  bool look(int64_t livedNs, uint64_t blocks) {
    if (blocks != blocks_) {
      blocks_ = blocks;
      silentNs_ = 0;
      begun_ = true;
      return false;
    }
    silentNs_ += livedNs;
    return silentNs_ >= (begun_ ? longestNs_ : std::max(longestNs_, longestStartNs));
  }
  bool begun() const { return begun_; }

 private:
  int64_t longestNs_, silentNs_ = 0;
  uint64_t blocks_;
  bool begun_ = false;
};

}  // namespace twopop::device
