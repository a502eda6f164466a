// Reads a sound between its samples: a windowed sinc, wide enough that speeds above 1 do not alias.
#pragma once

#include <cstddef>
#include <vector>

namespace twopop::dsp {

class SincKernel {
 public:
  /// Zero crossings on each side at speed 1 and below.
  static constexpr int kHalfWidth = 16;
  /// Of the fastest speed.
  static constexpr int kMaxStretch = 8;
  static constexpr size_t kMaxTaps = 2 * kHalfWidth * kMaxStretch + 2;

  SincKernel();

  /// Samples that are needed on each side of a position, at most, where it passes `stretch` (1..8) samples a frame.
  static size_t reach(double stretch) { return static_cast<size_t>(kHalfWidth * stretch) + 1; }

  /// Writes the weights of the samples from -reach + 1 to +reach about a position `fraction` (0 <= it < 1) behind sample
  /// 0: 2 reach of them. At fraction 0 and stretch 1 that is sample 0 itself, to the bit.
  void weights(double fraction, double stretch, double* to) const;

 private:
  static constexpr int kSteps = 512;  // of the table per zero crossing; between them straight lines (below -110 dB)
  std::vector<double> table_;
};

}  // namespace twopop::dsp
