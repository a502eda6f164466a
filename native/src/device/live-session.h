// The live engine as one thing: a device, the callback, the pages of sound files ahead of it, the recorder. Knows nothing
// of JavaScript, so that tests drive all of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "device/device-control.h"
#include "device/round-trip-probe.h"
#include "disk/capture.h"
#include "disk/read-ahead.h"
#include "rt/engine.h"

namespace twopop::device {

/// What is played and where it goes. Meters whose point is none keep their place and read as silence.
struct SceneUpdate {
  std::shared_ptr<const Plan> plan;  // null: the plan before
  std::vector<rt::TrackInput> inputs;
  std::vector<rt::CueSend> cue;
  rt::Routing routing;
  std::vector<std::optional<rt::MeterPoint>> meters;
  int64_t metersVersion = 0;
  std::vector<rt::Beep> beeps;
  rt::Click click;
};

struct MonitorUpdate {
  rt::MonitorGains gains;
  bool toneOn = false;
  uint32_t toneOutput = 0;
  double toneFrequencyHz = 1000, toneGain = 0;
};

struct RollUpdate {
  int64_t fromSample = 0;
  rt::RollRequest request;
  int64_t leadFrames = 0;   // rolls no sooner than so long from now
  int64_t atClock = 0;      // nor before this
  uint32_t mostWaitMs = 0;  // for the disk
};

struct LiveState {
  DeviceState device;
  rt::EngineSnapshot engine;  // all zero while no device is open
  disk::ReadAheadStatus pages;
  disk::CaptureStatus capture;
  int64_t metersVersion = 0;
  std::vector<float> meters;
  std::vector<uint8_t> clipped;  // since clearClipped
};

struct MeasuredRoundTrips {
  std::vector<int64_t> samples;
  double peak = 0;
};

struct LiveOptions {
  uint64_t pageMemoryBytes = disk::kDefaultPageMemoryBytes;
  disk::CaptureOptions capture;
};

/// From any threads, unless it is said. Refusals are DeviceError (also `device-closed`, `engine-busy`,
/// `calibrate-rolling`, `calibrate-no-signal`), disk::CaptureRefused, disk::FileError, std::invalid_argument.
class LiveSession final : private BlockCallback {
 public:
  /// `events` are told on the control's threads; what was being recorded ends with the last frame that came in.
  explicit LiveSession(DeviceEvents events, LiveOptions options = {}, MakeDevice make = nullptr);
  ~LiveSession() override;

  /// Opens and starts, with the scene that was set last. What the device before was recording is completed.
  void open(const DeviceConfig& config, OpenResult result);
  void close(Result result);
  /// See DeviceControl. Waits until it was done; what is played is in memory then, however fast it goes.
  void pump(uint64_t frames);
  void fault(const std::string& kind, double value);

  /// Heard from the next block on. While it rolls a new plan is waited for until its next quarter of a second is in
  /// memory, 40 ms at most. Throws std::invalid_argument for what does not fit the plan: the scene before is kept.
  void setScene(const SceneUpdate& update);
  void setMonitor(const MonitorUpdate& update);

  /// The transport. Each waits until the callback has taken it, at most a second (`engine-busy`), so that state() tells of
  /// it: where a device that gives blocks by itself is open. One that is lost, closed or replaced meanwhile: `device-closed`.

  /// Waits for the disk and rolls; the device clock at which the first sample is given out. `roll-stopped` where a stop was
  /// asked for since `stopsAsked`, or comes before it has begun: it does not roll then.
  int64_t roll(const RollUpdate& update, uint64_t stopsAsked);
  int64_t roll(const RollUpdate& update) { return roll(update, stopsAsked()); }
  void stop() { takeBackRolls(), stand(); }
  /// The two halves of stop(): whatever was asked to roll until now will not; what rolls, or is about to, stands.
  void takeBackRolls() { stopsAsked_++; }
  void stand();
  uint64_t stopsAsked() const { return stopsAsked_; }
  void locate(int64_t timelineSample);
  void setLoop(const rt::TimelineSpan& loop);
  void setPunch(const rt::TimelineSpan& punch);
  /// `roll-stopped` as roll().
  void shuttle(const rt::Speed& speed, rt::Pitch pitch, uint64_t stopsAsked);
  void shuttle(const rt::Speed& speed, rt::Pitch pitch) { shuttle(speed, pitch, stopsAsked()); }

