// A process that records in real time is killed, again and again, at random moments. What is in its files then?
//
// TWOPOP_KILLS: how often (4). TWOPOP_KILL_FOLDER: where the files are left, for other readers; a header.bin there is
// written to the mono file instead of a plain one. A line of JSON is printed for each file.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <thread>

#include "check.h"
#include "support/recorded-wave.h"

using namespace twopop::disk;
using recorded::Source;

namespace {

struct Shared {
  std::atomic<int64_t> capturedClock{0}, beginClock{0};
  std::atomic<int64_t> flushedFrames[2] = {};
};

std::string setting(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

/// Records two files until it is killed: blocks of 128 at 48 kHz on an absolute clock, a quarter second of pre-record.
[[noreturn]] void record(const std::string& stem, const std::vector<uint8_t>& header, Shared& shared) {
  Capture capture;
  capture.arm({{0, 1, 2}, 48000, 0.25});
  Source source(capture, 3);
  RecordRequest request;
  request.files = {recorded::spec(stem + "-mono.wav", {1}), recorded::spec(stem + "-stereo.wav", {2, 0})};
  if (!header.empty()) {
    request.files[0].headerBytes = header;
    request.files[0].layout.dataSizeAt = static_cast<uint32_t>(header.size() - 4);
  }
  auto next = std::chrono::steady_clock::now();
  for (int64_t block = 0;; block++) {
    source.block(128);
    shared.capturedClock = source.clock;
    if (block == 120) {
      request.beginClock = source.clock;
      capture.begin(request);
      shared.beginClock = std::max<int64_t>(source.clock - 12000, 0);
    }
    if (block > 120) {
      const CaptureStatus status = capture.status();
      for (size_t i = 0; i < 2; i++) shared.flushedFrames[i] = status.recordings[0].files[i].framesFlushed;
    }
    next += std::chrono::nanoseconds(128 * 1'000'000'000ll / 48000);
    std::this_thread::sleep_until(next);
  }
}

}  // namespace

TEST("a recorder that is killed leaves files whose every frame is right, up to the last flush and beyond") {
  check::TemporaryFolder temporary;
  check::Random random;
  const std::string folder = setting("TWOPOP_KILL_FOLDER", temporary.file(""));
  const int kills = std::atoi(setting("TWOPOP_KILLS", "4").c_str());
  std::ifstream headerFile(folder + "/header.bin", std::ios::binary);
  const std::vector<uint8_t> header(std::istreambuf_iterator<char>(headerFile), {});
  void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  for (int round = 0; round < kills; round++) {
    Shared* shared = new (memory) Shared;
    const std::string stem = folder + "/" + std::to_string(round);
    std::fflush(stdout);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) record(stem, header, *shared);
    while (shared->beginClock == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::microseconds(random.within(0, 1'200'000)));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    for (uint32_t i = 0; i < 2; i++) {
      const std::string path = stem + (i ? "-stereo.wav" : "-mono.wav");
      recorded::Wave wave = recorded::read(path);
      CHECK(!wave.form.empty());
      const int64_t promised = wave.frames();
      wave.dataBytes = wave.sizeBytes - wave.dataAt;
      const int64_t frames = wave.frames(), wanted = shared->capturedClock - shared->beginClock;
      CHECK(promised <= frames);
      CHECK(frames >= shared->flushedFrames[i]);
      CHECK_EQUAL(wave.wrong(0, i ? 2 : 1, shared->beginClock), 0);
      if (i) CHECK_EQUAL(wave.wrong(1, 0, shared->beginClock), 0);
      std::printf("{\"path\":\"%s\",\"firstClock\":%lld,\"capturedFrames\":%lld,\"framesInFile\":%lld,\"promisedFrames\":%lld}\n",
                  path.c_str(), static_cast<long long>(shared->beginClock.load()), static_cast<long long>(wanted),
                  static_cast<long long>(frames), static_cast<long long>(promised));
    }
  }
  ::munmap(memory, sizeof(Shared));
}
