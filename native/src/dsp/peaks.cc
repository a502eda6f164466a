#include "dsp/peaks.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#define TWOPOP_SSSE3 1
#include <tmmintrin.h>
#endif

namespace twopop::dsp {
namespace {

/// The highest two of `Bytes` little-endian bytes.
template <size_t Bytes>
void highBytes(const uint8_t* in, size_t samples, int16_t* out) {
  for (size_t i = 0; i < samples; i++) std::memcpy(out + i, in + i * Bytes + Bytes - 2, 2);
}

/// The same for three bytes, four samples to a 64-bit word: this loop decides how near to the disk's pace peaks are.
size_t highBytesOf24(const uint8_t* in, size_t samples, int16_t* out) {
  size_t i = 0;
  for (; i + 4 <= samples; i += 4) {
    uint64_t a, b;  // bytes 0..7 and 4..11 of twelve; wanted are 1 2, 4 5, 7 8 and 10 11
    std::memcpy(&a, in + 3 * i, 8);
    std::memcpy(&b, in + 3 * i + 4, 8);
    const uint64_t packed = ((a >> 8) & 0xffff) | ((a >> 16) & 0xffff0000u) | ((b << 8) & 0xffff00000000u) |
                            (b & 0xffff000000000000u);
    std::memcpy(out + i, &packed, 8);
  }
  return i;
}

#ifdef TWOPOP_SSSE3
/// Eight samples to a register where the processor can shuffle bytes (any x86-64 since 2006). Returns how many it did.
__attribute__((target("ssse3"))) size_t highBytesOf24Shuffled(const uint8_t* in, size_t samples, int16_t* out) {
  const char z = -1;
  const __m128i firstFive = _mm_setr_epi8(1, 2, 4, 5, 7, 8, 10, 11, 13, 14, z, z, z, z, z, z);
  // From byte 8 of the 24 on: samples 5, 6 and 7 lie at its bytes 8, 11 and 14 (two each).
  const __m128i lastThree = _mm_setr_epi8(z, z, z, z, z, z, z, z, z, z, 8, 9, 11, 12, 14, 15);
  size_t i = 0;
  for (; i + 8 <= samples; i += 8) {
    const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + 3 * i));
    const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + 3 * i + 8));
    const __m128i packed = _mm_or_si128(_mm_shuffle_epi8(a, firstFive), _mm_shuffle_epi8(b, lastThree));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), packed);
  }
  return i;
}
#endif

void highBytesOf24Fast(const uint8_t* in, size_t samples, int16_t* out) {
#ifdef TWOPOP_SSSE3
  static const bool shuffles = __builtin_cpu_supports("ssse3");
  size_t done = shuffles ? highBytesOf24Shuffled(in, samples, out) : highBytesOf24(in, samples, out);
#else
  size_t done = highBytesOf24(in, samples, out);
#endif
  highBytes<3>(in + 3 * done, samples - done, out + done);
}

template <typename Float>
void fromFloat(const uint8_t* in, size_t samples, int16_t* out) {
  for (size_t i = 0; i < samples; i++) {
    Float value;
    std::memcpy(&value, in + i * sizeof(Float), sizeof(Float));
    value = std::isnan(value) ? 0 : std::floor(value * 32768);
    out[i] = static_cast<int16_t>(std::min<Float>(32767, std::max<Float>(-32768, value)));
  }
}

}  // namespace

void topSixteenBits(const uint8_t* in, PcmFormat format, size_t samples, int16_t* out) {
  switch (format) {
    case PcmFormat::u8:
      for (size_t i = 0; i < samples; i++) out[i] = static_cast<int16_t>((int{in[i]} - 128) * 256);
      return;
    case PcmFormat::s16: return highBytes<2>(in, samples, out);
    case PcmFormat::s24: return highBytesOf24Fast(in, samples, out);
    case PcmFormat::s32: return highBytes<4>(in, samples, out);
    case PcmFormat::f32: return fromFloat<float>(in, samples, out);
    case PcmFormat::f64: return fromFloat<double>(in, samples, out);
  }
}

/// A row is some whole frames, long enough for the widest registers: lane j of every row is the same channel, so rows
/// are folded lane by lane and the lanes of a channel at the end.
PeakFinder::PeakFinder(size_t channelCount)
    : channelCount_(channelCount),
      rowFrames_(std::max<size_t>(1, 64 / channelCount)),
      low_(rowFrames_ * channelCount),
      high_(rowFrames_ * channelCount) {}

void PeakFinder::find(const int16_t* interleaved, size_t frames, PeakPair* out, size_t channelStride) {
  const size_t rowFrames = std::min(rowFrames_, frames), row = rowFrames * channelCount_;
  int16_t *const low = low_.data(), *const high = high_.data();
  std::memcpy(low, interleaved, row * sizeof(int16_t));
  std::memcpy(high, interleaved, row * sizeof(int16_t));
  const size_t total = frames * channelCount_;
  for (size_t at = row; at < total; at += row) {
    const int16_t* const from = interleaved + at;
    const size_t lanes = std::min(row, total - at);
    for (size_t j = 0; j < lanes; j++) {
      low[j] = from[j] < low[j] ? from[j] : low[j];
      high[j] = from[j] > high[j] ? from[j] : high[j];
    }
  }
  for (size_t channel = 0; channel < channelCount_; channel++) {
    PeakPair pair{low[channel], high[channel]};
    for (size_t lane = channel + channelCount_; lane < row; lane += channelCount_) {
      pair.low = std::min(pair.low, low[lane]);
      pair.high = std::max(pair.high, high[lane]);
    }
    out[channel * channelStride] = pair;
  }
}

PeakPair joinPeaks(const PeakPair* peaks, size_t count) {
  PeakPair joined = peaks[0];
  for (size_t i = 1; i < count; i++) {
    joined.low = std::min(joined.low, peaks[i].low);
    joined.high = std::max(joined.high, peaks[i].high);
  }
  return joined;
}

}  // namespace twopop::dsp
