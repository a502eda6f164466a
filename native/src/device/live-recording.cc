// What the live engine records, and the way from an output to an input that it measures. See live-session.h.
#include <algorithm>
#include <chrono>
#include <thread>

#include "device/live-session.h"

namespace twopop::device {
namespace {

constexpr auto kWaitStep = std::chrono::milliseconds(2);
constexpr double kCalibrateWindowSeconds = 0.5;
constexpr double kImpulseHeight = 0.5;
/// An impulse that comes back lower than -50 dB under what was sent, or no higher than this over the noise, is none.
constexpr double kLeastPeak = 0.0016, kLeastOverNoise = 8;

}  // namespace

void LiveSession::arm(std::vector<uint32_t> channels, double preRecordSeconds) {
  disk::ArmRequest request;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    engine();
    request.sampleRate = facts_.sampleRate;
    for (const uint32_t channel : channels) {
      if (channel >= config_.inputChannels) throw disk::CaptureRefused("capture-bad-request", "The device has no input of that number");
    }
  }
  request.channels = std::move(channels), request.preRecordSeconds = preRecordSeconds;
  const std::lock_guard<std::mutex> lock(captureMutex_);
  capture_.arm(request);
}

void LiveSession::disarm() {
  const std::lock_guard<std::mutex> lock(captureMutex_);
  capture_.disarm();
}

uint64_t LiveSession::beginRecording(disk::RecordRequest request) {
  const std::lock_guard<std::mutex> lock(captureMutex_);
  const std::vector<uint32_t> armed = capture_.status().channels;
  for (disk::RecordFileSpec& file : request.files) {
    for (uint32_t& channel : file.channels) {
      const auto found = std::find(armed.begin(), armed.end(), channel);
      if (found == armed.end()) throw disk::CaptureRefused("capture-not-armed", "Input " + std::to_string(channel + 1) + " is not armed");
      channel = static_cast<uint32_t>(found - armed.begin());
    }
  }
  return capture_.begin(std::move(request));
}

bool LiveSession::endRecording(uint64_t id, int64_t clock) {
  const std::lock_guard<std::mutex> lock(captureMutex_);
  return capture_.end(id, clock);
}

bool LiveSession::waitUntilWritten(int64_t timeoutMs) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
  for (;;) {
    {
      const std::lock_guard<std::mutex> lock(captureMutex_);
      if (capture_.waitUntilWritten(0)) return true;
    }
    if (std::chrono::steady_clock::now() >= until) return false;
    // Without the lock: whoever ends or begins a take meanwhile is not held up.
    std::this_thread::sleep_for(kWaitStep);
  }
}

void LiveSession::forgetRecording(uint64_t id) {
  const std::lock_guard<std::mutex> lock(captureMutex_);
  capture_.forget(id);
}

RoundTripProbe::Heard LiveSession::hearImpulse(uint32_t output, uint32_t input, int64_t& sentClock) {
  const auto window = static_cast<size_t>(kCalibrateWindowSeconds * facts_.sampleRate);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    rt::Engine& engine = this->engine();
    // Another device may have been opened since the first impulse.
    if (output >= config_.outputChannels || input >= config_.inputChannels) {
      throw DeviceError("channels-refused", "The device has no channel of that number");
    }
    if (engine.snapshot().motion.rolling) throw DeviceError("calibrate-rolling", "Nothing can be measured while it rolls");
    sentClock = nextClock() + 1;
    probe_.listen(input, sentClock, window);
    rt::EngineCommand impulse;
    impulse.kind = rt::CommandKind::impulse;
    impulse.atClock = sentClock, impulse.output = output, impulse.gain = kImpulseHeight;
    if (!engine.post(impulse)) throw DeviceError("engine-busy", "The audio device takes no commands at the moment");
  }
  if (!facts_.realTime) pump(window + 2);
  for (int waited = 0; probe_.isListening(); waited++) {
    if (waited == 1000) {
      probe_.giveUp();
      throw DeviceError("calibrate-no-signal", "The device gave no sound to listen to");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return probe_.result();
}

MeasuredRoundTrips LiveSession::calibrate(uint32_t output, uint32_t input, uint32_t count) {
  const std::lock_guard<std::mutex> one(probeMutex_);
  MeasuredRoundTrips measured;
  for (uint32_t i = 0; i < count; i++) {
    int64_t sent = 0;
    const RoundTripProbe::Heard heard = hearImpulse(output, input, sent);
    if (heard.peak < kLeastPeak || heard.peak < kLeastOverNoise * heard.noise) {
      throw DeviceError("calibrate-no-signal", "The impulses did not come back from output " + std::to_string(output + 1) +
                                                   " to input " + std::to_string(input + 1) + ", or too faint to be sure of");
    }
    measured.samples.push_back(heard.clock - sent);
    measured.peak = std::max(measured.peak, heard.peak);
  }
  return measured;
}

}  // namespace twopop::device
