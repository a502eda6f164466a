// The whole callback: 128 tracks cut every two seconds, each cut a cross-fade, mono and stereo, from 128 files on disk, at
// the pace of a device of 48 kHz with blocks of 128 frames; then with a new plan five times a second.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include <time.h>

#include "check.h"
#include "support/disk-rig.h"

using namespace twopop;
using namespace twopop::disk;
using namespace twopop::rt;

namespace {

constexpr int64_t kFrames = 128, kSampleRate = 48000, kSeconds = 8, kLength = kSampleRate * (kSeconds + 6);
constexpr double kPeriodSeconds = static_cast<double>(kFrames) / kSampleRate;

double threadSeconds() {
  timespec time;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::vector<PlanSource> files(const check::TemporaryFolder& folder) {
  std::vector<PlanSource> sources;
  for (uint32_t i = 0; i < 128; i++) {
    sources.push_back(check::makeSource(folder.file(std::to_string(i)), PcmFormat::s24, 1, kSampleRate * 6, i));
  }
  return sources;
}

/// Rolls for `kSeconds`; `between` is called off the clock, between two blocks.
template <class Between>
void roll(check::DiskRig& rig, const PlanPages& pages, const RollRequest& request, Between between) {
  rig.block(kFrames);
  rig.ahead.keepReady({{travelOf(0, request), 1}});
  REQUIRE(rig.ahead.waitPrefilled(pages, travelOf(0, request), 0.5, 60000));
  EngineCommand command;
  command.kind = CommandKind::roll;
  command.timelineSample = 0;
  command.roll = request;
  REQUIRE(rig.engine.post(command));
  std::vector<double> loads;
  std::vector<float> out(kFrames * 2);
  const auto start = std::chrono::steady_clock::now();
  const int64_t blocks = kSeconds * kSampleRate / kFrames;
  for (int64_t block = 0; block < blocks; block++) {
    std::this_thread::sleep_until(start + std::chrono::nanoseconds(block * kFrames * 1000000000 / kSampleRate));
    const double before = threadSeconds();
    rig.engine.process(nullptr, out.data(), kFrames, 0);
    loads.push_back(100 * (threadSeconds() - before) / kPeriodSeconds);
    between(block);
  }
  double sum = 0;
  for (const double load : loads) sum += load;
  std::sort(loads.begin(), loads.end());
  const EngineSnapshot snapshot = rig.engine.snapshot();
  std::printf("  callback %.1f %% of its period, 99 of 100 below %.1f %%, worst %.1f %%; %llu samples missed\n", sum / static_cast<double>(blocks),
              loads[loads.size() * 99 / 100], loads.back(), static_cast<unsigned long long>(snapshot.missedFrames));
  CHECK_EQUAL(snapshot.missedFrames, 0u);
}

}  // namespace

TEST("128 tracks with clips and fades at speed 1") {
  check::TemporaryFolder folder;
  check::DiskRig rig;
  const auto pages = rig.play(check::cutPlan(files(folder), 128, kLength, 2 * kSampleRate));
  roll(rig, *pages, {}, [](int64_t) {});
}

TEST("128 tracks with clips and fades, the pitch kept at twice the speed") {
  check::TemporaryFolder folder;
  check::DiskRig rig;
  const auto pages = rig.play(check::cutPlan(files(folder), 128, 2 * kLength, 2 * kSampleRate));
  RollRequest request;
  request.speed = {2, 1};
  request.pitch = Pitch::kept;
  roll(rig, *pages, request, [](int64_t) {});
}

TEST("128 tracks with clips and fades, a new plan five times a second") {
  check::TemporaryFolder folder;
  const auto sources = files(folder);
  check::DiskRig rig;
  auto pages = rig.play(check::cutPlan(sources, 128, kLength, 2 * kSampleRate));
  int64_t publishedAt = -1, worstBlocks = 0, count = 0;
  uint64_t salt = 0;
  roll(rig, *pages, {}, [&](int64_t block) {
    if (publishedAt >= 0 && rig.engine.snapshot().sceneId == rig.engine.publishedId()) {
      worstBlocks = std::max(worstBlocks, block - publishedAt);
      publishedAt = -1;
      count++;
    }
    if (block % 75 != 74) return;
    auto plan = check::cutPlan(sources, 128, kLength, 2 * kSampleRate);
    plan->tracks[salt++ % 128].gain = 0.25;
    pages = rig.play(plan);
    publishedAt = block;
  });
  std::printf("  %lld plans; from handing over to being heard at most %.1f ms\n", static_cast<long long>(count),
              1e3 * kPeriodSeconds * static_cast<double>(worstBlocks));
  CHECK(count > 30);
}
