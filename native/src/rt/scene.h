// All that a block of sound is made of besides the transport: the plan, the inputs of its tracks, the ways out, the meters.
// Made off the callback with everything that the callback needs allocated; from then on only the callback works with it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "plan.h"
#include "rt/generators.h"
#include "rt/meters.h"
#include "rt/renderer.h"
#include "rt/track-monitor.h"

namespace twopop::rt {

/// Frames that are rendered at a time, whatever the device's block.
constexpr size_t kChunkFrames = 512;
/// Master left and right, cue left and right.
constexpr size_t kMixChannels = 4;

/// Device channels; -1: none. A pair that is one and the same channel gets half the sum of both sides.
struct Routing {
  int32_t controlRoom[2] = {-1, -1};
  int32_t cue[2] = {-1, -1};
  int32_t talkbackInput = -1;
};

/// Linear gains of the engine's own sounds in each of the two mixes.
struct MixGains {
  double controlRoom = 1;
  double cue = 1;
};

struct SceneParts {
  std::shared_ptr<const Plan> plan;  // its sample rate is the device's
  std::shared_ptr<SourceReader> reader;  // of that plan's sources: from memory alone
  std::vector<TrackInput> inputs;
  std::vector<CueSend> cue;
  Routing routing;
  std::shared_ptr<MeterBank> meters;  // null: none
  std::vector<Beep> beeps;            // in any order
  MixGains beepGains;
  Click click;
  MixGains clickGains;
  dsp::FadeTables* fadeTables = nullptr;  // kept from scene to scene by who makes them; used while one is made
};

class Scene {
 public:
  /// Throws std::invalid_argument for what does not fit the plan: a track that is not there, named twice, a missing reader.
  explicit Scene(SceneParts parts);
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  uint64_t id() const { return id_; }
  const Plan& plan() const { return *parts_.plan; }
  const Routing& routing() const { return parts_.routing; }
  bool hasCue() const { return parts_.routing.cue[0] >= 0 || parts_.routing.cue[1] >= 0; }
  MeterBank& meters() { return *parts_.meters; }
  const std::shared_ptr<MeterBank>& meterBank() const { return parts_.meters; }
  TrackMonitor& monitor() { return monitor_; }

  // The callback's. Up to kChunkFrames at a time; master() is good until the next.
  void render(int64_t fromSample, size_t frames) { renderer_.render(*parts_.reader, fromSample, frames, &monitor_); }
  void renderInputs(const int64_t* atSamples, size_t frames) { renderer_.renderVisited(atSamples, frames, monitor_); }
  const double* master(int side) const { return renderer_.tap(static_cast<size_t>(side)); }
  bool hasGenerators() const { return parts_.click.on || !parts_.beeps.empty(); }
  /// Adds beeps and clicks of that stretch of the timeline, each for the control room or the cue mix by its gain there.
  void addGenerators(int64_t fromSample, size_t frames, bool cue, double* to);

 private:
  friend class Engine;
  friend class VoiceStack;

  SceneParts parts_;
  BlockRenderer renderer_;
  TrackMonitor monitor_;
  int64_t longestBeepSamples_ = 0;
  std::vector<double> generated_;
  uint64_t id_ = 0;    // of Engine::publish, counted from 1
  uint32_t users_ = 0;  // voices that play it
};

}  // namespace twopop::rt
