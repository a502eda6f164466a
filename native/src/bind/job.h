// Long work off the JavaScript thread: one native thread a job, a promise for its end, a flag to cancel it.
#pragma once

#include <napi.h>

#include <atomic>
#include <functional>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>

namespace twopop::bind {

/// Thrown by work to reject its promise with an Error that carries `code`.
struct JobError : std::runtime_error {
  JobError(std::string code, const std::string& message) : std::runtime_error(message), code(std::move(code)) {}
  std::string code;
};

/// Runs on the job's thread and may not touch JavaScript. Gets the cancel flag and a way to report progress (0..1).
/// What it returns runs on the JavaScript thread and makes the promise's value.
using JobResult = std::function<Napi::Value(Napi::Env)>;
using JobWork = std::function<JobResult(const std::atomic<bool>& cancelled, const std::function<void(double)>& onProgress)>;

/// Starts the work and returns `{ done: Promise, cancel(): void }`. `onProgress` may be undefined. FileError rejects
/// with `file-missing`, `file-denied`, `disk-full`, `file-failed` or `file-exists`, memory with `out-of-memory`, the rest with `internal`.
Napi::Object startJob(Napi::Env env, Napi::Value onProgress, JobWork work);

/// The same without progress or cancelling, for short work: on a thread of the shared pool. Returns the promise alone.
Napi::Promise startShortJob(Napi::Env env, std::function<JobResult()> work);

/// For long calculations that come one after another: on one of as many threads as there are cores, which are kept
/// between jobs so that what a thread has worked out for one (tables of transforms) serves the next. `kept` are objects
/// whose memory the work reads; they are not collected before it is done.
Napi::Promise startCalculation(Napi::Env env, std::initializer_list<Napi::Object> kept, std::function<JobResult()> work);

}  // namespace twopop::bind
