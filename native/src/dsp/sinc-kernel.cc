#include "dsp/sinc-kernel.h"

#include <cmath>

#include "dsp/fade-curve.h"

namespace twopop::dsp {
namespace {

/// Modified Bessel function of the first kind, order 0, by its series.
double besselZero(double x) {
  double sum = 1, term = 1;
  for (int k = 1; k < 60; k++) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

}  // namespace

SincKernel::SincKernel() : table_(static_cast<size_t>(kHalfWidth * kSteps) + 2, 0.0) {
  constexpr double kBeta = 9;  // Kaiser: side lobes below -90 dB
  for (int i = 0; i < kHalfWidth * kSteps; i++) {
    const double t = static_cast<double>(i) / kSteps, u = t / kHalfWidth;
    const bool crossing = i % kSteps == 0;
    const double sinc = i == 0 ? 1 : crossing ? 0 : std::sin(kPi * t) / (kPi * t);
    table_[static_cast<size_t>(i)] = sinc * besselZero(kBeta * std::sqrt(1 - u * u)) / besselZero(kBeta);
  }
}

void SincKernel::weights(double fraction, double stretch, double* to) const {
  const int width = static_cast<int>(reach(stretch));
  double sum = 0;
  for (int tap = 1 - width; tap <= width; tap++) {
    const double place = std::fabs(static_cast<double>(tap) - fraction) / stretch * kSteps;
    double weight = 0;
    if (place < kHalfWidth * kSteps) {
      const auto step = static_cast<size_t>(place);
      weight = table_[step] + (table_[step + 1] - table_[step]) * (place - static_cast<double>(step));
    }
    to[tap + width - 1] = weight;
    sum += weight;
  }
  if (stretch == 1 && fraction == 0) return;
  // A constant stays what it is at every fraction.
  for (int i = 0; i < 2 * width; i++) to[i] /= sum;
}

}  // namespace twopop::dsp
