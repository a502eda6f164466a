#include "device/live-session.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

#include "device/make-device.h"
#include "disk/engine-travel.h"

namespace twopop::device {
namespace {

/// How long a new plan is waited for while it rolls, and for how much of it.
constexpr uint32_t kPlanWaitMs = 40;
constexpr double kPlanSeconds = 0.25;
/// What is in memory before it rolls.
constexpr double kRollSeconds = 0.5;
constexpr double kCalibrateWindowSeconds = 0.5;
constexpr double kImpulseHeight = 0.5;
constexpr int64_t kWaitSliceMs = 20;
/// A device without a clock is pumped by so much at a time, once that is in memory.
constexpr uint64_t kPumpFrames = 8192;
constexpr uint32_t kPumpWaitMs = 30'000;
/// An impulse that comes back lower than -50 dB under what was sent, or no higher than this over the noise, is none.
constexpr double kLeastPeak = 0.0016, kLeastOverNoise = 8;

bool samePoints(const std::vector<rt::MeterPoint>& a, const std::vector<rt::MeterPoint>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const rt::MeterPoint& one, const rt::MeterPoint& other) {
    return one.kind == other.kind && one.index == other.index;
  });
}

DeviceError deviceClosed() { return DeviceError("device-closed", "No audio device is open"); }

}  // namespace

LiveSession::LiveSession(DeviceEvents events, LiveOptions options, MakeDevice make)
    : events_(std::move(events)),
      capture_(options.capture),
      pages_([this] { return travel(); }, disk::ReadAheadOptions{options.pageMemoryBytes}) {
  DeviceEvents told;
  told.onLost = [this](const DeviceLoss& loss) {
    if (events_.onLost) events_.onLost(loss);
    endRecordings();
  };
  told.onHung = [this](const std::string& during) {
    if (events_.onHung) events_.onHung(during);
    endRecordings();
  };
  BlockCallback& self = *this;
  control_ = std::make_unique<DeviceControl>(self, std::move(told), make ? std::move(make) : MakeDevice(makeDevice));
}

LiveSession::~LiveSession() {
  // No callback comes once the control is gone; the scenes in the engine read from the pages.
  control_.reset();
  running_ = nullptr;
  std::unique_ptr<rt::Engine> engine;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    engine = std::move(engine_);
  }
  engine.reset();
  planPages_.reset(), silentPages_.reset();
}

void LiveSession::block(const float* in, float* out, size_t frames, int64_t monotonicNs, uint32_t) noexcept {
  rt::Engine* const engine = running_.load(std::memory_order_acquire);
  if (!engine) return;
  probe_.take(in, inputChannels_, frames, blockClock_);
  engine->process(in, out, frames, monotonicNs);
  blockClock_ += static_cast<int64_t>(frames);
}

void LiveSession::open(const DeviceConfig& config, OpenResult result) {
  endRecordings();
  control_->open(config, [this, config, result](const DeviceFacts* facts, const DeviceError* error) {
    if (error) {
      result(nullptr, error);
      return;
    }
    try {
      begin(config, *facts);
    } catch (const std::exception& problem) {
      const DeviceError failed("device-failed", problem.what());
      result(nullptr, &failed);
      return;
    }
    control_->start([opened = *facts, result](const DeviceError* refused) { result(refused ? nullptr : &opened, refused); });
  });
}

/// On the control thread, between open and start: no callback is under way.
void LiveSession::begin(const DeviceConfig& config, const DeviceFacts& facts) {
  {
    const std::lock_guard<std::mutex> lock(captureMutex_);
    capture_.disarm();  // the clock begins anew
  }
  rt::EngineFormat format;
  format.sampleRate = facts.sampleRate;
  format.inputChannels = config.inputChannels, format.outputChannels = config.outputChannels;
  format.maxFrames = std::max(1u, facts.maxFrames);
  auto engine = std::make_unique<rt::Engine>(format, &pages_.gate(), capture_);
  auto silence = std::make_shared<Plan>();
  silence->sampleRate = facts.sampleRate;
  const auto silentPages = pages_.bind(silence);
  std::unique_ptr<rt::Engine> before;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    silence_ = silence, silentPages_ = silentPages;
    config_ = config, facts_ = facts;
    before = std::move(engine_);
    engine_ = std::move(engine);
    blockClock_ = 0, inputChannels_ = config.inputChannels;
    probe_.giveUp();
    running_ = engine_.get();
  }
  try {
    publishScene();
  } catch (const std::invalid_argument&) {
    // The scene was of another device or rate: silence until the next is set.
  }
  setMonitor(monitor_);
}

