// Order statistics of short lists, the peak of a signal and the product of two.
#pragma once

#include <cstddef>
#include <vector>

namespace twopop::sync {

/// Sum of a[i] * b[i].
double product(const float* a, const float* b, size_t count);

/// The largest magnitude; 0 of none.
float peakOf(const float* samples, size_t count);

/// The value that a share of all stays under; 0 of none.
float quantile(std::vector<float> values, double share);

/// Mean of the loudest tenth, of one value at least; 0 of none.
double loudestTenth(std::vector<float> values);

}  // namespace twopop::sync
