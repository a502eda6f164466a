#include "dsp/sync-peak.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {

constexpr double kPi = 3.14159265358979323846;

/// Value of the correlation at any lag, from its spectrum. Every eighth bin goes by a turn of its own: one turn after
/// another would have each wait for the last.
SYNC_VECTOR_CLONES
double valueAt(const BandSpectrum& spectrum, double lag) {
  constexpr size_t kTurns = 8;
  const double angle = 2 * kPi * lag / static_cast<double>(spectrum.length);
  double cosines[kTurns], sines[kTurns], sums[kTurns] = {};
  for (size_t j = 0; j < kTurns; ++j) {
    const double at = angle * static_cast<double>(spectrum.firstBin + j);
    cosines[j] = std::cos(at);
    sines[j] = std::sin(at);
  }
  const double stepCosine = std::cos(angle * kTurns), stepSine = std::sin(angle * kTurns);
  const float* real = spectrum.real.data();
  const float* imaginary = spectrum.imaginary.data();
  const size_t count = spectrum.real.size(), whole = count - count % kTurns;
  for (size_t k = 0; k < whole; k += kTurns) {
    for (size_t j = 0; j < kTurns; ++j) {
      sums[j] += static_cast<double>(real[k + j]) * cosines[j] - static_cast<double>(imaginary[k + j]) * sines[j];
      const double next = cosines[j] * stepCosine - sines[j] * stepSine;
      sines[j] = cosines[j] * stepSine + sines[j] * stepCosine;
      cosines[j] = next;
    }
  }
  double sum = 0;
  for (const double one : sums) sum += one;
  for (size_t j = 0; whole + j < count; ++j) sum += real[whole + j] * cosines[j] - imaginary[whole + j] * sines[j];
  return 2 * sum / static_cast<double>(spectrum.length);
}

}  // namespace

double sharpenPeak(const BandSpectrum& spectrum, double lag) {
  const double sign = valueAt(spectrum, lag) < 0 ? -1 : 1;
  double step = 0.5, at = lag;
  double here = sign * valueAt(spectrum, at);
  while (step > 0.01) {
    const double before = sign * valueAt(spectrum, at - step);
    const double after = sign * valueAt(spectrum, at + step);
    if (before > here && before >= after) {
      at -= step;
      here = before;
    } else if (after > here) {
      at += step;
      here = after;
    } else {
      const double curve = before - 2 * here + after;
      if (step <= 0.125 && curve < 0) return at + std::clamp(0.5 * (before - after) / curve, -0.5, 0.5) * step;
      step /= 2;
    }
  }
  return at;
}

void smooth(const std::vector<float>& values, size_t reach, std::vector<float>& out) {
  const size_t count = values.size();
  double running = 0;
  for (size_t k = 0; k < std::min(count, reach); ++k) running += values[k];
  for (size_t k = 0; k < count; ++k) {
    if (k + reach < count) running += values[k + reach];
    if (k > reach) running -= values[k - reach - 1];
    const size_t width = std::min(count, k + reach + 1) - (k > reach ? k - reach : 0);
    out[k] = static_cast<float>(std::max(0.0, running) / static_cast<double>(width));
  }
}

void smoothPower(const float* real, const float* imaginary, size_t count, size_t reach, std::vector<float>& out) {
  std::vector<float> power(count);
  for (size_t k = 0; k < count; ++k) power[k] = real[k] * real[k] + imaginary[k] * imaginary[k];
  smooth(power, reach, out);
}

}  // namespace twopop::sync
