#include "rt/generators.h"

#include <algorithm>
#include <cmath>

#include "dsp/fade-curve.h"

namespace twopop::rt {
namespace {

constexpr double kEdgeSeconds = 0.001;
constexpr double kClickSeconds = 0.01;

}  // namespace

void addBurst(const Burst& burst, uint32_t sampleRate, int64_t start, int64_t from, size_t frames, double* to) {
  const int64_t first = std::max(start, from), end = std::min(start + burst.lengthSamples, from + static_cast<int64_t>(frames));
  const double edge = std::min(std::max(1.0, kEdgeSeconds * sampleRate), static_cast<double>(burst.lengthSamples) / 2);
  for (int64_t at = first; at < end; at++) {
    const double within = static_cast<double>(at - start) + 0.5;
    const double toEdge = std::min(within, static_cast<double>(burst.lengthSamples) - within);
    const double shape = toEdge < edge ? 0.5 - 0.5 * std::cos(dsp::kPi * toEdge / edge) : 1;
    to[at - from] += burst.gain * shape * std::sin(2 * dsp::kPi * burst.frequencyHz * within / sampleRate);
  }
}

void addBeeps(const std::vector<Beep>& beeps, int64_t longestSamples, uint32_t sampleRate, int64_t from, size_t frames,
              double* to) {
  const int64_t end = from + static_cast<int64_t>(frames);
  auto beep = std::lower_bound(beeps.begin(), beeps.end(), from - longestSamples,
                               [](const Beep& a, int64_t sample) { return a.timelineSample < sample; });
  for (; beep != beeps.end() && beep->timelineSample < end; ++beep) {
    addBurst(beep->burst, sampleRate, beep->timelineSample, from, frames, to);
  }
}

void addClicks(const Click& click, uint32_t sampleRate, int64_t from, size_t frames, double* to) {
  if (!click.on) return;
  const double period = 60.0 * sampleRate / std::clamp(click.beatsPerMinute, 10.0, 1000.0);
  const auto length = static_cast<int64_t>(kClickSeconds * sampleRate);
  const int64_t end = from + static_cast<int64_t>(frames);
  if (end <= click.fromSample) return;
  const double since = static_cast<double>(from - length - click.fromSample);
  for (int64_t n = std::max<int64_t>(0, static_cast<int64_t>(std::floor(since / period)) - 1);; n++) {
    const int64_t start = click.fromSample + std::llround(static_cast<double>(n) * period);
    if (start >= end) return;
    const bool accent = click.beatsPerBar > 0 && n % click.beatsPerBar == 0;
    addBurst({accent ? 1600.0 : 1000.0, length, click.gain}, sampleRate, start, from, frames, to);
  }
}

void ToneGenerator::on(int64_t clock, double frequencyHz, double gain) noexcept {
  startClock_ = clock;
  endClock_ = kForEver;
  frequencyHz_ = frequencyHz;
  gain_ = gain;
}

void ToneGenerator::off(int64_t clock) noexcept {
  endClock_ = std::min(endClock_, clock + static_cast<int64_t>(std::max(1.0, kEdgeSeconds * sampleRate_)));
}

void ToneGenerator::add(int64_t clock, size_t frames, double* to) noexcept {
  const double edge = std::max(1.0, kEdgeSeconds * sampleRate_), step = frequencyHz_ / sampleRate_;
  for (size_t i = 0; i < frames; i++) {
    const int64_t at = clock + static_cast<int64_t>(i);
    if (at < startClock_ || at >= endClock_) continue;
    const double within = static_cast<double>(at - startClock_) + 0.5;
    double toEdge = within;
    if (endClock_ != kForEver) toEdge = std::min(toEdge, static_cast<double>(endClock_ - at) - 0.5);
    const double shape = toEdge < edge ? 0.5 - 0.5 * std::cos(dsp::kPi * toEdge / edge) : 1;
    // Whole turns are taken off first: the phase of an hour is as exact as that of the first second.
    to[i] += gain_ * shape * std::sin(2 * dsp::kPi * std::fmod(within * step, 1.0));
  }
}

}  // namespace twopop::rt
