#include <string>
#include <utility>

#include "device/device-session.h"
#include "device/monotonic-clock.h"
#include "device/rate-detector.h"
#include "device/stall-detector.h"

namespace twopop::device {
namespace {

/// What a block under way may hold up the word that the device is lost.
constexpr auto lastBlock = std::chrono::milliseconds(20);

/// How long a call may take; 0: no limit.
int64_t longestNs(TaskKind kind) {
  if (kind == TaskKind::open || kind == TaskKind::start) return longestStartUpNs;
  return kind == TaskKind::pump ? 0 : longestTeardownNs;
}

}  // namespace

void DeviceSession::watch() {
  LivedTime time;
  std::optional<StallDetector> stall;
  std::optional<RateDetector> rate;
  uint64_t watchedTask = 0, watchedRun = 0;
  int64_t busyNs = 0;
  std::unique_lock<std::mutex> lock(mutex);
  while (!workerEnded && phase != DevicePhase::hung) {
    const bool watching = underWay || phase == DevicePhase::running;
    if (!watching) {
      stall.reset();
      time = {};
      changed.wait(lock);
      continue;
    }
    changed.wait_for(lock, std::chrono::nanoseconds(watchNs));
    const int64_t livedNs = time.sinceLast(monotonicNs());

    if (!underWay || watchedTask != begunTasks) busyNs = 0;
    watchedTask = begunTasks;
    if (underWay && longestNs(*underWay) > 0 && (busyNs += livedNs) >= longestNs(*underWay)) {
      leaveBehind(lock);
      return;
    }

    if (phase != DevicePhase::running) {
      stall.reset();
      continue;
    }
    const DeviceCounters counted = relay->counters();
    if (!stall || watchedRun != startedRuns) {
      stall.emplace(facts, blocksAtStart);
      rate.emplace(facts.sampleRate);
    }
    watchedRun = startedRuns;
    const bool stalled = facts.realTime && stall->look(livedNs, counted.blocks);
    const bool timed = facts.realTime && stall->begun();
    const uint32_t otherRate = timed ? rate->look(counted.frames, relay->lastBlockNs()) : 0;
    if (relay->hasFinished() || stalled || otherRate != 0) {
      lose(lock, stalled ? DeviceLoss{"stalled", stall->begun() ? "the audio device stopped asking for sound"
                                                                : "the audio device never asked for sound"}
                         : DeviceLoss{"rate-changed", "the audio device now runs at " + std::to_string(otherRate) +
                                                          " Hz, not at " + std::to_string(facts.sampleRate)});
      stall.reset();
    }
  }
}

void DeviceSession::lose(std::unique_lock<std::mutex>& lock, DeviceLoss loss) {
  const std::shared_ptr<BlockRelay> lost = relay;
  const std::shared_ptr<AudioDevice> dead = device;
  // Closing it ends it, too: what it was is asked before.
  const bool finished = lost->hasFinished();
  phase = DevicePhase::lost;
  tasks.push_front({TaskKind::closeLost, {}, {}, 0});
  lock.unlock();
  changed.notify_all();
  lost->detach(lastBlock);
  if (finished) {
    const std::string why = dead->endCause();
    loss = {"finished", "the audio device ended by itself" + (why.empty() ? "" : ": " + why)};
  }
  tell([&] {
    if (events.onLost) events.onLost(loss);
  });
  lock.lock();
}

}  // namespace twopop::device
