#include "device/block-relay.h"

#include <algorithm>
#include <thread>

namespace twopop::device {
namespace {

/// Only the audio thread counts: a plain addition, not a locked one.
void add(std::atomic<uint64_t>& count, uint64_t more) noexcept {
  count.store(count.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

}  // namespace

void BlockRelay::block(const float* in, float* out, size_t frames, int64_t monotonicNs, uint32_t statusFlags) noexcept {
  // In this order, both sequentially consistent: either this sees that it was detached, or detach() sees this call.
  inside_.fetch_add(1);
  if (attached_.load()) {
    add(blocks_, 1);
    add(frames_, frames);
    lastNs_.store(monotonicNs, std::memory_order_relaxed);
    if (statusFlags != 0) {
      if (statusFlags & inputUnderflow) add(inputUnderflows_, 1);
      if (statusFlags & inputOverflow) add(inputOverflows_, 1);
      if (statusFlags & outputUnderflow) add(outputUnderflows_, 1);
      if (statusFlags & outputOverflow) add(outputOverflows_, 1);
    }
    to_.block(in, out, frames, monotonicNs, statusFlags);
  } else if (out) {
    std::fill_n(out, frames * outputChannels_, 0.0f);
  }
  inside_.fetch_sub(1);
}

bool BlockRelay::detach(std::chrono::milliseconds longest) noexcept {
  attached_ = false;
  const auto until = std::chrono::steady_clock::now() + longest;
  while (inside_.load() != 0) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

DeviceCounters BlockRelay::counters() const noexcept {
  const auto read = [](const std::atomic<uint64_t>& count) { return count.load(std::memory_order_relaxed); };
  return {read(blocks_),          read(frames_),           read(inputUnderflows_),
          read(inputOverflows_), read(outputUnderflows_), read(outputOverflows_)};
}

}  // namespace twopop::device
