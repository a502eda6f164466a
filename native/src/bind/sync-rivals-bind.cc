// Which of two places that hold the same sound a clip was recorded at.
#include <napi.h>

#include <memory>

#include "bind/arguments.h"
#include "bind/job.h"
#include "bind/registry.h"
#include "bind/sync-arguments.h"
#include "bind/sync-source-bind.h"
#include "dsp/sync-rivals.h"

namespace twopop::bind {

namespace {

sync::RivalLine lineOf(const Napi::Value& value) {
  const Napi::Object from = object(value, "line");
  return {number(from, "offsetSeconds"), number(from, "driftPpm")};
}

Napi::Value toValue(Napi::Env env, const sync::RivalsResult& found) {
  Napi::Object out = numbersOf(env, {{"first", found.first},
                                     {"second", found.second},
                                     {"firstInFirst", found.firstInFirst},
                                     {"secondInFirst", found.secondInFirst},
                                     {"firstOwn", found.firstOwn},
                                     {"secondOwn", found.secondOwn}});
  out.Set("found", found.found);
  out.Set("windows", listOf(env, found.windows, [env](const auto& window) {
    return numbersOf(env, {{"cameraSeconds", window.cameraSeconds}, {"first", window.first}, {"second", window.second}});
  }));
  return out;
}

/// syncCompareRivals(camera, first, second, {cameraFrom, cameraTo, first, second: {offsetSeconds, driftPpm}, mostWindows}, cancelFlag)
Napi::Value compareRivals(const Napi::CallbackInfo& info) {
  const auto camera = signalOf(info[0]), first = signalOf(info[1]), second = signalOf(info[2]);
  const Napi::Object from = object(info[3], "request");
  const sync::RivalsRequest request{number(from, "cameraFrom"), number(from, "cameraTo"), lineOf(from.Get("first")),
                                    lineOf(from.Get("second")),
                                    static_cast<size_t>(integer(from.Get("mostWindows"), "mostWindows", 1))};
  const auto* cancel = flagOf(info[4]);
  return startCalculation(info.Env(), {info[4].As<Napi::Object>()}, [=]() -> JobResult {
    const auto found = std::make_shared<const sync::RivalsResult>(sync::compareRivals(*camera, *first, *second, request, *cancel));
    return [found](Napi::Env env) { return toValue(env, *found); };
  });
}

const Registration registration([](Napi::Env env, Napi::Object exports) {
  exports.Set("syncCompareRivals", Napi::Function::New(env, compareRivals));
});

}  // namespace

}  // namespace twopop::bind
