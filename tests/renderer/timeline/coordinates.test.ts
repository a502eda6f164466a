import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clampOrigin,
  MAX_SAMPLES_PER_PIXEL,
  MIN_SAMPLES_PER_PIXEL,
  nearestSample,
  pixelOfSample,
  sampleAtPixel,
  zoomAround,
  zoomToRange,
} from '../../../src-renderer/timeline/coordinates.ts';

const samplesPerPixel = fc.double({ min: MIN_SAMPLES_PER_PIXEL, max: MAX_SAMPLES_PER_PIXEL, noNaN: true });
// 24 hours at 192 kHz.
const sample = fc.integer({ min: 0, max: 16_588_800_000 });
const pixel = fc.integer({ min: 0, max: 8000 });

describe('samples and pixels', () => {
  it('find every visible sample again by its own pixel, from two hours across down to 64 pixels a sample', () => {
    fc.assert(
      fc.property(samplesPerPixel, sample, pixel, (zoom, at, x) => {
        const view = { samplesPerPixel: zoom, originSample: Math.max(0, at - x * zoom) };
        expect(nearestSample(pixelOfSample(at, view), view)).toBe(at);
      }),
    );
  });

  it('find every pixel again by its time to a millionth of a pixel', () => {
    fc.assert(
      fc.property(samplesPerPixel, sample, pixel, (zoom, originSample, x) => {
        const view = { samplesPerPixel: zoom, originSample };
        // Doubles hold 16 digits: at 2^34 samples and 64 pixels a sample that is 10^-4 pixels.
        expect(pixelOfSample(sampleAtPixel(x, view), view)).toBeCloseTo(x, 3);
      }),
    );
  });
});

describe('zooming', () => {
  const view = { samplesPerPixel: 1000, originSample: 4_800_000, viewportWidth: 1200, contentEndSample: 345_600_000 };

  it('keeps the sample under the pointer where it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 20, noNaN: true }), fc.integer({ min: 0, max: 1200 }), (factor, x) => {
        const zoomed = zoomAround(view, factor, x);
        const anchored = sampleAtPixel(x, zoomed);
        if (zoomed.originSample > 0) expect(anchored).toBeCloseTo(sampleAtPixel(x, view), 3);
      }),
    );
  });

  it('stops at 64 pixels a sample and a little beyond the whole programme', () => {
    expect(zoomAround(view, 1e-12, 600).samplesPerPixel).toBe(MIN_SAMPLES_PER_PIXEL);
    expect(zoomAround(view, 1e12, 600).samplesPerPixel).toBeCloseTo((345_600_000 * 1.25) / 1200, 3);
  });

  it('shows the whole of a range, with room beside it', () => {
    const shown = { ...view, ...zoomToRange(view, 1_000_000, 2_000_000) };
    expect(pixelOfSample(1_000_000, shown)).toBeGreaterThan(0);
    expect(pixelOfSample(2_000_000, shown)).toBeLessThan(view.viewportWidth);
  });

  it('never scrolls before the start nor far past the end', () => {
    expect(clampOrigin(-5, view)).toBe(0);
    expect(clampOrigin(1e12, view)).toBe(345_600_000 - 600 * 1000);
    expect(clampOrigin(1e12, { ...view, contentEndSample: 0 })).toBe(0);
  });
});
