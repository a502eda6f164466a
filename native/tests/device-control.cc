// Devices that die, hang or refuse: what is told, and that the caller never waits.
#include "device/device-control.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "check.h"
#include "device/make-device.h"
#include "device/monotonic-clock.h"
#include "device/rate-detector.h"
#include "device/stall-detector.h"

using namespace twopop::device;
using namespace std::chrono_literals;

namespace {

class Counting : public BlockCallback {
 public:
  void block(const float*, float*, size_t, int64_t, uint32_t) noexcept override {
    lastNs = monotonicNs();
    blocks++;
  }
  void finished() noexcept override {}
  std::atomic<uint64_t> blocks{0};
  std::atomic<int64_t> lastNs{0};
};

/// What happened, waited for.
class Told {
 public:
  DeviceEvents events() {
    return {[this](const DeviceLoss& loss) { lost.set_value({loss, monotonicNs()}); },
            [this](const std::string& during) { hung.set_value(during); }};
  }
  struct Loss {
    DeviceLoss loss;
    int64_t atNs;
  };
  std::promise<Loss> lost;
  std::promise<std::string> hung;
};

/// The code of an answer; "" when it went well, "no answer" after ten seconds.
template <class Ask>
std::string codeOf(Ask ask) {
  const auto promise = std::make_shared<std::promise<std::string>>();
  ask([promise](const DeviceError* error) { promise->set_value(error ? error->code : ""); });
  auto answer = promise->get_future();
  return answer.wait_for(10s) == std::future_status::ready ? answer.get() : "no answer";
}

std::string open(DeviceControl& control, const DeviceConfig& config) {
  return codeOf([&](Result result) {
    control.open(config, [result](const DeviceFacts*, const DeviceError* error) { result(error); });
  });
}
std::string start(DeviceControl& control) {
  return codeOf([&](Result result) { control.start(result); });
}
std::string stop(DeviceControl& control) {
  return codeOf([&](Result result) { control.stop(result); });
}
std::string close(DeviceControl& control) {
  return codeOf([&](Result result) { control.close(result); });
}

DeviceConfig loopBack(uint32_t frames = 128) {
  DeviceConfig config;
  config.kind = "virtual";
  config.framesPerBuffer = frames;
  return config;
}

/// A driver that does not come back from `close` until it is let go.
class HangingDevice : public AudioDevice {
 public:
  explicit HangingDevice(std::shared_future<void> letGo) : letGo_(std::move(letGo)) {}
  DeviceFacts open(const DeviceConfig&, BlockCallback& callback) override {
    callback_ = &callback;
    DeviceFacts facts;
    facts.sampleRate = 48000, facts.framesPerBuffer = facts.maxFrames = 64;
    facts.realTime = false;
    return facts;
  }
  void start() override {}
  void stop() override {}
  void close() override {
    letGo_.wait();
    // A driver that hangs may well still call.
    float out[128] = {1};
    callback_->block(nullptr, out, 64, 0, 0);
    silent = out[0] == 0;
  }
  static std::atomic<bool> silent;

 private:
  std::shared_future<void> letGo_;
  BlockCallback* callback_ = nullptr;
};
std::atomic<bool> HangingDevice::silent{false};

}  // namespace

TEST("a device is opened, started, stopped, started again and closed, each answered") {
  Counting counting;
  Told told;
  DeviceControl control(counting, told.events(), makeDevice);
  CHECK_EQUAL(start(control), std::string("device-missing"));
  CHECK_EQUAL(open(control, loopBack()), std::string());
  CHECK_EQUAL(counting.blocks.load(), 0u);
  for (int run = 0; run < 2; run++) {
    CHECK_EQUAL(start(control), std::string());
    CHECK(control.state().phase == DevicePhase::running);
    const uint64_t before = counting.blocks;
    while (counting.blocks < before + 20) std::this_thread::sleep_for(1ms);
    CHECK_EQUAL(stop(control), std::string());
    const uint64_t stopped = counting.blocks;
    std::this_thread::sleep_for(20ms);
    CHECK_EQUAL(counting.blocks.load(), stopped);
  }
  CHECK_EQUAL(control.state().counters.blocks, counting.blocks.load());
  CHECK_EQUAL(close(control), std::string());
  CHECK(control.state().phase == DevicePhase::closed);
}

TEST("a refusal is answered with its code and leaves the control ready for another device") {
  Counting counting;
  Told told;
  DeviceControl control(counting, told.events(), makeDevice);
  DeviceConfig config = loopBack();
  config.sampleRate = 1;
  CHECK_EQUAL(open(control, config), std::string("rate-refused"));
  CHECK(control.state().phase == DevicePhase::closed);
  CHECK_EQUAL(open(control, loopBack()), std::string());
}

