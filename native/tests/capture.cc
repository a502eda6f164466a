// Recording from blocks of input to files, whose every sample is known.
#include "disk/capture.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <set>
#include <thread>

#include "callback-guard.h"
#include "check.h"
#include "support/recorded-wave.h"

using namespace twopop::disk;
using recorded::Source;

namespace {

const RecordStatus& only(const CaptureStatus& status) {
  if (status.recordings.size() != 1) throw std::runtime_error("one recording was expected");
  return status.recordings.front();
}

constexpr int64_t kPatience = 60000;  // ms; reached only where something hangs

}  // namespace

TEST("a recording begins and ends on the very frames that were asked for") {
  check::TemporaryFolder folder;
  Capture capture;
  capture.arm({{1, 3}, 48000, 0});
  Source source(capture, 4);
  source.run(1000);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("left.wav"), {0}), recorded::spec(folder.file("both.wav"), {1, 0})};
  request.beginClock = 2345;
  const uint64_t id = capture.begin(std::move(request));
  CHECK(capture.end(id, 60001));
  source.run(70000);
  REQUIRE(capture.waitUntilWritten(kPatience));
  const CaptureStatus status = capture.status();
  CHECK(only(status).phase == RecordPhase::done);
  CHECK_EQUAL(only(status).firstClock, 2345);
  CHECK_EQUAL(only(status).framesOnDisk, 60001 - 2345);
  CHECK_EQUAL(only(status).framesFlushed, 60001 - 2345);
  CHECK_EQUAL(only(status).lostFrames, 0);
  CHECK_EQUAL(status.lostFrames, 0u);
  const recorded::Wave left = recorded::read(folder.file("left.wav")), both = recorded::read(folder.file("both.wav"));
  CHECK(left.whole() && both.whole());
  CHECK_EQUAL(left.frames(), 60001 - 2345);
  CHECK_EQUAL(both.frames(), 60001 - 2345);
  CHECK_EQUAL(left.wrong(0, 1, 2345), 0);
  CHECK_EQUAL(both.wrong(0, 3, 2345), 0);
  CHECK_EQUAL(both.wrong(1, 1, 2345), 0);
}

TEST("random punches in random blocks are in their places to the sample, whatever the writer did meanwhile") {
  check::TemporaryFolder folder;
  check::Random random;
  const int punches = check::builtWith("thread") || check::builtWith("address") ? 60 : 250;
  CaptureOptions options;
  options.flushEveryNs = 1'000'000'000'000;
  Capture capture(options);
  capture.arm({{0, 1}, 48000, 0.05});
  Source source(capture, 2);
  int wrong = 0;
  for (int i = 0; i < punches; i++) {
    const std::string path = folder.file(std::to_string(i) + ".wav");
    const int64_t begin = source.clock + random.within(-4000, 4000), end = begin + random.within(1, 6000);
    RecordRequest request;
    request.files = {recorded::spec(path, {static_cast<uint32_t>(i % 2)})};
    request.beginClock = begin;
    request.preRecordFrames = random.within(0, 2400);
    const int64_t first = std::max<int64_t>(begin - request.preRecordFrames, 0);
    const uint64_t id = capture.begin(std::move(request));
    const bool late = random.within(0, 3) == 0;
    if (!late) capture.end(id, end);
    const int64_t until = std::max(end, source.clock) + random.within(0, 3000);
    while (source.clock < until) source.block(static_cast<size_t>(random.within(16, 4096)));
    if (late) capture.end(id, end);
    if (!capture.waitUntilWritten(kPatience)) wrong++;
    capture.forget(id);
    const recorded::Wave wave = recorded::read(path);
    if (!wave.whole() || wave.frames() != std::max<int64_t>(end - first, 0) || wave.wrong(0, i % 2, first)) wrong++;
    File::remove(path);
  }
  CHECK_EQUAL(wrong, 0);
  CHECK_EQUAL(capture.status().lostFrames, 0u);
  CHECK_EQUAL(capture.status().recordings.size(), 0u);
}

TEST("what was said before the key is in the file: up to 60 seconds back") {
  check::TemporaryFolder folder;
  Capture capture;
  capture.arm({{0}, 48000, 60});
  Source source(capture, 1);
  source.run(70 * 48000);
  const CaptureStatus before = capture.status();
  CHECK(before.oldestClock <= source.clock - 60 * 48000);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0})};
  request.beginClock = source.clock - 1000;  // the key was pressed a little ago
  const int64_t first = request.beginClock - 60 * 48000, end = source.clock + 5000;
  const uint64_t id = capture.begin(std::move(request));
  capture.end(id, end);
  source.run(10000);
  REQUIRE(capture.waitUntilWritten(kPatience));
  CHECK_EQUAL(only(capture.status()).firstClock, first);
  CHECK_EQUAL(only(capture.status()).missingHeadFrames, 0);
  const recorded::Wave wave = recorded::read(folder.file("a.wav"));
  CHECK_EQUAL(wave.frames(), end - first);
  CHECK_EQUAL(wave.wrong(0, 0, first), 0);
}

