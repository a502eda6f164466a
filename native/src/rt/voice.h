// One scene played along one motion. Where something changes that could click, a voice with the new state takes over from
// one that goes on with the old: the engine fades between them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/sinc-kernel.h"
#include "rt/scene.h"
#include "rt/tape-span.h"
#include "rt/transport.h"

namespace twopop::rt {

/// Those of the mix; then beeps and clicks, of the control room and of the cue.
constexpr size_t kVoiceChannels = kMixChannels + 2;

/// Loops shorter than that are rendered once for all the times that they are gone round within a chunk.
constexpr size_t kShortLoopFrames = 64;

/// What comes in while a stretch is rendered.
struct LiveInput {
  const float* in = nullptr;  // interleaved; its first frame that of the stretch
  uint32_t channels = 0;
  const double* cueInputGains = nullptr;  // a frame each
};

/// What all voices use one after the other while they render.
struct VoiceScratch {
  VoiceScratch();

  std::array<std::vector<double>, kMixChannels> grain;
  std::vector<double> weights;
  const dsp::SincKernel kernel;
};

class Voice {
 public:
  Voice();

  Scene* scene = nullptr;  // null: silence
  Motion motion;           // begin() and alter() change where it goes; its end and punch change freely
  bool punchedIn = false;
  /// Only a rest of inputs is left of it, which fades out while the next voice sounds in full.
  bool automaticOnly = false;
  /// Of the fade by which it takes over from the voice before it: its length and what is left of it.
  uint32_t fadeFrames = 0, fadeLeft = 0;
  /// It sounds in full from its first sample on, what was before dies away beside it.
  bool fadesBesides = false;

  /// Plays another scene or from another place: nothing that was before goes into it.
  void begin(Scene* played, const Motion& along, bool isPunchedIn) noexcept;
  /// Goes on from where it is at `clock`: a tape whose speed or loop changes, or speed 1 whose loop does.
  void alter(const Motion& changed, int64_t clock) noexcept;

  /// Renders at most kChunkFrames from device clock `clock`, which is not before the motion's start.
  void render(int64_t clock, size_t frames, const LiveInput& live, VoiceScratch& scratch) noexcept;
  double* mix(size_t channel) { return mix_[channel].data(); }

 private:
  void renderSpan(int64_t fromUnrolled, size_t frames, bool withLive, const LiveInput& live,
                  const MixPointers& to) noexcept;

  // At speeds other than 1: voice-speeds.cc.
  void renderAsTape(int64_t clock, size_t frames, VoiceScratch& scratch) noexcept;
  void renderPieces(int64_t clock, size_t frames, VoiceScratch& scratch) noexcept;
  void renderGrains(int64_t clock, size_t frames, VoiceScratch& scratch) noexcept;
  void holdTape(TapeSpan& tape, int64_t first, int64_t last, double stretch) noexcept;
  void addTape(const TapeSpan& tape, int64_t at, double stretch, double gain, const VoiceScratch& scratch, size_t frame) noexcept;
  double stretchAt(int64_t clock) const noexcept;
  void renderPiece(int64_t from, size_t frames, bool withLive, const LiveInput& live, const MixPointers& to) noexcept;
  void renderLaps(int64_t from, size_t frames, const MixPointers& to) noexcept;
  void addGenerators(int64_t fromUnrolled, size_t frames) noexcept;
  void addLive(int64_t clock, size_t frames, const LiveInput& live) noexcept;

  std::array<std::vector<double>, kVoiceChannels> mix_;
  std::vector<int64_t> places_;  // the playhead at each frame
  std::array<std::array<double, kShortLoopFrames>, kMixChannels> lap_;
  std::array<TapeSpan, 2> tapes_;  // the second for pieces, which overlap
  /// How wide the interpolation of the tape was at its last change of speed, from where it goes to what its speed asks for.
  double stretchBefore_ = 1;
  int64_t stretchClock_ = 0;
};

enum class Sounding : uint32_t { normal, tape, pieces, grains };
/// Of a motion that rolls.
Sounding soundingOf(const Motion& motion);
/// How much wider than at speed 1 a tape is interpolated, so that nothing folds down.
double tapeStretch(double speed);
/// So many samples of the timeline on either side of the playhead are read besides those that it passes.
int64_t reachSamples(double speed, Pitch pitch, uint32_t sampleRate);

}  // namespace twopop::rt
