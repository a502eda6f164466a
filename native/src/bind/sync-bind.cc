// Dual-system sync: sources that take decoded sound, and the searches over them, each as a promise on the pool.
#include <napi.h>

#include <atomic>
#include <cmath>
#include <functional>
#include <memory>
#include <string>

#include "bind/registry.h"
#include "disk/sync-scratch.h"
#include "dsp/sync-analysis.h"
#include "dsp/sync-correlate.h"

namespace twopop::bind {

namespace {

using sync::ScratchSignal;
using sync::SourceAnalysis;

/// What JavaScript holds: the analysis while sound comes in, then the signal.
struct Source {
  std::shared_ptr<ScratchSignal> signal;
  std::unique_ptr<SourceAnalysis> analysis;
};

/// Runs `work` on the pool and resolves with `answer` on the JavaScript thread.
class Job final : public Napi::AsyncWorker {
 public:
  using Answer = std::function<Napi::Value(Napi::Env)>;
  static Napi::Promise run(Napi::Env env, std::function<void()> work, Answer answer) {
    auto* job = new Job(env, std::move(work), std::move(answer));
    const Napi::Promise promise = job->deferred_.Promise();
    job->Queue();
    return promise;
  }

  void keep(Napi::Object object) { kept_.push_back(Napi::Persistent(object)); }

  static Napi::Promise runKeeping(Napi::Env env, std::initializer_list<Napi::Object> objects, std::function<void()> work,
                                  Answer answer) {
    auto* job = new Job(env, std::move(work), std::move(answer));
    for (const Napi::Object& object : objects) job->keep(object);
    const Napi::Promise promise = job->deferred_.Promise();
    job->Queue();
    return promise;
  }

 private:
  Job(Napi::Env env, std::function<void()> work, Answer answer)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), work_(std::move(work)), answer_(std::move(answer)) {}
  void Execute() override { work_(); }
  void OnOK() override { deferred_.Resolve(answer_(Env())); }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

  Napi::Promise::Deferred deferred_;
  std::function<void()> work_;
  Answer answer_;
  std::vector<Napi::ObjectReference> kept_;
};

class SyncSource final : public Napi::ObjectWrap<SyncSource> {
 public:
  static Napi::FunctionReference& constructor() {
    static thread_local Napi::FunctionReference reference;
    return reference;
  }

  static void init(Napi::Env env, Napi::Object exports) {
    const Napi::Function made = DefineClass(env, "SyncSource", {
      InstanceMethod("push", &SyncSource::push),
      InstanceMethod("finish", &SyncSource::finish),
      InstanceMethod("dispose", &SyncSource::dispose),
    });
    constructor() = Napi::Persistent(made);
    constructor().SuppressDestruct();
    exports.Set("SyncSource", made);
  }

