// How late an input is heard through the engine, under JACK with its dummy driver: an impulse that the engine sends on
// output 1 comes in on input 1 over a cable, is heard through a track on output 2, and comes in again on input 2 over
// another cable. From the one input to the other is all that software adds, the second cable's own period included.
#include <atomic>
#include <cstdio>
#include <memory>
#include <string>

#include "check.h"
#include "device/make-device.h"
#include "rt/engine.h"
#include "support/jack-rig.h"
#include "support/quiet.h"

using namespace jack_rig;

namespace {

class NoCapture final : public twopop::rt::CaptureSink {
 public:
  void capture(const float*, uint32_t, size_t, int64_t) noexcept override {}
};

class NoSources final : public twopop::rt::SourceReader {
 public:
  void read(uint32_t, uint32_t, int64_t, size_t frames, double* left, double* right) override {
    for (size_t i = 0; i < frames; i++) left[i] = 0;
    for (size_t i = 0; right && i < frames; i++) right[i] = 0;
  }
};

/// The engine on the device, and when each input first carried something since it was asked.
class Listening final : public BlockCallback {
 public:
  explicit Listening(uint32_t frames) : engine({48000, 2, 2, frames}, nullptr, capture_) {}
  void block(const float* in, float* out, size_t frames, int64_t monotonicNs, uint32_t) noexcept override {
    for (size_t i = 0; in && i < frames; i++) {
      for (int input = 0; input < 2; input++) {
        if (in[i * 2 + input] > 0.05f && cameAt[input] < 0) cameAt[input] = clock + static_cast<int64_t>(i);
      }
    }
    engine.process(in, out, frames, monotonicNs);
    clock += static_cast<int64_t>(frames);
  }
  void finished() noexcept override {}

  std::atomic<int64_t> clock{0}, cameAt[2] = {-1, -1};

 private:
  NoCapture capture_;

 public:
  twopop::rt::Engine engine;
};

std::unique_ptr<twopop::rt::Scene> sceneThatHearsInput1OnOutput2() {
  auto plan = std::make_shared<twopop::Plan>();
  plan->lengthSamples = 48000;
  plan->tracks.resize(1);
  plan->tracks[0].name = "Voice";
  twopop::rt::SceneParts parts;
  parts.plan = plan;
  parts.reader = std::make_shared<NoSources>();
  twopop::rt::TrackInput input;
  input.inputs[0] = 0;
  input.mode = twopop::rt::MonitorMode::input;
  parts.inputs = {input};
  parts.routing.controlRoom[0] = parts.routing.controlRoom[1] = 1;
  return std::make_unique<twopop::rt::Scene>(std::move(parts));
}

void monitoringAddsAtMostTwoBlocks(uint32_t frames) {
  requireRig();
  const check::Quiet quiet;
  JackServer server(frames);
  if (!server.ready()) SKIP("jackd does not start here");
  Listening listening(frames);
  auto scene = sceneThatHearsInput1OnOutput2();
  REQUIRE(listening.engine.publish(scene));
  DeviceControl control(listening, {}, makeDevice);
  REQUIRE(run(control, frames).empty());
  REQUIRE(connectOutputToInput(0) && connectOutputToInput(1));
  REQUIRE(within(5000ms, [&] { return listening.clock > 9600; }));
  int inTime = 0;
  std::string added;
  for (int i = 0; i < 10; i++) {
    listening.cameAt[0] = listening.cameAt[1] = -1;
    twopop::rt::EngineCommand impulse;
    impulse.kind = twopop::rt::CommandKind::impulse;
    impulse.atClock = listening.clock + 4800 + i * 37;
    impulse.output = 0;
    impulse.gain = 0.5;
    REQUIRE(listening.engine.post(impulse));
    REQUIRE(within(3000ms, [&] { return listening.cameAt[1] >= 0; }));
    CHECK_EQUAL(listening.cameAt[0] - impulse.atClock, 2 * static_cast<int64_t>(frames));
    const int64_t late = listening.cameAt[1] - listening.cameAt[0];
    added += " " + std::to_string(late);
    if (late >= 0 && late <= 2 * static_cast<int64_t>(frames)) inTime++;
  }
  std::printf("  %u frames a period: from input to input, heard in between:%s\n", frames, added.c_str());
  CHECK_EQUAL(inTime, 10);
}

}  // namespace

TEST("under JACK at 64 frames an input is heard at most two blocks late") { monitoringAddsAtMostTwoBlocks(64); }
TEST("under JACK at 128 frames an input is heard at most two blocks late") { monitoringAddsAtMostTwoBlocks(128); }
TEST("under JACK at 256 frames an input is heard at most two blocks late") { monitoringAddsAtMostTwoBlocks(256); }
TEST("under JACK at 512 frames an input is heard at most two blocks late") { monitoringAddsAtMostTwoBlocks(512); }
