import { describe, expect, test } from 'vitest';
import { coveredSpan, nextPlace, reviewPlaces } from '../../../src-renderer/sync/review-places.ts';

const line = (offsetSamplesAt48k: number) => [
  { fromSeconds: Number.NEGATIVE_INFINITY, offsetSamplesAt48k, driftPpm: 0 },
];

describe('the part of a camera clip that the recorder covers', () => {
  test('ends where either file ends', () => {
    expect(coveredSpan(line(-480_000), 60, 100)).toEqual({ from: 10, to: 60 });
    expect(coveredSpan(line(480_000), 60, 30)).toEqual({ from: 0, to: 20 });
  });

  test('is the whole clip while nothing is laid under it, or the two do not meet', () => {
    expect(coveredSpan([], 60, null)).toEqual({ from: 0, to: 60 });
    expect(coveredSpan(line(48_000_000), 60, 10)).toEqual({ from: 0, to: 60 });
  });
});

describe('places worth a look', () => {
  const evidence = {
    landmark: { cameraSeconds: 3, kind: 'clap' as const },
    claps: [3.005, 41],
  };
  const places = reviewPlaces(evidence, [{ cameraSeconds: 31, lostSeconds: 0.02 }], { from: 0, to: 60 }, [
    { seconds: 50, name: 'Door' },
  ]);

  test('are head, middle and tail, claps, lost samples and marks, in order, the landmark named once', () => {
    expect(places.map(({ kind, seconds }) => [kind, Math.round(seconds)])).toEqual([
      ['landmark', 3],
      ['head', 6],
      ['middle', 30],
      ['piece', 31],
      ['clap', 41],
      ['mark', 50],
      ['tail', 54],
    ]);
  });

  test('are stepped through both ways, and end', () => {
    expect(nextPlace(places, 31, 1)).toMatchObject({ kind: 'clap' });
    expect(nextPlace(places, 31, -1)).toMatchObject({ kind: 'middle' });
    expect(nextPlace(places, 54, 1)).toBeNull();
    expect(nextPlace(places, 3, -1)).toBeNull();
  });
});
