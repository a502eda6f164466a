// What reading costs the callback and the threads beside it: 128 tracks played for some seconds at the pace of a device of
// 48 kHz with blocks of 128 frames. Files are in the system's cache: what is measured is ours, not the disk.
#include "disk/read-ahead.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include <sys/resource.h>
#include <time.h>

#include "check.h"
#include "support/sound-files.h"

using namespace twopop;
using namespace twopop::disk;

namespace {

constexpr int64_t kFrames = 128, kSampleRate = 48000, kSeconds = 6, kSourceFrames = kSampleRate * (kSeconds + 4);
constexpr double kPeriodMicroseconds = 1e6 * kFrames / kSampleRate;

double processSeconds() {
  rusage used;
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

double threadSeconds() {
  timespec time;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

void play(const std::shared_ptr<Plan>& plan) {
  std::atomic<int64_t> at{0};
  std::atomic<double> speed{0};
  ReadAhead ahead([&] { return Travel{at, speed, false, 0, 0}; });
  const auto begun = std::chrono::steady_clock::now();
  const auto pages = ahead.bind(plan);
  REQUIRE(ahead.waitPrefilled(*pages, {}, 0.5, 60000));
  const double prefillMs = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  speed = 1;
  std::vector<double> left(kFrames);
  double inBlocks = 0, leastReady = 1e9;
  const double process = processSeconds(), thread = threadSeconds();
  const auto start = std::chrono::steady_clock::now();
  const int64_t blocks = kSeconds * kSampleRate / kFrames;
  for (int64_t block = 0; block < blocks; block++) {
    std::this_thread::sleep_until(start + std::chrono::nanoseconds(block * kFrames * 1000000000 / kSampleRate));
    const double before = threadSeconds();
    ahead.gate().enterBlock();
    for (const PlanTrack& track : plan->tracks) {
      size_t index = static_cast<size_t>(std::upper_bound(track.furthestEnd.begin(), track.furthestEnd.end(), at.load()) - track.furthestEnd.begin());
      if (index == track.clips.size() || track.clips[index].startSample > at) continue;
      const PlanClip& clip = track.clips[index];
      pages->read(clip.source, clip.firstChannel, clip.sourceInSample + at - clip.startSample, kFrames, left.data(), nullptr);
    }
    ahead.gate().leaveBlock();
    inBlocks += threadSeconds() - before;
    at += kFrames;
    if (block % 100 == 99) leastReady = std::min(leastReady, ahead.status().readySeconds);
  }
  const double threadUsed = threadSeconds() - thread, others = processSeconds() - process - threadUsed;
  const ReadAheadStatus status = ahead.status();
  std::printf("  reading in the callback %.0f us a block, %.2f %% of its period; planning and reading beside it %.1f %% of a core\n",
              1e6 * inBlocks / blocks, 100 * 1e6 * inBlocks / blocks / kPeriodMicroseconds, 100 * others / kSeconds);
  std::printf("  first 0.5 s there after %.0f ms; never less than %.2f s ahead; %.0f MB held of %.0f; %llu samples missed\n",
              prefillMs, leastReady, status.heldBytes / 1e6, status.memoryBytes / 1e6,
              static_cast<unsigned long long>(status.missedFrames));
  CHECK_EQUAL(status.missedFrames, 0u);
}

std::vector<PlanSource> monoFiles(const check::TemporaryFolder& folder) {
  std::vector<PlanSource> sources;
  for (uint32_t i = 0; i < 128; i++) {
    sources.push_back(check::makeSource(folder.file(std::to_string(i)), PcmFormat::s24, 1, kSourceFrames, i));
  }
  return sources;
}

}  // namespace

TEST("128 tracks of a mono file each") {
  check::TemporaryFolder folder;
  play(check::planOf(monoFiles(folder)));
}

TEST("128 tracks cut every half second, between 128 files") {
  check::TemporaryFolder folder;
  const auto plan = check::planOf(monoFiles(folder));
  check::Random random;
  for (PlanTrack& track : plan->tracks) {
    std::vector<PlanClip> clips;
    for (int64_t at = 0; at < kSourceFrames; at += 24000) {
      clips.push_back(check::makeClip(static_cast<uint32_t>(random.within(0, 127)), at, 24000, random.within(0, kSourceFrames - 24000)));
    }
    track = check::makeTrack(1, clips);
  }
  play(plan);
}

TEST("128 tracks out of one file of 64 channels") {
  check::TemporaryFolder folder;
  auto plan = std::make_shared<Plan>();
  plan->sources.push_back(check::makeSource(folder.file("poly"), PcmFormat::s24, 64, kSourceFrames));
  for (uint32_t i = 0; i < 128; i++) plan->tracks.push_back(check::makeTrack(1, {check::makeClip(0, 0, kSourceFrames, 0, i % 64)}));
  play(plan);
}
