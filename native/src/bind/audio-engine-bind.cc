// The class AudioEngine of the addon: device/live-session.h for JavaScript. Typed in
// src-main/engine/process/native-engine.ts. What may wait for a disk or a driver is a promise.
#include <memory>
#include <utility>

#include "bind/arguments.h"
#include "bind/audio-engine-calls.h"
#include "bind/audio-engine-values.h"
#include "bind/registry.h"
#include "device/live-session.h"

namespace twopop::bind {
namespace {

using device::DeviceError;
using device::LiveSession;

class AudioEngine final : public Napi::ObjectWrap<AudioEngine> {
 public:
  explicit AudioEngine(const Napi::CallbackInfo& info) : Napi::ObjectWrap<AudioEngine>(info) {
    const Napi::Object options = object(info[0], "options");
    if (!info[1].IsFunction()) refuse(info.Env(), "onEvent must be a function");
    device::LiveOptions live;
    if (!options.Get("memoryBytes").IsUndefined()) {
      live.pageMemoryBytes = static_cast<uint64_t>(integer(options.Get("memoryBytes"), "memoryBytes"));
    }
    device::DeviceEvents events;
    // A device that runs is no reason for the process to stay.
    listener_ = ToJavaScript::make(info.Env(), info[1].As<Napi::Function>(), "twopop-audio-events", false);
    events.onLost = [listener = listener_](const device::DeviceLoss& loss) {
      tell(*listener, {{"type", "lost"}, {"cause", loss.cause}, {"message", loss.message}});
    };
    events.onHung = [listener = listener_](const std::string& during) { tell(*listener, {{"type", "hung"}, {"during", during}}); };
    session_ = std::make_shared<LiveSession>(std::move(events), live);
  }
  ~AudioEngine() override { letGo(); }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "AudioEngine",
                       {
                           InstanceMethod("open", &AudioEngine::open),
                           InstanceMethod("close", &AudioEngine::close),
                           InstanceMethod("setScene", &AudioEngine::setScene),
                           InstanceMethod("setMonitor", &AudioEngine::setMonitor),
                           InstanceMethod("roll", &AudioEngine::roll),
                           InstanceMethod("stop", &AudioEngine::stop),
                           InstanceMethod("locate", &AudioEngine::locate),
                           InstanceMethod("setLoop", &AudioEngine::setLoop),
                           InstanceMethod("shuttle", &AudioEngine::shuttle),
                           InstanceMethod("punch", &AudioEngine::punch),
                           InstanceMethod("clearClipped", &AudioEngine::clearClipped),
                           InstanceMethod("arm", &AudioEngine::arm),
                           InstanceMethod("disarm", &AudioEngine::disarm),
                           InstanceMethod("beginRecording", &AudioEngine::beginRecording),
                           InstanceMethod("endRecording", &AudioEngine::endRecording),
                           InstanceMethod("recordingsWritten", &AudioEngine::recordingsWritten),
                           InstanceMethod("forgetRecording", &AudioEngine::forgetRecording),
                           InstanceMethod("calibrate", &AudioEngine::calibrate),
                           InstanceMethod("telemetry", &AudioEngine::telemetry),
                           InstanceMethod("sourceTroubles", &AudioEngine::sourceTroubles),
                           InstanceMethod("fault", &AudioEngine::fault),
                           InstanceMethod("pump", &AudioEngine::pump),
                           InstanceMethod("dispose", &AudioEngine::dispose),
                       });
  }

 private:
  void letGo() {
    if (listener_) listener_->end();
    session_.reset();
  }

  std::shared_ptr<LiveSession> session(Napi::Env env) const {
    if (!session_) throwCoded(env, "device-closed", "The audio engine has ended");
    return session_;
  }

  template <class Work>
  Napi::Value command(const Napi::CallbackInfo& info, Work work) const {
    return later(info.Env(), [session = session(info.Env()), work] {
      work(*session);
      return nothing();
    });
  }

