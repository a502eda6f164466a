// What is heard at speeds other than 1: the right sound at the right place, without folding and without clicks.
#include "check.h"
#include "rt/engine.h"
#include "support/engine-rig.h"

using namespace check;
using namespace twopop::rt;

TEST("backwards at speed 1 is the same sound mirrored") {
  Random random;
  const MemoryPlan made = randomPlan(random, 4, 20000);
  EngineRig rig;
  rig.publish(partsOf(made));
  rig.block(300);
  EngineCommand roll = rollFrom(15000);
  roll.roll.speed = {-1, 1};
  rig.engine.post(roll);
  rig.runTo(10300, random);
  const auto expected = bounced(made, 0, 20000);
  for (int64_t i = 0; i < 10000; i++) REQUIRE(sameBits(rig, 300 + i, expected, static_cast<size_t>(15000 - i), 1));
}

TEST("as a tape a sine at any speed is a sine of another pitch") {
  Random random;
  const double hertz = 300;
  for (const Speed speed : {Speed{24, 25}, Speed{25, 24}, Speed{24000, 24024}, Speed{1, 2}, Speed{-1, 2}, Speed{2, 1}, Speed{-4, 1}, Speed{399, 100}}) {
    EngineRig rig;
    rig.publish(partsOf(planOfSamples(sine(200000, hertz))));
    rig.block(300);
    const int64_t from = speed.numerator > 0 ? 1000 : 150000;
    EngineCommand roll = rollFrom(from);
    roll.roll.speed = speed;
    rig.engine.post(roll);
    rig.runTo(8300, random, 1000);
    double worst = 0;
    for (int64_t i = 0; i < 8000; i++) {
      const double at = static_cast<double>(from) + static_cast<double>(i) * speed.value();
      worst = std::max(worst, std::fabs(rig.left(300 + i) - 0.5 * std::sin(2 * 3.14159265358979323846 * hertz * at / 48000)));
    }
    CHECK_NEAR(worst, 0, 3e-5);
  }
}

TEST("four times as fast nothing folds down: what would lie beyond half the rate is silent") {
  Random random;
  EngineRig rig;
  rig.publish(partsOf(planOfSamples(sine(200000, 10000))));
  rig.block(300);
  EngineCommand roll = rollFrom(1000);
  roll.roll.speed = {4, 1};
  rig.engine.post(roll);
  rig.runTo(8300, random, 1000);
  double loudest = 0;
  for (int64_t i = 600; i < 8300; i++) loudest = std::max(loudest, std::fabs(rig.left(i)));
  CHECK(loudest < 0.5 * 0.001);
}

TEST("with the pitch kept a sine stays about as loud and does not click, at any speed and both ways") {
  Random random;
  for (const Speed speed : {Speed{2, 1}, Speed{1, 2}, Speed{-2, 1}, Speed{4, 1}}) {
    EngineRig rig;
    rig.publish(partsOf(planOfSamples(sine(200000, 300))));
    rig.block(300);
    EngineCommand roll = rollFrom(speed.numerator > 0 ? 1000 : 150000);
    roll.roll.speed = speed;
    roll.roll.pitch = Pitch::kept;
    roll.roll.fadeIn = true;
    rig.engine.post(roll);
    rig.runTo(24300, random, 1000);
    double loudest = 0;
    for (int64_t i = 300; i < 24300; i++) loudest = std::max(loudest, std::fabs(rig.left(i)));
    CHECK(loudest <= 0.5001 && loudest > 0.4);
    CHECK(rig.steepest(300, 24300) <= 0.5 * 2 * 3.15 * 300 / 48000 + 2 * 0.5 / 240);
  }
}

TEST("a shuttle wheel turned through all speeds does not click, and going back to 1 is the bounce again") {
  Random random;
  const MemoryPlan made = planOfSamples(sine(400000, 200));
  EngineRig rig;
  rig.publish(partsOf(made));
  rig.block(300);
  rig.engine.post(rollFrom(200000));
  for (int i = 0; i < 60; i++) {
    EngineCommand speed;
    speed.kind = CommandKind::speed;
    speed.speed = {random.within(-40, 40), 10};
    speed.pitch = i % 3 ? Pitch::withSpeed : Pitch::kept;
    if (speed.speed.numerator == 0) speed.speed = {1, 1};
    rig.engine.post(speed);
    rig.runTo(rig.clock() + random.within(300, 1500), random, 300);
  }
  EngineCommand normal;
  normal.kind = CommandKind::speed;
  rig.engine.post(normal);
  const int64_t changed = rig.clock();
  rig.runTo(changed + 3000, random, 300);
  CHECK(rig.steepest(300, changed + 3000) <= 0.5 * 2 * 3.15 * 200 * 4 / 48000 + 2 * 0.5 / 240 + 1e-4);
  const Motion motion = rig.engine.snapshot().motion;
  CHECK(motion.speed.isOne());
  CHECK(sameBits(rig, changed + 240, bounced(made, timelineAt(motion, changed + 240), 2500), 0, 2500));
}

