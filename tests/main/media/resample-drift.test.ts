import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driftRatio } from '../../../src-main/media/drift-ratio.ts';
import { resampleDrift } from '../../../src-main/media/resample-drift.ts';
import { readWaveFile, type WaveFile } from '../../../src-main/media/wave-file.ts';
import { waveFloats } from '../../../src-main/media/wave-samples.ts';
import { WaveWriter } from '../../../src-main/media/wave-writer.ts';
import type { PcmFormat } from '../../../src-shared/engine/render-plan.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const RATE = 48_000;
let folder: TemporaryFolder;
const at = (name: string) => join(folder.path, name);

beforeAll(() => {
  folder = makeTemporaryFolder('resample');
});

afterAll(() => folder.remove());

/** A burst of 4.8 kHz under a bell of 40 samples: it can be placed and found between samples. */
const burst = (distance: number) =>
  Math.abs(distance) > 400 ? 0 : 0.5 * Math.exp(-0.5 * (distance / 40) ** 2) * Math.cos(0.2 * Math.PI * distance);

async function makeFile(
  path: string,
  wave: { frames: number; format?: PcmFormat; channels?: number; valueAt: (sample: number, channel: number) => number },
): Promise<WaveFile> {
  const { frames, format = 's24', channels = 1, valueAt } = wave;
  const writer = await WaveWriter.create(path, { format, channelCount: channels, sampleRate: RATE });
  const step = RATE;
  for (let first = 0; first < frames; first += step) {
    const chunk = new Float32Array(Math.min(step, frames - first) * channels);
    for (let index = 0; index < chunk.length; index++)
      chunk[index] = valueAt(first + Math.floor(index / channels), index % channels);
    await writer.append(chunk);
  }
  await writer.finish();
  return (await readWaveFile(path))!;
}

async function samples(wave: WaveFile, fromFrame: number, frameCount: number, channel = 0): Promise<number[]> {
  const read: number[] = [];
  for await (const chunk of waveFloats(wave, { channels: channel, fromFrame, frameCount })) read.push(...chunk);
  return read;
}

/** Where a burst lies that is expected at `expected` after a change of speed, by least squares. */
async function placeOf(wave: WaveFile, expected: number, speed: number, channel = 0): Promise<number> {
  const from = Math.floor(expected) - 600;
  const heard = await samples(wave, from, 1200, channel);
  let place = expected;
  for (let round = 0; round < 20; round++) {
    let [top, bottom] = [0, 0];
    for (const [index, value] of heard.entries()) {
      const model = (centre: number) => burst((from + index - centre) * speed);
      const slope = (model(place + 1e-3) - model(place - 1e-3)) / 2e-3;
      top += (value - model(place)) * slope;
      bottom += slope * slope;
    }
    place += top / bottom;
  }
  return place;
}

/** Amplitude and phase (samples late) of a tone of `cycles` a sample, by least squares. */
function toneIn(heard: readonly number[], first: number, cycles: number): { amplitude: number; lateSamples: number } {
  let [ss, cc, sc, vs, vc] = [0, 0, 0, 0, 0];
  for (const [index, value] of heard.entries()) {
    const angle = 2 * Math.PI * cycles * (first + index);
    const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
    ss += sine * sine;
    cc += cosine * cosine;
    sc += sine * cosine;
    vs += value * sine;
    vc += value * cosine;
  }
  const determinant = ss * cc - sc * sc;
  const sine = (vs * cc - vc * sc) / determinant;
  const cosine = (vc * ss - vs * sc) / determinant;
  return { amplitude: Math.hypot(sine, cosine), lateSamples: -Math.atan2(cosine, sine) / (2 * Math.PI * cycles) };
}

