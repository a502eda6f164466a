// A cable from every output to the input of the same number, for the devices without hardware.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "device/audio-device.h"
#include "device/synthetic-input.h"

namespace twopop::device {

/// Output frame p of channel c comes back as input frame p + latencySamples of channel c; inputs beyond the outputs
/// carry syntheticInput(input - outputChannels, clock). Allocates in its constructor alone.
class LoopBack {
 public:
  /// `latencySamples` is raised to `maxFrames` where it is less: what a block gives out cannot come in before the next.
  LoopBack(uint32_t inputChannels, uint32_t outputChannels, uint32_t latencySamples, uint32_t maxFrames)
      : inputs_(inputChannels),
        outputs_(outputChannels),
        latency_(std::max(latencySamples, maxFrames)),
        cable_(size_t{latency_} * outputChannels),
        in_(size_t{maxFrames} * inputChannels),
        out_(size_t{maxFrames} * outputChannels) {}

  uint32_t latencySamples() const { return latency_; }
  int64_t clock() const { return clock_; }

  /// One block of `frames` <= maxFrames through the callback. No lock, no allocation.
  void block(BlockCallback& callback, size_t frames, int64_t monotonicNs, uint32_t statusFlags) noexcept {
    const uint32_t fedBack = std::min(inputs_, outputs_);
    for (size_t frame = 0; frame < frames; frame++) {
      float* in = in_.data() + frame * inputs_;
      const float* cable = cable_.data() + place(frame);
      for (uint32_t channel = 0; channel < fedBack; channel++) in[channel] = cable[channel];
      for (uint32_t channel = fedBack; channel < inputs_; channel++) {
        in[channel] = syntheticInput(channel - fedBack, clock_ + static_cast<int64_t>(frame));
      }
    }
    // A callback that leaves its output alone is silent, as on a driver that clears its buffers.
    std::fill_n(out_.data(), frames * outputs_, 0.0f);
    callback.block(inputs_ ? in_.data() : nullptr, outputs_ ? out_.data() : nullptr, frames, monotonicNs, statusFlags);
    for (size_t frame = 0; frame < frames; frame++) {
      std::copy_n(out_.data() + frame * outputs_, outputs_, cable_.data() + place(frame));
    }
    clock_ += static_cast<int64_t>(frames);
  }

 private:
  /// Where the cable's sample for `clock_ + frame` lies; it is read in the block before it is written again.
  size_t place(size_t frame) const { return (static_cast<size_t>(clock_) + frame) % latency_ * outputs_; }

  uint32_t inputs_, outputs_, latency_;
  int64_t clock_ = 0;
  std::vector<float> cable_, in_, out_;
};

}  // namespace twopop::device
