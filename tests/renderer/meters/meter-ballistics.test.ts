import { expect, test } from 'vitest';
import { FLOOR_DB, QUIET_METER, scalePosition, stepMeter } from '../../../src-renderer/meters/meter-ballistics.ts';

test('the meter rises at once and falls 20 dB in 1.7 s', () => {
  let meter = stepMeter(QUIET_METER, 1, 0, 1 / 60);
  expect(meter.levelDb).toBe(0);
  for (let step = 1; step <= 170; step++) meter = stepMeter(meter, 0, step / 100, 1 / 100);
  expect(meter.levelDb).toBeCloseTo(-20, 6);
});

test('the peak is held for 3 s', () => {
  let meter = stepMeter(QUIET_METER, 0.5, 0, 0.01);
  meter = stepMeter(meter, 0, 2.9, 2.9);
  expect(meter.heldDb).toBeCloseTo(-6.02, 2);
  meter = stepMeter(meter, 0, 3.1, 0.2);
  expect(meter.heldDb).toBeLessThan(-20);
});

test('the upper 20 dB take half of the scale', () => {
  expect([0, -20, FLOOR_DB].map(scalePosition)).toEqual([1, 0.5, 0]);
});