  Napi::Value open(const Napi::CallbackInfo& info) {
    const device::DeviceConfig config = deviceConfig(info[0]);
    const auto answer = std::make_shared<Answer>(info.Env());
    session(info.Env())->open(config, [answer, config](const device::DeviceFacts* facts, const DeviceError* error) {
      if (error) answer->reject(*error);
      else answer->resolve([config, opened = *facts](Napi::Env env) { return deviceFacts(env, config, opened); });
    });
    return answer->deferred.Promise();
  }

  Napi::Value close(const Napi::CallbackInfo& info) {
    const auto answer = std::make_shared<Answer>(info.Env());
    session(info.Env())->close([answer](const DeviceError* error) {
      if (error) answer->reject(*error);
      else answer->resolve([](Napi::Env env) { return env.Undefined(); });
    });
    return answer->deferred.Promise();
  }

  Napi::Value setScene(const Napi::CallbackInfo& info) {
    const Napi::Object given = object(info[0], "scene");
    const auto update = std::make_shared<device::SceneUpdate>(sceneUpdate(given));
    const auto encoded = std::make_shared<std::vector<uint8_t>>(bytes(given.Get("plan"), "plan"));
    return later(info.Env(), [session = session(info.Env()), update, encoded] {
      if (!encoded->empty()) update->plan = std::make_shared<const Plan>(decodePlan(encoded->data(), encoded->size()));
      session->setScene(*update);
      return nothing();
    });
  }

  Napi::Value setMonitor(const Napi::CallbackInfo& info) {
    const device::MonitorUpdate update = monitorUpdate(info[0]);
    now(info.Env(), [&] { session(info.Env())->setMonitor(update); });
    return info.Env().Undefined();
  }

  Napi::Value roll(const Napi::CallbackInfo& info) {
    const device::RollUpdate update = rollUpdate(info[0]);
    const uint64_t stopsAsked = session(info.Env())->stopsAsked();
    return later(info.Env(), [session = session(info.Env()), update, stopsAsked] {
      const int64_t clock = session->roll(update, stopsAsked);
      return [clock](Napi::Env env) -> Napi::Value {
        Napi::Object result = Napi::Object::New(env);
        result.Set("startClock", static_cast<double>(clock));
        return result;
      };
    });
  }

  /// Whatever was asked to roll before this will not, also what has not come to its thread yet.
  Napi::Value stop(const Napi::CallbackInfo& info) {
    session(info.Env())->takeBackRolls();
    return command(info, [](LiveSession& session) { session.stand(); });
  }

  Napi::Value locate(const Napi::CallbackInfo& info) {
    const int64_t sample = integer(info[0], "timelineSample", kLeast);
    return command(info, [sample](LiveSession& session) { session.locate(sample); });
  }

  Napi::Value setLoop(const Napi::CallbackInfo& info) {
    const rt::TimelineSpan loop = span(info[0], "loop");
    return command(info, [loop](LiveSession& session) { session.setLoop(loop); });
  }

  Napi::Value punch(const Napi::CallbackInfo& info) {
    const rt::TimelineSpan punch = span(info[0], "punch");
    return command(info, [punch](LiveSession& session) { session.setPunch(punch); });
  }

  Napi::Value shuttle(const Napi::CallbackInfo& info) {
    const rt::Speed speed{integer(info[0], "numerator", kLeast), integer(info[1], "denominator", 1)};
    if (!speed.isValid()) refuse(info.Env(), "the speed is out of range");
    const rt::Pitch pitch = info[2].ToBoolean() ? rt::Pitch::kept : rt::Pitch::withSpeed;
    const uint64_t stopsAsked = session(info.Env())->stopsAsked();
    return command(info, [=](LiveSession& session) { session.shuttle(speed, pitch, stopsAsked); });
  }

  Napi::Value clearClipped(const Napi::CallbackInfo& info) {
    session(info.Env())->clearClipped();
    return info.Env().Undefined();
  }

  Napi::Value arm(const Napi::CallbackInfo& info) {
    const std::vector<uint32_t> channels = channelList(info[0], "channels");
    const double seconds = info[1].ToNumber().DoubleValue();
    return command(info, [channels, seconds](LiveSession& session) { session.arm(channels, seconds); });
  }

