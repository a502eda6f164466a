// Writers that stand still, rings that are full, clocks that jump: what is lost, and that everything else is in its place.
#include <chrono>
#include <thread>

#include "callback-guard.h"
#include "check.h"
#include "disk/capture.h"
#include "support/capture-rig.h"

using namespace twopop::disk;
using recorded::CaptureRig;
using namespace std::chrono_literals;

namespace {

/// The writer stands still from here on for so long.
void stall(CaptureRig& rig, int64_t ms) {
  REQUIRE(rig.written());
  rig.capture.stallWriter(ms);
  std::this_thread::sleep_for(50ms);
}

/// What a recording of the first input says it lost is silence, all else is what came in.
void checkSound(const recorded::Wave& wave, const RecordStatus& take) {
  int64_t at = 0;
  for (const LostFrames& loss : take.losses) {
    CHECK_EQUAL(wave.wrong(0, 0, take.firstClock, at, loss.clock - take.firstClock), 0);
    at = loss.clock - take.firstClock + loss.frames;
    CHECK_EQUAL(wave.sounding(loss.clock - take.firstClock, at), 0);
  }
  CHECK_EQUAL(wave.wrong(0, 0, take.firstClock, at), 0);
}

}  // namespace

TEST("a writer that stands still for five seconds loses nothing") {
  CaptureRig rig({0, 1}, 2, 1);
  rig.source.run(4800);
  const uint64_t id = rig.begin({{"a.wav", {0}}, {"b.wav", {1}}}, rig.source.clock);
  // Nine seconds of sound come in while the writer does nothing, as fast as they can be made.
  rig.capture.stallWriter(5000);
  std::this_thread::sleep_for(50ms);
  while (rig.source.clock < 4800 + 9 * 48000) rig.source.block(256);
  CHECK(rig.capture.status().ringFill > 0.85);
  REQUIRE(rig.end(id, rig.source.clock));
  CHECK_EQUAL(rig.capture.status().lostFrames, 0u);
  CHECK(rig.capture.status().ringPeak > 0.85);
  CHECK_EQUAL(rig.wave("a.wav").wrong(0, 0, 0), 0);
  CHECK_EQUAL(rig.wave("b.wav").frames(), rig.source.clock);
  CHECK_EQUAL(rig.wave("b.wav").wrong(0, 1, 0), 0);
}

TEST("a ring that is full to its last frame loses nothing, one frame more is one frame lost") {
  CaptureOptions options;
  options.ringSeconds = 0.25;
  for (const int64_t more : {0, 1, 511}) {
    // Channels whose count does not divide anything, and blocks that go over the ring's end.
    CaptureRig rig({2, 0, 1}, 3, 0, options);
    rig.source.run(7777);
    const uint64_t id = rig.begin({{"a.wav", {1}}}, rig.source.clock);
    stall(rig, 300);
    const int64_t until = rig.source.clock + 12'000 + more;
    while (rig.source.clock < until) rig.source.block(static_cast<size_t>(std::min<int64_t>(512, until - rig.source.clock)));
    REQUIRE(rig.written());
    rig.source.run(1000);
    REQUIRE(rig.end(id, rig.source.clock));
    const RecordStatus take = rig.only();
    CHECK_EQUAL(take.lostFrames, more);
    REQUIRE(take.losses.size() == (more > 0 ? 1u : 0u));
    if (more > 0) CHECK_EQUAL(take.losses[0].clock, until - more);
    checkSound(rig.wave("a.wav"), take);
  }
}

