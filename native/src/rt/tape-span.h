// The stretch of the timeline about the playhead at speeds other than 1. What one chunk has rendered is there for the next:
// each sample is rendered once, however small the blocks and however wide the interpolation.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/sinc-kernel.h"
#include "rt/scene.h"
#include "rt/transport.h"

namespace twopop::rt {

using MixPointers = std::array<double*, kMixChannels>;

class TapeSpan {
 public:
  /// Of samples that hold() is asked for at once: what a chunk passes at the highest speed, and what is read beside it.
  static constexpr size_t kMostSamples = kChunkFrames * static_cast<size_t>(kMaxSpeed) + dsp::SincKernel::kMaxTaps + 2;

  TapeSpan() {
    for (auto& channel : channels_) channel.resize(kMostSamples + 2 * kKept);
  }

  /// Holds nothing any more: what comes is of another sound.
  void forget() noexcept { from_ = to_ = 0; }
  /// The same samples have other positions from now on.
  void renumber(int64_t by) noexcept { from_ += by, to_ += by; }
  /// Forgets what lies behind `to`: another sound will be there.
  void forgetFrom(int64_t to) noexcept { to_ = std::max(from_, std::min(to_, to)); }

  /// Has the positions from..to afterwards: `render(from, frames, pointers to kMixChannels channels that are silent)` is
  /// called for those that it has not.
  template <class Render>
  void hold(int64_t from, int64_t to, Render render) noexcept {
    if (from_ == to_ || from > to_ || to < from_) from_ = to_ = from;
    const int64_t keptFrom = std::max(from_, from - kKept), keptTo = std::min(to_, to + kKept);
    const int64_t newFrom = std::min(from, keptFrom), newTo = std::max(to, keptTo);
    for (auto& channel : channels_) {
      double* const samples = channel.data();
      if (newFrom != from_) move(samples, keptFrom - from_, keptFrom - newFrom, keptTo - keptFrom);
      std::fill(samples, samples + (keptFrom - newFrom), 0.0);
      std::fill(samples + (keptTo - newFrom), samples + (newTo - newFrom), 0.0);
    }
    from_ = newFrom, to_ = newTo;
    if (newFrom < keptFrom) render(newFrom, static_cast<size_t>(keptFrom - newFrom), pointersAt(newFrom));
    if (keptTo < newTo) render(keptTo, static_cast<size_t>(newTo - keptTo), pointersAt(keptTo));
  }

  /// The sample of a position that is held; those after it follow.
  const double* at(size_t channel, int64_t position) const noexcept { return channels_[channel].data() + (position - from_); }

 private:
  /// Behind and before what is asked for, for when the interpolation gets wider or the tape turns round.
  static constexpr int64_t kKept = dsp::SincKernel::kMaxTaps;

  static void move(double* samples, int64_t from, int64_t to, int64_t count) noexcept {
    if (to < from) std::copy(samples + from, samples + from + count, samples + to);
    else std::copy_backward(samples + from, samples + from + count, samples + to + count);
  }

  MixPointers pointersAt(int64_t position) noexcept {
    MixPointers pointers;
    for (size_t channel = 0; channel < kMixChannels; channel++) pointers[channel] = channels_[channel].data() + (position - from_);
    return pointers;
  }

  int64_t from_ = 0, to_ = 0;
  std::array<std::vector<double>, kMixChannels> channels_;
};

}  // namespace twopop::rt
