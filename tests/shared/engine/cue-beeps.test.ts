import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beepLength, beepStarts } from '../../../src-shared/engine/cue-beeps.ts';
import { DEFAULT_BEEPS } from '../../../src-shared/engine/live-engine.ts';
import { FRAME_RATES } from '../../../src-shared/time/frame-rate.ts';

const at = (frameRate = FRAME_RATES['24'], sampleRate = 48_000) => ({ frameRate, sampleRate });

test('by default three beeps of a tenth of a second, one second apart, the line where a fourth would be', () => {
  expect(beepStarts(480_000, DEFAULT_BEEPS, at())).toEqual([336_000, 384_000, 432_000]);
  expect(beepLength(DEFAULT_BEEPS, at())).toBe(4800);
});

test('24 frames apart at 23.976 are 48,048 samples, and each is rounded by itself', () => {
  const film = { ...DEFAULT_BEEPS, interval: { unit: 'frames', count: 24 } } as const;
  expect(beepStarts(0, film, at(FRAME_RATES['23.976']))).toEqual([-144_144, -96_096, -48_048]);
  // A frame is 1471.47 samples.
  const ragged = { ...film, interval: { unit: 'frames', count: 1 } } as const;
  expect(beepStarts(0, ragged, at(FRAME_RATES['29.97 NDF'], 44_100))).toEqual([-4414, -2943, -1471]);
});

test('a beep never reaches into the next one or the line, and always sounds', () => {
  const span = fc.record({
    unit: fc.constantFrom('milliseconds' as const, 'frames' as const),
    count: fc.integer({ min: 1, max: 10_000 }),
  });
  const rate = fc.constantFrom(...Object.values(FRAME_RATES));
  fc.assert(
    fc.property(span, span, fc.integer({ min: 1, max: 12 }), rate, (interval, length, count, frameRate) => {
      const settings = { ...DEFAULT_BEEPS, interval, length, count };
      const starts = beepStarts(1_000_000_000, settings, at(frameRate));
      const long = beepLength(settings, at(frameRate));
      const ends = [...starts.slice(1), 1_000_000_000];
      expect(starts).toHaveLength(count);
      expect(long).toBeGreaterThan(0);
      starts.forEach((start, n) => {
        expect(start + long).toBeLessThanOrEqual(ends[n] as number);
      });
    }),
  );
});