TEST("a tape whose speed and loop change at any moment has no seam where the sound has none") {
  // A loop of whole periods of a sine is that sine without an end: a step or a wrong phase anywhere shows.
  const double hertz = 300, pi = 3.14159265358979323846;
  const int64_t period = 160;
  const MemoryPlan made = planOfSamples(sine(400000, hertz));
  for (uint64_t round = 0; round < 40; round++) {
    Random random(round);
    EngineRig rig;
    rig.publish(partsOf(made));
    rig.block(300);
    EngineCommand roll = rollFrom(200000);
    roll.roll.speed = {3, 2};
    rig.engine.post(roll);
    rig.block(100);
    for (int step = 0; step < 60; step++) {
      EngineCommand change;
      change.kind = random.within(0, 1) ? CommandKind::speed : CommandKind::loop;
      change.speed = {random.within(1, 400) * (random.within(0, 1) ? 1 : -1), 100};
      if (change.speed.isOne()) change.speed = {3, 2};
      const int64_t at = rig.engine.snapshot().timelineSample;
      change.loop.from = std::max<int64_t>(1000, at - random.within(-30, 400));
      change.loop.to = change.loop.from + period * random.within(1, 5);
      if (random.within(0, 2) == 0) change.loop = {};
      if (at < 20000 || at > 380000) {
        change.kind = CommandKind::locate;
        change.timelineSample = 200000;
      }
      rig.engine.post(change);
      const int64_t began = rig.clock();
      const int64_t fade = change.kind == CommandKind::locate ? 240 : 0;
      rig.runTo(began + fade + random.within(1, 600), random, 200);
      const Motion motion = rig.engine.snapshot().motion;
      for (int64_t clock = began + fade; clock < rig.clock(); clock++) {
        const ExactPosition place = unrolledAt(motion, clock);
        const double phase = 2 * pi * hertz * (static_cast<double>(place.sample) + place.fraction) / 48000;
        REQUIRE(std::fabs(rig.left(clock) - 0.5 * std::sin(phase)) < 5e-5);
      }
    }
  }
}

TEST("a tape that slows down lets bright sound in without a click") {
  Random random;
  for (int round = 0; round < 10; round++) {
    EngineRig rig;
    rig.publish(partsOf(planOfSamples(sine(400000, 9000))));
    rig.block(300);
    EngineCommand roll = rollFrom(1000);
    roll.roll.speed = {4, 1};
    rig.engine.post(roll);
    rig.runTo(300 + random.within(1000, 2000), random, 300);
    EngineCommand slower;
    slower.kind = CommandKind::speed;
    slower.speed = {1, 20};
    rig.engine.post(slower);
    const int64_t changed = rig.clock();
    rig.runTo(changed + 4000, random, 300);
    CHECK(rig.steepest(changed - 500, changed + 4000) < 0.5 * 2 * 3.15 * 450 / 48000 + 2 * 0.5 / 240);
    double loudest = 0;
    for (int64_t i = changed; i < changed + 4000; i++) loudest = std::max(loudest, std::fabs(rig.left(i)));
    CHECK(loudest > 0.45);
  }
}

TEST("faster than four times the tape is heard in pieces at twice its pitch, each from where the playhead is then") {
  Random random;
  for (const Speed speed : {Speed{8, 1}, Speed{-8, 1}, Speed{9, 2}, Speed{-5, 1}}) {
    for (const Pitch pitch : {Pitch::withSpeed, Pitch::kept}) {
      if (pitch == Pitch::kept && speed.denominator == 2) continue;
      EngineRig rig;
      rig.publish(partsOf(planOfSamples(sine(400000, 300))));
      rig.block(300);
      const int64_t from = speed.numerator > 0 ? 10000 : 390000;
      EngineCommand roll = rollFrom(from);
      roll.roll.speed = speed;
      roll.roll.pitch = pitch;
      rig.engine.post(roll);
      rig.runTo(300 + 40000, random, 1000);
      const int64_t hop = 4800, fade = 480;
      double worst = 0;
      for (int64_t i = 0; i < 40000; i++) {
        if (i >= hop && i % hop < fade) continue;
        const double at = static_cast<double>(from) + std::floor(static_cast<double>(i / hop * hop) * speed.value()) +
                          (speed.numerator > 0 ? 2.0 : -2.0) * static_cast<double>(i % hop);
        worst = std::max(worst, std::fabs(rig.left(300 + i) - 0.5 * std::sin(2 * 3.14159265358979323846 * 300 * at / 48000)));
      }
      CHECK_NEAR(worst, 0, 3e-5);
      CHECK(rig.steepest(300, 40300) <= 0.5 * 2 * 3.15 * 600 / 48000 + 3.15 / 2 / 480);
    }
  }
}
