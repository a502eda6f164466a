// The likeliest path of lags through the windows of a tracked line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace twopop::sync {

/// The highest of the absolute values; nought where there are none.
float highest(const float* values, size_t count);

/// The likeliest lag of each window against the line, `sight` samples either way: lags stay, wander by a sample or
/// two as clocks do, or jump where the camera lost or repeated samples. A jump must earn its price: pauses and single
/// words do not pay it, seconds of sound at another place do.
struct Path {
  std::vector<int64_t> lags;
  float worth;
};

/// Follows the path through `rows` of correlation with their noises, one row a window: row w is on the line at index
/// `centres[w]` and reaches `sight` lags to either side of it at least. `sign` tells what counts as upright.
Path followPath(const std::vector<std::vector<float>>& rows, const std::vector<float>& noises,
                const std::vector<int64_t>& centres, float sign, int64_t sight, double hopSeconds);

/// What a path of the sign could be worth at the most: every window at its highest, and no jump to be paid.
float mostWorth(const std::vector<std::vector<float>>& rows, const std::vector<float>& noises,
                const std::vector<int64_t>& centres, float sign, int64_t sight);

/// Where the runs of a path begin, and its end: a run ends where the lag jumps by more than clocks wander.
std::vector<size_t> runsOf(const std::vector<int64_t>& path, const std::vector<double>& times);

}  // namespace twopop::sync
