// The plan in the addon: openPlan, closePlan, renderRange, bounce, readSamples. Typed in src-main/engine/addon.ts.
#include <algorithm>
#include <memory>
#include <mutex>

#include "bind/arguments.h"
#include "bind/job.h"
#include "bind/registry.h"
#include "device/bounce.h"

namespace twopop::bind {
namespace {

constexpr size_t kPreviewBlockFrames = 4096;
constexpr int64_t kMaxRangeFrames = 1 << 26;

/// A plan kept open: its files stay open between calls and its preview renderer keeps its buffers.
struct OpenPlan {
  explicit OpenPlan(Plan decoded) : plan(std::move(decoded)), files(plan), reader(plan, files) {}

  const Plan plan;
  disk::SourceFiles files;
  std::mutex previewMutex;
  disk::FileSourceReader reader;
  std::unique_ptr<rt::BlockRenderer> preview;
};

using Handle = std::shared_ptr<OpenPlan>;

std::shared_ptr<OpenPlan> planOf(Napi::Value value) {
  if (!value.IsExternal()) refuse(value.Env(), "plan must be a handle of openPlan");
  Handle plan = *value.As<Napi::External<Handle>>().Data();
  if (!plan) refuse(value.Env(), "the plan was closed");
  return plan;
}

Napi::Value openPlan(const Napi::CallbackInfo& info) {
  const std::vector<uint8_t> encoded = bytes(info[0], "plan");
  try {
    auto handle = std::make_unique<Handle>(std::make_shared<OpenPlan>(decodePlan(encoded.data(), encoded.size())));
    return Napi::External<Handle>::New(info.Env(), handle.release(), [](Napi::Env, Handle* owned) { delete owned; });
  } catch (const PlanError& problem) {
    Napi::Error error = Napi::Error::New(info.Env(), problem.what());
    error.Set("code", Napi::String::New(info.Env(), "plan-invalid"));
    throw error;
  } catch (const std::bad_alloc&) {
    throw Napi::Error::New(info.Env(), "The audio engine ran out of memory");
  }
}

/// Lets go of the plan before its handle is collected; work under way on it goes on to its end.
Napi::Value closePlan(const Napi::CallbackInfo& info) {
  if (!info[0].IsExternal()) refuse(info.Env(), "plan must be a handle of openPlan");
  info[0].As<Napi::External<Handle>>().Data()->reset();
  return info.Env().Undefined();
}

Napi::Value problemsOf(Napi::Env env, const std::vector<disk::SourceReport>& reports) {
  static const char* const kinds[] = {"missing", "unreadable", "too-short"};
  Napi::Array list = Napi::Array::New(env, reports.size());
  for (uint32_t i = 0; i < reports.size(); i++) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("source", Napi::Number::New(env, reports[i].source));
    entry.Set("path", Napi::String::New(env, reports[i].path));
    entry.Set("kind", Napi::String::New(env, kinds[static_cast<int>(reports[i].problem)]));
    entry.Set("message", Napi::String::New(env, reports[i].message));
    list.Set(i, entry);
  }
  return list;
}

Napi::Value planProblems(const Napi::CallbackInfo& info) {
  return problemsOf(info.Env(), planOf(info[0])->files.reports());
}

/// A Float32Array that a pool thread fills; the reference keeps it alive and is let go with the job, on the JavaScript
/// thread (a JobResult is destroyed there).
std::shared_ptr<Napi::ObjectReference> keep(Napi::Float32Array array) {
  return std::make_shared<Napi::ObjectReference>(Napi::Persistent(array.As<Napi::Object>()));
}

Napi::Value renderRange(const Napi::CallbackInfo& info) {
  const Handle plan = planOf(info[0]);
  const int64_t from = integer(info[1], "fromSample", -9007199254740991), frames = integer(info[2], "frames");
  if (frames > kMaxRangeFrames) refuse(info.Env(), "frames must be at most " + std::to_string(kMaxRangeFrames));
  auto array = Napi::Float32Array::New(info.Env(), static_cast<size_t>(frames) * 2);
  float* const out = array.Data();
  const auto kept = keep(array);
  return startShortJob(info.Env(), [=]() -> JobResult {
    std::lock_guard<std::mutex> lock(plan->previewMutex);
    if (!plan->preview) {
      const rt::Tap left{rt::BusKind::master, 0, rt::Side::left}, right{rt::BusKind::master, 0, rt::Side::right};
      plan->preview = std::make_unique<rt::BlockRenderer>(plan->plan, std::vector<rt::Tap>{left, right}, kPreviewBlockFrames);
    }
    for (int64_t done = 0; done < frames;) {
      const size_t count = static_cast<size_t>(std::min<int64_t>(frames - done, kPreviewBlockFrames));
      plan->preview->render(plan->reader, from + done, count);
      const double *left = plan->preview->tap(0), *right = plan->preview->tap(1);
      for (size_t i = 0; i < count; i++) {
        out[2 * (static_cast<size_t>(done) + i)] = static_cast<float>(left[i]);
        out[2 * (static_cast<size_t>(done) + i) + 1] = static_cast<float>(right[i]);
      }
      done += static_cast<int64_t>(count);
    }
    return [kept](Napi::Env) { return kept->Value(); };
  });
}

rt::Tap tapOf(Napi::Value value) {
  const Napi::Object given = object(value, "channel");
  rt::Tap tap;
  tap.bus = static_cast<rt::BusKind>(named(given.Get("bus"), "bus", {"master", "stem", "track"}));
  tap.side = static_cast<rt::Side>(named(given.Get("side"), "side", {"left", "right", "mono"}));
  if (tap.bus != rt::BusKind::master) {
    const int64_t index = integer(given.Get("index"), "index");
    if (index > UINT32_MAX) refuse(value.Env(), "index is out of range");
    tap.index = static_cast<uint32_t>(index);
  }
  if (tap.bus == rt::BusKind::track) {
    tap.point = static_cast<rt::TapPoint>(named(given.Get("tap"), "tap", {"pre-fader", "post-fader", "post-pan"}));
  }
  return tap;
}

device::BounceRequest requestOf(Napi::Value value) {
  const Napi::Object given = object(value, "request");
  device::BounceRequest request;
  request.fromSample = integer(given.Get("fromSample"), "fromSample", -9007199254740991);
  request.lengthSamples = integer(given.Get("lengthSamples"), "lengthSamples");
  const int64_t threads = given.Get("threads").IsUndefined() ? 0 : integer(given.Get("threads"), "threads");
  request.threads = static_cast<unsigned>(std::min<int64_t>(threads, 64));
  if (!given.Get("ditherSeed").IsUndefined()) {
    request.ditherSeed = static_cast<uint64_t>(integer(given.Get("ditherSeed"), "ditherSeed"));
  }
  if (!given.Get("outputs").IsArray()) refuse(value.Env(), "outputs must be an array");
  const Napi::Array outputs = given.Get("outputs").As<Napi::Array>();
  size_t channelsInAll = 0;
  for (uint32_t i = 0; i < outputs.Length(); i++) {
    const Napi::Object entry = object(outputs.Get(i), "output");
    device::BounceOutput output;
    output.path = text(entry.Get("path"), "path");
    output.headerBytes = bytes(entry.Get("headerBytes"), "headerBytes");
    output.trailerBytes = bytes(entry.Get("trailerBytes"), "trailerBytes");
    output.format = static_cast<dsp::OutputFormat>(named(entry.Get("sampleFormat"), "sampleFormat", {"s16", "s24", "f32"}));
    output.dither = entry.Get("dither").ToBoolean();
    if (!entry.Get("channels").IsArray()) refuse(value.Env(), "channels must be an array");
    const Napi::Array channels = entry.Get("channels").As<Napi::Array>();
    channelsInAll += channels.Length();
    if (channels.Length() == 0 || channelsInAll > 16384) refuse(value.Env(), "an output needs channels, all together at most 16384");
    for (uint32_t channel = 0; channel < channels.Length(); channel++) output.channels.push_back(tapOf(channels.Get(channel)));
    request.outputs.push_back(std::move(output));
  }
  return request;
}

Napi::Value bounce(const Napi::CallbackInfo& info) {
  const Handle plan = planOf(info[0]);
  const auto request = std::make_shared<device::BounceRequest>(requestOf(info[1]));
  return startJob(info.Env(), info[2], [=](const auto& cancelled, const auto& onProgress) -> JobResult {
    // Problems are this bounce's own: files are looked for again, not remembered from the preview.
    disk::SourceFiles files(plan->plan);
    try {
      const auto reports = device::bounce(plan->plan, files, *request, cancelled, onProgress);
      return [reports, problems = files.reports()](Napi::Env env) -> Napi::Value {
        Napi::Array outputs = Napi::Array::New(env, reports.size());
        for (uint32_t i = 0; i < reports.size(); i++) {
          Napi::Object entry = Napi::Object::New(env);
          entry.Set("path", Napi::String::New(env, reports[i].path));
          entry.Set("framesWritten", Napi::Number::New(env, static_cast<double>(reports[i].framesWritten)));
          entry.Set("peak", Napi::Number::New(env, reports[i].peak));
          entry.Set("clippedSamples", Napi::Number::New(env, static_cast<double>(reports[i].clippedSamples)));
          outputs.Set(i, entry);
        }
        Napi::Object result = Napi::Object::New(env);
        result.Set("outputs", outputs);
        result.Set("problems", problemsOf(env, problems));
        return result;
      };
    } catch (const device::BounceCancelled&) {
      throw JobError("cancelled", "The bounce was cancelled");
    } catch (const PlanError& error) {
      throw JobError("plan-invalid", error.what());
    }
  });
}

/// readSamples(source, channel, fromFrame, frames): one channel; what the source does not hold is silence.
Napi::Value readSamples(const Napi::CallbackInfo& info) {
  const auto wanted = std::make_shared<PlanSource>(source(info[0]));
  const int64_t channel = integer(info[1], "channel"), from = integer(info[2], "fromSample", -9007199254740991),
                frames = integer(info[3], "frames");
  if (channel >= wanted->channelCount) refuse(info.Env(), "channel is not in the source");
  if (frames > kMaxRangeFrames) refuse(info.Env(), "frames must be at most " + std::to_string(kMaxRangeFrames));
  auto array = Napi::Float32Array::New(info.Env(), static_cast<size_t>(frames));
  float* const out = array.Data();
  const auto kept = keep(array);
  return startShortJob(info.Env(), [=]() -> JobResult {
    Plan plan;
    plan.sources.push_back(*wanted);
    disk::SourceFiles files(plan);
    disk::FileSourceReader reader(plan, files);
    std::vector<double> block(kPreviewBlockFrames);
    for (int64_t done = 0; done < frames;) {
      const size_t count = static_cast<size_t>(std::min<int64_t>(frames - done, kPreviewBlockFrames));
      reader.read(0, static_cast<uint32_t>(channel), from + done, count, block.data(), nullptr);
      for (size_t i = 0; i < count; i++) out[static_cast<size_t>(done) + i] = static_cast<float>(block[i]);
      done += static_cast<int64_t>(count);
    }
    for (const auto& report : files.reports()) {
      if (report.problem == disk::SourceProblem::missing) throw JobError("file-missing", report.message);
      if (report.problem == disk::SourceProblem::unreadable) throw JobError("file-failed", report.message);
    }
    return [kept](Napi::Env) { return kept->Value(); };
  });
}

const Registration registration([](Napi::Env env, Napi::Object exports) {
  exports.Set("openPlan", Napi::Function::New(env, openPlan));
  exports.Set("closePlan", Napi::Function::New(env, closePlan));
  exports.Set("planProblems", Napi::Function::New(env, planProblems));
  exports.Set("renderRange", Napi::Function::New(env, renderRange));
  exports.Set("bounce", Napi::Function::New(env, bounce));
  exports.Set("readSamples", Napi::Function::New(env, readSamples));
});

}  // namespace
}  // namespace twopop::bind
