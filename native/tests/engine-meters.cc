// Peaks and clips: none is lost, and none is told that was not there.
#include <cmath>
#include <limits>

#include "check.h"
#include "rt/engine.h"
#include "support/engine-rig.h"

using namespace check;
using namespace twopop::rt;

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
