#include "disk/read-ahead.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>

#include "callback-guard.h"
#include "check.h"
#include "disk/source-files.h"
#include "support/sound-files.h"

using namespace twopop;
using namespace twopop::disk;

namespace {

constexpr uint32_t kPatienceMs = 30000;  // only ever used up by a failure

/// The playhead as the engine's snapshot would give it.
class Playhead {
 public:
  void set(const Travel& travel) {
    std::lock_guard<std::mutex> lock(mutex_);
    travel_ = travel;
  }
  Travel get() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return travel_;
  }

 private:
  mutable std::mutex mutex_;
  Travel travel_;
};

/// One block of the callback: reads a clip's worth of frames as the renderer would.
struct Block {
  std::vector<double> left, right;

  void read(ReadAhead& ahead, PlanPages& pages, uint32_t source, uint32_t channel, int64_t from, size_t frames, bool stereo) {
    left.assign(frames, 5.0);
    right.assign(frames, 5.0);
    CallbackGuard guard;
    ahead.gate().enterBlock();
    pages.read(source, channel, from, frames, left.data(), stereo ? right.data() : nullptr);
    ahead.gate().leaveBlock();
  }
};

bool sameBits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// The samples of the same span from the file itself.
struct Truth {
  explicit Truth(const Plan& plan) : files(plan), reader(plan, files) {}
  SourceFiles files;
  FileSourceReader reader;
  std::vector<double> left, right;

  void read(uint32_t source, uint32_t channel, int64_t from, size_t frames, bool stereo) {
    left.assign(frames, 5.0);
    right.assign(frames, 5.0);
    reader.read(source, channel, from, frames, left.data(), stereo ? right.data() : nullptr);
  }
};

bool waitUntil(const std::function<bool()>& there) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
  while (!there()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

bool allSilent(const std::vector<double>& samples) {
  return std::all_of(samples.begin(), samples.end(), [](double sample) { return sample == 0; });
}

}  // namespace

TEST("samples out of memory are those of the file, in every format, at any place and block size") {
  check::TemporaryFolder folder;
  check::Random random(11);
  std::vector<PlanSource> sources;
  for (const PcmFormat format : {PcmFormat::u8, PcmFormat::s16, PcmFormat::s24, PcmFormat::s32, PcmFormat::f32, PcmFormat::f64}) {
    for (const uint32_t channels : {1u, 2u, 7u}) {
      const std::string name = "f" + std::to_string(static_cast<int>(format)) + "-" + std::to_string(channels);
      sources.push_back(check::makeSource(folder.file(name), format, channels, 150000, sources.size(), 44 + sources.size()));
    }
  }
  const auto plan = check::planOf(sources);
  Playhead playhead;
  ReadAhead ahead([&] { return playhead.get(); });
  const auto pages = ahead.bind(plan);
  Truth truth(*plan);
  Block block;
  for (int place = 0; place < 12; place++) {
    const Travel travel{random.within(-5000, 150000), 0, false, 0, 0};
    playhead.set(travel);
    REQUIRE(ahead.waitPrefilled(*pages, travel, 1, kPatienceMs));
    for (int i = 0; i < 60; i++) {
      const uint32_t source = static_cast<uint32_t>(random.within(0, static_cast<int64_t>(sources.size()) - 1));
      const uint32_t channel = static_cast<uint32_t>(random.within(0, sources[source].channelCount - 1));
      const int64_t from = travel.timeline + random.within(0, 40000);
      const size_t frames = static_cast<size_t>(random.within(1, 4096));
      const bool stereo = random.within(0, 1) == 1;
      block.read(ahead, *pages, source, channel, from, frames, stereo);
      truth.read(source, channel, from, frames, stereo);
      CHECK(sameBits(block.left, truth.left));
      CHECK(sameBits(block.right, truth.right));
    }
  }
  CHECK_EQUAL(ahead.status().missedFrames, 0u);
  CHECK_EQUAL(ahead.troubles().size(), 0u);
}

