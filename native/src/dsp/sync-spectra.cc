#include "dsp/sync-spectra.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {
constexpr double kPi = 3.14159265358979323846;
// A smaller stretch than this shifts the ends of a window by less than the correlation can tell.
constexpr double kPlainReadingPpm = 250;
}  // namespace

bool isReadPlainly(double driftPpm) { return std::fabs(driftPpm) < kPlainReadingPpm; }

void readWindow(const SignalReader& source, Rate rate, double start, size_t count, double driftPpm, float* into) {
  const auto read = [&](int64_t at, size_t many, float* out) {
    if (rate == Rate::full) {
      source.readFull(at, many, out);
    } else {
      source.readLow(at, many, out);
    }
  };
  if (isReadPlainly(driftPpm)) {
    read(std::llround(start), count, into);
    return;
  }
  const double step = 1.0 / (1.0 + driftPpm * 1e-6);
  const auto first = static_cast<int64_t>(std::floor(start)) - 2;
  std::vector<float> raw(static_cast<size_t>(static_cast<double>(count) * step) + 8);
  read(first, raw.size(), raw.data());
  const double shift = std::round(start) - static_cast<double>(first);
  for (size_t n = 0; n < count; ++n) {
    const double position = shift + static_cast<double>(n) * step;
    const auto whole = static_cast<size_t>(position);
    const auto f = static_cast<float>(position - static_cast<double>(whole));
    if (whole < 1 || whole + 2 >= raw.size()) {
      into[n] = 0;
      continue;
    }
    // Four-point Lagrange: the bands used end well under half the rate.
    const float a = raw[whole - 1], b = raw[whole], c = raw[whole + 1], d = raw[whole + 2];
    into[n] = b + f * ((c - a / 3 - b / 2 - d / 6) + f * ((a + c) / 2 - b + f * ((d - a) / 6 + (b - c) / 2)));
  }
}

SYNC_VECTOR_CLONES
static void phaseOnly(float* __restrict real, float* __restrict imaginary, size_t from, size_t to) {
  for (size_t k = from; k < to; ++k) {
    const float power = real[k] * real[k] + imaginary[k] * imaginary[k] + 1e-30f;
    const float scale = 1.0f / std::sqrt(power);
    real[k] *= scale;
    imaginary[k] *= scale;
  }
}

SYNC_VECTOR_CLONES
static void rootOnly(float* __restrict real, float* __restrict imaginary, size_t from, size_t to) {
  for (size_t k = from; k < to; ++k) {
    const float power = real[k] * real[k] + imaginary[k] * imaginary[k] + 1e-30f;
    const float scale = 1.0f / std::sqrt(std::sqrt(power));
    real[k] *= scale;
    imaginary[k] *= scale;
  }
}

void shapeSpectrum(float* real, float* imaginary, size_t bins, size_t fromBin, size_t toBin, float exponent) {
  toBin = std::min(toBin, bins);
  std::fill(real, real + fromBin, 0.0f);
  std::fill(imaginary, imaginary + fromBin, 0.0f);
  std::fill(real + toBin, real + bins, 0.0f);
  std::fill(imaginary + toBin, imaginary + bins, 0.0f);
  if (exponent == 0.0f) {
    phaseOnly(real, imaginary, fromBin, toBin);
  } else if (exponent == 0.5f) {
    rootOnly(real, imaginary, fromBin, toBin);
  } else {
    for (size_t k = fromBin; k < toBin; ++k) {
      const float magnitude = std::hypot(real[k], imaginary[k]) + 1e-15f;
      const float scale = std::pow(magnitude, exponent - 1);
      real[k] *= scale;
      imaginary[k] *= scale;
    }
  }
}

SYNC_VECTOR_CLONES
void conjugateProduct(const float* __restrict ar, const float* __restrict ai, const float* __restrict br,
                      const float* __restrict bi, float* __restrict outReal, float* __restrict outImaginary,
                      size_t count) {
  for (size_t k = 0; k < count; ++k) {
    outReal[k] = ar[k] * br[k] + ai[k] * bi[k];
    outImaginary[k] = ar[k] * bi[k] - ai[k] * br[k];
  }
}

SYNC_VECTOR_CLONES
void addConjugateProduct(const float* __restrict ar, const float* __restrict ai, const float* __restrict br,
                         const float* __restrict bi, float* __restrict outReal, float* __restrict outImaginary,
                         size_t count) {
  for (size_t k = 0; k < count; ++k) {
    outReal[k] += ar[k] * br[k] + ai[k] * bi[k];
    outImaginary[k] += ar[k] * bi[k] - ai[k] * br[k];
  }
}

namespace {

/// Rising half of a raised cosine; the few lengths that are asked for are worked out once a thread.
const std::vector<float>& risingEdge(size_t edge) {
  thread_local std::map<size_t, std::vector<float>> edges;
  std::vector<float>& gains = edges[edge];
  if (gains.size() != edge) {
    if (edges.size() > 64) {
      edges.clear();
      return risingEdge(edge);
    }
    gains.resize(edge);
    for (size_t i = 0; i < edge; ++i) {
      gains[i] = static_cast<float>(0.5 - 0.5 * std::cos(kPi * (static_cast<double>(i) + 0.5) / static_cast<double>(edge)));
    }
  }
  return gains;
}

SYNC_VECTOR_CLONES
float squareSum(const float* __restrict samples, size_t count) {
  float sums[8] = {0};
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    for (size_t j = 0; j < 8; ++j) sums[j] += samples[i + j] * samples[i + j];
  }
  float sum = ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
  for (; i < count; ++i) sum += samples[i] * samples[i];
  return sum;
}

}  // namespace

void taper(float* samples, size_t count, size_t edge) {
  if (edge == 0) return;
  const std::vector<float>& gains = risingEdge(edge);
  for (size_t i = 0; i < edge && 2 * i < count; ++i) {
    samples[i] *= gains[i];
    samples[count - 1 - i] *= gains[i];
  }
}

float rootMeanSquare(const float* samples, size_t count) {
  constexpr size_t kPiece = 1024;
  double sum = 0;
  for (size_t i = 0; i < count; i += kPiece) sum += squareSum(samples + i, std::min(kPiece, count - i));
  return count ? static_cast<float>(std::sqrt(sum / static_cast<double>(count))) : 0.0f;
}

}  // namespace twopop::sync
