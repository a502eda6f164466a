#include "rt/meters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace twopop::rt {

MeterBank::MeterBank(std::vector<MeterPoint> points, std::shared_ptr<MeterBank> before)
    : points_(std::move(points)), peaks_(points_.size()), clipped_(points_.size()), before_(std::move(before)) {
  for (size_t i = 0; i < points_.size(); i++) {
    peaks_[i] = 0;
    clipped_[i] = 0;
  }
  if (!before_) return;
  // One bank back is enough: what was before that has had its last.
  before_->takeFromBefore();
  before_->before_.reset();
  for (size_t there = 0; there < before_->points_.size(); there++) {
    const MeterPoint& point = before_->points_[there];
    const auto here = std::find_if(points_.begin(), points_.end(), [&](const MeterPoint& one) { return one.kind == point.kind && one.index == point.index; });
    if (here != points_.end()) shared_.push_back({there, static_cast<size_t>(here - points_.begin())});
  }
}

void MeterBank::takeFromBefore() noexcept {
  if (!before_) return;
  for (const auto& [there, here] : shared_) {
    raise(here, before_->peaks_[there].exchange(0, std::memory_order_relaxed));
    if (before_->clipped_[there].exchange(0, std::memory_order_relaxed)) clipped_[here].store(1, std::memory_order_relaxed);
  }
}

size_t MeterBank::take(float* peaks, uint8_t* clipped, size_t capacity) noexcept {
  takeFromBefore();
  const size_t count = std::min(capacity, points_.size());
  for (size_t i = 0; i < count; i++) {
    peaks[i] = peaks_[i].exchange(0, std::memory_order_relaxed);
    if (clipped) clipped[i] = clipped_[i].load(std::memory_order_relaxed);
  }
  return count;
}

void MeterBank::clearClipped() noexcept {
  takeFromBefore();
  for (auto& clipped : clipped_) clipped.store(0, std::memory_order_relaxed);
}

namespace {

/// Peaks taken side by side: each comparison waits for the one before it, which is most of what a meter costs.
constexpr size_t kLanes = 16;

}  // namespace

double peakOf(const double* samples, size_t frames) noexcept {
  double lanes[kLanes] = {};
  const size_t whole = frames - frames % kLanes;
  for (size_t i = 0; i < whole; i += kLanes) {
    for (size_t k = 0; k < kLanes; k++) {
      const double size = std::fabs(samples[i + k]);
      lanes[k] = size > lanes[k] ? size : lanes[k];
    }
  }
  for (size_t i = whole; i < frames; i++) {
    const double size = std::fabs(samples[i]);
    lanes[0] = size > lanes[0] ? size : lanes[0];
  }
  return *std::max_element(lanes, lanes + kLanes);
}

float peakOf(const float* samples, size_t stride, size_t frames) noexcept {
  float peak = 0;
  bool allNumbers = true;
  for (size_t i = 0; i < frames; i++) {
    const float size = std::fabs(samples[i * stride]);
    allNumbers &= size <= std::numeric_limits<float>::max();
    peak = size > peak ? size : peak;
  }
  return allNumbers ? peak : std::numeric_limits<float>::quiet_NaN();
}

}  // namespace twopop::rt