  Napi::Value disarm(const Napi::CallbackInfo& info) {
    return command(info, [](LiveSession& session) { session.disarm(); });
  }

  Napi::Value beginRecording(const Napi::CallbackInfo& info) {
    const auto request = std::make_shared<disk::RecordRequest>(recordRequest(info[0]));
    request->beginClock = integer(info[1], "beginClock");
    request->preRecordFrames = integer(info[2], "preRecordFrames", -1);
    return later(info.Env(), [session = session(info.Env()), request] {
      const uint64_t id = session->beginRecording(*request);
      return [id](Napi::Env env) -> Napi::Value {
        Napi::Object result = Napi::Object::New(env);
        result.Set("id", static_cast<double>(id));
        return result;
      };
    });
  }

  Napi::Value endRecording(const Napi::CallbackInfo& info) {
    const auto id = static_cast<uint64_t>(integer(info[0], "id"));
    const int64_t clock = integer(info[1], "clock");
    return later(info.Env(), [session = session(info.Env()), id, clock] {
      const bool ended = session->endRecording(id, clock);
      return [ended](Napi::Env env) -> Napi::Value { return Napi::Boolean::New(env, ended); };
    });
  }

  Napi::Value recordingsWritten(const Napi::CallbackInfo& info) {
    const int64_t wait = integer(info[0], "mostWaitMs");
    return later(info.Env(), [session = session(info.Env()), wait] {
      const bool written = session->waitUntilWritten(wait);
      return [written](Napi::Env env) -> Napi::Value { return Napi::Boolean::New(env, written); };
    });
  }

  Napi::Value forgetRecording(const Napi::CallbackInfo& info) {
    const auto id = static_cast<uint64_t>(integer(info[0], "id"));
    return command(info, [id](LiveSession& session) { session.forgetRecording(id); });
  }

  Napi::Value calibrate(const Napi::CallbackInfo& info) {
    const auto output = static_cast<uint32_t>(integer(info[0], "output")), input = static_cast<uint32_t>(integer(info[1], "input"));
    const auto count = static_cast<uint32_t>(std::min<int64_t>(integer(info[2], "count", 1), 100));
    return later(info.Env(), [session = session(info.Env()), output, input, count] {
      const device::MeasuredRoundTrips measured = session->calibrate(output, input, count);
      return [measured](Napi::Env env) -> Napi::Value {
        Napi::Object result = Napi::Object::New(env);
        Napi::Array samples = Napi::Array::New(env, measured.samples.size());
        for (uint32_t i = 0; i < measured.samples.size(); i++) samples.Set(i, static_cast<double>(measured.samples[i]));
        result.Set("roundTrips", samples);
        result.Set("peak", measured.peak);
        return result;
      };
    });
  }

  Napi::Value telemetry(const Napi::CallbackInfo& info) { return liveState(info.Env(), session(info.Env())->state()); }

  Napi::Value sourceTroubles(const Napi::CallbackInfo& info) {
    return troubledFiles(info.Env(), session(info.Env())->troubles());
  }

  Napi::Value fault(const Napi::CallbackInfo& info) {
    const std::string kind = text(info[0], "kind");
    const double value = info[1].ToNumber().DoubleValue();
    now(info.Env(), [&] { session(info.Env())->fault(kind, value); });
    return info.Env().Undefined();
  }

  Napi::Value pump(const Napi::CallbackInfo& info) {
    const auto frames = static_cast<uint64_t>(integer(info[0], "frames"));
    return command(info, [frames](LiveSession& session) { session.pump(frames); });
  }

  /// Calls under way keep the session until they are done.
  Napi::Value dispose(const Napi::CallbackInfo& info) {
    letGo();
    return info.Env().Undefined();
  }

  std::shared_ptr<ToJavaScript> listener_;
  std::shared_ptr<LiveSession> session_;
};

const Registration registration([](Napi::Env env, Napi::Object exports) {
  exports.Set("AudioEngine", AudioEngine::define(env));
});

}  // namespace
}  // namespace twopop::bind