TEST("what is lost is counted to the frame and stays as silence, so that what follows is in its place") {
  CaptureOptions options;
  options.ringSeconds = 0.5;
  CaptureRig rig({0}, 1, 0, options);
  rig.source.run(4800);
  const uint64_t id = rig.begin("a.wav");
  for (int i = 0; i < 3; i++) {
    stall(rig, 300);
    // 24,000 fit; the rest is lost.
    for (int block = 0; block < 100; block++) rig.source.block(300);
  }
  REQUIRE(rig.written());
  rig.source.run(10'000);
  REQUIRE(rig.end(id, rig.source.clock));
  const RecordStatus take = rig.only();
  CHECK_EQUAL(take.losses.size(), 3u);
  CHECK_EQUAL(take.lostFrames, 3 * 6000);
  CHECK_EQUAL(rig.capture.status().lostFrames, 3u * 6000);
  CHECK_EQUAL(rig.wave("a.wav").frames(), rig.source.clock - take.firstClock);
  checkSound(rig.wave("a.wav"), take);
}

TEST("frames that the device itself left out are counted and kept as silence") {
  CaptureRig rig({0}, 1);
  rig.source.run(1024);
  const uint64_t id = rig.begin({{"a.wav", {0}}}, 0);
  rig.source.run(1024);
  rig.source.clock += 12'345;
  rig.source.run(1024);
  REQUIRE(rig.end(id, rig.source.clock));
  const RecordStatus take = rig.only();
  REQUIRE(take.losses.size() == 1);
  CHECK_EQUAL(take.losses[0].clock, 2048);
  CHECK_EQUAL(take.losses[0].frames, 12'345);
  CHECK_EQUAL(rig.wave("a.wav").frames(), rig.source.clock);
  checkSound(rig.wave("a.wav"), take);
}

TEST("of very many losses every one is within what is told, the nearest joined, and their frames are counted exactly") {
  CaptureRig rig({0}, 1);
  rig.source.run(100);
  const uint64_t id = rig.begin({{"a.wav", {0}}}, 0);
  std::vector<LostFrames> made;
  for (int i = 0; i < 300; i++) {
    made.push_back({rig.source.clock, 1 + i % 7});
    rig.source.clock += made.back().frames;
    rig.source.block(static_cast<size_t>(16 + i));
  }
  REQUIRE(rig.end(id, rig.source.clock));
  const RecordStatus take = rig.only();
  int64_t lost = 0;
  for (const LostFrames& loss : made) lost += loss.frames;
  CHECK_EQUAL(take.lostFrames, lost);
  CHECK_EQUAL(take.losses.size(), 64u);
  size_t next = 0;
  for (const LostFrames& told : take.losses) {
    CHECK(next < made.size() && made[next].clock == told.clock);
    while (next < made.size() && made[next].clock + made[next].frames <= told.clock + told.frames) next++;
  }
  CHECK_EQUAL(next, made.size());
  // The last ones lie furthest apart.
  CHECK_EQUAL(take.losses.back().clock, made.back().clock);
  CHECK_EQUAL(take.losses.back().frames, made.back().frames);
}

TEST("a clock that goes back ends the recording with what came before") {
  CaptureRig rig({0}, 1);
  rig.source.run(3000);
  rig.begin({{"a.wav", {0}}}, 0);
  rig.source.run(1000);
  rig.source.clock = 10;
  rig.source.run(600);
  for (int i = 0; i < 1000 && rig.only().phase != RecordPhase::failed; i++) std::this_thread::sleep_for(5ms);
  REQUIRE(rig.only().problem.has_value());
  CHECK_EQUAL(rig.only().problem->code, "clock-broken");
  CHECK_EQUAL(rig.only().problem->clock, 4000);
  CHECK_EQUAL(rig.wave("a.wav").wrong(0, 0, 0), 0);
}

TEST("the callback neither allocates, locks nor calls the system, armed or not, ring full or not") {
  check::TemporaryFolder folder;
  CaptureOptions options;
  options.ringSeconds = 0.1;
  Capture capture(options);
  std::vector<float> block(4 * 512, 0.25f);
  int64_t clock = 0;
  const auto run = [&](int blocks) {
    for (int i = 0; i < blocks; i++) {
      twopop::CallbackGuard guard;
      capture.capture(block.data(), 4, 512, clock);
      clock += 512;
    }
  };
  run(3);
  capture.arm({{0, 2}, 48000, 1});
  run(3);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0, 1})};
  capture.begin(std::move(request));
  capture.stallWriter(100);
  run(200);
  capture.disarm();
  run(3);
  CHECK(capture.status().recordings.at(0).lostFrames > 0);
}
