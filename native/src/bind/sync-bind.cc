// Dual-system sync: the searches over sources, each as a promise.
#include <napi.h>

#include <functional>
#include <memory>

#include "bind/job.h"
#include "bind/registry.h"
#include "bind/sync-arguments.h"
#include "bind/sync-source-bind.h"
#include "dsp/sync-correlate.h"
#include "dsp/sync-index.h"
#include "dsp/sync-places.h"

namespace twopop::bind {

namespace {

Napi::Value toValue(Napi::Env env, const std::vector<sync::Candidate>& candidates) {
  return listOf(env, candidates, [env](const sync::Candidate& candidate) {
    return numbersOf(env, {{"offsetSeconds", candidate.offsetSeconds}, {"score", candidate.score}});
  });
}

Napi::Value toValue(Napi::Env env, const sync::TrackResult& found) {
  Napi::Object out = numbersOf(env, {{"offsetSeconds", found.offsetSeconds},
                                     {"driftPpm", found.driftPpm},
                                     {"score", found.score},
                                     {"secondScore", found.secondScore},
                                     {"secondOffsetSeconds", found.secondOffsetSeconds}});
  out.Set("found", found.found);
  out.Set("inverted", found.inverted);
  out.Set("windows", listOf(env, found.windows, [env](const auto& window) {
    Napi::Object entry = numbersOf(env, {{"cameraSeconds", window.cameraSeconds},
                                         {"score", window.score},
                                         {"ownLagSeconds", window.ownLagSeconds},
                                         {"ownScore", window.ownScore},
                                         {"pathLagSeconds", window.pathLagSeconds},
                                         {"pathScore", window.pathScore},
                                         {"cameraLevel", window.cameraLevel},
                                         {"recorderLevel", window.recorderLevel}});
    entry.Set("runScores", listOf(env, window.runScores, [env](double score) { return Napi::Number::New(env, score); }));
    return entry;
  }));
  return out;
}

Napi::Value toValue(Napi::Env env, const sync::ChangeResult& found) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("found", found.found);
  out.Set("cameraSeconds", found.cameraSeconds);
  out.Set("fromSeconds", found.fromSeconds);
  out.Set("toSeconds", found.toSeconds);
  out.Set("exact", found.exact);
  return out;
}

Napi::Value toValue(Napi::Env env, const sync::RefineResult& found) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("found", found.found);
  out.Set("offsetSeconds", found.offsetSeconds);
  out.Set("driftPpm", found.driftPpm);
  out.Set("inverted", found.inverted);
  out.Set("directScore", found.directScore);
  out.Set("mainScore", found.mainScore);
  out.Set("mainAfterDirectSeconds", found.mainAfterDirectSeconds);
  out.Set("microphonesApartSeconds", found.microphonesApartSeconds);
  out.Set("groups", listOf(env, found.groups, [env](const auto& group) {
    return numbersOf(env, {{"cameraSeconds", group.cameraSeconds}, {"lagSeconds", group.lagSeconds}, {"score", group.score}});
  }));
  return out;
}

/// Every kernel's arguments: camera, recorder, what is asked, cancelFlag.
template <typename Request, typename Result>
Napi::Value compare(const Napi::CallbackInfo& info, const Request& request,
                    Result (*kernel)(const sync::SignalReader&, const sync::SignalReader&, const Request&, sync::CancelFlag&)) {
  const auto camera = signalOf(info[0]), recorder = signalOf(info[1]);
  const auto* flag = flagOf(info[3]);
  return startCalculation(info.Env(), {info[3].As<Napi::Object>()}, [=]() -> JobResult {
    const auto found = std::make_shared<const Result>(kernel(*camera, *recorder, request, *flag));
    return [found](Napi::Env env) { return toValue(env, *found); };
  });
}

std::vector<std::shared_ptr<sync::ScratchSignal>> signalsOf(const Napi::Value& value) {
  const Napi::Array given = value.As<Napi::Array>();
  std::vector<std::shared_ptr<sync::ScratchSignal>> signals;
  for (uint32_t i = 0; i < given.Length(); ++i) signals.push_back(signalOf(given.Get(i)));
  return signals;
}

Napi::Object placeValue(Napi::Env env, size_t recorder, double offsetSeconds, double score) {
  return numbersOf(env, {{"recorder", static_cast<double>(recorder)}, {"offsetSeconds", offsetSeconds}, {"score", score}});
}

/// syncSearchIndex(camera, recorders[], {cameraFrom, cameraTo, most}, cancelFlag): places of each recorder, best first, recorders in order
Napi::Value searchIndex(const Napi::CallbackInfo& info) {
  const auto camera = signalOf(info[0]);
  const auto recorders = signalsOf(info[1]);
  for (const auto& recorder : recorders) {
    if (!recorder->spectra()) throw Napi::Error::New(info.Env(), "the recorder was not indexed");
  }
  const Napi::Object from = info[2].As<Napi::Object>();
  const sync::IndexRequest request{number(from, "cameraFrom"), number(from, "cameraTo"), count(from, "most")};
  const auto* flag = flagOf(info[3]);
  return startCalculation(info.Env(), {info[3].As<Napi::Object>()}, [=]() -> JobResult {
    std::vector<const sync::EnvelopeSpectra*> spectra;
    for (const auto& recorder : recorders) spectra.push_back(recorder->spectra());
    const auto found = std::make_shared<const std::vector<sync::IndexCandidate>>(sync::searchIndex(*camera, spectra, request, *flag));
    return [found](Napi::Env env) {
      return listOf(env, *found, [env](const sync::IndexCandidate& one) {
        const auto& [recorder, candidate] = one;
        return placeValue(env, recorder, candidate.offsetSeconds, candidate.score);
      });
    };
  });
}

