// Files while they are recorded: sizes that are brought up to date, 4 GB, formats, full disks.
#include "disk/record-file.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <thread>

#ifdef __linux__
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#endif

#include "check.h"
#include "support/recorded-wave.h"

using namespace twopop::disk;
using recorded::Source;
using twopop::dsp::OutputFormat;

namespace {

constexpr int64_t kAll = std::numeric_limits<int64_t>::max();

std::vector<float> sound(int64_t from, size_t frames, uint32_t channels) {
  std::vector<float> made(frames * channels);
  for (size_t i = 0; i < made.size(); i++) {
    made[i] = recorded::sampleAt(static_cast<uint32_t>(i % channels), from + static_cast<int64_t>(i / channels));
  }
  return made;
}

RecordStatus ended(Capture& capture) {
  for (int i = 0; i < 4000; i++) {
    const CaptureStatus status = capture.status();
    const RecordPhase phase = status.recordings.at(0).phase;
    if (phase == RecordPhase::failed || phase == RecordPhase::done) return status.recordings[0];
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw std::runtime_error("the recording did not end");
}

std::string setting(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

#ifdef __linux__
void writeText(const char* path, const std::string& text) { std::ofstream(path) << text; }

/// Mounts a disk of so many bytes at `folder`, for the calling process alone; false: the system does not allow that.
bool mountSmallDisk(const std::string& folder, const std::string& bytes) {
  const std::string user = std::to_string(::getuid()), group = std::to_string(::getgid());
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  writeText("/proc/self/setgroups", "deny");
  writeText("/proc/self/uid_map", "0 " + user + " 1");
  writeText("/proc/self/gid_map", "0 " + group + " 1");
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("none", folder.c_str(), "tmpfs", 0, ("size=" + bytes).c_str()) == 0;
}

/// Fills that disk with two files; whether everything is as it must be.
bool fillSmallDisk(const std::string& folder) {
  CaptureOptions options;
  options.spareBytes = 0;  // up to the very last byte
  options.flushEveryNs = 20'000'000;
  Capture capture(options);
  capture.arm({{0, 1}, 48000, 0});
  Source source(capture, 2);
  source.run(512);
  RecordRequest request;
  request.files = {recorded::spec(folder + "/a.wav", {0}), recorded::spec(folder + "/b.wav", {1, 0})};
  capture.begin(std::move(request));
  for (int i = 0; i < 600 && capture.status().recordings[0].phase != RecordPhase::failed; i++) {
    source.run(512);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const RecordStatus status = ended(capture);
  const recorded::Wave a = recorded::read(folder + "/a.wav"), b = recorded::read(folder + "/b.wav");
  return status.problem && status.problem->code == "disk-full" && a.frames() * 3 + b.frames() * 6 > 950'000 &&
         a.frames() == status.files[0].frames && b.frames() == status.files[1].frames && a.riffBytes >= a.dataBytes &&
         b.whole() && a.wrong(0, 0, 0) + b.wrong(0, 1, 0) + b.wrong(1, 0, 0) == 0;
}
#endif

}  // namespace

TEST("the header promises what was written at each refresh, and all of it at the end") {
  check::TemporaryFolder folder;
  WriteFaults faults;
  const std::string path = folder.file("a.wav");
  RecordFile file(recorded::spec(path, {0}), faults);
  CHECK(recorded::read(path).whole());
  const std::vector<float> one = sound(0, 1001, 1), two = sound(1001, 500, 1);
  file.append(one.data(), 1, 1001);
  CHECK_EQUAL(recorded::read(path).frames(), 0);
  file.refresh();
  CHECK_EQUAL(file.framesFlushed(), 1001);
  CHECK_EQUAL(recorded::read(path).frames(), 1001);
  file.append(two.data(), 1, 500);
  CHECK_EQUAL(file.framesWritten(), 1501);
  CHECK_EQUAL(file.framesFlushed(), 1001);
  CHECK_EQUAL(recorded::read(path).frames(), 1001);
  file.finish(kAll);
  const recorded::Wave wave = recorded::read(path);
  CHECK(wave.whole());  // with the padding byte: 4503 bytes of sound
  CHECK_EQUAL(wave.sizeBytes, wave.dataAt + 4504);
  CHECK_EQUAL(wave.frames(), 1501);
  CHECK_EQUAL(wave.wrong(0, 0, 0), 0);
}

TEST("a finished file may be cut to the frames that are wanted of it") {
  check::TemporaryFolder folder;
  WriteFaults faults;
  RecordFile file(recorded::spec(folder.file("a.wav"), {0}), faults);
  file.append(sound(0, 2000, 1).data(), 1, 2000);
  file.reserveAhead(1 << 20);
  file.finish(777);
  const recorded::Wave wave = recorded::read(folder.file("a.wav"));
  CHECK(wave.whole());
  CHECK_EQUAL(wave.frames(), 777);
  CHECK_EQUAL(wave.wrong(0, 0, 0), 0);
}

TEST("room kept ahead does not make the file longer") {
  check::TemporaryFolder folder;
  WriteFaults faults;
  RecordFile file(recorded::spec(folder.file("a.wav"), {0}), faults);
  file.reserveAhead(8 << 20);
  CHECK_EQUAL(file.reservedBytes(), uint64_t{8} << 20);
  file.append(sound(0, 100, 1).data(), 1, 100);
  CHECK_EQUAL(recorded::read(folder.file("a.wav")).sizeBytes, file.spec().headerBytes.size() + 300);
}

TEST("float files keep every sample as it is, count frames in fact, and take no sample that is no number") {
  check::TemporaryFolder folder;
  WriteFaults faults;
  RecordFile file(recorded::spec(folder.file("a.wav"), {1, 0}, OutputFormat::f32), faults);
  std::vector<float> in = {0.1f, -3.5f, std::nanf(""), INFINITY, 1e-30f, 0.25f};
  file.append(in.data(), 2, 3);
  file.finish(kAll);
  const recorded::Wave wave = recorded::read(folder.file("a.wav"));
  CHECK(wave.whole());
  CHECK_EQUAL(wave.fact, 3u);
  const float expected[] = {-3.5f, 0.1f, 0, 0, 0.25f, 1e-30f};
  for (int i = 0; i < 6; i++) CHECK_EQUAL(wave.real(i / 2, static_cast<uint32_t>(i % 2)), expected[i]);
}

TEST("24-bit files round to nearest even and hold at full scale") {
  check::TemporaryFolder folder;
  WriteFaults faults;
  RecordFile file(recorded::spec(folder.file("a.wav"), {0}), faults);
  const float step = 1.0f / 8388608;
  const std::vector<float> in = {1.0f, -1.0f, 1.5f, -2.0f, 0.5f * step, 1.5f * step, -0.5f * step, 100 * step};
  file.append(in.data(), 1, in.size());
  file.finish(kAll);
  const recorded::Wave wave = recorded::read(folder.file("a.wav"));
  const int32_t expected[] = {8388607, -8388608, 8388607, -8388608, 0, 2, 0, 100};
  for (int i = 0; i < 8; i++) CHECK_EQUAL(wave.step(i, 0), expected[i]);
}

TEST("a file that passes the largest RIFF while it is recorded becomes RF64, with all that was there before") {
  check::TemporaryFolder folder;
  for (const OutputFormat format : {OutputFormat::s24, OutputFormat::f32}) {
    WriteFaults faults;
    const std::string path = folder.file(format == OutputFormat::f32 ? "f.wav" : "s.wav");
    RecordFile file(recorded::spec(path, {0, 1}, format), faults, 60000);
    std::vector<std::string> forms;
    for (int64_t at = 0; at < 20000; at += 1000) {
      file.append(sound(at, 1000, 2).data(), 2, 1000);
      file.refresh();
      const recorded::Wave wave = recorded::read(path);
      CHECK(wave.whole());
      CHECK_EQUAL(wave.frames(), at + 1000);
      CHECK_EQUAL(wave.form, wave.sizeBytes - 8 >= 60000 ? "RF64" : "RIFF");
      if (wave.form == "RF64") CHECK_EQUAL(wave.ds64Frames, static_cast<uint64_t>(at + 1000));
    }
    file.finish(kAll);
    const recorded::Wave wave = recorded::read(path);
    CHECK(wave.whole());
    CHECK_EQUAL(wave.form, "RF64");
    if (format == OutputFormat::s24) CHECK_EQUAL(wave.wrong(0, 0, 0) + wave.wrong(1, 1, 0), 0);
  }
}

TEST("a full disk keeps every whole frame that fitted, in every file, and says where it ended") {
  check::TemporaryFolder folder;
  Capture capture;
  capture.arm({{0, 1}, 48000, 0});
  Source source(capture, 2);
  source.run(512);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0}), recorded::spec(folder.file("b.wav"), {1})};
  request.beginClock = 0;
  capture.failWritesAfter(100'000);
  capture.begin(std::move(request));
  for (int i = 0; i < 100; i++) {
    source.run(512);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const RecordStatus status = ended(capture);
  CHECK(status.phase == RecordPhase::failed);
  REQUIRE(status.problem.has_value());
  CHECK_EQUAL(status.problem->code, "disk-full");
  const recorded::Wave a = recorded::read(folder.file("a.wav")), b = recorded::read(folder.file("b.wav"));
  CHECK(a.whole() && b.whole());
  CHECK(a.frames() + b.frames() >= 33'332);
  CHECK(a.frames() * 3 + b.frames() * 3 <= 100'000);
  CHECK_EQUAL(a.wrong(0, 0, 0) + b.wrong(0, 1, 0), 0);
  CHECK_EQUAL(status.problem->clock, status.problem->path == folder.file("a.wav") ? a.frames() : b.frames());
  // The next one works as soon as there is room again.
  capture.failWritesAfter(-1);
  capture.forget(status.id);
  request.files = {recorded::spec(folder.file("c.wav"), {0})};
  request.beginClock = source.clock;
  const int64_t first = source.clock;
  const uint64_t id = capture.begin(std::move(request));
  capture.end(id, first + 1000);
  source.run(2000);
  CHECK(ended(capture).phase == RecordPhase::done);
  CHECK_EQUAL(recorded::read(folder.file("c.wav")).wrong(0, 0, first), 0);
}

TEST("a real disk that fills up to its last byte keeps what was written, readable") {
#ifdef __linux__
  check::TemporaryFolder folder;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (!mountSmallDisk(folder.file(""), "1m")) ::_exit(2);
    bool good = false;
    try {
      good = fillSmallDisk(folder.file(""));
    } catch (const std::exception&) {
    }
    ::_exit(good ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 2) SKIP("no small disk can be mounted here to fill it");
  CHECK_EQUAL(WEXITSTATUS(status), 0);
#else
  SKIP("a small disk is mounted on Linux only");
#endif
}

TEST("a long recording of eight channels passes the largest RIFF; TWOPOP_LARGEST_RIFF and TWOPOP_LARGE_FILE set it") {
  check::TemporaryFolder folder;
  const std::string path = setting("TWOPOP_LARGE_FILE", folder.file("large.wav"));
  CaptureOptions options;
  options.largestRiffBytes = std::strtoull(setting("TWOPOP_LARGEST_RIFF", "4000000").c_str(), nullptr, 10);
  Capture capture(options);
  capture.arm({{0, 1, 2, 3, 4, 5, 6, 7}, 48000, 0});
  RecordRequest request;
  request.files = {recorded::spec(path, {0, 1, 2, 3, 4, 5, 6, 7}, OutputFormat::f32)};
  // A header made elsewhere, where one is given: it must be for these eight channels.
  std::ifstream given(setting("TWOPOP_LARGE_HEADER", ""), std::ios::binary);
  const std::vector<uint8_t> header(std::istreambuf_iterator<char>(given), {});
  if (!header.empty()) {
    request.files[0].headerBytes = header;
    request.files[0].layout.dataSizeAt = static_cast<uint32_t>(header.size() - 4);
    const std::string text(header.begin(), header.end());
    request.files[0].layout.factAt = static_cast<int64_t>(text.find("fact") + 8);
  }
  const uint64_t id = capture.begin(std::move(request));
  std::vector<float> block(8 * 48000);
  const int64_t frames = static_cast<int64_t>(options.largestRiffBytes / 32) + 100'001;
  // One second again and again, but for its clock in the first channel.
  for (size_t i = 0; i < block.size(); i++) block[i] = recorded::sampleAt(static_cast<uint32_t>(i % 8), static_cast<int64_t>(i / 8));
  for (int64_t at = 0; at < frames; at += 48000) {
    for (size_t i = 0; i < 48000; i++) block[i * 8] = static_cast<float>((at + static_cast<int64_t>(i)) & 0xffffff);
    capture.capture(block.data(), 8, static_cast<size_t>(std::min<int64_t>(48000, frames - at)), at);
    REQUIRE(capture.waitUntilWritten(600'000));
  }
  capture.end(id, frames);
  REQUIRE(capture.waitUntilWritten(600'000));
  const RecordStatus status = capture.status().recordings.at(0);
  CHECK(status.phase == RecordPhase::done);
  CHECK_EQUAL(status.framesOnDisk, frames);
  CHECK_EQUAL(status.lostFrames, 0);
  if (options.largestRiffBytes > 100'000'000) return;  // read by the command that asked for it
  const recorded::Wave wave = recorded::read(path);
  CHECK(wave.whole());
  CHECK_EQUAL(wave.form, "RF64");
  CHECK_EQUAL(wave.frames(), frames);
  CHECK_EQUAL(wave.ds64Frames, static_cast<uint64_t>(frames));
  int64_t wrong = 0;
  for (int64_t i = 0; i < frames; i++) {
    wrong += wave.real(i, 0) != static_cast<float>(i & 0xffffff);
    for (uint32_t c = 1; c < 8; c++) wrong += wave.real(i, c) != recorded::sampleAt(c, i % 48000);
  }
  CHECK_EQUAL(wrong, 0);
}

TEST("a file that is removed while it is recorded ends the recording at once, not after an hour into nothing") {
  check::TemporaryFolder folder;
  CaptureOptions options;
  options.flushEveryNs = 1'000'000;
  Capture capture(options);
  capture.arm({{0}, 48000, 0});
  Source source(capture, 1);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0}), recorded::spec(folder.file("b.wav"), {0})};
  capture.begin(std::move(request));
  source.run(1000);
  File::remove(folder.file("a.wav"));
  while (capture.status().recordings[0].phase != RecordPhase::failed) {
    source.run(512);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const RecordStatus status = ended(capture);
  REQUIRE(status.problem.has_value());
  CHECK_EQUAL(status.problem->code, "file-missing");
  CHECK_EQUAL(status.problem->path, folder.file("a.wav"));
  const recorded::Wave kept = recorded::read(folder.file("b.wav"));
  CHECK(kept.whole());
  CHECK(kept.frames() >= 1000);
  CHECK_EQUAL(kept.wrong(0, 0, 0), 0);
}

TEST("a disk that is nearly full ends the recording while the project can still be written; none begins there") {
  check::TemporaryFolder folder;
  CaptureOptions options;
  options.flushEveryNs = 1'000'000;
  Capture capture(options);
  capture.arm({{0}, 48000, 0});
  Source source(capture, 1);
  capture.overrideFreeBytes(int64_t{100} << 20);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0})};
  capture.begin(std::move(request));
  source.run(4800);
  CHECK(capture.waitUntilWritten(60000));
  for (int i = 0; i < 4000 && capture.status().freeBytes == 0; i++) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const CaptureStatus status = capture.status();
  CHECK_EQUAL(status.freeBytes, uint64_t{100} << 20);
  CHECK_EQUAL(status.bytesPerSecond, 144'000u);
  CHECK_NEAR(status.secondsToFull, (84 << 20) / 144'000.0, 0.001);
  capture.overrideFreeBytes(int64_t{15} << 20);
  const RecordStatus end = ended(capture);
  REQUIRE(end.problem.has_value());
  CHECK_EQUAL(end.problem->code, "disk-full");
  CHECK_EQUAL(recorded::read(folder.file("a.wav")).frames(), 4800);
  CHECK_EQUAL(recorded::read(folder.file("a.wav")).wrong(0, 0, 0), 0);
  request.files = {recorded::spec(folder.file("b.wav"), {0})};
  CHECK_THROWS(FileError, capture.begin(request));
  CHECK_EQUAL(recorded::read(folder.file("b.wav")).sizeBytes, 0u);
}

TEST("sizes are brought up to date every 250 ms of the clock that the writer is given") {
  check::TemporaryFolder folder;
  std::atomic<int64_t> now{0};
  CaptureOptions options;
  options.nowNs = [&now] { return now.load(); };
  Capture capture(options);
  capture.arm({{0}, 48000, 0});
  Source source(capture, 1);
  RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0})};
  capture.begin(std::move(request));
  // The first time is at once; the disk is measured then, too.
  while (capture.status().freeBytes == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  source.run(512);
  CHECK(capture.waitUntilWritten(60000));
  const auto flushed = [&] { return capture.status().recordings.at(0).framesFlushed; };
  now = 250'000'000;
  while (flushed() < 512) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  source.run(512);
  CHECK(capture.waitUntilWritten(60000));
  now = 499'999'999;
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  CHECK_EQUAL(flushed(), 512);
  CHECK_EQUAL(recorded::read(folder.file("a.wav")).frames(), 512);
  now = 500'000'000;
  while (flushed() < 1024) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  CHECK_EQUAL(recorded::read(folder.file("a.wav")).frames(), 1024);
}
