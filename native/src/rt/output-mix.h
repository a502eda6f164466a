// From the mix to the outputs of the device: control room and cue with their gains, talkback, test tone, impulses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rt/engine-command.h"
#include "rt/generators.h"
#include "rt/scene.h"
#include "rt/smoother.h"
#include "rt/voice-stack.h"

namespace twopop::rt {

class OutputMix {
 public:
  OutputMix(const EngineFormat& format, uint32_t rampFrames);

  void setGains(const MonitorGains& gains) noexcept;
  /// Gain 0: off. What sounds already sounds on; another takes its place while it dies away. An output that is not there is
  /// ignored.
  void setTone(int64_t clock, uint32_t output, double frequencyHz, double gain) noexcept;

  /// The gains of the next `frames`, at most kChunkFrames; then write() for as many.
  void prepare(size_t frames) noexcept;
  const double* cueInputGains() const { return cueInputGains_.data(); }

  /// Writes every channel of `out`. `in` and `out` begin with the stretch. Returns how many samples were no numbers.
  uint64_t write(Scene* scene, const VoiceStack& voices, int64_t clock, size_t frames, const float* in, float* out) noexcept;

 private:
  void mixPair(const double* const sides[2], const int32_t outputs[2], size_t frames, float* out) noexcept;
  void meter(Scene& scene, const VoiceStack& voices, size_t frames, const float* in) noexcept;

  const EngineFormat format_;
  Smoother controlRoom_, cue_, cueInputs_, talkback_;
  std::array<ToneGenerator, 2> tones_;
  std::array<uint32_t, 2> toneOutputs_{};
  size_t latestTone_ = 0;
  bool talking_ = false;
  std::vector<double> controlRoomGains_, cueGains_, cueInputGains_, talkbackGains_;
  std::vector<double> left_, right_, cueLeft_, cueRight_;
};

}  // namespace twopop::rt
