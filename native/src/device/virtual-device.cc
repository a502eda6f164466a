#include "device/virtual-device.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "device/loop-back.h"
#include "device/monotonic-clock.h"
#include "device/thread-priority.h"

namespace twopop::device {
namespace {

constexpr int64_t mostLateNs = 2'000'000'000;
/// Waiting for a fault to pass, and how soon a stop is seen meanwhile.
constexpr auto faultStep = std::chrono::milliseconds(5);

void sleepUntilNs(int64_t dueNs) noexcept {
#if defined(__linux__)
  const timespec due{static_cast<time_t>(dueNs / 1'000'000'000), static_cast<long>(dueNs % 1'000'000'000)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr);
#else
  const int64_t leftNs = dueNs - monotonicNs();
  if (leftNs > 0) std::this_thread::sleep_for(std::chrono::nanoseconds(leftNs));
#endif
}

class VirtualDevice : public AudioDevice {
 public:
  ~VirtualDevice() override { join(); }

  DeviceFacts open(const DeviceConfig& config, BlockCallback& callback) override {
    if (config.sampleRate < 8000 || config.sampleRate > 768000) {
      throw DeviceError("rate-refused", "the loop-back device runs at 8000 to 768000 samples a second");
    }
    if (config.inputChannels > 64 || config.outputChannels > 64) {
      throw DeviceError("channels-refused", "the loop-back device has at most 64 inputs and 64 outputs");
    }
    runsAt_ = rate_ = config.sampleRate;
    frames_ = config.framesPerBuffer ? config.framesPerBuffer : 256;
    if (frames_ > 8192) throw DeviceError("device-failed", "the loop-back device gives at most 8192 samples at a time");
    loop_.emplace(config.inputChannels, config.outputChannels, config.latencySamples, frames_);
    callback_ = &callback;
    DeviceFacts facts;
    facts.sampleRate = rate_;
    facts.framesPerBuffer = facts.maxFrames = frames_;
    facts.loopBackSamples = loop_->latencySamples();
    facts.inputLatencySeconds = static_cast<double>(frames_) / rate_;
    facts.outputLatencySeconds = static_cast<double>(loop_->latencySamples() - frames_) / rate_;
    return facts;
  }

  void start() override {
    if (!loop_) throw DeviceError("device-failed", "the loop-back device is not open");
    join();
    running_ = true;
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& error) {
      running_ = false;
      throw DeviceError("device-failed", std::string("the loop-back device could not start its thread: ") + error.what());
    }
  }

  void stop() override {
    const int64_t hangMs = hangMs_.exchange(0);
    if (hangMs > 0) std::this_thread::sleep_for(std::chrono::milliseconds(hangMs));
    join();
  }
  void close() override { join(), loop_.reset(); }

  std::string endCause() const override {
    std::lock_guard<std::mutex> lock(causeMutex_);
    return cause_;
  }

  void fault(const std::string& kind, double value) override {
    if (kind == "stall") stallUntilNs_ = monotonicNs() + static_cast<int64_t>(value * 1e6);
    else if (kind == "unplug") unplugged_ = true;
    else if (kind == "rate" && value >= 8000 && value <= 768000) runsAt_ = static_cast<int64_t>(value);
    else if (kind == "hang") hangMs_ = static_cast<int64_t>(value);
    else throw DeviceError("device-failed", "the loop-back device knows no fault \"" + kind + "\"");
  }

 private:
  void join() {
    running_ = false;
    if (thread_.joinable()) thread_.join();
  }

  static int64_t nanoseconds(int64_t frames, int64_t rate) {
    return frames / rate * 1'000'000'000 + frames % rate * 1'000'000'000 / rate;
  }

  void run() noexcept {
    raiseThreadPriority();
    int64_t startNs = monotonicNs(), rate = rate_;
    for (int64_t done = 0; running_;) {
      if (runsAt_ != rate) {
        startNs += nanoseconds(done, rate);
        rate = runsAt_;
        done = 0;
      }
      const int64_t end = done + frames_, dueNs = startNs + nanoseconds(end, rate);
      sleepUntilNs(dueNs);
      while (running_ && !unplugged_ && monotonicNs() < stallUntilNs_) std::this_thread::sleep_for(faultStep);
      if (!running_) return;
      if (unplugged_) return endBecause("it was unplugged");
      if (monotonicNs() - dueNs > mostLateNs) return endBecause("it stood still for more than two seconds");
      loop_->block(*callback_, frames_, dueNs, 0);
      done = end;
    }
  }

  void endBecause(const char* cause) noexcept {
    {
      std::lock_guard<std::mutex> lock(causeMutex_);
      cause_ = cause;
    }
    callback_->finished();
  }

  BlockCallback* callback_ = nullptr;
  std::optional<LoopBack> loop_;
  int64_t rate_ = 0;
  uint32_t frames_ = 0;
  std::thread thread_;
  std::atomic<bool> running_{false}, unplugged_{false};
  std::atomic<int64_t> stallUntilNs_{0}, hangMs_{0}, runsAt_{0};
  mutable std::mutex causeMutex_;
  std::string cause_;
};

}  // namespace

std::unique_ptr<AudioDevice> makeVirtualDevice() { return std::make_unique<VirtualDevice>(); }

}  // namespace twopop::device
