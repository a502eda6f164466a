// Inputs, control room, cue and talkback.
#include <cmath>
#include <limits>

#include "check.h"
#include "rt/engine.h"
#include "support/engine-rig.h"

using namespace check;
using namespace twopop::rt;

TEST("an input is heard within its block, as it came in, through pan and fader") {
  Random random;
  EngineRig rig(4, 2);
  rig.input = numbered;
  auto parts = armed(MonitorMode::input);
  auto plan = std::make_shared<twopop::Plan>(*parts.plan);
  plan->tracks[0].gain = 0.5;
  parts.plan = plan;
  rig.publish(parts);
  rig.block(256);
  rig.runTo(5000, random);
  for (int64_t clock = 256; clock < 5000; clock++) REQUIRE(rig.left(clock) == numbered(1, clock) * 0.5f);
  rig.engine.post(rollFrom(0));
  rig.runTo(9000, random);
  for (int64_t clock = 5000; clock < 9000; clock++) REQUIRE(std::fabs(rig.left(clock) - numbered(1, clock) * 0.5f) < 1e-7);
}

TEST("of an armed track, automatic is the input while stopped and in the punch, the track elsewhere, with fades of 5 ms") {
  Random random;
  for (int round = 0; round < 20; round++) {
    EngineRig rig(4, 2);
    rig.input = steady;
    rig.publish(armed(MonitorMode::automatic, true, -0.5));
    rig.block(300);
    EngineCommand roll = rollFrom(1000, 2000);
    roll.roll.punch = {random.within(1500, 4000), 0};
    roll.roll.punch.to = roll.roll.punch.from + random.within(500, 3000);
    roll.roll.endSample = 9000;
    rig.engine.post(roll);
    rig.runTo(12000, random);
    const int64_t in = 2000 + roll.roll.punch.from - 1000, out = in + roll.roll.punch.to - roll.roll.punch.from;
    for (int64_t clock = 300; clock < 12000; clock++) {
      const bool hearsInput = clock < 2000 || (clock >= in && clock < out) || clock >= 10000;
      const bool fading = (clock >= 2000 && clock < 2240) || (clock >= in && clock < in + 240) || (clock >= out && clock < out + 240) || (clock >= 10000 && clock < 10240);
      if (fading) REQUIRE(rig.left(clock) <= 0.25 && rig.left(clock) >= -0.5);
      else REQUIRE(rig.left(clock) == (hearsInput ? 0.25 : -0.5));
    }
    CHECK(rig.steepest(2001, 12000) <= 0.75 / 240);
    // The clips begin in full with the first frame, the input goes beside them.
    CHECK_NEAR(rig.left(2000), -0.5 + 0.25 * 240 / 241, 1e-6);
  }
}

TEST("automatic without being armed, and off, are the track alone") {
  Random random;
  for (const bool off : {true, false}) {
    EngineRig rig(4, 2);
    rig.input = steady;
    rig.publish(armed(off ? MonitorMode::off : MonitorMode::automatic, off, -0.5));
    EngineCommand roll = rollFrom(0, 1000);
    roll.roll.punch = {100, 5000};
    rig.engine.post(roll);
    rig.runTo(4000, random);
    for (int64_t clock = 0; clock < 1000; clock++) REQUIRE(rig.left(clock) == 0);
    for (int64_t clock = 1000; clock < 4000; clock++) REQUIRE(rig.left(clock) == -0.5);
  }
}

TEST("a punch by hand while rolling takes effect at its clock") {
  Random random;
  EngineRig rig(4, 2);
  rig.input = steady;
  rig.publish(armed(MonitorMode::automatic, true, -0.5));
  rig.engine.post(rollFrom(0, 1000));
  EngineCommand punch;
  punch.kind = CommandKind::punch;
  punch.atClock = 3000;
  punch.punch = {2000, kNever};
  rig.engine.post(punch);
  punch.atClock = 5000;
  punch.punch = {};
  rig.engine.post(punch);
  rig.runTo(7000, random);
  CHECK_EQUAL(rig.left(2999), -0.5);
  CHECK(rig.left(3000) > -0.5);
  CHECK_EQUAL(rig.left(3240), 0.25);
  CHECK_EQUAL(rig.left(4999), 0.25);
  CHECK(rig.left(5000) < 0.25);
  CHECK_EQUAL(rig.left(5240), -0.5);
}

TEST("at another speed an input is heard as it is, beside the tape") {
  Random random;
  EngineRig rig(4, 2);
  rig.input = numbered;
  rig.publish(armed(MonitorMode::input));
  EngineCommand roll = rollFrom(5000, 500);
  roll.roll.speed = {3, 2};
  rig.engine.post(roll);
  rig.runTo(4000, random);
  for (int64_t clock = 800; clock < 4000; clock++) REQUIRE(rig.left(clock) == numbered(1, clock));
}

