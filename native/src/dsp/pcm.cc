#include "dsp/pcm.h"

#include <cmath>
#include <cstring>

namespace twopop::dsp {
namespace {

template <typename T>
T load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

template <size_t Stride, typename Read>
void each(const uint8_t* in, size_t strideBytes, size_t frames, double* out, Read read) {
  const size_t stride = Stride ? Stride : strideBytes;
  for (size_t i = 0; i < frames; i++) out[i] = read(in + i * stride);
}

/// Mono and stereo get loops of their own: a stride known to the compiler is worth a third of the time.
template <size_t Bytes, typename Read>
void eachSample(const uint8_t* in, size_t strideBytes, size_t frames, double* out, Read read) {
  if (strideBytes == Bytes) return each<Bytes>(in, strideBytes, frames, out, read);
  if (strideBytes == 2 * Bytes) return each<2 * Bytes>(in, strideBytes, frames, out, read);
  each<0>(in, strideBytes, frames, out, read);
}

/// Of a 24-bit sample in the upper bytes.
inline double fromHighBytes(uint32_t bits) { return static_cast<int32_t>(bits) * (1.0 / 2147483648.0); }

inline double lastS24(const uint8_t* p) {
  return fromHighBytes(uint32_t{p[0]} << 8 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 24);
}

/// splitmix64's finaliser over a counter: uniform bits for a (key, position).
inline uint64_t mixBits(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

/// Difference of two uniforms in 0..1: triangular on -1..1, mean 0, variance 1/6.
inline double triangular(uint64_t key, int64_t sample) {
  const uint64_t bits = mixBits(key + static_cast<uint64_t>(sample) * 0x9e3779b97f4a7c15ull);
  return (static_cast<double>(bits >> 32) - static_cast<double>(bits & 0xffffffffu)) * (1.0 / 4294967296.0);
}

template <int Bytes, bool Dithered>
void encodeInteger(const double* in, size_t frames, uint64_t key, int64_t firstSample, uint8_t* out, size_t strideBytes,
                   EncodeTally& tally) {
  constexpr double scale = Bytes == 3 ? 8388608.0 : 32768.0;
  constexpr double high = scale - 1, low = -scale;
  double peak = tally.peak;
  uint64_t clipped = 0;
  for (size_t i = 0; i < frames; i++) {
    const double size = std::fabs(in[i]);
    peak = size > peak ? size : peak;
    double value = in[i] * scale;
    if (Dithered) value += triangular(key, firstSample + static_cast<int64_t>(i));
    // Adding and taking away 1.5 * 2^52 rounds to nearest even for |value| < 2^51; larger values are clipped anyway.
    value = value > high + 1 ? high + 1 : value < low - 1 ? low - 1 : value;
    value = (value + 6755399441055744.0) - 6755399441055744.0;
    clipped += (value > high) | (value < low);
    value = value > high ? high : value < low ? low : value;
    const int32_t step = static_cast<int32_t>(value);
    uint8_t* at = out + i * strideBytes;
    at[0] = static_cast<uint8_t>(step);
    at[1] = static_cast<uint8_t>(step >> 8);
    if (Bytes == 3) at[2] = static_cast<uint8_t>(step >> 16);
  }
  tally.peak = peak;
  tally.clipped += clipped;
}

}  // namespace

void decodePcm(const uint8_t* in, PcmFormat format, size_t strideBytes, size_t frames, double* out) {
  switch (format) {
    case PcmFormat::u8:
      return eachSample<1>(in, strideBytes, frames, out, [](const uint8_t* p) { return (int{*p} - 128) * (1.0 / 128); });
    case PcmFormat::s16:
      return eachSample<2>(in, strideBytes, frames, out,
                           [](const uint8_t* p) { return load<int16_t>(p) * (1.0 / 32768); });
    case PcmFormat::s24:
      if (frames == 0) return;
      // Four bytes in one go, of which the last is the next sample's and falls out; nothing is read behind the last sample.
      eachSample<3>(in, strideBytes, frames - 1, out, [](const uint8_t* p) { return fromHighBytes(load<uint32_t>(p) << 8); });
      out[frames - 1] = lastS24(in + (frames - 1) * strideBytes);
      return;
    case PcmFormat::s32:
      return eachSample<4>(in, strideBytes, frames, out,
                           [](const uint8_t* p) { return load<int32_t>(p) * (1.0 / 2147483648.0); });
    case PcmFormat::f32:
      return eachSample<4>(in, strideBytes, frames, out, [](const uint8_t* p) {
        const float value = load<float>(p);
        return std::fabs(value) <= 1e12f ? static_cast<double>(value) : 0.0;
      });
    case PcmFormat::f64:
      return eachSample<8>(in, strideBytes, frames, out, [](const uint8_t* p) {
        const double value = load<double>(p);
        return std::fabs(value) <= 1e12 ? value : 0.0;
      });
  }
}

void encodePcm(const double* in, size_t frames, OutputFormat format, Dither dither, int64_t firstSample, uint8_t* out,
               size_t strideBytes, EncodeTally& tally) {
  if (format == OutputFormat::f32) {
    double peak = tally.peak;
    for (size_t i = 0; i < frames; i++) {
      const double size = std::fabs(in[i]);
      peak = size > peak ? size : peak;
      const float value = static_cast<float>(in[i]);
      std::memcpy(out + i * strideBytes, &value, sizeof(value));
    }
    tally.peak = peak;
  } else if (format == OutputFormat::s24) {
    if (dither.on) encodeInteger<3, true>(in, frames, dither.key, firstSample, out, strideBytes, tally);
    else encodeInteger<3, false>(in, frames, 0, firstSample, out, strideBytes, tally);
  } else {
    if (dither.on) encodeInteger<2, true>(in, frames, dither.key, firstSample, out, strideBytes, tally);
    else encodeInteger<2, false>(in, frames, 0, firstSample, out, strideBytes, tally);
  }
}

}  // namespace twopop::dsp
