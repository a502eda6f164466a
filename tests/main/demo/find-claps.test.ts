import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelLevels, findClaps, readBounced } from '../../../src-main/demo/find-claps.ts';
import { WaveWriter } from '../../../src-main/media/wave-writer.ts';
import type { PictureClipRow, PictureRow } from '../../../src-shared/model/rows.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twopop-claps-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Two channels, 2 s: a clap on the second channel at `clapSample`, a low tone on the first. */
async function bounce(name: string, clapSample: number | null, withBext = true): Promise<string> {
  const path = join(folder, name);
  const writer = await WaveWriter.create(path, {
    format: 's24',
    channelCount: 2,
    sampleRate: 48_000,
    ...(withBext ? { bext: { timeReference: 0 } } : {}),
  });
  const samples = new Float32Array(2 * 96_000);
  for (let at = 0; at < 96_000; at += 1) {
    samples[2 * at] = 0.1 * Math.sin((2 * Math.PI * 100 * at) / 48_000);
    if (clapSample !== null && at >= clapSample) samples[2 * at + 1] = 0.5 * Math.exp((clapSample - at) / 100);
  }
  await writer.append(samples);
  await writer.finish();
  return path;
}

const pair = {
  camera: 'A1',
  recorder: 'R1',
  offsetSamples: 1000,
  clockOffsetSamples: 1300,
  driftPpm: 0,
  clapFrame: 0,
  clapRecorderSample: 21_000,
};
const truth = { sampleRate: 48_000, pairs: [pair], unmatched: [] };
const pictures = [{ id: 7, name: 'A1' } as PictureRow];
const pictureClips = [{ id: 1, pictureId: 7, startSample: 24_024, sourceInFrame: 0 } as PictureClipRow];

describe('a clap in a bounce', () => {
  it('is expected where the picture shows it and found to the sample, early or late', async () => {
    const recordings = new Map([['R1', { wave: await readBounced(await bounce('R1.wav', 21_000)), channel: 1 }]]);
    for (const late of [0, -37, 480]) {
      const wave = await readBounced(await bounce(`late${late}.wav`, 44_024 + late));
      const claps = await findClaps(wave, 1, truth, pictures, pictureClips, recordings);
      expect(claps).toMatchObject([{ camera: 'A1', expectedSample: 44_024 }]);
      expect(claps[0]!.foundSample).toBeCloseTo(44_024 + late, 6);
    }
  });

  it('is not found in silence, nor looked for where its picture is not on the timeline', async () => {
    const wave = await readBounced(await bounce('silent.wav', null));
    const recordings = new Map([['R1', { wave: await readBounced(await bounce('R1 again.wav', 21_000)), channel: 1 }]]);
    const claps = await findClaps(wave, 1, truth, pictures, pictureClips, recordings);
    expect(claps).toMatchObject([{ foundSample: null }]);
    expect(await findClaps(wave, 1, truth, pictures, [], recordings)).toEqual([]);
    const [tone, nothing] = await channelLevels(wave);
    expect(tone).toBeCloseTo(-23.01, 2);
    expect(nothing).toBe(Number.NEGATIVE_INFINITY);
  });

  it('is looked for in a 24-bit BWF only', async () => {
    await expect(readBounced(await bounce('plain.wav', 0, false))).rejects.toMatchObject({ code: 'demo-bounce' });
  });
});
