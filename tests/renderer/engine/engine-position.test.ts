import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Motion, positionAt } from '../../../src-renderer/engine/engine-position.ts';

const NORMAL = { numerator: 1, denominator: 1 };

/** Goes on sample by sample in whole parts of the speed's denominator, as a tape would: nothing is multiplied. */
function walked({ startClock, startSample, speed, loop, endSample }: Motion, clock: number): number {
  const parts = speed.denominator;
  const isForward = speed.numerator > 0;
  const loops = loop !== null && (isForward ? startSample < loop.toSample : startSample >= loop.fromSample);
  let at = startSample * parts;
  for (let now = startClock; now < clock; now++) {
    at += speed.numerator;
    if (loops && isForward) while (at >= loop.toSample * parts) at -= (loop.toSample - loop.fromSample) * parts;
    else if (loops) while (at < loop.fromSample * parts) at += (loop.toSample - loop.fromSample) * parts;
    else if (endSample !== null && (isForward ? at >= endSample * parts : at <= endSample * parts)) return endSample;
    else if (at < 0) at = Math.min(0, at);
  }
  return loops ? at / parts : Math.max(0, at / parts);
}

const speeds = fc.constantFrom(
  [1, 1],
  [2, 1],
  [8, 1],
  [-1, 1],
  [-4, 1],
  [1, 2],
  [-1, 2],
  [24, 25],
  [25, 24],
  [1000, 1001],
  [1001, 1000],
);

const motions = fc
  .record({
    startClock: fc.integer({ min: 0, max: 1_000_000 }),
    startSample: fc.integer({ min: 0, max: 400 }),
    speed: speeds.map(([numerator, denominator]) => ({ numerator: numerator!, denominator: denominator! })),
    loop: fc.option(
      fc.record({ fromSample: fc.integer({ min: 0, max: 300 }), length: fc.integer({ min: 1, max: 200 }) }),
    ),
    ahead: fc.option(fc.integer({ min: 0, max: 300 })),
  })
  .map(({ loop, ahead, ...motion }): Motion => {
    const forward = motion.speed.numerator > 0;
    const endSample = ahead === null ? null : Math.max(0, motion.startSample + (forward ? ahead : -ahead));
    return {
      ...motion,
      loop: loop && { fromSample: loop.fromSample, toSample: loop.fromSample + loop.length },
      endSample: loop ? null : endSample,
    };
  });

test('the position at any clock is where a tape would have come to, sample by sample', () => {
  fc.assert(
    fc.property(motions, fc.integer({ min: -50, max: 1500 }), (motion, since) => {
      const clock = motion.startClock + since;
      expect(positionAt(motion, clock)).toBeCloseTo(walked(motion, clock), 6);
    }),
    { numRuns: 3000 },
  );
});

describe('a roll', () => {
  const motion: Motion = { startClock: 1000, startSample: 500, speed: NORMAL, loop: null, endSample: null };

  test('stands where it starts until its clock', () => {
    expect(positionAt(motion, 0)).toBe(500);
    expect(positionAt(motion, 1000)).toBe(500);
    expect(positionAt(motion, 1000.25)).toBe(500.25);
  });

  test('rests at its end', () => {
    expect(positionAt({ ...motion, endSample: 510 }, 99_999)).toBe(510);
    expect(positionAt({ ...motion, speed: { numerator: -2, denominator: 1 }, endSample: 100 }, 99_999)).toBe(100);
  });

  test('never comes into a loop that lies behind it', () => {
    expect(positionAt({ ...motion, loop: { fromSample: 100, toSample: 500 } }, 1600)).toBe(1100);
  });

  test('of hours at a film rate is exact to a hundredth of a sample', () => {
    const elapsed = 48_000 * 3600 * 12;
    const exact = Number((BigInt(elapsed) * 1000n * 1000n) / 1001n) / 1000;
    const there = positionAt({ ...motion, speed: { numerator: 1000, denominator: 1001 } }, 1000 + elapsed);
    expect(Math.abs(there - 500 - exact)).toBeLessThan(0.01);
  });
});
