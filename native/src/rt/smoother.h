// A gain that goes to where it is told in a straight line, the same whatever the block sizes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace twopop::rt {

class Smoother {
 public:
  /// Takes `rampFrames` from any value to any other.
  Smoother(double value, uint32_t rampFrames) : rampFrames_(std::max(1u, rampFrames)), from_(value), to_(value) {}

  void target(double value) noexcept {
    if (value == to_) return;
    from_ = at();
    to_ = value;
    left_ = rampFrames_;
  }
  /// Whether it stands still at that value.
  bool isAt(double value) const noexcept { return left_ == 0 && to_ == value; }

  /// The gains of the next `frames`.
  void fill(double* gains, size_t frames) noexcept {
    size_t i = 0;
    for (; i < frames && left_ > 0; i++) {
      gains[i] = at();
      left_--;
    }
    std::fill(gains + i, gains + frames, to_);
  }

 private:
  double at() const noexcept {
    return left_ == 0 ? to_ : to_ + (from_ - to_) * static_cast<double>(left_) / static_cast<double>(rampFrames_);
  }

  uint32_t rampFrames_, left_ = 0;
  double from_, to_;
};

}  // namespace twopop::rt
