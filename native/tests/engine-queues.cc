// Commands and scenes between the control side and the callback: at exact capacity, in order, late, and from two threads.
#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>

#include "callback-guard.h"
#include "check.h"
#include "rt/engine.h"
#include "support/engine-rig.h"

using namespace check;
using namespace twopop::rt;

TEST("as many commands as there is room for are taken, and not one more; those that wait are done in order") {
  CommandQueue queue;
  EngineCommand command;
  for (size_t i = 0; i < CommandQueue::kCapacity; i++) {
    command.atClock = 5000 - static_cast<int64_t>(i / 2);
    command.timelineSample = static_cast<int64_t>(i);
    CHECK(queue.post(command));
  }
  CHECK(!queue.post(command));
  CHECK_EQUAL(queue.collect(100), 0u);
  // All wait now: the ring is free again, and full again when nothing is done.
  for (size_t i = 0; i < CommandQueue::kCapacity; i++) CHECK(queue.post(command));
  CHECK(!queue.post(command));
  queue.collect(100);
  CHECK(!queue.post(command));
  CHECK(queue.takeDue(100) == nullptr);
  CHECK_EQUAL(queue.nextClock(), 5000 - 127);
  int64_t clock = 0, number = 0, taken = 0;
  while (const EngineCommand* due = queue.takeDue(5000)) {
    CHECK(due->atClock > clock || (due->atClock == clock && due->timelineSample > number));
    clock = due->atClock;
    number = due->timelineSample;
    taken++;
  }
  CHECK_EQUAL(taken, static_cast<int64_t>(CommandQueue::kCapacity));
}

TEST("a command without a clock comes with the next block, one that is late too and is counted") {
  EngineRig rig;
  rig.block(1000);
  rig.engine.post(rollFrom(7, 0));
  rig.block(100);
  CHECK_EQUAL(rig.engine.snapshot().motion.startClock, 1000);
  CHECK_EQUAL(rig.engine.snapshot().lateCommands, 0u);
  rig.engine.post(rollFrom(9, 1050));
  rig.block(100);
  CHECK_EQUAL(rig.engine.snapshot().motion.startClock, 1100);
  CHECK_EQUAL(rig.engine.snapshot().lateCommands, 1u);
  CHECK_EQUAL(rig.engine.snapshot().commands, 2u);
}

TEST("a command that cannot be is refused before it comes near the callback") {
  EngineRig rig;
  EngineCommand roll = rollFrom(0);
  for (const Speed speed : {Speed{0, 1}, Speed{9, 1}, Speed{-17, 2}, Speed{1, 0}, Speed{1, -1}, Speed{1, 2'000'000}}) {
    roll.roll.speed = speed;
    CHECK_THROWS(std::invalid_argument, rig.engine.post(roll));
  }
  CHECK_THROWS(std::invalid_argument, rig.engine.post(rollFrom(int64_t{1} << 60)));
  EngineCommand gains;
  gains.kind = CommandKind::gains;
  gains.gains.cue = std::nan("");
  CHECK_THROWS(std::invalid_argument, rig.engine.post(gains));
}

TEST("a scene that does not fit its plan is refused") {
  const auto made = planOfSamples({0.5});
  SceneParts parts = partsOf(made);
  parts.reader = nullptr;
  CHECK_THROWS(std::invalid_argument, Scene(parts));
  parts = partsOf(made);
  parts.inputs.resize(1);
  parts.inputs[0].track = 1;
  CHECK_THROWS(std::invalid_argument, Scene(parts));
  parts = partsOf(made);
  parts.inputs.resize(2);
  CHECK_THROWS(std::invalid_argument, Scene(parts));
  parts = partsOf(made);
  parts.cue = {{4, 1}};
  CHECK_THROWS(std::invalid_argument, Scene(parts));
  parts = partsOf(made);
  parts.meters = std::make_shared<MeterBank>(std::vector<MeterPoint>{{MeterKind::trackLeft, 1}});
  CHECK_THROWS(std::invalid_argument, Scene(parts));
}

