#include "rt/scene.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <stdexcept>
#include <utility>

#include "rt/transport.h"

namespace twopop::rt {
namespace {

bool isFinite(std::initializer_list<double> numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double number) { return std::isfinite(number); });
}

bool isValid(const Beep& beep) {
  const Burst& burst = beep.burst;
  return isPosition(beep.timelineSample) && burst.lengthSamples >= 0 && burst.lengthSamples <= kMaxPosition &&
         isFinite({burst.frequencyHz, burst.gain});
}

bool isValid(const Click& click) { return isPosition(click.fromSample) && isFinite({click.beatsPerMinute, click.gain}); }

/// What the callback computes with has to be numbers that it can compute with.
void checkNumbers(const SceneParts& parts) {
  const bool valid = std::all_of(parts.beeps.begin(), parts.beeps.end(), [](const Beep& beep) { return isValid(beep); }) &&
                     std::all_of(parts.cue.begin(), parts.cue.end(), [](const CueSend& send) { return std::isfinite(send.gain); }) &&
                     isValid(parts.click) &&
                     isFinite({parts.beepGains.controlRoom, parts.beepGains.cue, parts.clickGains.controlRoom, parts.clickGains.cue});
  if (!valid) throw std::invalid_argument("A beep, click or cue send has numbers that are out of range");
}

SceneParts checked(SceneParts parts) {
  if (!parts.plan || !parts.reader) throw std::invalid_argument("A scene needs a plan and a reader of its sources");
  checkNumbers(parts);
  if (!parts.meters) parts.meters = std::make_shared<MeterBank>(std::vector<MeterPoint>{});
  for (const MeterPoint& point : parts.meters->points()) {
    const bool ofTrack = point.kind == MeterKind::trackLeft || point.kind == MeterKind::trackRight;
    if (ofTrack && point.index >= parts.plan->tracks.size()) throw std::invalid_argument("A meter is of a track that is not in the plan");
  }
  std::sort(parts.beeps.begin(), parts.beeps.end(),
            [](const Beep& a, const Beep& b) { return a.timelineSample < b.timelineSample; });
  return parts;
}

}  // namespace

Scene::Scene(SceneParts parts)
    : parts_(checked(std::move(parts))),
      renderer_(*parts_.plan, {{BusKind::master, 0, Side::left}, {BusKind::master, 0, Side::right}}, kChunkFrames,
                parts_.fadeTables),
      monitor_(*parts_.plan, parts_.inputs, parts_.cue, *parts_.meters),
      generated_(kChunkFrames) {
  for (const Beep& beep : parts_.beeps) longestBeepSamples_ = std::max(longestBeepSamples_, beep.burst.lengthSamples);
}

void Scene::addGenerators(int64_t fromSample, size_t frames, bool cue, double* to) {
  const auto addOf = [&](const MixGains& gains, auto generate) {
    const double gain = cue ? gains.cue : gains.controlRoom;
    if (gain == 0) return;
    std::fill_n(generated_.begin(), frames, 0.0);
    generate(generated_.data());
    for (size_t i = 0; i < frames; i++) to[i] += generated_[i] * gain;
  };
  const uint32_t rate = parts_.plan->sampleRate;
  if (!parts_.beeps.empty()) {
    addOf(parts_.beepGains, [&](double* out) { addBeeps(parts_.beeps, longestBeepSamples_, rate, fromSample, frames, out); });
  }
  if (parts_.click.on) addOf(parts_.clickGains, [&](double* out) { addClicks(parts_.click, rate, fromSample, frames, out); });
}

}  // namespace twopop::rt
