// The devices without hardware, sample by sample.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>
#include <vector>

#include "check.h"
#include "device/make-device.h"
#include "device/monotonic-clock.h"
#include "device/synthetic-input.h"

using namespace twopop::device;

namespace {

/// Sends on every output a number that tells frame and channel, and checks every input against what is due.
class Checker : public BlockCallback {
 public:
  Checker(uint32_t inputs, uint32_t outputs) : inputs_(inputs), outputs_(outputs) {}
  static float sent(int64_t frame, uint32_t channel) {
    return static_cast<float>((frame * 7 + channel * 131071) & 0xffffff) / 16777216.0f;
  }
  void block(const float* in, float* out, size_t frames, int64_t monotonicNs, uint32_t) noexcept override {
    sizes.push_back(frames);
    if (monotonicNs < lastNs) wrong++;
    if (clock == 0) firstNs = monotonicNs;
    lastNs = monotonicNs;
    for (size_t i = 0; i < frames; i++) {
      const int64_t at = clock + static_cast<int64_t>(i);
      for (uint32_t channel = 0; channel < inputs_; channel++) {
        const float due = channel >= outputs_ ? syntheticInput(channel - outputs_, at)
                          : at < latency      ? 0.0f
                                              : sent(at - latency, channel);
        if (in[i * inputs_ + channel] != due) wrong++;
      }
      for (uint32_t channel = 0; channel < outputs_; channel++) out[i * outputs_ + channel] = sent(at, channel);
    }
    clock += static_cast<int64_t>(frames);
    seen = clock;
  }
  void finished() noexcept override { ended = true; }

  int64_t latency = 0, clock = 0, firstNs = 0;
  std::atomic<int64_t> lastNs{0};
  std::atomic<int64_t> seen{0};
  std::atomic<uint64_t> wrong{0};
  std::atomic<bool> ended{false};
  std::vector<size_t> sizes;

