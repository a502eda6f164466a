// The live engine beside devices that refuse and disks that stand still.
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <thread>

#include "check.h"
#include "device/live-session.h"
#include "device/make-device.h"
#include "device/synthetic-input.h"
#include "support/live-rig.h"
#include "support/recorded-wave.h"

using namespace twopop;
using namespace twopop::device;
using namespace std::chrono_literals;

namespace {

/// Opens, and does not start as often as it is told to.
struct Stubborn {
  std::atomic<int> refusals{0}, isOpen{0};
};

class StubbornDevice final : public AudioDevice {
 public:
  explicit StubbornDevice(Stubborn& told) : told_(told) {}
  DeviceFacts open(const DeviceConfig& config, BlockCallback& callback) override {
    const DeviceFacts facts = inner_->open(config, callback);
    told_.isOpen++;
    return facts;
  }
  void start() override {
    if (told_.refusals > 0) {
      told_.refusals--;
      throw DeviceError("device-busy", "another program has just taken it");
    }
    inner_->start();
  }
  void stop() override { inner_->stop(); }
  void close() override {
    inner_->close();
    told_.isOpen--;
  }

 private:
  Stubborn& told_;
  std::unique_ptr<AudioDevice> inner_ = makeDevice([] {
    DeviceConfig config;
    config.kind = "virtual";
    return config;
  }());
};

DeviceConfig loopBack() {
  DeviceConfig config;
  config.kind = "virtual";
  config.inputChannels = 5, config.outputChannels = 2;
  return config;
}

std::string refusalOf(LiveSession& session, const DeviceConfig& config) {
  try {
    check::open(session, config);
    return "";
  } catch (const DeviceError& error) {
    return error.code;
  }
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

}  // namespace

TEST("a device that opens but does not start is let go, and nothing is taken for playing") {
  Stubborn told;
  LiveSession session({}, {}, [&told](const DeviceConfig&) { return std::make_unique<StubbornDevice>(told); });
  check::open(session, loopBack());
  CHECK_EQUAL(told.isOpen.load(), 1);
  told.refusals = 1;
  CHECK_EQUAL(refusalOf(session, loopBack()), std::string("device-busy"));
  CHECK_EQUAL(told.isOpen.load(), 0);
  CHECK(session.state().device.phase == DevicePhase::closed);
  CHECK_EQUAL(codeOf([&] { session.stop(); }), std::string("device-closed"));
  CHECK_EQUAL(refusalOf(session, loopBack()), std::string());
  CHECK_EQUAL(told.isOpen.load(), 1);
  check::close(session);
}

TEST("where a device is refused the one before it is closed, and the engine says so") {
  LiveSession session({});
  check::open(session, loopBack());
  DeviceConfig impossible = loopBack();
  impossible.sampleRate = 1;
  CHECK_EQUAL(refusalOf(session, impossible), std::string("rate-refused"));
  CHECK(session.state().device.phase == DevicePhase::closed);
  CHECK_EQUAL(codeOf([&] { session.stop(); }), std::string("device-closed"));
  CHECK_EQUAL(session.state().engine.clock, 0);
}

TEST("waiting for the disk keeps nobody from ending a take, nor the state from being told") {
  check::TemporaryFolder folder;
  LiveSession session({});
  check::open(session, loopBack());
  session.arm({0}, 0);
  disk::RecordRequest request;
  request.files = {recorded::spec(folder.file("a.wav"), {0})};
  request.preRecordFrames = 0;
  const uint64_t id = session.beginRecording(request);
  while (session.state().engine.clock < 4800) std::this_thread::sleep_for(5ms);
  session.fault("writer-stall", 1500);
  std::this_thread::sleep_for(20ms);
  auto waiting = std::async(std::launch::async, [&session] { return session.waitUntilWritten(60'000); });
  int64_t last = session.state().capture.capturedClock;
  int fresh = 0, ended = 0;
  while (waiting.wait_for(10ms) != std::future_status::ready) {
    const int64_t now = session.state().capture.capturedClock;
    fresh += now > last;
    last = now;
    if (fresh >= 20 && ended == 0) ended += session.endRecording(id, now + 1000);
  }
  CHECK_EQUAL(ended, 1);
  CHECK(fresh > 20);
  CHECK(waiting.get());
  check::close(session);
}

TEST("an input that the device of the moment does not have is not listened to") {
  LiveSession session({});
  check::open(session, check::pumped(256, 256, 0, 1));
  CHECK_EQUAL(codeOf([&] { session.calibrate(0, 2, 1); }), std::string("channels-refused"));
  CHECK_EQUAL(codeOf([&] { session.calibrate(2, 0, 1); }), std::string("channels-refused"));
  CHECK_EQUAL(codeOf([&] { session.calibrate(0, 0, 1); }), std::string());
}

TEST("a recording whose device is unplugged or stalls is whole up to the last block") {
  for (const std::string fault : {"unplug", "stall"}) {
    check::TemporaryFolder folder;
    std::promise<std::string> lost;
    LiveSession session({[&lost](const DeviceLoss& loss) { lost.set_value(loss.cause); }, nullptr});
    check::open(session, loopBack());
    session.arm({4}, 0);
    disk::RecordRequest request;
    request.files = {recorded::spec(folder.file("a.wav"), {4}, dsp::OutputFormat::f32)};
    request.preRecordFrames = 0;
    session.beginRecording(request);
    while (session.state().engine.clock < 24'000) std::this_thread::sleep_for(5ms);
    session.fault(fault, 60'000);
    CHECK_EQUAL(lost.get_future().get(), std::string(fault == "stall" ? "stalled" : "finished"));
    // The loss is told first, then what was being recorded is ended.
    while (session.state().capture.recordings.at(0).phase != disk::RecordPhase::done) std::this_thread::sleep_for(5ms);
    const LiveState state = session.state();
    REQUIRE(state.capture.recordings.size() == 1);
    const disk::RecordStatus& take = state.capture.recordings[0];
    CHECK_EQUAL(take.lostFrames, 0);
    const recorded::Wave wave = recorded::read(folder.file("a.wav"));
    CHECK(wave.whole());
    CHECK_EQUAL(wave.frames(), state.capture.capturedClock - take.firstClock);
    int64_t wrong = 0;
    // Before it was armed nobody listened.
    for (int64_t frame = take.missingHeadFrames; frame < wave.frames(); frame++) {
      wrong += wave.real(frame, 0) != syntheticInput(2, take.firstClock + frame);
    }
    CHECK_EQUAL(wrong, 0);
  }
}

TEST("a session that ends while its device is being opened, started or closed answers each once and touches nothing") {
  // Between two of its steps, in them, and after them.
  for (int microseconds = 0; microseconds < 6000; microseconds += 100) {
    Stubborn told;
    std::atomic<int> answers{0};
    {
      LiveSession session({}, LiveOptions{1 << 20, {}}, [&told](const DeviceConfig&) { return std::make_unique<StubbornDevice>(told); });
      session.open(loopBack(), [&answers](const DeviceFacts*, const DeviceError*) { answers++; });
      session.open(loopBack(), [&answers](const DeviceFacts*, const DeviceError*) { answers++; });
      session.close([&answers](const DeviceError*) { answers++; });
      std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
    }
    CHECK_EQUAL(answers.load(), 3);
    CHECK_EQUAL(told.isOpen.load(), 0);
  }
}
