// Inputs, control room, cue, talkback, the engine's own sounds, and meters.
#include <cmath>
#include <limits>

#include "check.h"
#include "rt/engine.h"
#include "support/engine-rig.h"

using namespace check;
using namespace twopop::rt;

namespace {

/// Input of a channel: a number that says which and when.
float numbered(uint32_t channel, int64_t clock) {
  return static_cast<float>(channel + 1) * 0.125f + static_cast<float>(clock % 1000) * (1.0f / 65536);
}

float steady(uint32_t, int64_t) { return 0.25f; }

/// A silent track that is armed with input 1, out on the left alone.
SceneParts armed(MonitorMode mode, bool isArmed = true, double sound = 0) {
  SceneParts parts = partsOf(planOfSamples(std::vector<double>(100000, sound)));
  TrackInput input;
  input.inputs[0] = 1;
  input.mode = mode;
  input.armed = isArmed;
  parts.inputs = {input};
  return parts;
}

EngineCommand gainsOf(const MonitorGains& gains) {
  EngineCommand command;
  command.kind = CommandKind::gains;
  command.gains = gains;
  return command;
}

}  // namespace

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

TEST("beeps and clicks begin with the very sample, whatever the blocks, on every pass of a loop") {
  Random random;
  for (int round = 0; round < 10; round++) {
    EngineRig rig(2, 4);
    SceneParts parts = partsOf(planOfSamples(std::vector<double>(10, 0)));
    parts.beeps = {{9000, {1000, 4800, 0.5}}, {3000, {440, 2000, 0.25}}};
    parts.beepGains = {1, 0};
    parts.click = {true, 97, 20000, 4, 0.5};
    parts.clickGains = {0, 1};
    parts.routing.cue[0] = 2;
    parts.routing.cue[1] = 3;
    rig.publish(parts);
    rig.block(300);
    EngineCommand roll = rollFrom(0, 1000);
    roll.roll.loop = {8000, 80000};
    rig.engine.post(roll);
    rig.runTo(1000 + 100000, random, 2000);
    // Where sound is, of the two channels.
    const auto sounds = [&](int64_t timeline, int64_t pass, uint32_t channel) {
      return rig.at(1000 + timeline + pass * 72000, channel) != 0;
    };
    CHECK(!sounds(2999, 0, 0) && sounds(3000, 0, 0) && sounds(4999, 0, 0) && !sounds(5000, 0, 0));
    for (int64_t pass = 0; pass < 2; pass++) {
      CHECK(!sounds(8999, pass, 0) && sounds(9000, pass, 0) && sounds(13799, pass, 0) && !sounds(13800, pass, 0));
      CHECK(!sounds(19999, pass, 2) && sounds(20000, pass, 2) && sounds(20479, pass, 2) && !sounds(20480, pass, 2));
    }
    for (int64_t n = 1; n < 3; n++) {
      const int64_t at = 20000 + std::llround(static_cast<double>(n) * 60 * 48000 / 97);
      if (at + 480 > 80000) break;
      CHECK(!sounds(at - 1, 0, 2) && sounds(at, 0, 2));
    }
    CHECK(!sounds(20000, 0, 0) && !sounds(9000, 0, 2));
  }
}

TEST("tone and impulses come at their clock on their output") {
  Random random;
  for (int round = 0; round < 20; round++) {
    EngineRig rig(2, 4);
    rig.publish(partsOf(planOfSamples(std::vector<double>(10, 0))));
    EngineCommand tone;
    tone.kind = CommandKind::tone;
    tone.output = 2;
    tone.gain = 0.5;
    tone.atClock = random.within(400, 3000);
    rig.engine.post(tone);
    const int64_t on = tone.atClock, off = on + random.within(100, 3000);
    tone.gain = 0;
    tone.atClock = off;
    rig.engine.post(tone);
    std::vector<int64_t> impulses;
    for (int i = 0; i < 10; i++) {
      EngineCommand impulse;
      impulse.kind = CommandKind::impulse;
      impulse.output = 3;
      impulse.gain = 0.75;
      impulse.atClock = 500 + i * 600 + random.within(0, 500);
      impulses.push_back(impulse.atClock);
      rig.engine.post(impulse);
    }
    rig.runTo(8000, random);
    size_t found = 0;
    for (int64_t clock = 0; clock < 8000; clock++) {
      const bool due = found < impulses.size() && impulses[found] == clock;
      REQUIRE(rig.at(clock, 3) == (due ? 0.75 : 0));
      found += due;
      REQUIRE(rig.at(clock, 0) == 0);
      if (clock < on || clock >= off + 48) REQUIRE(rig.at(clock, 2) == 0);
    }
    CHECK_EQUAL(found, 10u);
    CHECK(rig.at(on, 2) != 0 && rig.at(off + 46, 2) != 0);
  }
}

