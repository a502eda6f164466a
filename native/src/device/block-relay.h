// Stands between a device and the engine: lets go of the engine for good when told so, whatever the driver still does,
// and notes what the watchdog looks at.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "device/audio-device.h"

namespace twopop::device {

/// Counts since the device was opened.
struct DeviceCounters {
  uint64_t blocks = 0, frames = 0;
  uint64_t inputUnderflows = 0, inputOverflows = 0, outputUnderflows = 0, outputOverflows = 0;  // blocks so flagged
};

class BlockRelay : public BlockCallback {
 public:
  BlockRelay(BlockCallback& to, uint32_t outputChannels) : to_(to), outputChannels_(outputChannels) {}

  void block(const float* in, float* out, size_t frames, int64_t monotonicNs, uint32_t statusFlags) noexcept override;
  void finished() noexcept override { finished_ = true; }

  /// From here on the driver hears silence and the engine is not called; waits for a call under way to end, at most so
  /// long, and returns whether none is under way any more.
  bool detach(std::chrono::milliseconds longest) noexcept;

  /// The same without waiting.
  void release() noexcept { attached_ = false; }

  bool hasFinished() const noexcept { return finished_; }
  /// Before a start.
  void forgetFinish() noexcept { finished_ = false; }
  DeviceCounters counters() const noexcept;
  /// When the last block came. Read beside counters(), the two may be one block apart.
  int64_t lastBlockNs() const noexcept { return lastNs_.load(std::memory_order_relaxed); }

 private:
  BlockCallback& to_;
  const uint32_t outputChannels_;
  std::atomic<bool> attached_{true}, finished_{false};
  std::atomic<int> inside_{0};
  std::atomic<int64_t> lastNs_{0};
  std::atomic<uint64_t> blocks_{0}, frames_{0}, inputUnderflows_{0}, inputOverflows_{0}, outputUnderflows_{0}, outputOverflows_{0};
};

}  // namespace twopop::device
