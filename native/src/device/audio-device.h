// What an audio device is to the engine: something that asks for blocks. Opened, started, stopped and closed on the
// control thread only; a driver may hang in any of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace twopop::device {

enum StatusFlag : uint32_t { inputUnderflow = 1, inputOverflow = 2, outputUnderflow = 4, outputOverflow = 8, priming = 16 };

class BlockCallback {
 public:
  virtual ~BlockCallback() = default;
  /// Interleaved 32-bit float. `in` is null where the device gave none; `out` is null for a device without outputs.
  /// Never more frames than DeviceFacts::maxFrames. `monotonicNs` is monotonic-clock.h at the start of the call, or,
  /// of a device that keeps time itself, when the block was due (never later than the call). On the audio thread.
  virtual void block(const float* in, float* out, size_t frames, int64_t monotonicNs, uint32_t statusFlags) noexcept = 0;
  /// The device ended by itself (unplugged, server gone). On any thread.
  virtual void finished() noexcept = 0;
};

struct DeviceConfig {
  std::string kind;  // "portaudio", "virtual", "offline"
  uint32_t sampleRate = 48000;
  uint32_t framesPerBuffer = 256;  // 0: whatever the driver gives (portaudio)
  uint32_t inputChannels = 2, outputChannels = 2;
  // portaudio
  std::string libraryPath;
  int32_t inputDevice = -1, outputDevice = -1;  // indices of the library that is loaded, as just listed; -1: none
  /// As the library names the devices at these indices; another one there is refused (device-missing): devices came or
  /// went since they were listed. Empty: not looked at.
  std::string inputName, outputName;
  double inputLatencySeconds = -1, outputLatencySeconds = -1;  // -1: the device's low latency
  std::string clientName;  // JACK
  // virtual and offline
  uint32_t latencySamples = 0;  // output frame p comes back as input frame p + latency; at least one block
  // offline: block sizes are drawn from [leastBlock, mostBlock] by this seed; equal: fixed
  uint32_t leastBlock = 0, mostBlock = 0;
  uint64_t seed = 1;
};

struct DeviceFacts {
  uint32_t sampleRate = 0;
  uint32_t framesPerBuffer = 0;  // 0: varies
  uint32_t maxFrames = 0;        // the largest block that will come
  uint32_t loopBackSamples = 0;  // virtual and offline: output frame p is input frame p + this; 0 else
  bool realTime = true;          // false: blocks come only when it is pumped
  double inputLatencySeconds = 0, outputLatencySeconds = 0;  // as the driver reports: a first guess only
};

/// `code`: library-missing, device-missing, device-busy, permission-refused, rate-refused, channels-refused,
/// host-apis-differ, device-hung (the driver does not come back from a call), device-failed.
struct DeviceError : std::runtime_error {
  DeviceError(std::string code, const std::string& message) : std::runtime_error(message), code(std::move(code)) {}
  std::string code;
};

class AudioDevice {
 public:
  virtual ~AudioDevice() = default;
  virtual DeviceFacts open(const DeviceConfig& config, BlockCallback& callback) = 0;
  virtual void start() = 0;
  virtual void stop() = 0;
  virtual void close() = 0;
  /// Share of the period that the callback takes, where the driver says; 0 else.
  virtual double driverLoad() const { return 0; }
  /// Why it ended by itself, once finished() was called; empty where the driver does not say. From any thread.
  virtual std::string endCause() const { return {}; }
  /// Faults for tests, of the virtual device: "stall" (milliseconds without a callback), "unplug", "hang"
  /// (milliseconds that the next stop takes), "rate" (samples a second from now on). From any thread.
  virtual void fault(const std::string& kind, double value) { (void)kind, (void)value; }
  /// Of the offline device alone: runs the callback for so many frames, on the caller's thread.
  virtual void pump(uint64_t frames) { (void)frames;
    throw std::logic_error("this device has a clock of its own");
  }
};

}  // namespace twopop::device
