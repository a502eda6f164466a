// Listens to one input for a while and says where the highest sample came in: how an impulse sent from an output is timed.
#pragma once

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace twopop::device {

class RoundTripProbe {
 public:
  struct Heard {
    int64_t clock = 0;  // of the highest sample
    double peak = 0;
    double noise = 0;  // root mean square of all that lies further than kNear samples from it
  };

  /// The control side's; nothing may be under way. Listens to `frames` from `fromClock` on.
  void listen(uint32_t input, int64_t fromClock, size_t frames) {
    heard_.assign(frames, 0.0f);
    input_ = input, fromClock_ = fromClock, filled_ = 0;
    listening_.store(true, std::memory_order_release);
  }
  bool isListening() const noexcept { return listening_.load(std::memory_order_acquire); }
  /// Gives up; a block that is under way may still write.
  void giveUp() noexcept { listening_.store(false, std::memory_order_release); }

  /// The callback's.
  void take(const float* in, uint32_t inputChannels, size_t frames, int64_t clock) noexcept {
    if (!listening_.load(std::memory_order_acquire)) return;
    for (size_t i = 0; i < frames && filled_ < heard_.size(); i++) {
      if (clock + static_cast<int64_t>(i) < fromClock_) continue;
      heard_[filled_++] = in ? in[i * inputChannels + input_] : 0.0f;
    }
    if (filled_ == heard_.size()) listening_.store(false, std::memory_order_release);
  }

  /// The control side's, once it listens no more.
  Heard result() const noexcept {
    size_t at = 0;
    for (size_t i = 1; i < heard_.size(); i++) {
      if (std::fabs(heard_[i]) > std::fabs(heard_[at])) at = i;
    }
    double squares = 0;
    size_t counted = 0;
    for (size_t i = 0; i < heard_.size(); i++) {
      if (i + kNear > at && i < at + kNear) continue;
      squares += double{heard_[i]} * heard_[i];
      counted++;
    }
    if (heard_.empty()) return {};
    return {fromClock_ + static_cast<int64_t>(at), std::fabs(heard_[at]),
            counted ? std::sqrt(squares / static_cast<double>(counted)) : 0};
  }

 private:
  /// What converters and their filters spread an impulse over.
  static constexpr size_t kNear = 128;

  std::atomic<bool> listening_{false};
  uint32_t input_ = 0;
  int64_t fromClock_ = 0;
  size_t filled_ = 0;
  std::vector<float> heard_;
};

}  // namespace twopop::device
