// How much of its time the callback takes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace twopop::rt {

class LoadMeter {
 public:
  explicit LoadMeter(uint32_t sampleRate) : sampleRate_(sampleRate) {}

  void add(double seconds, size_t frames) noexcept {
    if (frames == 0) return;
    const double load = seconds * sampleRate_ / static_cast<double>(frames);
    const double share = std::min(1.0, static_cast<double>(frames) / sampleRate_);
    mean_ += (load - mean_) * share;
    peak_ = std::max(peak_, load);
    framesOfPeak_ += frames;
    if (framesOfPeak_ < sampleRate_) return;
    peakBefore_ = peak_;
    peak_ = 0;
    framesOfPeak_ = 0;
  }

  /// Over about a second.
  double mean() const { return mean_; }
  /// Of the last one to two seconds.
  double peak() const { return std::max(peak_, peakBefore_); }

 private:
  double sampleRate_, mean_ = 0, peak_ = 0, peakBefore_ = 0;
  size_t framesOfPeak_ = 0;
};

}  // namespace twopop::rt
