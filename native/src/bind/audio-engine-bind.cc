// The class AudioEngine of the addon: device/live-session.h for JavaScript. Typed in
// src-main/engine/process/native-engine.ts. What may wait for a disk or a driver is a promise.
#include <memory>
#include <utility>

#include "bind/arguments.h"
#include "bind/audio-engine-values.h"
#include "bind/job.h"
#include "bind/registry.h"
#include "bind/to-javascript.h"
#include "device/live-session.h"

namespace twopop::bind {
namespace {

using device::DeviceError;
using device::LiveSession;

[[noreturn]] void throwCoded(Napi::Env env, const std::string& code, const std::string& message) {
  Napi::Error thrown = Napi::Error::New(env, message);
  thrown.Set("code", Napi::String::New(env, code));
  throw thrown;
}

/// Does it now; what the session refuses becomes an Error with its code.
template <class Work>
auto now(Napi::Env env, const Work& work) {
  try {
    return work();
  } catch (const DeviceError& error) {
    throwCoded(env, error.code, error.what());
  } catch (const disk::CaptureRefused& error) {
    throwCoded(env, error.code, error.what());
  } catch (const std::invalid_argument& error) {
    throw Napi::TypeError::New(env, error.what());
  }
}

/// Does it on a thread of the pool.
template <class Work>
Napi::Promise later(Napi::Env env, Work work) {
  return startShortJob(env, [work]() -> JobResult {
    try {
      return work();
    } catch (const DeviceError& error) {
      throw JobError(error.code, error.what());
    } catch (const disk::CaptureRefused& error) {
      throw JobError(error.code, error.what());
    } catch (const PlanError& error) {
      throw JobError("plan-invalid", error.what());
    } catch (const std::invalid_argument& error) {
      throw JobError("plan-invalid", error.what());
    }
  });
}

JobResult nothing() {
  return [](Napi::Env env) { return env.Undefined(); };
}

/// What a thread of the device tells a promise.
class Answer {
 public:
  explicit Answer(Napi::Env env)
      : deferred(env),
        to_(ToJavaScript::make(env, Napi::Function::New(env, [](const Napi::CallbackInfo&) {}), "twopop-audio-answer", true)) {}

  // Each once, from any thread.
  void resolve(std::function<Napi::Value(Napi::Env)> value) {
    to_->call([kept = deferred, value = std::move(value)](Napi::Env env, Napi::Function) { kept.Resolve(value(env)); });
    to_->end();
  }
  void reject(const DeviceError& error) {
    to_->call([kept = deferred, code = error.code, message = std::string(error.what())](Napi::Env env, Napi::Function) {
      Napi::Error thrown = Napi::Error::New(env, message);
      thrown.Set("code", Napi::String::New(env, code));
      kept.Reject(thrown.Value());
    });
    to_->end();
  }

  const Napi::Promise::Deferred deferred;

 private:
  const std::shared_ptr<ToJavaScript> to_;
};

using Words = std::vector<std::pair<std::string, std::string>>;

/// Threads of the device and calls under way may outlive the engine's JavaScript object: they have the listener alone.
void tell(ToJavaScript& listener, Words words) {
  listener.call([words = std::move(words)](Napi::Env env, Napi::Function function) {
    Napi::Object event = Napi::Object::New(env);
    for (const auto& [name, value] : words) event.Set(name, value);
    function.Call({event});
  });
}

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
    return later(info.Env(), [session = session(info.Env()), update] {
      const int64_t clock = session->roll(update);
      return [clock](Napi::Env env) -> Napi::Value {
        Napi::Object result = Napi::Object::New(env);
        result.Set("startClock", static_cast<double>(clock));
        return result;
      };
    });
  }

  Napi::Value stop(const Napi::CallbackInfo& info) {
    now(info.Env(), [&] { session(info.Env())->stop(); });
    return info.Env().Undefined();
  }

  Napi::Value locate(const Napi::CallbackInfo& info) {
    const int64_t sample = integer(info[0], "timelineSample", kLeast);
    now(info.Env(), [&] { session(info.Env())->locate(sample); });
    return info.Env().Undefined();
  }

  Napi::Value setLoop(const Napi::CallbackInfo& info) {
    const rt::TimelineSpan loop = span(info[0], "loop");
    now(info.Env(), [&] { session(info.Env())->setLoop(loop); });
    return info.Env().Undefined();
  }

  Napi::Value punch(const Napi::CallbackInfo& info) {
    const rt::TimelineSpan punch = span(info[0], "punch");
    now(info.Env(), [&] { session(info.Env())->setPunch(punch); });
    return info.Env().Undefined();
  }

  Napi::Value shuttle(const Napi::CallbackInfo& info) {
    const rt::Speed speed{integer(info[0], "numerator", kLeast), integer(info[1], "denominator", 1)};
    const rt::Pitch pitch = info[2].ToBoolean() ? rt::Pitch::kept : rt::Pitch::withSpeed;
    now(info.Env(), [&] { session(info.Env())->shuttle(speed, pitch); });
    return info.Env().Undefined();
  }

  Napi::Value clearClipped(const Napi::CallbackInfo& info) {
    session(info.Env())->clearClipped();
    return info.Env().Undefined();
  }

  Napi::Value arm(const Napi::CallbackInfo& info) {
    const std::vector<uint32_t> channels = channelList(info[0], "channels");
    const double seconds = info[1].ToNumber().DoubleValue();
    return later(info.Env(), [session = session(info.Env()), channels, seconds] {
      session->arm(channels, seconds);
      return nothing();
    });
  }

  Napi::Value disarm(const Napi::CallbackInfo& info) {
    return later(info.Env(), [session = session(info.Env())] {
      session->disarm();
      return nothing();
    });
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
    return later(info.Env(), [session = session(info.Env()), id] {
      session->forgetRecording(id);
      return nothing();
    });
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
    return later(info.Env(), [session = session(info.Env()), frames] {
      session->pump(frames);
      return nothing();
    });
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
