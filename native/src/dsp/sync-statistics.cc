#include "dsp/sync-statistics.h"

#include <algorithm>
#include <cmath>

#include "dsp/sync-vector.h"

namespace twopop::sync {

SYNC_VECTOR_CLONES
double product(const float* __restrict a, const float* __restrict b, size_t count) {
  double sum = 0;
  for (size_t from = 0; from < count; from += 1024) {
    const size_t to = std::min(count, from + 1024);
    float sums[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    size_t i = from;
    for (; i + 8 <= to; i += 8) {
      for (size_t j = 0; j < 8; ++j) sums[j] += a[i + j] * b[i + j];
    }
    for (; i < to; ++i) sums[0] += a[i] * b[i];
    for (const float part : sums) sum += part;
  }
  return sum;
}

/// Sixty-four side by side: fewer the compiler would unroll and leave one by one.
SYNC_VECTOR_CLONES
float peakOf(const float* __restrict samples, size_t count) {
  constexpr size_t kLanes = 64;
  float peaks[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      const float size = std::fabs(samples[i + j]);
      peaks[j] = peaks[j] > size ? peaks[j] : size;
    }
  }
  float peak = 0;
  for (const float one : peaks) peak = std::max(peak, one);
  for (; i < count; ++i) peak = std::max(peak, std::fabs(samples[i]));
  return peak;
}

float quantile(std::vector<float> values, double share) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double loudestTenth(std::vector<float> values) {
  if (values.empty()) return 0;
  const size_t count = std::max<size_t>(1, values.size() / 10);
  std::nth_element(values.begin(), values.end() - static_cast<ptrdiff_t>(count), values.end());
  double sum = 0;
  for (auto at = values.end() - static_cast<ptrdiff_t>(count); at != values.end(); ++at) sum += *at;
  return sum / static_cast<double>(count);
}

}  // namespace twopop::sync
