#include "dsp/sync-fft.h"

#include <cmath>
#include <map>
#include <utility>

#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {

constexpr double kTwoPi = 6.283185307179586476925286766559;

#if defined(__GNUC__)
#define SYNC_INLINE __attribute__((always_inline)) inline
#else
#define SYNC_INLINE inline
#endif

// `count` butterflies with one set of twiddles. All places are apart, which the compiler must be told to use vectors.
SYNC_INLINE void butterflies(size_t count, float c1, float s1, float c2, float s2, float c3, float s3,
                             const float* __restrict aR, const float* __restrict aI, const float* __restrict bR,
                             const float* __restrict bI, const float* __restrict cR, const float* __restrict cI,
                             const float* __restrict dR, const float* __restrict dI, float* __restrict y0R,
                             float* __restrict y0I, float* __restrict y1R, float* __restrict y1I, float* __restrict y2R,
                             float* __restrict y2I, float* __restrict y3R, float* __restrict y3I) {
  for (size_t q = 0; q < count; ++q) {
    const float sumR = aR[q] + cR[q], sumI = aI[q] + cI[q];
    const float difR = aR[q] - cR[q], difI = aI[q] - cI[q];
    const float bdR = bR[q] + dR[q], bdI = bI[q] + dI[q];
    const float jR = bI[q] - dI[q], jI = dR[q] - bR[q];  // -j (b - d)
    y0R[q] = sumR + bdR;
    y0I[q] = sumI + bdI;
    const float uR = difR + jR, uI = difI + jI;
    y1R[q] = uR * c1 - uI * s1;
    y1I[q] = uR * s1 + uI * c1;
    const float vR = sumR - bdR, vI = sumI - bdI;
    y2R[q] = vR * c2 - vI * s2;
    y2I[q] = vR * s2 + vI * c2;
    const float wR = difR - jR, wI = difI - jI;
    y3R[q] = wR * c3 - wI * s3;
    y3I[q] = wR * s3 + wI * c3;
  }
}

// One radix-4 pass of Stockham's self-sorting transform over split real and imaginary arrays: no bit reversal,
// and the inner loop runs over neighbouring samples, which lets the compiler use vectors. Strides are 4 or a multiple
// of 16.
SYNC_VECTOR_CLONES
void radixFourPass(size_t quarter, size_t stride, const float* __restrict cosines, const float* __restrict sines,
                   const float* __restrict inReal, const float* __restrict inImaginary, float* __restrict outReal,
                   float* __restrict outImaginary) {
  const size_t span = stride * quarter;
  for (size_t p = 0; p < quarter; ++p) {
    const float c1 = cosines[p], s1 = sines[p];
    const float c2 = cosines[quarter + p], s2 = sines[quarter + p];
    const float c3 = cosines[2 * quarter + p], s3 = sines[2 * quarter + p];
    const float* ar = inReal + stride * p;
    const float* ai = inImaginary + stride * p;
    float* yr = outReal + stride * 4 * p;
    float* yi = outImaginary + stride * 4 * p;
    if (stride == 4) {
      butterflies(4, c1, s1, c2, s2, c3, s3, ar, ai, ar + span, ai + span, ar + 2 * span, ai + 2 * span, ar + 3 * span,
                  ai + 3 * span, yr, yi, yr + 4, yi + 4, yr + 8, yi + 8, yr + 12, yi + 12);
      continue;
    }
    for (size_t q = 0; q < stride; q += 16) {
      butterflies(16, c1, s1, c2, s2, c3, s3, ar + q, ai + q, ar + q + span, ai + q + span, ar + q + 2 * span,
                  ai + q + 2 * span, ar + q + 3 * span, ai + q + 3 * span, yr + q, yi + q, yr + q + stride,
                  yi + q + stride, yr + q + 2 * stride, yi + q + 2 * stride, yr + q + 3 * stride, yi + q + 3 * stride);
    }
  }
}

