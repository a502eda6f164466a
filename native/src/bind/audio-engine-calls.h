// How calls of the class AudioEngine reach the live session: now, on a thread of the pool, or answered by a device.
#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bind/job.h"
#include "bind/to-javascript.h"
#include "device/live-session.h"

namespace twopop::bind {

[[noreturn]] inline void throwCoded(Napi::Env env, const std::string& code, const std::string& message) {
  Napi::Error thrown = Napi::Error::New(env, message);
  thrown.Set("code", Napi::String::New(env, code));
  throw thrown;
}

/// Does it now; what the session refuses becomes an Error with its code.
template <class Work>
auto now(Napi::Env env, const Work& work) {
  try {
    return work();
  } catch (const device::DeviceError& error) {
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
    } catch (const device::DeviceError& error) {
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

inline JobResult nothing() {
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
  void reject(const device::DeviceError& error) {
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
inline void tell(ToJavaScript& listener, Words words) {
  listener.call([words = std::move(words)](Napi::Env env, Napi::Function function) {
    Napi::Object event = Napi::Object::New(env);
    for (const auto& [name, value] : words) event.Set(name, value);
    function.Call({event});
  });
}

}  // namespace twopop::bind
