// How a voice sounds at speeds other than 1: as a tape, in grains that keep the pitch, or in pieces of a tape that is faster
// than anyone can listen.
#include <algorithm>
#include <cmath>

#include "dsp/fade-curve.h"
#include "rt/voice.h"

namespace twopop::rt {
namespace {

/// Of grains that overlap by half: 40 ms are about four periods of the lowest voice and one syllable's quarter.
constexpr double kGrainSeconds = 0.04;
constexpr double kFastestGrains = 4;

/// Faster than this a tape is heard in pieces: each sounds as it would at kPieceSpeed, for a syllable's length, and what
/// lies between two is left out. No frame asks for more of the timeline than a tape of kFastestTape does.
constexpr double kFastestTape = 4;
constexpr int64_t kPieceSpeed = 2;
constexpr double kPieceSeconds = 0.1, kPieceFadeSeconds = 0.01;

constexpr double kGlideSeconds = 0.005;

int64_t samplesOf(double seconds, uint32_t sampleRate) { return std::max<int64_t>(1, static_cast<int64_t>(seconds * sampleRate)); }

Sounding soundingOf(double speed, Pitch pitch) {
  const double pace = std::fabs(speed);
  if (pitch == Pitch::kept && pace <= kFastestGrains) return Sounding::grains;
  return pace <= kFastestTape ? Sounding::tape : Sounding::pieces;
}

/// Half of a raised cosine: 0 at 0, 1 at `length`.
double rise(int64_t at, int64_t length) {
  return 0.5 - 0.5 * std::cos(dsp::kPi * static_cast<double>(at) / static_cast<double>(length));
}

}  // namespace

Sounding soundingOf(const Motion& motion) {
  return motion.speed.isOne() ? Sounding::normal : soundingOf(motion.speed.value(), motion.pitch);
}

double tapeStretch(double speed) { return std::max(1.0, std::fabs(speed)); }

int64_t reachSamples(double speed, Pitch pitch, uint32_t sampleRate) {
  if (speed == 1 || speed == 0) return 0;
  const double pace = std::fabs(speed);
  switch (soundingOf(speed, pitch)) {
    // A grain plays on for two hops from where the playhead was two hops before, at the most.
    case Sounding::grains:
      return static_cast<int64_t>(std::ceil(static_cast<double>(2 * samplesOf(kGrainSeconds / 2, sampleRate)) * (1 + pace)));
    // A piece falls behind the playhead until the one after it has taken over.
    case Sounding::pieces:
      return static_cast<int64_t>(std::ceil((pace - kPieceSpeed) * (kPieceSeconds + kPieceFadeSeconds) * sampleRate)) +
             static_cast<int64_t>(dsp::SincKernel::reach(kPieceSpeed)) + 2;
    default: return static_cast<int64_t>(dsp::SincKernel::reach(tapeStretch(speed))) + 1;
  }
}

void Voice::alter(const Motion& changed, int64_t clock) noexcept {
  const bool turns = (motion.speed.numerator > 0) != (changed.speed.numerator > 0);
  const bool loopsElsewhere = motion.loop.from != changed.loop.from || motion.loop.to != changed.loop.to;
  const int64_t at = unrolledAt(changed, clock).sample;
  TapeSpan& tape = tapes_[0];
  // What has been played stays as it was heard, also where the new loop would have had it otherwise.
  tape.renumber(at - unrolledAt(motion, clock).sample);
  if (turns || (loopsElsewhere && changed.speed.numerator < 0)) tape.forget();
  else if (loopsElsewhere) tape.forgetFrom(at);
  if (scene && motion.speed.value() != changed.speed.value()) {
    stretchBefore_ = stretchAt(clock);
    stretchClock_ = clock;
  }
  motion = changed;
}

/// The interpolation gets wider or narrower within 5 ms: at once it would click where the sound is bright.
double Voice::stretchAt(int64_t clock) const noexcept {
  const double now = tapeStretch(motion.speed.value()),
               past = static_cast<double>(clock - stretchClock_) / (kGlideSeconds * scene->plan().sampleRate);
  return past >= 1 ? now : stretchBefore_ + (now - stretchBefore_) * past;
}

/// Has the samples about the unrolled positions `first`..`last` (in either order) on the tape.
void Voice::holdTape(TapeSpan& tape, int64_t first, int64_t last, double stretch) noexcept {
  const auto reach = static_cast<int64_t>(dsp::SincKernel::reach(stretch));
  tape.hold(std::min(first, last) - reach + 1, std::max(first, last) + reach + 1,
            [this](int64_t from, size_t count, const MixPointers& to) { renderSpan(from, count, false, {}, to); });
}

void Voice::renderAsTape(int64_t clock, size_t frames, VoiceScratch& scratch) noexcept {
  const int64_t lastClock = clock + static_cast<int64_t>(frames) - 1;
  holdTape(tapes_[0], unrolledAt(motion, clock).sample, unrolledAt(motion, lastClock).sample,
           std::max(stretchAt(clock), stretchAt(lastClock)));
  for (size_t i = 0; i < frames; i++) {
    const int64_t now = clock + static_cast<int64_t>(i);
    const ExactPosition at = unrolledAt(motion, now);
    const double stretch = stretchAt(now);
    scratch.kernel.weights(at.fraction, stretch, scratch.weights.data());
    addTape(tapes_[0], at.sample, stretch, 1, scratch, i);
  }
}

/// Adds what a tape sounds like at a position, whose weights are in the scratch, to a frame.
void Voice::addTape(const TapeSpan& tape, int64_t at, double stretch, double gain, const VoiceScratch& scratch, size_t frame) noexcept {
  const auto width = static_cast<int64_t>(dsp::SincKernel::reach(stretch));
  const double* const weights = scratch.weights.data();
  for (size_t channel = 0; channel < (scene->hasCue() ? kMixChannels : 2); channel++) {
    const double* samples = tape.at(channel, at - width + 1);
    double sum = 0;
    for (int64_t tap = 0; tap < 2 * width; tap++) sum += samples[tap] * weights[tap];
    mix_[channel][frame] += sum * gain;
  }
}

/// Piece k begins at frame k h of the motion where the playhead is then, and fades into the next one from frame (k + 1) h on.
void Voice::renderPieces(int64_t clock, size_t frames, VoiceScratch& scratch) noexcept {
  const uint32_t rate = scene->plan().sampleRate;
  const int64_t hop = samplesOf(kPieceSeconds, rate), fade = samplesOf(kPieceFadeSeconds, rate);
  const int64_t step = motion.speed.numerator > 0 ? kPieceSpeed : -kPieceSpeed;
  for (size_t done = 0; done < frames;) {
    const int64_t elapsed = clock - motion.startClock + static_cast<int64_t>(done);
    const int64_t newest = elapsed / hop, within = elapsed % hop;
    const bool fades = newest > 0 && within < fade;
    const auto count = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(frames - done), (fades ? fade : hop) - within));
    for (int64_t older = fades ? 1 : 0; older >= 0; older--) {
      const ExactPosition start = unrolledAt(motion, motion.startClock + (newest - older) * hop);
      const int64_t first = start.sample + step * (within + older * hop);
      TapeSpan& tape = tapes_[static_cast<size_t>((newest - older) % 2)];
      holdTape(tape, first, first + step * static_cast<int64_t>(count - 1), kPieceSpeed);
      scratch.kernel.weights(start.fraction, kPieceSpeed, scratch.weights.data());
      for (size_t i = 0; i < count; i++) {
        const double risen = fades ? rise(within + static_cast<int64_t>(i), fade) : 1;
        addTape(tape, first + step * static_cast<int64_t>(i), kPieceSpeed, older ? 1 - risen : risen, scratch, done + i);
      }
    }
    done += count;
  }
}

/// Grain k sounds from frame k h to (k + 2) h of the motion, h half a grain, and plays forward at speed 1 from where the
/// playhead was at its beginning; raised-cosine windows of two neighbours add up to 1.
void Voice::renderGrains(int64_t clock, size_t frames, VoiceScratch& scratch) noexcept {
  const int64_t hop = samplesOf(kGrainSeconds / 2, scene->plan().sampleRate);
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
        const double risen = rise(within + static_cast<int64_t>(i), hop);
        for (size_t channel = 0; channel < kMixChannels; channel++) {
          mix_[channel][done + i] += scratch.grain[channel][i] * (older ? 1 - risen : risen);
        }
      }
    }
    done += count;
  }
}

}  // namespace twopop::rt