describe('a recorder file resampled to take out a drift', () => {
  test('keeps every sound in its place over half an hour at 100 ppm, to a hundredth of a sample', async () => {
    const frames = 30 * 60 * RATE;
    const places = [600.3, 100_000.7, frames / 2 + 0.45, frames - 100_000.2, frames - 600.6];
    const wave = await makeFile(at('long.wav'), {
      frames,
      valueAt: (sample) => places.reduce((sum, place) => sum + burst(sample - place), 0),
    });
    const ratio = driftRatio(100);
    const { frameCount } = await resampleDrift(wave, at('long out.wav'), {
      fromFrame: 0,
      frameCount: frames,
      ratio,
      header: {},
    });
    const speed = ratio.numerator / ratio.denominator;
    expect(Math.abs(frameCount - frames / speed)).toBeLessThan(1);
    const out = (await readWaveFile(at('long out.wav')))!;
    for (const place of places) {
      const expected = place / speed;
      expect(Math.abs((await placeOf(out, expected, speed)) - expected), String(place)).toBeLessThan(0.01);
    }
    await rm(at('long.wav'));
    await rm(at('long out.wav'));
  }, 120_000);

  test('is flat, as loud as before and not late, at either sign of drift', async () => {
    const tones = [30, 100, 1000, 5000, 10_000, 15_000, 18_000, 20_000];
    const wave = await makeFile(at('tones.wav'), {
      frames: tones.length * RATE,
      valueAt: (sample) => 0.5 * Math.sin((2 * Math.PI * tones[Math.floor(sample / RATE)]! * sample) / RATE),
    });
    for (const driftPpm of [-83.4567, 145.7]) {
      const ratio = driftRatio(driftPpm);
      const path = at(`tones ${driftPpm}.wav`);
      await resampleDrift(wave, path, { fromFrame: 0, frameCount: tones.length * RATE, ratio, header: {} });
      const out = (await readWaveFile(path))!;
      for (const [index, hertz] of tones.entries()) {
        const from = index * RATE + RATE / 4;
        const cycles = (hertz / RATE) * (ratio.numerator / ratio.denominator);
        const { amplitude, lateSamples } = toneIn(await samples(out, from, RATE / 2), from, cycles);
        expect(Math.abs(20 * Math.log10(amplitude / 0.5)), `${hertz} Hz`).toBeLessThan(0.005);
        expect(Math.abs(lateSamples), `${hertz} Hz`).toBeLessThan(0.001);
      }
    }
  });

  test('takes a stretch of the file, channel by channel', async () => {
    const wave = await makeFile(at('poly.wav'), {
      frames: 20 * RATE,
      channels: 3,
      valueAt: (sample, channel) => burst(sample - (500_000.25 + channel * 1000)),
    });
    const ratio = driftRatio(-37.123456789);
    const path = at('poly out.wav');
    await resampleDrift(wave, path, { fromFrame: 300_001, frameCount: 300_000, ratio, header: {} });
    const out = (await readWaveFile(path))!;
    const speed = ratio.numerator / ratio.denominator;
    for (const channel of [0, 1, 2]) {
      const expected = (500_000.25 + channel * 1000 - 300_001) / speed;
      expect(Math.abs((await placeOf(out, expected, speed, channel)) - expected)).toBeLessThan(0.001);
    }
  });

  test.each([
    ['u8', 's24'],
    ['s16', 's24'],
    ['s24', 's24'],
    ['s32', 's32'],
    ['f32', 'f32'],
    ['f64', 'f32'],
  ] as const)('of %s becomes %s', async (format, written) => {
    const wave = await makeFile(at(`${format}.wav`), {
      frames: RATE,
      format,
      valueAt: (sample) => burst(sample - 9000),
    });
    const path = at(`${format} out.wav`);
    const made = await resampleDrift(wave, path, {
      fromFrame: 0,
      frameCount: RATE,
      ratio: driftRatio(20),
      header: { bext: { timeReference: 5 } },
    });
    expect(made.format).toBe(written);
    expect(await readWaveFile(path)).toMatchObject({
      format: { format: written },
      frames: made.frameCount,
      bext: { timeReference: 5 },
    });
  });

  test('leaves nothing behind when it is cancelled or cannot be written', async () => {
    const wave = await makeFile(at('stopped.wav'), { frames: 60 * RATE, valueAt: (sample) => burst(sample - 9000) });
    const abort = new AbortController();
    const work = { fromFrame: 0, frameCount: 60 * RATE, ratio: driftRatio(20), header: {} };
    const path = at('stopped out.wav');
    const stopped = resampleDrift(wave, path, { ...work, signal: abort.signal, onProgress: () => abort.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'media-cancelled' });
    expect(existsSync(path)).toBe(false);
    await expect(resampleDrift(wave, join(path, 'nowhere.wav'), work)).rejects.toMatchObject({
      code: 'media-write-failed',
    });
  });
});

describe('the ratio of two whole rates', () => {
  test.each([0, 100, -37.123456789, 145.777123, 0.0213, -0.0213, 1000.9, -0.5, 1e-9, 9_999.9])(
    'is %s ppm to a ten-millionth of 1 ppm',
    (driftPpm) => {
      const ratio = driftRatio(driftPpm);
      expect(Math.abs(ratio.driftPpm - driftPpm)).toBeLessThan(1.01e-7);
      expect(Number.isSafeInteger(ratio.numerator) && Number.isSafeInteger(ratio.denominator)).toBe(true);
      expect(Math.max(ratio.numerator, ratio.denominator)).toBeLessThan(2 ** 31);
      expect((ratio.numerator / ratio.denominator - 1) * 1e6).toBeCloseTo(ratio.driftPpm, 9);
    },
  );

  test('is refused for what is no drift', () => {
    expect(() => driftRatio(Number.NaN)).toThrow(RangeError);
    expect(() => driftRatio(200_000)).toThrow(RangeError);
  });
});