// The first pass has stride 1; running over butterflies keeps its loads contiguous.
SYNC_VECTOR_CLONES
void firstPass(size_t quarter, const float* __restrict cosines, const float* __restrict sines,
               const float* __restrict inReal, const float* __restrict inImaginary, float* __restrict outReal,
               float* __restrict outImaginary) {
  for (size_t p = 0; p < quarter; ++p) {
    const float aReal = inReal[p], aImag = inImaginary[p];
    const float bReal = inReal[p + quarter], bImag = inImaginary[p + quarter];
    const float cReal = inReal[p + 2 * quarter], cImag = inImaginary[p + 2 * quarter];
    const float dReal = inReal[p + 3 * quarter], dImag = inImaginary[p + 3 * quarter];
    const float sumR = aReal + cReal, sumI = aImag + cImag;
    const float difR = aReal - cReal, difI = aImag - cImag;
    const float bdR = bReal + dReal, bdI = bImag + dImag;
    const float jR = bImag - dImag, jI = dReal - bReal;
    const float uR = difR + jR, uI = difI + jI;
    const float vR = sumR - bdR, vI = sumI - bdI;
    const float wR = difR - jR, wI = difI - jI;
    const float c1 = cosines[p], s1 = sines[p];
    const float c2 = cosines[quarter + p], s2 = sines[quarter + p];
    const float c3 = cosines[2 * quarter + p], s3 = sines[2 * quarter + p];
    outReal[4 * p] = sumR + bdR;
    outImaginary[4 * p] = sumI + bdI;
    outReal[4 * p + 1] = uR * c1 - uI * s1;
    outImaginary[4 * p + 1] = uR * s1 + uI * c1;
    outReal[4 * p + 2] = vR * c2 - vI * s2;
    outImaginary[4 * p + 2] = vR * s2 + vI * c2;
    outReal[4 * p + 3] = wR * c3 - wI * s3;
    outImaginary[4 * p + 3] = wR * s3 + wI * c3;
  }
}

SYNC_VECTOR_CLONES
void radixTwoPass(size_t stride, const float* __restrict inReal, const float* __restrict inImaginary,
                  float* __restrict outReal, float* __restrict outImaginary) {
  for (size_t q = 0; q < stride; ++q) {
    const float aReal = inReal[q], aImag = inImaginary[q];
    const float bReal = inReal[q + stride], bImag = inImaginary[q + stride];
    outReal[q] = aReal + bReal;
    outImaginary[q] = aImag + bImag;
    outReal[q + stride] = aReal - bReal;
    outImaginary[q + stride] = aImag - bImag;
  }
}

SYNC_VECTOR_CLONES
void part(const float* __restrict samples, float* __restrict even, float* __restrict odd, size_t count) {
  for (size_t k = 0; k < count; ++k) {
    even[k] = samples[2 * k];
    odd[k] = samples[2 * k + 1];
  }
}

SYNC_VECTOR_CLONES
void join(const float* __restrict even, const float* __restrict odd, float scale, float* __restrict samples, size_t count) {
  for (size_t k = 0; k < count; ++k) {
    samples[2 * k] = even[k] * scale;
    samples[2 * k + 1] = odd[k] * scale;
  }
}

// Turns the half-length complex transform of interleaved samples into the real transform, bins 1 to half-1.
SYNC_VECTOR_CLONES
void splitForward(size_t half, const float* __restrict zr, const float* __restrict zi, const float* __restrict cosine,
                  const float* __restrict sine, float* __restrict real, float* __restrict imaginary) {
  for (size_t k = 1; k < half; ++k) {
    const size_t m = half - k;
    const float evenR = 0.5f * (zr[k] + zr[m]), evenI = 0.5f * (zi[k] - zi[m]);
    const float oddR = 0.5f * (zi[k] + zi[m]), oddI = 0.5f * (zr[m] - zr[k]);
    real[k] = evenR + oddR * cosine[k] - oddI * sine[k];
    imaginary[k] = evenI + oddR * sine[k] + oddI * cosine[k];
  }
}

SYNC_VECTOR_CLONES
void splitInverse(size_t half, const float* __restrict real, const float* __restrict imaginary,
                  const float* __restrict cosine, const float* __restrict sine, float* __restrict zr,
                  float* __restrict zi) {
  for (size_t k = 1; k < half; ++k) {
    const size_t m = half - k;
    const float evenR = 0.5f * (real[k] + real[m]), evenI = 0.5f * (imaginary[k] - imaginary[m]);
    const float difR = 0.5f * (real[k] - real[m]), difI = 0.5f * (imaginary[k] + imaginary[m]);
    const float oddR = difR * cosine[k] + difI * sine[k];
    const float oddI = difI * cosine[k] - difR * sine[k];
    zr[k] = evenR - oddI;
    zi[k] = evenI + oddR;
  }
}

}  // namespace

