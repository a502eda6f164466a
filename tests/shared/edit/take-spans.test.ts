import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endInEachLap, type RolledFile, takeSpans } from '../../../src-shared/edit/take-spans.ts';

const rolledFile: fc.Arbitrary<RolledFile> = fc.record({
  startSample: fc.integer({ min: -40, max: 60 }),
  lengthSamples: fc.integer({ min: 0, max: 200 }),
  punches: fc.array(
    fc
      .record({
        inSample: fc.integer({ min: -20, max: 200 }),
        length: fc.integer({ min: 0, max: 90 }),
        isOpen: fc.boolean(),
      })
      .map(({ inSample, length, isOpen }) => ({ inSample, outSample: isOpen ? null : inSample + length })),
    { maxLength: 3 },
  ),
  loop: fc.option(
    fc
      .record({ fromSample: fc.integer({ min: 0, max: 60 }), length: fc.integer({ min: 1, max: 50 }) })
      .map(({ fromSample, length }) => ({ fromSample, toSample: fromSample + length })),
    { nil: null },
  ),
});

/** Timeline sample of each place along a roll, by going there step by step. */
function timelineOf(place: number, loop: RolledFile['loop']): number {
  let at = place;
  while (loop && at >= loop.toSample) at -= loop.toSample - loop.fromSample;
  return at;
}

test('takes hold each punched sample once for each punch, where the loop had gone back to', () => {
  fc.assert(
    fc.property(rolledFile, (file) => {
      const { startSample, lengthSamples, punches, loop } = file;
      const wanted: string[] = [];
      for (let index = 0; index < lengthSamples; index += 1) {
        const place = startSample + index;
        const timeline = timelineOf(place, loop);
        for (const { inSample, outSample } of punches) {
          if (place >= inSample && (outSample === null || place < outSample) && timeline >= 0)
            wanted.push(`${index}:${timeline}`);
        }
      }
      const found: string[] = [];
      for (const span of takeSpans(file)) {
        expect(span.punchInSample).toBeLessThan(span.punchOutSample);
        for (let at = span.punchInSample; at < span.punchOutSample; at += 1)
          found.push(`${at - span.startSample}:${at}`);
      }
      expect(found.sort()).toEqual(wanted.sort());
    }),
    { numRuns: 3000, seed: 4 },
  );
});

test('laps come oldest first, each with a start of its own', () => {
  const loop = { fromSample: 100, toSample: 200 };
  const punches = [{ inSample: 50, outSample: null }];
  expect(takeSpans({ startSample: 40, lengthSamples: 300, punches, loop })).toEqual([
    { startSample: 40, punchInSample: 50, punchOutSample: 200 },
    { startSample: -60, punchInSample: 100, punchOutSample: 200 },
    { startSample: -160, punchInSample: 100, punchOutSample: 140 },
  ]);
});

test('a range that is punched in every lap is a take in each, and never reaches beyond it', () => {
  const loop = { fromSample: 100, toSample: 200 };
  const lapsOf = (inSample: number, outSample: number, startSample: number) =>
    takeSpans({
      startSample,
      lengthSamples: 300,
      punches: [{ inSample, outSample: endInEachLap(outSample, loop) }],
      loop,
    }).map(({ startSample: start, punchInSample, punchOutSample }) => [start, punchInSample, punchOutSample]);
  expect(lapsOf(120, 150, 90)).toEqual([
    [90, 120, 150],
    [-10, 120, 150],
    [-110, 120, 150],
  ]);
  // The range begins before the loop: in further laps it begins with it.
  expect(lapsOf(80, 150, 60)).toEqual([
    [60, 80, 150],
    [-40, 100, 150],
    [-140, 100, 150],
  ]);
  // The last lap was left within the range; the whole loop is a range too.
  expect(lapsOf(100, 200, 60)).toEqual([
    [60, 100, 200],
    [-40, 100, 200],
    [-140, 100, 160],
  ]);
  // From the third lap on.
  expect(lapsOf(320, 350, 300)).toEqual([
    [100, 120, 150],
    [0, 120, 150],
    [-100, 120, 150],
  ]);
});
