#include "bind/audio-engine-values.h"

#include <algorithm>

#include "bind/arguments.h"

namespace twopop::bind {
namespace {

uint32_t small(Napi::Value value, const char* name) {
  const int64_t number = integer(value, name);
  if (number > 1'000'000) refuse(value.Env(), std::string(name) + " is out of range");
  return static_cast<uint32_t>(number);
}

double real(Napi::Value value, const char* name) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
  if (!std::isfinite(number)) refuse(value.Env(), std::string(name) + " must be a number");
  return number;
}

bool isNone(Napi::Value value) { return value.IsUndefined() || value.IsNull(); }

template <class Each>
void forEach(Napi::Value value, const char* name, const Each& each) {
  if (!value.IsArray()) refuse(value.Env(), std::string(name) + " must be an array");
  const Napi::Array all = value.As<Napi::Array>();
  for (uint32_t i = 0; i < all.Length(); i++) {
    Napi::HandleScope scope(value.Env());
    each(all.Get(i));
  }
}

void pair(Napi::Value value, const char* name, int32_t (&to)[2]) {
  if (isNone(value)) return;
  const std::vector<uint32_t> channels = channelList(value, name);
  for (size_t i = 0; i < 2 && i < channels.size(); i++) to[i] = static_cast<int32_t>(channels[i]);
}

Napi::Number number(Napi::Env env, double value) { return Napi::Number::New(env, value); }
template <class Integer>
Napi::Number whole(Napi::Env env, Integer value) { return Napi::Number::New(env, static_cast<double>(value)); }

Napi::Value recordStatus(Napi::Env env, const disk::RecordStatus& status) {
  static const char* const phases[] = {"waiting", "recording", "finishing", "done", "failed"};
  Napi::Object entry = Napi::Object::New(env);
  entry.Set("id", whole(env, status.id));
  entry.Set("phase", phases[static_cast<int>(status.phase)]);
  entry.Set("firstClock", whole(env, status.firstClock));
  entry.Set("framesOnDisk", whole(env, status.framesOnDisk));
  entry.Set("framesFlushed", whole(env, status.framesFlushed));
  entry.Set("missingHeadFrames", whole(env, status.missingHeadFrames));
  entry.Set("lostFrames", whole(env, status.lostFrames));
  Napi::Array gaps = Napi::Array::New(env, status.losses.size());
  for (uint32_t i = 0; i < status.losses.size(); i++) {
    Napi::Object gap = Napi::Object::New(env);
    gap.Set("clock", whole(env, status.losses[i].clock));
    gap.Set("frames", whole(env, status.losses[i].frames));
    gaps.Set(i, gap);
  }
  entry.Set("gaps", gaps);
  if (!status.problem) {
    entry.Set("problem", env.Null());
    return entry;
  }
  Napi::Object problem = Napi::Object::New(env);
  problem.Set("code", status.problem->code);
  problem.Set("message", status.problem->message);
  problem.Set("path", status.problem->path);
  problem.Set("clock", whole(env, status.problem->clock));
  entry.Set("problem", problem);
  return entry;
}

}  // namespace

device::DeviceConfig deviceConfig(Napi::Value value) {
  const Napi::Object given = object(value, "device");
  device::DeviceConfig config;
  static const char* const kinds[] = {"portaudio", "virtual", "offline"};
  config.kind = kinds[named(given.Get("kind"), "kind", {"portaudio", "virtual", "offline"})];
  config.sampleRate = small(given.Get("sampleRate"), "sampleRate");
  config.framesPerBuffer = small(given.Get("framesPerBuffer"), "framesPerBuffer");
  config.inputChannels = small(given.Get("inputChannels"), "inputChannels");
  config.outputChannels = small(given.Get("outputChannels"), "outputChannels");
  const auto optional = [&given](const char* name, auto& to) {
    if (!given.Get(name).IsUndefined()) to = static_cast<std::decay_t<decltype(to)>>(integer(given.Get(name), name, kLeast));
  };
  optional("inputDevice", config.inputDevice), optional("outputDevice", config.outputDevice);
  optional("latencySamples", config.latencySamples);
  optional("leastBlock", config.leastBlock), optional("mostBlock", config.mostBlock), optional("seed", config.seed);
  if (!given.Get("libraryPath").IsUndefined()) config.libraryPath = text(given.Get("libraryPath"), "libraryPath");
  if (!given.Get("inputName").IsUndefined()) config.inputName = text(given.Get("inputName"), "inputName");
  if (!given.Get("outputName").IsUndefined()) config.outputName = text(given.Get("outputName"), "outputName");
  if (!given.Get("clientName").IsUndefined()) config.clientName = text(given.Get("clientName"), "clientName");
  return config;
}

