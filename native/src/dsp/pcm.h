// Samples in files to float64 and back. Full scale is ±1.0; an integer of n bits is value / 2^(n-1).
#pragma once

#include <cstddef>
#include <cstdint>

#include "plan.h"

namespace twopop::dsp {

/// Writes `frames` samples of one channel: `in` points at that channel's first sample, `strideBytes` from frame to frame.
/// A float sample that is not a number or beyond 1e12 becomes silence: one bad sample must not void a mix.
void decodePcm(const uint8_t* in, PcmFormat format, size_t strideBytes, size_t frames, double* out);

/// How a bounce writes samples.
enum class OutputFormat : uint32_t { s16, s24, f32 };
inline uint32_t bytesPerSample(OutputFormat format) {
  return format == OutputFormat::s16 ? 2 : format == OutputFormat::s24 ? 3 : 4;
}

/// Triangular dither of ±1 step that depends on the channel's key and the sample's position alone: the same plan
/// gives the same bytes whatever the threads, and a bounced selection the same bytes as that part of the whole.
struct Dither {
  bool on = false;
  uint64_t key = 0;
};

struct EncodeTally {
  double peak = 0;       // largest absolute value before rounding
  uint64_t clipped = 0;  // samples beyond full scale, held at it (s16, s24)
};

/// Rounds to nearest (ties to even) and writes one channel of an interleaved file: `out` at that channel's first sample.
void encodePcm(const double* in, size_t frames, OutputFormat format, Dither dither, int64_t firstSample, uint8_t* out,
               size_t strideBytes, EncodeTally& tally);

}  // namespace twopop::dsp