/// syncCheckPlaces(camera, recorders[], places: {recorder, offsetSeconds}[], request, cancelFlag)
Napi::Value checkPlaces(const Napi::CallbackInfo& info) {
  const auto camera = signalOf(info[0]);
  const auto recorders = signalsOf(info[1]);
  const Napi::Array given = info[2].As<Napi::Array>();
  std::vector<sync::Place> places;
  for (uint32_t i = 0; i < given.Length(); ++i) {
    const Napi::Object place = given.Get(i).As<Napi::Object>();
    places.push_back({count(place, "recorder"), number(place, "offsetSeconds")});
    if (places.back().recorder >= recorders.size()) throw Napi::RangeError::New(info.Env(), "there is no such recorder");
  }
  const Napi::Object from = info[3].As<Napi::Object>();
  sync::PlacesRequest request{number(from, "cameraFrom"), number(from, "cameraTo"), number(from, "toleranceSeconds"),
                              number(from, "driftRangePpm"), {}};
  const Napi::Array rounds = from.Get("rounds").As<Napi::Array>();
  for (uint32_t i = 0; i < rounds.Length(); ++i) {
    const Napi::Object round = rounds.Get(i).As<Napi::Object>();
    request.rounds.push_back({count(round, "windows"), count(round, "kept")});
  }
  const auto* flag = flagOf(info[4]);
  return startCalculation(info.Env(), {info[4].As<Napi::Object>()}, [=]() -> JobResult {
    std::vector<const sync::SignalReader*> readers;
    for (const auto& recorder : recorders) readers.push_back(recorder.get());
    const auto found = std::make_shared<const std::vector<sync::PlaceScore>>(
        sync::checkPlaces(*camera, readers, places, request, *flag));
    return [found, places](Napi::Env env) {
      return listOf(env, *found, [env, &places](const sync::PlaceScore& one) {
        const auto& [place, offsetSeconds, score] = one;
        Napi::Object entry = placeValue(env, places[place].recorder, offsetSeconds, score);
        entry.Set("place", static_cast<double>(place));
        return entry;
      });
    };
  });
}

/// syncSearchWaveform(camera, recorder, request, cancelFlag)
Napi::Value searchWaveform(const Napi::CallbackInfo& info) {
  const Napi::Object from = info[2].As<Napi::Object>();
  const sync::WaveformSearchRequest request{
      number(from, "cameraFrom"), number(from, "cameraTo"),   count(from, "mostWindows"), count(from, "mostCandidates"),
      number(from, "offsetFrom"), number(from, "offsetTo"), number(from, "driftPpm")};
  return compare(info, request, sync::searchWaveform);
}

/// syncTrackLine(camera, recorder, request, cancelFlag)
Napi::Value trackLine(const Napi::CallbackInfo& info) {
  const Napi::Object from = info[2].As<Napi::Object>();
  const sync::TrackRequest request{number(from, "cameraFrom"),       number(from, "cameraTo"),
                                   number(from, "offsetSeconds"),    number(from, "toleranceSeconds"),
                                   number(from, "driftPpm"),         number(from, "driftRangePpm"),
                                   count(from, "mostWindows"),       from.Has("followSeconds") ? number(from, "followSeconds") : 0};
  return compare(info, request, sync::trackLine);
}

/// syncLocateChange(camera, recorder, request, cancelFlag)
Napi::Value locateChange(const Napi::CallbackInfo& info) {
  const Napi::Object from = info[2].As<Napi::Object>();
  const sync::ChangeRequest request{number(from, "from"), number(from, "to"), number(from, "beforeOffsetSeconds"),
                                    number(from, "afterOffsetSeconds"), number(from, "driftPpm"),
                                    from.Get("inverted").ToBoolean()};
  return compare(info, request, sync::locateChange);
}

/// syncRefineLine(camera, recorder, request, cancelFlag)
Napi::Value refineLine(const Napi::CallbackInfo& info) {
  const Napi::Object from = info[2].As<Napi::Object>();
  const sync::RefineRequest request{number(from, "cameraFrom"), number(from, "cameraTo"), number(from, "offsetSeconds"),
                                    number(from, "driftPpm"),   count(from, "mostWindows"), count(from, "groups")};
  return compare(info, request, sync::refineLine);
}

const Registration registration([](Napi::Env env, Napi::Object exports) {
  initSyncSource(env, exports);
  exports.Set("syncSearchIndex", Napi::Function::New(env, searchIndex));
  exports.Set("syncCheckPlaces", Napi::Function::New(env, checkPlaces));
  exports.Set("syncSearchWaveform", Napi::Function::New(env, searchWaveform));
  exports.Set("syncTrackLine", Napi::Function::New(env, trackLine));
  exports.Set("syncLocateChange", Napi::Function::New(env, locateChange));
  exports.Set("syncRefineLine", Napi::Function::New(env, refineLine));
});

}  // namespace

}  // namespace twopop::bind