void LiveSession::close(Result result) {
  endRecordings();
  control_->close([this, result](const DeviceError* error) {
    std::unique_ptr<rt::Engine> before;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      running_ = nullptr;
      // A driver that hangs may still be inside the callback: its engine stays.
      if (!error) before = std::move(engine_);
    }
    before.reset();
    result(error);
  });
}

void LiveSession::pump(uint64_t frames) {
  for (uint64_t done = 0; done < frames;) {
    const uint64_t piece = std::min(frames - done, kPumpFrames);
    waitForPages(piece);
    std::promise<void> pumped;
    control_->pump(piece, [&pumped](const DeviceError* error) {
      if (error) pumped.set_exception(std::make_exception_ptr(*error));
      else pumped.set_value();
    });
    pumped.get_future().get();
    done += piece;
  }
}

/// Without a clock nothing is late: what is played next is waited for.
void LiveSession::waitForPages(uint64_t frames) {
  std::shared_ptr<disk::PlanPages> pages;
  double seconds = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    pages = planPages_;
    if (facts_.sampleRate) seconds = static_cast<double>(frames) / facts_.sampleRate;
  }
  if (!pages) return;
  pages_.wake();
  pages_.waitPrefilled(*pages, travel(), seconds, kPumpWaitMs);
}

void LiveSession::fault(const std::string& kind, double value) {
  if (kind == "writer-stall") capture_.stallWriter(static_cast<int64_t>(value));
  else if (kind == "disk-full") capture_.failWritesAfter(static_cast<int64_t>(value));
  else control_->fault(kind, value);
}

void LiveSession::endRecordings() {
  const std::lock_guard<std::mutex> lock(captureMutex_);
  capture_.endAll();
}

rt::Engine& LiveSession::engine() {
  if (!engine_) throw deviceClosed();
  return *engine_;
}

disk::Travel LiveSession::travel() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return engine_ ? disk::travelOf(engine_->snapshot()) : disk::Travel{};
}

/// The first clock that a command can still be meant for: that of the next block, and where the device does not wait for
/// us some blocks and 20 ms later.
int64_t LiveSession::nextClock() const {
  const auto frames = static_cast<int64_t>(control_->state().counters.frames);
  return facts_.realTime ? frames + 2 * int64_t{facts_.maxFrames} + facts_.sampleRate / 50 : frames;
}

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
    if (!meters_ || !samePoints(points, meterPoints_)) meters_ = std::make_shared<rt::MeterBank>(points);
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
  // In slices: whoever ends or begins a take meanwhile is not held up.
  for (int64_t waited = 0;; waited += kWaitSliceMs) {
    {
      const std::lock_guard<std::mutex> lock(captureMutex_);
      if (capture_.waitUntilWritten(std::min(kWaitSliceMs, std::max<int64_t>(0, timeoutMs - waited)))) return true;
    }
    if (waited >= timeoutMs) return false;
    std::this_thread::yield();
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
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    engine();
    if (output >= config_.outputChannels || input >= config_.inputChannels) {
      throw DeviceError("channels-refused", "The device has no channel of that number");
    }
  }
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

LiveState LiveSession::state() {
  LiveState state;
  state.device = control_->state();
  state.pages = pages_.status();
  // While files are made or completed the recorder is as it was seen last.
  std::unique_lock<std::mutex> recorder(captureMutex_, std::try_to_lock);
  std::optional<disk::CaptureStatus> capture;
  if (recorder.owns_lock()) {
    capture = capture_.status();
    recorder.unlock();
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  if (capture) captureStatus_ = std::move(*capture);
  state.capture = captureStatus_;
  if (engine_) {
    engine_->collectRetired();
    state.engine = engine_->snapshot();
  }
  state.metersVersion = scene_.metersVersion;
  std::vector<float> peaks(meterPoints_.size());
  std::vector<uint8_t> clipped(meterPoints_.size());
  if (meters_) meters_->take(peaks.data(), clipped.data(), peaks.size());
  size_t next = 0;
  for (const auto& point : scene_.meters) {
    state.meters.push_back(point ? peaks[next] : 0.0f);
    state.clipped.push_back(point ? clipped[next] : uint8_t{0});
    if (point) next++;
  }
  return state;
}

void LiveSession::clearClipped() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (meters_) meters_->clearClipped();
}

}  // namespace twopop::device