Napi::Value deviceFacts(Napi::Env env, const device::DeviceConfig& config, const device::DeviceFacts& facts) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("sampleRate", whole(env, facts.sampleRate));
  result.Set("framesPerBuffer", whole(env, facts.framesPerBuffer));
  result.Set("maxFrames", whole(env, facts.maxFrames));
  result.Set("inputChannels", whole(env, config.inputChannels));
  result.Set("outputChannels", whole(env, config.outputChannels));
  result.Set("loopBackSamples", whole(env, facts.loopBackSamples));
  result.Set("inputLatencySeconds", number(env, facts.inputLatencySeconds));
  result.Set("outputLatencySeconds", number(env, facts.outputLatencySeconds));
  return result;
}

device::SceneUpdate sceneUpdate(Napi::Object given) {
  device::SceneUpdate update;
  forEach(given.Get("inputs"), "inputs", [&update](Napi::Value value) {
    const Napi::Object entry = object(value, "input");
    rt::TrackInput input;
    input.track = small(entry.Get("track"), "track");
    pair(entry.Get("inputs"), "inputs", input.inputs);
    input.mode = static_cast<rt::MonitorMode>(named(entry.Get("mode"), "mode", {"off", "auto", "input"}));
    input.armed = entry.Get("armed").ToBoolean();
    update.inputs.push_back(input);
  });
  forEach(given.Get("cue"), "cue", [&update](Napi::Value value) {
    const Napi::Object entry = object(value, "send");
    update.cue.push_back({small(entry.Get("track"), "track"), real(entry.Get("gain"), "gain")});
  });
  const Napi::Object routing = object(given.Get("routing"), "routing");
  pair(routing.Get("controlRoom"), "controlRoom", update.routing.controlRoom);
  pair(routing.Get("cue"), "cue", update.routing.cue);
  if (!isNone(routing.Get("talkbackInput"))) {
    update.routing.talkbackInput = static_cast<int32_t>(small(routing.Get("talkbackInput"), "talkbackInput"));
  }
  forEach(given.Get("meters"), "meters", [&update](Napi::Value value) {
    if (isNone(value)) {
      update.meters.push_back(std::nullopt);
      return;
    }
    const Napi::Object entry = object(value, "meter");
    rt::MeterPoint point;
    point.kind = static_cast<rt::MeterKind>(named(
        entry.Get("kind"), "kind", {"trackLeft", "trackRight", "input", "masterLeft", "masterRight", "controlRoom", "cue"}));
    point.index = small(entry.Get("index"), "index");
    update.meters.push_back(point);
  });
  update.metersVersion = integer(given.Get("metersVersion"), "metersVersion");
  forEach(given.Get("beeps"), "beeps", [&update](Napi::Value value) {
    const Napi::Object entry = object(value, "beep");
    rt::Beep beep;
    beep.timelineSample = integer(entry.Get("timelineSample"), "timelineSample", kLeast);
    beep.burst.frequencyHz = real(entry.Get("frequencyHz"), "frequencyHz");
    beep.burst.lengthSamples = integer(entry.Get("lengthSamples"), "lengthSamples", 1);
    beep.burst.gain = real(entry.Get("gain"), "gain");
    update.beeps.push_back(beep);
  });
  const Napi::Object click = object(given.Get("click"), "click");
  update.click.on = click.Get("on").ToBoolean();
  update.click.beatsPerMinute = real(click.Get("beatsPerMinute"), "beatsPerMinute");
  update.click.fromSample = integer(click.Get("fromSample"), "fromSample", kLeast);
  update.click.beatsPerBar = small(click.Get("beatsPerBar"), "beatsPerBar");
  update.click.gain = real(click.Get("gain"), "gain");
  return update;
}