TEST("scenes are taken as long as there is room, the last one is heard, and every other is given back") {
  EngineRig rig;
  const auto made = planOfSamples(std::vector<double>(1000, 0.5));
  std::weak_ptr<const twopop::Plan> first;
  for (size_t i = 0; i < Engine::kMostScenes; i++) {
    auto parts = partsOf(made);
    parts.plan = std::make_shared<twopop::Plan>(*made.plan);
    if (i == 0) first = parts.plan;
    CHECK(rig.publish(std::move(parts)));
  }
  auto scene = std::make_unique<Scene>(partsOf(made));
  CHECK(!rig.engine.publish(scene));
  CHECK(scene != nullptr);
  rig.block(10);
  CHECK_EQUAL(rig.engine.snapshot().sceneId, Engine::kMostScenes);
  CHECK(!first.expired());
  rig.engine.collectRetired();
  CHECK(first.expired());
  for (int i = 0; i < 100; i++) {
    scene = std::make_unique<Scene>(partsOf(made));
    CHECK(rig.engine.publish(scene));
    rig.block(300);
  }
  CHECK_EQUAL(rig.engine.snapshot().sceneId, rig.engine.publishedId());
}

TEST("changes thicker than their fades leave nothing behind and lose no scene") {
  Random random;
  std::weak_ptr<const twopop::Plan> last;
  {
    EngineRig rig;
    const auto made = randomPlan(random, 3, 20000);
    for (int i = 0; i < 400; i++) {
      auto parts = partsOf(made);
      parts.plan = std::make_shared<twopop::Plan>(*made.plan);
      last = parts.plan;
      rig.publish(std::move(parts));
      rig.engine.post(rollFrom(random.within(0, 10000), rig.clock() + random.within(0, 50)));
      if (i % 3 == 0) rig.engine.post(stopAt(rig.clock() + random.within(0, 60)));
      rig.block(static_cast<size_t>(random.within(1, 60)));
    }
    CHECK(rig.engine.snapshot().cutFades > 0);
    rig.engine.post(stopAt());
    for (int i = 0; i < 20; i++) rig.block(300);
    CHECK_EQUAL(rig.left(rig.clock() - 1), 0);
  }
  CHECK(last.expired());
}

TEST("everything that comes in goes to the recorder, clock by clock, also where nothing comes in") {
  Random random;
  EngineRig rig(3, 2, 512);
  rig.input = [](uint32_t channel, int64_t clock) { return static_cast<float>(clock * 3 + channel); };
  rig.runTo(20000, random, 1500);
  CHECK(!rig.sink.broken);
  REQUIRE(rig.sink.kept.size() == 60000);
  for (size_t i = 0; i < 60000; i++) REQUIRE(rig.sink.kept[i] == static_cast<float>(i));
  rig.input = nullptr;
  rig.block(1000);
  CHECK_EQUAL(rig.sink.next, 21000);
  CHECK_EQUAL(rig.sink.kept.back(), 0);
}

TEST("two threads: commands, scenes and meters in, snapshots out, while blocks run; nothing is torn") {
  Random random;
  const auto made = randomPlan(random, 4, 20000);
  auto bank = std::make_shared<MeterBank>(std::vector<MeterPoint>{{MeterKind::masterLeft, 0}, {MeterKind::trackLeft, 1}});
  KeepingSink sink(1 << 16);
  Engine engine({48000, 2, 2, 256}, nullptr, sink);
  std::atomic<bool> done{false};
  std::thread audio([&] {
    std::vector<float> in(256 * 2, 0.1f), out(256 * 2);
    for (int i = 0; i < 20000 && !done; i++) engine.process(in.data(), out.data(), 1 + static_cast<size_t>(i * 37 % 256), i);
    done = true;
  });
  int64_t clock = 0;
  float peaks[2];
  uint8_t clipped[2];
  for (int i = 0; i < 3000 && !done; i++) {
    auto parts = partsOf(made);
    parts.meters = bank;
    auto scene = std::make_unique<Scene>(std::move(parts));
    engine.publish(scene);
    EngineCommand roll = rollFrom(i, clock + 100);
    roll.roll.speed = {1 + i % 3, 1 + i % 2};
    roll.roll.loop = {i, i + 1000 + i};
    engine.post(roll);
    bank->take(peaks, clipped, 2);
    for (int k = 0; k < 10; k++) {
      const EngineSnapshot snapshot = engine.snapshot();
      CHECK(snapshot.clock >= clock);
      clock = snapshot.clock;
      if (snapshot.motion.rolling) CHECK_EQUAL(snapshot.motion.loop.to - snapshot.motion.loop.from, 1000 + snapshot.motion.loop.from);
    }
  }
  done = true;
  audio.join();
}
