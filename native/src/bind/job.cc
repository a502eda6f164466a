#include "bind/job.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

#include "bind/to-javascript.h"
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
    static const char* const codes[] = {"file-missing", "file-denied", "disk-full", "file-failed", "file-exists"};
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
    try {
      if (outcome.result) return deferred.Resolve(outcome.result(env));
      Napi::Error error = Napi::Error::New(env, outcome.message);
      error.Set("code", Napi::String::New(env, outcome.code));
      deferred.Reject(error.Value());
    } catch (const Napi::Error& error) {
      deferred.Reject(error.Value());
    }
  } catch (const Napi::Error&) {
    // A worker that is being ended takes no answer any more: nobody waits for it.
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

/// Threads that take calculations in the order in which they were asked for. They live as long as the process.
class CalculationThreads {
 public:
  static CalculationThreads& shared() {
    static auto* threads = new CalculationThreads(std::max(1u, std::thread::hardware_concurrency()));
    return *threads;
  }

  void add(std::function<void()> task) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    added_.notify_one();
  }

 private:
  explicit CalculationThreads(unsigned count) {
    for (unsigned i = 0; i < count; ++i) std::thread([this] { run(); }).detach();
  }

  [[noreturn]] void run() {
    for (;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      added_.wait(lock, [this] { return !tasks_.empty(); });
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable added_;
  std::deque<std::function<void()>> tasks_;
};

/// Belongs to the JavaScript thread, which alone may let go of references.
struct Calculation {
  Napi::Promise::Deferred deferred;
  std::vector<Napi::ObjectReference> kept;
  std::function<JobResult()> work;
  Outcome outcome;
};

}  // namespace

Napi::Promise startCalculation(Napi::Env env, std::initializer_list<Napi::Object> kept, std::function<JobResult()> work) {
  auto* calculation = new Calculation{Napi::Promise::Deferred(env), {}, std::move(work), {}};
  for (const Napi::Object& object : kept) calculation->kept.push_back(Napi::Persistent(object));
  const Napi::Promise promise = calculation->deferred.Promise();
  const Napi::Function nothing = Napi::Function::New(env, [](const Napi::CallbackInfo&) {});
  const auto toJavaScript = ToJavaScript::make(env, nothing, "twopop-calculation", true);
  CalculationThreads::shared().add([calculation, toJavaScript] {
    calculation->outcome = capture(calculation->work);
    // When the environment has ended nobody waits, and its references went with it.
    toJavaScript->call([calculation](Napi::Env env, Napi::Function) {
      const std::unique_ptr<Calculation> owned(calculation);
      settle(env, owned->deferred, owned->outcome);
    });
    toJavaScript->end();
  });
  return promise;
}

Napi::Object startJob(Napi::Env env, Napi::Value onProgress, JobWork work) {
  const auto cancelled = std::make_shared<std::atomic<bool>>(false);
  const Napi::Promise::Deferred deferred(env);
  const bool wantsProgress = onProgress.IsFunction();
  const Napi::Function callback =
      wantsProgress ? onProgress.As<Napi::Function>() : Napi::Function::New(env, [](const Napi::CallbackInfo&) {});
  // Where the process or worker ends under the job nobody wants the rest.
  const auto toJavaScript = ToJavaScript::make(env, callback, "twopop-job", true, [cancelled] { *cancelled = true; });

  Napi::Object handle = Napi::Object::New(env);
  handle.Set("done", deferred.Promise());
  handle.Set("cancel", Napi::Function::New(env, [cancelled](const Napi::CallbackInfo&) { *cancelled = true; }));

  std::thread([=, work = std::move(work)]() mutable {
    const auto report = [&](double portion) {
      if (!wantsProgress) return;
      toJavaScript->call([portion](Napi::Env env, Napi::Function callback) {
        try {
          callback.Call({Napi::Number::New(env, portion)});
        } catch (const Napi::Error&) {
          // A progress callback that throws must not end the work.
        }
      });
    };
    const auto outcome = std::make_shared<const Outcome>(capture([&] { return work(*cancelled, report); }));
    toJavaScript->call([deferred, outcome](Napi::Env env, Napi::Function) { settle(env, deferred, *outcome); });
    toJavaScript->end();
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