device::MonitorUpdate monitorUpdate(Napi::Value value) {
  const Napi::Object given = object(value, "monitor");
  device::MonitorUpdate update;
  update.gains.controlRoom = real(given.Get("controlRoomGain"), "controlRoomGain");
  update.gains.dim = real(given.Get("dimGain"), "dimGain");
  update.gains.dimmed = given.Get("dimmed").ToBoolean(), update.gains.muted = given.Get("muted").ToBoolean();
  update.gains.cue = real(given.Get("cueGain"), "cueGain");
  update.gains.cueInputs = real(given.Get("cueInputsGain"), "cueInputsGain");
  update.gains.talkback = given.Get("talkbackOn").ToBoolean() ? real(given.Get("talkbackGain"), "talkbackGain") : 0;
  const Napi::Object tone = object(given.Get("testTone"), "testTone");
  update.toneOn = tone.Get("on").ToBoolean();
  update.toneOutput = small(tone.Get("output"), "output");
  update.toneFrequencyHz = real(tone.Get("frequencyHz"), "frequencyHz");
  update.toneGain = real(tone.Get("gain"), "gain");
  return update;
}

rt::TimelineSpan span(Napi::Value value, const char* name) {
  if (isNone(value)) return {};
  const Napi::Object given = object(value, name);
  rt::TimelineSpan span;
  span.from = integer(given.Get("fromSample"), "fromSample", kLeast);
  span.to = integer(given.Get("toSample"), "toSample", kLeast);
  return span;
}

device::RollUpdate rollUpdate(Napi::Value value) {
  const Napi::Object given = object(value, "roll");
  device::RollUpdate update;
  update.fromSample = integer(given.Get("fromSample"), "fromSample", kLeast);
  update.request.speed.numerator = integer(given.Get("speedNumerator"), "speedNumerator", kLeast);
  update.request.speed.denominator = integer(given.Get("speedDenominator"), "speedDenominator", 1);
  update.request.pitch = given.Get("keepPitch").ToBoolean() ? rt::Pitch::kept : rt::Pitch::withSpeed;
  update.request.loop = span(given.Get("loop"), "loop");
  if (!isNone(given.Get("endSample"))) update.request.endSample = integer(given.Get("endSample"), "endSample", kLeast);
  update.request.punch = span(given.Get("punch"), "punch");
  update.request.fadeIn = given.Get("fadeIn").ToBoolean();
  update.leadFrames = integer(given.Get("leadSamples"), "leadSamples");
  if (!isNone(given.Get("atClock"))) update.atClock = integer(given.Get("atClock"), "atClock");
  update.mostWaitMs = small(given.Get("mostWaitMs"), "mostWaitMs");
  return update;
}

std::vector<uint32_t> channelList(Napi::Value value, const char* name) {
  std::vector<uint32_t> channels;
  forEach(value, name, [&](Napi::Value one) { channels.push_back(small(one, name)); });
  return channels;
}

disk::RecordRequest recordRequest(Napi::Value value) {
  disk::RecordRequest request;
  forEach(value, "files", [&request](Napi::Value one) {
    const Napi::Object given = object(one, "file");
    disk::RecordFileSpec file;
    file.path = text(given.Get("path"), "path");
    file.channels = channelList(given.Get("channels"), "channels");
    file.headerBytes = bytes(given.Get("headerBytes"), "headerBytes");
    const Napi::Object layout = object(given.Get("layout"), "layout");
    file.layout.ds64At = small(layout.Get("ds64At"), "ds64At");
    file.layout.factAt = isNone(layout.Get("factAt")) ? -1 : integer(layout.Get("factAt"), "factAt");
    file.layout.dataSizeAt = small(layout.Get("dataSizeAt"), "dataSizeAt");
    static const dsp::OutputFormat formats[] = {dsp::OutputFormat::s24, dsp::OutputFormat::f32};
    file.format = formats[named(given.Get("format"), "format", {"s24", "f32"})];
    request.files.push_back(std::move(file));
  });
  return request;
}

