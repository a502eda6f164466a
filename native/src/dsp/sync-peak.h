// Peaks of a correlation that is known by a band of its spectrum, and smoothing along such a band.
#pragma once

#include <cstddef>
#include <vector>

namespace twopop::sync {

/// The bins from `firstBin` on of the spectrum of a correlation of `length` lags; the others are nothing.
struct BandSpectrum {
  size_t firstBin;
  size_t length;
  std::vector<float> real, imaginary;
};

/// The highest point of |correlation| near a whole lag, to a small fraction of a sample.
double sharpenPeak(const BandSpectrum& spectrum, double lag);

/// Moving average over `reach` values either side; `out` is as long as `values`.
void smooth(const std::vector<float>& values, size_t reach, std::vector<float>& out);

/// `smooth` of the squared magnitudes of `count` bins.
void smoothPower(const float* real, const float* imaginary, size_t count, size_t reach, std::vector<float>& out);

}  // namespace twopop::sync
