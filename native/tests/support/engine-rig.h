// An engine with a plan that lies in memory, run block by block.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "check.h"
#include "plan.h"
#include "rt/engine.h"
#include "support/sound-files.h"

namespace check {

/// Sources of numbers in memory: one vector a source, mono, or two a stereo source.
class MemoryReader final : public twopop::rt::SourceReader {
 public:
  std::vector<std::vector<std::vector<double>>> sources;  // source, channel, sample

  void read(uint32_t source, uint32_t firstChannel, int64_t fromSample, size_t frames, double* left, double* right) override {
    copy(sources[source][firstChannel], fromSample, frames, left);
    if (right) copy(sources[source][std::min<size_t>(firstChannel + 1, sources[source].size() - 1)], fromSample, frames, right);
  }

 private:
  static void copy(const std::vector<double>& from, int64_t at, size_t frames, double* to) {
    for (size_t i = 0; i < frames; i++) {
      const int64_t sample = at + static_cast<int64_t>(i);
      to[i] = sample >= 0 && sample < static_cast<int64_t>(from.size()) ? from[static_cast<size_t>(sample)] : 0;
    }
  }
};

/// Keeps everything that came in.
class KeepingSink final : public twopop::rt::CaptureSink {
 public:
  explicit KeepingSink(size_t samples) { kept.reserve(samples); }
  void capture(const float* in, uint32_t inputChannels, size_t frames, int64_t clock) noexcept override {
    if (clock != next) broken = true;
    next = clock + static_cast<int64_t>(frames);
    const size_t count = std::min(frames * inputChannels, kept.capacity() - kept.size());
    kept.insert(kept.end(), in, in + count);
  }
  std::vector<float> kept;
  int64_t next = 0;
  bool broken = false;
};

/// A reader and plan of `tracks` tracks, mono and stereo in turn, each with clips that overlap, fade and have gains, and
/// every other with a line of gains. Sources are noise of `length` samples.
struct MemoryPlan {
  std::shared_ptr<twopop::Plan> plan = std::make_shared<twopop::Plan>();
  std::shared_ptr<MemoryReader> reader = std::make_shared<MemoryReader>();
};

inline MemoryPlan randomPlan(Random& random, uint32_t tracks, int64_t length, int64_t meanClip = 3000) {
  using namespace twopop;
  MemoryPlan made;
  made.plan->lengthSamples = length;
  made.plan->stems = {"DX", "MX"};
  for (uint32_t s = 0; s < 3; s++) {
    const uint32_t channels = 1 + s % 2;
    made.reader->sources.emplace_back(channels, std::vector<double>(static_cast<size_t>(length)));
    for (auto& channel : made.reader->sources.back()) {
      for (double& sample : channel) sample = random.unit() - 0.5;
    }
    PlanSource source;
    source.path = "memory";
    source.channelCount = channels;
    source.frameCount = length;
    made.plan->sources.push_back(source);
  }
  for (uint32_t t = 0; t < tracks; t++) {
    std::vector<PlanClip> clips;
    for (int64_t at = random.within(0, meanClip); at < length; at += random.within(1, meanClip)) {
      PlanClip clip = makeClip(static_cast<uint32_t>(random.within(0, 2)), at, random.within(1, meanClip), random.within(-50, length));
      clip.gain = random.unit() * 2;
      clip.fadeInSamples = random.within(0, clip.lengthSamples);
      clip.fadeOutSamples = random.within(0, clip.lengthSamples);
      clip.fadeInShape = static_cast<FadeShape>(random.within(0, 4));
      clip.fadeOutShape = static_cast<FadeShape>(random.within(0, 4));
      clips.push_back(clip);
    }
    PlanTrack track = makeTrack(1 + t % 2, clips);
    track.gain = random.unit();
    track.pan = random.unit() * 2 - 1;
    track.stem = static_cast<int32_t>(random.within(-1, 1));
    if (t % 2) {
      for (int64_t at = random.within(0, 4000); at < length; at += random.within(1, 4000)) track.points.push_back({at, random.unit()});
    }
    made.plan->tracks.push_back(std::move(track));
  }
  return made;
}

/// A plan of one track, hard left, that plays `samples` from timeline sample 0 on, at unity.
inline MemoryPlan planOfSamples(std::vector<double> samples) {
  using namespace twopop;
  MemoryPlan made;
  const auto length = static_cast<int64_t>(samples.size());
  PlanSource source;
  source.path = "memory";
  source.frameCount = length;
  made.plan->sources.push_back(source);
  made.plan->lengthSamples = length;
  PlanTrack track = makeTrack(1, {makeClip(0, 0, length)});
  track.pan = -1;
  made.plan->tracks.push_back(track);
  made.reader->sources = {{std::move(samples)}};
  return made;
}

inline std::vector<double> sine(size_t length, double hertz, double gain = 0.5) {
  std::vector<double> samples(length);
  for (size_t i = 0; i < length; i++) samples[i] = gain * std::sin(2 * 3.14159265358979323846 * hertz * static_cast<double>(i) / 48000);
  return samples;
}

inline twopop::rt::SceneParts partsOf(const MemoryPlan& made) {
  twopop::rt::SceneParts parts;
  parts.plan = made.plan;
  parts.reader = made.reader;
  parts.routing.controlRoom[0] = 0;
  parts.routing.controlRoom[1] = 1;
  return parts;
}

class EngineRig {
 public:
  explicit EngineRig(uint32_t inputs = 2, uint32_t outputs = 2, uint32_t maxFrames = 4096)
      : sink(1 << 22), engine({48000, inputs, outputs, maxFrames}, nullptr, sink), inputs_(inputs), outputs_(outputs) {}

