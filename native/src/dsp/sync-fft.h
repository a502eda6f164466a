// Real fast Fourier transform of power-of-two length, single precision, for correlation work.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace twopop::sync {

/// A forward and inverse real transform of one length. Tables are made once; a plan owns its work space and so
/// serves one thread at a time (`planFor` hands out one per thread and length).
class RealFft {
 public:
  /// `length` is a power of two, at least 16.
  explicit RealFft(size_t length);

  size_t length() const { return length_; }
  size_t bins() const { return length_ / 2 + 1; }

  /// Reads `length` samples and writes `length / 2 + 1` bins as separate real and imaginary parts.
  void forward(const float* samples, float* real, float* imaginary);

  /// Inverse of `forward`, divided by the length, so that forward then inverse is the identity.
  void inverse(const float* real, const float* imaginary, float* samples);

 private:
  struct Stage {
    size_t quarter;           // butterflies along the transform
    size_t stride;            // transforms side by side
    std::vector<float> cosines;  // three twiddles per butterfly, one after another: w, w^2, w^3
    std::vector<float> sines;
  };

  void transform(float* real, float* imaginary);

  size_t length_;
  size_t half_;
  std::vector<Stage> stages_;
  bool lastRadixTwo_ = false;
  std::vector<float> splitCosine_, splitSine_;
  std::vector<float> workReal_, workImaginary_, otherReal_, otherImaginary_;
};

/// The calling thread's plan for a length.
RealFft& planFor(size_t length);

/// The smallest power of two that is at least `value` (and at least 16).
size_t nextPowerOfTwo(size_t value);

}  // namespace twopop::sync
