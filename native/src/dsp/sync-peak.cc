#include "dsp/sync-peak.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace twopop::sync {

namespace {

constexpr double kPi = 3.14159265358979323846;

/// Value of the correlation at any lag, from its spectrum.
double valueAt(const BandSpectrum& spectrum, double lag) {
  const double angle = 2 * kPi * lag / static_cast<double>(spectrum.length);
  double cosine = std::cos(angle * static_cast<double>(spectrum.firstBin)), sine = std::sin(angle * static_cast<double>(spectrum.firstBin));
  const double stepCosine = std::cos(angle), stepSine = std::sin(angle);
  double sum = 0;
  for (size_t k = 0; k < spectrum.real.size(); ++k) {
    sum += spectrum.real[k] * cosine - spectrum.imaginary[k] * sine;
    const double next = cosine * stepCosine - sine * stepSine;
    sine = cosine * stepSine + sine * stepCosine;
    cosine = next;
  }
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
