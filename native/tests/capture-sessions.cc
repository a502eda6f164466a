// Arming, disarming and what is refused.
#include "check.h"
#include "disk/capture.h"
#include "support/capture-rig.h"

using namespace twopop::disk;
using recorded::CaptureRig;

TEST("other inputs cannot be armed while something is recorded, the same ones may") {
  CaptureRig rig({0}, 2);
  Capture& capture = rig.capture;
  {
    Capture unarmed;
    CHECK_THROWS(CaptureRefused, unarmed.begin({}));
  }
  CHECK_THROWS(CaptureRefused, capture.arm({{}, 48000, 0}));
  CHECK_THROWS(CaptureRefused, capture.arm({{0}, 48000, 61}));
  rig.source.run(512);
  CHECK_THROWS(CaptureRefused, rig.begin({{"a.wav", {1}}}, 0));
  const uint64_t id = rig.begin({{"a.wav", {0}}}, 0);
  CHECK_THROWS(CaptureRefused, capture.arm({{0, 1}, 48000, 0}));
  capture.arm({{0}, 48000, 0});
  rig.source.run(512);
  REQUIRE(rig.end(id, rig.source.clock));
  capture.arm({{0, 1}, 48000, 0});
  CHECK_EQUAL(capture.status().channels.size(), 2u);
  CHECK_EQUAL(rig.only().framesOnDisk, 1024);
  capture.forget(id);
  CHECK_EQUAL(capture.status().recordings.size(), 0u);
}

TEST("arming one more input keeps what was said before into those that were armed already") {
  CaptureRig rig({3, 1}, 4, 2);
  rig.source.run(90'000);
  const int64_t armedMore = rig.source.clock;
  rig.capture.arm({{0, 1, 3}, 48000, 3});
  rig.source.run(20'000);
  const uint64_t id = rig.begin({{"a.wav", {2, 1}}, {"new.wav", {0}}}, rig.source.clock, 110'000);
  rig.source.run(1000);
  REQUIRE(rig.end(id, rig.source.clock));
  CHECK_EQUAL(rig.only().firstClock, 0);
  CHECK_EQUAL(rig.only().missingHeadFrames, 0);
  CHECK_EQUAL(rig.capture.status().lostFrames, 0u);
  const recorded::Wave kept = rig.wave("a.wav"), added = rig.wave("new.wav");
  CHECK_EQUAL(kept.frames(), rig.source.clock);
  CHECK_EQUAL(kept.wrong(0, 3, 0) + kept.wrong(1, 1, 0), 0);
  CHECK_EQUAL(added.sounding(0, armedMore), 0);
  CHECK_EQUAL(added.wrong(0, 0, 0, armedMore), 0);
  // A device that was opened again counts from the start: nothing of the old one is taken for it.
  rig.source.clock = 0;
  rig.capture.arm({{1}, 48000, 1});
  rig.source.run(1000);
  REQUIRE(rig.written());
  CHECK_EQUAL(rig.capture.status().oldestClock, 0);
}

TEST("a file that is already there is never recorded over, and no other file of that recording is left") {
  CaptureRig rig({0}, 1);
  const uint64_t id = rig.begin({{"a.wav", {0}}}, 0);
  CHECK_THROWS(FileError, rig.begin({{"b.wav", {0}}, {"a.wav", {0}}}, 0));
  CHECK_EQUAL(rig.wave("b.wav").sizeBytes, 0u);
  CHECK_THROWS(FileError, rig.begin({{"nowhere/c.wav", {0}}}, 0));
  RecordRequest request;
  request.files = {recorded::spec(rig.path("d.wav"), {0})};
  request.files[0].layout.dataSizeAt -= 1;
  CHECK_THROWS(CaptureRefused, rig.capture.begin(request));
  CHECK_EQUAL(rig.wave("d.wav").sizeBytes, 0u);
  REQUIRE(rig.end(id, 0));
  CHECK_EQUAL(rig.wave("a.wav").frames(), 0);
}

TEST("disarming, and the end of the engine, complete what is being recorded") {
  check::TemporaryFolder folder;
  {
    Capture capture;
    recorded::Source source(capture, 1);
    for (int i = 0; i < 2; i++) {
      capture.arm({{0}, 48000, 0});
      RecordRequest request;
      request.files = {recorded::spec(folder.file(std::to_string(i) + ".wav"), {0})};
      request.beginClock = source.clock;
      capture.begin(std::move(request));
      source.run(5001);
      if (i == 1) break;
      capture.disarm();
      CHECK(capture.status().recordings.at(0).phase == RecordPhase::done);
      source.run(512);  // nobody listens
    }
  }
  CHECK_EQUAL(recorded::read(folder.file("0.wav")).wrong(0, 0, 0), 0);
  CHECK_EQUAL(recorded::read(folder.file("0.wav")).frames(), 5001);
  const recorded::Wave second = recorded::read(folder.file("1.wav"));
  CHECK(second.whole());
  CHECK_EQUAL(second.frames(), 5001);
  CHECK_EQUAL(second.wrong(0, 0, 5513), 0);
}

TEST("a recording whose device went away ends with the last frame that came in") {
  CaptureRig rig({0}, 1);
  rig.source.run(3000);
  const uint64_t id = rig.begin({{"a.wav", {0}}}, 0);
  rig.capture.end(id, 1'000'000);
  rig.source.run(777);
  rig.capture.endAll();
  REQUIRE(rig.written());
  CHECK(rig.only().phase == RecordPhase::done);
  CHECK_EQUAL(rig.wave("a.wav").frames(), 3777);
  CHECK_EQUAL(rig.wave("a.wav").wrong(0, 0, 0), 0);
}