TEST("a device that stops asking is told of within half a second, the engine is let go, and it can be opened again") {
  for (const uint32_t frames : {64u, 1024u}) {
    Counting counting;
    Told told;
    DeviceControl control(counting, told.events(), makeDevice);
    REQUIRE(open(control, loopBack(frames)).empty() && start(control).empty());
    while (counting.blocks < 5) std::this_thread::sleep_for(1ms);
    control.fault("stall", 60000);
    auto lost = told.lost.get_future();
    REQUIRE(lost.wait_for(10s) == std::future_status::ready);
    const Told::Loss loss = lost.get();
    CHECK_EQUAL(loss.loss.cause, std::string("stalled"));
    // The time itself is a figure, not a fact: a busy machine may take longer.
    std::printf("  stall at %u frames told of after %.0f ms\n", frames, static_cast<double>(loss.atNs - counting.lastNs) / 1e6);
    const uint64_t blocks = counting.blocks;
    CHECK_EQUAL(open(control, loopBack(frames)), std::string());
    CHECK_EQUAL(counting.blocks.load(), blocks);
    CHECK_EQUAL(start(control), std::string());
    while (counting.blocks < blocks + 5) std::this_thread::sleep_for(1ms);
  }
}

TEST("a device that is unplugged is told of with its own words") {
  Counting counting;
  Told told;
  DeviceControl control(counting, told.events(), makeDevice);
  REQUIRE(open(control, loopBack()).empty() && start(control).empty());
  while (counting.blocks < 5) std::this_thread::sleep_for(1ms);
  const int64_t atNs = monotonicNs();
  control.fault("unplug", 0);
  auto lost = told.lost.get_future();
  REQUIRE(lost.wait_for(10s) == std::future_status::ready);
  const Told::Loss loss = lost.get();
  CHECK_EQUAL(loss.loss.cause, std::string("finished"));
  CHECK_EQUAL(loss.loss.message, std::string("the audio device ended by itself: it was unplugged"));
  std::printf("  unplug told of after %.0f ms\n", static_cast<double>(loss.atNs - atNs) / 1e6);
  CHECK(control.state().phase == DevicePhase::lost);
}

TEST("a stall shorter than 200 ms is no loss") {
  Counting counting;
  Told told;
  DeviceControl control(counting, told.events(), makeDevice);
  REQUIRE(open(control, loopBack()).empty() && start(control).empty());
  while (counting.blocks < 5) std::this_thread::sleep_for(1ms);
  control.fault("stall", 60);
  const uint64_t before = counting.blocks;
  while (counting.blocks < before + 60) std::this_thread::sleep_for(1ms);
  CHECK(control.state().phase == DevicePhase::running);
}

TEST("a driver that does not come back from its close is left behind, said so, and calls the engine no more") {
  std::promise<void> letGo;
  const std::shared_future<void> gone = letGo.get_future().share();
  {
    Counting counting;
    Told told;
    DeviceControl control(counting, told.events(), [&](const DeviceConfig&) { return std::make_unique<HangingDevice>(gone); });
    REQUIRE(open(control, {}).empty() && start(control).empty());
    CHECK_EQUAL(close(control), std::string("device-hung"));
    auto hung = told.hung.get_future();
    REQUIRE(hung.wait_for(10s) == std::future_status::ready);
    CHECK_EQUAL(hung.get(), std::string("close"));
    CHECK(control.state().phase == DevicePhase::hung);
    CHECK_EQUAL(open(control, {}), std::string("device-hung"));
  }
  letGo.set_value();
  for (int i = 0; i < 5000 && !HangingDevice::silent; i++) std::this_thread::sleep_for(1ms);
  CHECK(HangingDevice::silent);
}

TEST("a control whose driver hangs is destroyed all the same, and what was asked is answered") {
  std::promise<void> letGo;
  const std::shared_future<void> gone = letGo.get_future().share();
  std::atomic<int> answers{0};
  {
    Counting counting;
    Told told;
    DeviceControl control(counting, told.events(), [&](const DeviceConfig&) { return std::make_unique<HangingDevice>(gone); });
    REQUIRE(open(control, {}).empty() && start(control).empty());
    control.close([&](const DeviceError*) { answers++; });
    control.start([&](const DeviceError*) { answers++; });
  }
  CHECK_EQUAL(answers.load(), 2);
  letGo.set_value();
  std::this_thread::sleep_for(50ms);
}

