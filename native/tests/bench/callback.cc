// How much of its period the callback takes: 128 tracks from disk, every one cut each second with fades on both sides of
// every cut, all tracks at the same sample, metered on both sides and sent to the cue; blocks of 128 frames at 48 kHz at
// the pace of a device. In processor time of the callback's thread, so that a busy machine changes little.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include <time.h>

#include "check.h"
#include "support/disk-rig.h"

using namespace twopop;
using namespace twopop::rt;

namespace {

constexpr uint32_t kTracks = 128;
constexpr int64_t kRate = 48000, kFrames = 128, kSeconds = 3;
constexpr double kPeriodUs = 1e6 * kFrames / kRate;

double threadMicroseconds() {
  timespec time;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
}

void measure(const char* name, const std::shared_ptr<const Plan>& plan, int64_t from, RollRequest request, bool editing, bool looksOn) {
  check::DiskRig rig;
  const auto pages = rig.ahead.bind(plan);
  SceneParts parts;
  parts.plan = plan;
  parts.reader = pages;
  parts.routing.controlRoom[0] = 0, parts.routing.controlRoom[1] = 1;
  if (looksOn) {
    parts.routing.cue[0] = 0, parts.routing.cue[1] = 1;
    std::vector<MeterPoint> points;
    for (uint32_t t = 0; t < kTracks; t++) {
      points.push_back({MeterKind::trackLeft, t});
      points.push_back({MeterKind::trackRight, t});
      parts.cue.push_back({t, 0.5});
    }
    parts.meters = std::make_shared<MeterBank>(points);
  }
  const auto publish = [&] {
    auto scene = std::make_unique<Scene>(parts);
    rig.engine.publish(scene);
  };
  publish();
  std::vector<float> out(kFrames * 2);
  rig.engine.process(nullptr, out.data(), kFrames, 0);
  rig.ahead.keepReady({{disk::travelOf(from, request), 1}});
  REQUIRE(rig.ahead.waitPrefilled(*pages, disk::travelOf(from, request), 0.5, 60000));
  EngineCommand roll;
  roll.kind = CommandKind::roll;
  roll.timelineSample = from;
  roll.roll = request;
  rig.engine.post(roll);
  std::vector<double> shares;
  const auto start = std::chrono::steady_clock::now();
  for (int64_t block = 0; block < kSeconds * kRate / kFrames; block++) {
    if (editing && block % 30 == 0) publish();
    std::this_thread::sleep_until(start + std::chrono::nanoseconds(block * kFrames * 1000000000 / kRate));
    const double before = threadMicroseconds();
    rig.engine.process(nullptr, out.data(), kFrames, 0);
    shares.push_back((threadMicroseconds() - before) / kPeriodUs * 100);
  }
  const EngineSnapshot snapshot = rig.engine.snapshot();
  double sum = 0;
  for (const double share : shares) sum += share;
  std::sort(shares.begin(), shares.end());
  std::printf("%-44s mean %5.1f %%   99th %5.1f %%   worst %5.1f %%   missed frames %llu\n", name, sum / static_cast<double>(shares.size()),
              shares[shares.size() * 99 / 100], shares.back(), static_cast<unsigned long long>(snapshot.missedFrames));
}

}  // namespace

TEST("128 tracks with clips and fades at 128 frames (goal: under 25 % of the period)") {
  check::TemporaryFolder folder;
  std::vector<PlanSource> sources;
  for (uint32_t i = 0; i < kTracks; i++) {
    sources.push_back(check::makeSource(folder.file(std::to_string(i)), PcmFormat::s24, 1, kRate * 12, i));
  }
  const auto plan = check::cutPlan(sources, kTracks, kRate * 60, kRate);
  RollRequest normal, film, faster, fastestTape, fastest, grains, backwards, shortest;
  film.speed = {25, 24};
  faster.speed = {2, 1};
  fastestTape.speed = {4, 1};
  fastest.speed = {8, 1};
  shortest.loop = {kRate, kRate + 1};
  grains.speed = {2, 1};
  grains.pitch = Pitch::kept;
  backwards.speed = {-1, 1};
  measure("play", plan, 0, normal, false, false);
  measure("play, 256 meters, 128 cue sends", plan, 0, normal, false, true);
  measure("play, an edit every 80 ms", plan, 0, normal, true, true);
  measure("25/24", plan, 0, film, false, true);
  measure("backwards", plan, kRate * 50, backwards, false, true);
  measure("shuttle 2x as a tape", plan, 0, faster, false, true);
  measure("shuttle 2x with the pitch kept", plan, 0, grains, false, true);
  measure("shuttle 4x as a tape", plan, 0, fastestTape, false, true);
  measure("shuttle 8x, in pieces", plan, 0, fastest, false, true);
  measure("round a loop of one sample", plan, kRate - 100, shortest, false, true);
}
