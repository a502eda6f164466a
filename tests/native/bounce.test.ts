import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BounceChannel, BounceOutput, BounceResult } from '../../src-main/engine/addon.ts';
import { engineAddon } from '../../src-main/engine/addon.ts';
import { encodePlan } from '../../src-shared/engine/encode-plan.ts';
import type { PlanSource, RenderPlan } from '../../src-shared/engine/render-plan.ts';
import { clip, noise, plan, renderNaively, temporaryFolder, track, writePcm } from '../support/render-plans.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const monoNoise = noise(150_000, 3);
const stereoNoise = noise(300_000, 4);
let mono: PlanSource;
let stereo: PlanSource;
let mix: RenderPlan;
beforeAll(() => {
  mono = writePcm(`${folder.path}/mono`, 'f64', 1, monoNoise);
  stereo = writePcm(`${folder.path}/stereo`, 'f64', 2, stereoNoise);
  const fade = { lengthSamples: 3000, shape: 'equal-power' as const };
  mix = plan({
    lengthSamples: 120_000,
    sources: [mono, stereo],
    stems: ['DX', 'MX'],
    tracks: Array.from({ length: 12 }, (_, index) =>
      track({
        channelCount: index % 3 ? 1 : 2,
        gain: 0.1 + index / 50,
        pan: index / 6 - 0.9,
        stem: (index % 3) - 1,
        points: [0, 30_000, 90_000].map((sample, at) => ({ sample: sample + index * 77, gain: 1 - at / 4 })),
        clips: [0, 40_000, 70_000].map((startSample, at) =>
          clip({
            source: index % 3 ? at % 2 : 1,
            startSample: startSample + index * 131,
            lengthSamples: 45_000,
            sourceInSample: index * 1009,
            gain: 0.5,
            fadeIn: fade,
            fadeOut: fade,
          }),
        ),
      }),
    ),
  });
});

const stereoOf = (channel: Omit<Extract<BounceChannel, { bus: 'stem' }>, 'side'> | { bus: 'master' }) =>
  (['left', 'right'] as const).map((side) => ({ ...channel, side }) as BounceChannel);
const master = stereoOf({ bus: 'master' });

let serial = 0;
const outputOf = (over: Partial<BounceOutput> = {}): BounceOutput => ({
  path: `${folder.path}/out-${serial++}`,
  headerBytes: new Uint8Array(0),
  channels: master,
  sampleFormat: 'f32',
  dither: false,
  ...over,
});

type Options = { threads?: number; ditherSeed?: number; from?: number; length?: number };

async function run(of: RenderPlan, outputs: BounceOutput[], options: Options = {}): Promise<BounceResult> {
  const engine = engineAddon();
  const handle = engine.openPlan(encodePlan(of));
  const { from: fromSample = 0, length: lengthSamples = of.lengthSamples, threads, ditherSeed } = options;
  return engine.bounce(handle, { fromSample, lengthSamples, outputs, threads, ditherSeed }).done;
}

async function bytesOf(of: RenderPlan, over: Partial<BounceOutput>, options: Options = {}): Promise<Buffer> {
  const output = outputOf(over);
  await run(of, [output], options);
  return readFileSync(output.path);
}

const floats = (bytes: Buffer) =>
  new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));

