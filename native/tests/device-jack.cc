// A sound card's whole path on a machine without one: JACK with its dummy driver, PortAudio, the device, an output
// connected to an input. Skipped where jackd or a PortAudio that knows JACK is not installed, and in checked builds.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "check.h"
#include "device/device-control.h"
#include "device/make-device.h"
#include "device/monotonic-clock.h"
#include "device/portaudio-library.h"
#include "support/quiet.h"

using namespace twopop::device;
using namespace std::chrono_literals;

namespace {

/// A JACK server of its own name, which this process then takes for the default one.
class JackServer {
 public:
  explicit JackServer(uint32_t frames) : name_("twopop-" + std::to_string(::getpid()) + "-" + std::to_string(frames)) {
    ::setenv("JACK_DEFAULT_SERVER", name_.c_str(), 1);
    ::setenv("JACK_NO_START_SERVER", "1", 1);
    ::setenv("JACK_NO_AUDIO_RESERVATION", "1", 1);
    pid_ = ::fork();
    if (pid_ == 0) {
      if (!std::freopen("/dev/null", "w", stdout) || !std::freopen("/dev/null", "w", stderr)) ::_exit(126);
      const std::string period = std::to_string(frames);
      ::execlp("jackd", "jackd", "-n", name_.c_str(), "-r", "-d", "dummy", "-r", "48000", "-p", period.c_str(), "-C", "4", "-P",
               "4", static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ready_ = std::system(("jack_wait -w -t 10 -s " + name_ + " >/dev/null 2>&1").c_str()) == 0;
  }
  ~JackServer() { end(SIGTERM); }
  bool ready() const { return ready_; }
  void end(int signal) {
    if (pid_ <= 0) return;
    ::kill(pid_, signal);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  std::string name_;
  pid_t pid_ = -1;
  bool ready_ = false;
};

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

template <class Done>
bool within(std::chrono::milliseconds longest, Done done) {
  const auto until = std::chrono::steady_clock::now() + longest;
  while (!done()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

/// Round trip of one impulse in frames; -1: it did not come back.
int64_t ping(Pinger& pinger, int64_t ahead) {
  pinger.returnedAt = -1;
  const int64_t at = pinger.clock + ahead;
  pinger.sendAt = at;
  return within(3000ms, [&] { return pinger.returnedAt >= 0; }) ? pinger.returnedAt - at : -1;
}

std::string libraryPath() {
  if (const char* named = std::getenv("TWOPOP_PORTAUDIO")) return named;
  for (const char* folder : {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"}) {
    const std::string path = std::string(folder) + "/libportaudio.so.2";
    if (std::ifstream(path)) return path;
  }
  return {};
}

constexpr const char* clientName = "Twopop test";

void requireRig() {
  for (const char* build : {"address", "undefined", "thread", "callback"}) {
    if (check::builtWith(build)) SKIP("JACK's own threads are not for checked builds");
  }
  if (std::system("command -v jackd >/dev/null && command -v jack_wait >/dev/null && command -v jack_connect >/dev/null") != 0) {
    SKIP("jackd is not installed (Debian: sudo apt-get install -y jackd2)");
  }
  const std::string path = libraryPath();
  if (path.empty()) SKIP("no system PortAudio is installed (Debian: sudo apt-get install -y libportaudio2)");
  if (!PortAudioLibrary::open(path, clientName).calls().jackSetClientName) SKIP(path + " does not know JACK");
}

/// Opens and starts JACK's "system" device, two channels each way; "" or what went wrong.
std::string run(DeviceControl& control, uint32_t frames) {
  DeviceConfig config;
  config.kind = "portaudio";
  config.libraryPath = libraryPath();
  config.clientName = clientName;
  config.framesPerBuffer = frames;
  for (const PortAudioDeviceFacts& device : PortAudioLibrary::opened()->devices()) {
    if (device.hostApi.rfind("JACK", 0) == 0 && device.name == "system") config.inputDevice = config.outputDevice = device.index;
  }
  if (config.inputDevice < 0) return "JACK's device is not listed";
  std::promise<std::string> answer;
  control.open(config, [&](const DeviceFacts*, const DeviceError* error) {
    if (error) return answer.set_value(error->what());
    control.start([&](const DeviceError* refused) { answer.set_value(refused ? refused->what() : ""); });
  });
  auto ready = answer.get_future();
  return ready.wait_for(15s) == std::future_status::ready ? ready.get() : "no answer";
}

bool connectOutputToInput() {
  const std::string client = clientName;
  return within(5000ms, [&] {
    return std::system(("jack_connect '" + client + ":out_0' '" + client + ":in_0' >/dev/null 2>&1").c_str()) == 0;
  });
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

TEST("a rate that the JACK server does not run at is refused as such") {
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
  std::promise<std::string> answer;
  control.open(config, [&](const DeviceFacts*, const DeviceError* error) { answer.set_value(error ? error->code : ""); });
  CHECK_EQUAL(answer.get_future().get(), std::string("rate-refused"));
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
