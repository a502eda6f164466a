#include "rt/engine.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "callback-guard.h"

namespace twopop::rt {
namespace {

EngineFormat checked(const EngineFormat& format) {
  if (format.sampleRate == 0 || format.maxFrames == 0) throw std::invalid_argument("A device has a sample rate and a block size");
  return format;
}

/// A motion at speed 1 is one whatever its fraction was written like, and lies on whole samples.
void normalise(Motion& motion) {
  if (!motion.speed.isOne()) return;
  motion.speed = {1, 1};
  motion.phase = 0;
}

/// An end that lies behind would stop it at once, and there. In a loop none has a meaning.
void forgetPassedEnd(Motion& motion) {
  if (motion.endSample == kNever || motion.loops()) return;
  const bool ahead = motion.speed.numerator > 0 ? motion.fromSample < motion.endSample : motion.fromSample >= motion.endSample;
  if (!ahead) motion.endSample = kNever;
}

}  // namespace

Engine::Engine(EngineFormat format, PageGate* gate, CaptureSink& capture)
    : format_(checked(format)),
      rampFrames_(std::max(1u, static_cast<uint32_t>(kRampSeconds * format.sampleRate))),
      gate_(gate),
      capture_(capture),
      silence_(size_t{format.maxFrames} * format.inputChannels),
      unheard_(size_t{format.maxFrames} * format.outputChannels),
      output_(format, rampFrames_),
      load_(format.sampleRate),
      impulses_(CommandQueue::kCapacity),
      incoming_(kMostScenes),
      retired_(kMostScenes) {}

Engine::~Engine() {
  collectRetired();
  Scene* scene = nullptr;
  while (incoming_.read(&scene, 1) == 1) delete scene;
  std::vector<Scene*> played;
  voices_.forEachScene([&](Scene* one) {
    if (std::find(played.begin(), played.end(), one) == played.end()) played.push_back(one);
  });
  for (Scene* one : played) delete one;
}

bool Engine::post(const EngineCommand& command) {
  if (!isValid(command)) throw std::invalid_argument("A command to the engine has numbers that are out of range");
  if (!commands_.post(command)) return false;
  posted_++;
  return true;
}

bool Engine::publish(std::unique_ptr<Scene>& scene) {
  collectRetired();
  if (scenesUnderWay_ == kMostScenes) return false;
  scene->id_ = ++publishedId_;
  Scene* handed = scene.release();
  // There is room: no more scenes are under way than it holds.
  incoming_.write(&handed, 1);
  scenesUnderWay_++;
  return true;
}

void Engine::collectRetired() {
  Scene* scene = nullptr;
  while (retired_.read(&scene, 1) == 1) {
    delete scene;
    scenesUnderWay_--;
  }
}

void Engine::process(const float* in, float* out, size_t frames, int64_t monotonicNs) noexcept {
  const CallbackGuard guard;
  const auto began = std::chrono::steady_clock::now();
  if (gate_) gate_->enterBlock();
  const int64_t blockClock = clock_;
  for (size_t done = 0; done < frames;) {
    const size_t part = std::min<size_t>(frames - done, format_.maxFrames);
    processPart(in ? in + done * format_.inputChannels : silence_.data(), out ? out + done * format_.outputChannels : unheard_.data(),
                part);
    done += part;
  }
  state_.missedFrames = gate_ ? gate_->missedFrames() : 0;
  if (gate_) gate_->leaveBlock();
  state_.clock = blockClock;
  state_.clockNs = monotonicNs;
  state_.motion = voices_.newest().motion;
  state_.timelineSample = timelineAt(state_.motion, blockClock);
  state_.punchedIn = voices_.newest().punchedIn;
  state_.sceneId = scene_ ? scene_->id() : 0;
  state_.taken = commands_.taken();
  state_.blocks++;
  load_.add(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), frames);
  state_.loadMean = load_.mean();
  state_.loadPeak = load_.peak();
  snapshot_.store(state_);
}

void Engine::processPart(const float* in, float* out, size_t frames) noexcept {
  capture_.capture(in, format_.inputChannels, frames, clock_);
  state_.lateCommands += commands_.collect(clock_);
  takeScene();
  for (size_t done = 0; done < frames;) {
    while (const EngineCommand* command = commands_.takeDue(clock_)) apply(*command);
    settle();
    const size_t count = stretch(frames - done);
    const float* from = in + done * format_.inputChannels;
    float* to = out + done * format_.outputChannels;
    output_.prepare(count);
    voices_.render(clock_, count, {from, format_.inputChannels, output_.cueInputGains()});
    state_.notNumbers += output_.write(scene_, voices_, clock_, count, from, to);
    for (; impulseCount_ > 0; impulseCount_--) {
      const Impulse& impulse = impulses_[impulseCount_ - 1];
      to[impulse.output] += static_cast<float>(impulse.gain);
    }
    retire();
    clock_ += static_cast<int64_t>(count);
    done += count;
  }
}

/// How far nothing changes but what the voices do by themselves.
size_t Engine::stretch(size_t most) const noexcept {
  const Motion& motion = voices_.newest().motion;
  const int64_t next = std::min({commands_.nextClock(), endClock(motion), nextPunchClock(motion, clock_)});
  return static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(std::min(most, voices_.mostFrames())), next - clock_));
}