describe('a bounce', () => {
  it('renders stems, master and their definition in one pass', async () => {
    const outputs = [
      outputOf({ channels: stereoOf({ bus: 'stem', index: 0 }) }),
      outputOf({ channels: stereoOf({ bus: 'stem', index: 1 }) }),
      outputOf(),
    ];
    const result = await run(mix, outputs);
    const expected = renderNaively(mix, [monoNoise, stereoNoise], 0, mix.lengthSamples);
    const rendered = outputs.map((output) => floats(readFileSync(output.path)));
    for (const [index, wanted] of [...expected.stems, expected.master].entries()) {
      const samples = rendered[index]!;
      expect(samples.length).toBe(wanted.length);
      let worst = 0;
      let peak = 0;
      for (let i = 0; i < wanted.length; i++) {
        worst = Math.max(worst, Math.abs(samples[i]! - wanted[i]!));
        peak = Math.max(peak, Math.abs(wanted[i]!));
      }
      expect(worst).toBeLessThan(2e-7);
      expect(result.outputs[index]!.peak).toBeCloseTo(peak, 9);
    }
    expect(result.problems).toEqual([]);
    expect(result.outputs.map((output) => output.framesWritten)).toEqual([120_000, 120_000, 120_000]);
  });

  it('writes the same bytes with one thread, two and seven, dither included', async () => {
    for (const over of [
      {},
      { sampleFormat: 's16', dither: true } as const,
      { sampleFormat: 's24', dither: true } as const,
    ]) {
      const single = await bytesOf(mix, over, { threads: 1 });
      expect(await bytesOf(mix, over, { threads: 2 })).toEqual(single);
      expect(await bytesOf(mix, over, { threads: 7 })).toEqual(single);
    }
  });

  it('of a selection is that part of the whole, bit for bit', async () => {
    const whole = await bytesOf(mix, { sampleFormat: 's24', dither: true });
    const part = await bytesOf(mix, { sampleFormat: 's24', dither: true }, { from: 12_345, length: 54_321 });
    expect(part).toEqual(whole.subarray(12_345 * 6, (12_345 + 54_321) * 6));
  });

  it('puts any buses as channels of one poly file between its header and trailer', async () => {
    const solo = plan({
      ...mix,
      tracks: [track({ gain: 0.5, pan: 1, stem: 0, clips: [clip({ gain: 0.5, lengthSamples: 4000 })] })],
    });
    const bus = { bus: 'track', index: 0, side: 'left' } as const;
    const bytes = await bytesOf(
      solo,
      {
        headerBytes: Uint8Array.of(1, 2, 3),
        trailerBytes: Uint8Array.of(9, 8),
        channels: [
          { ...bus, tap: 'pre-fader' },
          { ...bus, tap: 'post-fader' },
          { ...bus, tap: 'post-pan' },
          { ...bus, side: 'right', tap: 'post-pan' },
          { bus: 'stem', index: 0, side: 'right' },
          { bus: 'stem', index: 1, side: 'right' },
          { bus: 'master', side: 'mono' },
        ],
      },
      { length: 1000 },
    );
    expect([...bytes.subarray(0, 3), ...bytes.subarray(-2)]).toEqual([1, 2, 3, 9, 8]);
    const samples = floats(bytes.subarray(3, -2));
    expect(samples.length).toBe(7000);
    for (const frame of [0, 1, 500, 999]) {
      const clipSound = monoNoise[frame]! * 0.5;
      const wanted = [clipSound, clipSound / 2, 0, clipSound / 2, clipSound / 2, 0, clipSound / 4];
      wanted.forEach((value, channel) => {
        expect(samples[7 * frame + channel]).toBeCloseTo(value, 6);
      });
    }
  });

  it('with thousands of channels in one file has each of them right', async () => {
    const channels = Array.from({ length: 3000 }, (_, index) => master[index % 2]!);
    const bytes = await bytesOf(mix, { channels, sampleFormat: 's16' }, { length: 600 });
    const two = await bytesOf(mix, { sampleFormat: 's16' }, { length: 600 });
    for (let frame = 0; frame < 600; frame++) {
      const wanted = two.subarray(frame * 4, frame * 4 + 4);
      for (let pair = 0; pair < 1500; pair += 499) {
        expect(bytes.subarray((frame * 1500 + pair) * 4, (frame * 1500 + pair + 1) * 4)).toEqual(wanted);
      }
    }
  });

  it('of nothing is a header alone', async () => {
    expect([...(await bytesOf(mix, { headerBytes: Uint8Array.of(7) }, { length: 0 }))]).toEqual([7]);
  });

  it('reports its progress and ends when cancelled, leaving no file', async () => {
    const engine = engineAddon();
    const handle = engine.openPlan(encodePlan(mix));
    const output = outputOf();
    const progress: number[] = [];
    const lengthSamples = 48_000 * 60 * 60 * 2;
    const job = engine.bounce(handle, { fromSample: 0, lengthSamples, outputs: [output] }, (portion) => {
      progress.push(portion);
      if (progress.length === 3) job.cancel();
    });
    await expect(job.done).rejects.toMatchObject({ code: 'cancelled' });
    expect(progress.length).toBeGreaterThanOrEqual(3);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(existsSync(output.path)).toBe(false);
  });

  it.runIf(existsSync('/dev/full'))('onto a full disk is one clear error and leaves no file', async () => {
    const [good, full] = [outputOf(), outputOf()];
    symlinkSync('/dev/full', full.path);
    await expect(run(mix, [good, full])).rejects.toMatchObject({ code: 'disk-full' });
    expect(readdirSync(folder.path)).not.toContain(full.path.split('/').at(-1));
    expect(existsSync(good.path)).toBe(false);
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
  });

  it('into a folder that is not there is one clear error', async () => {
    const refused = run(mix, [outputOf(), outputOf({ path: `${folder.path}/none/x.wav` })]);
    await expect(refused).rejects.toMatchObject({
      code: 'file-missing',
      message: expect.stringContaining('none/x.wav'),
    });
  });

  it('refuses a stem or track that the plan has not', async () => {
    const refused = run(mix, [outputOf({ channels: [{ bus: 'stem', index: 2, side: 'left' }] })]);
    await expect(refused).rejects.toMatchObject({ code: 'plan-invalid' });
  });

  it('plays silence for sources that are missing, short or no files, and names each once', async () => {
    const short = writePcm(`${folder.path}/short`, 's24', 1, new Float64Array(1000).fill(0.5));
    writeFileSync(`${folder.path}/empty`, '');
    const missing = { ...mono, path: `${folder.path}/not-here 🎬.wav` };
    const sources = [
      missing,
      { ...short, frameCount: 5000 },
      { ...mono, path: folder.path },
      { ...mono, path: `${folder.path}/empty` },
    ];
    const output = outputOf();
    const of = plan({
      lengthSamples: 40_000,
      sources,
      tracks: [
        track({ pan: -1, clips: sources.map((_, source) => clip({ source, lengthSamples: 40_000 })) }),
        track({ pan: -1, clips: sources.map((_, source) => clip({ source, lengthSamples: 40_000 })) }),
      ],
    });
    const { problems } = await run(of, [output]);
    expect(problems.map(({ source, path, kind }) => ({ source, path, kind }))).toEqual([
      { source: 0, path: missing.path, kind: 'missing' },
      { source: 1, path: short.path, kind: 'too-short' },
      { source: 2, path: folder.path, kind: 'unreadable' },
      { source: 3, path: `${folder.path}/empty`, kind: 'too-short' },
    ]);
    expect(problems[0]!.message).toContain('not-here 🎬.wav');
    const samples = floats(readFileSync(output.path));
    expect([samples[0], samples[2 * 999], samples[2 * 1000], samples[2 * 30_000]]).toEqual([1, 1, 0, 0]);
  });
});

