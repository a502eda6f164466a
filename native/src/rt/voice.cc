#include "rt/voice.h"

#include <algorithm>
#include <cmath>

#include "dsp/fade-curve.h"

namespace twopop::rt {
namespace {

/// Of grains that overlap by half: 40 ms are about four periods of the lowest voice and one syllable's quarter.
constexpr double kGrainSeconds = 0.04;
constexpr double kFastestGrains = 4;
constexpr double kGlideSeconds = 0.005;

/// How much wider than at speed 1 the interpolation of a tape has to be, so that nothing folds down.
double stretchOf(const Motion& motion) { return std::max(1.0, std::fabs(motion.speed.value())); }

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

VoiceScratch::VoiceScratch() : weights(dsp::SincKernel::kMaxTaps + 2) {
  for (auto& channel : grain) channel.resize(kChunkFrames);
}

Voice::Voice() : places_(kChunkFrames) {
  for (auto& channel : mix_) channel.resize(kChunkFrames);
}

void Voice::begin(Scene* played, const Motion& along, bool isPunchedIn) noexcept {
  scene = played;
  motion = along;
  punchedIn = isPunchedIn;
  automaticOnly = false;
  tape_.forget();
  stretchBefore_ = stretchOf(along);
  stretchClock_ = along.startClock;
}

void Voice::alter(const Motion& changed, int64_t clock) noexcept {
  const bool turns = (motion.speed.numerator > 0) != (changed.speed.numerator > 0);
  const bool loopsElsewhere = motion.loop.from != changed.loop.from || motion.loop.to != changed.loop.to;
  const int64_t at = unrolledAt(changed, clock).sample;
  // What has been played stays as it was heard, also where the new loop would have had it otherwise.
  tape_.renumber(at - unrolledAt(motion, clock).sample);
  if (turns || (loopsElsewhere && changed.speed.numerator < 0)) tape_.forget();
  else if (loopsElsewhere) tape_.forgetFrom(at);
  if (stretchOf(motion) != stretchOf(changed)) {
    stretchBefore_ = stretchAt(clock);
    stretchClock_ = clock;
  }
  motion = changed;
}

/// Its interpolation gets wider or narrower within 5 ms: at once it would click where the sound is bright.
double Voice::stretchAt(int64_t clock) const noexcept {
  const double now = stretchOf(motion), past = static_cast<double>(clock - stretchClock_) / (kGlideSeconds * scene->plan().sampleRate);
  return past >= 1 ? now : stretchBefore_ + (now - stretchBefore_) * past;
}

void Voice::render(int64_t clock, size_t frames, const LiveInput& live, VoiceScratch& scratch) noexcept {
  for (auto& channel : mix_) std::fill_n(channel.begin(), frames, 0.0);
  if (!scene) return;
  if (!motion.rolling) return addLive(clock, frames, live);
  if (motion.speed.isOne()) {
    const int64_t from = unrolledAt(motion, clock).sample;
    renderSpan(from, frames, true, live, {mix(0), mix(1), mix(2), mix(3)});
    return addGenerators(from, frames);
  }
  if (playsGrains(motion)) renderGrains(clock, frames, scratch);
  else renderAsTape(clock, frames, scratch);
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

void Voice::renderAsTape(int64_t clock, size_t frames, VoiceScratch& scratch) noexcept {
  const int64_t lastClock = clock + static_cast<int64_t>(frames) - 1;
  const auto reach = static_cast<int64_t>(dsp::SincKernel::reach(std::max(stretchAt(clock), stretchAt(lastClock))));
  const int64_t first = unrolledAt(motion, clock).sample, last = unrolledAt(motion, lastClock).sample;
  tape_.hold(std::min(first, last) - reach + 1, std::max(first, last) + reach + 1,
             [this](int64_t from, size_t count, const std::array<double*, kMixChannels>& to) { renderSpan(from, count, false, {}, to); });
  const size_t channels = scene->hasCue() ? kMixChannels : 2;
  double* const weights = scratch.weights.data();
  for (size_t i = 0; i < frames; i++) {
    const int64_t now = clock + static_cast<int64_t>(i);
    const ExactPosition at = unrolledAt(motion, now);
    const double stretch = stretchAt(now);
    const auto width = static_cast<int64_t>(dsp::SincKernel::reach(stretch));
    scratch.kernel.weights(at.fraction, stretch, weights);
    for (size_t channel = 0; channel < channels; channel++) {
      const double* samples = tape_.at(channel, at.sample - width + 1);
      double sum = 0;
      for (int64_t tap = 0; tap < 2 * width; tap++) sum += samples[tap] * weights[tap];
      mix_[channel][i] = sum;
    }
  }
}

/// Grain k sounds from frame k h to (k + 2) h of the motion, h half a grain, and plays forward at speed 1 from where the
/// playhead was at its beginning; raised-cosine windows of two neighbours add up to 1.
void Voice::renderGrains(int64_t clock, size_t frames, VoiceScratch& scratch) noexcept {
  const int64_t hop = hopSamples(scene->plan().sampleRate);
  for (size_t done = 0; done < frames;) {
    const int64_t elapsed = clock - motion.startClock + static_cast<int64_t>(done);
    const int64_t grain = elapsed / hop, within = elapsed % hop;
    const auto count = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(frames - done), hop - within));
    for (int older = 0; older < 2; older++) {
      const int64_t k = grain - older;
      // Before the first grain there was one that runs into it without a seam.
      const int64_t start = k < 0 ? motion.fromSample - hop : unrolledAt(motion, motion.startClock + k * hop).sample;
      for (auto& channel : scratch.grain) std::fill_n(channel.begin(), count, 0.0);
      renderSpan(start + within + older * hop, count, false, {},
                 {scratch.grain[0].data(), scratch.grain[1].data(), scratch.grain[2].data(), scratch.grain[3].data()});
      for (size_t i = 0; i < count; i++) {
        const double rise = 0.5 - 0.5 * std::cos(dsp::kPi * (static_cast<double>(within) + static_cast<double>(i)) / static_cast<double>(hop));
        for (size_t channel = 0; channel < kMixChannels; channel++) {
          mix_[channel][done + i] += scratch.grain[channel][i] * (older ? 1 - rise : rise);
        }
      }
    }
    done += count;
  }
}

}  // namespace twopop::rt