void Engine::takeScene() noexcept {
  // Changes that come faster than they fade wait for their turn.
  if (voices_.isFull()) return;
  Scene *next = nullptr, *newer = nullptr;
  while (incoming_.read(&newer, 1) == 1) {
    if (next) retired_.write(&next, 1);
    next = newer;
  }
  if (!next) return;
  takeOver(next, voices_.newest().motion, TakeOver::fade, kSceneFadeFrames);
  scene_ = next;
}

void Engine::retire() noexcept {
  while (Scene* scene = voices_.takeReleased()) retired_.write(&scene, 1);
}

void Engine::takeOver(Scene* scene, const Motion& motion, TakeOver how, uint32_t fadeFrames) noexcept {
  if (voices_.takeOver(scene, motion, isPunchedIn(motion, clock_), how, fadeFrames)) state_.cutFades++;
  retire();
}

/// What the transport does by itself: the end, and the punch.
void Engine::settle() noexcept {
  Voice& voice = voices_.newest();
  if (clock_ >= endClock(voice.motion)) return stand(voice.motion.endSample);
  const bool punchedIn = isPunchedIn(voice.motion, clock_);
  if (punchedIn == voice.punchedIn) return;
  if (scene_ && scene_->monitor().hasAutomaticInputs()) takeOver(scene_, voice.motion, TakeOver::fade, rampFrames_);
  else voice.punchedIn = punchedIn;
}

void Engine::apply(const EngineCommand& command) noexcept {
  state_.commands++;
  Motion& motion = voices_.newest().motion;
  switch (command.kind) {
    case CommandKind::roll: return roll(command.timelineSample, command.roll);
    case CommandKind::stop:
      if (motion.rolling || command.timelineSample != kHere) {
        stand(command.timelineSample == kHere ? timelineAt(motion, clock_) : command.timelineSample);
      }
      return;
    case CommandKind::locate: {
      if (!motion.rolling) return stand(command.timelineSample);
      Motion moved = motion;
      moved.startClock = clock_;
      moved.fromSample = command.timelineSample;
      moved.phase = 0;
      forgetPassedEnd(moved);
      return takeOver(scene_, moved, TakeOver::fade, rampFrames_);
    }
    case CommandKind::speed: return changeSpeed(command.speed, command.pitch);
    case CommandKind::loop: return changeLoop(command.loop);
    case CommandKind::end: {
      Motion ended = anchoredAt(motion, clock_);
      ended.endSample = command.timelineSample;
      forgetPassedEnd(ended);
      motion.endSample = ended.endSample;
      return;
    }
    case CommandKind::punch:
      motion.punch = command.punch;
      return;
    case CommandKind::gains: return output_.setGains(command.gains);
    case CommandKind::tone: return output_.setTone(clock_, command.output, command.frequencyHz, command.gain);
    case CommandKind::impulse:
      if (command.output < format_.outputChannels && impulseCount_ < impulses_.size()) {
        impulses_[impulseCount_++] = {command.output, command.gain};
      }
      return;
  }
}

void Engine::roll(int64_t fromSample, const RollRequest& request) noexcept {
  Motion motion;
  motion.rolling = true;
  motion.startClock = clock_;
  motion.fromSample = fromSample;
  motion.speed = request.speed;
  motion.pitch = request.pitch;
  motion.loop = request.loop;
  motion.endSample = request.endSample;
  motion.punch = request.punch;
  normalise(motion);
  forgetPassedEnd(motion);
  const bool inputsGiveWay = scene_ && scene_->monitor().hasAutomaticInputs();
  const TakeOver how = request.fadeIn || voices_.anyRolling() ? TakeOver::fade : inputsGiveWay ? TakeOver::besides : TakeOver::cut;
  takeOver(scene_, motion, how, rampFrames_);
}

void Engine::stand(int64_t atSample) noexcept {
  Motion motion;
  motion.fromSample = atSample;
  const bool heard = voices_.anyRolling() || (scene_ && scene_->monitor().hasInputs());
  takeOver(scene_, motion, heard ? TakeOver::fade : TakeOver::cut, rampFrames_);
}

void Engine::changeSpeed(const Speed& speed, Pitch pitch) noexcept {
  const Motion& now = voices_.newest().motion;
  if (!now.rolling) {
    RollRequest request;
    request.speed = speed;
    request.pitch = pitch;
    return roll(now.fromSample, request);
  }
  Motion changed = anchoredAt(now, clock_);
  changed.phase = changed.phase * speed.denominator / changed.speed.denominator;
  changed.speed = speed;
  changed.pitch = pitch;
  normalise(changed);
  forgetPassedEnd(changed);
  const bool tapeBoth = soundingOf(now) == Sounding::tape && soundingOf(changed) == Sounding::tape;
  if (tapeBoth) voices_.newest().alter(changed, clock_);  // a tape that goes faster or slower has no seam
  else takeOver(scene_, changed, TakeOver::fade, rampFrames_);
}

void Engine::changeLoop(const TimelineSpan& loop) noexcept {
  const Motion& now = voices_.newest().motion;
  Motion changed = anchoredAt(now, clock_);
  changed.loop = loop;
  forgetPassedEnd(changed);
  const Sounding sounding = soundingOf(now);
  if (now.rolling && (sounding == Sounding::grains || sounding == Sounding::pieces)) takeOver(scene_, changed, TakeOver::fade, rampFrames_);
  else voices_.newest().alter(changed, clock_);
}

}  // namespace twopop::rt
