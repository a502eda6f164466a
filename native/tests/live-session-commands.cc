// The transport of a live session in real time: what a command changed can be seen once it has returned, and a stop is the
// end of every roll that was asked for before it.
#include <chrono>
#include <future>
#include <thread>

#include "check.h"
#include "device/live-session.h"
#include "support/live-rig.h"

using namespace twopop;
using namespace twopop::device;
using namespace std::chrono_literals;

namespace {

DeviceConfig slowDevice() {
  DeviceConfig config;
  config.kind = "virtual";
  config.framesPerBuffer = 4096, config.latencySamples = 4096;
  return config;
}

template <class Ask>
std::string codeOf(const Ask& ask) {
  try {
    ask();
    return "";
  } catch (const DeviceError& error) {
    return error.code;
  }
}

RollUpdate rollFrom(int64_t sample) {
  RollUpdate roll;
  roll.fromSample = sample;
  return roll;
}

/// A plan that needs more at once than is kept in memory: its disk is never ready.
std::shared_ptr<const Plan> hugePlan(const check::TemporaryFolder& folder) {
  std::vector<PlanSource> sources;
  for (uint32_t i = 0; i < 16; i++) {
    sources.push_back(check::makeSource(folder.file("s" + std::to_string(i)), PcmFormat::s24, 8, 96'000, i, 44));
  }
  return check::planOf(sources);
}

}  // namespace

TEST("what a command of the transport changed is told as soon as it has returned") {
  LiveSession session({});
  check::open(session, slowDevice());
  for (int round = 0; round < 3; round++) {
    session.roll(rollFrom(0));
    session.locate(960'000);
    CHECK_EQUAL(session.state().engine.motion.fromSample, 960'000);
    CHECK(session.state().engine.timelineSample >= 960'000 - 4096);
    session.shuttle({2, 1}, rt::Pitch::withSpeed);
    CHECK_EQUAL(session.state().engine.motion.speed.numerator, 2);
    session.setLoop({10, 20'000});
    CHECK_EQUAL(session.state().engine.motion.loop.to, 20'000);
    session.setPunch({30, 40'000});
    CHECK_EQUAL(session.state().engine.motion.punch.to, 40'000);
    session.stop();
    CHECK(!session.state().engine.motion.rolling);
    session.locate(1234);
    CHECK_EQUAL(session.state().engine.timelineSample, 1234);
  }
  check::close(session);
}

TEST("a command to a device that stands still is refused as soon as the device is given up") {
  for (const char* kind : {"stall", "unplug"}) {
    LiveSession session({});
    check::open(session, slowDevice());
    session.roll(rollFrom(0));
    session.fault(kind, 60'000);
    const auto began = std::chrono::steady_clock::now();
    CHECK_EQUAL(codeOf([&] {
      for (int i = 0; i < 1000; i++) session.locate(5000);
    }), std::string("device-closed"));
    CHECK(std::chrono::steady_clock::now() - began < 2s);
    CHECK_EQUAL(codeOf([&] { session.stop(); }), std::string("device-closed"));
    check::close(session);
  }
}

TEST("a command under way as the device is closed or another is opened comes to an end") {
  LiveSession session({});
  for (int round = 0; round < 10; round++) {
    check::open(session, slowDevice());
    auto asked = std::async(std::launch::async, [&session] {
      return codeOf([&] {
        for (int i = 0; i < 1000; i++) session.locate(i);
      });
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + 9 * round));
    check::close(session);
    CHECK_EQUAL(asked.get(), std::string("device-closed"));
  }
}

TEST("a stop takes back a roll that waits for the disk, and at once") {
  check::TemporaryFolder folder;
  LiveSession session({}, LiveOptions{uint64_t{1} << 20, {}});
  check::open(session, slowDevice());
  session.setScene(check::sceneOf(hugePlan(folder)));
  auto rolled = std::async(std::launch::async, [&session] {
    RollUpdate roll = rollFrom(1000);
    roll.mostWaitMs = 20'000;
    return codeOf([&] { session.roll(roll); });
  });
  CHECK(rolled.wait_for(300ms) == std::future_status::timeout);
  session.stop();
  CHECK(rolled.wait_for(2s) == std::future_status::ready);
  CHECK_EQUAL(rolled.get(), std::string("roll-stopped"));
  std::this_thread::sleep_for(300ms);
  CHECK(!session.state().engine.motion.rolling);
  check::close(session);
}

TEST("a stop takes back a roll that waits for its clock; one asked for afterwards rolls") {
  LiveSession session({});
  check::open(session, slowDevice());
  auto rolled = std::async(std::launch::async, [&session] {
    RollUpdate roll = rollFrom(1000);
    roll.leadFrames = 48'000;
    return codeOf([&] { session.roll(roll); });
  });
  std::this_thread::sleep_for(200ms);
  session.stop();
  CHECK_EQUAL(rolled.get(), std::string("roll-stopped"));
  CHECK_EQUAL(codeOf([&] { session.roll(rollFrom(2000)); }), std::string());
  CHECK(session.state().engine.motion.rolling);
  CHECK_EQUAL(session.state().engine.motion.fromSample, 2000);
  check::close(session);
}

TEST("what was asked to roll before a stop and comes to its turn after it does not roll") {
  LiveSession session({});
  check::open(session, slowDevice());
  const uint64_t asked = session.stopsAsked();
  session.stop();
  CHECK_EQUAL(codeOf([&] { session.roll(rollFrom(0), asked); }), std::string("roll-stopped"));
  CHECK_EQUAL(codeOf([&] { session.shuttle({1, 1}, rt::Pitch::withSpeed, asked); }), std::string("roll-stopped"));
  CHECK(!session.state().engine.motion.rolling);
  check::close(session);
}
