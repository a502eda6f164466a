import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MIN_SAMPLES_PER_PIXEL } from '../../../src-renderer/timeline/coordinates.ts';
import { rulerTicks } from '../../../src-renderer/timeline/ruler-ticks.ts';
import { FRAME_RATES } from '../../../src-shared/time/frame-rate.ts';
import { timecodeAt } from '../../../src-shared/time/timecode.ts';

const clockOf = (name: keyof typeof FRAME_RATES, startFrame = 0) => ({
  frameRate: FRAME_RATES[name],
  sampleRate: 48_000,
  startFrame,
});

describe('the ruler', () => {
  it('labels ticks with the timecode of their sample, at every rate and zoom, in order and apart', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(FRAME_RATES) as (keyof typeof FRAME_RATES)[])),
        fc.double({ min: MIN_SAMPLES_PER_PIXEL, max: 300_000, noNaN: true }),
        fc.integer({ min: 0, max: 345_600_000 }),
        (name, samplesPerPixel, originSample) => {
          const clock = clockOf(name, 3600);
          const ticks = rulerTicks({ samplesPerPixel, originSample }, 1200, clock);
          let last = Number.NEGATIVE_INFINITY;
          let lastLabel = Number.NEGATIVE_INFINITY;
          for (const tick of ticks) {
            expect(tick.sample).toBeGreaterThan(last);
            last = tick.sample;
            if (!tick.major) continue;
            if (!tick.label.startsWith('+')) {
              expect(tick.label).toBe(timecodeAt(tick.sample, clock));
              expect((tick.sample - lastLabel) / samplesPerPixel).toBeGreaterThan(40);
            }
            lastLabel = tick.sample;
          }
          expect(ticks.length).toBeLessThan(1500);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('starts a drop-frame minute at its first label, ;02, and every tenth at ;00', () => {
    const ticks = rulerTicks({ samplesPerPixel: 40_000, originSample: 0 }, 1000, clockOf('29.97 DF'));
    const labels = ticks.filter((tick) => tick.major).map((tick) => tick.label);
    expect(labels).toContain('00:02:00;02');
    expect(labels).toContain('00:10:00;00');
    expect(labels.every((label) => /;0[02]$/.test(label))).toBe(true);
  });

  it('counts samples once a frame is wider than its label', () => {
    const ticks = rulerTicks({ samplesPerPixel: 1, originSample: 0 }, 1200, clockOf('24'));
    const labels = ticks.filter((tick) => tick.major).map((tick) => tick.label);
    expect(labels[0]).toBe('00:00:00:00');
    expect(labels).toContain('+500');
  });
});
