#include "dsp/sync-statistics.h"

#include <algorithm>

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
