// A sound card's whole path on a machine without one: JACK with its dummy driver, PortAudio, the device, an output
// connected to an input. Skipped where jackd or a PortAudio that knows JACK is not installed, and in checked builds.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "device/make-device.h"
#include "device/monotonic-clock.h"
#include "support/jack-rig.h"
#include "support/quiet.h"

using namespace jack_rig;

namespace {

/// Sends one impulse on output 1 whenever asked and notes on which input frame it came back.
class Pinger : public BlockCallback {
 public:
  void block(const float* in, float* out, size_t frames, int64_t, uint32_t flags) noexcept override {
    const int64_t at = sendAt;
    for (size_t i = 0; i < frames; i++) {
      const int64_t now = clock + static_cast<int64_t>(i);
      if (in && in[i * 2] > 0.4f && returnedAt < 0) returnedAt = now;
      out[i * 2] = now == at ? 0.5f : 0.0f;
      out[i * 2 + 1] = 0;
    }
    clock += static_cast<int64_t>(frames);
    if (flags & ~static_cast<uint32_t>(priming)) flagged++;
    lastNs = monotonicNs();
  }
  void finished() noexcept override {}
  std::atomic<int64_t> clock{0}, sendAt{-1}, returnedAt{-1}, lastNs{0};
  std::atomic<uint64_t> flagged{0};
};

/// Round trip of one impulse in frames; -1: it did not come back.
int64_t ping(Pinger& pinger, int64_t ahead) {
  pinger.returnedAt = -1;
  const int64_t at = pinger.clock + ahead;
  pinger.sendAt = at;
  return within(3000ms, [&] { return pinger.returnedAt >= 0; }) ? pinger.returnedAt - at : -1;
}

void roundTripIsTwoPeriods(uint32_t frames) {
  requireRig();
  const check::Quiet quiet;
  JackServer server(frames);
  if (!server.ready()) SKIP("jackd does not start here");
  Pinger pinger;
  DeviceControl control(pinger, {}, makeDevice);
  const std::string problem = run(control, frames);
  if (!problem.empty()) check::fail(__FILE__, __LINE__, problem);
  REQUIRE(problem.empty());
  REQUIRE(connectOutputToInput());
  REQUIRE(within(5000ms, [&] { return pinger.clock > 4096; }));
  int exact = 0;
  std::string trips;
  for (int i = 0; i < 10; i++) {
    const int64_t trip = ping(pinger, 4800 + i * 37);
    trips += " " + std::to_string(trip);
    if (trip == 2 * static_cast<int64_t>(frames)) exact++;
  }
  std::printf("  %u frames a period: round trips%s; %llu blocks flagged\n", frames, trips.c_str(),
              static_cast<unsigned long long>(pinger.flagged.load()));
  CHECK_EQUAL(exact, 10);
}

}  // namespace

TEST("under JACK the channels bear the names of the server's ports") {
  requireRig();
  const check::Quiet quiet;
  JackServer server(1024);
  if (!server.ready()) SKIP("jackd does not start here");
  bool found = false;
  for (const PortAudioDeviceFacts& device : PortAudioLibrary::opened()->devices()) {
    if (device.name != "system") continue;
    found = true;
    CHECK(device.inputChannels == (std::vector<std::string>{"capture_1", "capture_2", "capture_3", "capture_4"}));
    CHECK(device.outputChannels == (std::vector<std::string>{"playback_1", "playback_2", "playback_3", "playback_4"}));
    CHECK_EQUAL(device.defaultSampleRate, 48000.0);
  }
  CHECK(found);
}

TEST("under JACK at 64 frames an impulse comes back after exactly two periods, ten times of ten") { roundTripIsTwoPeriods(64); }
TEST("under JACK at 128 frames an impulse comes back after exactly two periods, ten times of ten") { roundTripIsTwoPeriods(128); }
TEST("under JACK at 256 frames an impulse comes back after exactly two periods, ten times of ten") { roundTripIsTwoPeriods(256); }
TEST("under JACK at 512 frames an impulse comes back after exactly two periods, ten times of ten") { roundTripIsTwoPeriods(512); }

TEST("a rate that the JACK server does not run at is refused as such, and so is an index that names another device") {
  requireRig();
  const check::Quiet quiet;
  JackServer server(256);
  if (!server.ready()) SKIP("jackd does not start here");
  Pinger pinger;
  DeviceControl control(pinger, {}, makeDevice);
  DeviceConfig config;
  config.kind = "portaudio";
  config.libraryPath = libraryPath();
  config.sampleRate = 44100;
  for (const PortAudioDeviceFacts& device : PortAudioLibrary::opened()->devices()) {
    if (device.name == "system") config.inputDevice = config.outputDevice = device.index;
  }
  const auto refusal = [&] {
    std::promise<std::string> answer;
    control.open(config, [&](const DeviceFacts*, const DeviceError* error) { answer.set_value(error ? error->code : ""); });
    return answer.get_future().get();
  };
  CHECK_EQUAL(refusal(), std::string("rate-refused"));
  config.sampleRate = 48000;
  config.inputName = "another card";
  CHECK_EQUAL(refusal(), std::string("device-missing"));
  config.inputName = config.outputName = "system";
  CHECK_EQUAL(refusal(), std::string());
}

TEST("a JACK server that is killed is told of, and its device is closed or left behind in time") {
  requireRig();
  const check::Quiet quiet;
  JackServer server(128);
  if (!server.ready()) SKIP("jackd does not start here");
  Pinger pinger;
  std::promise<std::pair<DeviceLoss, int64_t>> told;
  DeviceEvents events;
  events.onLost = [&](const DeviceLoss& loss) { told.set_value({loss, monotonicNs()}); };
  const auto control = std::make_unique<DeviceControl>(pinger, events, makeDevice);
  REQUIRE(run(*control, 128).empty());
  REQUIRE(within(5000ms, [&] { return pinger.clock > 4096; }));
  server.end(SIGKILL);
  auto lost = told.get_future();
  REQUIRE(lost.wait_for(10s) == std::future_status::ready);
  const auto [loss, atNs] = lost.get();
  const int64_t blocks = pinger.clock;
  std::printf("  %s: %s; told %.0f ms after the last block\n", loss.cause.c_str(), loss.message.c_str(),
              static_cast<double>(atNs - pinger.lastNs) / 1e6);
  std::promise<std::string> closed;
  const int64_t fromNs = monotonicNs();
  control->close([&](const DeviceError* error) { closed.set_value(error ? error->code : "closed"); });
  auto end = closed.get_future();
  REQUIRE(end.wait_for(10s) == std::future_status::ready);
  std::printf("  %s after %.0f ms\n", end.get().c_str(), static_cast<double>(monotonicNs() - fromNs) / 1e6);
  CHECK_EQUAL(pinger.clock.load(), blocks);
}
