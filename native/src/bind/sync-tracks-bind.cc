// The worth of a recorder's microphones over a matched stretch.
#include <napi.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "bind/arguments.h"
#include "bind/job.h"
#include "bind/registry.h"
#include "bind/sync-arguments.h"
#include "bind/sync-source-bind.h"
#include "dsp/sync-tracks.h"

namespace twopop::bind {

namespace {

/// syncSpeechWindows(source, {fromSeconds, toSeconds, windowSeconds, most}): seconds of the source.
Napi::Value speechWindows(const Napi::CallbackInfo& info) {
  const auto source = signalOf(info[0]);
  const Napi::Object from = object(info[1], "request");
  const double begin = number(from, "fromSeconds"), end = number(from, "toSeconds"), length = number(from, "windowSeconds");
  const auto most = static_cast<size_t>(integer(from.Get("most"), "most"));
  return startShortJob(info.Env(), [=]() -> JobResult {
    const auto found = std::make_shared<const std::vector<double>>(sync::speechWindows(*source, begin, end, length, most));
    return [found](Napi::Env env) -> Napi::Value {
      return listOf(env, *found, [env](double seconds) { return Napi::Number::New(env, seconds); });
    };
  });
}

Napi::Value toValue(Napi::Env env, const std::vector<sync::TrackMeasure>& measures) {
  return listOf(env, measures, [env](const sync::TrackMeasure& measure) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("levelDbfs", measure.levelDbfs);
    entry.Set("snrDb", measure.snrDb);
    entry.Set("directToReverberantDb",
              measure.reverberationTold ? Napi::Number::New(env, measure.directToReverberantDb) : env.Null());
    entry.Set("clippedSamples", static_cast<double>(measure.clippedSamples));
    entry.Set("clippedRuns", static_cast<double>(measure.clippedRuns));
    entry.Set("polarity", measure.polarity);
    entry.Set("delaySeconds", measure.delayTold ? Napi::Number::New(env, measure.delaySeconds) : env.Null());
    entry.Set("copyOf", measure.copyOf < 0 ? env.Null() : Napi::Number::New(env, measure.copyOf));
    entry.Set("sum", measure.sum);
    entry.Set("aloneShare", measure.aloneShare);
    return entry;
  });
}

/// syncAssessTracks(pcm, {sampleRate, windowFrames, starts: number[] of frames}, cancelFlag): one entry a channel.
Napi::Value assessTracks(const Napi::CallbackInfo& info) {
  const auto file = pcmFile(object(info[0], "pcm"));
  const Napi::Object request = object(info[1], "request");
  const double sampleRate = number(request, "sampleRate");
  if (!(sampleRate >= 4000 && sampleRate <= 1'536'000)) refuse(info.Env(), "sampleRate must be 4000 to 1536000");
  const auto windowFrames = static_cast<size_t>(integer(request.Get("windowFrames"), "windowFrames", 1));
  if (static_cast<double>(windowFrames) > 10 * sampleRate) refuse(info.Env(), "a window is at most ten seconds long");
  const Napi::Array given = request.Get("starts").As<Napi::Array>();
  std::vector<int64_t> starts;
  for (uint32_t i = 0; i < given.Length(); ++i) starts.push_back(integer(given.Get(i), "starts", -(int64_t{1} << 48)));
  const auto* cancel = flagOf(info[2]);
  return startCalculation(info.Env(), {info[2].As<Napi::Object>()}, [=]() -> JobResult {
    const size_t channels = file->channelCount();
    sync::TrackAssessment assessment(channels, sampleRate);
    std::vector<std::vector<float>> planes(channels, std::vector<float>(windowFrames));
    std::vector<size_t> all(channels);
    std::vector<float*> into;
    std::vector<const float*> from;
    for (size_t c = 0; c < channels; ++c) {
      all[c] = c;
      into.push_back(planes[c].data());
      from.push_back(planes[c].data());
    }
    for (const int64_t start : starts) {
      if (cancel->load() != 0) break;
      file->read(all, start, windowFrames, into.data());
      assessment.window(from.data(), windowFrames);
    }
    const auto measures = std::make_shared<const std::vector<sync::TrackMeasure>>(assessment.finish());
    return [measures](Napi::Env env) { return toValue(env, *measures); };
  });
}

const Registration registration([](Napi::Env env, Napi::Object exports) {
  exports.Set("syncSpeechWindows", Napi::Function::New(env, speechWindows));
  exports.Set("syncAssessTracks", Napi::Function::New(env, assessTracks));
});

}  // namespace

}  // namespace twopop::bind
