// Positions of the transport: for any clock, exactly, whatever the speed, the loop and the size of blocks.
#include "rt/transport.h"

#include <cmath>

#include "check.h"

using namespace twopop::rt;

namespace {

Motion rolling(int64_t startClock, int64_t from, Speed speed = {1, 1}) {
  Motion motion;
  motion.rolling = true;
  motion.startClock = startClock;
  motion.fromSample = from;
  motion.speed = speed;
  return motion;
}

int64_t floorOf(int64_t value, int64_t divisor) { return value / divisor - (value % divisor < 0 ? 1 : 0); }

}  // namespace

TEST("at speed 1 a sample of the timeline passes every frame") {
  const Motion motion = rolling(1000, 48000);
  CHECK_EQUAL(timelineAt(motion, 999), 48000);
  CHECK_EQUAL(timelineAt(motion, 1000), 48000);
  CHECK_EQUAL(timelineAt(motion, 1001), 48001);
  CHECK_EQUAL(timelineAt(motion, int64_t{1000} + 3600 * 48000), int64_t{48000} + 3600 * 48000);
  CHECK_EQUAL(clockAt(motion, 48100), 1100);
  CHECK_EQUAL(clockAt(motion, 47999), kNever);
}

TEST("the n-th seam of a loop lies where arithmetic says") {
  Motion motion = rolling(500, 900);
  motion.loop = {1000, 1700};
  for (int64_t n = 0; n < 50; n++) {
    const int64_t seam = 500 + (1700 - 900) + n * 700;
    CHECK_EQUAL(seamClock(motion, n), seam);
    CHECK_EQUAL(timelineAt(motion, seam), 1000);
    CHECK_EQUAL(timelineAt(motion, seam - 1), 1699);
    CHECK_EQUAL(clockAt(motion, 1000, n + 1), seam);
  }
  CHECK_EQUAL(clockAt(motion, 950), 550);
  CHECK_EQUAL(clockAt(motion, 950, 1), kNever);
}

TEST("who starts behind a loop plays on, who starts before it is caught") {
  Motion motion = rolling(0, 1700);
  motion.loop = {1000, 1700};
  CHECK_EQUAL(timelineAt(motion, 10000), 11700);
  CHECK_EQUAL(seamClock(motion, 0), kNever);
  motion.fromSample = 1699;
  CHECK_EQUAL(timelineAt(motion, 1), 1000);
}

TEST("a film speed is a fraction that never drifts") {
  const Motion motion = rolling(0, 0, {24000, 25025});
  // An hour of frames and a hundred: exactly floor(e n / d).
  for (const int64_t elapsed : {int64_t{25025}, int64_t{172800000}, int64_t{4800000000000}, int64_t{4800000000001}}) {
    CHECK_EQUAL(timelineAt(motion, elapsed), elapsed / 25025 * 24000 + elapsed % 25025 * 24000 / 25025);
  }
  CHECK_EQUAL(timelineAt(rolling(0, 0, {25, 24}), 24), 25);
  CHECK_EQUAL(timelineAt(rolling(0, 0, {1, 2}), 7), 3);
  CHECK_NEAR(unrolledAt(rolling(0, 0, {1, 2}), 7).fraction, 0.5, 0);
}

TEST("positions, clocks, ends and seams agree for random motions, stepped frame by frame") {
  check::Random random;
  for (int round = 0; round < 400; round++) {
    Speed speed{random.within(-80, 80), random.within(1, 30)};
    if (!speed.isValid()) continue;
    Motion motion = rolling(random.within(0, 1000), random.within(-500, 500), speed);
    motion.phase = random.within(0, speed.denominator - 1);
    if (random.within(0, 1)) {
      motion.loop.from = random.within(-600, 600);
      motion.loop.to = motion.loop.from + random.within(1, 300);
    }
    if (random.within(0, 1)) motion.endSample = random.within(-800, 800);
    const bool loops = motion.loops(), forward = speed.numerator > 0;
    bool ended = false;
    int64_t endedAt = kNever;
    for (int64_t e = 0; e < 600; e++) {
      // By the slow way: where it is without a loop, then round it step by step.
      int64_t at = motion.fromSample + floorOf(motion.phase + e * speed.numerator, speed.denominator);
      if (loops) {
        while (forward && at >= motion.loop.to) at -= motion.loop.to - motion.loop.from;
        while (!forward && at < motion.loop.from) at += motion.loop.to - motion.loop.from;
      } else if (motion.endSample != kNever && (forward ? at >= motion.endSample : at < motion.endSample)) {
        ended = true;
      }
      if (ended) at = motion.endSample;
      if (ended && endedAt == kNever) endedAt = motion.startClock + e;
      REQUIRE(timelineAt(motion, motion.startClock + e) == at);
      if (!ended) {
        const Motion later = anchoredAt(motion, motion.startClock + e);
        REQUIRE(timelineAt(later, motion.startClock + e + 17) == timelineAt(motion, motion.startClock + e + 17));
        const int64_t when = clockAt(motion, at);
        if (when != kNever) REQUIRE(when <= motion.startClock + e);
      }
    }
    if (endedAt != kNever) CHECK_EQUAL(endClock(motion), endedAt);
    if (loops) {
      const int64_t seam = seamClock(motion, 2);
      CHECK(forward ? unrolledAt(motion, seam).sample >= motion.loop.to : unrolledAt(motion, seam).sample < motion.loop.from);
    }
  }
}

TEST("the punch opens and closes at its samples, on every pass of a loop") {
  Motion motion = rolling(100, 0);
  motion.loop = {500, 1500};
  motion.punch = {700, 900};
  int64_t in = 0, changes = 0;
  bool before = false;
  int64_t next = 0;
  for (int64_t clock = 100; clock < 100 + 1500 + 3000; clock++) {
    const bool now = isPunchedIn(motion, clock);
    CHECK_EQUAL(now, motion.punch.holds(timelineAt(motion, clock)));
    if (now != before) {
      changes++;
      CHECK(next == clock);
    }
    if (clock >= next) next = nextPunchClock(motion, clock);
    before = now;
    in += now;
  }
  CHECK_EQUAL(in, 4 * 200);
  CHECK_EQUAL(changes, 8);
}

TEST("a punch about a whole loop, or aside from it, never changes within it") {
  Motion motion = rolling(0, 100);
  motion.loop = {100, 101};
  for (const TimelineSpan punch : {TimelineSpan{50, 200}, TimelineSpan{100, 101}, TimelineSpan{100, kNever}, TimelineSpan{0, 100}, TimelineSpan{101, 200}}) {
    motion.punch = punch;
    CHECK_EQUAL(nextPunchClock(motion, 500), kNever);
  }
  motion.loop = {100, 102};
  motion.punch = {101, 102};
  CHECK_EQUAL(nextPunchClock(motion, 500), 501);
}
