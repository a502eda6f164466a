#include "device/device-session.h"

#include <utility>

namespace twopop::device {
namespace {

DeviceError hungError() {
  return {"device-hung", "the audio driver did not come back from a call; this process cannot use it any more"};
}

DeviceError endedError() { return {"device-failed", "the audio device was closed"}; }

const char* nameOf(TaskKind kind) {
  switch (kind) {
    case TaskKind::open: return "open";
    case TaskKind::start: return "start";
    case TaskKind::stop: return "stop";
    case TaskKind::pump: return "pump";
    default: return "close";
  }
}

}  // namespace

void DeviceSession::refuse(std::deque<DeviceTask>& refused, const DeviceError& error) {
  for (DeviceTask& task : refused) {
    if (task.answer) tell([&] { task.answer(nullptr, &error); });
  }
}

void DeviceSession::post(DeviceTask task) {
  std::deque<DeviceTask> refused;
  bool hung;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    hung = phase == DevicePhase::hung;
    (hung || quitting ? refused : tasks).push_back(std::move(task));
  }
  changed.notify_all();
  refuse(refused, hung ? hungError() : endedError());
}

void DeviceSession::work() {
  for (;;) {
    DeviceTask task{TaskKind::quit, {}, {}, 0};
    {
      std::unique_lock<std::mutex> lock(mutex);
      changed.wait(lock, [this] { return quitting || !tasks.empty() || phase == DevicePhase::hung; });
      if (phase == DevicePhase::hung) break;
      if (!quitting) {
        task = std::move(tasks.front());
        tasks.pop_front();
      }
      underWay = task.kind;
      underWayAnswer = std::move(task.answer);
      begunTasks++;
    }
    changed.notify_all();
    perform(task);
    if (task.kind == TaskKind::quit) break;
  }
  // Here and not with the last holder: a driver may hang in this, too.
  std::shared_ptr<AudioDevice> last;
  std::deque<DeviceTask> left;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    last.swap(device);
    left.swap(tasks);
  }
  last.reset();
  refuse(left, endedError());
  {
    const std::lock_guard<std::mutex> lock(mutex);
    workerEnded = true;
  }
  changed.notify_all();
}

void DeviceSession::perform(const DeviceTask& task) {
  std::optional<DeviceError> error;
  try {
    switch (task.kind) {
      case TaskKind::open: open(task.config); break;
      case TaskKind::start: start(); break;
      case TaskKind::stop: stop(); break;
      case TaskKind::pump: running()->pump(task.frames); break;
      case TaskKind::close:
      case TaskKind::quit: close(DevicePhase::closed); break;
      case TaskKind::closeLost: close(DevicePhase::lost); break;
    }
  } catch (const DeviceError& thrown) {
    error = thrown;
  } catch (const std::exception& thrown) {
    error = DeviceError("device-failed", thrown.what());
  }
  TaskAnswer answer;
  DeviceFacts now;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    underWay.reset();
    answer = std::move(underWayAnswer);
    underWayAnswer = nullptr;
    now = facts;
  }
  if (answer) tell([&] { answer(error ? nullptr : &now, error ? &*error : nullptr); });
}

void DeviceSession::open(const DeviceConfig& config) {
  close(DevicePhase::closed);
  const std::shared_ptr<AudioDevice> opened = make(config);
  const auto relayed = std::make_shared<BlockRelay>(callback, config.outputChannels);
  {
    const std::lock_guard<std::mutex> lock(mutex);
    if (phase == DevicePhase::hung) return;
    phase = DevicePhase::opening;
  }
  DeviceFacts found;
  try {
    found = opened->open(config, *relayed);
  } catch (...) {
    const std::lock_guard<std::mutex> lock(mutex);
    if (phase == DevicePhase::opening) phase = DevicePhase::closed;
    throw;
  }
  const std::lock_guard<std::mutex> lock(mutex);
  if (phase == DevicePhase::hung) return relayed->release();
  device = opened;
  relay = relayed;
  facts = found;
  phase = DevicePhase::open;
}

void DeviceSession::start() {
  {
    const std::lock_guard<std::mutex> lock(mutex);
    if (phase == DevicePhase::running) return;
    if (phase != DevicePhase::open) throw DeviceError("device-missing", "no audio device is open");
    startedRuns++;
    blocksAtStart = relay->counters().blocks;
  }
  // A stop, too, counts as an end with some drivers.
  relay->forgetFinish();
  device->start();
  move(DevicePhase::open, DevicePhase::running);
}

void DeviceSession::stop() {
  if (move(DevicePhase::running, DevicePhase::open)) device->stop();
}

std::shared_ptr<AudioDevice> DeviceSession::running() {
  const std::lock_guard<std::mutex> lock(mutex);
  if (phase != DevicePhase::running) throw DeviceError("device-missing", "no audio device is running");
  return device;
}

/// Stops and closes what is open, if anything is.
void DeviceSession::close(DevicePhase then) {
  std::shared_ptr<AudioDevice> closing;
  std::shared_ptr<BlockRelay> letting;
  bool ran;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    closing = device;
    letting = relay;
    ran = phase == DevicePhase::running;
    if (phase != DevicePhase::hung) phase = then;
  }
  if (!closing) return;
  std::optional<DeviceError> error;
  try {
    if (ran) closing->stop();
    closing->close();
  } catch (const DeviceError& thrown) {
    error = thrown;
  }
  letting->detach(longestBlock);
  {
    const std::lock_guard<std::mutex> lock(mutex);
    device.reset();
  }
  closing.reset();
  if (error) throw *error;
}

bool DeviceSession::move(DevicePhase from, DevicePhase to) {
  const std::lock_guard<std::mutex> lock(mutex);
  if (phase != from) return false;
  phase = to;
  return true;
}

void DeviceSession::leaveBehind(std::unique_lock<std::mutex>& lock) {
  if (phase == DevicePhase::hung) return;
  const std::string during = nameOf(underWay.value_or(TaskKind::close));
  phase = DevicePhase::hung;
  std::deque<DeviceTask> unanswered;
  unanswered.swap(tasks);
  unanswered.push_front({TaskKind::close, std::move(underWayAnswer), {}, 0});
  underWayAnswer = nullptr;
  const std::shared_ptr<BlockRelay> left = relay;
  lock.unlock();
  changed.notify_all();
  if (left) left->detach(longestBlock);
  refuse(unanswered, hungError());
  tell([&] {
    if (events.onHung) events.onHung(during);
  });
  lock.lock();
}

}  // namespace twopop::device