TEST("a control is destroyed while its device runs") {
  Counting counting;
  Told told;
  {
    DeviceControl control(counting, told.events(), makeDevice);
    REQUIRE(open(control, loopBack()).empty() && start(control).empty());
    while (counting.blocks < 5) std::this_thread::sleep_for(1ms);
  }
  const uint64_t after = counting.blocks;
  std::this_thread::sleep_for(20ms);
  CHECK_EQUAL(counting.blocks.load(), after);
}

TEST("the offline device is pumped on the control thread and is never taken for dead") {
  Counting counting;
  Told told;
  DeviceControl control(counting, told.events(), makeDevice);
  DeviceConfig config;
  config.kind = "offline";
  config.leastBlock = config.mostBlock = 64;
  REQUIRE(open(control, config).empty() && start(control).empty());
  CHECK_EQUAL(codeOf([&](Result result) { control.pump(640, result); }), std::string());
  CHECK_EQUAL(counting.blocks.load(), 10u);
  std::this_thread::sleep_for(300ms);
  CHECK(control.state().phase == DevicePhase::running);
}

TEST("the longest silence is 20 periods, 200 ms at least, told of within half a second unless three periods are longer") {
  const auto longestMs = [](uint32_t frames, uint32_t rate) {
    DeviceFacts facts;
    facts.framesPerBuffer = facts.maxFrames = frames, facts.sampleRate = rate;
    return StallDetector::longestSilenceNs(facts) / 1'000'000;
  };
  CHECK_EQUAL(longestMs(64, 48000), 200);
  CHECK_EQUAL(longestMs(512, 48000), 213);
  CHECK_EQUAL(longestMs(4096, 48000), 400);
  CHECK_EQUAL(longestMs(8192, 44100), 557);
}

TEST("a watchdog that was itself held up does not take the device for dead") {
  LivedTime time;
  DeviceFacts facts;
  facts.framesPerBuffer = facts.maxFrames = 64, facts.sampleRate = 48000;
  StallDetector stall(facts, 0);
  CHECK(!stall.look(time.sinceLast(0), 1));
  CHECK(!stall.look(time.sinceLast(5'000'000'000), 1));
  int looks = 0;
  for (int64_t nowNs = 5'000'000'000; looks < 100 && !stall.look(time.sinceLast(nowNs += watchNs), 1);) looks++;
  CHECK_EQUAL(looks, 7);  // 40 ms counted for the gap, then 8 looks of 20 ms
}

TEST("a device may take two seconds until its first block, and no longer") {
  DeviceFacts facts;
  facts.framesPerBuffer = facts.maxFrames = 64, facts.sampleRate = 48000;
  StallDetector stall(facts, 3);
  int looks = 1;
  while (!stall.look(watchNs, 3)) looks++;
  CHECK_EQUAL(looks, 100);
  CHECK(!stall.begun());
}

TEST("a device that runs at another common rate over two windows is seen, one that misses blocks or wavers is not") {
  const auto seenAfter = [](double hz, double waverFrames) {
    check::Random random;
    RateDetector rate(48000);
    for (int64_t ms = 0; ms < 20000; ms += 20) {
      const double frames = static_cast<double>(ms) * hz / 1000 + 1000 + waverFrames * random.unit();
      if (const uint32_t seen = rate.look(static_cast<uint64_t>(frames), ms * 1'000'000)) return static_cast<int64_t>(seen) * 100 + ms / 1000;
    }
    return int64_t{0};
  };
  CHECK_EQUAL(seenAfter(48000, 0), 0);
  CHECK_EQUAL(seenAfter(48000, 2000), 0);
  CHECK_EQUAL(seenAfter(46000, 0), 0);
  CHECK_EQUAL(seenAfter(47952, 512), 0);
  CHECK_EQUAL(seenAfter(44100, 500), 44100 * 100 + 6);
  CHECK_EQUAL(seenAfter(96000, 500), 96000 * 100 + 6);
}

TEST("a device whose rate is changed under the engine is lost, and said so") {
  Counting counting;
  Told told;
  DeviceControl control(counting, told.events(), makeDevice);
  REQUIRE(open(control, loopBack(512)).empty() && start(control).empty());
  while (counting.blocks < 5) std::this_thread::sleep_for(1ms);
  control.fault("rate", 44100);
  auto lost = told.lost.get_future();
  REQUIRE(lost.wait_for(30s) == std::future_status::ready);
  const Told::Loss loss = lost.get();
  CHECK_EQUAL(loss.loss.cause, std::string("rate-changed"));
  CHECK_EQUAL(loss.loss.message, std::string("the audio device now runs at 44100 Hz, not at 48000"));
}