TEST("where the pre-record reaches back before arming, its first frames are silence and counted, not moved") {
  check::TemporaryFolder folder;
  Capture capture;
  Source source(capture, 1);
  source.clock = 500'000;
  capture.arm({{0}, 48000, 10});
  source.run(30'000);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0})};
  request.beginClock = source.clock;
  const uint64_t id = capture.begin(std::move(request));
  capture.end(id, source.clock + 100);
  source.run(1000);
  REQUIRE(capture.waitUntilWritten(kPatience));
  CHECK_EQUAL(only(capture.status()).firstClock, 50'000);
  CHECK_EQUAL(only(capture.status()).missingHeadFrames, 450'000);
  const recorded::Wave wave = recorded::read(folder.file("a.wav"));
  CHECK_EQUAL(wave.frames(), 480'100);
  CHECK_EQUAL(wave.sounding(0, 450'000), 0);
  CHECK_EQUAL(wave.wrong(0, 0, 50'000, 450'000), 0);
}

TEST("a writer that stands still for five seconds loses nothing") {
  check::TemporaryFolder folder;
  Capture capture;
  capture.arm({{0, 1}, 48000, 1});
  Source source(capture, 2);
  source.run(4800);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0}), recorded::spec(folder.file("b.wav"), {1})};
  request.beginClock = source.clock;
  const int64_t first = source.clock - 48000 < 0 ? 0 : source.clock - 48000;
  const uint64_t id = capture.begin(std::move(request));
  // Nine seconds of sound come in while the writer does nothing, as fast as they can be made.
  capture.stallWriter(5000);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  while (source.clock < 4800 + 9 * 48000) source.block(256);
  CHECK(capture.status().ringFill > 0.85);
  capture.end(id, source.clock);
  REQUIRE(capture.waitUntilWritten(kPatience));
  CHECK_EQUAL(capture.status().lostFrames, 0u);
  CHECK(capture.status().ringPeak > 0.85);
  CHECK_EQUAL(recorded::read(folder.file("a.wav")).wrong(0, 0, first), 0);
  const recorded::Wave b = recorded::read(folder.file("b.wav"));
  CHECK_EQUAL(b.frames(), source.clock - first);
  CHECK_EQUAL(b.wrong(0, 1, first), 0);
}

TEST("what is lost is counted to the frame and stays as silence, so that what follows is in its place") {
  check::TemporaryFolder folder;
  CaptureOptions options;
  options.ringSeconds = 0.5;
  Capture capture(options);
  capture.arm({{0}, 48000, 0});
  Source source(capture, 1);
  source.run(4800);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0})};
  request.beginClock = source.clock;
  const int64_t first = source.clock;
  const uint64_t id = capture.begin(std::move(request));
  for (int i = 0; i < 3; i++) {
    REQUIRE(capture.waitUntilWritten(kPatience));
    capture.stallWriter(300);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    // 24,000 fit; the rest is lost, but for what the writer may have taken before it stood still.
    for (int block = 0; block < 100; block++) source.block(300);
  }
  REQUIRE(capture.waitUntilWritten(kPatience));
  source.run(10'000);
  capture.end(id, source.clock);
  REQUIRE(capture.waitUntilWritten(kPatience));
  const CaptureStatus status = capture.status();
  const RecordStatus& recording = only(status);
  CHECK_EQUAL(recording.losses.size(), 3u);
  CHECK_EQUAL(recording.lostFrames, 3 * 6000);
  CHECK_EQUAL(status.lostFrames, 3u * 6000);
  const recorded::Wave wave = recorded::read(folder.file("a.wav"));
  CHECK_EQUAL(wave.frames(), source.clock - first);
  int64_t at = 0;
  for (const LostFrames& loss : recording.losses) {
    CHECK_EQUAL(wave.wrong(0, 0, first, at, loss.clock - first), 0);
    at = loss.clock - first + loss.frames;
    CHECK_EQUAL(wave.sounding(loss.clock - first, at), 0);
  }
  CHECK_EQUAL(wave.wrong(0, 0, first, at), 0);
}

TEST("frames that the device itself left out are counted and kept as silence") {
  check::TemporaryFolder folder;
  Capture capture;
  capture.arm({{0}, 48000, 0});
  Source source(capture, 1);
  source.run(1024);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0})};
  const uint64_t id = capture.begin(std::move(request));
  source.run(1024);
  source.clock += 12'345;
  source.run(1024);
  capture.end(id, source.clock);
  REQUIRE(capture.waitUntilWritten(kPatience));
  const CaptureStatus status = capture.status();
  REQUIRE(only(status).losses.size() == 1);
  CHECK_EQUAL(only(status).losses[0].clock, 2048);
  CHECK_EQUAL(only(status).losses[0].frames, 12'345);
  const recorded::Wave wave = recorded::read(folder.file("a.wav"));
  CHECK_EQUAL(wave.frames(), source.clock);
  CHECK_EQUAL(wave.sounding(2048, 2048 + 12'345), 0);
  CHECK_EQUAL(wave.wrong(0, 0, 0, 0, 2048) + wave.wrong(0, 0, 0, 2048 + 12'345), 0);
}

TEST("recordings follow each other, and overlap, without arming again") {
  check::TemporaryFolder folder;
  Capture capture;
  capture.arm({{0}, 48000, 0.5});
  Source source(capture, 1);
  source.run(48000);
  std::vector<int64_t> firsts, ends;
  for (int i = 0; i < 5; i++) {
    RecordRequest request;
    request.files = {recorded::spec(folder.file(std::to_string(i) + ".wav"), {0})};
    request.beginClock = source.clock + 100;
    firsts.push_back(request.beginClock - 24000);
    ends.push_back(source.clock + 9000);
    const uint64_t id = capture.begin(std::move(request));
    CHECK(capture.end(id, ends.back()));
    source.run(4000);  // the next one begins before this one ended
  }
  source.run(20000);
  REQUIRE(capture.waitUntilWritten(kPatience));
  for (size_t i = 0; i < 5; i++) {
    const recorded::Wave wave = recorded::read(folder.file(std::to_string(i) + ".wav"));
    CHECK_EQUAL(wave.frames(), ends[i] - firsts[i]);
    CHECK_EQUAL(wave.wrong(0, 0, firsts[i]), 0);
  }
}

TEST("other inputs cannot be armed while something is recorded, the same ones may") {
  check::TemporaryFolder folder;
  Capture capture;
  CHECK_THROWS(CaptureRefused, capture.begin({}));
  CHECK_THROWS(CaptureRefused, capture.arm({{}, 48000, 0}));
  CHECK_THROWS(CaptureRefused, capture.arm({{0}, 48000, 61}));
  capture.arm({{0}, 48000, 0});
  Source source(capture, 2);
  source.run(512);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {1})};
  CHECK_THROWS(CaptureRefused, capture.begin(request));
  request.files = {recorded::spec(folder.file("a.wav"), {0})};
  const uint64_t id = capture.begin(request);
  CHECK_THROWS(CaptureRefused, capture.arm({{0, 1}, 48000, 0}));
  capture.arm({{0}, 48000, 0});
  source.run(512);
  capture.end(id, source.clock);
  REQUIRE(capture.waitUntilWritten(kPatience));
  capture.arm({{0, 1}, 48000, 0});
  CHECK_EQUAL(capture.status().channels.size(), 2u);
  CHECK_EQUAL(only(capture.status()).framesOnDisk, 1024);
  capture.forget(id);
  CHECK_EQUAL(capture.status().recordings.size(), 0u);
}

TEST("arming one more input keeps what was said before into those that were armed already") {
  check::TemporaryFolder folder;
  Capture capture;
  capture.arm({{3, 1}, 48000, 2});
  Source source(capture, 4);
  source.run(90'000);
  const int64_t armedMore = source.clock;
  capture.arm({{0, 1, 3}, 48000, 3});
  source.run(20'000);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {2, 1}), recorded::spec(folder.file("new.wav"), {0})};
  request.beginClock = source.clock;
  request.preRecordFrames = 110'000;
  const uint64_t id = capture.begin(std::move(request));
  source.run(1000);
  capture.end(id, source.clock);
  REQUIRE(capture.waitUntilWritten(kPatience));
  const CaptureStatus status = capture.status();
  CHECK_EQUAL(only(status).firstClock, 0);
  CHECK_EQUAL(only(status).missingHeadFrames, 0);
  CHECK_EQUAL(status.lostFrames, 0u);
  const recorded::Wave kept = recorded::read(folder.file("a.wav")), added = recorded::read(folder.file("new.wav"));
  CHECK_EQUAL(kept.frames(), source.clock);
  CHECK_EQUAL(kept.wrong(0, 3, 0) + kept.wrong(1, 1, 0), 0);
  CHECK_EQUAL(added.sounding(0, armedMore), 0);
  CHECK_EQUAL(added.wrong(0, 0, 0, armedMore), 0);
  // A device that was opened again counts from the start: nothing of the old one is taken for it.
  source.clock = 0;
  capture.arm({{1}, 48000, 1});
  source.run(1000);
  REQUIRE(capture.waitUntilWritten(kPatience));
  CHECK_EQUAL(capture.status().oldestClock, 0);
}

TEST("a file that is already there is never recorded over, and no other file of that recording is left") {
  check::TemporaryFolder folder;
  Capture capture;
  capture.arm({{0}, 48000, 0});
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0})};
  const uint64_t id = capture.begin(request);
  request.files = {recorded::spec(folder.file("b.wav"), {0}), recorded::spec(folder.file("a.wav"), {0})};
  CHECK_THROWS(FileError, capture.begin(request));
  CHECK_EQUAL(recorded::read(folder.file("b.wav")).sizeBytes, 0u);
  request.files = {recorded::spec(folder.file("nowhere/c.wav"), {0})};
  CHECK_THROWS(FileError, capture.begin(request));
  request.files = {recorded::spec(folder.file("d.wav"), {0})};
  request.files[0].layout.dataSizeAt -= 1;
  CHECK_THROWS(CaptureRefused, capture.begin(request));
  capture.end(id, 0);
  REQUIRE(capture.waitUntilWritten(kPatience));
  CHECK_EQUAL(recorded::read(folder.file("a.wav")).frames(), 0);
}

TEST("disarming, and the end of the engine, complete what is being recorded") {
  check::TemporaryFolder folder;
  {
    Capture capture;
    Source source(capture, 1);
    for (int i = 0; i < 2; i++) {
      capture.arm({{0}, 48000, 0});
      const int64_t first = source.clock;
      RecordRequest request;
      request.files = {recorded::spec(folder.file(std::to_string(i) + ".wav"), {0})};
      request.beginClock = first;
      capture.begin(std::move(request));
      source.run(5001);
      if (i == 1) break;
      capture.disarm();
      CHECK(only(capture.status()).phase == RecordPhase::done);
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
  check::TemporaryFolder folder;
  Capture capture;
  capture.arm({{0}, 48000, 0});
  Source source(capture, 1);
  source.run(3000);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0})};
  const uint64_t id = capture.begin(std::move(request));
  capture.end(id, 1'000'000);
  source.run(777);
  capture.endAll();
  REQUIRE(capture.waitUntilWritten(kPatience));
  CHECK(only(capture.status()).phase == RecordPhase::done);
  CHECK_EQUAL(recorded::read(folder.file("a.wav")).frames(), 3777);
  CHECK_EQUAL(recorded::read(folder.file("a.wav")).wrong(0, 0, 0), 0);
}

