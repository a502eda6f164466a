import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planDrift } from '../../../src-main/host/drift-plan.ts';
import type { SourceRow, SyncMatchRow } from '../../../src-shared/model/rows.ts';

const RATE = 48_000;
const recorder = (seconds: number, sampleRate = RATE) =>
  ({ lengthSamples: seconds * sampleRate, sampleRate }) as SourceRow;

const match = (offsetSeconds: number, driftPpm: number, more: Partial<SyncMatchRow> = {}) =>
  ({
    offsetSamplesAt48k: offsetSeconds * RATE,
    driftPpm,
    clockOffsetSamplesAt48k: null,
    followsClock: false,
    nudgeSamplesAt48k: 0,
    evidence: '',
    ...more,
  }) as SyncMatchRow;

/** The one stretch of a match that has one drift throughout; null where there is nothing to correct. */
const planOf = (...given: Parameters<typeof planDrift>) => {
  const plans = planDrift(...given);
  expect(plans.length).toBeLessThanOrEqual(1);
  return plans[0] ?? null;
};

/** Camera pieces of these lengths, one after the other, each a second of recorder further on. */
const pieces = (...given: [seconds: number, driftPpm: number][]) => {
  let fromSeconds = 0;
  const segments = given.map(([seconds, driftPpm], index) => {
    const segment = { fromSeconds, offsetSamplesAt48k: (60 + index) * RATE, driftPpm };
    fromSeconds += seconds;
    return segment;
  });
  return match(60, given[0]![1], { evidence: JSON.stringify({ segments }) });
};

describe('what of a recorder file is resampled for a camera clip', () => {
  test('is what the camera covers with handles of about ten seconds', () => {
    const plan = planOf(match(60, 50), 100, recorder(600))!;
    expect(plan.coveredFromSample).toBe(60 * RATE);
    expect(plan.coveredToSample).toBe(Math.ceil((60 + 100 * (1 + 50e-6)) * RATE));
    expect(plan.fromSample).toBeGreaterThanOrEqual(50 * RATE);
    expect(plan.fromSample).toBeLessThanOrEqual(52 * RATE);
    expect(plan.fromSample + plan.lengthSamples).toBe(plan.coveredToSample + 10 * RATE);
    expect(plan.driftPpm).toBe(50);
  });

  test('ends where the file does', () => {
    const plan = planOf(match(-5, -50), 100, recorder(60))!;
    expect(plan).toMatchObject({ coveredFromSample: 0, coveredToSample: 60 * RATE });
    expect(plan).toMatchObject({ fromSample: 0, lengthSamples: 60 * RATE });
  });

  test.each([20, -37.5, 145.7])('begins where its samples fall on the camera’s (%s ppm)', (driftPpm) => {
    const plan = planOf(match(60.123456, driftPpm), 100, recorder(600))!;
    const cameraZero = (60.123456 * RATE - plan.fromSample) / (1 + driftPpm * 1e-6);
    expect(Math.abs(cameraZero - Math.round(cameraZero))).toBeLessThan(0.001);
  });

  test('follows the clock, the nudge and the project’s rate', () => {
    const chosen = match(60, 50, { clockOffsetSamplesAt48k: 61 * RATE, followsClock: true, nudgeSamplesAt48k: 480 });
    const plan = planOf(chosen, 100, recorder(600, 96_000))!;
    expect(plan.coveredFromSample).toBe((61 + 0.01) * 96_000);
  });

  test('takes in every piece of a camera that lost samples, at one speed', () => {
    const plan = planOf(pieces([75, 40], [25, 40.4]), 100, recorder(600))!;
    expect(plan.driftPpm).toBeCloseTo(40.1, 9);
    expect(plan.pieces).toEqual([0, 1]);
    expect(plan.coveredFromSample).toBe(60 * RATE);
    expect(plan.coveredToSample).toBe(Math.ceil((61 + 100 * (1 + 40.4e-6)) * RATE));
  });

  test('is one for each piece whose clocks ran at a speed of their own', () => {
    const plans = planDrift(pieces([50, 30], [50, -30]), 100, recorder(600));
    expect(plans.map((plan) => [plan.driftPpm, plan.pieces])).toEqual([
      [30, [0]],
      [-30, [1]],
    ]);
    expect(plans[1]!.coveredFromSample).toBe(Math.floor((61 + 50 * (1 - 30e-6)) * RATE));
    expect(plans[1]!.fromSample).toBeLessThan(plans[1]!.coveredFromSample);
  });

  test('leaves the pieces out that do not drift', () => {
    const plans = planDrift(pieces([30, 100], [30, 0], [40, 0.1]), 100, recorder(600));
    expect(plans.map((plan) => [plan.driftPpm, plan.pieces])).toEqual([[100, [0]]]);
    expect(planDrift(pieces([50, 0.1], [50, -0.1]), 100, recorder(600))).toEqual([]);
  });

  test('leaves no piece further off than half a sample at its ends, whatever the pieces are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.double({ min: -200, max: 200, noNaN: true })), {
          minLength: 2,
          maxLength: 8,
        }),
        (given) => {
          const seconds = given.reduce((sum, [length]) => sum + length, 0);
          const plans = planDrift(pieces(...given), seconds, recorder(2000));
          given.forEach(([length, driftPpm], index) => {
            const corrected = plans.find((plan) => plan.pieces.includes(index))?.driftPpm ?? 0;
            expect((Math.abs(driftPpm - corrected) * 1e-6 * length * RATE) / 2).toBeLessThanOrEqual(0.5001);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('is nothing where the drift leaves half a sample or less at the ends, or the files do not meet', () => {
    expect(planOf(match(60, 0.2), 100, recorder(600))).toBeNull();
    expect(planOf(match(60, 0.22), 100, recorder(600))).not.toBeNull();
    expect(planOf(match(700, 50), 100, recorder(600))).toBeNull();
  });
});
