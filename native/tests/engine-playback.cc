// What the engine plays is what the bounce writes, whatever the blocks; and what changes while it plays does not click.
#include "check.h"
#include "rt/engine.h"
#include "support/engine-rig.h"

using namespace check;
using namespace twopop::rt;

TEST("play is the bounce to the bit, for any block sizes, from the very clock it was asked for") {
  Random random;
  for (int round = 0; round < 12; round++) {
    const MemoryPlan made = randomPlan(random, 9, 30000);
    EngineRig rig;
    REQUIRE(rig.publish(partsOf(made)));
    const int64_t start = random.within(300, 3000), from = random.within(-2000, 20000);
    rig.engine.post(rollFrom(from, start));
    rig.runTo(start + 12000, random, round < 6 ? 4096 : 64);
    const auto expected = bounced(made, from, 12000);
    CHECK(sameBits(rig, start, expected, 0, 12000));
    for (int64_t i = 0; i < 2 * start; i++) REQUIRE(rig.out[static_cast<size_t>(i)] == 0);
  }
}

TEST("a loop's seam is exact: no gap, no overlap, on every pass") {
  Random random;
  for (int round = 0; round < 8; round++) {
    const MemoryPlan made = randomPlan(random, 5, 12000);
    EngineRig rig;
    rig.publish(partsOf(made));
    rig.block(300);
    EngineCommand roll = rollFrom(random.within(0, 3000));
    const int64_t a = random.within(0, 4000), b = std::max(a, roll.timelineSample) + random.within(1, 3000);
    roll.roll.loop = {a, b};
    rig.engine.post(roll);
    rig.runTo(300 + 10000, random, 1500);
    const auto expected = bounced(made, 0, 12000);
    int64_t at = roll.timelineSample;
    for (int64_t clock = 300; clock < 10300; clock++) {
      REQUIRE(sameBits(rig, clock, expected, static_cast<size_t>(at), 1));
      if (++at == b) at = a;
    }
  }
}

TEST("a new scene of the same sound is not heard, however often it comes") {
  Random random;
  const MemoryPlan made = randomPlan(random, 6, 20000);
  EngineRig rig;
  rig.publish(partsOf(made));
  rig.block(300);
  rig.engine.post(rollFrom(100));
  while (rig.clock() < 15300) {
    rig.publish(partsOf(made));
    rig.block(static_cast<size_t>(std::min<int64_t>(15300 - rig.clock(), random.within(1, 400))));
  }
  CHECK(sameBits(rig, 300, bounced(made, 100, 15000), 0, 15000));
  CHECK(rig.engine.snapshot().sceneId > 20);
}

TEST("an edit under the playhead makes no step that the sound itself does not make") {
  // A sine moves at most 2 pi f / fs g a sample; a fade of n frames adds at most a step of 2 g / n.
  const double gain = 0.5, most = gain * 2 * 3.15 * 200 / 48000 + 2 * gain / 256 + 1e-6;
  Random random;
  for (int round = 0; round < 30; round++) {
    const MemoryPlan made = planOfSamples(sine(48000, 200, gain));
    EngineRig rig;
    rig.publish(partsOf(made));
    rig.block(300);
    rig.engine.post(rollFrom(0));
    rig.runTo(300 + random.within(500, 5000), random, 128);
    MemoryPlan edited{std::make_shared<twopop::Plan>(*made.plan), made.reader};
    auto& clip = edited.plan->tracks[0].clips[0];
    switch (round % 3) {
      case 0: clip.sourceInSample += random.within(10, 200); break;
      case 1: clip.gain = random.unit(); break;
      default: edited.plan->tracks[0].clips.clear(), edited.plan->tracks[0].furthestEnd.clear();
    }
    const int64_t edit = rig.clock();
    rig.publish(partsOf(edited));
    rig.runTo(edit + 1000, random, 128);
    CHECK(rig.steepest(300, edit + 1000) <= most);
    // From the end of the fade on it is the new plan and nothing else.
    const auto expected = bounced(edited, edit - 300 + 256, 700);
    CHECK(sameBits(rig, edit + 256, expected, 0, 700));
  }
}

