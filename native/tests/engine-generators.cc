// The engine's own sounds: beeps, clicks, test tone and impulses.
#include <cmath>

#include "check.h"
#include "rt/engine.h"
#include "support/engine-rig.h"

using namespace check;
using namespace twopop::rt;

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
