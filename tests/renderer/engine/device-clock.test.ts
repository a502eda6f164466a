import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeviceClock } from '../../../src-renderer/engine/device-clock.ts';

const RATE = 48_000;

describe('the device’s clock', () => {
  test('is not known before the first reading', () => {
    expect(new DeviceClock().clockAt(5e9)).toBeNull();
  });

  test('goes on between readings at the device’s rate', () => {
    const clock = new DeviceClock();
    clock.read({ clock: 48_000, clockNs: 7e9 }, RATE);
    expect(clock.clockAt(7e9)).toBe(48_000);
    expect(clock.clockAt(7.5e9)).toBe(72_000);
  });

  test('is set by blocks that were asked for in time, whatever others were late', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 40e6, noNaN: true }), { minLength: 100, maxLength: 200 }),
        fc.double({ min: -100, max: 100, noNaN: true }),
        (lateness, ppm) => {
          const clock = new DeviceClock();
          const trueRate = RATE * (1 + ppm / 1e6);
          let at = 0;
          lateness.forEach((lateNs, index) => {
            at = Math.round((index / 30) * trueRate);
            // One of ten is as good as in time, as on any machine that works at all.
            clock.read({ clock: at, clockNs: (at / trueRate) * 1e9 + (index % 10 === 0 ? 0 : lateNs) }, RATE);
          });
          const nowNs = (at / trueRate) * 1e9;
          expect(Math.abs(clock.clockAt(nowNs)! - at)).toBeLessThanOrEqual(16);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('begins anew with a device that counts from the start again', () => {
    const clock = new DeviceClock();
    clock.read({ clock: 1_000_000, clockNs: 1e9 }, RATE);
    clock.read({ clock: 256, clockNs: 9e9 }, RATE);
    expect(clock.clockAt(9e9)).toBe(256);
  });

  test('begins anew at another rate', () => {
    const clock = new DeviceClock();
    clock.read({ clock: 1000, clockNs: 1e9 }, RATE);
    clock.read({ clock: 2000, clockNs: 2e9 }, 96_000);
    expect(clock.clockAt(3e9)).toBe(98_000);
  });

  test('takes no notice of the same block told twice', () => {
    const clock = new DeviceClock();
    clock.read({ clock: 1000, clockNs: 1e9 }, RATE);
    clock.read({ clock: 1000, clockNs: 0.5e9 }, RATE);
    expect(clock.clockAt(1e9)).toBe(1000);
  });
});