TEST("meters give the highest since the last look, tell of clipping, and an edit loses none of it") {
  Random random;
  EngineRig rig(4, 4);
  rig.input = numbered;
  std::vector<double> sound(50000, 0.25);
  sound[700] = -1.5;
  MemoryPlan made = planOfSamples(sound);
  SceneParts parts = partsOf(made);
  auto bank = std::make_shared<MeterBank>(std::vector<MeterPoint>{{MeterKind::trackLeft, 0}, {MeterKind::trackRight, 0}, {MeterKind::input, 2},
                                           {MeterKind::masterLeft, 0}, {MeterKind::controlRoom, 0}, {MeterKind::controlRoom, 1}});
  parts.meters = bank;
  rig.publish(parts);
  rig.block(300);
  float peaks[6];
  uint8_t clipped[6];
  CHECK_EQUAL(bank->take(peaks, clipped, 6), 6u);
  CHECK_EQUAL(peaks[0], 0);
  CHECK_EQUAL(peaks[2], numbered(2, 299));
  MonitorGains gains;
  gains.controlRoom = 0.5;
  rig.engine.post(gainsOf(gains));
  rig.engine.post(rollFrom(0, 1000));
  rig.runTo(1690, random);
  bank->take(peaks, clipped, 6);
  CHECK_EQUAL(peaks[0], 0.25f);
  CHECK_EQUAL(peaks[4], 0.125f);
  CHECK_EQUAL(clipped[0], 0);
  rig.runTo(1710, random);
  rig.publish(parts);
  rig.runTo(2500, random);
  bank->take(peaks, clipped, 6);
  CHECK_EQUAL(peaks[0], 1.5f);
  CHECK_EQUAL(peaks[1] < 1e-9, true);
  CHECK_EQUAL(peaks[3], 1.5f);
  CHECK_EQUAL(peaks[4], 0.75f);
  CHECK_EQUAL(clipped[0], 1);
  CHECK_EQUAL(clipped[3], 1);
  CHECK_EQUAL(clipped[4], 0);
  bank->take(peaks, clipped, 6);
  CHECK_EQUAL(clipped[0], 1);  // it stays until somebody clears it
  bank->clearClipped();
  bank->take(peaks, clipped, 6);
  CHECK_EQUAL(clipped[0], 0);
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

TEST("a meter tells a number whatever came in, and that what was none clipped, until it is looked at and no longer") {
  const float bad[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
  for (int kind = 0; kind < 3; kind++) {
    static float what;
    what = bad[kind];
    EngineRig rig(4, 4);
    rig.input = [](uint32_t, int64_t clock) { return clock == 700 ? what : 0.25f; };
    SceneParts parts = armed(MonitorMode::input);
    auto bank = std::make_shared<MeterBank>(std::vector<MeterPoint>{{MeterKind::input, 1}, {MeterKind::trackLeft, 0}, {MeterKind::controlRoom, 0}});
    parts.meters = bank;
    rig.publish(parts);
    for (int block = 0; block < 4; block++) rig.block(250);
    float peaks[3];
    uint8_t clipped[3];
    bank->take(peaks, clipped, 3);
    CHECK(std::isfinite(peaks[0]) && peaks[0] >= 1);
    CHECK_EQUAL(clipped[0], 1);
    CHECK_EQUAL(peaks[1], 0.25f);  // what is heard of it is silence
    CHECK_EQUAL(clipped[1], 0);
    rig.block(250);
    bank->clearClipped();
    bank->take(peaks, clipped, 3);
    CHECK_EQUAL(peaks[0], 0.25f);
    CHECK_EQUAL(clipped[0], 0);
  }
}

TEST("a click that is switched off while it sounds dies away with the scene that had it") {
  Random random;
  for (int round = 0; round < 20; round++) {
    EngineRig rig;
    SceneParts parts = partsOf(planOfSamples(std::vector<double>(10, 0)));
    parts.beeps = {{1000, {1000, 4000, 0.5}}};
    rig.publish(parts);
    rig.block(300);
    rig.engine.post(rollFrom(0));
    rig.runTo(random.within(1500, 4000), random, 64);
    const int64_t edit = rig.clock();
    rig.publish(partsOf(planOfSamples(std::vector<double>(10, 0))));
    rig.runTo(6000, random, 64);
    CHECK(rig.steepest(300, 6000) < 0.5 * 2 * 3.15 * 1000 / 48000 + 0.5 / 256 + 1e-6);
    CHECK_EQUAL(rig.left(edit + 256), 0);
  }
}

TEST("a test tone that is told again as it is sounds on as it was; another takes its place without a step") {
  Random random;
  EngineRig rig(2, 4);
  rig.publish(partsOf(planOfSamples(std::vector<double>(10, 0))));
  EngineCommand tone;
  tone.kind = CommandKind::tone;
  tone.output = 2;
  tone.frequencyHz = 400;
  tone.gain = 0.5;
  for (int i = 0; i < 30; i++) {
    tone.atClock = 1000 + i * 137;
    rig.engine.post(tone);
  }
  rig.runTo(6000, random);
  for (int64_t clock = 1100; clock < 6000; clock++) {
    REQUIRE(std::fabs(rig.at(clock, 2) - 0.5 * std::sin(2 * 3.14159265358979323846 * 400 * (static_cast<double>(clock - 1000) + 0.5) / 48000)) < 1e-6);
  }
  tone.atClock = 0;
  tone.gain = 0.25;
  rig.engine.post(tone);
  rig.runTo(8000, random);
  tone.output = 3;
  rig.engine.post(tone);
  rig.runTo(10000, random);
  const double steepest = 0.5 * 2 * 3.15 * 400 / 48000 + 2 * 0.5 * 3.15 / 2 / 48;
  CHECK(rig.steepest(1000, 10000, 2) < steepest);
  CHECK(rig.steepest(1000, 10000, 3) < steepest);
  CHECK_EQUAL(rig.at(9000, 2), 0);
  CHECK(rig.steepest(9000, 10000, 3) > 0.01);
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

TEST("a peak outlives the list of meters that it was put up for, wherever the next list has its point") {
  Random random;
  std::vector<double> sound(50000, 0.25);
  sound[700] = -1.5, sound[1210] = 0.75;
  const MemoryPlan made = planOfSamples(sound);
  EngineRig rig;
  SceneParts parts = partsOf(made);
  auto first = std::make_shared<MeterBank>(std::vector<MeterPoint>{{MeterKind::masterLeft, 0}, {MeterKind::trackLeft, 0}});
  parts.meters = first;
  rig.publish(parts);
  rig.block(300);
  rig.engine.post(rollFrom(0, 1000));
  rig.runTo(2000, random);
  auto second = std::make_shared<MeterBank>(std::vector<MeterPoint>{{MeterKind::controlRoom, 0}, {MeterKind::trackLeft, 0}}, first);
  auto third = std::make_shared<MeterBank>(std::vector<MeterPoint>{{MeterKind::trackLeft, 0}}, second);
  parts.meters = third;
  first.reset();
  float peak = 0;
  uint8_t clipped = 0;
  CHECK_EQUAL(third->take(&peak, &clipped, 1), 1u);
  CHECK_EQUAL(peak, 1.5f);
  CHECK_EQUAL(clipped, 1);
  third->clearClipped();
  rig.publish(parts);
  rig.runTo(2300, random);
  third->take(&peak, &clipped, 1);
  CHECK_EQUAL(peak, 0.75f);
  CHECK_EQUAL(clipped, 0);
}
