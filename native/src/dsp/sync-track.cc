// Windows near an expected offset, and the straight line of lag over time that gathers the most.
#include <algorithm>
#include <cmath>

#include "dsp/sync-correlate.h"
#include "dsp/sync-fft.h"
#include "dsp/sync-spectra.h"
#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {

constexpr size_t kWindow = 16384;  // 1.37 s at 12 kHz: a drift of 100 ppm smears it by under two samples
constexpr size_t kLength = 32768;
constexpr size_t kMargin = (kLength - kWindow) / 2;

SYNC_VECTOR_CLONES
void addRow(float* __restrict sum, const float* __restrict row, size_t count) {
  for (size_t i = 0; i < count; ++i) sum[i] += row[i];
}

SYNC_VECTOR_CLONES
float highest(const float* __restrict values, size_t count) {
  float lanes[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    for (size_t j = 0; j < 8; ++j) {
      const float size = std::fabs(values[i + j]);
      lanes[j] = lanes[j] > size ? lanes[j] : size;
    }
  }
  float best = 0;
  for (const float lane : lanes) best = std::max(best, lane);
  for (; i < count; ++i) best = std::max(best, std::fabs(values[i]));
  return best;
}

}  // namespace

TrackResult trackLine(const SignalReader& camera, const SignalReader& recorder, const TrackRequest& request,
                      CancelFlag& cancel) {
  TrackResult result;
  const double stretch = 1 + request.driftPpm * 1e-6;
  const double windowSeconds = kWindow / kLowRate;
  // Only where both files have sound.
  double from = std::max(request.cameraFrom, -(request.offsetSeconds + request.toleranceSeconds) / stretch);
  double to = std::min(request.cameraTo, (recorder.seconds() - request.offsetSeconds + request.toleranceSeconds) / stretch);
  from = std::max(0.0, from);
  to = std::min(camera.seconds(), to);
  const double span = to - from;
  if (span < 0.3) return result;
  const auto count = static_cast<size_t>(std::min(static_cast<double>(kWindow), span * kLowRate));
  const double usedSeconds = static_cast<double>(count) / kLowRate;
  // Windows overlap by half as long as there are few.
  const auto places = static_cast<size_t>(std::max(1.0, std::floor((span - usedSeconds) / (windowSeconds * 0.75)) + 1));
  const size_t windows = std::min(places, std::max<size_t>(1, request.mostWindows));
  const double middle = (from + to) / 2;

  RealFft& plan = planFor(kLength);
  const size_t bins = plan.bins();
  const auto bin = [&](double hz) { return static_cast<size_t>(hz / kLowRate * kLength); };
  const size_t fromBin = bin(160), toBin = bin(5000);

  const double reachSeconds = request.toleranceSeconds + request.driftRangePpm * 1e-6 * span / 2;
  const auto reach = static_cast<int64_t>(std::min<double>(static_cast<double>(kMargin) - 8, std::ceil(reachSeconds * kLowRate) + 4));
  const size_t rowLength = static_cast<size_t>(2 * reach + 1);
  std::vector<std::vector<float>> rows;
  std::vector<double> times;
  std::vector<float> noises;
  std::vector<float> x(kLength), y(kLength), xr(bins), xi(bins), yr(bins), yi(bins), pr(bins), pi(bins);
  double variance = 0;
  for (size_t w = 0; w < windows; ++w) {
    if (cancel.load(std::memory_order_relaxed)) return result;
    double start = from + (windows > 1 ? (span - usedSeconds) * static_cast<double>(w) / static_cast<double>(windows - 1) : 0);
    const double startLow = std::round(start * kLowRate);
    start = startLow / kLowRate;
    std::fill(x.begin(), x.end(), 0.0f);
    readWindow(camera, Rate::low, startLow, count, request.driftPpm, x.data());
    const float level = rootMeanSquare(x.data(), count);
    if (level < 1e-6f) continue;
    taper(x.data(), count, count / 8);
    const double recorderStart = (request.offsetSeconds + start * stretch) * kLowRate;
    const auto recorderFirst = static_cast<int64_t>(std::llround(recorderStart)) - static_cast<int64_t>(kMargin);
    // The part of the recorder's position that a whole sample could not follow is put back into the lag.
    recorder.readLow(recorderFirst, kLength, y.data());
    if (rootMeanSquare(y.data() + kMargin, count) < 1e-7f) continue;
    plan.forward(x.data(), xr.data(), xi.data());
    shapeSpectrum(xr.data(), xi.data(), bins, fromBin, toBin, 0.0f);
    plan.forward(y.data(), yr.data(), yi.data());
    shapeSpectrum(yr.data(), yi.data(), bins, fromBin, toBin, 0.5f);
    conjugateProduct(xr.data(), xi.data(), yr.data(), yi.data(), pr.data(), pi.data(), bins);
    plan.inverse(pr.data(), pi.data(), y.data());
    const float noise = rootMeanSquare(y.data(), 2 * kMargin) + 1e-20f;
    // Loud windows count more, but a clap may not outweigh all the rest.
    const float weight = 1.0f / std::sqrt(noise);
    std::vector<float> row(rowLength);
    for (size_t i = 0; i < rowLength; ++i) {
      row[i] = y[static_cast<size_t>(static_cast<int64_t>(kMargin) - reach + static_cast<int64_t>(i))] * weight;
    }
    variance += static_cast<double>(noise * weight) * (noise * weight);
    noises.push_back(noise * weight);
    times.push_back(start + usedSeconds / 2);
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return result;
  const double deviation = std::sqrt(variance);

  const auto tolerance = static_cast<int64_t>(std::ceil(request.toleranceSeconds * kLowRate));
  const int64_t lagsTried = std::min(tolerance, reach);
  const size_t tried = static_cast<size_t>(2 * lagsTried + 1);
  const double half = std::max(usedSeconds, span / 2);
  const double slopeStep = 1.0 / (half * kLowRate);  // one sample at the ends
  const auto slopes = static_cast<int64_t>(std::floor(request.driftRangePpm * 1e-6 / slopeStep));
  std::vector<float> sum(tried), best(tried, 0.0f);
  std::vector<int32_t> bestSlope(tried, 0);
  const auto lineLag = [&](double slope, size_t w) {
    return static_cast<int64_t>(std::llround(slope * (times[w] - middle) * kLowRate));
  };
  for (int64_t s = -slopes; s <= slopes; ++s) {
    if (cancel.load(std::memory_order_relaxed)) return result;
    const double slope = static_cast<double>(s) * slopeStep;
    std::fill(sum.begin(), sum.end(), 0.0f);
    for (size_t w = 0; w < rows.size(); ++w) {
      const int64_t shift = std::clamp<int64_t>(reach - lagsTried + lineLag(slope, w), 0,
                                                static_cast<int64_t>(rowLength - tried));
      addRow(sum.data(), rows[w].data() + shift, tried);
    }
    for (size_t i = 0; i < tried; ++i) {
      if (std::fabs(sum[i]) > std::fabs(best[i])) {
        best[i] = sum[i];
        bestSlope[i] = static_cast<int32_t>(s);
      }
    }
  }
  size_t top = 0;
  for (size_t i = 1; i < tried; ++i) {
    if (std::fabs(best[i]) > std::fabs(best[top])) top = i;
  }
  const auto apart = static_cast<size_t>(0.006 * kLowRate);
  float second = 0;
  size_t secondAt = top;
  for (size_t i = 0; i < tried; ++i) {
    if ((i > top ? i - top : top - i) > apart && std::fabs(best[i]) > second) {
      second = std::fabs(best[i]);
      secondAt = i;
    }
  }
  result.found = true;
  result.score = std::fabs(best[top]) / deviation;
  result.secondScore = second / deviation;
  result.inverted = best[top] < 0;
  const double slope = static_cast<double>(bestSlope[top]) * slopeStep;
  const auto lagOf = [&](size_t i) { return (static_cast<double>(i) - static_cast<double>(lagsTried)) / kLowRate; };
  // lag at the middle + slope away from it, on top of the line that was asked for
  result.driftPpm = request.driftPpm + slope * 1e6;
  result.offsetSeconds = request.offsetSeconds + lagOf(top) - slope * middle;
  result.secondOffsetSeconds = request.offsetSeconds + lagOf(secondAt) - static_cast<double>(bestSlope[secondAt]) * slopeStep * middle;
  for (size_t w = 0; w < rows.size(); ++w) {
    const int64_t at = static_cast<int64_t>(top) + std::clamp<int64_t>(reach - lagsTried + lineLag(slope, w), 0,
                                                                       static_cast<int64_t>(rowLength - tried));
    float height = 0;
    for (int64_t i = std::max<int64_t>(0, at - 3); i <= std::min<int64_t>(static_cast<int64_t>(rowLength) - 1, at + 3); ++i) {
      height = std::max(height, std::fabs(rows[w][static_cast<size_t>(i)]));
    }
    const float own = highest(rows[w].data(), rowLength);
    const auto ownAt = static_cast<int64_t>(
        std::find_if(rows[w].begin(), rows[w].end(), [&](float v) { return std::fabs(v) == own; }) - rows[w].begin());
    result.windows.push_back({times[w], height / noises[w], static_cast<double>(ownAt - at) / kLowRate, own / noises[w]});
  }
  return result;
}

}  // namespace twopop::sync
