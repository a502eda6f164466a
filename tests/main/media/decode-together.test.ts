import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeToFile } from '../../../src-main/media/decode-to-file.ts';
import { DecodeTogether } from '../../../src-main/media/decode-together.ts';
import { runFfmpeg } from '../../../src-main/media/ffmpeg.ts';
import { countedPicture, ffmpeg, ownFolder } from './made-media.ts';

vi.mock('../../../src-main/media/ffmpeg.ts', async (load) => {
  const real = await load<typeof import('../../../src-main/media/ffmpeg.ts')>();
  return { ...real, runFfmpeg: vi.fn(real.runFfmpeg) };
});

const folder = ownFolder();
const at = (name: string) => join(folder, name);
const noise = (rate: number, layout: string, seconds: number) => [
  '-f',
  'lavfi',
  '-i',
  `anoisesrc=r=${rate}:d=${seconds}:a=0.3:seed=7,aformat=channel_layouts=${layout}`,
];
const picture = countedPicture('25', 2);

ffmpeg(...picture, ...noise(48_000, 'stereo', 2), '-c:v', 'libx264', '-c:a', 'aac', at('stereo.mp4'));
ffmpeg(...picture, ...noise(44_100, 'mono', 2), '-c:v', 'libx264', '-c:a', 'aac', at('mono-44k1.mp4'));
ffmpeg(
  '-i',
  at('stereo.mp4'),
  '-itsoffset',
  '0.3',
  '-i',
  at('stereo.mp4'),
  '-map',
  '0:v',
  '-map',
  '1:a',
  '-c',
  'copy',
  at('late.mp4'),
);
ffmpeg(
  '-i',
  at('stereo.mp4'),
  '-i',
  at('mono-44k1.mp4'),
  '-map',
  '0:v',
  '-map',
  '0:a',
  '-map',
  '1:a',
  '-c',
  'copy',
  at('two-streams.mkv'),
);
ffmpeg(...noise(44_100, 'stereo', 1.5), '-c:a', 'libmp3lame', at('sound.mp3'));
ffmpeg(...noise(96_000, 'mono', 1), '-c:a', 'flac', at('sound.flac'));
const all = ['stereo.mp4', 'mono-44k1.mp4', 'late.mp4', 'two-streams.mkv', 'sound.mp3', 'sound.flac'];

const runs = vi.mocked(runFfmpeg);
beforeEach(() => void runs.mockClear());

function together(signal = new AbortController().signal): DecodeTogether {
  return new DecodeTogether(48_000, signal);
}

async function expectAsAlone(name: string, target: string, layout: unknown): Promise<void> {
  const alone = await decodeToFile(at(name), at('alone.pcm'), { sampleRate: 48_000 });
  expect(layout).toEqual({ ...alone, path: target });
  expect(readFileSync(target).equals(readFileSync(at('alone.pcm'))), name).toBe(true);
}

describe('files decoded together', () => {
  it('come out of one run, sample for sample as each by itself', async () => {
    const decoder = together();
    const layouts = await Promise.all(all.map((name) => decoder.decode(at(name), at(`${name}.pcm`))));
    expect(runs).toHaveBeenCalledTimes(1);
    for (const [index, name] of all.entries()) await expectAsAlone(name, at(`${name}.pcm`), layouts[index]);
  });

  it('give one channel of each where one is asked for', async () => {
    const decoder = together();
    await Promise.all(
      ['stereo.mp4', 'two-streams.mkv'].map((name) => decoder.decode(at(name), at(`${name}.one`), { channels: 1 })),
    );
    expect(runs).toHaveBeenCalledTimes(1);
    for (const name of ['stereo.mp4', 'two-streams.mkv']) {
      await decodeToFile(at(name), at('alone.pcm'), { sampleRate: 48_000, channels: 1 });
      expect(readFileSync(at(`${name}.one`)).equals(readFileSync(at('alone.pcm')))).toBe(true);
    }
  });

  it('are not touched by a damaged one, which is told as if it were alone', async () => {
    writeFileSync(at('words.mp3'), 'no sound at all '.repeat(1000));
    const bytes = readFileSync(at('stereo.mp4'));
    // The index says that there is sound; the sound itself is rubbish.
    const mdat = bytes.indexOf('mdat');
    bytes.fill(0xa5, mdat + 4, bytes.indexOf('moov') > mdat ? bytes.indexOf('moov') - 4 : bytes.length);
    writeFileSync(at('rubbish.mp4'), bytes);
    writeFileSync(at('cut.flac'), readFileSync(at('sound.flac')));
    truncateSync(at('cut.flac'), 40_000);
    const names = ['stereo.mp4', 'words.mp3', 'rubbish.mp4', 'cut.flac', 'missing.mp4', 'sound.mp3'];
    const decoder = together();
    const ends = await Promise.allSettled(names.map((name) => decoder.decode(at(name), at(`${name}.pcm`))));
    for (const [index, name] of names.entries()) {
      const [alone] = await Promise.allSettled([decodeToFile(at(name), at('alone.pcm'), { sampleRate: 48_000 })]);
      const end = ends[index]!;
      expect(end.status, name).toBe(alone.status);
      if (end.status === 'fulfilled') await expectAsAlone(name, at(`${name}.pcm`), end.value);
      else expect(end.reason).toEqual((alone as PromiseRejectedResult).reason);
    }
    expect(ends.map(({ status }) => status === 'fulfilled')).toEqual([true, false, false, true, false, true]);
  });

  it('end at once when cancelled', async () => {
    const stop = new AbortController();
    const decoder = together(stop.signal);
    const ends = Promise.allSettled(all.map((name) => decoder.decode(at(name), at(`${name}.pcm`))));
    setTimeout(() => stop.abort(), 30);
    for (const end of await ends)
      if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'media-cancelled' });
    await expect(decoder.decode(at('stereo.mp4'), at('never.pcm'))).rejects.toMatchObject({ code: 'media-cancelled' });
    expect(existsSync(at('never.pcm'))).toBe(false);
  });

  it('wait for their turn where they are long', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono:d=400', '-c:a', 'flac', at('long.flac'));
    const decoder = together();
    const turn = Promise.withResolvers<void>();
    const long = decoder.decode(at('long.flac'), at('long.pcm'), { turn: turn.promise });
    await decoder.decode(at('stereo.mp4'), at('short.pcm'));
    expect(existsSync(at('long.pcm'))).toBe(false);
    turn.resolve();
    expect((await long).frames).toBe(400 * 48_000);
  });
});
