// buildPeaks in the addon.
#include <algorithm>

#include "bind/arguments.h"
#include "bind/job.h"
#include "bind/registry.h"
#include "disk/peak-builder.h"

namespace twopop::bind {
namespace {

Napi::Value buildPeaks(const Napi::CallbackInfo& info) {
  const Napi::Object given = object(info[0], "request");
  const PlanSource from = source(given);
  const std::string outPath = text(given.Get("outPath"), "outPath");
  const int64_t threads = given.Get("threads").IsUndefined() ? 0 : integer(given.Get("threads"), "threads");
  return startJob(info.Env(), info[1], [=](const auto& cancelled, const auto& onProgress) -> JobResult {
    try {
      const uint32_t levels =
          disk::buildPeaks(from, outPath, static_cast<unsigned>(std::min<int64_t>(threads, 64)), cancelled, onProgress);
      return [levels](Napi::Env env) -> Napi::Value {
        Napi::Object result = Napi::Object::New(env);
        result.Set("levelCount", Napi::Number::New(env, levels));
        return result;
      };
    } catch (const disk::PeaksCancelled&) {
      throw JobError("cancelled", "The waveform was cancelled");
    }
  });
}

const Registration registration([](Napi::Env env, Napi::Object exports) {
  exports.Set("buildPeaks", Napi::Function::New(env, buildPeaks));
});

}  // namespace
}  // namespace twopop::bind
