// What of a track is heard: its clips or its input; what of it goes to the cue mix; how loud it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plan.h"
#include "rt/meters.h"
#include "rt/renderer.h"

namespace twopop::rt {

/// `automatic`, of an armed track: the input while the transport stands and while it records inside the punch, the clips
/// otherwise; of a track that is not armed: the clips. `input`: the input always. `off`: the clips always.
enum class MonitorMode : uint32_t { off, automatic, input };

struct TrackInput {
  uint32_t track = 0;              // index in the plan
  int32_t inputs[2] = {-1, -1};    // device channels; -1: none. A stereo track with one input has it on both sides
  MonitorMode mode = MonitorMode::automatic;
  bool armed = false;
};

/// How much of a track's clips, before its fader and after its pan, goes to the cue mix. Tracks without one: nothing. A
/// track whose input is heard goes there by the engine's gain of inputs instead.
struct CueSend {
  uint32_t track = 0;
  double gain = 1;
};

/// One stretch of rendering, as long as Scene::render() is asked for.
struct MonitorPass {
  bool clips = true, live = true;           // which of the two are heard; a track has one or the other
  bool automaticOnly = false;               // of the inputs only those that `automatic` lets through
  bool rolling = false, punchedIn = false;  // what `automatic` depends on
  const float* in = nullptr;                // interleaved, its first frame that of the stretch
  uint32_t inputChannels = 0;
  const double* cueInputGains = nullptr;  // a frame each
  double *cueLeft = nullptr, *cueRight = nullptr;  // added to; null: no cue mix
};

class TrackMonitor final : public TrackVisitor {
 public:
  /// Throws std::invalid_argument for a track that is not in the plan or has two inputs or sends.
  TrackMonitor(const Plan& plan, const std::vector<TrackInput>& inputs, const std::vector<CueSend>& cue, MeterBank& meters);

  MonitorPass pass;

  bool hasInputs() const { return !inputs_.empty(); }
  /// Whether what is heard of a track depends on stop, play and punch.
  bool hasAutomaticInputs() const { return hasAutomatic_; }

  bool wantsClips(uint32_t track) noexcept override { return pass.clips && !hearsInput(track); }
  bool beforeFader(uint32_t track, bool audible, size_t frames, double* left, double* right) noexcept override;
  void afterFader(uint32_t track, size_t frames, const double* left, const double* right) noexcept override;

 private:
  struct Track {
    int32_t input = -1;  // in `inputs_`
    int32_t meterLeft = -1, meterRight = -1;
    double cueGain = 0;
    PanGains pan;
  };

  bool hearsInput(uint32_t track) const noexcept;
  void takeInput(int32_t channel, size_t frames, double* to) const noexcept;
  void send(const Track& track, const double* gains, double gain, size_t frames, const double* left, const double* right) noexcept;

  const std::vector<TrackInput> inputs_;
  std::vector<Track> tracks_;
  MeterBank& meters_;
  bool hasAutomatic_ = false;
};

}  // namespace twopop::rt
