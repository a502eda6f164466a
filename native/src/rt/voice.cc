#include "rt/voice.h"

#include <algorithm>
#include <cmath>

#include "dsp/fade-curve.h"

namespace twopop::rt {
namespace {

/// Of grains that overlap by half: 40 ms are about four periods of the lowest voice and one syllable's quarter.
constexpr double kGrainSeconds = 0.04;
constexpr double kFastestGrains = 4;

int64_t hopSamples(uint32_t sampleRate) { return std::max<int64_t>(1, static_cast<int64_t>(kGrainSeconds / 2 * sampleRate)); }

bool soundsInGrains(double speed, Pitch pitch) { return pitch == Pitch::kept && std::fabs(speed) <= kFastestGrains; }

}  // namespace

bool playsGrains(const Motion& motion) {
  return motion.rolling && !motion.speed.isOne() && soundsInGrains(motion.speed.value(), motion.pitch);
}

int64_t reachSamples(double speed, Pitch pitch, uint32_t sampleRate) {
  if (speed == 1 || speed == 0) return 0;
  const double pace = std::fabs(speed);
  if (!soundsInGrains(speed, pitch)) return static_cast<int64_t>(dsp::SincKernel::reach(std::max(1.0, pace))) + 1;
  // A grain plays on for two hops from where the playhead was two hops before, at the most.
  return static_cast<int64_t>(std::ceil(static_cast<double>(2 * hopSamples(sampleRate)) * (1 + pace)));
}

SpanBuffer::SpanBuffer() : weights(dsp::SincKernel::kMaxTaps + 2) {
  for (auto& channel : channels) channel.resize(kCapacity);
}

Voice::Voice() : places_(kChunkFrames) {
  for (auto& channel : mix_) channel.resize(kChunkFrames);
}

void Voice::render(int64_t clock, size_t frames, const LiveInput& live, SpanBuffer& span) noexcept {
  for (auto& channel : mix_) std::fill_n(channel.begin(), frames, 0.0);
  if (!scene) return;
  if (!motion.rolling) return addLive(clock, frames, live);
  if (motion.speed.isOne()) {
    const int64_t from = unrolledAt(motion, clock).sample;
    renderSpan(from, frames, true, live, {mix(0), mix(1), mix(2), mix(3)});
    return addGenerators(from, frames);
  }
  if (playsGrains(motion)) renderGrains(clock, frames, span);
  else renderAsTape(clock, frames, span);
  addLive(clock, frames, live);
}

/// Renders the timeline forward into `to`, which is silent: in the pieces that loop and chunk leave whole.
void Voice::renderSpan(int64_t fromUnrolled, size_t frames, bool withLive, const LiveInput& live,
                       const std::array<double*, kMixChannels>& to) noexcept {
  for (size_t done = 0; done < frames;) {
    const int64_t unrolled = fromUnrolled + static_cast<int64_t>(done), from = rolledSample(motion, unrolled);
    const size_t count = static_cast<size_t>(
        std::min<int64_t>({static_cast<int64_t>(frames - done), static_cast<int64_t>(kChunkFrames), contiguousSamples(motion, unrolled)}));
    MonitorPass pass;
    pass.live = withLive;
    pass.rolling = true;
    pass.punchedIn = punchedIn;
    if (withLive) {
      pass.in = live.in + done * live.channels;
      pass.inputChannels = live.channels;
      pass.cueInputGains = live.cueInputGains + done;
    }
    if (scene->hasCue()) pass.cueLeft = to[2] + done, pass.cueRight = to[3] + done;
    scene->monitor().pass = pass;
    scene->render(from, count);
    std::copy_n(scene->master(0), count, to[0] + done);
    std::copy_n(scene->master(1), count, to[1] + done);
    done += count;
  }
}

/// Beeps and clicks have their place on the timeline: nobody times by them at another speed.
void Voice::addGenerators(int64_t fromUnrolled, size_t frames) noexcept {
  if (!scene->hasGenerators()) return;
  for (size_t done = 0; done < frames;) {
    const int64_t unrolled = fromUnrolled + static_cast<int64_t>(done), from = rolledSample(motion, unrolled);
    const auto count = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(frames - done), contiguousSamples(motion, unrolled)));
    scene->addGenerators(from, count, false, mix(4) + done);
    if (scene->hasCue()) scene->addGenerators(from, count, true, mix(5) + done);
    done += count;
  }
}

