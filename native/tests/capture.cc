// Recording from blocks of input to files, whose every sample is known.
#include "disk/capture.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "check.h"
#include "support/capture-rig.h"

using namespace twopop::disk;
using recorded::CaptureRig;

TEST("a recording begins and ends on the very frames that were asked for") {
  CaptureRig rig({1, 3}, 4);
  rig.source.run(1000);
  const uint64_t id = rig.begin({{"left.wav", {0}}, {"both.wav", {1, 0}}}, 2345);
  CHECK(rig.capture.end(id, 60001));
  rig.source.run(70000);
  REQUIRE(rig.written());
  const RecordStatus take = rig.only();
  CHECK(take.phase == RecordPhase::done);
  CHECK_EQUAL(take.firstClock, 2345);
  CHECK_EQUAL(take.framesOnDisk, 60001 - 2345);
  CHECK_EQUAL(take.framesFlushed, 60001 - 2345);
  CHECK_EQUAL(take.lostFrames, 0);
  CHECK_EQUAL(rig.capture.status().lostFrames, 0u);
  const recorded::Wave left = rig.wave("left.wav"), both = rig.wave("both.wav");
  CHECK(left.whole() && both.whole());
  CHECK_EQUAL(left.frames(), 60001 - 2345);
  CHECK_EQUAL(both.frames(), 60001 - 2345);
  CHECK_EQUAL(left.wrong(0, 1, 2345), 0);
  CHECK_EQUAL(both.wrong(0, 3, 2345), 0);
  CHECK_EQUAL(both.wrong(1, 1, 2345), 0);
}

TEST("random punches in random blocks are in their places to the sample, whatever the writer did meanwhile") {
  check::Random random;
  const int punches = check::builtWith("thread") || check::builtWith("address") ? 60 : 250;
  CaptureOptions options;
  options.flushEveryNs = 1'000'000'000'000;
  CaptureRig rig({0, 1}, 2, 0.05, options);
  int wrong = 0;
  for (int i = 0; i < punches; i++) {
    const std::string name = std::to_string(i) + ".wav";
    const uint32_t channel = static_cast<uint32_t>(i % 2);
    const int64_t begin = rig.source.clock + random.within(-4000, 4000), end = begin + random.within(1, 6000);
    const int64_t preRecord = random.within(0, 2400), first = std::max<int64_t>(begin - preRecord, 0);
    const uint64_t id = rig.begin({{name, {channel}}}, begin, preRecord);
    const bool late = random.within(0, 3) == 0;
    if (!late) rig.capture.end(id, end);
    const int64_t until = std::max(end, rig.source.clock) + random.within(0, 3000);
    while (rig.source.clock < until) rig.source.block(static_cast<size_t>(random.within(16, 4096)));
    if (late) rig.capture.end(id, end);
    if (!rig.written()) wrong++;
    rig.capture.forget(id);
    const recorded::Wave wave = rig.wave(name);
    if (!wave.whole() || wave.frames() != std::max<int64_t>(end - first, 0) || wave.wrong(0, channel, first)) wrong++;
    File::remove(rig.path(name));
  }
  CHECK_EQUAL(wrong, 0);
  CHECK_EQUAL(rig.capture.status().lostFrames, 0u);
  CHECK_EQUAL(rig.capture.status().recordings.size(), 0u);
}

TEST("what was said before the key is in the file: up to 60 seconds back") {
  CaptureRig rig({0}, 1, 60);
  rig.source.run(70 * 48000);
  CHECK(rig.capture.status().oldestClock <= rig.source.clock - 60 * 48000);
  const int64_t begin = rig.source.clock - 1000;  // the key was pressed a little ago
  const int64_t first = begin - 60 * 48000, end = rig.source.clock + 5000;
  const uint64_t id = rig.begin({{"a.wav", {0}}}, begin);
  rig.capture.end(id, end);
  rig.source.run(10000);
  REQUIRE(rig.written());
  CHECK_EQUAL(rig.only().firstClock, first);
  CHECK_EQUAL(rig.only().missingHeadFrames, 0);
  CHECK_EQUAL(rig.wave("a.wav").frames(), end - first);
  CHECK_EQUAL(rig.wave("a.wav").wrong(0, 0, first), 0);
}

