import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Preview } from '../../src-main/engine/preview.ts';
import { planFadeShapes } from '../../src-shared/engine/plan-layout.ts';
import type { FadeShape, PlanSource, RenderPlan } from '../../src-shared/engine/render-plan.ts';
import { clip, noise, plan, renderNaively, temporaryFolder, track, writePcm } from '../support/render-plans.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const ones = new Float64Array(4000).fill(1);
const monoNoise = noise(30_000, 1);
const stereoNoise = noise(30_000, 2);
let one: PlanSource;
let mono: PlanSource;
let stereo: PlanSource;
beforeAll(() => {
  one = writePcm(`${folder.path}/one`, 'f32', 1, ones);
  mono = writePcm(`${folder.path}/mono`, 'f64', 1, monoNoise);
  stereo = writePcm(`${folder.path}/stereo`, 'f64', 2, stereoNoise);
});

/** The left of a mono track at pan -1 is the track itself. */
async function renderLeft(of: RenderPlan, from: number, frames: number): Promise<Float32Array> {
  const preview = new Preview();
  preview.setPlan(of);
  const both = await preview.renderRange(from, frames);
  preview.close();
  return both.filter((_, index) => index % 2 === 0);
}

describe('fades', () => {
  const formulas: Record<FadeShape, (u: number) => number> = {
    linear: (u) => u,
    'equal-power': (u) => Math.sin((u * Math.PI) / 2),
    's-curve': (u) => (1 - Math.cos(Math.PI * u)) / 2,
    slow: (u) => u ** 2,
    fast: (u) => 1 - (1 - u) ** 2,
  };

  it.each(Object.entries(formulas))('of shape %s follow their formula sample by sample', async (shape, formula) => {
    const fade = { lengthSamples: 1000, shape: shape as FadeShape };
    const clips = [clip({ lengthSamples: 3000, fadeIn: fade, fadeOut: fade })];
    const left = await renderLeft(plan({ sources: [one], tracks: [track({ pan: -1, clips })] }), 0, 3001);
    for (let i = 0; i < 1000; i++) expect(left[i]).toBeCloseTo(formula(i / 1000), 6);
    for (let i = 1000; i < 2000; i++) expect(left[i]).toBe(1);
    for (let i = 2000; i < 3000; i++) expect(left[i]).toBeCloseTo(formula((3000 - i) / 1000), 6);
    expect(left[3000]).toBe(0);
  });

  it('of equal power keep the power of a crossfade', async () => {
    const fade = { lengthSamples: 1000, shape: 'equal-power' as const };
    const of = (clips: Parameters<typeof track>[0]) => plan({ sources: [one], tracks: [track({ pan: -1, ...clips })] });
    const out = await renderLeft(of({ clips: [clip({ fadeOut: fade })] }), 0, 1000);
    const into = await renderLeft(of({ clips: [clip({ fadeIn: fade })] }), 0, 1000);
    for (let i = 0; i < 1000; i++) expect(out[i]! ** 2 + into[i]! ** 2).toBeCloseTo(1, 6);
  });
});

describe('the gain line of a track', () => {
  const withPoints = (points: { sample: number; gain: number }[]) =>
    plan({ sources: [one], tracks: [track({ pan: -1, gain: 2, points, clips: [clip({ lengthSamples: 4000 })] })] });

  it('is straight in amplitude between points and held outside them', async () => {
    const left = await renderLeft(
      withPoints([
        { sample: 1000, gain: 0.25 },
        { sample: 2000, gain: 0.75 },
      ]),
      0,
      4000,
    );
    expect([left[0], left[999], left[1000], left[1500], left[2000], left[3999]]).toEqual([0.5, 0.5, 0.5, 1, 1.5, 1.5]);
  });

  it('steps at two points of one sample', async () => {
    const left = await renderLeft(
      withPoints([
        { sample: 100, gain: 0.25 },
        { sample: 100, gain: 0.5 },
      ]),
      98,
      4,
    );
    expect([...left]).toEqual([0.5, 0.5, 1, 1]);
  });
});

