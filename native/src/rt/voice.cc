#include "rt/voice.h"

#include <algorithm>

namespace twopop::rt {
namespace {

/// Whether it is in a loop so short that rendering it again each time would take longer than the frames last.
bool goesRoundShortLoop(const Motion& motion) {
  return motion.loops() && motion.loop.to - motion.loop.from < static_cast<int64_t>(kShortLoopFrames);
}

}  // namespace

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
  for (TapeSpan& tape : tapes_) tape.forget();
  stretchBefore_ = tapeStretch(along.speed.value());
  stretchClock_ = along.startClock;
}

void Voice::render(int64_t clock, size_t frames, const LiveInput& live, VoiceScratch& scratch) noexcept {
  for (auto& channel : mix_) std::fill_n(channel.begin(), frames, 0.0);
  if (!scene) return;
  if (!motion.rolling) return addLive(clock, frames, live);
  if (soundingOf(motion) == Sounding::normal) {
    const int64_t from = unrolledAt(motion, clock).sample;
    const bool inPieces = goesRoundShortLoop(motion);
    renderSpan(from, frames, !inPieces, live, {mix(0), mix(1), mix(2), mix(3)});
    if (inPieces) addLive(clock, frames, live);
    return addGenerators(from, frames);
  }
  switch (soundingOf(motion)) {
    case Sounding::grains: renderGrains(clock, frames, scratch); break;
    case Sounding::pieces: renderPieces(clock, frames, scratch); break;
    default: renderAsTape(clock, frames, scratch);
  }
  addLive(clock, frames, live);
}

/// Renders the timeline forward into `to`, which is silent: in the pieces that loop and chunk leave whole.
void Voice::renderSpan(int64_t fromUnrolled, size_t frames, bool withLive, const LiveInput& live, const MixPointers& to) noexcept {
  for (size_t done = 0; done < frames;) {
    const int64_t unrolled = fromUnrolled + static_cast<int64_t>(done), from = rolledSample(motion, unrolled);
    const MixPointers at{to[0] + done, to[1] + done, to[2] + done, to[3] + done};
    if (!withLive && goesRoundShortLoop(motion) && motion.loop.holds(from)) {
      // Going backwards, what lies from the loop's beginning on is the way into it, which is gone once.
      const int64_t inLoop = motion.speed.numerator > 0 ? kNever : motion.loop.from - unrolled;
      if (inLoop > 0) {
        const auto count = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(frames - done), inLoop));
        renderLaps(from, count, at);
        done += count;
        continue;
      }
    }
    const size_t count = static_cast<size_t>(
        std::min<int64_t>({static_cast<int64_t>(frames - done), static_cast<int64_t>(kChunkFrames), contiguousSamples(motion, unrolled)}));
    LiveInput rest = live;
    if (withLive) rest.in += done * live.channels, rest.cueInputGains += done;
    renderPiece(from, count, withLive, rest, at);
    done += count;
  }
}

/// A piece of the timeline itself, at most kChunkFrames.
void Voice::renderPiece(int64_t from, size_t frames, bool withLive, const LiveInput& live, const MixPointers& to) noexcept {
  MonitorPass pass;
  pass.live = withLive;
  pass.rolling = true;
  pass.punchedIn = punchedIn;
  pass.in = live.in;
  pass.inputChannels = live.channels;
  pass.cueInputGains = live.cueInputGains;
  if (scene->hasCue()) pass.cueLeft = to[2], pass.cueRight = to[3];
  scene->monitor().pass = pass;
  scene->render(from, frames);
  std::copy_n(scene->master(0), frames, to[0]);
  std::copy_n(scene->master(1), frames, to[1]);
}

/// Round and round a short loop, from a sample within it: it is rendered once.
void Voice::renderLaps(int64_t from, size_t frames, const MixPointers& to) noexcept {
  const auto length = static_cast<size_t>(motion.loop.to - motion.loop.from), first = static_cast<size_t>(from - motion.loop.from);
  for (auto& channel : lap_) channel.fill(0);
  renderPiece(motion.loop.from, length, false, {}, {lap_[0].data(), lap_[1].data(), lap_[2].data(), lap_[3].data()});
  for (size_t channel = 0; channel < kMixChannels; channel++) {
    for (size_t i = 0, place = first; i < frames; i++) {
      to[channel][i] = lap_[channel][place];
      if (++place == length) place = 0;
    }
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

}  // namespace twopop::rt
