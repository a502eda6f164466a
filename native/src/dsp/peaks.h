// Lowest and highest sample of every 256, as 16-bit values: what a waveform is drawn from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plan.h"

namespace twopop::dsp {

constexpr size_t kSamplesPerPeak = 256;
constexpr size_t kPeakLevelFactor = 4;

/// A peak as it lies in the peak file.
struct PeakPair {
  int16_t low, high;
};

/// Writes `samples` interleaved PCM samples as their highest 16 bits, floor(x * 32768) held at the limits; not a number
/// is 0. Bytes of `in` are not aligned.
void topSixteenBits(const uint8_t* in, PcmFormat format, size_t samples, int16_t* out);

/// Finds the peak of each channel over `frames` interleaved frames. Keeps the rows it works in between calls.
class PeakFinder {
 public:
  explicit PeakFinder(size_t channelCount);
  /// Writes the pair of channel c to out[c * channelStride]. `frames` is at least 1.
  void find(const int16_t* interleaved, size_t frames, PeakPair* out, size_t channelStride);

 private:
  size_t channelCount_, rowFrames_;
  std::vector<int16_t> low_, high_;
};

/// The peak over up to four peaks.
PeakPair joinPeaks(const PeakPair* peaks, size_t count);

}  // namespace twopop::dsp