  KeepingSink sink;
  twopop::rt::Engine engine;
  /// What comes in: of the channel at a clock.
  float (*input)(uint32_t channel, int64_t clock) = nullptr;
  std::vector<float> out;  // everything since the start, interleaved

  bool publish(twopop::rt::SceneParts parts) {
    auto scene = std::make_unique<twopop::rt::Scene>(std::move(parts));
    return engine.publish(scene);
  }

  int64_t clock() const { return clock_; }
  double left(int64_t clock) const { return out[static_cast<size_t>(clock) * outputs_]; }
  double at(int64_t clock, uint32_t channel) const { return out[static_cast<size_t>(clock) * outputs_ + channel]; }

  void block(size_t frames) {
    std::vector<float> in(frames * inputs_);
    if (input) {
      for (size_t i = 0; i < frames; i++) {
        for (uint32_t c = 0; c < inputs_; c++) in[i * inputs_ + c] = input(c, clock_ + static_cast<int64_t>(i));
      }
    }
    const size_t before = out.size();
    out.resize(before + frames * outputs_, 99.0f);
    engine.process(input ? in.data() : nullptr, out.data() + before, frames, clock_ * 1000);
    clock_ += static_cast<int64_t>(frames);
  }

  /// Blocks of random sizes until exactly `clock`.
  void runTo(int64_t clock, Random& random, int64_t mostFrames = 700) {
    while (clock_ < clock) block(static_cast<size_t>(std::min(clock - clock_, random.within(1, mostFrames))));
  }

  /// Largest step from one sample to the next of a channel.
  double steepest(int64_t from, int64_t to, uint32_t channel = 0) const {
    double most = 0;
    for (int64_t i = from + 1; i < to; i++) most = std::max(most, std::fabs(at(i, channel) - at(i - 1, channel)));
    return most;
  }

 private:
  uint32_t inputs_, outputs_;
  int64_t clock_ = 0;
};

inline twopop::rt::EngineCommand rollFrom(int64_t sample, int64_t atClock = 0) {
  twopop::rt::EngineCommand command;
  command.kind = twopop::rt::CommandKind::roll;
  command.timelineSample = sample;
  command.atClock = atClock;
  return command;
}

inline twopop::rt::EngineCommand stopAt(int64_t atClock = 0, int64_t sample = twopop::rt::kHere) {
  twopop::rt::EngineCommand command;
  command.kind = twopop::rt::CommandKind::stop;
  command.timelineSample = sample;
  command.atClock = atClock;
  return command;
}

/// The master's left and right of a span as the bounce renders it in one go, as 32-bit float.
inline std::vector<float> bounced(const MemoryPlan& made, int64_t from, size_t frames) {
  twopop::rt::BlockRenderer renderer(*made.plan, {{twopop::rt::BusKind::master, 0, twopop::rt::Side::left}, {twopop::rt::BusKind::master, 0, twopop::rt::Side::right}}, frames);
  renderer.render(*made.reader, from, frames);
  std::vector<float> samples(frames * 2);
  for (size_t i = 0; i < frames; i++) {
    samples[2 * i] = static_cast<float>(renderer.tap(0)[i]);
    samples[2 * i + 1] = static_cast<float>(renderer.tap(1)[i]);
  }
  return samples;
}

/// Whether what was heard from a clock on is that, to the bit.
inline bool sameBits(const EngineRig& rig, int64_t atClock, const std::vector<float>& expected, size_t fromFrame, size_t frames) {
  return std::memcmp(rig.out.data() + 2 * atClock, expected.data() + 2 * fromFrame, frames * 2 * sizeof(float)) == 0;
}

/// Input of a channel: a number that says which and when.
inline float numbered(uint32_t channel, int64_t clock) {
  return static_cast<float>(channel + 1) * 0.125f + static_cast<float>(clock % 1000) * (1.0f / 65536);
}

inline float steady(uint32_t, int64_t) { return 0.25f; }

/// A silent track that is armed with input 1, out on the left alone.
inline twopop::rt::SceneParts armed(twopop::rt::MonitorMode mode, bool isArmed = true, double sound = 0) {
  twopop::rt::SceneParts parts = partsOf(planOfSamples(std::vector<double>(100000, sound)));
  twopop::rt::TrackInput input;
  input.inputs[0] = 1;
  input.mode = mode;
  input.armed = isArmed;
  parts.inputs = {input};
  return parts;
}

inline twopop::rt::EngineCommand gainsOf(const twopop::rt::MonitorGains& gains) {
  twopop::rt::EngineCommand command;
  command.kind = twopop::rt::CommandKind::gains;
  command.gains = gains;
  return command;
}

}  // namespace check
