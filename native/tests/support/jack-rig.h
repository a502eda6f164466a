// A JACK server with its dummy driver, and the device on it: a sound card's whole path on a machine without one.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <string>
#include <thread>

#include "check.h"
#include "device/device-control.h"
#include "device/portaudio-library.h"

namespace jack_rig {

using namespace twopop::device;
using namespace std::chrono_literals;

/// A JACK server of its own name, which this process then takes for the default one.
class JackServer {
 public:
  explicit JackServer(uint32_t frames) : name_("twopop-" + std::to_string(::getpid()) + "-" + std::to_string(frames)) {
    ::setenv("JACK_DEFAULT_SERVER", name_.c_str(), 1);
    ::setenv("JACK_NO_START_SERVER", "1", 1);
    ::setenv("JACK_NO_AUDIO_RESERVATION", "1", 1);
    period_ = std::to_string(frames);
    ready_ = start();
  }
  /// A killed server keeps one of the machine's eight places for servers until one of its name ends properly.
  ~JackServer() {
    const bool wasKilled = killed_;
    if (wasKilled) start();
    end(SIGTERM);
    if (wasKilled && std::system(("rm -f /dev/shm/jack_sem.*_" + name_ + "_*").c_str()) != 0) return;
  }
  bool ready() const { return ready_; }
  void end(int signal) {
    if (pid_ <= 0) return;
    ::kill(pid_, signal);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
    killed_ = signal == SIGKILL;
  }

 private:
  bool start() {
    std::fflush(nullptr);  // else the child says again what was printed so far
    pid_ = ::fork();
    if (pid_ == 0) {
      if (!std::freopen("/dev/null", "w", stdout) || !std::freopen("/dev/null", "w", stderr)) ::_exit(126);
      ::execlp("jackd", "jackd", "-n", name_.c_str(), "-r", "-d", "dummy", "-r", "48000", "-p", period_.c_str(), "-C", "4",
               "-P", "4", static_cast<char*>(nullptr));
      ::_exit(127);
    }
    return std::system(("jack_wait -w -t 10 -s " + name_ + " >/dev/null 2>&1").c_str()) == 0;
  }

  std::string name_, period_;
  pid_t pid_ = -1;
  bool ready_ = false, killed_ = false;
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

inline std::string libraryPath() {
  if (const char* named = std::getenv("TWOPOP_PORTAUDIO")) return named;
  for (const char* folder : {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"}) {
    const std::string path = std::string(folder) + "/libportaudio.so.2";
    if (std::ifstream(path)) return path;
  }
  return {};
}

inline constexpr const char* clientName = "Twopop test";

inline void requireRig() {
  using check::builtWith;
  for (const char* build : {"address", "undefined", "thread", "callback"}) {
    if (builtWith(build)) SKIP("JACK's own threads are not for checked builds");
  }
  if (std::system("command -v jackd >/dev/null && command -v jack_wait >/dev/null && command -v jack_connect >/dev/null") != 0) {
    SKIP("jackd is not installed (Debian: sudo apt-get install -y jackd2)");
  }
  const std::string path = libraryPath();
  if (path.empty()) SKIP("no system PortAudio is installed (Debian: sudo apt-get install -y libportaudio2)");
  if (!PortAudioLibrary::open(path, clientName).calls().jackSetClientName) SKIP(path + " does not know JACK");
}

/// Opens and starts JACK's "system" device, two channels each way; "" or what went wrong.
inline std::string run(DeviceControl& control, uint32_t frames) {
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

/// A cable from output to input `channel`, counted from 0.
inline bool connectOutputToInput(int channel = 0) {
  const std::string client = clientName, number = std::to_string(channel);
  return within(5000ms, [&] {
    const std::string line = "jack_connect '" + client + ":out_" + number + "' '" + client + ":in_" + number + "'";
    return std::system((line + " >/dev/null 2>&1").c_str()) == 0;
  });
}

}  // namespace jack_rig
