// What the engine plays is what the bounce writes, whatever the blocks; and what changes while it plays does not click.
#include <cstring>

#include "check.h"
#include "rt/engine.h"
#include "support/engine-rig.h"

using namespace check;
using namespace twopop::rt;

namespace {

/// The master's left and right of a span as the bounce renders it in one go, as 32-bit float.
std::vector<float> bounced(const MemoryPlan& made, int64_t from, size_t frames) {
  BlockRenderer renderer(*made.plan, {{BusKind::master, 0, Side::left}, {BusKind::master, 0, Side::right}}, frames);
  renderer.render(*made.reader, from, frames);
  std::vector<float> samples(frames * 2);
  for (size_t i = 0; i < frames; i++) {
    samples[2 * i] = static_cast<float>(renderer.tap(0)[i]);
    samples[2 * i + 1] = static_cast<float>(renderer.tap(1)[i]);
  }
  return samples;
}

bool sameBits(const EngineRig& rig, int64_t atClock, const std::vector<float>& expected, size_t fromFrame, size_t frames) {
  return std::memcmp(rig.out.data() + 2 * atClock, expected.data() + 2 * fromFrame, frames * 2 * sizeof(float)) == 0;
}

}  // namespace

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
