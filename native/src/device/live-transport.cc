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

void LiveSession::post(const rt::EngineCommand& command) {
  for (int attempt = 0; attempt < 100; attempt++) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (engine().post(command)) return;
      if (!facts_.realTime) break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw DeviceError("engine-busy", "The audio device takes no commands at the moment");
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

int64_t LiveSession::roll(const RollUpdate& update) {
  std::shared_ptr<disk::PlanPages> pages;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    engine();
    pages = planPages_;
  }
  const disk::Travel there = disk::travelOf(update.fromSample, update.request);
  pages_.keepReady({{there, 1.0}});
  if (pages) pages_.waitPrefilled(*pages, there, kRollSeconds, update.mostWaitMs);
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
  post(command);
  if (!facts_.realTime) return command.atClock;
  // Where the control side was held up the engine began later: what it says is what holds.
  for (int waited = 0; waited < 1000; waited++) {
    rt::EngineSnapshot now;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      now = engine().snapshot();
    }
    if (now.clock > command.atClock) {
      if (now.lateCommands != lateBefore && now.motion.rolling) return rt::clockAt(now.motion, update.fromSample);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return command.atClock;
}

void LiveSession::stop() {
  rt::EngineCommand command;
  command.kind = rt::CommandKind::stop;
  post(command);
}

void LiveSession::locate(int64_t timelineSample) {
  disk::Travel there;
  there.timeline = timelineSample;
  pages_.keepReady({{there, 1.0}});
  rt::EngineCommand command;
  command.kind = rt::CommandKind::locate;
  command.timelineSample = timelineSample;
  post(command);
}

void LiveSession::setLoop(const rt::TimelineSpan& loop) {
  rt::EngineCommand command;
  command.kind = rt::CommandKind::loop;
  command.loop = loop;
  post(command);
}

void LiveSession::setPunch(const rt::TimelineSpan& punch) {
  rt::EngineCommand command;
  command.kind = rt::CommandKind::punch;
  command.punch = punch;
  post(command);
}

void LiveSession::shuttle(const rt::Speed& speed, rt::Pitch pitch) {
  rt::EngineCommand command;
  command.kind = rt::CommandKind::speed;
  command.speed = speed, command.pitch = pitch;
  post(command);
}

}  // namespace twopop::device