TEST("a clock that goes back ends the recording with what came before") {
  check::TemporaryFolder folder;
  Capture capture;
  capture.arm({{0}, 48000, 0});
  Source source(capture, 1);
  source.run(3000);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0})};
  capture.begin(std::move(request));
  source.run(1000);
  source.clock = 10;
  source.run(600);
  for (int i = 0; i < 1000 && only(capture.status()).phase != RecordPhase::failed; i++) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const CaptureStatus status = capture.status();
  REQUIRE(only(status).problem.has_value());
  CHECK_EQUAL(only(status).problem->code, "clock-broken");
  CHECK_EQUAL(only(status).problem->clock, 4000);
  CHECK_EQUAL(recorded::read(folder.file("a.wav")).wrong(0, 0, 0), 0);
}

TEST("an input that the device does not have, and a device without input, are silence") {
  check::TemporaryFolder folder;
  Capture capture;
  capture.arm({{5}, 48000, 0});
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0})};
  const uint64_t id = capture.begin(std::move(request));
  Source source(capture, 2);
  source.run(700);
  capture.capture(nullptr, 0, 300, source.clock);
  capture.end(id, 1000);
  REQUIRE(capture.waitUntilWritten(kPatience));
  const recorded::Wave wave = recorded::read(folder.file("a.wav"));
  CHECK_EQUAL(wave.frames(), 1000);
  CHECK_EQUAL(wave.sounding(0, 1000), 0);
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
  CHECK(only(capture.status()).lostFrames > 0);
}

TEST("control, callback and writer work at the same time") {
  check::TemporaryFolder folder;
  CaptureOptions options;
  options.flushEveryNs = 5'000'000;
  Capture capture(options);
  std::atomic<bool> over{false};
  std::atomic<int64_t> clock{0};
  std::thread device([&] {
    Source source(capture, 2);
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
