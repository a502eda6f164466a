// Which of two places that hold the same sound a clip was recorded at.
#include <napi.h>

#include <atomic>
#include <memory>

#include "bind/arguments.h"
#include "bind/job.h"
#include "bind/registry.h"
#include "bind/sync-source-bind.h"
#include "dsp/sync-rivals.h"

namespace twopop::bind {

namespace {

double number(const Napi::Object& object, const char* key) { return object.Get(key).As<Napi::Number>().DoubleValue(); }

sync::RivalLine lineOf(const Napi::Value& value) {
  const Napi::Object from = object(value, "line");
  return {number(from, "offsetSeconds"), number(from, "driftPpm")};
}

Napi::Value toValue(Napi::Env env, const sync::RivalsResult& found) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("found", found.found);
  out.Set("first", found.first);
  out.Set("second", found.second);
  out.Set("firstInFirst", found.firstInFirst);
  out.Set("secondInFirst", found.secondInFirst);
  out.Set("firstOwn", found.firstOwn);
  out.Set("secondOwn", found.secondOwn);
  Napi::Array windows = Napi::Array::New(env, found.windows.size());
  uint32_t index = 0;
  for (const auto& window : found.windows) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("cameraSeconds", window.cameraSeconds);
    entry.Set("first", window.first);
    entry.Set("second", window.second);
    windows.Set(index++, entry);
  }
  out.Set("windows", windows);
  return out;
}

/// syncCompareRivals(camera, first, second, {cameraFrom, cameraTo, first, second: {offsetSeconds, driftPpm}, mostWindows}, cancelFlag)
Napi::Value compareRivals(const Napi::CallbackInfo& info) {
  const auto camera = signalOf(info[0]), first = signalOf(info[1]), second = signalOf(info[2]);
  const Napi::Object from = object(info[3], "request");
  const sync::RivalsRequest request{number(from, "cameraFrom"), number(from, "cameraTo"), lineOf(from.Get("first")),
                                    lineOf(from.Get("second")),
                                    static_cast<size_t>(integer(from.Get("mostWindows"), "mostWindows", 1))};
  const Napi::Int32Array flag = info[4].As<Napi::Int32Array>();
  const auto* cancel = reinterpret_cast<const std::atomic<int32_t>*>(flag.Data());
  return startCalculation(info.Env(), {flag}, [=]() -> JobResult {
    const auto found = std::make_shared<const sync::RivalsResult>(sync::compareRivals(*camera, *first, *second, request, *cancel));
    return [found](Napi::Env env) { return toValue(env, *found); };
  });
}

const Registration registration([](Napi::Env env, Napi::Object exports) {
  exports.Set("syncCompareRivals", Napi::Function::New(env, compareRivals));
});

}  // namespace

}  // namespace twopop::bind
