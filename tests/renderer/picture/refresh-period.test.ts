import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RefreshPeriod } from '../../../src-renderer/picture/refresh-period.ts';

test('the screen’s period is known whatever share of its refreshes the page missed', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(24, 60, 75, 120, 144, 240),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 60, maxLength: 300 }),
      (rate, missed) => {
        const period = new RefreshPeriod();
        let atMs = 0;
        for (const [index, periods] of missed.entries()) {
          atMs += ((index % 40 === 0 ? 1 : periods) * 1000) / rate;
          period.take(atMs + (index % 2 ? 0.2 : -0.2));
        }
        expect(Math.abs(period.milliseconds - 1000 / rate)).toBeLessThan(0.5);
      },
    ),
  );
});

test('it is a usual screen’s until two refreshes were seen', () => {
  const period = new RefreshPeriod();
  period.take(1000);
  expect(period.milliseconds).toBeCloseTo(16.67, 2);
});
