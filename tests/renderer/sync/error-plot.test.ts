import { describe, expect, test } from 'vitest';
import { dotRadius, lostLabel, plotScale, plotShare } from '../../../src-renderer/sync/error-plot.ts';

const residual = (lagMs: number, weight = 1) => ({ cameraSeconds: 0, lagMs, weight });

describe('the error over a clip', () => {
  test('is never drawn so large that noise looks like error', () => {
    expect(plotScale([residual(0.001), residual(-0.002)]).limitMs).toBe(0.1);
    expect(plotScale([]).limitMs).toBe(0.1);
  });

  test('is drawn on a scale that one outlier of little weight does not set', () => {
    const steady = Array.from({ length: 20 }, () => residual(0.3));
    expect(plotScale([...steady, residual(80, 0.1)]).limitMs).toBe(0.5);
    expect(plotScale([...steady, ...steady.map(() => residual(8))]).limitMs).toBe(10);
  });

  test('lies below for a late recorder, and at the edge when it is beyond the scale', () => {
    const scale = plotScale([residual(1)]);
    expect(plotShare(0, scale)).toBe(0.5);
    expect(plotShare(1, scale)).toBeGreaterThan(0.5);
    expect(plotShare(1000, scale)).toBeCloseTo(0.95);
    expect(plotShare(-1000, scale)).toBeCloseTo(0.05);
  });

  test('has larger dots where a stretch has more to say', () => {
    expect(dotRadius(1)).toBeGreaterThan(dotRadius(0.2));
    expect(dotRadius(0)).toBeGreaterThan(0);
  });
});

test('samples that a camera lost or repeated are told with size and place', () => {
  expect(lostLabel({ cameraSeconds: 31, lostSeconds: 1024 / 48_000 }, '0:31.0')).toBe(
    '1,024 samples (21.33 ms) lost at 0:31.0',
  );
  expect(lostLabel({ cameraSeconds: 31, lostSeconds: -0.01 }, '0:31.0')).toBe('480 samples (10 ms) repeated at 0:31.0');
});