Napi::Value liveState(Napi::Env env, const device::LiveState& state) {
  static const char* const phases[] = {"closed", "opening", "open", "running", "lost", "hung"};
  const rt::EngineSnapshot& engine = state.engine;
  Napi::Object told = Napi::Object::New(env);
  told.Set("phase", phases[static_cast<int>(state.device.phase)]);
  told.Set("clock", whole(env, engine.clock));
  told.Set("clockNs", whole(env, engine.clockNs));
  told.Set("rolling", Napi::Boolean::New(env, engine.motion.rolling));
  told.Set("timelineSample", whole(env, engine.timelineSample));
  told.Set("speed", number(env, engine.motion.rolling ? engine.motion.speed.value() : 0));
  Napi::Object motion = Napi::Object::New(env);
  motion.Set("startClock", whole(env, engine.motion.startClock));
  motion.Set("fromSample", whole(env, engine.motion.fromSample));
  told.Set("motion", motion);
  told.Set("punchedIn", Napi::Boolean::New(env, engine.punchedIn));
  if (engine.motion.loop.isEmpty()) {
    told.Set("loop", env.Null());
  } else {
    Napi::Object loop = Napi::Object::New(env);
    loop.Set("fromSample", whole(env, engine.motion.loop.from));
    loop.Set("toSample", whole(env, engine.motion.loop.to));
    told.Set("loop", loop);
  }
  told.Set("loadMean", number(env, engine.loadMean));
  told.Set("loadPeak", number(env, engine.loadPeak));
  told.Set("inputOverflows", whole(env, state.device.counters.inputOverflows));
  told.Set("outputUnderflows", whole(env, state.device.counters.outputUnderflows));
  told.Set("missedFrames", whole(env, state.pages.missedFrames));
  told.Set("lateCommands", whole(env, engine.lateCommands));
  told.Set("recordLostFrames", whole(env, state.capture.lostFrames));
  told.Set("readySeconds", number(env, state.pages.readySeconds));
  told.Set("heldBytes", whole(env, state.pages.heldBytes));
  told.Set("recordRing", number(env, state.capture.ringFill));
  told.Set("recordRingPeak", number(env, state.capture.ringPeak));
  told.Set("freeBytes", whole(env, state.capture.freeBytes));
  told.Set("secondsToFull", number(env, state.capture.secondsToFull));
  told.Set("metersVersion", whole(env, state.metersVersion));
  Napi::Array meters = Napi::Array::New(env, state.meters.size()), clipped = Napi::Array::New(env, state.clipped.size());
  for (uint32_t i = 0; i < state.meters.size(); i++) {
    meters.Set(i, number(env, std::isfinite(state.meters[i]) ? state.meters[i] : 0));
    clipped.Set(i, Napi::Boolean::New(env, state.clipped[i] != 0));
  }
  told.Set("meters", meters);
  told.Set("clipped", clipped);
  told.Set("armed", Napi::Boolean::New(env, state.capture.armed));
  told.Set("oldestClock", whole(env, state.capture.oldestClock));
  told.Set("capturedClock", whole(env, state.capture.capturedClock));
  Napi::Array recordings = Napi::Array::New(env, state.capture.recordings.size());
  for (uint32_t i = 0; i < state.capture.recordings.size(); i++) recordings.Set(i, recordStatus(env, state.capture.recordings[i]));
  told.Set("recordings", recordings);
  told.Set("troublesVersion", whole(env, state.pages.troublesVersion));
  return told;
}

Napi::Value troubledFiles(Napi::Env env, const std::vector<disk::TroubledFile>& files) {
  static const char* const names[] = {"none", "missing", "unreadable", "too-short", "changed"};
  Napi::Array result = Napi::Array::New(env, files.size());
  for (uint32_t i = 0; i < files.size(); i++) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("path", files[i].path);
    entry.Set("trouble", names[static_cast<int>(files[i].trouble)]);
    entry.Set("message", files[i].message);
    result.Set(i, entry);
  }
  return result;
}

}  // namespace twopop::bind
