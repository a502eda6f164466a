#include "dsp/sync-path.h"

#include <algorithm>
#include <cmath>

#include "dsp/sync-signal.h"
#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {

/// So many are compared side by side: fewer the compiler would unroll and leave one by one.
constexpr size_t kLanes = 64;

/// The highest of the values times `scale`; nought where all are below.
SYNC_VECTOR_CLONES
float highestOf(const float* __restrict values, float scale, size_t count) {
  float lanes[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      const float height = values[i + j] * scale;
      lanes[j] = lanes[j] > height ? lanes[j] : height;
    }
  }
  float best = 0;
  for (const float lane : lanes) best = std::max(best, lane);
  for (; i < count; ++i) best = std::max(best, values[i] * scale);
  return best;
}

constexpr float kMostHeight = 14;
/// What is written for a lag that was jumped to; others have the step that led there.
constexpr int32_t kJumped = 127;

/// What a window adds at each of `count` lags to what led there: half the square of its height, upright ones only.
SYNC_VECTOR_CLONES
void addHeights(const float* __restrict row, float scale, float* __restrict values, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const float raw = row[i] * scale;
    const float height = raw < kMostHeight ? raw : kMostHeight;
    values[i] += height > 0 ? 0.5f * height * height : 0.0f;
  }
}

/// Where staying by a step of lag, at its price, is worth more than what was best so far: the step is taken. What is
/// worth the same goes to a later step only where `alike` says so.
SYNC_VECTOR_CLONES
void takeStep(const float* __restrict best, float price, int32_t step, bool alike, float* __restrict values,
              int32_t* __restrict steps, size_t count) {
  if (alike) {
    for (size_t i = 0; i < count; ++i) {
      const float stayed = best[i] - price;
      steps[i] = stayed >= values[i] ? step : steps[i];
      values[i] = stayed >= values[i] ? stayed : values[i];
    }
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    const float stayed = best[i] - price;
    steps[i] = stayed > values[i] ? step : steps[i];
    values[i] = stayed > values[i] ? stayed : values[i];
  }
}

SYNC_VECTOR_CLONES
void toBytes(const int32_t* __restrict values, int8_t* __restrict out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<int8_t>(values[i]);
}

}  // namespace

SYNC_VECTOR_CLONES
float highest(const float* __restrict values, size_t count) {
  float lanes[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      const float size = std::fabs(values[i + j]);
      lanes[j] = lanes[j] > size ? lanes[j] : size;
    }
  }
  float best = 0;
  for (const float lane : lanes) best = std::max(best, lane);
  for (; i < count; ++i) best = std::max(best, std::fabs(values[i]));
  return best;
}

Path followPath(const std::vector<std::vector<float>>& rows, const std::vector<float>& noises, const std::vector<int64_t>& centres,
                float sign, int64_t sight, double hopSeconds) {
  constexpr float kJumpPrice = 28, kStepPrice = 0.7f;
  constexpr double kWanderPpm = 4;
  constexpr size_t kPiece = 1024;
  const auto reach = std::min<int64_t>(kJumped - 1, static_cast<int64_t>(std::ceil(kWanderPpm * 1e-6 * hopSeconds * kLowRate)) + 1);
  const auto lags = static_cast<size_t>(2 * sight + 1), edge = static_cast<size_t>(reach);
  // Nothing leads in from beyond the ends.
  std::vector<float> best(lags + 2 * edge, -INFINITY), next(lags + 2 * edge, -INFINITY);
  std::fill_n(best.begin() + reach, lags, 0.0f);
  std::vector<int8_t> from(rows.size() * lags);
  std::vector<size_t> tops(rows.size());
  int32_t steps[kPiece];
  const auto topOf = [&](const std::vector<float>& values) {
    const float most = highest(values.data() + edge, lags);
    return static_cast<size_t>(std::find(values.begin() + reach, values.begin() + reach + static_cast<int64_t>(lags), most) -
                               (values.begin() + reach));
  };
  for (size_t w = 0; w < rows.size(); ++w) {
    const size_t top = tops[w] = topOf(best);
    const float jumped = best[edge + top] - (w > 0 ? kJumpPrice : 0);
    const float* row = rows[w].data() + (centres[w] - sight);
    for (size_t first = 0; first < lags; first += kPiece) {
      const size_t count = std::min(kPiece, lags - first);
      float* values = next.data() + edge + first;
      std::fill_n(values, count, jumped);
      std::fill_n(steps, count, kJumped);
      for (int64_t d = -reach; d <= reach; ++d) {
        takeStep(best.data() + static_cast<int64_t>(edge + first) + d, kStepPrice * static_cast<float>(d < 0 ? -d : d),
                 static_cast<int32_t>(d), d == 0, values, steps, count);
      }
      addHeights(row + first, sign / noises[w], values, count);
      toBytes(steps, from.data() + w * lags + first, count);
    }
    std::swap(best, next);
  }
  Path path{std::vector<int64_t>(rows.size()), 0};
  size_t at = topOf(best);
  path.worth = best[edge + at];
  for (size_t w = rows.size(); w-- > 0;) {
    path.lags[w] = static_cast<int64_t>(at) - sight;
    const int8_t step = from[w * lags + at];
    at = step == kJumped ? tops[w] : static_cast<size_t>(static_cast<int64_t>(at) + step);
  }
  return path;
}

float mostWorth(const std::vector<std::vector<float>>& rows, const std::vector<float>& noises, const std::vector<int64_t>& centres,
                float sign, int64_t sight) {
  float sum = 0;
  for (size_t w = 0; w < rows.size(); ++w) {
    const float height = std::min(kMostHeight, highestOf(rows[w].data() + (centres[w] - sight), sign / noises[w],
                                                         static_cast<size_t>(2 * sight + 1)));
    sum += 0.5f * height * height;
  }
  return 1.0001f * sum;
}

std::vector<size_t> runsOf(const std::vector<int64_t>& path, const std::vector<double>& times) {
  constexpr double kJumpSeconds = 0.0005, kWanderPpm = 8;
  std::vector<size_t> starts;
  for (size_t w = 0; w < path.size(); ++w) {
    const double moved = w > 0 ? std::fabs(static_cast<double>(path[w] - path[w - 1])) / kLowRate : 1;
    if (w == 0 || moved > kJumpSeconds + kWanderPpm * 1e-6 * (times[w] - times[w - 1])) starts.push_back(w);
  }
  starts.push_back(path.size());
  return starts;
}

}  // namespace twopop::sync
