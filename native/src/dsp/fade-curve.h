// The gain of a fade at u in 0..1: the formulas of src-shared/engine/fade-curve.ts.
#pragma once

#include <cmath>

#include "plan.h"

namespace twopop::dsp {

constexpr double kPi = 3.14159265358979323846;

inline double fadeGain(FadeShape shape, double u) {
  switch (shape) {
    case FadeShape::linear: return u;
    case FadeShape::equalPower: return std::sin(u * kPi / 2);
    case FadeShape::sCurve: return 0.5 - 0.5 * std::cos(u * kPi);
    case FadeShape::slow: return u * u;
    case FadeShape::fast: return 1 - (1 - u) * (1 - u);
  }
  return u;
}

}  // namespace twopop::dsp