 private:
  uint32_t inputs_, outputs_;
};

DeviceConfig offline(uint32_t least, uint32_t most, uint32_t latency, uint64_t seed) {
  DeviceConfig config;
  config.kind = "offline";
  config.inputChannels = 5, config.outputChannels = 3;
  config.leastBlock = least, config.mostBlock = most, config.latencySamples = latency, config.seed = seed;
  return config;
}

/// Waits until `done`, five seconds at most.
template <class Done>
bool within5s(Done done) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!done()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace

TEST("what the offline device gives out comes back after exactly its latency, whatever the sizes of its blocks") {
  check::Random random;
  for (int round = 0; round < 30; round++) {
    const uint32_t least = static_cast<uint32_t>(random.within(1, 600)), most = least + static_cast<uint32_t>(random.within(0, 3500));
    const uint32_t latency = static_cast<uint32_t>(random.within(0, 9000));
    Checker checker(5, 3);
    const DeviceConfig config = offline(least, most, latency, random.bits());
    const auto device = makeDevice(config);
    const DeviceFacts facts = device->open(config, checker);
    CHECK_EQUAL(facts.loopBackSamples, std::max(latency, most));
    CHECK(!facts.realTime);
    checker.latency = facts.loopBackSamples;
    device->start();
    for (int pumped = 0; pumped < 5; pumped++) device->pump(static_cast<uint64_t>(random.within(1, 20000)));
    CHECK_EQUAL(checker.wrong.load(), 0u);
    for (const size_t size : checker.sizes) CHECK(size >= 1 && size <= facts.maxFrames);
  }
}

TEST("the same seed and the same pumps give the same blocks, another seed gives others") {
  const auto sizesOf = [](uint64_t seed) {
    Checker checker(0, 0);
    DeviceConfig config = offline(16, 4096, 0, seed);
    config.inputChannels = config.outputChannels = 0;
    const auto device = makeDevice(config);
    device->open(config, checker);
    device->start();
    device->pump(100000);
    device->pump(77);
    return checker.sizes;
  };
  CHECK(sizesOf(5) == sizesOf(5));
  CHECK(sizesOf(5) != sizesOf(6));
}

TEST("a pump before the start is refused") {
  Checker checker(5, 3);
  const DeviceConfig config = offline(64, 64, 0, 1);
  const auto device = makeDevice(config);
  device->open(config, checker);
  CHECK_THROWS(DeviceError, device->pump(64));
}

TEST("the synthetic counter tells the clock modulo 2^20 and every synthetic sample fits 24 bits") {
  for (int64_t clock = 0; clock < (int64_t{1} << 21); clock += 1237) {
    CHECK_EQUAL(static_cast<int64_t>((syntheticInput(0, clock) + 0.5) * 1048576), clock % (1 << 20));
  }
  for (uint32_t extra = 0; extra < 6; extra++) {
    double largest = 0;
    for (int64_t clock = 0; clock < 200000; clock++) {
      const double scaled = double{syntheticInput(extra, clock)} * 8388608;
      if (scaled != std::floor(scaled)) CHECK_EQUAL(scaled, std::floor(scaled));
      largest = std::max(largest, std::fabs(scaled));
    }
    CHECK(largest > 0.2 * 8388608 && largest <= 0.5 * 8388608);
  }
}

TEST("the synthetic voice speaks and pauses") {
  for (int64_t clock = 48000; clock < 96000; clock++) CHECK_EQUAL(syntheticInput(1, clock), 0.0f);
  CHECK_EQUAL(syntheticInput(1, 9600), 0.0f);
  CHECK_EQUAL(syntheticInput(1, 1020), 3600.0f * 512 / 8388608);  // the top of a half wave of the first syllable
}

TEST("the loop-back device in real time loses no frame and keeps to the monotonic clock") {
  Checker checker(4, 2);
  DeviceConfig config;
  config.kind = "virtual";
  config.inputChannels = 4, config.outputChannels = 2, config.framesPerBuffer = 128, config.latencySamples = 300;
  const auto device = makeDevice(config);
  const DeviceFacts facts = device->open(config, checker);
  CHECK_EQUAL(facts.loopBackSamples, 300u);
  checker.latency = facts.loopBackSamples;
  const int64_t startNs = monotonicNs();
  device->start();
  CHECK(within5s([&] { return checker.seen >= 24000; }));
  device->stop();
  // Due on a grid that no wake-up moves.
  CHECK(checker.firstNs >= startNs + 128 * 1'000'000'000ll / 48000);
  CHECK_NEAR(static_cast<double>(checker.lastNs - checker.firstNs), static_cast<double>(checker.clock - 128) * 1e9 / 48000, 2);
  CHECK_EQUAL(checker.wrong.load(), 0u);
  CHECK(!checker.ended);
  device->close();
}

TEST("the loop-back device makes up for a short stall and loses nothing") {
  Checker checker(2, 2);
  DeviceConfig config;
  config.kind = "virtual";
  config.framesPerBuffer = 64;
  const auto device = makeDevice(config);
  checker.latency = device->open(config, checker).loopBackSamples;
  device->start();
  CHECK(within5s([&] { return checker.seen > 0; }));
  device->fault("stall", 150);
  const int64_t until = monotonicNs() + 160'000'000;
  CHECK(within5s([&] { return checker.lastNs >= until; }));
  device->stop();
  CHECK_NEAR(static_cast<double>(checker.lastNs - checker.firstNs), static_cast<double>(checker.clock - 64) * 1e9 / 48000, 2);
  CHECK_EQUAL(checker.wrong.load(), 0u);
}

TEST("the loop-back device ends by itself when it is unplugged, and says so") {
  Checker checker(2, 2);
  DeviceConfig config;
  config.kind = "virtual";
  const auto device = makeDevice(config);
  checker.latency = device->open(config, checker).loopBackSamples;
  device->start();
  device->fault("unplug", 0);
  CHECK(within5s([&] { return checker.ended.load(); }));
  CHECK_EQUAL(device->endCause(), std::string("it was unplugged"));
}

TEST("a device of an unknown kind, an impossible rate and too many channels are refused by their codes") {
  Checker checker(2, 2);
  const auto codeOf = [&](const DeviceConfig& config) -> std::string {
    try {
      makeDevice(config)->open(config, checker);
    } catch (const DeviceError& error) {
      return error.code;
    }
    return "";
  };
  DeviceConfig config;
  config.kind = "tape";
  CHECK_EQUAL(codeOf(config), std::string("device-missing"));
  config.kind = "virtual", config.sampleRate = 1;
  CHECK_EQUAL(codeOf(config), std::string("rate-refused"));
  config.sampleRate = 48000, config.inputChannels = 65;
  CHECK_EQUAL(codeOf(config), std::string("channels-refused"));
  config.kind = "portaudio", config.libraryPath = "/nowhere/libportaudio.so.2";
  CHECK_EQUAL(codeOf(config), std::string("library-missing"));
}
