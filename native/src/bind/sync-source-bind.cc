// Sources of dual-system sync: decoded sound that is pushed, or plain PCM that is read from where it lies.
#include "bind/sync-source-bind.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "bind/arguments.h"
#include "bind/job.h"
#include "disk/pcm-file.h"
#include "dsp/sync-analysis.h"

namespace twopop::bind {

using sync::ScratchSignal;
using sync::SourceAnalysis;

std::shared_ptr<const disk::PcmFile> pcmFile(const Napi::Object& layout) {
  const Napi::Array given = layout.Get("tracks").As<Napi::Array>();
  std::vector<disk::PcmTrack> tracks;
  for (uint32_t i = 0; i < given.Length(); ++i) {
    const Napi::Object from = object(given.Get(i), "track");
    disk::PcmTrack track;
    track.format = static_cast<PcmFormat>(named(from.Get("format"), "format", {"u8", "s16", "s24", "s32", "f32", "f64"}));
    track.bigEndian = from.Get("bigEndian").ToBoolean();
    const int64_t channels = integer(from.Get("channelCount"), "channelCount", 1);
    if (channels > 1024) refuse(layout.Env(), "channelCount must be at most 1024");
    track.channelCount = static_cast<uint32_t>(channels);
    track.delayFrames = integer(from.Get("delayFrames"), "delayFrames", -(int64_t{1} << 48));
    const auto extents = from.Get("extents").As<Napi::Float64Array>();
    for (size_t at = 0; at + 1 < extents.ElementLength(); at += 2) {
      track.extents.push_back({static_cast<uint64_t>(extents[at]), static_cast<int64_t>(extents[at + 1])});
    }
    tracks.push_back(std::move(track));
  }
  return std::make_shared<const disk::PcmFile>(text(layout.Get("path"), "path"), std::move(tracks));
}

namespace {

/// What JavaScript holds: the analysis while sound comes in, then the signal. `file` is where the sound lies as plain
/// PCM, `channels` those of its channels that are heard.
struct Source {
  std::shared_ptr<ScratchSignal> signal;
  std::unique_ptr<SourceAnalysis> analysis;
  std::shared_ptr<const disk::PcmFile> file;
  std::vector<size_t> channels;
  int64_t heardFrames = 0;

  /// Analyses up to `frames` more of the file; what is left then.
  int64_t hear(int64_t frames) {
    constexpr int64_t kPiece = 16384;
    std::vector<std::vector<float>> planes(channels.size(), std::vector<float>(kPiece));
    std::vector<float*> places;
    for (auto& plane : planes) places.push_back(plane.data());
    const int64_t end = std::min(file->frames(), heardFrames + frames);
    while (heardFrames < end) {
      const auto count = static_cast<size_t>(std::min(kPiece, end - heardFrames));
      file->read(channels, heardFrames, count, places.data());
      analysis->push(places.data(), count);
      heardFrames += static_cast<int64_t>(count);
    }
    return file->frames() - heardFrames;
  }
};

/// Runs `work` on the pool and resolves with `answer` on the JavaScript thread.
class Job final : public Napi::AsyncWorker {
 public:
  using Answer = std::function<Napi::Value(Napi::Env)>;
  /// Keeps `objects` (whose memory the work reads) from being collected until it is done.
  static Napi::Promise run(Napi::Env env, std::initializer_list<Napi::Object> objects, std::function<void()> work,
                           Answer answer) {
    auto* job = new Job(env, std::move(work), std::move(answer));
    for (const Napi::Object& object : objects) job->kept_.push_back(Napi::Persistent(object));
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

Napi::Array timecodeWords(Napi::Env env, const std::vector<sync::LtcWord>& words) {
  Napi::Array out = Napi::Array::New(env, words.size());
  uint32_t index = 0;
  for (const auto& word : words) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("hours", word.hours);
    entry.Set("minutes", word.minutes);
    entry.Set("seconds", word.seconds);
    entry.Set("frames", word.frames);
    entry.Set("dropFrame", word.dropFrame);
    entry.Set("startSample", word.startSample);
    entry.Set("lengthSamples", word.lengthSamples);
    out.Set(index++, entry);
  }
  return out;
}

Napi::Object summary(Napi::Env env, const SourceAnalysis& analysis) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("frames", static_cast<double>(analysis.frames()));
  out.Set("rms", analysis.rms());
  out.Set("peak", analysis.peak());
  out.Set("soundingShare", analysis.soundingShare());
  out.Set("levelRangeDb", analysis.levelRangeDb());
  Napi::Array transients = Napi::Array::New(env, analysis.transients().size());
  uint32_t heard = 0;
  for (const auto& transient : analysis.transients()) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("seconds", transient.seconds);
    entry.Set("loudnessDb", transient.loudnessDb);
    entry.Set("clapLikeness", transient.clapLikeness);
    transients.Set(heard++, entry);
  }
  out.Set("transients", transients);
  Napi::Array mixed = Napi::Array::New(env);
  for (uint32_t i = 0; i < 64; ++i) {
    if (analysis.mixed() >> i & 1) mixed.Set(mixed.Length(), i);
  }
  out.Set("mixed", mixed);
  Napi::Array channels = Napi::Array::New(env);
  const double frames = static_cast<double>(std::max<int64_t>(1, analysis.frames()));
  const double firstSquares = analysis.channels().empty() ? 0 : analysis.channels()[0].squareSum;
  for (const auto& level : analysis.channels()) {
    Napi::Object channel = Napi::Object::New(env);
    channel.Set("rms", std::sqrt(level.squareSum / frames));
    channel.Set("peak", level.peak);
    const double both = std::sqrt(level.squareSum * firstSquares);
    channel.Set("correlationWithFirst", both > 0 ? level.productWithFirst / both : 0);
    channel.Set("ltcWords", timecodeWords(env, level.ltc.words()));
    channels.Set(channels.Length(), channel);
  }
  out.Set("channels", channels);
  return out;
}

class SyncSource final : public Napi::ObjectWrap<SyncSource> {
 public:
  static Napi::FunctionReference& constructor() {
    static thread_local Napi::FunctionReference reference;
    return reference;
  }

