import { statSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Preview } from '../../src-main/engine/preview.ts';
import { readSamples } from '../../src-main/engine/samples.ts';
import { planFormats } from '../../src-shared/engine/plan-layout.ts';
import { clip, noise, plan, temporaryFolder, track, writePcm, writeSparse } from '../support/render-plans.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const resolution = { u8: 2 ** -8, s16: 2 ** -16, s24: 2 ** -24, s32: 2 ** -24, f32: 2 ** -24, f64: 2 ** -24 } as const;

describe('samples of a source', () => {
  it.each(planFormats)('are read from %s on every channel of a poly file', async (format) => {
    for (const channelCount of [1, 2, 5, 8]) {
      const samples = noise(channelCount * 5000, channelCount).map((value) => value * 0.99);
      const source = writePcm(`${folder.path}/${format}-${channelCount}`, format, channelCount, samples, 45);
      for (let channel = 0; channel < channelCount; channel++) {
        const read = await readSamples(source, channel, 100, 4800);
        for (let i = 0; i < 4800; i++) {
          const wanted = samples[(100 + i) * channelCount + channel]!;
          if (!(Math.abs(read[i]! - wanted) <= resolution[format]))
            throw new Error(`${channel} ${i}: ${read[i]} ${wanted}`);
        }
      }
    }
  });

  it('have full scale at the same level in every integer format', async () => {
    for (const format of ['u8', 's16', 's24', 's32'] as const) {
      const source = writePcm(`${folder.path}/full-${format}`, format, 1, [-1, 0, 0.5, 1]);
      const [low, zero, half, high] = await readSamples(source, 0, 0, 4);
      expect([low, zero, half]).toEqual([-1, 0, 0.5]);
      expect(high).toBeCloseTo(1, 1);
    }
  });

  it('are silence before, behind and where a float is not a number', async () => {
    const source = writePcm(`${folder.path}/nan`, 'f32', 1, [Number.NaN, Number.POSITIVE_INFINITY, 3e30, 0.25]);
    expect([...(await readSamples(source, 0, -2, 8))]).toEqual([0, 0, 0, 0, 0, 0.25, 0, 0]);
  });

  it('are found past 4 GB in a file and past 2^32 frames', async () => {
    const path = `${folder.path}/huge`;
    const frame = 4_600_000_000;
    const bytes = Buffer.alloc(4);
    bytes.writeInt16LE(0x4000, 0);
    bytes.writeInt16LE(-0x2000, 2);
    writeSparse(path, 44 + 2 * 4_700_000_000, 44 + 2 * frame, bytes);
    const source = { path, dataOffsetBytes: 44, format: 's16', channelCount: 1, frameCount: 4_700_000_000 } as const;
    expect([...(await readSamples(source, 0, frame - 1, 4))]).toEqual([0, 0.5, -0.25, 0]);

    const preview = new Preview();
    const startSample = 2 ** 34;
    const clips = [clip({ startSample, sourceInSample: frame - 10, lengthSamples: 100 })];
    preview.setPlan(plan({ sources: [source], tracks: [track({ pan: -1, clips })], lengthSamples: 2 ** 35 }));
    const rendered = await preview.renderRange(startSample + 9, 4);
    expect([...rendered].filter((_, index) => index % 2 === 0)).toEqual([0, 0.5, -0.25, 0]);
    expect(preview.problems()).toEqual([]);
    preview.close();
    expect(statSync(path).blocks * 512).toBeLessThan(1e6);
  });

  it('of a missing file are one clear error', async () => {
    const source = {
      path: `${folder.path}/none`,
      dataOffsetBytes: 0,
      format: 's16',
      channelCount: 1,
      frameCount: 9,
    } as const;
    await expect(readSamples(source, 0, 0, 9)).rejects.toMatchObject({
      code: 'file-missing',
      remedy: expect.any(String),
    });
  });

  it('come from thousands of files with few of them open', async () => {
    const sources = Array.from({ length: 600 }, (_, index) =>
      writePcm(`${folder.path}/many-${index}`, 'f32', 1, [index + 1]),
    );
    const clips = sources.map((_, source) => clip({ source, startSample: source, lengthSamples: 1 }));
    const preview = new Preview();
    preview.setPlan(plan({ sources, tracks: [track({ pan: -1, clips })] }));
    for (let round = 0; round < 2; round++) {
      const rendered = await preview.renderRange(0, 600);
      expect([...rendered].filter((_, index) => index % 2 === 0)).toEqual(sources.map((_, index) => index + 1));
    }
    expect(preview.problems()).toEqual([]);
    preview.close();
  });
});
