// The part of a source that a read asks for, and its samples out of raw bytes: the same arithmetic whether the bytes come
// from a file (a bounce) or from pages in memory (the engine), so that both give the same samples.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "dsp/pcm.h"
#include "plan.h"

namespace twopop::disk {

/// Of `frames` asked for: `before` of silence, `held` from frame `fromFrame` of the source, the rest silence.
struct SourceSpan {
  int64_t fromFrame = 0;
  size_t before = 0;
  size_t held = 0;
};

/// Clamps to what the source holds and writes the silence around it into `left` (and `right`, unless null).
inline SourceSpan openSpan(const PlanSource& source, int64_t fromSample, size_t frames, double* left, double* right) {
  const int64_t end = fromSample + static_cast<int64_t>(frames);
  const int64_t from = std::clamp<int64_t>(fromSample, 0, source.frameCount);
  const int64_t to = std::clamp<int64_t>(end, from, source.frameCount);
  SourceSpan span;
  span.fromFrame = from;
  span.before = static_cast<size_t>(std::min<int64_t>(std::max<int64_t>(from - fromSample, 0), static_cast<int64_t>(frames)));
  span.held = static_cast<size_t>(to - from);
  for (double* out : {left, right}) {
    if (!out) continue;
    std::fill_n(out, span.before, 0.0);
    std::fill_n(out + span.before + span.held, frames - span.before - span.held, 0.0);
  }
  return span;
}

/// `count` frames of interleaved bytes as samples: `firstChannel` into `left` and, unless `right` is null, the channel
/// after it (the last one twice) into `right`.
inline void decodeFrames(const PlanSource& source, const uint8_t* bytes, uint32_t firstChannel, size_t count, double* left,
                         double* right) {
  const size_t stride = source.bytesPerFrame(), sample = bytesPerSample(source.format);
  dsp::decodePcm(bytes + firstChannel * sample, source.format, stride, count, left);
  if (!right) return;
  const uint32_t secondChannel = std::min(firstChannel + 1, source.channelCount - 1);
  dsp::decodePcm(bytes + secondChannel * sample, source.format, stride, count, right);
}

/// Bytes that decode to silence.
inline void fillSilence(PcmFormat format, uint8_t* bytes, size_t length) {
  std::memset(bytes, format == PcmFormat::u8 ? 0x80 : 0, length);
}

}  // namespace twopop::disk
