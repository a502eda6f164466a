// What the live engine plays: scenes, monitoring and the transport. See live-session.h.
#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "device/live-session.h"
#include "disk/engine-travel.h"

namespace twopop::device {
namespace {

/// How long a new plan is waited for while it rolls, and for how much of it.
constexpr uint32_t kPlanWaitMs = 40;
constexpr double kPlanSeconds = 0.25;
/// What is in memory before it rolls.
constexpr double kRollSeconds = 0.5;
/// A stop is looked for so often meanwhile.
constexpr uint32_t kDiskStepMs = 20;
/// The callback is looked at so often, and a command waited for so long: blocks are shorter than that.
constexpr auto kWaitStep = std::chrono::milliseconds(1);
constexpr auto kLongestWait = std::chrono::seconds(1);

bool samePoints(const std::vector<rt::MeterPoint>& a, const std::vector<rt::MeterPoint>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const rt::MeterPoint& one, const rt::MeterPoint& other) {
    return one.kind == other.kind && one.index == other.index;
  });
}

}  // namespace

std::unique_ptr<rt::Scene> LiveSession::makeScene() {
  rt::SceneParts parts;
  parts.plan = scene_.plan, parts.reader = planPages_;
  if (!parts.plan || parts.plan->sampleRate != facts_.sampleRate) {
    if (parts.plan) throw std::invalid_argument("The plan has another sample rate than the device");
    parts.plan = silence_;
    parts.reader = silentPages_;
  }
  parts.inputs = scene_.inputs, parts.cue = scene_.cue, parts.routing = scene_.routing;
  parts.meters = meters_, parts.beeps = scene_.beeps, parts.click = scene_.click;
  parts.fadeTables = &fadeTables_;
  return std::make_unique<rt::Scene>(std::move(parts));
}

void LiveSession::publishScene() {
  std::unique_ptr<rt::Scene> scene;
  for (int attempt = 0; attempt < 100; attempt++) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!engine_) return;
      if (!scene) scene = makeScene();
      if (engine_->publish(scene)) return;
      if (!facts_.realTime) break;
    }
    // As many scenes as it takes are under way: the callback gives them back block by block.
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw DeviceError("engine-busy", "The audio device takes no new mix at the moment");
}

void LiveSession::setScene(const SceneUpdate& update) {
  SceneUpdate before;
  std::shared_ptr<disk::PlanPages> pages, pagesBefore;
  std::shared_ptr<rt::MeterBank> metersBefore;
  std::vector<rt::MeterPoint> pointsBefore;
  if (update.plan) pages = pages_.bind(update.plan);
  if (pages) {
    const disk::Travel at = travel();
    if (at.speed != 0) pages_.waitPrefilled(*pages, at, kPlanSeconds, kPlanWaitMs);
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    before = scene_, pagesBefore = planPages_, metersBefore = meters_, pointsBefore = meterPoints_;
    const std::shared_ptr<const Plan> known = scene_.plan;
    scene_ = update;
    if (pages) planPages_ = pages;
    else scene_.plan = known;
    std::vector<rt::MeterPoint> points;
    for (const auto& point : update.meters) {
      if (point) points.push_back(*point);
    }
    // With another plan the places of tracks are others.
    if (!meters_ || !samePoints(points, meterPoints_)) meters_ = std::make_shared<rt::MeterBank>(points, pages ? nullptr : meters_);
    meterPoints_ = points;
  }
  try {
    publishScene();
  } catch (...) {
    const std::lock_guard<std::mutex> lock(mutex_);
    scene_ = before, planPages_ = pagesBefore, meters_ = metersBefore, meterPoints_ = pointsBefore;
    throw;
  }
}

LiveSession::Posted LiveSession::post(const rt::EngineCommand& command, std::optional<uint64_t> stopsAsked) {
  for (int attempt = 0; attempt < 100; attempt++) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      // A stop that is asked for from here on is told to the engine after this.
      if (stopsAsked) refuseStopped(*stopsAsked);
      if (engine().post(command)) return {opened_, engine_->posted()};
      if (!facts_.realTime) break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw DeviceError("engine-busy", "The audio device takes no commands at the moment");
}

/// The engine that a command went to; throws where it is not the one that runs any more.
rt::EngineSnapshot LiveSession::look(const Posted& posted) {
  const DevicePhase phase = control_->state().phase;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!engine_ || opened_ != posted.opened || phase == DevicePhase::lost || phase == DevicePhase::hung) {
    throw DeviceError("device-closed", "The audio device has gone");
  }
  return engine_->snapshot();
}

