// What the control, its thread and its watchdog share. A thread that hangs in a driver keeps it alive, alone.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "device/audio-device.h"
#include "device/block-relay.h"
#include "device/device-control.h"

namespace twopop::device {

enum class TaskKind { open, start, stop, close, closeLost, pump, quit };
using TaskAnswer = std::function<void(const DeviceFacts*, const DeviceError*)>;

struct DeviceTask {
  TaskKind kind;
  TaskAnswer answer;
  DeviceConfig config;
  uint64_t frames = 0;
};

constexpr auto longestBlock = std::chrono::milliseconds(2000);
constexpr int64_t longestTeardownNs = 2'000'000'000, longestStartUpNs = 10'000'000'000;
/// When the control itself ends, its process mostly does, too, and is to be gone within two seconds.
constexpr int64_t longestFarewellNs = 1'500'000'000;

struct DeviceSession {
  DeviceSession(BlockCallback& to, DeviceEvents told, MakeDevice maker)
      : callback(to), events(std::move(told)), make(std::move(maker)) {}

  BlockCallback& callback;
  const DeviceEvents events;
  const MakeDevice make;

  mutable std::mutex mutex;  // of all that follows
  std::condition_variable changed;
  std::deque<DeviceTask> tasks;
  std::optional<TaskKind> underWay;  // with its answer, until somebody takes it
  TaskAnswer underWayAnswer;
  uint64_t begunTasks = 0;
  DevicePhase phase = DevicePhase::closed;
  DeviceFacts facts;
  std::shared_ptr<AudioDevice> device;
  std::shared_ptr<BlockRelay> relay;
  uint64_t startedRuns = 0, blocksAtStart = 0;
  bool quitting = false, workerEnded = false;

  std::recursive_mutex tellMutex;  // held while anybody is told anything; who is told may ask for what is refused at once
  bool deaf = false;     // nobody listens any more

  void post(DeviceTask task);
  /// The control thread.
  void work();
  /// The watchdog.
  void watch();
  /// Gives up a driver that does not come back from a call; `lock` holds the mutex.
  void leaveBehind(std::unique_lock<std::mutex>& lock);

 private:
  void perform(const DeviceTask& task);
  void open(const DeviceConfig& config);
  void start();
  void stop();
  void close(DevicePhase then);
  std::shared_ptr<AudioDevice> running();
  bool move(DevicePhase from, DevicePhase to);
  void lose(std::unique_lock<std::mutex>& lock, DeviceLoss loss);
  void refuse(std::deque<DeviceTask>& refused, const DeviceError& error);

  template <class Tell>
  void tell(const Tell& what) {
    const std::lock_guard<std::recursive_mutex> lock(tellMutex);
    if (!deaf) what();
  }
};

}  // namespace twopop::device
