// Peaks of the points that somebody looks at: put up by the callback, taken by the control side.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace twopop::rt {

enum class MeterKind : uint32_t { trackLeft, trackRight, input, masterLeft, masterRight, controlRoom, cue };

/// Tracks after fader and pan, inputs as they come, the master before and control room and cue after their gains.
struct MeterPoint {
  MeterKind kind = MeterKind::masterLeft;
  uint32_t index = 0;  // of the track in the plan; of the device's input; 0 left or 1 right of control room and cue
};

/// One list of points. Scenes share a bank as long as the list and the order of tracks stay as they are, so that an edit
/// loses no peak. Where another list is looked at the new bank tells what the one `before` (null: none) has, and still gets
/// until the scenes that have it are gone, of the points that are in both; tracks have the same order in both then.
class MeterBank {
 public:
  explicit MeterBank(std::vector<MeterPoint> points, std::shared_ptr<MeterBank> before = nullptr);

  const std::vector<MeterPoint>& points() const { return points_; }

  /// The callback's: raises a point to `peak`; at 1.0 and beyond (or not a number) it is clipped. What is told never
  /// exceeds kMostPeak, whatever came in.
  void raise(size_t point, double magnitude) noexcept {
    const float peak = magnitude <= kMostPeak ? static_cast<float>(magnitude) : kMostPeak;
    std::atomic<float>& held = peaks_[point];
    float before = held.load(std::memory_order_relaxed);
    // Only the control side changes it meanwhile, and to nothing: twice round at the most in any block.
    while (peak > before && !held.compare_exchange_weak(before, peak, std::memory_order_relaxed)) {
    }
    if (!(peak < 1.0f)) clipped_[point].store(1, std::memory_order_relaxed);
  }

  /// The control side's: each point's highest since it was last taken, linear, and whether it ever clipped since
  /// clearClipped(); in the order of the points, up to `capacity` of them. Returns how many. `clipped` may be null.
  size_t take(float* peaks, uint8_t* clipped, size_t capacity) noexcept;
  void clearClipped() noexcept;

  static constexpr float kMostPeak = 1e12f;

 private:
  void takeFromBefore() noexcept;

  const std::vector<MeterPoint> points_;
  std::vector<std::atomic<float>> peaks_;
  std::vector<std::atomic<uint8_t>> clipped_;
  std::shared_ptr<MeterBank> before_;
  std::vector<std::pair<size_t, size_t>> shared_;  // points there and here
};

/// Largest magnitude; what is not a number counts for nothing.
double peakOf(const double* samples, size_t frames) noexcept;
/// The same of one channel of interleaved samples as they came in; not a number where one of them is none.
float peakOf(const float* samples, size_t stride, size_t frames) noexcept;

}  // namespace twopop::rt