TEST("where the pre-record reaches back before arming, its first frames are silence and counted, not moved") {
  CaptureRig rig({0}, 1, 10);
  rig.source.clock = 500'000;
  rig.source.run(30'000);
  const uint64_t id = rig.begin("a.wav");
  rig.capture.end(id, rig.source.clock + 100);
  rig.source.run(1000);
  REQUIRE(rig.written());
  CHECK_EQUAL(rig.only().firstClock, 50'000);
  CHECK_EQUAL(rig.only().missingHeadFrames, 450'000);
  const recorded::Wave wave = rig.wave("a.wav");
  CHECK_EQUAL(wave.frames(), 480'100);
  CHECK_EQUAL(wave.sounding(0, 450'000), 0);
  CHECK_EQUAL(wave.wrong(0, 0, 50'000, 450'000), 0);
}

TEST("a recording that ends before it began, or was never reached, is an empty file that is whole") {
  CaptureRig rig({0}, 1);
  rig.source.run(5000);
  const uint64_t backwards = rig.begin({{"backwards.wav", {0}}}, 4000);
  CHECK(rig.capture.end(backwards, 3000));
  const uint64_t ahead = rig.begin({{"ahead.wav", {0}}}, 1'000'000);
  CHECK(rig.capture.end(ahead, 1'000'000));
  REQUIRE(rig.written());
  rig.begin({{"unreached.wav", {0}}}, 1'000'000);
  rig.capture.disarm();
  CHECK(!rig.capture.end(backwards, 9000));
  for (const RecordStatus& take : rig.capture.status().recordings) CHECK(take.phase == RecordPhase::done);
  for (const char* name : {"backwards.wav", "ahead.wav", "unreached.wav"}) {
    CHECK(rig.wave(name).whole());
    CHECK_EQUAL(rig.wave(name).frames(), 0);
  }
}

TEST("recordings follow each other, and overlap, without arming again") {
  CaptureRig rig({0}, 1, 0.5);
  rig.source.run(48000);
  std::vector<int64_t> firsts, ends;
  for (int i = 0; i < 5; i++) {
    firsts.push_back(rig.source.clock + 100 - 24000);
    ends.push_back(rig.source.clock + 9000);
    const uint64_t id = rig.begin({{std::to_string(i) + ".wav", {0}}}, rig.source.clock + 100);
    CHECK(rig.capture.end(id, ends.back()));
    rig.source.run(4000);  // the next one begins before this one ended
  }
  rig.source.run(20000);
  REQUIRE(rig.written());
  for (size_t i = 0; i < 5; i++) {
    const recorded::Wave wave = rig.wave(std::to_string(i) + ".wav");
    CHECK_EQUAL(wave.frames(), ends[i] - firsts[i]);
    CHECK_EQUAL(wave.wrong(0, 0, firsts[i]), 0);
  }
}

TEST("an input that the device does not have, and a device without input, are silence") {
  CaptureRig rig({5}, 2);
  const uint64_t id = rig.begin("a.wav");
  rig.source.run(700);
  rig.capture.capture(nullptr, 0, 300, rig.source.clock);
  REQUIRE(rig.end(id, 1000));
  CHECK_EQUAL(rig.wave("a.wav").frames(), 1000);
  CHECK_EQUAL(rig.wave("a.wav").sounding(0, 1000), 0);
}

TEST("control, callback and writer work at the same time") {
  check::TemporaryFolder folder;
  CaptureOptions options;
  options.flushEveryNs = 5'000'000;
  Capture capture(options);
  std::atomic<bool> over{false};
  std::atomic<int64_t> clock{0};
  std::thread device([&] {
    recorded::Source source(capture, 2);
    while (!over) {
      source.block(64);
      clock = source.clock;
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  });
  for (int round = 0; round < 10; round++) {
    const std::string path = folder.file(std::to_string(round) + ".wav");
    capture.arm({{0, 1}, 48000, round % 2 ? 0.1 : 0.2});
    while (capture.status().capturedClock < 0) std::this_thread::yield();
    RecordRequest request;
    request.files = {recorded::spec(path, {1})};
    request.beginClock = clock + 200;
    request.preRecordFrames = 0;
    const uint64_t id = capture.begin(std::move(request));
    for (int i = 0; i < 10; i++) {
      CHECK(capture.status().recordings.back().framesFlushed <= capture.status().recordings.back().framesOnDisk);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    while (capture.status().recordings.back().framesOnDisk == 0) std::this_thread::yield();
    const int64_t first = capture.status().recordings.back().firstClock;
    if (round % 3 == 0) capture.end(id, clock + 100);
    if (round % 3 == 1) capture.endAll();
    capture.disarm();
    const recorded::Wave wave = recorded::read(path);
    CHECK(wave.whole());
    CHECK(wave.frames() > 0);
    CHECK_EQUAL(wave.wrong(0, 1, first), 0);
  }
  over = true;
  device.join();
}
