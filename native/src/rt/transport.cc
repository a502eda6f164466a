#include "rt/transport.h"

#include <algorithm>

namespace twopop::rt {
namespace {

/// Of a division that rounds down; `divisor` > 0.
int64_t floorDivide(int64_t value, int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

int64_t floorModulo(int64_t value, int64_t divisor) {
  const int64_t rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}

/// phase + elapsed * numerator, as whole samples and a rest of the denominator, without leaving 64 bits.
void advance(const Motion& motion, int64_t elapsed, int64_t& samples, int64_t& rest) {
  const Speed& speed = motion.speed;
  const int64_t inPart = elapsed % speed.denominator * speed.numerator + motion.phase;
  samples = elapsed / speed.denominator * speed.numerator + floorDivide(inPart, speed.denominator);
  rest = floorModulo(inPart, speed.denominator);
}

/// The first clock at which an unrolled position is reached in the direction of travel.
int64_t clockOfUnrolled(const Motion& motion, int64_t unrolled) {
  const Speed& speed = motion.speed;
  const int64_t whole = unrolled - motion.fromSample;
  if (speed.numerator > 0 ? whole <= 0 : whole >= 0) return motion.startClock;
  // Forward the least e with phase + e n >= far d, backwards the least with phase - e n < (1 - far) d; far is taken apart
  // into n q + r, so that no product leaves 64 bits.
  const bool forward = speed.numerator > 0;
  const int64_t step = forward ? speed.numerator : -speed.numerator, far = forward ? whole : -whole - 1;
  const int64_t quotient = far / step, part = far % step * speed.denominator;
  if (quotient > (kNever >> 1) / speed.denominator) return kNever;
  const int64_t elapsed = quotient * speed.denominator +
                          (forward ? -floorDivide(motion.phase - part, step) : floorDivide(motion.phase + part, step) + 1);
  return motion.startClock + std::max<int64_t>(0, elapsed);
}

}  // namespace

bool Motion::loops() const {
  if (!rolling || loop.isEmpty()) return false;
  return speed.numerator > 0 ? fromSample < loop.to : fromSample >= loop.from;
}

ExactPosition unrolledAt(const Motion& motion, int64_t clock) {
  if (!motion.rolling) return {motion.fromSample, 0};
  int64_t samples, rest;
  advance(motion, std::max<int64_t>(0, clock - motion.startClock), samples, rest);
  return {motion.fromSample + samples, static_cast<double>(rest) / static_cast<double>(motion.speed.denominator)};
}

int64_t rolledSample(const Motion& motion, int64_t unrolled) {
  if (!motion.loops()) return unrolled;
  const int64_t length = motion.loop.to - motion.loop.from;
  if (motion.speed.numerator > 0) {
    return unrolled < motion.loop.to ? unrolled : motion.loop.from + (unrolled - motion.loop.to) % length;
  }
  return unrolled >= motion.loop.from ? unrolled : motion.loop.to - 1 - (motion.loop.from - 1 - unrolled) % length;
}

int64_t contiguousSamples(const Motion& motion, int64_t unrolled) {
  if (!motion.loops()) return kNever;
  if (motion.speed.numerator < 0 && unrolled >= motion.loop.from) return kNever;
  // On the way in the sample may lie before the loop; the piece ends at the far end all the same.
  return motion.loop.to - rolledSample(motion, unrolled);
}

int64_t timelineAt(const Motion& motion, int64_t clock) {
  if (clock >= endClock(motion)) return motion.endSample;
  return rolledSample(motion, unrolledAt(motion, clock).sample);
}

int64_t clockAt(const Motion& motion, int64_t sample, int64_t pass) {
  if (!motion.rolling || pass < 0) return kNever;
  const bool forward = motion.speed.numerator > 0;
  int64_t unrolled = sample;
  const bool ahead = forward ? sample >= motion.fromSample : sample <= motion.fromSample;
  if (motion.loops()) {
    const int64_t length = motion.loop.to - motion.loop.from;
    const bool reachedFirst = ahead && (forward ? sample < motion.loop.to : sample >= motion.loop.from);
    if (!reachedFirst && !motion.loop.holds(sample)) return kNever;
    const int64_t rounds = pass + (reachedFirst ? 0 : 1);
    if (rounds > 0 && !motion.loop.holds(sample)) return kNever;
    unrolled += forward ? rounds * length : -rounds * length;
  } else {
    if (!ahead || pass > 0) return kNever;
    if (motion.endSample != kNever && (forward ? sample >= motion.endSample : sample < motion.endSample)) return kNever;
  }
  return clockOfUnrolled(motion, unrolled);
}

int64_t endClock(const Motion& motion) {
  if (!motion.rolling || motion.endSample == kNever || motion.loops()) return kNever;
  return clockOfUnrolled(motion, motion.speed.numerator > 0 ? motion.endSample : motion.endSample - 1);
}

int64_t seamClock(const Motion& motion, int64_t n) {
  if (!motion.loops() || n < 0) return kNever;
  const int64_t length = motion.loop.to - motion.loop.from;
  return clockOfUnrolled(motion, motion.speed.numerator > 0 ? motion.loop.to + n * length
                                                            : motion.loop.from - 1 - n * length);
}

bool isPunchedIn(const Motion& motion, int64_t clock) {
  return motion.rolling && motion.speed.isOne() && clock >= motion.startClock && motion.punch.holds(timelineAt(motion, clock));
}

int64_t nextPunchClock(const Motion& motion, int64_t clock) {
  if (!motion.rolling || !motion.speed.isOne() || motion.punch.isEmpty()) return kNever;
  if (clock < motion.startClock) return motion.startClock;
  const int64_t at = timelineAt(motion, clock);
  const TimelineSpan &loop = motion.loop, &punch = motion.punch;
  if (motion.loops() && loop.holds(at)) {
    const bool allOfIt = punch.from <= loop.from && punch.to >= loop.to, noneOfIt = punch.to <= loop.from || punch.from >= loop.to;
    if (allOfIt || noneOfIt) return kNever;
  }
  int64_t ahead = kNever;
  const auto consider = [&](int64_t distance) {
    if (distance > 0) ahead = std::min(ahead, distance);
  };
  consider(punch.from - at);
  if (punch.to != kNever) consider(punch.to - at);
  if (motion.loops()) consider(loop.to - at);
  return ahead == kNever ? kNever : clock + ahead;
}

Motion anchoredAt(const Motion& motion, int64_t clock) {
  Motion anchored = motion;
  if (!motion.rolling || clock <= motion.startClock) return anchored;
  int64_t samples, rest;
  advance(motion, clock - motion.startClock, samples, rest);
  anchored.startClock = clock;
  anchored.fromSample = rolledSample(motion, motion.fromSample + samples);
  anchored.phase = rest;
  return anchored;
}

}  // namespace twopop::rt