void LiveSession::postAndWait(const rt::EngineCommand& command, std::optional<uint64_t> stopsAsked) {
  const Posted posted = post(command, stopsAsked);
  if (!isRealTime()) return;
  const auto until = std::chrono::steady_clock::now() + kLongestWait;
  while (look(posted).taken < posted.number) {
    if (std::chrono::steady_clock::now() >= until) {
      throw DeviceError("engine-busy", "The audio device does not take commands at the moment");
    }
    std::this_thread::sleep_for(kWaitStep);
  }
}

bool LiveSession::isRealTime() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return facts_.realTime;
}

void LiveSession::refuseStopped(uint64_t stopsAsked) const {
  if (stopsAsked_ != stopsAsked) throw DeviceError("roll-stopped", "The transport was stopped before it rolled");
}

void LiveSession::setMonitor(const MonitorUpdate& update) {
  bool toneChanges = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    toneChanges = update.toneOn || monitor_.toneOn;
    monitor_ = update;
    if (!engine_) return;
  }
  rt::EngineCommand gains;
  gains.kind = rt::CommandKind::gains;
  gains.gains = update.gains;
  post(gains);
  if (!toneChanges) return;
  rt::EngineCommand tone;
  tone.kind = rt::CommandKind::tone;
  tone.output = update.toneOutput, tone.frequencyHz = update.toneFrequencyHz;
  tone.gain = update.toneOn ? update.toneGain : 0;
  post(tone);
}

/// As long as it may: it rolls all the same where the disk was not ready in time.
void LiveSession::waitForDisk(const disk::PlanPages& pages, const disk::Travel& there, uint32_t mostMs, uint64_t stopsAsked) {
  for (uint32_t waited = 0; waited < mostMs; waited += kDiskStepMs) {
    refuseStopped(stopsAsked);
    if (pages_.waitPrefilled(pages, there, kRollSeconds, std::min(kDiskStepMs, mostMs - waited))) return;
  }
}

int64_t LiveSession::roll(const RollUpdate& update, uint64_t stopsAsked) {
  std::shared_ptr<disk::PlanPages> pages;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    engine();
    pages = planPages_;
  }
  const disk::Travel there = disk::travelOf(update.fromSample, update.request);
  pages_.keepReady({{there, 1.0}});
  if (pages) waitForDisk(*pages, there, update.mostWaitMs, stopsAsked);
  rt::EngineCommand command;
  command.kind = rt::CommandKind::roll;
  command.timelineSample = update.fromSample;
  command.roll = update.request;
  uint64_t lateBefore = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    lateBefore = engine().snapshot().lateCommands;
    const auto frames = static_cast<int64_t>(control_->state().counters.frames);
    command.atClock = std::max({nextClock(), frames + update.leadFrames, update.atClock});
    // A command for clock 0 would be one for the next block, which is the same only where none has come.
    if (command.atClock == 0) command.atClock = facts_.realTime ? 1 : 0;
  }
  const Posted posted = post(command, stopsAsked);
  if (!isRealTime()) return command.atClock;
  // Where the control side was held up the engine began later: what it says is what holds.
  for (;;) {
    const rt::EngineSnapshot now = look(posted);
    if (now.clock > command.atClock) {
      refuseStopped(stopsAsked);
      if (now.lateCommands != lateBefore && now.motion.rolling) return rt::clockAt(now.motion, update.fromSample);
      return command.atClock;
    }
    // A roll that was taken back is not waited for.
    refuseStopped(stopsAsked);
    std::this_thread::sleep_for(kWaitStep);
  }
}

void LiveSession::stand() {
  rt::EngineCommand command;
  command.kind = rt::CommandKind::stop;
  postAndWait(command);
}

void LiveSession::locate(int64_t timelineSample) {
  disk::Travel there;
  there.timeline = timelineSample;
  pages_.keepReady({{there, 1.0}});
  rt::EngineCommand command;
  command.kind = rt::CommandKind::locate;
  command.timelineSample = timelineSample;
  postAndWait(command);
}

void LiveSession::setLoop(const rt::TimelineSpan& loop) {
  rt::EngineCommand command;
  command.kind = rt::CommandKind::loop;
  command.loop = loop;
  postAndWait(command);
}

void LiveSession::setPunch(const rt::TimelineSpan& punch) {
  rt::EngineCommand command;
  command.kind = rt::CommandKind::punch;
  command.punch = punch;
  postAndWait(command);
}

void LiveSession::shuttle(const rt::Speed& speed, rt::Pitch pitch, uint64_t stopsAsked) {
  rt::EngineCommand command;
  command.kind = rt::CommandKind::speed;
  command.speed = speed, command.pitch = pitch;
  postAndWait(command, stopsAsked);
}

}  // namespace twopop::device
