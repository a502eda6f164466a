// The size of blocks is the device's affair: whatever is done with the transport, the same is heard with any of them.
#include <cstring>

#include "check.h"
#include "rt/engine.h"
#include "support/engine-rig.h"

using namespace check;
using namespace twopop::rt;

namespace {

const uint64_t kRounds = builtWith("address") || builtWith("undefined") || builtWith("thread") ? 6 : 25;

/// A session with everything in it that makes sound.
SceneParts everything(Random& random, const MemoryPlan& made) {
  SceneParts parts = partsOf(made);
  parts.routing.cue[0] = 2, parts.routing.cue[1] = 3;
  parts.routing.talkbackInput = 0;
  parts.cue = {{0, 0.5}, {2, 0.25}};
  TrackInput armed, open;
  armed.track = 1, armed.inputs[0] = 1, armed.armed = true;
  open.track = 3, open.inputs[0] = 0, open.inputs[1] = 1, open.mode = MonitorMode::input;
  if (random.within(0, 1)) parts.inputs.push_back(armed);
  if (random.within(0, 1)) parts.inputs.push_back(open);
  parts.beeps = {{3000, {700, 900, 0.3}}, {3500, {500, 2000, 0.2}}, {9000, {1000, 480, 0.4}}};
  if (random.within(0, 1)) parts.click = {true, 240, 1000, 3, 0.3};
  return parts;
}

TimelineSpan anySpan(Random& random) {
  const int64_t from = random.within(-500, 9000);
  return {from, from + (random.within(0, 3) ? random.within(1, 4000) : random.within(1, 20))};
}

EngineCommand anyCommand(Random& random) {
  EngineCommand command;
  const auto speed = [&random] {
    const Speed speeds[] = {{1, 1}, {1, 1}, {24, 25}, {25, 24}, {24000, 24024}, {-1, 1}, {1, 2}, {-3, 2}, {2, 1}, {5, 1}, {-8, 1}};
    return speeds[random.within(0, 10)];
  };
  command.kind = static_cast<CommandKind>(random.within(0, 9));
  command.atClock = random.within(1, 20000);
  command.timelineSample = random.within(-300, 12000);
  command.roll.speed = command.speed = speed();
  command.roll.pitch = command.pitch = random.within(0, 3) ? Pitch::withSpeed : Pitch::kept;
  if (random.within(0, 2) == 0) command.roll.loop = anySpan(random);
  if (random.within(0, 2) == 0) command.roll.punch = anySpan(random);
  if (random.within(0, 2) == 0) command.roll.endSample = command.timelineSample + random.within(-3000, 3000);
  command.roll.fadeIn = random.within(0, 1) == 1;
  if (random.within(0, 2)) command.loop = anySpan(random);
  if (random.within(0, 2)) command.punch = anySpan(random);
  command.gains.controlRoom = random.unit();
  command.gains.dimmed = random.within(0, 1) == 1;
  command.gains.talkback = random.unit();
  command.output = static_cast<uint32_t>(random.within(0, 3));
  command.gain = random.within(0, 1) ? random.unit() : 0;
  if (command.kind == CommandKind::stop && random.within(0, 1)) command.timelineSample = kHere;
  return command;
}

}  // namespace

TEST("whatever is done with the transport, the same is heard and told for blocks of any size") {
  for (uint64_t round = 0; round < kRounds; round++) {
    Random random(round);
    const MemoryPlan made = randomPlan(random, 4, 12000, 1500);
    const SceneParts parts = everything(random, made);
    std::vector<EngineCommand> commands{rollFrom(random.within(0, 6000), 500)};
    for (int i = 0; i < 24; i++) commands.push_back(anyCommand(random));
    const auto play = [&](EngineRig& rig, int64_t least, int64_t most) {
      rig.input = numbered;
      Random sizes(round + 1000);
      rig.publish(parts);
      for (const EngineCommand& command : commands) rig.engine.post(command);
      while (rig.clock() < 22000) rig.block(static_cast<size_t>(std::min(22000 - rig.clock(), sizes.within(least, most))));
    };
    EngineRig once(2, 4, 22000), various(2, 4), small(2, 4), single(2, 4);
    play(once, 22000, 22000);
    play(various, 0, 4096);
    play(small, 1, 70);
    play(single, 1, 1);
    for (const EngineRig* other : {&various, &small, &single}) {
      for (int64_t clock = 0; clock < 22000; clock++) {
        for (uint32_t channel = 0; channel < 4; channel++) {
          if (once.at(clock, channel) == other->at(clock, channel)) continue;
          fail(__FILE__, __LINE__, "round " + std::to_string(round) + ", clock " + std::to_string(clock) + ", channel " + std::to_string(channel) +
                                       ": " + shown(once.at(clock, channel)) + " in one block, " + shown(other->at(clock, channel)) + " in others");
          clock = 22000;
          break;
        }
      }
    }
    CHECK_EQUAL(various.engine.snapshot().commands, single.engine.snapshot().commands);
    CHECK_EQUAL(timelineAt(various.engine.snapshot().motion, 22000), timelineAt(single.engine.snapshot().motion, 22000));
    CHECK_EQUAL(once.engine.snapshot().notNumbers, 0u);
  }
}

TEST("an edit that changes nothing is not heard at any speed, in grains or pieces, round a loop or at an end") {
  for (uint64_t round = 0; round < kRounds; round++) {
    Random random(round + 70);
    const MemoryPlan made = randomPlan(random, 4, 30000, 1500);
    const SceneParts parts = everything(random, made);
    EngineRig still(2, 4), edited(2, 4);
    for (EngineRig* rig : {&still, &edited}) {
      Random same(round + 700);
      rig->input = numbered;
      rig->publish(parts);
      rig->block(300);
      for (int step = 0; step < 12; step++) {
        EngineCommand command = anyCommand(same);
        command.kind = CommandKind::roll;
        command.atClock = 0;
        command.timelineSample = same.within(0, 30000);
        command.roll.punch = {};
        // Right after the scenes have changed places: an end within their fade would shorten it.
        if (step % 3) command.roll.endSample = command.timelineSample + static_cast<int64_t>(same.within(570, 880) * command.roll.speed.value());
        rig->engine.post(command);
        rig->runTo(rig->clock() + 300, same);
        if (rig == &edited) rig->publish(parts);
        rig->runTo(rig->clock() + 600, same);
      }
    }
    for (size_t i = 0; i < still.out.size(); i++) REQUIRE(still.out[i] == edited.out[i]);
    CHECK_EQUAL(edited.engine.snapshot().cutFades, 0u);
  }
}
