import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PEAK_LEVEL, peakLevelFor, tileKey } from '../../../src-renderer/timeline/canvas/peak-levels.ts';
import { samplesPerPeakAt } from '../../../src-shared/engine/peak-file.ts';

const TWO_HOURS = 2 * 3600 * 48_000;

describe('the peak pyramid', () => {
  it('gives a pixel between one and four peaks, at every zoom that has a level', () => {
    fc.assert(
      fc.property(fc.double({ min: 256, max: samplesPerPeakAt(MAX_PEAK_LEVEL) * 4 - 1, noNaN: true }), (zoom) => {
        const peaks = zoom / samplesPerPeakAt(peakLevelFor(zoom, TWO_HOURS));
        expect(peaks).toBeGreaterThanOrEqual(1);
        expect(peaks).toBeLessThan(4);
      }),
    );
  });

  it('uses the finest level below 256 samples a pixel and the coarsest beyond the last', () => {
    expect(peakLevelFor(1, TWO_HOURS)).toBe(0);
    expect(peakLevelFor(20_000_000, TWO_HOURS)).toBe(MAX_PEAK_LEVEL);
  });

  it('asks a short source for no level beyond the one that is a single peak', () => {
    expect(peakLevelFor(20_000_000, 200)).toBe(0);
    expect(peakLevelFor(20_000_000, 4000)).toBe(2);
  });

  it('gives every tile a number of its own', () => {
    const tile = fc.tuple(fc.nat(2_000_000), fc.nat(1023), fc.nat(MAX_PEAK_LEVEL), fc.nat(200_000));
    fc.assert(
      fc.property(tile, tile, (a, b) => {
        expect(Number.isSafeInteger(tileKey(...a))).toBe(true);
        expect(tileKey(...a) === tileKey(...b)).toBe(a.every((value, index) => value === b[index]));
      }),
    );
  });
});
