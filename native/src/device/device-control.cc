#include "device/device-control.h"

#include <chrono>
#include <mutex>
#include <utility>

#include "device/device-session.h"

namespace twopop::device {
namespace {

TaskAnswer answerOf(Result result) {
  return [result = std::move(result)](const DeviceFacts*, const DeviceError* error) {
    if (result) result(error);
  };
}

}  // namespace

DeviceControl::DeviceControl(BlockCallback& callback, DeviceEvents events, MakeDevice make)
    : session_(std::make_shared<DeviceSession>(callback, std::move(events), std::move(make))) {
  worker_ = std::thread([session = session_] { session->work(); });
  watchdog_ = std::thread([session = session_] { session->watch(); });
}

DeviceControl::~DeviceControl() { end(); }

void DeviceControl::end() {
  if (!worker_.joinable()) return;
  std::shared_ptr<BlockRelay> relay;
  bool ended;
  {
    std::unique_lock<std::mutex> lock(session_->mutex);
    session_->quitting = true;
    session_->changed.notify_all();
    session_->changed.wait_for(lock, std::chrono::nanoseconds(longestFarewellNs),
                               [this] { return session_->workerEnded || session_->phase == DevicePhase::hung; });
    ended = session_->workerEnded;
    relay = session_->relay;
    if (!ended) session_->leaveBehind(lock);
  }
  session_->changed.notify_all();
  if (relay) relay->detach(longestBlock);
  {
    const std::lock_guard<std::recursive_mutex> lock(session_->tellMutex);
    session_->deaf = true;
  }
  watchdog_.join();
  if (ended) worker_.join();
  else worker_.detach();
}

void DeviceControl::open(const DeviceConfig& config, OpenResult result) {
  session_->post({TaskKind::open, std::move(result), config, 0});
}
void DeviceControl::start(Result result) { session_->post({TaskKind::start, answerOf(std::move(result)), {}, 0}); }
void DeviceControl::stop(Result result) { session_->post({TaskKind::stop, answerOf(std::move(result)), {}, 0}); }
void DeviceControl::close(Result result) { session_->post({TaskKind::close, answerOf(std::move(result)), {}, 0}); }
void DeviceControl::pump(uint64_t frames, Result result) {
  session_->post({TaskKind::pump, answerOf(std::move(result)), {}, frames});
}

void DeviceControl::fault(const std::string& kind, double value) {
  std::shared_ptr<AudioDevice> device;
  {
    const std::lock_guard<std::mutex> lock(session_->mutex);
    device = session_->device;
  }
  if (!device) throw DeviceError("device-missing", "no audio device is open");
  device->fault(kind, value);
}

DeviceState DeviceControl::state() const {
  const std::lock_guard<std::mutex> lock(session_->mutex);
  DeviceState state;
  state.phase = session_->phase;
  state.facts = session_->facts;
  if (session_->relay) state.counters = session_->relay->counters();
  // Any call that could end the stream leaves this phase first.
  if (session_->phase == DevicePhase::running) state.driverLoad = session_->device->driverLoad();
  return state;
}

}  // namespace twopop::device
