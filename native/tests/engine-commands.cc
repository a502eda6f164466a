// What commands do to the transport of a running engine where they meet: ends, loops, stops, edits and fades.
#include <cmath>

#include "check.h"
#include "rt/engine.h"
#include "support/engine-rig.h"

using namespace check;
using namespace twopop::rt;

namespace {

EngineCommand commandOf(CommandKind kind, int64_t atClock = 0) {
  EngineCommand command;
  command.kind = kind;
  command.atClock = atClock;
  return command;
}

}  // namespace

TEST("a loop that is taken off behind the end of the selection plays on: nothing jumps back to the end") {
  EngineRig rig;
  rig.publish(partsOf(planOfSamples(sine(48000, 200))));
  rig.block(300);
  EngineCommand roll = rollFrom(1000);
  roll.roll.loop = {1000, 6000};
  roll.roll.endSample = 3000;
  rig.engine.post(roll);
  rig.block(4000);
  rig.engine.post(commandOf(CommandKind::loop));
  rig.block(1000);
  CHECK(rig.engine.snapshot().motion.rolling);
  CHECK_EQUAL(timelineAt(rig.engine.snapshot().motion, rig.clock()), 6000);
}

TEST("an end that is set behind the playhead is forgotten, one ahead of it holds") {
  EngineRig rig;
  rig.publish(partsOf(planOfSamples(sine(48000, 200))));
  rig.block(300);
  rig.engine.post(rollFrom(1000));
  rig.block(4000);
  EngineCommand end = commandOf(CommandKind::end);
  end.timelineSample = 3000;
  rig.engine.post(end);
  rig.block(1000);
  CHECK(rig.engine.snapshot().motion.rolling);
  CHECK_EQUAL(timelineAt(rig.engine.snapshot().motion, rig.clock()), 6000);
  end.timelineSample = 6500;
  rig.engine.post(end);
  rig.block(1000);
  rig.block(1);
  CHECK(!rig.engine.snapshot().motion.rolling);
  CHECK_EQUAL(rig.engine.snapshot().timelineSample, 6500);
}

TEST("an end behind where it rolls off is none: it does not jump there") {
  for (const int64_t direction : {1, -1}) {
    EngineRig rig;
    rig.publish(partsOf(planOfSamples(sine(48000, 200))));
    EngineCommand roll = rollFrom(20000, 300);
    roll.roll.speed = {direction, 1};
    roll.roll.endSample = 20000 - direction * 500;
    rig.engine.post(roll);
    rig.block(1300);
    CHECK(rig.engine.snapshot().motion.rolling);
    CHECK_EQUAL(timelineAt(rig.engine.snapshot().motion, 1300), 20000 + direction * 1000);
  }
}

TEST("who stops now is not rolled off by what was asked for before and has not begun") {
  for (const CommandKind kind : {CommandKind::roll, CommandKind::speed}) {
    EngineRig rig;
    rig.publish(partsOf(planOfSamples(sine(48000, 200))));
    rig.block(300);
    EngineCommand later = rollFrom(1000, 2000);
    later.kind = kind;
    rig.engine.post(later);
    rig.block(100);
    rig.engine.post(stopAt());
    rig.block(100);
    rig.block(4000);
    CHECK(!rig.engine.snapshot().motion.rolling);
    // What is asked for afterwards holds, also where it was sent together with the stop.
    rig.engine.post(stopAt());
    rig.engine.post(rollFrom(1000, 6000));
    rig.block(4000);
    CHECK(rig.engine.snapshot().motion.rolling);
  }
}

TEST("rolling off right after an edit, an input that is always heard keeps its level") {
  Random random;
  for (int round = 0; round < 20; round++) {
    EngineRig rig(2, 2);
    rig.input = steady;
    MemoryPlan made = planOfSamples(std::vector<double>(48000, 0));
    made.plan->tracks.push_back(made.plan->tracks[0]);
    SceneParts parts = partsOf(made);
    TrackInput open, automatic;
    open.track = 0, open.inputs[0] = 0, open.mode = MonitorMode::input;
    automatic.track = 1, automatic.armed = true;
    parts.inputs = {open, automatic};
    rig.publish(parts);
    rig.block(300);
    rig.publish(parts);
    rig.block(static_cast<size_t>(random.within(1, 250)));
    rig.engine.post(rollFrom(0));
    rig.runTo(1000, random, 64);
    for (int64_t clock = 257; clock < 1000; clock++) REQUIRE(rig.left(clock) == 0.25);
  }
}

TEST("numbers that are none are refused in impulses, beeps, clicks and sends") {
  EngineRig rig;
  EngineCommand impulse = commandOf(CommandKind::impulse);
  for (const double gain : {std::nan(""), 1e300, -1e300}) {
    impulse.gain = gain;
    CHECK_THROWS(std::invalid_argument, rig.engine.post(impulse));
  }
  const auto refused = [](auto change) {
    SceneParts parts = partsOf(planOfSamples({0.5}));
    change(parts);
    CHECK_THROWS(std::invalid_argument, Scene(parts));
  };
  refused([](SceneParts& parts) { parts.cue = {{0, std::nan("")}}; });
  refused([](SceneParts& parts) { parts.beeps = {{0, {std::nan(""), 100, 0.5}}}; });
  refused([](SceneParts& parts) { parts.beeps = {{0, {1000, -1, 0.5}}}; });
  refused([](SceneParts& parts) { parts.beeps = {{INT64_MAX - 5, {1000, 100, 0.5}}}; });
  refused([](SceneParts& parts) { parts.beeps = {{0, {1000, INT64_MAX, 0.5}}}; });
  refused([](SceneParts& parts) { parts.click = {true, std::nan(""), 0, 4, 0.5}; });
  refused([](SceneParts& parts) { parts.click = {true, 120, INT64_MIN, 4, 0.5}; });
}