describe('rounding to integers', () => {
  const constant = (value: number, frames: number) =>
    plan({
      lengthSamples: frames,
      sources: [writePcm(`${folder.path}/constant-${serial++}`, 'f64', 1, new Float64Array(frames).fill(value))],
      tracks: [track({ pan: -1, clips: [clip({ lengthSamples: frames })] })],
    });
  const left: BounceChannel[] = [{ bus: 'master', side: 'left' }];
  const steps = (bytes: Buffer, size: 2 | 3) =>
    Array.from({ length: bytes.length / size }, (_, index) => bytes.readIntLE(index * size, size));

  it('without dither goes to the nearest step, ties to even', async () => {
    const values = [0, 0.49, 0.5, 0.51, 1.5, 2.5, -0.5, -1.5, -2.51, 8_388_607, -8_388_608];
    const source = writePcm(
      `${folder.path}/ties`,
      'f64',
      1,
      values.map((value) => value / 2 ** 23),
    );
    const of = plan({
      lengthSamples: 11,
      sources: [source],
      tracks: [track({ pan: -1, clips: [clip({ lengthSamples: 11 })] })],
    });
    const bytes = await bytesOf(of, { sampleFormat: 's24', channels: left });
    expect(steps(bytes, 3)).toEqual([0, 0, 0, 1, 2, 2, 0, -2, -3, 8_388_607, -8_388_608]);
  });

  it('holds what is beyond full scale there, and counts it', async () => {
    const output = outputOf({ sampleFormat: 's16', channels: left });
    const { outputs } = await run(constant(-3, 100), [output]);
    expect(new Set(steps(readFileSync(output.path), 2))).toEqual(new Set([-32_768]));
    expect(outputs[0]).toMatchObject({ clippedSamples: 100, peak: 3 });
  });

  it.each([
    ['s16', 2],
    ['s24', 3],
  ] as const)('of %s with dither keeps the mean between steps, with triangular noise', async (sampleFormat, size) => {
    const frames = 400_000;
    const value = 10.3;
    const of = constant(value / 2 ** (8 * size - 1), frames);
    const errors = steps(await bytesOf(of, { sampleFormat, channels: left, dither: true }), size).map(
      (step) => step - value,
    );
    const mean = errors.reduce((sum, error) => sum + error, 0) / frames;
    const power = errors.reduce((sum, error) => sum + error ** 2, 0) / frames;
    let neighbours = 0;
    for (let i = 1; i < frames; i++) neighbours += errors[i]! * errors[i - 1]!;
    // Triangular dither leaves an error of mean 0 and variance 1/12 + 1/6, whatever the signal; white.
    expect(mean).toBeCloseTo(0, 2);
    expect(power).toBeCloseTo(0.25, 2);
    expect(neighbours / frames).toBeCloseTo(0, 2);
    expect(Math.max(...errors.slice(0, 100_000).map(Math.abs))).toBeLessThan(1.5);
  });

  it('dithers each channel by itself and another seed in another way', async () => {
    const of = { ...constant(0, 2000), stems: ['DX'] };
    const channels = [...master, ...stereoOf({ bus: 'stem', index: 0 })];
    const bytes = await bytesOf(of, { sampleFormat: 's16', channels, dither: true });
    const lanes = [0, 1, 2, 3].map((lane) =>
      steps(bytes, 2)
        .filter((_, index) => index % 4 === lane)
        .join(),
    );
    expect(new Set(lanes).size).toBe(4);
    expect(await bytesOf(of, { sampleFormat: 's16', channels, dither: true }, { ditherSeed: 7 })).not.toEqual(bytes);
  });
});