  /// See disk::Capture. Arming is of the device that is open.
  void arm(std::vector<uint32_t> channels, double preRecordSeconds);
  void disarm();
  /// Channels of files are inputs of the device, each of them armed.
  uint64_t beginRecording(disk::RecordRequest request);
  bool endRecording(uint64_t id, int64_t clock);
  bool waitUntilWritten(int64_t timeoutMs);
  void forgetRecording(uint64_t id);

  /// Sends `count` impulses from an output and times their way to an input, while nothing rolls.
  MeasuredRoundTrips calibrate(uint32_t output, uint32_t input, uint32_t count);

  /// Takes the peaks: meters are of the time since the call before.
  LiveState state();
  void clearClipped();
  std::vector<disk::TroubledFile> troubles() const { return pages_.troubles(); }

 private:
  void block(const float* in, float* out, size_t frames, int64_t monotonicNs, uint32_t statusFlags) noexcept override;
  void finished() noexcept override {}

  void begin(const DeviceConfig& config, const DeviceFacts& facts);
  void closeRefused(const DeviceError& refused, const OpenResult& result);
  void letGoOfEngine(const DeviceError* error);
  void endRecordings();
  void waitForPages(uint64_t frames);
  std::unique_ptr<rt::Scene> makeScene();
  void publishScene();
  /// A command on its way: the `number`-th of the engine of one device.
  struct Posted {
    uint64_t opened = 0, number = 0;
  };
  Posted post(const rt::EngineCommand& command, std::optional<uint64_t> stopsAsked = std::nullopt);
  void postAndWait(const rt::EngineCommand& command, std::optional<uint64_t> stopsAsked = std::nullopt);
  rt::EngineSnapshot look(const Posted& posted);
  void refuseStopped(uint64_t stopsAsked) const;
  void waitForDisk(const disk::PlanPages& pages, const disk::Travel& there, uint32_t mostMs, uint64_t stopsAsked);
  bool isRealTime();
  rt::Engine& engine();
  int64_t nextClock() const;
  RoundTripProbe::Heard hearImpulse(uint32_t output, uint32_t input, int64_t& sentClock);
  disk::Travel travel();

  const DeviceEvents events_;

  /// Of the engine's control side and of everything below; never held while anything is waited for.
  std::mutex mutex_;
  std::unique_ptr<rt::Engine> engine_;
  uint64_t opened_ = 0;  // engines so far
  DeviceConfig config_;
  DeviceFacts facts_;
  dsp::FadeTables fadeTables_;
  SceneUpdate scene_;
  std::shared_ptr<disk::PlanPages> planPages_;
  std::shared_ptr<const Plan> silence_;  // at the device's rate, until a plan is set
  std::shared_ptr<disk::PlanPages> silentPages_;
  std::vector<rt::MeterPoint> meterPoints_;
  std::shared_ptr<rt::MeterBank> meters_;
  MonitorUpdate monitor_;

  std::atomic<uint64_t> stopsAsked_{0};

  std::mutex captureMutex_;  // one control side at a time; held while files are made and completed
  disk::Capture capture_;
  disk::CaptureStatus captureStatus_;  // as last seen; of `mutex_`
  disk::ReadAhead pages_;

  // The callback's.
  std::atomic<rt::Engine*> running_{nullptr};
  int64_t blockClock_ = 0;
  uint32_t inputChannels_ = 0;
  std::mutex probeMutex_;
  RoundTripProbe probe_;

  std::unique_ptr<DeviceControl> control_;
};

}  // namespace twopop::device