TEST("the cue mix has its own tracks, inputs and talkback on its own outputs, apart from the control room's gain") {
  Random random;
  EngineRig rig(4, 6);
  rig.input = steady;
  MemoryPlan made = planOfSamples(std::vector<double>(100000, 0.5));
  made.plan->tracks.push_back(made.plan->tracks[0]);  // two tracks of the same
  made.plan->tracks.push_back(made.plan->tracks[0]);
  made.plan->tracks[1].gain = 0;  // its fader is down; talent hears it all the same
  SceneParts parts = partsOf(made);
  parts.cue = {{0, 0.25}, {1, 0.5}};
  parts.routing.cue[0] = 4;
  parts.routing.cue[1] = 5;
  parts.routing.talkbackInput = 3;
  TrackInput input;
  input.track = 2;
  input.inputs[0] = 0;
  input.mode = MonitorMode::input;
  parts.inputs = {input};
  rig.publish(parts);
  rig.block(300);
  rig.engine.post(rollFrom(0));
  rig.runTo(2000, random);
  CHECK_EQUAL(rig.at(1999, 0), 0.75);                      // track 0 and the input
  CHECK_NEAR(rig.at(1999, 4), 0.5 * 0.25 + 0.5 * 0.5 + 0.25, 1e-7);
  CHECK_NEAR(rig.at(1999, 5), 0, 1e-7);
  MonitorGains gains;
  gains.controlRoom = 0.5;
  gains.dimmed = true;
  gains.dim = 0.25;
  gains.cue = 2;
  gains.cueInputs = 0.5;
  gains.talkback = 0.5;
  rig.engine.post(gainsOf(gains));
  rig.runTo(4000, random);
  CHECK_NEAR(rig.at(3999, 0), 0.75 * 0.125, 1e-7);
  CHECK_NEAR(rig.at(3999, 4), 2 * (0.5 * 0.25 + 0.5 * 0.5 + 0.25 * 0.5) + 0.125, 1e-7);
  CHECK_NEAR(rig.at(3999, 5), 0.125, 1e-7);
  CHECK_EQUAL(rig.at(3999, 2), 0);
  gains.muted = true;
  gains.talkback = 0;
  rig.engine.post(gainsOf(gains));
  rig.runTo(6000, random);
  CHECK_EQUAL(rig.at(5999, 0), 0);
  CHECK_EQUAL(rig.at(5999, 5), 0);
  CHECK(rig.steepest(2000, 6000, 0) < 0.75 / 200);
  CHECK(rig.steepest(2000, 6000, 5) < 0.25 / 200);
}

TEST("what is not a number never leaves, from inputs or out of sums") {
  Random random;
  EngineRig rig(4, 4);
  rig.input = [](uint32_t channel, int64_t clock) {
    return clock % 3 ? std::numeric_limits<float>::quiet_NaN() : channel ? std::numeric_limits<float>::infinity() : 0.25f;
  };
  SceneParts parts = armed(MonitorMode::input);
  parts.routing.talkbackInput = 0;
  parts.routing.cue[0] = 2;
  rig.publish(parts);
  MonitorGains gains;
  gains.talkback = 1;
  rig.engine.post(gainsOf(gains));
  rig.runTo(2000, random);
  for (const float sample : rig.out) REQUIRE(std::isfinite(sample));
  CHECK_EQUAL(rig.engine.snapshot().notNumbers, 0u);
  auto loud = planOfSamples(std::vector<double>(1000, 1e12));
  loud.plan->tracks[0].gain = 1e6;
  loud.plan->tracks[0].clips[0].gain = 1e6;
  MonitorGains most;
  most.controlRoom = 1e6;
  rig.engine.post(gainsOf(most));
  for (int i = 0; i < 3; i++) loud.plan->tracks[0].clips[0].gain = 1e6;
  loud.reader->sources[0][0].assign(1000, 1e30);
  rig.publish(partsOf(loud));
  rig.engine.post(rollFrom(0));
  rig.runTo(3000, random);
  for (const float sample : rig.out) REQUIRE(std::isfinite(sample));
  CHECK(rig.engine.snapshot().notNumbers > 500);
}

TEST("round a loop of a few samples an input is heard as it comes, beside clips that go round") {
  Random random;
  for (const int64_t length : {1, 2, 63, 64, 65}) {
    EngineRig rig(4, 4);
    rig.input = numbered;
    std::vector<double> ramp(50000);
    for (size_t i = 0; i < ramp.size(); i++) ramp[i] = static_cast<double>(i) / 65536;
    MemoryPlan made = planOfSamples(ramp);
    made.plan->tracks.push_back(made.plan->tracks[0]);
    SceneParts parts = partsOf(made);
    parts.routing.cue[0] = 2, parts.routing.cue[1] = 3;
    parts.cue = {{0, 0.5}};
    TrackInput open;
    open.track = 1, open.inputs[0] = 1, open.mode = MonitorMode::input;
    parts.inputs = {open};
    rig.publish(parts);
    rig.block(300);
    EngineCommand roll = rollFrom(1000, 1000);
    roll.roll.loop = {1100, 1100 + length};
    rig.engine.post(roll);
    rig.runTo(4000, random);
    const Motion motion = rig.engine.snapshot().motion;
    for (int64_t clock = 1240; clock < 4000; clock++) {
      const double clip = static_cast<double>(timelineAt(motion, clock)) / 65536;
      REQUIRE(std::fabs(rig.left(clock) - (clip + numbered(1, clock))) < 1e-6);
      REQUIRE(std::fabs(rig.at(clock, 2) - (clip / 2 + numbered(1, clock))) < 1e-6);
    }
  }
}
