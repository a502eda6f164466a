// What is played is in memory before it is played, out of however little memory.
#include "disk/read-ahead.h"

#include <atomic>
#include <thread>

#include "check.h"
#include "support/read-ahead-rig.h"

using namespace twopop;
using namespace twopop::disk;
using namespace check;

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
  ReadAheadRig rig(plan);
  Truth truth(*plan);
  for (int place = 0; place < 12; place++) {
    const Travel travel{random.within(-5000, 150000), 0, false, 0, 0};
    rig.playhead.set(travel);
    REQUIRE(rig.ahead.waitPrefilled(*rig.pages, travel, 1, kPatienceMs));
    for (int i = 0; i < 60; i++) {
      const uint32_t source = static_cast<uint32_t>(random.within(0, static_cast<int64_t>(sources.size()) - 1));
      const uint32_t channel = static_cast<uint32_t>(random.within(0, sources[source].channelCount - 1));
      const int64_t from = travel.timeline + random.within(0, 40000);
      const size_t frames = static_cast<size_t>(random.within(1, 4096));
      const bool stereo = random.within(0, 1) == 1;
      rig.block.read(rig.ahead, *rig.pages, source, channel, from, frames, stereo);
      truth.read(source, channel, from, frames, stereo);
      CHECK(sameBits(rig.block.left, truth.left));
      CHECK(sameBits(rig.block.right, truth.right));
    }
  }
  CHECK_EQUAL(rig.missedFrames(), 0u);
  CHECK_EQUAL(rig.ahead.troubles().size(), 0u);
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
  ReadAheadRig rig(plan);
  Travel travel{600000, 1, true, 100000, 700000};
  rig.playhead.set(travel);
  const Travel head{100000, 1, true, 100000, 700000};
  // Two seconds before the seam the head is there already.
  REQUIRE(rig.ahead.waitPrefilled(*rig.pages, travel, 2, kPatienceMs));
  CHECK(rig.ahead.waitPrefilled(*rig.pages, head, 0.4, kPatienceMs));
  Truth truth(*plan);
  for (int i = 0; i < 200; i++) {
    const int64_t frames = std::min<int64_t>(4096, travel.loopTo - travel.timeline);
    REQUIRE(rig.ahead.waitPrefilled(*rig.pages, travel, 0.2, kPatienceMs));
    rig.block.read(rig.ahead, *rig.pages, 0, 0, travel.timeline, static_cast<size_t>(frames), true);
    truth.read(0, 0, travel.timeline, static_cast<size_t>(frames), true);
    CHECK(sameBits(rig.block.left, truth.left));
    travel.timeline += frames;
    if (travel.timeline == travel.loopTo) travel.timeline = travel.loopFrom;
    rig.playhead.set(travel);
  }
  CHECK_EQUAL(rig.missedFrames(), 0u);
}

TEST("a place that is kept ready is ready while the playhead is elsewhere") {
  check::TemporaryFolder folder;
  const auto plan = check::planOf({check::makeSource(folder.file("s"), PcmFormat::s24, 2, 2000000)});
  ReadAheadRig rig(plan);
  rig.playhead.set({100, 1, false, 0, 0});
  const Travel there{1500000, 1, false, 0, 0};
  CHECK(!rig.ahead.prefilled(*rig.pages, there, 0.5));
  rig.ahead.keepReady({{there, 1.0}});
  CHECK(rig.ahead.waitPrefilled(*rig.pages, there, 1.0, kPatienceMs));
  CHECK(rig.prefill(1.0));
}

TEST("a disk that is too slow costs silence that is counted, never a wait in the callback") {
  check::TemporaryFolder folder;
  const auto plan = check::planOf({check::makeSource(folder.file("s"), PcmFormat::s24, 2, 400000)});
  ReadAheadRig rig(plan);
  REQUIRE(rig.prefill());
  rig.ahead.setFault({1000, "", ""});
  // Somewhere that nothing has been read of.
  constexpr int64_t kAway = 300000;
  rig.playhead.set({kAway, 1, false, 0, 0});
  REQUIRE(waitUntil([&] { return rig.ahead.status().lackingPages > 0; }));
  // The first page takes a second: the callback does not (the build that watches it would end here if it waited).
  rig.block.read(rig.ahead, *rig.pages, 0, 0, kAway, 1024, true);
  CHECK(allSilent(rig.block.left));
  CHECK_EQUAL(rig.ahead.gate().missedFrames(), 1024u);
  CHECK_EQUAL(rig.ahead.troubles().size(), 0u);
  rig.ahead.setFault({});
  REQUIRE(rig.prefill());
  rig.block.read(rig.ahead, *rig.pages, 0, 0, kAway, 1024, true);
  CHECK(!allSilent(rig.block.left));
  CHECK_EQUAL(rig.ahead.gate().missedFrames(), 1024u);
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
  ReadAheadRig rig(plan);
  const Travel travel{place, 1, false, 0, 0};
  rig.playhead.set(travel);
  REQUIRE(rig.ahead.waitPrefilled(*rig.pages, travel, 1, kPatienceMs));
  Truth truth(*plan);
  for (uint32_t channel = 0; channel < 64; channel += 21) {
    rig.block.read(rig.ahead, *rig.pages, 0, channel, place + 30000, 4096, true);
    truth.read(0, channel, place + 30000, 4096, true);
    CHECK(!allSilent(rig.block.left));
    CHECK(sameBits(rig.block.left, truth.left));
    CHECK(sameBits(rig.block.right, truth.right));
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
