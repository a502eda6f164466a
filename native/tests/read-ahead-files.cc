// Files that are missing, go away, come back, change or do not answer while they are played.
#include "disk/read-ahead.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "check.h"
#include "support/read-ahead-rig.h"

using namespace twopop;
using namespace twopop::disk;
using namespace check;

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
  ReadAheadRig rig(plan);
  CHECK(rig.prefill());
  CHECK(allSilent(rig.heard(0, 0, 1000)));
  CHECK_EQUAL(rig.missedFrames(), 0u);
  const auto troubles = rig.ahead.troubles();
  REQUIRE(troubles.size() == 1);
  CHECK_EQUAL(troubles[0].path, later.path);
  CHECK(troubles[0].trouble == FileTrouble::missing);
  std::rename(folder.file("elsewhere").c_str(), folder.file("later").c_str());
  REQUIRE(waitUntil([&] { return rig.ahead.troubles().empty(); }));
  REQUIRE(rig.prefill());
  rig.block.read(rig.ahead, *rig.pages, 0, 0, 0, 1000, false);
  Truth truth(*plan);
  truth.read(0, 0, 0, 1000, false);
  CHECK(sameBits(rig.block.left, truth.left));
}

TEST("a file removed while it plays falls silent and is told of") {
  check::TemporaryFolder folder;
  const auto plan = check::planOf({check::makeSource(folder.file("s"), PcmFormat::s24, 1, 300000)});
  ReadAheadRig rig(plan);
  REQUIRE(rig.prefill());
  File::remove(folder.file("s"));
  REQUIRE(waitUntil([&] { return !rig.ahead.troubles().empty(); }));
  CHECK(rig.ahead.troubles()[0].trouble == FileTrouble::missing);
  REQUIRE(waitUntil([&] {
    return allSilent(rig.heard(0, 0, 1000));
  }));
  CHECK_EQUAL(rig.missedFrames(), 0u);
}

TEST("a file removed in the middle of a read stays silent: what that read brings is not played") {
  check::TemporaryFolder folder;
  const auto plan = check::planOf({check::makeSource(folder.file("s"), PcmFormat::s24, 1, 300000)});
  ReadAheadRig rig(plan);
  REQUIRE(rig.prefill());
  // Far from there the next pages are being read for longer than it takes to see that the file is gone.
  rig.ahead.setFault({2500, "", ""});
  const Travel there{200000, 0, false, 0, 0};
  rig.playhead.set(there);
  rig.ahead.wake();
  REQUIRE(waitUntil([&] { return rig.ahead.status().lackingPages > 0; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  File::remove(folder.file("s"));
  REQUIRE(waitUntil([&] { return !rig.ahead.troubles().empty(); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(3000));
  for (int64_t at = 195000; at < 260000; at += 1000) {
    CHECK(allSilent(rig.heard(0, at, 1000)));
  }
  CHECK_EQUAL(rig.missedFrames(), 0u);
  CHECK_EQUAL(rig.ahead.status().heldBytes, 0u);
}

TEST("a file truncated in its place while it plays is silent from its new end on, and told of") {
  check::TemporaryFolder folder;
  const auto plan = check::planOf({check::makeSource(folder.file("s"), PcmFormat::s24, 1, 60000)});
  ReadAheadRig rig(plan);
  REQUIRE(rig.prefill());
  REQUIRE(::truncate(folder.file("s").c_str(), 44 + 3 * 30000 + 1) == 0);
  Truth truth(*plan);
  truth.read(0, 0, 0, 60000, false);
  CHECK(std::all_of(truth.left.begin() + 30000, truth.left.end(), [](double sample) { return sample == 0; }));
  REQUIRE(waitUntil([&] {
    return sameBits(rig.heard(0, 0, 60000), truth.left);
  }));
  REQUIRE(rig.ahead.troubles().size() == 1);
  CHECK(rig.ahead.troubles()[0].trouble == FileTrouble::tooShort);
  CHECK_EQUAL(rig.missedFrames(), 0u);
}

TEST("a file replaced under the same path is played instead, without a gap, and told of") {
  check::TemporaryFolder folder;
  const PlanSource first = check::makeSource(folder.file("s"), PcmFormat::s24, 1, 120000, 1);
  check::makeSource(folder.file("other"), PcmFormat::s24, 1, 120000, 2);
  const auto plan = check::planOf({first});
  ReadAheadRig rig(plan);
  REQUIRE(rig.prefill());
  Truth before(*plan);
  before.read(0, 0, 5000, 1000, false);
  std::rename(folder.file("other").c_str(), folder.file("s").c_str());
  Truth after(*plan);
  after.read(0, 0, 5000, 1000, false);
  REQUIRE(!sameBits(before.left, after.left));
  REQUIRE(waitUntil([&] {
    rig.block.read(rig.ahead, *rig.pages, 0, 0, 5000, 1000, false);
    CHECK(sameBits(rig.block.left, before.left) || sameBits(rig.block.left, after.left));
    return sameBits(rig.block.left, after.left);
  }));
  REQUIRE(rig.ahead.troubles().size() == 1);
  CHECK(rig.ahead.troubles()[0].trouble == FileTrouble::changed);
  CHECK_EQUAL(rig.missedFrames(), 0u);
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
  ReadAheadRig rig(plan);
  REQUIRE(rig.prefill(1.5));
  rig.block.read(rig.ahead, *rig.pages, 0, 0, 39000, 20000, false);
  Truth truth(*plan);
  truth.read(0, 0, 39000, 20000, false);
  CHECK(sameBits(rig.block.left, truth.left));
  CHECK(rig.block.left[1500] == 0 && rig.block.left[19999] == 0);
  REQUIRE(rig.ahead.troubles().size() == 1);
  CHECK(rig.ahead.troubles()[0].trouble == FileTrouble::tooShort);
  CHECK_EQUAL(rig.missedFrames(), 0u);
  {
    const auto grown = File::create(folder.file("grown"));
    grown.writeAt(0, bytes.data(), bytes.size());
  }
  std::rename(folder.file("grown").c_str(), folder.file("s").c_str());
  Truth later(*plan);
  later.read(0, 0, 39000, 20000, false);
  REQUIRE(waitUntil([&] {
    return sameBits(rig.heard(0, 39000, 20000), later.left);
  }));
}

TEST("reads that fail are silence, told of once, and tried again") {
  check::TemporaryFolder folder;
  const auto plan = check::planOf({check::makeSource(folder.file("bad"), PcmFormat::s24, 1, 200000)});
  ReadAheadRig rig(plan);
  rig.ahead.setFault({0, "", "bad"});
  REQUIRE(rig.prefill());
  CHECK(allSilent(rig.heard(0, 0, 1000)));
  CHECK_EQUAL(rig.missedFrames(), 0u);
  REQUIRE(rig.ahead.troubles().size() == 1);
  CHECK(rig.ahead.troubles()[0].trouble == FileTrouble::unreadable);
  rig.ahead.setFault({});
  REQUIRE(waitUntil([&] {
    return !allSilent(rig.heard(0, 0, 1000));
  }));
  CHECK(waitUntil([&] { return rig.ahead.troubles().empty(); }));
}