  /// new SyncSource(scratchPath, channels, mixedChannels: number[])
  explicit SyncSource(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SyncSource>(info) {
    const std::string path = info[0].As<Napi::String>();
    const uint32_t channels = info[1].As<Napi::Number>().Uint32Value();
    if (channels < 1 || channels > 1024) throw Napi::RangeError::New(info.Env(), "a source has 1 to 1024 channels");
    const Napi::Array mixed = info[2].As<Napi::Array>();
    uint64_t mask = 0;
    for (uint32_t i = 0; i < mixed.Length(); ++i) {
      const uint32_t channel = mixed.Get(i).As<Napi::Number>().Uint32Value();
      if (channel < 64) mask |= uint64_t{1} << channel;
    }
    try {
      source_ = std::make_shared<Source>();
      source_->signal = std::make_shared<ScratchSignal>(path);
      source_->analysis = std::make_unique<SourceAnalysis>(channels, mask, *source_->signal);
    } catch (const std::exception& error) {
      throw Napi::Error::New(info.Env(), error.what());
    }
    channels_ = channels;
  }

  std::shared_ptr<ScratchSignal> signal() const { return source_ ? source_->signal : nullptr; }

 private:
  /// push(interleaved: Float32Array): the array must be left alone until the promise is settled, and only one may run.
  Napi::Value push(const Napi::CallbackInfo& info) {
    auto source = source_;
    if (!source || !source->analysis) throw Napi::Error::New(info.Env(), "the source takes no more sound");
    const Napi::Float32Array samples = info[0].As<Napi::Float32Array>();
    const float* data = samples.Data();
    const size_t frames = samples.ElementLength() / channels_;
    return Job::runKeeping(info.Env(), {samples}, [source, data, frames] { source->analysis->push(data, frames); },
                           [](Napi::Env env) { return env.Undefined(); });
  }

  Napi::Value finish(const Napi::CallbackInfo& info) {
    auto source = source_;
    if (!source || !source->analysis) throw Napi::Error::New(info.Env(), "the source takes no more sound");
    return Job::run(info.Env(), [source] {
      source->analysis->finish();
      source->signal->finish(source->analysis->takeFeatures());
    }, [source](Napi::Env env) {
      const SourceAnalysis& analysis = *source->analysis;
      Napi::Object out = Napi::Object::New(env);
      out.Set("frames", static_cast<double>(analysis.frames()));
      out.Set("rms", analysis.rms());
      out.Set("peak", analysis.peak());
      out.Set("soundingShare", analysis.soundingShare());
      out.Set("levelRangeDb", analysis.levelRangeDb());
      Napi::Array channels = Napi::Array::New(env);
      const double frames = static_cast<double>(std::max<int64_t>(1, analysis.frames()));
      const double firstSquares = analysis.channels().empty() ? 0 : analysis.channels()[0].squareSum;
      uint32_t index = 0;
      for (const auto& level : analysis.channels()) {
        Napi::Object channel = Napi::Object::New(env);
        channel.Set("rms", std::sqrt(level.squareSum / frames));
        channel.Set("peak", level.peak);
        const double both = std::sqrt(level.squareSum * firstSquares);
        channel.Set("correlationWithFirst", both > 0 ? level.productWithFirst / both : 0);
        Napi::Array words = Napi::Array::New(env);
        uint32_t at = 0;
        for (const auto& word : level.ltc.words()) {
          Napi::Object entry = Napi::Object::New(env);
          entry.Set("hours", word.hours);
          entry.Set("minutes", word.minutes);
          entry.Set("seconds", word.seconds);
          entry.Set("frames", word.frames);
          entry.Set("dropFrame", word.dropFrame);
          entry.Set("startSample", word.startSample);
          entry.Set("lengthSamples", word.lengthSamples);
          words.Set(at++, entry);
        }
        channel.Set("ltcWords", words);
        channels.Set(index++, channel);
      }
      out.Set("channels", channels);
      source->analysis.reset();
      return out;
    });
  }

  Napi::Value dispose(const Napi::CallbackInfo& info) {
    source_.reset();
    return info.Env().Undefined();
  }

  std::shared_ptr<Source> source_;
  size_t channels_ = 1;
};

std::shared_ptr<ScratchSignal> signalOf(const Napi::Value& value) {
  SyncSource* source = Napi::ObjectWrap<SyncSource>::Unwrap(value.As<Napi::Object>());
  auto signal = source ? source->signal() : nullptr;
  if (!signal) throw Napi::Error::New(value.Env(), "the source was disposed of");
  return signal;
}

/// The cancel flag is an Int32Array over shared memory, read by the kernels while they run.
const std::atomic<int32_t>* flagOf(const Napi::Value& value) {
  static_assert(sizeof(std::atomic<int32_t>) == sizeof(int32_t), "the flag is read in place");
  return reinterpret_cast<const std::atomic<int32_t>*>(value.As<Napi::Int32Array>().Data());
}

double number(const Napi::Object& object, const char* key) { return object.Get(key).As<Napi::Number>().DoubleValue(); }

Napi::Array toArray(Napi::Env env, const std::vector<sync::Candidate>& candidates) {
  Napi::Array out = Napi::Array::New(env);
  uint32_t index = 0;
  for (const auto& candidate : candidates) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("offsetSeconds", candidate.offsetSeconds);
    entry.Set("score", candidate.score);
    out.Set(index++, entry);
  }
  return out;
}

/// syncSearchEnvelopes(camera, recorder, most, cancelFlag)
Napi::Value searchEnvelopes(const Napi::CallbackInfo& info) {
  auto camera = signalOf(info[0]), recorder = signalOf(info[1]);
  const auto most = static_cast<size_t>(info[2].As<Napi::Number>().Uint32Value());
  const auto* flag = flagOf(info[3]);
  auto found = std::make_shared<std::vector<sync::Candidate>>();
  return Job::runKeeping(info.Env(), {info[3].As<Napi::Object>()},
                         [=] { *found = sync::searchEnvelopes(*camera, *recorder, most, *flag); },
                         [found](Napi::Env env) { return toArray(env, *found); });
}

/// syncSearchWaveform(camera, recorder, request, cancelFlag)
Napi::Value searchWaveform(const Napi::CallbackInfo& info) {
  auto camera = signalOf(info[0]), recorder = signalOf(info[1]);
  const Napi::Object from = info[2].As<Napi::Object>();
  const sync::WaveformSearchRequest request{
      number(from, "cameraFrom"), number(from, "cameraTo"),     static_cast<size_t>(number(from, "mostWindows")),
      static_cast<size_t>(number(from, "mostCandidates")),      number(from, "offsetFrom"),
      number(from, "offsetTo"),   number(from, "driftPpm")};
  const auto* flag = flagOf(info[3]);
  auto found = std::make_shared<std::vector<sync::Candidate>>();
  return Job::runKeeping(info.Env(), {info[3].As<Napi::Object>()},
                         [=] { *found = sync::searchWaveform(*camera, *recorder, request, *flag); },
                         [found](Napi::Env env) { return toArray(env, *found); });
}

/// syncTrackLine(camera, recorder, request, cancelFlag)
Napi::Value trackLine(const Napi::CallbackInfo& info) {
  auto camera = signalOf(info[0]), recorder = signalOf(info[1]);
  const Napi::Object from = info[2].As<Napi::Object>();
  const sync::TrackRequest request{number(from, "cameraFrom"),       number(from, "cameraTo"),
                                   number(from, "offsetSeconds"),    number(from, "toleranceSeconds"),
                                   number(from, "driftPpm"),         number(from, "driftRangePpm"),
                                   static_cast<size_t>(number(from, "mostWindows"))};
  const auto* flag = flagOf(info[3]);
  auto found = std::make_shared<sync::TrackResult>();
  return Job::runKeeping(info.Env(), {info[3].As<Napi::Object>()},
                         [=] { *found = sync::trackLine(*camera, *recorder, request, *flag); },
                         [found](Napi::Env env) {
                           Napi::Object out = Napi::Object::New(env);
                           out.Set("found", found->found);
                           out.Set("offsetSeconds", found->offsetSeconds);
                           out.Set("driftPpm", found->driftPpm);
                           out.Set("score", found->score);
                           out.Set("secondScore", found->secondScore);
                           out.Set("secondOffsetSeconds", found->secondOffsetSeconds);
                           out.Set("inverted", found->inverted);
                           Napi::Array windows = Napi::Array::New(env);
                           uint32_t index = 0;
                           for (const auto& window : found->windows) {
                             Napi::Object entry = Napi::Object::New(env);
                             entry.Set("cameraSeconds", window.cameraSeconds);
                             entry.Set("score", window.score);
                             entry.Set("ownLagSeconds", window.ownLagSeconds);
                             entry.Set("ownScore", window.ownScore);
                             windows.Set(index++, entry);
                           }
                           out.Set("windows", windows);
                           return out;
                         });
}

/// syncRefineLine(camera, recorder, request, cancelFlag)
Napi::Value refineLine(const Napi::CallbackInfo& info) {
  auto camera = signalOf(info[0]), recorder = signalOf(info[1]);
  const Napi::Object from = info[2].As<Napi::Object>();
  const sync::RefineRequest request{number(from, "cameraFrom"), number(from, "cameraTo"), number(from, "offsetSeconds"),
                                    number(from, "driftPpm"), static_cast<size_t>(number(from, "mostWindows")),
                                    static_cast<size_t>(number(from, "groups"))};
  const auto* flag = flagOf(info[3]);
  auto found = std::make_shared<sync::RefineResult>();
  return Job::runKeeping(info.Env(), {info[3].As<Napi::Object>()},
                         [=] { *found = sync::refineLine(*camera, *recorder, request, *flag); },
                         [found](Napi::Env env) {
                           Napi::Object out = Napi::Object::New(env);
                           out.Set("found", found->found);
                           out.Set("offsetSeconds", found->offsetSeconds);
                           out.Set("driftPpm", found->driftPpm);
                           out.Set("inverted", found->inverted);
                           out.Set("directScore", found->directScore);
                           out.Set("mainScore", found->mainScore);
                           out.Set("mainAfterDirectSeconds", found->mainAfterDirectSeconds);
                           Napi::Array groups = Napi::Array::New(env);
                           uint32_t index = 0;
                           for (const auto& group : found->groups) {
                             Napi::Object entry = Napi::Object::New(env);
                             entry.Set("cameraSeconds", group.cameraSeconds);
                             entry.Set("lagSeconds", group.lagSeconds);
                             entry.Set("score", group.score);
                             groups.Set(index++, entry);
                           }
                           out.Set("groups", groups);
                           return out;
                         });
}

const Registration registration([](Napi::Env env, Napi::Object exports) {
  SyncSource::init(env, exports);
  exports.Set("syncSearchEnvelopes", Napi::Function::New(env, searchEnvelopes));
  exports.Set("syncSearchWaveform", Napi::Function::New(env, searchWaveform));
  exports.Set("syncTrackLine", Napi::Function::New(env, trackLine));
  exports.Set("syncRefineLine", Napi::Function::New(env, refineLine));
});

}  // namespace

}  // namespace twopop::bind
