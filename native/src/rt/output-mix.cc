#include "rt/output-mix.h"

#include <algorithm>
#include <cmath>

namespace twopop::rt {

OutputMix::OutputMix(const EngineFormat& format, uint32_t rampFrames)
    : format_(format),
      controlRoom_(1, rampFrames),
      cue_(1, rampFrames),
      cueInputs_(1, rampFrames),
      talkback_(0, rampFrames),
      tones_{ToneGenerator(format.sampleRate), ToneGenerator(format.sampleRate)} {
  for (auto* buffer : {&controlRoomGains_, &cueGains_, &cueInputGains_, &talkbackGains_, &left_, &right_, &cueLeft_, &cueRight_}) {
    buffer->resize(kChunkFrames);
  }
}

void OutputMix::setGains(const MonitorGains& gains) noexcept {
  controlRoom_.target(gains.muted ? 0 : gains.dimmed ? gains.controlRoom * gains.dim : gains.controlRoom);
  cue_.target(gains.cue);
  cueInputs_.target(gains.cueInputs);
  talkback_.target(gains.talkback);
}

void OutputMix::setTone(int64_t clock, uint32_t output, double frequencyHz, double gain) noexcept {
  if (gain != 0 && output >= format_.outputChannels) return;
  ToneGenerator& now = tones_[latestTone_];
  if (gain != 0 && now.isOn() && output == toneOutputs_[latestTone_] && now.isOf(frequencyHz, gain)) return;
  now.off(clock);
  if (gain == 0) return;
  // The one before dies away beside it.
  latestTone_ = 1 - latestTone_;
  toneOutputs_[latestTone_] = output;
  tones_[latestTone_].on(clock, frequencyHz, gain);
}

void OutputMix::prepare(size_t frames) noexcept {
  controlRoom_.fill(controlRoomGains_.data(), frames);
  cue_.fill(cueGains_.data(), frames);
  cueInputs_.fill(cueInputGains_.data(), frames);
  talking_ = !talkback_.isAt(0);
  talkback_.fill(talkbackGains_.data(), frames);
}

uint64_t OutputMix::write(Scene* scene, const VoiceStack& voices, int64_t clock, size_t frames, const float* in,
                          float* out) noexcept {
  const size_t outputs = format_.outputChannels;
  std::fill_n(out, frames * outputs, 0.0f);
  if (scene) {
    const auto shape = [&](size_t channel, size_t generated, const double* gains, double* to) {
      const double *from = voices.mix(channel), *more = voices.mix(generated);
      for (size_t i = 0; i < frames; i++) to[i] = (from[i] + more[i]) * gains[i];
    };
    shape(0, 4, controlRoomGains_.data(), left_.data());
    shape(1, 4, controlRoomGains_.data(), right_.data());
    shape(2, 5, cueGains_.data(), cueLeft_.data());
    shape(3, 5, cueGains_.data(), cueRight_.data());
    const int32_t talker = scene->routing().talkbackInput;
    if (talker >= 0 && static_cast<uint32_t>(talker) < format_.inputChannels && talking_) {
      for (size_t i = 0; i < frames; i++) {
        const float sample = in[i * format_.inputChannels + static_cast<size_t>(talker)];
        const double talk = std::isfinite(sample) ? sample * talkbackGains_[i] : 0;
        cueLeft_[i] += talk;
        cueRight_[i] += talk;
      }
    }
    const double* const controlRoom[2] = {left_.data(), right_.data()};
    const double* const cue[2] = {cueLeft_.data(), cueRight_.data()};
    mixPair(controlRoom, scene->routing().controlRoom, frames, out);
    mixPair(cue, scene->routing().cue, frames, out);
    meter(*scene, voices, frames, in);
  }
  for (size_t tone = 0; tone < tones_.size(); tone++) {
    if (!tones_[tone].sounds(clock)) continue;
    std::fill_n(left_.begin(), frames, 0.0);
    tones_[tone].add(clock, frames, left_.data());
    float* const to = out + toneOutputs_[tone];
    for (size_t i = 0; i < frames; i++) to[i * outputs] += static_cast<float>(left_[i]);
  }
  uint64_t notNumbers = 0;
  for (size_t i = 0; i < frames * outputs; i++) {
    if (std::isfinite(out[i])) continue;
    out[i] = 0;
    notNumbers++;
  }
  return notNumbers;
}

void OutputMix::mixPair(const double* const sides[2], const int32_t outputs[2], size_t frames, float* out) noexcept {
  const size_t stride = format_.outputChannels;
  const auto there = [stride](int32_t channel) { return channel >= 0 && static_cast<size_t>(channel) < stride; };
  if (there(outputs[0]) && outputs[0] == outputs[1]) {
    float* to = out + outputs[0];
    for (size_t i = 0; i < frames; i++) to[i * stride] += static_cast<float>((sides[0][i] + sides[1][i]) / 2);
    return;
  }
  for (int side = 0; side < 2; side++) {
    if (!there(outputs[side])) continue;
    float* to = out + outputs[side];
    for (size_t i = 0; i < frames; i++) to[i * stride] += static_cast<float>(sides[side][i]);
  }
}

void OutputMix::meter(Scene& scene, const VoiceStack& voices, size_t frames, const float* in) noexcept {
  MeterBank& meters = scene.meters();
  for (size_t i = 0; i < meters.points().size(); i++) {
    const MeterPoint& point = meters.points()[i];
    const auto raise = [&](const double* samples) { meters.raise(i, peakOf(samples, frames)); };
    switch (point.kind) {
      case MeterKind::trackLeft:
      case MeterKind::trackRight: break;  // the renderer's
      case MeterKind::input:
        if (point.index < format_.inputChannels) meters.raise(i, peakOf(in + point.index, format_.inputChannels, frames));
        break;
      case MeterKind::masterLeft: raise(voices.mix(0)); break;
      case MeterKind::masterRight: raise(voices.mix(1)); break;
      case MeterKind::controlRoom: raise((point.index ? right_ : left_).data()); break;
      case MeterKind::cue: raise((point.index ? cueRight_ : cueLeft_).data()); break;
    }
  }
}

}  // namespace twopop::rt
