import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePlan } from '../../../src-shared/engine/decode-plan.ts';
import { encodePlan } from '../../../src-shared/engine/encode-plan.ts';
import { planFadeShapes, planFormats } from '../../../src-shared/engine/plan-layout.ts';
import type { RenderPlan } from '../../../src-shared/engine/render-plan.ts';
import { clip, goldenPlan, plan, track } from '../../support/render-plans.ts';

const golden = new Uint8Array(readFileSync(new URL('../../golden/render-plan-v1.bin', import.meta.url)));

const position = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
const name = fc.string({ unit: 'grapheme' }).map((text) => text.toWellFormed().replaceAll('\0', ''));
const gain = fc.double({ min: -8, max: 8, noNaN: true });

const anyPlan: fc.Arbitrary<RenderPlan> = fc
  .record({
    sources: fc.array(
      fc.record({
        path: name,
        dataOffsetBytes: fc.nat(2 ** 31 - 1),
        format: fc.constantFrom(...planFormats),
        channelCount: fc.integer({ min: 2, max: 1024 }),
        frameCount: fc.integer({ min: 0, max: 2 ** 40 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    stems: fc.array(name, { minLength: 1, maxLength: 3 }),
    lengthSamples: fc.integer({ min: 0, max: 2 ** 45 }),
    sampleRate: fc.constantFrom(44_100, 48_000, 96_000),
  })
  .chain((outer) =>
    fc
      .array(
        fc.record({
          name,
          channelCount: fc.constantFrom(1 as const, 2 as const),
          gain,
          pan: fc.double({ min: -1, max: 1, noNaN: true }),
          stem: fc.integer({ min: -1, max: outer.stems.length - 1 }),
          points: fc
            .array(fc.record({ sample: position, gain }), { maxLength: 5 })
            .map((points) => points.sort((a, b) => a.sample - b.sample)),
          clips: fc.array(
            fc.record({
              source: fc.nat(outer.sources.length - 1),
              firstChannel: fc.nat(1),
              startSample: position,
              sourceInSample: position,
              lengthSamples: fc.integer({ min: 1000, max: 2 ** 40 }),
              gain,
              fadeIn: fc.record({ lengthSamples: fc.nat(1000), shape: fc.constantFrom(...planFadeShapes) }),
              fadeOut: fc.record({ lengthSamples: fc.nat(1000), shape: fc.constantFrom(...planFadeShapes) }),
            }),
            { maxLength: 5 },
          ),
        }),
        { maxLength: 4 },
      )
      .map((tracks) => ({ ...outer, tracks })),
  );

describe('the bytes of a render plan', () => {
  it('are those of the golden file', () => {
    expect(encodePlan(goldenPlan)).toEqual(golden);
    expect(decodePlan(golden)).toEqual(goldenPlan);
  });

  it('hold any plan without loss', () => {
    fc.assert(fc.property(anyPlan, (any) => void expect(decodePlan(encodePlan(any))).toEqual(any)));
  });

  it('replace lone surrogates in a name instead of failing', () => {
    expect(decodePlan(encodePlan(plan({ stems: ['a\ud800'] }))).stems).toEqual(['a\ufffd']);
  });

  const source = { path: 'a.wav', dataOffsetBytes: 44, format: 's24', channelCount: 2, frameCount: 10 } as const;
  it.each<[string, Partial<RenderPlan>]>([
    ['a length that is not whole', { lengthSamples: 0.5 }],
    ['a clip of a source that is not there', { tracks: [track({ clips: [clip()] })] }],
    [
      'a channel that its source has not',
      { sources: [source], tracks: [track({ clips: [clip({ firstChannel: 2 })] })] },
    ],
    ['a gain that is not a number', { tracks: [track({ gain: Number.NaN })] }],
    ['a pan beyond its end', { tracks: [track({ pan: 1.01 })] }],
    ['a stem that is not there', { tracks: [track({ stem: 0 })] }],
    [
      'a fade longer than its clip',
      { sources: [source], tracks: [track({ clips: [clip({ fadeIn: { lengthSamples: 1001, shape: 'slow' } })] })] },
    ],
    [
      'points out of order',
      {
        tracks: [
          track({
            points: [
              { sample: 2, gain: 1 },
              { sample: 1, gain: 1 },
            ],
          }),
        ],
      },
    ],
    ['a zero character in a path', { sources: [{ ...source, path: 'a\0b' }] }],
    ['a path of 40,000 bytes', { sources: [{ ...source, path: 'a'.repeat(40_000) }] }],
    [
      'positions past 2^53',
      { sources: [source], tracks: [track({ clips: [clip({ startSample: Number.MAX_SAFE_INTEGER })] })] },
    ],
  ])('refuse %s', (_, over) => {
    expect(() => encodePlan(plan(over))).toThrow(expect.objectContaining({ code: 'plan-invalid' }));
  });
});
