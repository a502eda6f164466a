// Pieces shared by the correlation kernels: windows of sound turned to weighted spectra.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/sync-signal.h"

namespace twopop::sync {

/// Split complex spectrum.
struct Spectrum {
  std::vector<float> real, imaginary;
  void resize(size_t bins) {
    real.resize(bins);
    imaginary.resize(bins);
  }
};

/// Which of the two versions of the sound a kernel works on.
enum class Rate { full, low };

/// Whether `readWindow` takes plain samples at this drift.
bool isReadPlainly(double driftPpm);

/// Reads `count` samples from `startSeconds` on, stretched by `driftPpm` (a positive drift reads the source slower:
/// its sample n is taken at start + n / (1 + drift)). Without a drift worth it, plain samples at the nearest position;
/// `fraction` then gets the part of a sample that was not followed.
void readWindow(const SignalReader& source, Rate rate, double start, size_t count, double driftPpm, float* into);

/// Scales each bin inside [fromBin, toBin) to magnitude^exponent (0 keeps the phase alone) and clears the rest.
void shapeSpectrum(float* real, float* imaginary, size_t bins, size_t fromBin, size_t toBin, float exponent);

/// out = conj(a) * b
void conjugateProduct(const float* aReal, const float* aImaginary, const float* bReal, const float* bImaginary,
                      float* outReal, float* outImaginary, size_t count);

/// out += conj(a) * b
void addConjugateProduct(const float* aReal, const float* aImaginary, const float* bReal, const float* bImaginary,
                         float* outReal, float* outImaginary, size_t count);

/// Cosine edges of `edge` samples at both ends.
void taper(float* samples, size_t count, size_t edge);

/// Root mean square.
float rootMeanSquare(const float* samples, size_t count);

}  // namespace twopop::sync
