#include "rt/meters.h"

#include <algorithm>
#include <utility>

namespace twopop::rt {

MeterBank::MeterBank(std::vector<MeterPoint> points)
    : points_(std::move(points)), peaks_(points_.size()), clipped_(points_.size()) {
  for (size_t i = 0; i < points_.size(); i++) {
    peaks_[i] = 0;
    clipped_[i] = 0;
  }
}

size_t MeterBank::take(float* peaks, uint8_t* clipped, size_t capacity) noexcept {
  const size_t count = std::min(capacity, points_.size());
  for (size_t i = 0; i < count; i++) {
    peaks[i] = peaks_[i].exchange(0, std::memory_order_relaxed);
    if (clipped) clipped[i] = clipped_[i].load(std::memory_order_relaxed);
  }
  return count;
}

void MeterBank::clearClipped() noexcept {
  for (auto& clipped : clipped_) clipped.store(0, std::memory_order_relaxed);
}

}  // namespace twopop::rt
