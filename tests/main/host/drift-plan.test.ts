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

describe('what of a recorder file is resampled for a camera clip', () => {
  test('is what the camera covers with handles of about ten seconds', () => {
    const plan = planDrift(match(60, 50), 100, recorder(600))!;
    expect(plan.coveredFromSample).toBe(60 * RATE);
    expect(plan.coveredToSample).toBe(Math.ceil((60 + 100 * (1 + 50e-6)) * RATE));
    expect(plan.fromSample).toBeGreaterThanOrEqual(50 * RATE);
    expect(plan.fromSample).toBeLessThanOrEqual(52 * RATE);
    expect(plan.fromSample + plan.lengthSamples).toBe(plan.coveredToSample + 10 * RATE);
    expect(plan.driftPpm).toBe(50);
  });

  test('ends where the file does', () => {
    const plan = planDrift(match(-5, -50), 100, recorder(60))!;
    expect(plan).toMatchObject({ coveredFromSample: 0, coveredToSample: 60 * RATE });
    expect(plan).toMatchObject({ fromSample: 0, lengthSamples: 60 * RATE });
  });

  test.each([20, -37.5, 145.7])('begins where its samples fall on the camera’s (%s ppm)', (driftPpm) => {
    const plan = planDrift(match(60.123456, driftPpm), 100, recorder(600))!;
    const cameraZero = (60.123456 * RATE - plan.fromSample) / (1 + driftPpm * 1e-6);
    expect(Math.abs(cameraZero - Math.round(cameraZero))).toBeLessThan(0.001);
  });

  test('follows the clock, the nudge and the project’s rate', () => {
    const chosen = match(60, 50, { clockOffsetSamplesAt48k: 61 * RATE, followsClock: true, nudgeSamplesAt48k: 480 });
    const plan = planDrift(chosen, 100, recorder(600, 96_000))!;
    expect(plan.coveredFromSample).toBe((61 + 0.01) * 96_000);
  });

  test('takes in every piece of a camera that lost samples, at one speed', () => {
    const evidence = JSON.stringify({
      segments: [
        { fromSeconds: 0, offsetSamplesAt48k: 60 * RATE, driftPpm: 40 },
        { fromSeconds: 75, offsetSamplesAt48k: 61 * RATE, driftPpm: 44 },
      ],
    });
    const plan = planDrift(match(60, 40, { evidence }), 100, recorder(600))!;
    expect(plan.driftPpm).toBeCloseTo(41, 9);
    expect(plan.coveredFromSample).toBe(60 * RATE);
    expect(plan.coveredToSample).toBe(Math.ceil((61 + 100 * (1 + 44e-6)) * RATE));
  });

  test('is nothing where the drift leaves half a sample or less at the ends, or the files do not meet', () => {
    expect(planDrift(match(60, 0.2), 100, recorder(600))).toBeNull();
    expect(planDrift(match(60, 0.22), 100, recorder(600))).not.toBeNull();
    expect(planDrift(match(700, 50), 100, recorder(600))).toBeNull();
  });
});
