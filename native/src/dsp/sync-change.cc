// Where a camera lost or repeated samples, to the sample where the wave itself breaks.
#include <algorithm>
#include <cmath>

#include "dsp/sync-correlate.h"
#include "dsp/sync-fft.h"
#include "dsp/sync-spectra.h"

namespace twopop::sync {

namespace {

constexpr double kLowestHz = 200, kHighestHz = 4800;
/// Sound beyond the range on either side: it belongs to one line surely and steadies the ends.
constexpr double kMarginSeconds = 0.3;
/// A break stands out of what prediction leaves by this much, and out of the next by that factor: the noise of a
/// microphone does not do so within seconds, and consonants come in numbers.
constexpr double kLeastBreak = 8;
constexpr double kLeastBreakLead = 1.35;
constexpr size_t kPrediction = 32;
/// Standard deviations that a sum of chance products may reach.
constexpr double kChance = 2;

/// Levels the spectrum broadly, so that every band of speech has a say, and clears what lies outside.
void whiten(std::vector<float>& samples) {
  const size_t length = nextPowerOfTwo(samples.size());
  RealFft& plan = planFor(length);
  std::vector<float> padded(length, 0.0f), real(plan.bins()), imaginary(plan.bins());
  std::copy(samples.begin(), samples.end(), padded.begin());
  plan.forward(padded.data(), real.data(), imaginary.data());
  const auto bin = [&](double hz) { return static_cast<size_t>(hz / kLowRate * static_cast<double>(length)); };
  const size_t from = bin(kLowestHz), to = bin(kHighestHz), reach = std::max<size_t>(1, bin(60));
  std::vector<double> running(plan.bins() + 1, 0.0);
  for (size_t k = 0; k < plan.bins(); ++k) running[k + 1] = running[k] + real[k] * real[k] + imaginary[k] * imaginary[k];
  std::vector<float> gains(plan.bins(), 0.0f);
  for (size_t k = from; k < to; ++k) {
    const size_t low = k > reach ? k - reach : 0, high = std::min(plan.bins(), k + reach + 1);
    gains[k] = static_cast<float>(1 / std::sqrt((running[high] - running[low]) / static_cast<double>(high - low) + 1e-20));
  }
  for (size_t k = 0; k < plan.bins(); ++k) {
    real[k] *= gains[k];
    imaginary[k] *= gains[k];
  }
  plan.inverse(real.data(), imaginary.data(), padded.data());
  std::copy(padded.begin(), padded.begin() + static_cast<ptrdiff_t>(samples.size()), samples.begin());
}

/// Divides each sample by the power round it, so that neither a bump on the microphone nor a room's answer to a loud
/// word says more than a word.
void level(std::vector<float>& samples) {
  const auto reach = static_cast<size_t>(0.05 * kLowRate);
  const size_t count = samples.size();
  std::vector<double> running(count + 1, 0.0);
  for (size_t n = 0; n < count; ++n) running[n + 1] = running[n] + static_cast<double>(samples[n]) * samples[n];
  const double floor = 0.05 * running[count] / static_cast<double>(count) + 1e-20;
  for (size_t n = 0; n < count; ++n) {
    const size_t low = n > reach ? n - reach : 0, high = std::min(count, n + reach + 1);
    samples[n] = static_cast<float>(samples[n] / (floor + (running[high] - running[low]) / static_cast<double>(high - low)));
  }
}

/// The whole-sample place at which linear prediction fails most between two samples, or -1 where it fails nowhere much.
int64_t breakBetween(const SignalReader& camera, int64_t first, int64_t last) {
  const int64_t lead = 4800;
  const auto count = static_cast<size_t>(last - first + 2 * lead);
  std::vector<float> samples(count);
  camera.readFull(first - lead, count, samples.data());
  std::vector<double> products(kPrediction + 1, 0.0), taps(kPrediction + 1, 0.0), before(kPrediction + 1);
  for (size_t k = 0; k <= kPrediction; ++k) {
    for (size_t n = k; n < count; ++n) products[k] += static_cast<double>(samples[n]) * samples[n - k];
  }
  if (products[0] <= 0) return -1;
  double error = products[0] * (1 + 1e-9);
  taps[0] = 1;
  for (size_t m = 1; m <= kPrediction; ++m) {
    double sum = products[m];
    for (size_t k = 1; k < m; ++k) sum += taps[k] * products[m - k];
    const double reflection = -sum / error;
    before = taps;
    for (size_t k = 1; k < m; ++k) taps[k] = before[k] + reflection * before[m - k];
    taps[m] = reflection;
    error *= 1 - reflection * reflection;
    if (error <= 0) return -1;
  }
  std::vector<float> left(count, 0.0f);
  for (size_t n = kPrediction; n < count; ++n) {
    double sum = 0;
    for (size_t k = 0; k <= kPrediction; ++k) sum += taps[k] * samples[n - k];
    left[n] = static_cast<float>(sum);
  }
  // Against the level of what is left in the 10 ms on either side, so that a consonant is no break.
  constexpr int64_t kNear = 480, kGuard = 40;
  double best = 0, second = 0;
  int64_t at = -1;
  std::vector<double> running(count + 1, 0.0);
  for (size_t n = 0; n < count; ++n) running[n + 1] = running[n] + static_cast<double>(left[n]) * left[n];
  const auto power = [&](int64_t a, int64_t b) {
    return (running[static_cast<size_t>(b)] - running[static_cast<size_t>(a)]) / static_cast<double>(b - a);
  };
  for (int64_t n = lead; n < static_cast<int64_t>(count) - lead; ++n) {
    const double level = std::sqrt(std::max({power(n - kNear, n - kGuard), power(n + kGuard, n + kNear),
                                             1e-14}));
    const double height = std::fabs(left[static_cast<size_t>(n)]) / level;
    if (height > best) {
      if (at < 0 || n - at > kGuard) second = best;
      best = height;
      at = n;
    } else if (height > second && n - at > kGuard) {
      second = height;
    }
  }
  return best >= std::max(kLeastBreak, kLeastBreakLead * second) ? first - lead + at : -1;
}

}  // namespace

ChangeResult locateChange(const SignalReader& camera, const SignalReader& recorder, const ChangeRequest& request,
                          CancelFlag& cancel) {
  ChangeResult result;
  const double from = std::max(0.0, request.from - kMarginSeconds);
  const double to = std::min(camera.seconds(), request.to + kMarginSeconds);
  if (to - from < 0.05) return result;
  const auto count = static_cast<size_t>((to - from) * kLowRate);
  const auto first = static_cast<int64_t>(std::llround(from * kLowRate));
  std::vector<float> x(count), before(count), after(count);
  readWindow(camera, Rate::low, static_cast<double>(first), count, request.driftPpm, x.data());
  const double stretch = 1 + request.driftPpm * 1e-6, start = static_cast<double>(first) / kLowRate * stretch;
  recorder.readLow(std::llround((request.beforeOffsetSeconds + start) * kLowRate), count, before.data());
  recorder.readLow(std::llround((request.afterOffsetSeconds + start) * kLowRate), count, after.data());
  if (cancel.load(std::memory_order_relaxed)) return result;
  whiten(x);
  level(x);
  whiten(before);
  whiten(after);
  // A whole sample is a sixth of the shortest wave used; the best of the neighbours makes up for it.
  const auto along = [&](const std::vector<float>& y, std::vector<double>& sums) {
    double best = -1;
    std::vector<double> tried(count);
    for (int shift = -2; shift <= 2; ++shift) {
      double total = 0;
      for (size_t n = 0; n < count; ++n) {
        const int64_t m = static_cast<int64_t>(n) + shift;
        tried[n] = m >= 0 && m < static_cast<int64_t>(count) ? static_cast<double>(x[n]) * y[static_cast<size_t>(m)] : 0;
        if (request.inverted) tried[n] = -tried[n];
        total += tried[n];
      }
      if (total > best) {
        best = total;
        sums = tried;
      }
    }
  };
  std::vector<double> ofBefore(count, 0.0), ofAfter(count, 0.0);
  along(before, ofBefore);
  along(after, ofAfter);
  // Up to the change the sound should follow the first line, from it on the second: the highest running sum decides.
  std::vector<double> running(count + 1, 0.0), squares(count + 1, 0.0);
  for (size_t n = 0; n < count; ++n) {
    const double lead = ofBefore[n] - ofAfter[n];
    running[n + 1] = running[n] + lead;
    squares[n + 1] = squares[n] + lead * lead;
  }
  const auto top = static_cast<size_t>(std::max_element(running.begin(), running.end()) - running.begin());
  // A place from which the sum has not risen by more than chance moves it is as likely: pauses, and sound under noise.
  // What five milliseconds of the sound move it by is nothing: in a pause the tail of a room would else decide.
  const double least = squares[count] / static_cast<double>(count) * 0.005 * kLowRate;
  size_t low = top, high = top;
  for (size_t n = 0; n <= count; ++n) {
    const double chance = std::sqrt(std::fabs(squares[n] - squares[top]) + least);
    if (running[top] - running[n] > kChance * chance) continue;
    low = std::min(low, n);
    high = std::max(high, n);
  }
  result.found = true;
  result.fromSeconds = static_cast<double>(first + static_cast<int64_t>(low)) / kLowRate;
  result.toSeconds = static_cast<double>(first + static_cast<int64_t>(high)) / kLowRate;
  result.cameraSeconds = (result.fromSeconds + result.toSeconds) / 2;
  const auto broken = breakBetween(camera, std::llround((result.fromSeconds - 0.02) * kFullRate),
                                   std::llround((result.toSeconds + 0.02) * kFullRate));
  if (broken >= 0) {
    result.cameraSeconds = static_cast<double>(broken) / kFullRate;
    result.exact = true;
  }
  return result;
}

}  // namespace twopop::sync
