// The last frames that came in, in memory that is taken once: what a recording begins with.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace twopop::disk {

/// Holds the frames [begin, end) of device clock, at most its capacity. Belongs to one thread.
class CaptureHistory {
 public:
  CaptureHistory(size_t channels, size_t capacityFrames)
      : channels_(channels), capacity_(capacityFrames), samples_(channels * capacityFrames) {}

  int64_t begin() const { return begin_; }
  int64_t end() const { return end_; }
  int64_t capacity() const { return static_cast<int64_t>(capacity_); }
  /// Sets the clock of the first frame; only while it is empty.
  void startAt(int64_t clock) { begin_ = end_ = clock; }

  /// Adds frames at the end, null being silence; the oldest make room. At most the capacity at a time.
  void push(const float* interleaved, size_t frames) {
    size_t left = frames;
    while (left > 0) {
      const size_t place = placeOf(end_), run = std::min(left, capacity_ - place);
      float* to = samples_.data() + place * channels_;
      if (interleaved) {
        std::copy_n(interleaved, run * channels_, to);
        interleaved += run * channels_;
      } else {
        std::fill_n(to, run * channels_, 0.0f);
      }
      end_ += static_cast<int64_t>(run);
      left -= run;
    }
    begin_ = std::max(begin_, end_ - capacity());
  }

  /// Frames that lie one after the other from `clock` on, which must be within; sets how many, at most `most`.
  const float* at(int64_t clock, size_t most, size_t& frames) const {
    const size_t place = placeOf(clock);
    frames = std::min({most, static_cast<size_t>(end_ - clock), capacity_ - place});
    return samples_.data() + place * channels_;
  }

 private:
  size_t placeOf(int64_t clock) const { return static_cast<size_t>(clock) % capacity_; }

  size_t channels_, capacity_;
  std::vector<float> samples_;
  int64_t begin_ = 0, end_ = 0;
};

}  // namespace twopop::disk
