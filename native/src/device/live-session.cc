#include "device/live-session.h"

#include <algorithm>
#include <future>
#include <stdexcept>

#include "device/make-device.h"
#include "disk/engine-travel.h"

namespace twopop::device {
namespace {

/// A device without a clock is pumped by so much at a time, once that is in memory.
constexpr uint64_t kPumpFrames = 8192;
constexpr uint32_t kPumpWaitMs = 30'000;

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
  // No callback comes once the control has ended, which may still ask it; the scenes in the engine read from the pages.
  control_->end();
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
      // The device before was closed for it.
      letGoOfEngine(error);
      result(nullptr, error);
      return;
    }
    try {
      begin(config, *facts);
    } catch (const std::exception& problem) {
      closeRefused(DeviceError("device-failed", problem.what()), result);
      return;
    }
    control_->start([this, opened = *facts, result](const DeviceError* refused) {
      if (refused) closeRefused(*refused, result);
      else result(&opened, nullptr);
    });
  });
}

/// A device that was opened in vain is free for others again before its refusal is told.
void LiveSession::closeRefused(const DeviceError& refused, const OpenResult& result) {
  close([refused, result](const DeviceError*) { result(nullptr, &refused); });
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
    opened_++;
    blockClock_ = 0, inputChannels_ = config.inputChannels;
    probe_.giveUp();
    running_ = engine_.get();
  }
  try {
    publishScene();
  } catch (const std::invalid_argument&) {
    // The scene was of another device or rate: silence until the next is set.
  }
  MonitorUpdate monitor;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    monitor = monitor_;
  }
  setMonitor(monitor);
}

void LiveSession::close(Result result) {
  endRecordings();
  control_->close([this, result](const DeviceError* error) {
    letGoOfEngine(error);
    result(error);
  });
}

/// No device is open any more; `error` is what its close, or the open of another in its place, came to.
void LiveSession::letGoOfEngine(const DeviceError* error) {
  std::unique_ptr<rt::Engine> before;
  const std::lock_guard<std::mutex> lock(mutex_);
  running_ = nullptr;
  // A driver that hangs may still be inside the callback: its engine stays.
  if (!error || error->code != "device-hung") before = std::move(engine_);
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