TEST("whatever the pace of the callback, a sample is the file's or it is silence and counted") {
  check::TemporaryFolder folder;
  check::Random random(12);
  std::vector<PlanSource> sources;
  for (int i = 0; i < 6; i++) {
    sources.push_back(check::makeSource(folder.file("s" + std::to_string(i)), PcmFormat::s24, i % 2 ? 8 : 1, 200000, static_cast<uint64_t>(i)));
  }
  const auto plan = check::planOf(sources);
  Playhead playhead;
  ReadAheadOptions options;
  options.memoryBytes = 40 * kPageBytes;  // far too little
  ReadAhead ahead([&] { return playhead.get(); }, options);
  const auto pages = ahead.bind(plan);
  const int rounds = check::builtWith("thread") || check::builtWith("address") ? 600 : 3000;
  std::thread callback([&] {
    Truth truth(*plan);
    Block block;
    int64_t at = 0;
    for (int i = 0; i < rounds; i++) {
      const size_t frames = static_cast<size_t>(random.within(16, 4096));
      const uint32_t source = static_cast<uint32_t>(random.within(0, 5));
      if (random.within(0, 30) == 0) at = random.within(0, 200000);
      playhead.set({at, random.within(0, 1) ? 1.0 : -2.0, false, 0, 0});
      const uint64_t before = ahead.gate().missedFrames();
      block.read(ahead, *pages, source, 0, at, frames, true);
      truth.read(source, 0, at, frames, true);
      const uint64_t missed = ahead.gate().missedFrames() - before;
      uint64_t unlike = 0;
      for (size_t s = 0; s < frames; s++) {
        if (block.left[s] == truth.left[s] && block.right[s] == truth.right[s]) continue;
        unlike++;
        CHECK(block.left[s] == 0 && block.right[s] == 0);
      }
      CHECK(unlike <= missed);
      CHECK(missed <= frames);
      at += static_cast<int64_t>(frames);
      if (i % 50 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  callback.join();
  CHECK(ahead.status().heldBytes <= options.memoryBytes);
}

TEST("nothing is lost of a roll in step with what is ready: forwards, backwards, in shuttle and slow") {
  check::TemporaryFolder folder;
  check::Random random(13);
  std::vector<PlanSource> sources;
  for (int i = 0; i < 4; i++) {
    sources.push_back(check::makeSource(folder.file("s" + std::to_string(i)), i == 3 ? PcmFormat::f32 : PcmFormat::s24, i == 2 ? 16 : 2, 260000, static_cast<uint64_t>(i)));
  }
  const auto plan = check::planOf(sources);
  Playhead playhead;
  ReadAheadOptions options;
  options.memoryBytes = uint64_t{24} << 20;
  ReadAhead ahead([&] { return playhead.get(); }, options);
  const auto pages = ahead.bind(plan);
  Truth truth(*plan);
  Block block;
  for (const double speed : {1.0, -1.0, 4.0, -8.0, 0.5}) {
    Travel travel{speed > 0 ? 1000 : 250000, speed, false, 0, 0};
    playhead.set(travel);
    REQUIRE(ahead.waitPrefilled(*pages, travel, 0.5, kPatienceMs));
    for (int i = 0; i < 40; i++) {
      const int64_t frames = random.within(16, 4096);
      const int64_t from = speed > 0 ? travel.timeline : travel.timeline - frames;
      REQUIRE(ahead.waitPrefilled(*pages, travel, 0.2, kPatienceMs));
      for (uint32_t source = 0; source < 4; source++) {
        block.read(ahead, *pages, source, 1, from, static_cast<size_t>(frames), true);
        truth.read(source, 1, from, static_cast<size_t>(frames), true);
        CHECK(sameBits(block.left, truth.left));
        CHECK(sameBits(block.right, truth.right));
      }
      travel.timeline += speed > 0 ? frames : -frames;
      playhead.set(travel);
    }
  }
  CHECK_EQUAL(ahead.status().missedFrames, 0u);
}

TEST("at the seam of a loop its head is there") {
  check::TemporaryFolder folder;
  const auto plan = check::planOf({check::makeSource(folder.file("s"), PcmFormat::s24, 2, 1000000)});
  Playhead playhead;
  ReadAhead ahead([&] { return playhead.get(); });
  const auto pages = ahead.bind(plan);
  Travel travel{600000, 1, true, 100000, 700000};
  playhead.set(travel);
  const Travel head{100000, 1, true, 100000, 700000};
  // Two seconds before the seam the head is there already.
  REQUIRE(ahead.waitPrefilled(*pages, travel, 2, kPatienceMs));
  CHECK(ahead.waitPrefilled(*pages, head, 0.4, kPatienceMs));
  Truth truth(*plan);
  Block block;
  for (int i = 0; i < 200; i++) {
    const int64_t frames = std::min<int64_t>(4096, travel.loopTo - travel.timeline);
    REQUIRE(ahead.waitPrefilled(*pages, travel, 0.2, kPatienceMs));
    block.read(ahead, *pages, 0, 0, travel.timeline, static_cast<size_t>(frames), true);
    truth.read(0, 0, travel.timeline, static_cast<size_t>(frames), true);
    CHECK(sameBits(block.left, truth.left));
    travel.timeline += frames;
    if (travel.timeline == travel.loopTo) travel.timeline = travel.loopFrom;
    playhead.set(travel);
  }
  CHECK_EQUAL(ahead.status().missedFrames, 0u);
}

TEST("a place that is kept ready is ready while the playhead is elsewhere") {
  check::TemporaryFolder folder;
  const auto plan = check::planOf({check::makeSource(folder.file("s"), PcmFormat::s24, 2, 2000000)});
  Playhead playhead;
  playhead.set({100, 1, false, 0, 0});
  ReadAhead ahead([&] { return playhead.get(); });
  const auto pages = ahead.bind(plan);
  const Travel there{1500000, 1, false, 0, 0};
  CHECK(!ahead.prefilled(*pages, there, 0.5));
  ahead.keepReady({{there, 1.0}});
  CHECK(ahead.waitPrefilled(*pages, there, 1.0, kPatienceMs));
  CHECK(ahead.waitPrefilled(*pages, playhead.get(), 1.0, kPatienceMs));
}

TEST("a disk that is too slow costs silence that is counted, never a wait in the callback") {
  check::TemporaryFolder folder;
  const auto plan = check::planOf({check::makeSource(folder.file("s"), PcmFormat::s24, 2, 400000)});
  Playhead playhead;
  ReadAhead ahead([&] { return playhead.get(); });
  ahead.setFault({200, "", ""});
  const auto pages = ahead.bind(plan);
  Block block;
  REQUIRE(waitUntil([&] { return ahead.status().lackingPages > 0; }));
  // The first page takes 200 ms: the callback does not (the build that watches it would end here if it waited).
  block.read(ahead, *pages, 0, 0, 0, 1024, true);
  CHECK(allSilent(block.left));
  CHECK_EQUAL(ahead.gate().missedFrames(), 1024u);
  CHECK_EQUAL(ahead.troubles().size(), 0u);
  ahead.setFault({});
  REQUIRE(ahead.waitPrefilled(*pages, playhead.get(), 1, kPatienceMs));
  block.read(ahead, *pages, 0, 0, 0, 1024, true);
  CHECK(!allSilent(block.left));
  CHECK_EQUAL(ahead.gate().missedFrames(), 1024u);
}

TEST("a disk that does not answer holds up its own files alone") {
  check::TemporaryFolder dead, alive;
  std::vector<PlanSource> sources;
  for (int i = 0; i < 4; i++) {
    sources.push_back(check::makeSource(dead.file("dead" + std::to_string(i)), PcmFormat::s24, 2, 100000, static_cast<uint64_t>(i)));
  }
  const auto here = check::planOf({check::makeSource(alive.file("alive"), PcmFormat::s24, 2, 600000, 9)});
  const auto both = check::planOf(sources);
  Playhead playhead;
  ReadAhead ahead([&] { return playhead.get(); });
  // Every read there takes longer than all of this fact may.
  ahead.setFault({3000, "dead", ""});
  const auto slow = ahead.bind(both), quick = ahead.bind(here);
  for (int64_t at = 0; at < 400000; at += 50000) {
    playhead.set({at, 0, false, 0, 0});
    CHECK(ahead.waitPrefilled(*quick, playhead.get(), 1, kPatienceMs));
    CHECK(at > 50000 || !ahead.prefilled(*slow, playhead.get(), 1));
  }
  ahead.setFault({});
}

TEST("a source that is missing is silent, told of once, holds nothing up, and plays when it comes") {
  check::TemporaryFolder folder;
  PlanSource later = check::makeSource(folder.file("later"), PcmFormat::s24, 1, 300000);
  std::rename(folder.file("later").c_str(), folder.file("elsewhere").c_str());
  const auto plan = check::planOf({later, check::makeSource(folder.file("here"), PcmFormat::s24, 1, 300000, 1)});
  Playhead playhead;
  ReadAhead ahead([&] { return playhead.get(); });
  const auto pages = ahead.bind(plan);
  CHECK(ahead.waitPrefilled(*pages, playhead.get(), 1, kPatienceMs));
  Block block;
  block.read(ahead, *pages, 0, 0, 0, 1000, false);
  CHECK(allSilent(block.left));
  CHECK_EQUAL(ahead.status().missedFrames, 0u);
  const auto troubles = ahead.troubles();
  REQUIRE(troubles.size() == 1);
  CHECK_EQUAL(troubles[0].path, later.path);
  CHECK(troubles[0].trouble == FileTrouble::missing);
  std::rename(folder.file("elsewhere").c_str(), folder.file("later").c_str());
  REQUIRE(waitUntil([&] { return ahead.troubles().empty(); }));
  REQUIRE(ahead.waitPrefilled(*pages, playhead.get(), 1, kPatienceMs));
  block.read(ahead, *pages, 0, 0, 0, 1000, false);
  Truth truth(*plan);
  truth.read(0, 0, 0, 1000, false);
  CHECK(sameBits(block.left, truth.left));
}

TEST("a file removed while it plays falls silent and is told of") {
  check::TemporaryFolder folder;
  const auto plan = check::planOf({check::makeSource(folder.file("s"), PcmFormat::s24, 1, 300000)});
  Playhead playhead;
  ReadAhead ahead([&] { return playhead.get(); });
  const auto pages = ahead.bind(plan);
  REQUIRE(ahead.waitPrefilled(*pages, playhead.get(), 1, kPatienceMs));
  File::remove(folder.file("s"));
  REQUIRE(waitUntil([&] { return !ahead.troubles().empty(); }));
  CHECK(ahead.troubles()[0].trouble == FileTrouble::missing);
  Block block;
  REQUIRE(waitUntil([&] {
    block.read(ahead, *pages, 0, 0, 0, 1000, false);
    return allSilent(block.left);
  }));
  CHECK_EQUAL(ahead.status().missedFrames, 0u);
}

TEST("a file replaced under the same path is played instead, without a gap, and told of") {
  check::TemporaryFolder folder;
  const PlanSource first = check::makeSource(folder.file("s"), PcmFormat::s24, 1, 120000, 1);
  check::makeSource(folder.file("other"), PcmFormat::s24, 1, 120000, 2);
  const auto plan = check::planOf({first});
  Playhead playhead;
  ReadAhead ahead([&] { return playhead.get(); });
  const auto pages = ahead.bind(plan);
  REQUIRE(ahead.waitPrefilled(*pages, playhead.get(), 1, kPatienceMs));
  Truth before(*plan);
  before.read(0, 0, 5000, 1000, false);
  std::rename(folder.file("other").c_str(), folder.file("s").c_str());
  Truth after(*plan);
  after.read(0, 0, 5000, 1000, false);
  REQUIRE(!sameBits(before.left, after.left));
  Block block;
  REQUIRE(waitUntil([&] {
    block.read(ahead, *pages, 0, 0, 5000, 1000, false);
    CHECK(sameBits(block.left, before.left) || sameBits(block.left, after.left));
    return sameBits(block.left, after.left);
  }));
  REQUIRE(ahead.troubles().size() == 1);
  CHECK(ahead.troubles()[0].trouble == FileTrouble::changed);
  CHECK_EQUAL(ahead.status().missedFrames, 0u);
}

TEST("a file that grew under the same name gives what it has now") {
  check::TemporaryFolder folder;
  const PlanSource whole = check::makeSource(folder.file("s"), PcmFormat::u8, 1, 90000, 3);
  std::vector<uint8_t> bytes(90044);
  File::openForReading(whole.path).readAt(0, bytes.data(), bytes.size());
  {
    const auto cut = File::create(whole.path);
    cut.writeAt(0, bytes.data(), 40044);
  }
  const auto plan = check::planOf({whole});
  Playhead playhead;
  ReadAhead ahead([&] { return playhead.get(); });
  const auto pages = ahead.bind(plan);
  REQUIRE(ahead.waitPrefilled(*pages, playhead.get(), 1.5, kPatienceMs));
  Block block;
  block.read(ahead, *pages, 0, 0, 39000, 20000, false);
  Truth truth(*plan);
  truth.read(0, 0, 39000, 20000, false);
  CHECK(sameBits(block.left, truth.left));
  CHECK(block.left[1500] == 0 && block.left[19999] == 0);
  REQUIRE(ahead.troubles().size() == 1);
  CHECK(ahead.troubles()[0].trouble == FileTrouble::tooShort);
  CHECK_EQUAL(ahead.status().missedFrames, 0u);
  {
    const auto grown = File::create(folder.file("grown"));
    grown.writeAt(0, bytes.data(), bytes.size());
  }
  std::rename(folder.file("grown").c_str(), folder.file("s").c_str());
  Truth later(*plan);
  later.read(0, 0, 39000, 20000, false);
  REQUIRE(waitUntil([&] {
    block.read(ahead, *pages, 0, 0, 39000, 20000, false);
    return sameBits(block.left, later.left);
  }));
}

TEST("reads that fail are silence, told of once, and tried again") {
  check::TemporaryFolder folder;
  const auto plan = check::planOf({check::makeSource(folder.file("bad"), PcmFormat::s24, 1, 200000)});
  Playhead playhead;
  ReadAhead ahead([&] { return playhead.get(); });
  ahead.setFault({0, "", "bad"});
  const auto pages = ahead.bind(plan);
  REQUIRE(ahead.waitPrefilled(*pages, playhead.get(), 1, kPatienceMs));
  Block block;
  block.read(ahead, *pages, 0, 0, 0, 1000, false);
  CHECK(allSilent(block.left));
  CHECK_EQUAL(ahead.status().missedFrames, 0u);
  REQUIRE(ahead.troubles().size() == 1);
  CHECK(ahead.troubles()[0].trouble == FileTrouble::unreadable);
  ahead.setFault({});
  REQUIRE(waitUntil([&] {
    block.read(ahead, *pages, 0, 0, 0, 1000, false);
    return !allSilent(block.left);
  }));
  CHECK(waitUntil([&] { return ahead.troubles().empty(); }));
}

TEST("plans that share files share their pages") {
  check::TemporaryFolder folder;
  const auto source = check::makeSource(folder.file("poly"), PcmFormat::s24, 8, 100000);
  auto one = check::planOf({source}), two = check::planOf({check::makeSource(folder.file("x"), PcmFormat::s16, 1, 10), source});
  Playhead playhead;
  ReadAhead ahead([&] { return playhead.get(); });
  auto first = ahead.bind(one);
  const auto isQuiet = [&] { return ahead.status().wantedPages > 0 && ahead.status().lackingPages == 0; };
  REQUIRE(waitUntil(isQuiet));
  const uint64_t once = ahead.status().bytesRead;
  const auto second = ahead.bind(two);
  first.reset();
  REQUIRE(ahead.waitPrefilled(*second, playhead.get(), 2, kPatienceMs));
  CHECK(ahead.prefilled(*second, playhead.get(), 2));
  REQUIRE(waitUntil(isQuiet));
  CHECK_EQUAL(ahead.status().bytesRead, once + 20);
}

TEST("beyond four gigabytes of a file of 64 channels the samples are still its own") {
  check::TemporaryFolder folder;
  PlanSource source;
  source.path = folder.file("poly");
  source.dataOffsetBytes = 80;
  source.format = PcmFormat::s24;
  source.channelCount = 64;
  source.frameCount = int64_t{10} * 1000 * 1000 * 1000 / 192;
  const int64_t place = source.frameCount - 100000;
  try {
    const auto file = File::create(source.path);
    check::Random random(3);
    std::vector<uint8_t> bytes(60000 * 192);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.bits());
    file.writeAt(80 + static_cast<uint64_t>(place) * 192, bytes.data(), bytes.size());
    file.writeAt(80 + static_cast<uint64_t>(source.frameCount) * 192 - 1, "", 1);
  } catch (const FileError& error) {
    SKIP(std::string("no sparse file of 10 GB here: ") + error.what());
  }
  const auto plan = check::planOf({source});
  Playhead playhead;
  ReadAhead ahead([&] { return playhead.get(); });
  const auto pages = ahead.bind(plan);
  const Travel travel{place, 1, false, 0, 0};
  playhead.set(travel);
  REQUIRE(ahead.waitPrefilled(*pages, travel, 1, kPatienceMs));
  Truth truth(*plan);
  Block block;
  for (uint32_t channel = 0; channel < 64; channel += 21) {
    block.read(ahead, *pages, 0, channel, place + 30000, 4096, true);
    truth.read(0, channel, place + 30000, 4096, true);
    CHECK(!allSilent(block.left));
    CHECK(sameBits(block.left, truth.left));
    CHECK(sameBits(block.right, truth.right));
  }
}

TEST("where more is wanted than there is memory, what is played first is there first") {
  check::TemporaryFolder folder;
  std::vector<PlanSource> sources;
  for (int i = 0; i < 24; i++) {
    sources.push_back(check::makeSource(folder.file("p" + std::to_string(i)), PcmFormat::s24, 32, 20000, static_cast<uint64_t>(i)));
  }
  const auto plan = check::planOf(sources);
  Playhead playhead;
  ReadAheadOptions options;
  options.memoryBytes = 110 * kPageBytes;  // 24 files want 30 pages each
  ReadAhead ahead([&] { return playhead.get(); }, options);
  const auto pages = ahead.bind(plan);
  REQUIRE(ahead.waitPrefilled(*pages, playhead.get(), 0.04, kPatienceMs));
  CHECK(!ahead.prefilled(*pages, playhead.get(), 0.4));
  CHECK(ahead.status().heldBytes <= options.memoryBytes);
  CHECK(waitUntil([&] { return ahead.status().readySeconds > 0.04; }));
}

TEST("a plan let go of while its files are read does no harm") {
  check::TemporaryFolder folder;
  const auto source = check::makeSource(folder.file("s"), PcmFormat::s24, 2, 400000);
  Playhead playhead;
  ReadAhead ahead([&] { return playhead.get(); });
  for (int i = 0; i < 100; i++) ahead.bind(check::planOf({source}));
  const auto pages = ahead.bind(check::planOf({source}));
  CHECK(ahead.waitPrefilled(*pages, playhead.get(), 1, kPatienceMs));
}