TEST("stop, locate and the end of a selection fade within 5 ms") {
  const double gain = 0.5, most = gain * 2 * 3.15 * 200 / 48000 + 2 * gain / 240 + 1e-6;
  Random random;
  for (int round = 0; round < 20; round++) {
    EngineRig rig;
    rig.publish(partsOf(planOfSamples(sine(96000, 200, gain))));
    rig.block(300);
    EngineCommand roll = rollFrom(0);
    if (round % 2) roll.roll.endSample = 9000;
    rig.engine.post(roll);
    EngineCommand locate = stopAt(300 + random.within(1000, 4000), 6060);
    locate.kind = CommandKind::locate;
    rig.engine.post(locate);
    const int64_t stop = 300 + random.within(4300, 6000);
    if (round % 2 == 0) rig.engine.post(stopAt(stop, round % 4 ? 77 : kHere));
    rig.runTo(14000, random);
    CHECK(rig.steepest(300, 14000) <= most);
    const int64_t still = round % 2 ? locate.atClock + (9000 - 6060) : stop;
    CHECK(std::fabs(rig.left(still - 1)) + std::fabs(rig.left(still - 2)) > 0);
    for (int64_t clock = still + 240; clock < 14000; clock++) REQUIRE(rig.left(clock) == 0);
    const EngineSnapshot snapshot = rig.engine.snapshot();
    CHECK(!snapshot.motion.rolling);
    CHECK_EQUAL(snapshot.timelineSample, round % 2 ? 9000 : round % 4 ? 77 : 6060 + (stop - locate.atClock));
  }
}

TEST("what a snapshot says of the future comes true") {
  Random random;
  EngineRig rig;
  std::vector<double> ramp(60000);
  for (size_t i = 0; i < ramp.size(); i++) ramp[i] = static_cast<double>(i) / 65536;
  rig.publish(partsOf(planOfSamples(ramp)));
  rig.block(300);
  EngineCommand roll = rollFrom(1000, 1234);
  roll.roll.loop = {2000, 5000};
  rig.engine.post(roll);
  rig.runTo(2000, random);
  const Motion motion = rig.engine.snapshot().motion;
  rig.runTo(30000, random);
  for (int64_t clock = 1234; clock < 30000; clock++) {
    REQUIRE(rig.left(clock) == static_cast<float>(static_cast<double>(timelineAt(motion, clock)) / 65536));
  }
}

TEST("before there is a scene the transport does everything it does, in silence") {
  Random random;
  EngineRig rig;
  rig.block(100);
  rig.engine.post(rollFrom(0));
  for (int i = 0; i < 50; i++) {
    EngineCommand command;
    command.kind = i % 2 ? CommandKind::speed : CommandKind::loop;
    command.speed = {random.within(1, 16) - 20 * (i % 3), 2};
    command.loop = {random.within(0, 500), random.within(500, 5000)};
    if (command.kind == CommandKind::loop || command.speed.isValid()) rig.engine.post(command);
    rig.block(static_cast<size_t>(random.within(0, 600)));
  }
  for (const float sample : rig.out) REQUIRE(sample == 0);
}

TEST("sound that is fainter than any number a processor is quick with is silence, live and bounced, at any speed") {
  Random random;
  MemoryPlan made = planOfSamples(std::vector<double>(20000, 1e-310));
  made.plan->tracks[0].gain = 1e6;
  made.plan->tracks[0].clips[0].gain = 1e6;
  BlockRenderer renderer(*made.plan, {{BusKind::master, 0, Side::left}}, 1000);
  renderer.render(*made.reader, 0, 1000);
  for (size_t i = 0; i < 1000; i++) REQUIRE(renderer.tap(0)[i] == 0);
  auto bank = std::make_shared<MeterBank>(std::vector<MeterPoint>{{MeterKind::masterLeft, 0}});
  for (const Speed speed : {Speed{1, 1}, Speed{3, 2}, Speed{8, 1}}) {
    EngineRig rig;
    SceneParts parts = partsOf(made);
    parts.meters = bank;
    rig.publish(parts);
    EngineCommand roll = rollFrom(0);
    roll.roll.speed = speed;
    rig.engine.post(roll);
    rig.runTo(2000, random);
    float peak = 1;
    bank->take(&peak, nullptr, 1);
    CHECK_EQUAL(peak, 0);
  }
  volatile double faint = 1e-310;
  CHECK(faint * 2 > 0);  // nobody else's numbers are touched
}