RealFft::RealFft(size_t length) : length_(length), half_(length / 2) {
  size_t remaining = half_, stride = 1;
  while (remaining >= 4) {
    Stage stage;
    stage.quarter = remaining / 4;
    stage.stride = stride;
    stage.cosines.resize(3 * stage.quarter);
    stage.sines.resize(3 * stage.quarter);
    for (size_t power = 1; power <= 3; ++power) {
      for (size_t p = 0; p < stage.quarter; ++p) {
        const double angle = -kTwoPi * static_cast<double>(p * power) / static_cast<double>(remaining);
        stage.cosines[(power - 1) * stage.quarter + p] = static_cast<float>(std::cos(angle));
        stage.sines[(power - 1) * stage.quarter + p] = static_cast<float>(std::sin(angle));
      }
    }
    stages_.push_back(std::move(stage));
    remaining /= 4;
    stride *= 4;
  }
  lastRadixTwo_ = remaining == 2;
  splitCosine_.resize(half_);
  splitSine_.resize(half_);
  for (size_t k = 0; k < half_; ++k) {
    const double angle = -kTwoPi * static_cast<double>(k) / static_cast<double>(length_);
    splitCosine_[k] = static_cast<float>(std::cos(angle));
    splitSine_[k] = static_cast<float>(std::sin(angle));
  }
  workReal_.resize(half_);
  workImaginary_.resize(half_);
  otherReal_.resize(half_);
  otherImaginary_.resize(half_);
}

void RealFft::transform(float* real, float* imaginary) {
  float* fromReal = real;
  float* fromImaginary = imaginary;
  float* toReal = otherReal_.data();
  float* toImaginary = otherImaginary_.data();
  for (const Stage& stage : stages_) {
    if (stage.stride == 1) {
      firstPass(stage.quarter, stage.cosines.data(), stage.sines.data(), fromReal, fromImaginary, toReal, toImaginary);
    } else {
      radixFourPass(stage.quarter, stage.stride, stage.cosines.data(), stage.sines.data(), fromReal, fromImaginary,
                    toReal, toImaginary);
    }
    std::swap(fromReal, toReal);
    std::swap(fromImaginary, toImaginary);
  }
  if (lastRadixTwo_) {
    radixTwoPass(half_ / 2, fromReal, fromImaginary, toReal, toImaginary);
    std::swap(fromReal, toReal);
    std::swap(fromImaginary, toImaginary);
  }
  if (fromReal != workReal_.data()) {
    workReal_.swap(otherReal_);
    workImaginary_.swap(otherImaginary_);
  }
}

void RealFft::forward(const float* samples, float* real, float* imaginary) {
  part(samples, workReal_.data(), workImaginary_.data(), half_);
  transform(workReal_.data(), workImaginary_.data());
  real[0] = workReal_[0] + workImaginary_[0];
  imaginary[0] = 0;
  real[half_] = workReal_[0] - workImaginary_[0];
  imaginary[half_] = 0;
  splitForward(half_, workReal_.data(), workImaginary_.data(), splitCosine_.data(), splitSine_.data(), real, imaginary);
}

void RealFft::inverse(const float* real, const float* imaginary, float* samples) {
  workReal_[0] = 0.5f * (real[0] + real[half_]);
  workImaginary_[0] = 0.5f * (real[0] - real[half_]);
  splitInverse(half_, real, imaginary, splitCosine_.data(), splitSine_.data(), workReal_.data(), workImaginary_.data());
  // The inverse transform is the forward one with the parts changed round, before and after.
  workReal_.swap(workImaginary_);
  transform(workReal_.data(), workImaginary_.data());
  join(workImaginary_.data(), workReal_.data(), 1.0f / static_cast<float>(half_), samples, half_);
}

RealFft& planFor(size_t length) {
  thread_local std::map<size_t, std::unique_ptr<RealFft>> plans;
  auto& plan = plans[length];
  if (!plan) plan = std::make_unique<RealFft>(length);
  return *plan;
}

size_t nextPowerOfTwo(size_t value) {
  size_t power = 16;
  while (power < value) power *= 2;
  return power;
}

}  // namespace twopop::sync
