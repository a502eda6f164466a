import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  frameTicks,
  heldView,
  laidOnCamera,
  minutesLabel,
  ownClock,
  pixelOfSeconds,
  recorderSeconds,
  sampleAtSeconds,
  scrolledView,
  secondsAtPixel,
  secondsOfSample,
  timeTicks,
  wholeView,
  zoomedView,
} from '../../../src-renderer/sync/trace-view.ts';

const LIMITS = { fromSeconds: 0, toSeconds: 60, sampleRate: 48_000 };

describe('the view of a trace', () => {
  test('goes from the whole clip down to 32 samples and no further', () => {
    expect(wholeView(LIMITS).spanSeconds).toBeCloseTo(62.4);
    const deep = zoomedView(wholeView(LIMITS), 1e9, 30, LIMITS);
    expect(deep.spanSeconds * 48_000).toBeCloseTo(32);
    expect(zoomedView(deep, 1e-12, 30, LIMITS)).toEqual(wholeView(LIMITS));
  });

  test('zooms about the pixel that is pointed at, as long as it lies inside the clip', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 5, max: 55, noNaN: true }),
        fc.double({ min: 0.5, max: 4, noNaN: true }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (centreSeconds, factor, share) => {
          const view = { centreSeconds, spanSeconds: 2 };
          const about = secondsAtPixel(share * 800, view, 800);
          const after = zoomedView(view, factor, about, LIMITS);
          expect(pixelOfSeconds(about, after, 800)).toBeCloseTo(share * 800, 4);
        },
      ),
    );
  });

  test('is scrolled by shares of its width and stays over the clip', () => {
    const view = { centreSeconds: 1, spanSeconds: 2 };
    expect(scrolledView(view, 0.5, LIMITS).centreSeconds).toBeCloseTo(2);
    expect(scrolledView(view, -10, LIMITS).centreSeconds).toBe(0);
    expect(scrolledView(view, 1000, LIMITS).centreSeconds).toBe(60);
  });

  test('of a clip of few samples shows no less than can be drawn', () => {
    const short = { fromSeconds: 0, toSeconds: 1 / 48_000, sampleRate: 48_000 };
    expect(heldView({ centreSeconds: 0, spanSeconds: 0 }, short).spanSeconds).toBeGreaterThan(0);
  });
});

describe('the recorder laid on the camera', () => {
  const pieces = laidOnCamera(
    [
      { fromSeconds: Number.NEGATIVE_INFINITY, offsetSamplesAt48k: 96_000, driftPpm: 100 },
      { fromSeconds: 10, offsetSamplesAt48k: 97_024, driftPpm: 100 },
    ],
    48_000,
  );

  test('lies where its line says, drift and lost samples in', () => {
    expect(sampleAtSeconds(pieces, 0)).toBe(96_000);
    expect(sampleAtSeconds(pieces, 5)).toBeCloseTo(96_000 + 5 * 48_000 * 1.0001);
    expect(sampleAtSeconds(pieces, 10) - sampleAtSeconds(pieces, 9.999_999)).toBeCloseTo(1024, 0);
  });

  test('is found again by its sample on either side of what was lost', () => {
    for (const seconds of [0, 3.3, 9.99, 10.01, 42])
      expect(secondsOfSample(pieces, sampleAtSeconds(pieces, seconds))).toBeCloseTo(seconds, 9);
  });

  test('at another rate lies at the same time', () => {
    const line = [{ fromSeconds: Number.NEGATIVE_INFINITY, offsetSamplesAt48k: 48_000, driftPpm: 0 }];
    expect(sampleAtSeconds(laidOnCamera(line, 96_000), 1)).toBe(192_000);
    expect(recorderSeconds(line, 1)).toBe(2);
    expect(sampleAtSeconds(ownClock(96_000), 1)).toBe(96_000);
  });
});

describe('the time under a trace', () => {
  test('is told in milliseconds from the place while little is shown', () => {
    const ticks = timeTicks({ centreSeconds: 10, spanSeconds: 0.16 }, 800, 10);
    expect(ticks.find(({ strong }) => strong)).toMatchObject({ seconds: 10, label: '0 ms' });
    expect(ticks.map(({ label }) => label)).toEqual(['−80', '−60', '−40', '−20', '0 ms', '+20', '+40', '+60', '+80']);
  });

  test('is told in minutes and seconds of the clip while much is shown', () => {
    const ticks = timeTicks({ centreSeconds: 60, spanSeconds: 120 }, 800, 10);
    expect(ticks.map(({ label }) => label)).toContain('1:00');
    expect(ticks.every(({ strong }) => !strong)).toBe(true);
  });

  test('reads as a clock does', () => {
    expect([0, 59.96, 61.25, -2].map((seconds) => minutesLabel(seconds, 0.5))).toEqual([
      '0:00.0',
      '1:00.0',
      '1:01.3',
      '−0:02.0',
    ]);
    expect(minutesLabel(3599)).toBe('59:59');
  });

  test('names frames only while they can be told apart, and none before the first', () => {
    const frameSeconds = 1001 / 24_000;
    expect(frameTicks({ centreSeconds: 30, spanSeconds: 60 }, 800, frameSeconds)).toEqual([]);
    const near = frameTicks({ centreSeconds: 0, spanSeconds: 0.5 }, 800, frameSeconds);
    expect(near[0]).toEqual({ frame: 0, seconds: 0, labelled: true });
    expect(near).toHaveLength(6);
  });
});