const anyFade = fc.record({ lengthSamples: fc.nat(400), shape: fc.constantFrom(...planFadeShapes) });
const anyTrack = (channelCount: 1 | 2) =>
  fc.record({
    name: fc.constant('t'),
    channelCount: fc.constant(channelCount),
    gain: fc.double({ min: -2, max: 2, noNaN: true }),
    pan: fc.double({ min: -1, max: 1, noNaN: true }),
    stem: fc.integer({ min: -1, max: 1 }),
    points: fc
      .array(fc.record({ sample: fc.nat(40_000), gain: fc.double({ min: 0, max: 2, noNaN: true }) }), { maxLength: 6 })
      .map((points) => points.sort((a, b) => a.sample - b.sample)),
    clips: fc.array(
      fc.record({
        source: fc.nat(1),
        firstChannel: fc.constant(0),
        startSample: fc.integer({ min: -1000, max: 20_000 }),
        lengthSamples: fc.integer({ min: 400, max: 12_000 }),
        sourceInSample: fc.integer({ min: -500, max: 16_000 }),
        gain: fc.double({ min: -2, max: 2, noNaN: true }),
        fadeIn: anyFade,
        fadeOut: anyFade,
      }),
      { maxLength: 6 },
    ),
  });

describe('a rendered span', () => {
  it('is what the definition gives, for any plan and any span', async () => {
    const preview = new Preview();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(anyTrack(1), anyTrack(2)), { maxLength: 3 }),
        fc.integer({ min: -2000, max: 25_000 }),
        fc.integer({ min: 0, max: 9000 }),
        async (tracks, from, frames) => {
          const of = plan({ sources: [mono, stereo], stems: ['DX', 'FX'], tracks });
          preview.setPlan(of);
          const rendered = await preview.renderRange(from, frames);
          const { master } = renderNaively(of, [monoNoise, stereoNoise], from, frames);
          expect(rendered.length).toBe(master.length);
          for (let i = 0; i < master.length; i++) {
            if (!(Math.abs(rendered[i]! - master[i]!) <= 2e-6))
              throw new Error(`${i}: ${rendered[i]} for ${master[i]}`);
          }
        },
      ),
      { numRuns: 60 },
    );
    preview.close();
  });

  it('is the same in pieces of any size as in one', async () => {
    const fade = { lengthSamples: 5000, shape: 's-curve' as const };
    const points = [100, 7000, 9000].map((sample, index) => ({ sample, gain: index / 3 }));
    const clips = [clip({ lengthSamples: 20_000, fadeIn: fade, fadeOut: fade }), clip({ startSample: 333 })];
    const preview = new Preview();
    preview.setPlan(plan({ sources: [mono], tracks: [track({ clips, points, gain: 0.7, pan: 0.3 })] }));
    const whole = await preview.renderRange(0, 20_000);
    const pieces: number[] = [];
    for (let at = 0, size = 1; at < 20_000; at += size, size = Math.min(size * 3 + 1, 20_000 - at)) {
      pieces.push(...(await preview.renderRange(at, size)));
    }
    expect(Float32Array.from(pieces)).toEqual(whole);
    preview.close();
  });

  it('of calls made at once comes out as of calls one after another', async () => {
    const preview = new Preview();
    preview.setPlan(plan({ sources: [mono], tracks: [track({ clips: [clip({ lengthSamples: 20_000 })] })] }));
    const spans = Array.from({ length: 20 }, (_, index) => index * 997);
    const together = await Promise.all(spans.map((from) => preview.renderRange(from, 1000)));
    for (const [index, from] of spans.entries()) {
      expect(together[index]).toEqual(await preview.renderRange(from, 1000));
    }
    preview.close();
  });

  it('plays a mono source on both sides of a stereo track', async () => {
    const preview = new Preview();
    preview.setPlan(plan({ sources: [one], tracks: [track({ channelCount: 2, clips: [clip()] })] }));
    expect([...(await preview.renderRange(10, 2))]).toEqual([1, 1, 1, 1]);
    preview.close();
  });
});
