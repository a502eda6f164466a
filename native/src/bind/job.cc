#include "bind/job.h"

#include <memory>
#include <new>
#include <thread>

#include "disk/file.h"

namespace twopop::bind {
namespace {

struct Outcome {
  JobResult result;  // empty: rejected with the code and message
  std::string code, message;
};

Outcome capture(const std::function<JobResult()>& work) {
  try {
    return {work(), "", ""};
  } catch (const JobError& error) {
    return {nullptr, error.code, error.what()};
  } catch (const disk::FileError& error) {
    static const char* const codes[] = {"file-missing", "file-denied", "disk-full", "file-failed"};
    return {nullptr, codes[static_cast<int>(error.problem)], error.what()};
  } catch (const std::bad_alloc&) {
    return {nullptr, "out-of-memory", "The audio engine ran out of memory"};
  } catch (const std::exception& error) {
    return {nullptr, "internal", error.what()};
  } catch (...) {
    return {nullptr, "internal", "The audio engine failed for a reason it cannot name"};
  }
}

void settle(Napi::Env env, const Napi::Promise::Deferred& deferred, const Outcome& outcome) {
  Napi::HandleScope scope(env);
  try {
    if (outcome.result) return deferred.Resolve(outcome.result(env));
    Napi::Error error = Napi::Error::New(env, outcome.message);
    error.Set("code", Napi::String::New(env, outcome.code));
    deferred.Reject(error.Value());
  } catch (const Napi::Error& error) {
    deferred.Reject(error.Value());
  }
}

class ShortJob final : public Napi::AsyncWorker {
 public:
  ShortJob(Napi::Env env, std::function<JobResult()> work)
      : Napi::AsyncWorker(env), deferred(env), work_(std::move(work)) {}

  const Napi::Promise::Deferred deferred;

 protected:
  void Execute() override { outcome_ = capture(work_); }
  void OnOK() override { settle(Env(), deferred, outcome_); }

 private:
  std::function<JobResult()> work_;
  Outcome outcome_;
};

}  // namespace

Napi::Object startJob(Napi::Env env, Napi::Value onProgress, JobWork work) {
  const auto cancelled = std::make_shared<std::atomic<bool>>(false);
  const Napi::Promise::Deferred deferred(env);
  const bool wantsProgress = onProgress.IsFunction();
  const Napi::Function callback =
      wantsProgress ? onProgress.As<Napi::Function>() : Napi::Function::New(env, [](const Napi::CallbackInfo&) {});
  // Its finaliser also runs when the process or worker ends under the job: then nobody wants the rest.
  Napi::ThreadSafeFunction toJavaScript = Napi::ThreadSafeFunction::New(
      env, callback, "twopop-job", 0, 1, [cancelled](Napi::Env) { *cancelled = true; });

  Napi::Object handle = Napi::Object::New(env);
  handle.Set("done", deferred.Promise());
  handle.Set("cancel", Napi::Function::New(env, [cancelled](const Napi::CallbackInfo&) { *cancelled = true; }));

  std::thread([=, work = std::move(work)]() mutable {
    const auto report = [&](double portion) {
      if (!wantsProgress) return;
      toJavaScript.NonBlockingCall([portion](Napi::Env env, Napi::Function callback) {
        try {
          callback.Call({Napi::Number::New(env, portion)});
        } catch (const Napi::Error&) {
          // A progress callback that throws must not end the work.
        }
      });
    };
    auto* outcome = new Outcome(capture([&] { return work(*cancelled, report); }));
    const auto status = toJavaScript.BlockingCall([deferred, outcome](Napi::Env env, Napi::Function) {
      const std::unique_ptr<Outcome> owned(outcome);
      settle(env, deferred, *owned);
    });
    if (status == napi_ok) toJavaScript.Release();
    else delete outcome;
  }).detach();
  return handle;
}

Napi::Promise startShortJob(Napi::Env env, std::function<JobResult()> work) {
  auto* job = new ShortJob(env, std::move(work));  // deletes itself when done
  const Napi::Promise promise = job->deferred.Promise();
  job->Queue();
  return promise;
}

}  // namespace twopop::bind
