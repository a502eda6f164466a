// The engine and the pages together: what is heard is what a bounce of the same plan writes.
#include "check.h"
#include "disk/source-files.h"
#include "support/disk-rig.h"

using namespace twopop;
using namespace twopop::disk;
using namespace twopop::rt;

namespace {

constexpr uint32_t kPatienceMs = 30000;

std::vector<PlanSource> someSources(const check::TemporaryFolder& folder) {
  std::vector<PlanSource> sources;
  for (int i = 0; i < 5; i++) {
    const PcmFormat format = i == 1 ? PcmFormat::s16 : PcmFormat::s24;
    sources.push_back(check::makeSource(folder.file(std::to_string(i)), format, i == 4 ? 16 : 1, 120000, static_cast<uint64_t>(i)));
  }
  return sources;
}

/// The master of a plan as a bounce renders it, straight from the files.
std::vector<float> bounced(const Plan& plan, int64_t from, size_t frames) {
  SourceFiles files(plan);
  FileSourceReader reader(plan, files);
  BlockRenderer renderer(plan, {{BusKind::master, 0, Side::left, TapPoint::postPan}, {BusKind::master, 0, Side::right, TapPoint::postPan}}, frames);
  renderer.render(reader, from, frames);
  std::vector<float> out;
  for (size_t i = 0; i < frames; i++) {
    out.push_back(static_cast<float>(renderer.tap(0)[i]));
    out.push_back(static_cast<float>(renderer.tap(1)[i]));
  }
  return out;
}

EngineCommand rollFrom(int64_t sample, const RollRequest& request = {}) {
  EngineCommand command;
  command.kind = CommandKind::roll;
  command.timelineSample = sample;
  command.roll = request;
  return command;
}

}  // namespace

TEST("what the engine plays from disk is what a bounce of the plan writes, sample for sample") {
  check::TemporaryFolder folder;
  check::Random random(21);
  const auto plan = check::cutPlan(someSources(folder), 12, 200000, 24000);
  check::DiskRig rig;
  const auto pages = rig.play(plan);
  rig.block(1024);  // the scene fades in over nothing
  const RollRequest roll;
  REQUIRE(rig.ahead.waitPrefilled(*pages, travelOf(0, roll), 0.5, kPatienceMs));
  REQUIRE(rig.engine.post(rollFrom(0, roll)));
  std::vector<float> heard;
  while (heard.size() < 2 * 150000) {
    REQUIRE(rig.ahead.waitPrefilled(*pages, travelOf(rig.engine.snapshot()), 0.25, kPatienceMs));
    const auto out = rig.block(static_cast<size_t>(random.within(16, 4096)));
    heard.insert(heard.end(), out.begin(), out.end());
  }
  const auto wanted = bounced(*plan, 0, heard.size() / 2);
  size_t unlike = 0;
  for (size_t i = 0; i < heard.size(); i++) unlike += heard[i] != wanted[i];
  CHECK_EQUAL(unlike, 0u);
  CHECK_EQUAL(rig.engine.snapshot().missedFrames, 0u);
}

TEST("round a loop the seam is exact, out of memory far smaller than the files") {
  check::TemporaryFolder folder;
  check::Random random(22);
  const auto plan = check::cutPlan(someSources(folder), 6, 200000, 24000);
  check::DiskRig rig(uint64_t{8} << 20);
  const auto pages = rig.play(plan);
  rig.block(1024);
  RollRequest roll;
  roll.loop = {30000, 91234};
  rig.ahead.keepReady({{travelOf(60000, roll), 1}});
  REQUIRE(rig.ahead.waitPrefilled(*pages, travelOf(60000, roll), 0.5, kPatienceMs));
  REQUIRE(rig.engine.post(rollFrom(60000, roll)));
  const auto lap = bounced(*plan, 30000, 91234 - 30000);
  size_t at = 2 * (60000 - 30000), unlike = 0;  // both sides
  for (int block = 0; block < 150; block++) {
    REQUIRE(rig.ahead.waitPrefilled(*pages, travelOf(rig.engine.snapshot()), 0.25, kPatienceMs));
    for (const float sample : rig.block(static_cast<size_t>(random.within(64, 4096)))) unlike += sample != lap[at++ % lap.size()];
  }
  CHECK_EQUAL(unlike, 0u);
  CHECK_EQUAL(rig.engine.snapshot().missedFrames, 0u);
}

TEST("a new plan over the same files is there at once") {
  check::TemporaryFolder folder;
  const auto sources = someSources(folder);
  check::DiskRig rig;
  auto pages = rig.play(check::cutPlan(sources, 12, 200000, 24000));
  rig.block(1024);
  REQUIRE(rig.ahead.waitPrefilled(*pages, travelOf(0, RollRequest{}), 1.5, kPatienceMs));
  REQUIRE(rig.engine.post(rollFrom(0)));
  rig.block(512);
  pages = rig.play(check::cutPlan(sources, 12, 200000, 24000));  // alike: every page it wants is held already
  CHECK(rig.ahead.prefilled(*pages, travelOf(rig.engine.snapshot()), 0.25));
  for (int i = 0; i < 20; i++) rig.block(1024);
  CHECK_EQUAL(rig.engine.snapshot().missedFrames, 0u);
  CHECK_EQUAL(rig.engine.snapshot().sceneId, rig.engine.publishedId());
}
