// An engine that plays from files: the whole way from disk to output, pumped by a test.
#pragma once

#include <memory>
#include <vector>

#include "check.h"
#include "disk/engine-travel.h"
#include "disk/read-ahead.h"
#include "rt/engine.h"
#include "support/sound-files.h"

namespace check {

class NoCapture final : public twopop::rt::CaptureSink {
 public:
  void capture(const float*, uint32_t, size_t, int64_t) noexcept override {}
};

struct DiskRig {
  explicit DiskRig(uint64_t memoryBytes = twopop::disk::kDefaultPageMemoryBytes)
      : ahead(nullptr, {memoryBytes, 2, 3}), engine({48000, 0, 2, 4096}, &ahead.gate(), nothing) {
    ahead.follow([this] { return twopop::disk::travelOf(engine.snapshot()); });
  }
  ~DiskRig() { ahead.follow(nullptr); }

  /// Plays the plan from the next block on.
  std::shared_ptr<twopop::disk::PlanPages> play(std::shared_ptr<const twopop::Plan> plan) {
    auto pages = ahead.bind(plan);
    twopop::rt::SceneParts parts;
    parts.plan = std::move(plan);
    parts.reader = pages;
    parts.routing.controlRoom[0] = 0;
    parts.routing.controlRoom[1] = 1;
    auto scene = std::make_unique<twopop::rt::Scene>(std::move(parts));
    REQUIRE(engine.publish(scene));
    return pages;
  }

  std::vector<float> block(size_t frames) {
    std::vector<float> out(frames * 2, 9.0f);
    engine.process(nullptr, out.data(), frames, 0);
    return out;
  }

  NoCapture nothing;
  twopop::disk::ReadAhead ahead;
  twopop::rt::Engine engine;
};

/// A plan whose tracks are cut every so often, between sources, with overlapping fades at every cut.
inline std::shared_ptr<twopop::Plan> cutPlan(const std::vector<twopop::PlanSource>& sources, uint32_t tracks, int64_t length,
                                             int64_t every, uint64_t salt = 0) {
  Random random(salt + 5);
  auto plan = std::make_shared<twopop::Plan>();
  plan->sources = sources;
  plan->lengthSamples = length;
  const int64_t fade = every / 20;
  for (uint32_t t = 0; t < tracks; t++) {
    std::vector<twopop::PlanClip> clips;
    for (int64_t at = 0; at < length; at += every) {
      const auto source = static_cast<uint32_t>(random.within(0, static_cast<int64_t>(sources.size()) - 1));
      twopop::PlanClip clip = makeClip(source, at, every + fade, random.within(0, sources[source].frameCount - every - fade),
                                       static_cast<uint32_t>(random.within(0, sources[source].channelCount - 1)));
      clip.gain = 0.01;
      clip.fadeInSamples = clip.fadeOutSamples = fade;
      clip.fadeInShape = clip.fadeOutShape = twopop::FadeShape::equalPower;
      clips.push_back(clip);
    }
    twopop::PlanTrack track = makeTrack(1 + t % 2, clips);
    track.gain = 0.5;
    track.pan = random.unit() * 2 - 1;
    plan->tracks.push_back(track);
  }
  return plan;
}

}  // namespace check
