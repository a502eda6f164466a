import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPeaks } from '../../src-main/engine/peaks.ts';
import {
  parsePeakHeader,
  peakByteRange,
  peakCountAt,
  peakFileBytes,
  peakLevelCount,
  samplesPerPeakAt,
} from '../../src-shared/engine/peak-file.ts';
import { planFormats } from '../../src-shared/engine/plan-layout.ts';
import type { PlanSource } from '../../src-shared/engine/render-plan.ts';
import { noise, temporaryFolder, writePcm, writeSparse } from '../support/render-plans.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Rounds as the file's format does, then to the peak file's 16 bits. */
const stepOf: Record<PlanSource['format'], (value: number) => number> = {
  u8: (value) => Math.max(-128, Math.min(127, Math.round(value * 128))) * 256,
  s16: (value) => Math.max(-32768, Math.min(32767, Math.round(value * 32768))),
  s24: (value) => Math.floor(Math.max(-(2 ** 23), Math.min(2 ** 23 - 1, Math.round(value * 2 ** 23))) / 256),
  s32: (value) => Math.floor(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.round(value * 2 ** 31))) / 65536),
  f32: (value) => Math.max(-32768, Math.min(32767, Math.floor(Math.fround(value) * 32768))),
  f64: (value) => Math.max(-32768, Math.min(32767, Math.floor(value * 32768))),
};

async function compare(source: PlanSource, samples: Float64Array, threads?: number): Promise<Buffer> {
  const outPath = `${source.path}.peaks`;
  const { levelCount } = await buildPeaks({ ...source, outPath, threads });
  const bytes = readFileSync(outPath);
  const { channelCount, frameCount } = source;
  expect(parsePeakHeader(bytes)).toEqual({ channelCount, frameCount, levelCount });
  expect(bytes.length).toBe(peakFileBytes(source));
  const step = stepOf[source.format];
  for (let level = 0; level < levelCount; level++) {
    const span = samplesPerPeakAt(level);
    for (let channel = 0; channel < channelCount; channel++) {
      const { offset, length } = peakByteRange(source, level, channel, 0, peakCountAt(frameCount, level));
      for (let peak = 0; peak < length / 4; peak++) {
        let [low, high] = [32767, -32768];
        for (let frame = peak * span; frame < Math.min(frameCount, (peak + 1) * span); frame++) {
          const value = step(samples[frame * channelCount + channel]!);
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
        const found = [bytes.readInt16LE(offset + 4 * peak), bytes.readInt16LE(offset + 4 * peak + 2)];
        if (found[0] !== low || found[1] !== high)
          throw new Error(`${level}/${channel}/${peak}: ${found} for ${low},${high}`);
      }
    }
  }
  return bytes;
}

describe('the peak file', () => {
  it.each(planFormats)('of %s holds the lowest and highest sample under every peak', async (format) => {
    for (const [channelCount, frameCount] of [
      [1, 1],
      [1, 255],
      [2, 257],
      [3, 5000],
      [8, 20_001],
      [70, 700],
    ] as const) {
      const samples = noise(channelCount * frameCount, frameCount).map((value) => value * 1.2);
      const source = writePcm(`${folder.path}/${format}-${channelCount}`, format, channelCount, samples, 61);
      await compare(source, samples);
    }
  });

  it('joins what several threads read apart, to the same bytes as one', async () => {
    const frameCount = 2 ** 20 * 2 + 12_345;
    const samples = noise(2 * frameCount, 9);
    for (let i = 0; i < samples.length; i++) samples[i]! *= (i % 700_000) / 700_000;
    const source = writePcm(`${folder.path}/long`, 's24', 2, samples);
    const single = await compare(source, samples, 1);
    expect(await compare(source, samples, 2)).toEqual(single);
  });

  it('of an empty source is a header with one empty level', async () => {
    const source = writePcm(`${folder.path}/none`, 's16', 2, []);
    expect((await compare(source, new Float64Array(0))).length).toBe(64);
  });

  it('reads past 4 GB', async () => {
    const frameCount = 3_000_000;
    const dataOffsetBytes = 5_000_000_001;
    const source = {
      path: `${folder.path}/huge`,
      dataOffsetBytes,
      format: 's16',
      channelCount: 1,
      frameCount,
    } as const;
    const spike = Buffer.alloc(2);
    spike.writeInt16LE(12_345);
    writeSparse(source.path, dataOffsetBytes + 2 * frameCount, dataOffsetBytes + 2 * 2_999_000, spike);
    const outPath = `${folder.path}/huge.peaks`;
    const progress: number[] = [];
    await buildPeaks({ ...source, outPath, onProgress: (portion) => progress.push(portion) });
    const bytes = readFileSync(outPath);
    const at = (level: number, peak: number) => bytes.readInt16LE(peakByteRange(source, level, 0, peak, 1).offset + 2);
    const hit = Math.floor(2_999_000 / 256);
    expect([at(0, hit - 1), at(0, hit), at(0, hit + 1)]).toEqual([0, 12_345, 0]);
    expect(at(peakLevelCount(frameCount) - 1, 0)).toBe(12_345);
    expect(progress.at(-1)).toBe(1);
  });

  it('of a file that ends early, or is not there, is one clear error and no file', async () => {
    const source = writePcm(`${folder.path}/cut`, 's24', 2, noise(2000));
    const outPath = `${folder.path}/cut.peaks`;
    const cut = buildPeaks({ ...source, frameCount: 1001, outPath });
    await expect(cut).rejects.toMatchObject({ code: 'file-failed', message: expect.stringContaining('ends before') });
    const missing = buildPeaks({ ...source, path: `${folder.path}/nowhere`, outPath });
    await expect(missing).rejects.toMatchObject({ code: 'file-missing' });
    expect(readdirSync(folder.path).filter((name) => outPath.endsWith(name) || name.endsWith('.part'))).toEqual([]);
  });

  it('is left half-done nowhere when it is cancelled', async () => {
    const frameCount = 8_000_000_000;
    const path = `${folder.path}/endless`;
    writeSparse(path, 2 * frameCount, 0, Buffer.alloc(2));
    const stop = new AbortController();
    const outPath = `${path}.peaks`;
    const running = buildPeaks({
      path,
      dataOffsetBytes: 0,
      format: 's16',
      channelCount: 1,
      frameCount,
      outPath,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(folder.path).filter((name) => outPath.endsWith(name) || name.endsWith('.part'))).toEqual([]);
  });
});
