// Where the timeline is at a device clock. A motion is a few numbers that never change while it lasts, so the control side
// computes the very positions that the callback plays, for any clock, without asking.
#pragma once

#include <cstdint>
#include <limits>

namespace twopop::rt {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
/// Positions beyond it are of no plan; sums of two do not leave 64 bits.
constexpr int64_t kMaxPosition = int64_t{1} << 53;
inline bool isPosition(int64_t sample) { return sample >= -kMaxPosition && sample <= kMaxPosition; }

/// Of a speed as a fraction.
constexpr int64_t kMaxSpeedDenominator = 1'000'000;
constexpr int64_t kMaxSpeed = 8;

/// Samples of the timeline per device frame: 1/1, 25/24, -1/1, 1/2. Never more than ±8.
struct Speed {
  int64_t numerator = 1;
  int64_t denominator = 1;

  double value() const { return static_cast<double>(numerator) / static_cast<double>(denominator); }
  bool isOne() const { return numerator == denominator; }
  bool isValid() const {
    return denominator >= 1 && denominator <= kMaxSpeedDenominator && numerator != 0 &&
           numerator <= kMaxSpeed * denominator && numerator >= -kMaxSpeed * denominator;
  }
};

/// How a speed other than 1 sounds: as a tape, or with the pitch kept. Beyond 4 times either is pieces of a tape at speed 2.
enum class Pitch : uint32_t { withSpeed, kept };

/// Half-open span of the timeline; empty: none.
struct TimelineSpan {
  int64_t from = 0, to = 0;
  bool isEmpty() const { return to <= from; }
  bool holds(int64_t at) const { return at >= from && at < to; }
};

/// A position between two samples: `sample` + `fraction` (0 <= fraction < 1).
struct ExactPosition {
  int64_t sample = 0;
  double fraction = 0;
};

/// Standing: the timeline is `fromSample` for ever. Rolling: at device clock `startClock` it is `fromSample` + `phase` /
/// denominator, and goes on at `speed`, round the loop where it has one, until `endSample`.
struct Motion {
  bool rolling = false;
  int64_t startClock = 0;
  int64_t fromSample = 0;
  int64_t phase = 0;
  Speed speed;
  Pitch pitch = Pitch::withSpeed;
  /// Gone round only by a playhead that has not passed its far end: one that starts behind it plays on.
  TimelineSpan loop;
  /// It stands there when it gets there; kNever: plays on. Backwards: the sample that is not played any more is the one
  /// before it. No meaning in a loop.
  int64_t endSample = kNever;
  /// Armed tracks are being recorded there (at speed 1 alone).
  TimelineSpan punch;

  /// Whether the loop is gone round.
  bool loops() const;
};

/// The position as if there were no loop and no end; before `startClock` it is `fromSample`.
ExactPosition unrolledAt(const Motion& motion, int64_t clock);
/// An unrolled position on the timeline: round the loop as often as it takes.
int64_t rolledSample(const Motion& motion, int64_t unrolled);
/// From an unrolled position forward (also of a motion that goes backwards): how many samples lie on the timeline in one
/// piece; at least 1.
int64_t contiguousSamples(const Motion& motion, int64_t unrolled);

/// The timeline's sample at a clock, of a motion that lasts until then.
int64_t timelineAt(const Motion& motion, int64_t clock);
/// The first clock at which the playhead is at or past the sample: on its `pass`-th way over it (0: the first; others in a
/// loop alone). kNever: it does not come there.
int64_t clockAt(const Motion& motion, int64_t sample, int64_t pass = 0);
/// The first clock at which it has come to its end; kNever without one.
int64_t endClock(const Motion& motion);
/// Of a loop: the clock of the first sample after its n-th seam (0: the first). kNever without a loop.
int64_t seamClock(const Motion& motion, int64_t n);

/// Whether armed tracks are recorded at this clock.
bool isPunchedIn(const Motion& motion, int64_t clock);
/// The first clock after `clock` at which isPunchedIn may change; kNever: none.
int64_t nextPunchClock(const Motion& motion, int64_t clock);

/// The same motion, told from `clock` on: what is changed in it afterwards takes effect there and nothing jumps.
Motion anchoredAt(const Motion& motion, int64_t clock);

}  // namespace twopop::rt
