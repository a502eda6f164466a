import { describe, expect, test } from 'vitest';
import { MasterPeakWatch, peakFigure } from '../../../src-renderer/meters/master-peak.ts';

const QUIET = { highestDb: -60, clipped: false };

describe('the master meter’s light and figure', () => {
  test('come on together and are put out together', () => {
    const watch = new MasterPeakWatch();
    watch.step(0.5, false, 1);
    expect(watch.step(2, true, 1.1)).toEqual({ highestDb: expect.closeTo(6.02, 2), clipped: true });
    expect(watch.step(0.1, true, 1.2).clipped).toBe(true);
    expect(watch.clear(2)).toEqual(QUIET);
    // The engine has not heard of it yet.
    expect(watch.step(0, true, 2.02)).toEqual(QUIET);
    expect(watch.step(0.5, false, 2.1)).toEqual({ highestDb: expect.closeTo(-6.02, 2), clipped: false });
  });

  test('go out in every window when one puts them out', () => {
    const watch = new MasterPeakWatch();
    watch.step(2, true, 1);
    expect(watch.step(0, false, 2)).toEqual(QUIET);
  });

  test('say at least full scale where it was reached before this window looked', () => {
    const watch = new MasterPeakWatch();
    expect(peakFigure(watch.step(0.25, true, 1))).toBe('≥ 0');
    expect(peakFigure(watch.step(0, false, 2))).toBe('−∞');
  });

  test('come on again at once where it clips again, and where it never ceased', () => {
    const watch = new MasterPeakWatch();
    watch.step(2, true, 1);
    watch.clear(2);
    watch.step(0, false, 2.05);
    expect(watch.step(2, true, 2.1).clipped).toBe(true);
    watch.clear(3);
    expect(watch.step(2, true, 3.6).clipped).toBe(true);
  });

  test('begin anew with another source: a device that is opened or gone', () => {
    const watch = new MasterPeakWatch();
    watch.step(2, true, 1);
    expect(watch.step(0, null, 2)).toEqual(QUIET);
    expect(watch.step(1.5, null, 3).clipped).toBe(true);
    expect(watch.step(0, null, 4)).toEqual({ highestDb: expect.closeTo(3.52, 2), clipped: true });
    expect(watch.step(0, false, 5)).toEqual(QUIET);
  });
});

test('a peak is a figure in dB with its sign', () => {
  expect(peakFigure({ highestDb: -3.21, clipped: false })).toBe('-3.2');
  expect(peakFigure({ highestDb: 42.3, clipped: true })).toBe('+42.3');
  expect(peakFigure({ highestDb: 0, clipped: true })).toBe('0.0');
});
