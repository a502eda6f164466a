// A live session driven as its process drives it, and waited for.
#pragma once

#include <future>
#include <memory>
#include <string>

#include "device/live-session.h"
#include "support/sound-files.h"

namespace check {

/// Opens and waits; throws the DeviceError of a refusal.
inline twopop::device::DeviceFacts open(twopop::device::LiveSession& session, const twopop::device::DeviceConfig& config) {
  // Words, not the error itself: its counts are the standard library's own, which the thread sanitizer does not see.
  struct Answer {
    twopop::device::DeviceFacts facts;
    std::string code, message;
  };
  std::promise<Answer> opened;
  session.open(config, [&opened](const twopop::device::DeviceFacts* facts, const twopop::device::DeviceError* error) {
    if (error) opened.set_value({{}, error->code, error->what()});
    else opened.set_value({*facts, "", ""});
  });
  const Answer answer = opened.get_future().get();
  if (!answer.code.empty()) throw twopop::device::DeviceError(answer.code, answer.message);
  return answer.facts;
}

inline void close(twopop::device::LiveSession& session) {
  std::promise<void> closed;
  session.close([&closed](const twopop::device::DeviceError*) { closed.set_value(); });
  closed.get_future().get();
}

/// The plan out of the first two outputs; its first track is armed and takes from the first input.
inline twopop::device::SceneUpdate sceneOf(std::shared_ptr<const twopop::Plan> plan) {
  twopop::device::SceneUpdate scene;
  scene.plan = std::move(plan);
  scene.routing.controlRoom[0] = 0, scene.routing.controlRoom[1] = 1;
  twopop::rt::TrackInput input;
  input.track = 0, input.inputs[0] = 0, input.mode = twopop::rt::MonitorMode::off, input.armed = true;
  scene.inputs = {input};
  return scene;
}

inline twopop::device::DeviceConfig pumped(uint32_t least, uint32_t most, uint32_t latency, uint64_t seed) {
  twopop::device::DeviceConfig config;
  config.kind = "offline";
  config.leastBlock = least, config.mostBlock = most, config.latencySamples = latency, config.seed = seed;
  return config;
}

}  // namespace check