  static void init(Napi::Env env, Napi::Object exports) {
    const Napi::Function made = DefineClass(env, "SyncSource", {
      InstanceMethod("push", &SyncSource::push),
      InstanceMethod("hear", &SyncSource::hear),
      InstanceMethod("finish", &SyncSource::finish),
      InstanceMethod("index", &SyncSource::index),
      InstanceMethod("dispose", &SyncSource::dispose),
    });
    constructor() = Napi::Persistent(made);
    constructor().SuppressDestruct();
    exports.Set("SyncSource", made);
  }

  /// new SyncSource(scratchPath, channels: number | number[], mixedChannels: number[] | null, layout?)
  /// Without a layout sound is pushed and `channels` is how many there are; with one the sound lies as plain PCM in a
  /// file, and `channels` are those of it that are heard. Mixed are positions among the channels heard; null: by rule.
  explicit SyncSource(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SyncSource>(info) {
    const std::string path = text(info[0], "scratchPath");
    uint64_t mask = 0;
    if (info[2].IsArray()) {
      const Napi::Array mixed = info[2].As<Napi::Array>();
      for (uint32_t i = 0; i < mixed.Length(); ++i) {
        const int64_t channel = integer(mixed.Get(i), "mixedChannels");
        if (channel < 64) mask |= uint64_t{1} << channel;
      }
    }
    try {
      source_ = std::make_shared<Source>();
      if (info[3].IsObject()) {
        source_->file = pcmFile(info[3].As<Napi::Object>());
        const Napi::Array heard = info[1].As<Napi::Array>();
        for (uint32_t i = 0; i < heard.Length(); ++i) {
          const auto channel = static_cast<size_t>(integer(heard.Get(i), "channels"));
          if (channel >= source_->file->channelCount()) throw Napi::RangeError::New(info.Env(), "there is no such channel");
          source_->channels.push_back(channel);
        }
        channels_ = source_->channels.size();
        source_->signal = std::make_shared<ScratchSignal>(path, source_->file, source_->channels);
      } else {
        channels_ = static_cast<size_t>(integer(info[1], "channels", 1));
        source_->signal = std::make_shared<ScratchSignal>(path);
      }
      if (channels_ < 1 || channels_ > 1024) throw Napi::RangeError::New(info.Env(), "a source has 1 to 1024 channels");
      source_->analysis = std::make_unique<SourceAnalysis>(channels_, mask, *source_->signal);
    } catch (const Napi::Error&) {
      throw;
    } catch (const std::exception& error) {
      throw Napi::Error::New(info.Env(), error.what());
    }
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
    return startCalculation(info.Env(), {samples}, [source, data, frames]() -> JobResult {
      source->analysis->pushInterleaved(data, frames);
      return [](Napi::Env env) { return env.Undefined(); };
    });
  }

  /// hear(frames): analyses more of the file that the sound lies in; resolves with the frames that are left.
  Napi::Value hear(const Napi::CallbackInfo& info) {
    auto source = source_;
    if (!source || !source->analysis || !source->file) throw Napi::Error::New(info.Env(), "the source takes no more sound");
    const int64_t frames = integer(info[0], "frames", 1);
    return startCalculation(info.Env(), {}, [source, frames]() -> JobResult {
      const auto left = static_cast<double>(source->hear(frames));
      return [left](Napi::Env env) { return Napi::Number::New(env, left); };
    });
  }

  Napi::Value finish(const Napi::CallbackInfo& info) {
    auto source = source_;
    if (!source || !source->analysis) throw Napi::Error::New(info.Env(), "the source takes no more sound");
    return startCalculation(info.Env(), {}, [source]() -> JobResult {
      source->analysis->finish();
      source->signal->finish(source->analysis->takeFeatures(), source->analysis->mixed());
      return [source](Napi::Env env) {
        const Napi::Object out = summary(env, *source->analysis);
        source->analysis.reset();
        return out;
      };
    });
  }

  /// index(): makes a finished source one that clips are looked for in.
  Napi::Value index(const Napi::CallbackInfo& info) {
    auto source = source_;
    if (!source || source->analysis) throw Napi::Error::New(info.Env(), "the source is not finished");
    return startCalculation(info.Env(), {}, [source]() -> JobResult {
      source->signal->index();
      return [](Napi::Env env) { return env.Undefined(); };
    });
  }

  Napi::Value dispose(const Napi::CallbackInfo& info) {
    source_.reset();
    return info.Env().Undefined();
  }

  std::shared_ptr<Source> source_;
  size_t channels_ = 1;
};

}  // namespace

void initSyncSource(Napi::Env env, Napi::Object exports) { SyncSource::init(env, exports); }

std::shared_ptr<ScratchSignal> signalOf(const Napi::Value& value) {
  SyncSource* source = Napi::ObjectWrap<SyncSource>::Unwrap(value.As<Napi::Object>());
  auto signal = source ? source->signal() : nullptr;
  if (!signal) throw Napi::Error::New(value.Env(), "the source was disposed of");
  return signal;
}

}  // namespace twopop::bind
