#include "device/portaudio-device.h"

#include <algorithm>
#include <cmath>

#include "device/monotonic-clock.h"
#include "device/portaudio-library.h"

namespace twopop::device {
namespace {

constexpr uint32_t largestUnspecifiedBlock = 4096;

class PortAudioDevice : public AudioDevice {
 public:
  ~PortAudioDevice() override {
    try {
      close();
    } catch (const DeviceError&) {
      // The driver hangs in another thread's call; its stream goes with the process.
    }
  }

  DeviceFacts open(const DeviceConfig& config, BlockCallback& callback) override {
    library_ = &PortAudioLibrary::open(config.libraryPath, config.clientName);
    const PortAudioTurn turn;
    library_->check(library_->calls().Initialize(), "the audio library did not start");
    initialised_ = true;
    try {
      return openStream(config, callback);
    } catch (...) {
      closeStream();
      throw;
    }
  }

  void start() override {
    const PortAudioTurn turn;
    if (!stream_) throw DeviceError("device-failed", "the device is not open");
    if (isAlsa_ && library_->calls().alsaEnableRealtimeScheduling) {
      library_->calls().alsaEnableRealtimeScheduling(stream_, 1);
    }
    library_->check(library_->calls().StartStream(stream_), name_ + " did not start");
  }

  void stop() override {
    const PortAudioTurn turn;
    // What is still in the driver's buffers is of no use to anyone, and waiting for it is where drivers hang.
    if (stream_) library_->calls().AbortStream(stream_);
  }

  void close() override {
    if (!initialised_) return;
    const PortAudioTurn turn;
    closeStream();
  }

  double driverLoad() const override { return stream_ ? library_->calls().GetStreamCpuLoad(stream_) : 0; }

 private:
  DeviceFacts openStream(const DeviceConfig& config, BlockCallback& callback) {
    const portaudio::Calls& calls = library_->calls();
    portaudio::StreamParameters input{}, output{};
    const bool reads = config.inputChannels > 0 && config.inputDevice >= 0;
    const bool writes = config.outputChannels > 0 && config.outputDevice >= 0;
    if (!reads && !writes) throw DeviceError("device-missing", "neither an input nor an output device was chosen");
    const portaudio::DeviceInfo* const from = reads ? knownDevice(config.inputDevice, config.inputName) : nullptr;
    const portaudio::DeviceInfo* const to = writes ? knownDevice(config.outputDevice, config.outputName) : nullptr;
    name_ = to ? to->name : from->name;
    if (from && to && from->hostApi != to->hostApi) {
      throw DeviceError("host-apis-differ", std::string(from->name) + " and " + to->name + " belong to different host APIs");
    }
    if (from) {
      requireChannels(from->name, "inputs", from->maxInputChannels, config.inputChannels);
      input = {config.inputDevice, static_cast<int>(config.inputChannels), portaudio::sampleFormatFloat32,
               config.inputLatencySeconds >= 0 ? config.inputLatencySeconds : from->defaultLowInputLatency, nullptr};
    }
    if (to) {
      requireChannels(to->name, "outputs", to->maxOutputChannels, config.outputChannels);
      output = {config.outputDevice, static_cast<int>(config.outputChannels), portaudio::sampleFormatFloat32,
                config.outputLatencySeconds >= 0 ? config.outputLatencySeconds : to->defaultLowOutputLatency, nullptr};
    }
    const portaudio::HostApiInfo* const host = calls.GetHostApiInfo((to ? to : from)->hostApi);
    isAlsa_ = host && host->type == portaudio::alsa;
    callback_ = &callback;
    inputChannels_ = reads ? config.inputChannels : 0;
    outputChannels_ = writes ? config.outputChannels : 0;
    maxFrames_ = config.framesPerBuffer ? config.framesPerBuffer : largestUnspecifiedBlock;

    library_->check(calls.OpenStream(&stream_, reads ? &input : nullptr, writes ? &output : nullptr, config.sampleRate,
                                     config.framesPerBuffer, portaudio::clipOff | portaudio::ditherOff, &onBlock, this),
                    name_ + " (" + (host ? host->name : "unknown host API") + ") could not be opened at " +
                        std::to_string(config.sampleRate) + " Hz");
    library_->check(calls.SetStreamFinishedCallback(stream_, &onFinished), name_ + " could not be watched");

    DeviceFacts facts;
    facts.sampleRate = config.sampleRate;
    facts.framesPerBuffer = config.framesPerBuffer;
    facts.maxFrames = maxFrames_;
    if (const portaudio::StreamInfo* const stream = calls.GetStreamInfo(stream_)) {
      facts.inputLatencySeconds = stream->inputLatency;
      facts.outputLatencySeconds = stream->outputLatency;
      requireRate(stream->sampleRate, config.sampleRate);
    }
    return facts;
  }

