#include "dsp/peaks.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace twopop::dsp {
namespace {

/// The highest two of `Bytes` little-endian bytes.
template <size_t Bytes>
void highBytes(const uint8_t* in, size_t samples, int16_t* out) {
  for (size_t i = 0; i < samples; i++) std::memcpy(out + i, in + i * Bytes + Bytes - 2, 2);
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
    case PcmFormat::s24: return highBytes<3>(in, samples, out);
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
