// Rolling off from a standstill in any direction and at any speed: what is played is in memory from the first block on.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "check.h"
#include "device/live-session.h"
#include "support/live-rig.h"

using namespace twopop;
using namespace twopop::device;

namespace {

constexpr int64_t kLengthFrames = 600'000;

struct Way {
  rt::Speed speed;
  rt::Pitch pitch;
};

const Way kWays[] = {
    {{1, 1}, rt::Pitch::withSpeed},  {{-1, 1}, rt::Pitch::withSpeed}, {{-1, 1}, rt::Pitch::kept},
    {{-8, 1}, rt::Pitch::withSpeed}, {{8, 1}, rt::Pitch::withSpeed},  {{-4, 1}, rt::Pitch::kept},
    {{4, 1}, rt::Pitch::kept},       {{1, 2}, rt::Pitch::kept},       {{-1, 2}, rt::Pitch::withSpeed},
    {{25, 24}, rt::Pitch::kept},
};

/// Sources of many shapes: their pages end at many places.
std::shared_ptr<const Plan> planIn(const check::TemporaryFolder& folder) {
  std::vector<PlanSource> sources;
  for (uint32_t i = 0; i < 8; i++) {
    const PcmFormat format = i % 2 ? PcmFormat::s16 : PcmFormat::s24;
    sources.push_back(check::makeSource(folder.file("s" + std::to_string(i)), format, 1 + i, kLengthFrames, i, 44 + 1000 * i));
  }
  return check::planOf(sources);
}

}  // namespace

TEST("rolling off from a standstill misses nothing: forwards, backwards, as a tape and with the pitch kept") {
  check::TemporaryFolder folder;
  check::Random random(31);
  const auto plan = planIn(folder);
  for (const Way& way : kWays) {
    for (int place = 0; place < 4; place++) {
      // Each in a session of its own: nothing is in memory from before.
      LiveSession session({}, LiveOptions{uint64_t{64} << 20, {}});
      check::open(session, check::pumped(16, 1024, 0, random.bits()));
      session.setScene(check::sceneOf(plan));
      RollUpdate roll;
      roll.fromSample = random.within(kLengthFrames / 3, kLengthFrames * 2 / 3);
      roll.request.speed = way.speed, roll.request.pitch = way.pitch;
      roll.mostWaitMs = 30'000;
      session.roll(roll);
      session.pump(12'000);
      CHECK_EQUAL(session.state().pages.missedFrames, 0u);
    }
  }
}

TEST("round a loop backwards with the pitch kept misses nothing at its seam") {
  check::TemporaryFolder folder;
  const auto plan = planIn(folder);
  for (const rt::Pitch pitch : {rt::Pitch::kept, rt::Pitch::withSpeed}) {
    LiveSession session({}, LiveOptions{uint64_t{16} << 20, {}});
    check::open(session, check::pumped(64, 512, 0, 7));
    session.setScene(check::sceneOf(plan));
    RollUpdate roll;
    roll.fromSample = 210'000;
    roll.request.speed = {-2, 1}, roll.request.pitch = pitch;
    roll.request.loop = {200'000, 420'000};
    roll.mostWaitMs = 30'000;
    session.roll(roll);
    session.pump(250'000);
    CHECK_EQUAL(session.state().pages.missedFrames, 0u);
  }
}

TEST("a shuttle wheel turned back from a standstill in real time misses nothing") {
  check::TemporaryFolder folder;
  const auto plan = planIn(folder);
  for (const Way& way : {Way{{-1, 1}, rt::Pitch::kept}, Way{{-2, 1}, rt::Pitch::withSpeed}}) {
    LiveSession session({}, LiveOptions{uint64_t{64} << 20, {}});
    DeviceConfig config;
    config.kind = "virtual";
    check::open(session, config);
    session.setScene(check::sceneOf(plan));
    session.locate(300'000);
    // What is kept ready where the playhead stands has come, and the planning thread has looked there since.
    for (int i = 0, looks = 0; i < 2000 && looks < 20; i++) {
      const LiveState state = session.state();
      looks = state.engine.timelineSample == 300'000 && state.pages.lackingPages == 0 ? looks + 1 : 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    session.shuttle(way.speed, way.pitch);
    while (session.state().engine.timelineSample > 260'000) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK_EQUAL(session.state().pages.missedFrames, 0u);
    check::close(session);
  }
}