  const portaudio::DeviceInfo* knownDevice(int index, const std::string& name) const {
    const portaudio::DeviceInfo* const device =
        index < library_->calls().GetDeviceCount() ? library_->calls().GetDeviceInfo(index) : nullptr;
    if (!device || (!name.empty() && name != device->name)) {
      throw DeviceError("device-missing", (name.empty() ? "the device" : name) + " is no longer where it was listed");
    }
    return device;
  }

  /// Some drivers open at a rate of their own. What differs by the inaccuracy of clocks and of rounding alone is the rate.
  void requireRate(double given, uint32_t wanted) const {
    if (std::fabs(given - wanted) <= 0.005 * wanted) return;
    throw DeviceError("rate-refused", name_ + " runs at " + std::to_string(std::lround(given)) + " Hz, not at " + std::to_string(wanted));
  }

  static void requireChannels(const char* name, const char* direction, int most, uint32_t wanted) {
    if (static_cast<uint32_t>(std::max(most, 0)) >= wanted) return;
    throw DeviceError("channels-refused", std::string(name) + " has " + std::to_string(std::max(most, 0)) + " " + direction +
                                              ", not " + std::to_string(wanted));
  }

  void closeStream() {
    if (stream_) library_->calls().CloseStream(stream_);
    stream_ = nullptr;
    if (initialised_) library_->calls().Terminate();
    initialised_ = false;
  }

  static int onBlock(const void* in, void* out, unsigned long frames, const portaudio::StreamCallbackTimeInfo*,
                     unsigned long flags, void* self) {
    static_cast<PortAudioDevice*>(self)->block(static_cast<const float*>(in), static_cast<float*>(out), frames, flags);
    return portaudio::continueStream;
  }
  static void onFinished(void* self) { static_cast<PortAudioDevice*>(self)->callback_->finished(); }

  void block(const float* in, float* out, size_t frames, unsigned long flags) noexcept {
    static_assert(inputUnderflow == static_cast<uint32_t>(portaudio::flagInputUnderflow) &&
                      inputOverflow == static_cast<uint32_t>(portaudio::flagInputOverflow) &&
                      outputUnderflow == static_cast<uint32_t>(portaudio::flagOutputUnderflow) &&
                      outputOverflow == static_cast<uint32_t>(portaudio::flagOutputOverflow) &&
                      priming == static_cast<uint32_t>(portaudio::flagPrimingOutput),
                  "the flags are PortAudio's own");
    const int64_t nowNs = monotonicNs();
    uint32_t status = static_cast<uint32_t>(flags) & 31u;
    for (size_t done = 0; done < frames;) {
      const size_t piece = std::min<size_t>(frames - done, maxFrames_);
      callback_->block(in ? in + done * inputChannels_ : nullptr, out ? out + done * outputChannels_ : nullptr, piece, nowNs,
                       status);
      status = 0;
      done += piece;
    }
  }

  const PortAudioLibrary* library_ = nullptr;
  portaudio::Stream* stream_ = nullptr;
  BlockCallback* callback_ = nullptr;
  std::string name_;
  uint32_t inputChannels_ = 0, outputChannels_ = 0, maxFrames_ = 0;
  bool initialised_ = false, isAlsa_ = false;
};

}  // namespace

std::unique_ptr<AudioDevice> makePortAudioDevice() { return std::make_unique<PortAudioDevice>(); }

}  // namespace twopop::device
