#include "device/pumped-device.h"

#include <optional>

#include "device/loop-back.h"

namespace twopop::device {
namespace {

class PumpedDevice : public AudioDevice {
 public:
  DeviceFacts open(const DeviceConfig& config, BlockCallback& callback) override {
    const uint32_t most = config.mostBlock ? config.mostBlock : config.framesPerBuffer;
    const uint32_t least = config.leastBlock ? config.leastBlock : most;
    if (most == 0 || least > most) throw DeviceError("device-failed", "the block sizes of the offline device are empty");
    if (config.sampleRate == 0) throw DeviceError("rate-refused", "the offline device needs a sample rate");
    least_ = least, most_ = most, random_ = config.seed, rate_ = config.sampleRate;
    loop_.emplace(config.inputChannels, config.outputChannels, config.latencySamples, most);
    callback_ = &callback;
    DeviceFacts facts;
    facts.sampleRate = config.sampleRate;
    facts.framesPerBuffer = least == most ? most : 0;
    facts.maxFrames = most;
    facts.loopBackSamples = loop_->latencySamples();
    facts.realTime = false;
    return facts;
  }
  void start() override { running_ = true; }
  void stop() override { running_ = false; }
  void close() override { running_ = false, loop_.reset(); }

  void pump(uint64_t frames) override {
    if (!running_) throw DeviceError("device-failed", "the offline device was pumped before it was started");
    while (frames > 0) {
      const uint64_t drawn = least_ + nextRandom() % (uint64_t{most_} - least_ + 1), now = drawn < frames ? drawn : frames;
      const int64_t clock = loop_->clock();
      const int64_t ns = clock / rate_ * 1'000'000'000 + clock % rate_ * 1'000'000'000 / rate_;
      loop_->block(*callback_, static_cast<size_t>(now), ns, 0);
      frames -= now;
    }
  }

 private:
  /// SplitMix64 (Steele, Lea and Flood 2014).
  uint64_t nextRandom() {
    uint64_t mixed = random_ += 0x9e3779b97f4a7c15ull;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ull;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebull;
    return mixed ^ (mixed >> 31);
  }

  BlockCallback* callback_ = nullptr;
  std::optional<LoopBack> loop_;
  uint32_t least_ = 0, most_ = 0;
  uint64_t random_ = 0;
  int64_t rate_ = 0;
  bool running_ = false;
};

}  // namespace

std::unique_ptr<AudioDevice> makePumpedDevice() { return std::make_unique<PumpedDevice>(); }

}  // namespace twopop::device
