// Smoke of the PortAudio that naudiodon brings, over ALSA's PulseAudio plugin and a sink without hardware: it is listed,
// opened, and when its server is killed that is told, and the process ends. Nothing is measured here: such a monitor
// doubles and skips samples. Skipped where pulseaudio, its ALSA plugin or naudiodon is not installed.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>
#include <thread>

#include "check.h"
#include "device/device-control.h"
#include "device/make-device.h"
#include "device/monotonic-clock.h"
#include "device/portaudio-library.h"
#include "support/quiet.h"

using namespace twopop::device;
using namespace std::chrono_literals;

namespace {

/// naudiodon's library, from the folder that the tests run in; "" where it is not installed.
std::string bundledLibrary() {
  char path[PATH_MAX];
  return ::realpath("node_modules/naudiodon/build/Release/libportaudio.so.2", path) ? path : "";
}

class Counting : public BlockCallback {
 public:
  void block(const float*, float* out, size_t frames, int64_t, uint32_t) noexcept override {
    for (size_t i = 0; out && i < frames * 2; i++) out[i] = 0;
    lastNs = monotonicNs();
    blocks++;
  }
  void finished() noexcept override {}
  std::atomic<uint64_t> blocks{0};
  std::atomic<int64_t> lastNs{0};
};

/// A process that says on `say`, one character each: r running, l lost, then ends as a program does. Returns its code.
int playUntilLost(const std::string& library, int say) {
  const check::Quiet quiet;
  Counting counting;
  std::promise<void> lost;
  DeviceEvents events;
  events.onLost = [&](const DeviceLoss& loss) {
    std::printf("  %s; told %.0f ms after the last block\n", loss.message.c_str(),
                 static_cast<double>(monotonicNs() - counting.lastNs) / 1e6);
    lost.set_value();
  };
  DeviceControl control(counting, events, makeDevice);
  DeviceConfig config;
  config.kind = "portaudio";
  config.libraryPath = library;
  config.sampleRate = 44100;
  config.framesPerBuffer = 512;
  for (const PortAudioDeviceFacts& device : PortAudioLibrary::open(library, "Twopop test").devices()) {
    if (device.name == "pulse") config.inputDevice = config.outputDevice = device.index;
  }
  if (config.inputDevice < 0) return 3;
  std::promise<std::string> started;
  control.open(config, [&](const DeviceFacts*, const DeviceError* error) {
    if (error) return started.set_value(error->what());
    control.start([&](const DeviceError* refused) { started.set_value(refused ? refused->what() : ""); });
  });
  const std::string problem = started.get_future().get();
  if (!problem.empty()) {
    std::printf("  %s\n", problem.c_str());
    return 4;
  }
  while (counting.blocks < 20) std::this_thread::sleep_for(1ms);
  if (::write(say, "r", 1) != 1) return 5;
  lost.get_future().wait();
  if (::write(say, "l", 1) != 1) return 5;
  return 0;
}

char heard(int from) {
  char said = 0;
  return ::read(from, &said, 1) == 1 ? said : '-';
}

pid_t startServer(const std::string& socket) {
  std::fflush(nullptr);
  const pid_t server = ::fork();
  if (server != 0) return server;
  if (!std::freopen("/dev/null", "w", stdout) || !std::freopen("/dev/null", "w", stderr)) ::_exit(126);
  ::execlp("pulseaudio", "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "-L",
           ("module-native-protocol-unix auth-anonymous=1 socket=" + socket).c_str(), "-L",
           "module-null-sink sink_name=out", static_cast<char*>(nullptr));
  ::_exit(127);
}

}  // namespace

TEST("naudiodon's PortAudio finds and opens a device; its server's death is told of and the process ends") {
  for (const char* build : {"address", "undefined", "thread", "callback"}) {
    if (check::builtWith(build)) SKIP("the server's plugin is not for checked builds");
  }
  if (std::system("command -v pulseaudio >/dev/null && command -v pactl >/dev/null") != 0) {
    SKIP("pulseaudio is not installed (Debian: sudo apt-get install -y pulseaudio libasound2-plugins)");
  }
  const std::string library = bundledLibrary();
  if (library.empty()) SKIP("naudiodon is not installed");
  const check::TemporaryFolder folder;
  ::setenv("HOME", folder.file("").c_str(), 1);
  ::setenv("XDG_RUNTIME_DIR", folder.file("").c_str(), 1);
  ::setenv("PULSE_SERVER", ("unix:" + folder.file("socket")).c_str(), 1);
  const pid_t server = startServer(folder.file("socket"));
  bool ready = false;
  for (int i = 0; i < 50 && !ready; i++) {
    std::this_thread::sleep_for(100ms);
    ready = std::system("pactl info >/dev/null 2>&1") == 0;
  }
  int pipe[2] = {-1, -1};
  const bool piped = ready && ::pipe(pipe) == 0;
  std::fflush(nullptr);
  const pid_t player = piped ? ::fork() : -1;
  if (player == 0) {
    ::close(pipe[0]);
    std::exit(playUntilLost(library, pipe[1]));
  }
  if (pipe[1] >= 0) ::close(pipe[1]);
  const char first = player > 0 ? heard(pipe[0]) : '-';
  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  if (player <= 0) SKIP("pulseaudio does not start here");
  const int64_t killedNs = monotonicNs();
  const char second = first == 'r' ? heard(pipe[0]) : '-';
  const int64_t toldNs = monotonicNs();
  int status = 0;
  ::waitpid(player, &status, 0);
  const int64_t endedNs = monotonicNs();
  ::close(pipe[0]);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 3) SKIP("ALSA does not list a PulseAudio device (libasound2-plugins)");
  CHECK_EQUAL(first, 'r');
  CHECK_EQUAL(second, 'l');
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  std::printf("  told %.0f ms after the server was killed, ended %.0f ms later\n", static_cast<double>(toldNs - killedNs) / 1e6,
              static_cast<double>(endedNs - toldNs) / 1e6);
}
