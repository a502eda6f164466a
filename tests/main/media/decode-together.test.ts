import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { planDecoding } from '../../../src-main/media/decode-audio.ts';
import { decodeToFile } from '../../../src-main/media/decode-to-file.ts';
import { DecodeTogether } from '../../../src-main/media/decode-together.ts';
import { runFfmpeg } from '../../../src-main/media/ffmpeg.ts';
import { countedPicture, ffmpeg, ownFolder } from './made-media.ts';

vi.mock('../../../src-main/media/ffmpeg.ts', async (load) => {
  const real = await load<typeof import('../../../src-main/media/ffmpeg.ts')>();
  return { ...real, runFfmpeg: vi.fn(real.runFfmpeg) };
});

vi.mock('../../../src-main/media/decode-audio.ts', async (load) => {
  const real = await load<typeof import('../../../src-main/media/decode-audio.ts')>();
  return { ...real, planDecoding: vi.fn(real.planDecoding) };
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
const plans = vi.mocked(planDecoding);
beforeEach(() => void runs.mockClear());

/** On two cores; it waits for all that is asked for together, however busy the machine is. */
function together(signal = new AbortController().signal, longestWaitMs = 600_000): DecodeTogether {
  return new DecodeTogether(48_000, signal, { cores: 2, longestWaitMs });
}

/** Asked for ahead of its turn. */
const ahead = { turn: Promise.resolve() };

async function expectAsAlone(name: string, target: string, layout: unknown): Promise<void> {
  const alone = await decodeToFile(at(name), at('alone.pcm'), { sampleRate: 48_000 });
  expect(layout).toEqual({ ...alone, path: target });
  expect(readFileSync(target).equals(readFileSync(at('alone.pcm'))), name).toBe(true);
}

describe('files decoded together', () => {
  it('come out of one run, sample for sample as each by itself', async () => {
    const decoder = together();
    const layouts = await Promise.all(all.map((name) => decoder.decode(at(name), at(`${name}.pcm`), ahead)));
    expect(runs).toHaveBeenCalledTimes(1);
    for (const [index, name] of all.entries()) await expectAsAlone(name, at(`${name}.pcm`), layouts[index]);
  });

  it('give one channel of each where one is asked for', async () => {
    const decoder = together();
    await Promise.all(
      ['stereo.mp4', 'two-streams.mkv'].map((name) =>
        decoder.decode(at(name), at(`${name}.one`), { channels: 1, ...ahead }),
      ),
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
    const ends = await Promise.allSettled(names.map((name) => decoder.decode(at(name), at(`${name}.pcm`), ahead)));
    for (const [index, name] of names.entries()) {
      const [alone] = await Promise.allSettled([decodeToFile(at(name), at('alone.pcm'), { sampleRate: 48_000 })]);
      const end = ends[index]!;
      expect(end.status, name).toBe(alone.status);
      if (end.status === 'fulfilled') await expectAsAlone(name, at(`${name}.pcm`), end.value);
      else expect(end.reason).toEqual((alone as PromiseRejectedResult).reason);
    }
    expect(ends.map(({ status }) => status === 'fulfilled')).toEqual([true, false, false, true, false, true]);
  });

  it('are decoded but once where one of them is damaged in a place, and sound as by themselves', async () => {
    const whole = ['a', 'b', 'c'].map((letter, index) => {
      const name = `${letter}.m4a`;
      ffmpeg(...noise(48_000, index === 1 ? 'stereo' : 'mono', 20), '-c:a', 'aac', at(name));
      return name;
    });
    const bytes = readFileSync(at('b.m4a'));
    const middle = bytes.indexOf('mdat') + (bytes.length >> 1);
    for (let at = middle; at < middle + 40; at++) bytes[at]! ^= 0xff;
    writeFileSync(at('b.m4a'), bytes);
    const decoder = together();
    const layouts = await Promise.all(whole.map((name) => decoder.decode(at(name), at(`${name}.pcm`), ahead)));
    expect(runs).toHaveBeenCalledTimes(1);
    expect((await runs.mock.results[0]!.value).stderrTail).not.toBe('');
    for (const [index, name] of whole.entries()) await expectAsAlone(name, at(`${name}.pcm`), layouts[index]);
  });

  it('do not hold up one that is waited for, and two of those are decoded at a time', async () => {
    const decoder = together();
    const held = Promise.withResolvers<void>();
    const real = runs.getMockImplementation()!;
    const both = Promise.withResolvers<void>();
    let begun = 0;
    runs.mockImplementation(async (path, ...how) => {
      if (path.endsWith('.mp4')) await held.promise;
      else {
        begun += 1;
        if (begun === 2) both.resolve();
        await both.promise;
      }
      return real(path, ...how);
    });
    try {
      const cameras = ['stereo.mp4', 'late.mp4'].map((name) => decoder.decode(at(name), at(`${name}.pcm`), ahead));
      const recorders = ['sound.flac', 'sound.mp3'].map((name) => decoder.decode(at(name), at(`${name}.pcm`)));
      const layouts = await Promise.all(recorders);
      held.resolve();
      await Promise.all(cameras);
      for (const [index, name] of ['sound.flac', 'sound.mp3'].entries())
        await expectAsAlone(name, at(`${name}.pcm`), layouts[index]);
    } finally {
      runs.mockImplementation(real);
    }
  });

  it('do not wait for one that lies on a disk that does not answer', async () => {
    const answer = Promise.withResolvers<void>();
    const real = plans.getMockImplementation()!;
    plans.mockImplementationOnce(async (...asked) => {
      await answer.promise;
      return real(...asked);
    });
    const decoder = together(undefined, 1);
    const slow = decoder.decode(at('late.mp4'), at('late.mp4.pcm'), ahead);
    const quick = ['stereo.mp4', 'sound.mp3'].map((name) => decoder.decode(at(name), at(`${name}.pcm`), ahead));
    await Promise.all(quick);
    answer.resolve();
    await expectAsAlone('late.mp4', at('late.mp4.pcm'), await slow);
  });

  it('end at once when cancelled', async () => {
    const stop = new AbortController();
    const decoder = together(stop.signal);
    const real = runs.getMockImplementation()!;
    // A run that ends only when it is killed.
    const endless = ['-re', '-f', 'lavfi', '-i', 'anullsrc', '-f', 'null', '-'];
    runs.mockImplementationOnce((path, _, run) => {
      setTimeout(() => stop.abort(), 50);
      return real(path, endless, run);
    });
    const ends = all.map((name) => decoder.decode(at(name), at(`${name}.pcm`), ahead));
    for (const end of await Promise.allSettled(ends))
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'media-cancelled' } });
    await expect(decoder.decode(at('stereo.mp4'), at('never.pcm'))).rejects.toMatchObject({ code: 'media-cancelled' });
    expect(existsSync(at('never.pcm'))).toBe(false);
  });

  it('wait for their turn where they are long', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono:d=400', '-c:a', 'flac', at('long.flac'));
    const decoder = together();
    const turn = Promise.withResolvers<void>();
    const planned: object[] = [];
    const onPlanned = (plan: object) => planned.push(plan);
    const long = decoder.decode(at('long.flac'), at('long.pcm'), { turn: turn.promise, onPlanned });
    await decoder.decode(at('stereo.mp4'), at('short.pcm'), { ...ahead, onPlanned });
    expect(existsSync(at('long.pcm'))).toBe(false);
    expect(planned).toContainEqual({ frames: 400 * 48_000, waitsForTurn: true });
    expect(planned).toContainEqual({ frames: expect.any(Number), waitsForTurn: false });
    turn.resolve();
    expect((await long).frames).toBe(400 * 48_000);
  });
});