/// Inputs that are heard while nothing is played at speed 1, with the faders as they are at the playhead.
void Voice::addLive(int64_t clock, size_t frames, const LiveInput& live) noexcept {
  if (!scene->monitor().hasInputs()) return;
  MonitorPass pass;
  pass.clips = false;
  pass.automaticOnly = automaticOnly;
  pass.rolling = motion.rolling;
  pass.punchedIn = punchedIn;
  pass.in = live.in;
  pass.inputChannels = live.channels;
  pass.cueInputGains = live.cueInputGains;
  if (scene->hasCue()) pass.cueLeft = mix(2), pass.cueRight = mix(3);
  scene->monitor().pass = pass;
  for (size_t i = 0; i < frames; i++) places_[i] = rolledSample(motion, unrolledAt(motion, clock + static_cast<int64_t>(i)).sample);
  scene->renderInputs(places_.data(), frames);
  for (int side = 0; side < 2; side++) {
    const double* from = scene->master(side);
    for (size_t i = 0; i < frames; i++) mix_[static_cast<size_t>(side)][i] += from[i];
  }
}

void Voice::renderAsTape(int64_t clock, size_t frames, SpanBuffer& span) noexcept {
  const double stretch = std::max(1.0, std::fabs(motion.speed.value()));
  const auto reach = static_cast<int64_t>(dsp::SincKernel::reach(stretch));
  const int64_t first = unrolledAt(motion, clock).sample,
                last = unrolledAt(motion, clock + static_cast<int64_t>(frames) - 1).sample;
  const int64_t from = std::min(first, last) - reach + 1, to = std::max(first, last) + reach + 1;
  const auto count = static_cast<size_t>(to - from);
  for (auto& channel : span.channels) std::fill_n(channel.begin(), count, 0.0);
  renderSpan(from, count, false, {},
             {span.channels[0].data(), span.channels[1].data(), span.channels[2].data(), span.channels[3].data()});
  const size_t channels = scene->hasCue() ? kMixChannels : 2, taps = static_cast<size_t>(2 * reach);
  double* const weights = span.weights.data();
  for (size_t i = 0; i < frames; i++) {
    const ExactPosition at = unrolledAt(motion, clock + static_cast<int64_t>(i));
    span.kernel.weights(at.fraction, stretch, weights);
    const auto place = static_cast<size_t>(at.sample - reach + 1 - from);
    for (size_t channel = 0; channel < channels; channel++) {
      const double* samples = span.channels[channel].data() + place;
      double sum = 0;
      for (size_t tap = 0; tap < taps; tap++) sum += samples[tap] * weights[tap];
      mix_[channel][i] = sum;
    }
  }
}

/// Grain k sounds from frame k h to (k + 2) h of the motion, h half a grain, and plays forward at speed 1 from where the
/// playhead was at its beginning; raised-cosine windows of two neighbours add up to 1.
void Voice::renderGrains(int64_t clock, size_t frames, SpanBuffer& span) noexcept {
  const int64_t hop = hopSamples(scene->plan().sampleRate);
  for (size_t done = 0; done < frames;) {
    const int64_t elapsed = clock - motion.startClock + static_cast<int64_t>(done);
    const int64_t grain = elapsed / hop, within = elapsed % hop;
    const auto count = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(frames - done), hop - within));
    for (int older = 0; older < 2; older++) {
      const int64_t k = grain - older;
      // Before the first grain there was one that runs into it without a seam.
      const int64_t start = k < 0 ? motion.fromSample - hop : unrolledAt(motion, motion.startClock + k * hop).sample;
      for (auto& channel : span.channels) std::fill_n(channel.begin(), count, 0.0);
      renderSpan(start + within + older * hop, count, false, {},
                 {span.channels[0].data(), span.channels[1].data(), span.channels[2].data(), span.channels[3].data()});
      for (size_t channel = 0; channel < kMixChannels; channel++) {
        for (size_t i = 0; i < count; i++) {
          const double rise = 0.5 - 0.5 * std::cos(dsp::kPi * (static_cast<double>(within) + static_cast<double>(i)) / static_cast<double>(hop));
          mix_[channel][done + i] += span.channels[channel][i] * (older ? 1 - rise : rise);
        }
      }
    }
    done += count;
  }
}

}  // namespace twopop::rt
