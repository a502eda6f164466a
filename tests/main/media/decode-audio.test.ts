import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DecodeOptions, decodeAudio } from '../../../src-main/media/decode-audio.ts';
import { clickInput, countedPicture, ffmpeg, ownFolder, writeWave } from './made-media.ts';

const folder = ownFolder();
const at = (name: string) => join(folder, name);

async function decoded(path: string, options: DecodeOptions = {}) {
  const audio = await decodeAudio(path, options);
  const pieces: Float32Array[] = [];
  for await (const piece of audio.chunks) pieces.push(piece);
  const samples = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    samples.set(piece, offset);
    offset += piece.length;
  }
  return { ...audio, samples, frames: samples.length / audio.channelCount };
}

/** The first frame whose level passes half of the loudest. */
function onset(samples: Float32Array, channelCount = 1, channel = 0): number {
  let peak = 0;
  for (let index = channel; index < samples.length; index += channelCount)
    peak = Math.max(peak, Math.abs(samples[index]!));
  for (let index = channel; index < samples.length; index += channelCount)
    if (Math.abs(samples[index]!) > peak / 2) return Math.floor(index / channelCount);
  return -1;
}

ffmpeg(
  ...countedPicture('24000/1001', 3),
  ...clickInput(48_000, 3),
  '-c:v',
  'libx264',
  '-bf',
  '2',
  '-c:a',
  'aac',
  at('aac.mp4'),
);
ffmpeg(
  '-i',
  at('aac.mp4'),
  ...clickInput(48_000, 3),
  '-map',
  '0:v',
  '-map',
  '1:a',
  '-c:v',
  'copy',
  '-c:a',
  'pcm_s16le',
  at('pcm.mov'),
);
ffmpeg(
  '-itsoffset',
  '0.5',
  '-i',
  at('pcm.mov'),
  '-i',
  at('pcm.mov'),
  '-map',
  '1:v',
  '-map',
  '0:a',
  '-c',
  'copy',
  at('late-sound.mov'),
);
ffmpeg(
  '-itsoffset',
  '0.5',
  '-i',
  at('pcm.mov'),
  '-i',
  at('pcm.mov'),
  '-map',
  '0:v',
  '-map',
  '1:a',
  '-c',
  'copy',
  at('late-picture.mov'),
);

describe('sample 0 is the first picture frame', () => {
  it('of PCM beside picture', async () => {
    const { samples, frames } = await decoded(at('pcm.mov'));
    expect(onset(samples)).toBe(48_000);
    expect(frames).toBe(144_000);
  });

  it('of AAC, its priming taken away', async () => {
    const { samples } = await decoded(at('aac.mp4'));
    expect(Math.abs(onset(samples) - 48_000)).toBeLessThanOrEqual(2);
  });

  it('where the sound starts half a second late: silence comes first', async () => {
    const { samples, frames } = await decoded(at('late-sound.mov'));
    expect(onset(samples)).toBe(72_000);
    expect(frames).toBe(168_000);
  });

  it('where the picture starts half a second late: the sound before it is left out', async () => {
    const { samples, frames } = await decoded(at('late-picture.mov'));
    expect(onset(samples)).toBe(24_000);
    expect(frames).toBe(120_000);
  });

  it('at another rate too', async () => {
    const { samples } = await decoded(at('late-sound.mov'), { sampleRate: 8000 });
    expect(Math.abs(onset(samples) - 12_000)).toBeLessThanOrEqual(3);
  });
});

describe('channels', () => {
  it('of several mono tracks come out as one stream', async () => {
    const tone = ['-f', 'lavfi', '-i', 'sine=440:r=48000:d=2'];
    ffmpeg(
      ...countedPicture('25', 2, '128x96'),
      ...clickInput(48_000, 2),
      ...tone,
      '-map',
      '0',
      '-map',
      '1',
      '-map',
      '2',
      '-c:v',
      'mpeg2video',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'pcm_s24le',
      at('two.mxf'),
    );
    const both = await decoded(at('two.mxf'));
    expect(both.channelCount).toBe(2);
    expect(both.frames).toBe(96_000);
    expect(onset(both.samples, 2, 0)).toBe(48_000);
    expect(Math.abs(both.samples[2 * 27 + 1]!)).toBeGreaterThan(0.05);
    const second = await decoded(at('two.mxf'), { channels: 1 });
    expect(Array.from(second.samples.subarray(0, 100))).toEqual(
      Array.from({ length: 100 }, (_, frame) => both.samples[frame * 2 + 1]),
    );
  });

  it('of a WAV can be picked or averaged, and are exact', async () => {
    const value = (frame: number, channel: number) => (((frame * 7 + channel * 1001) % 4096) - 2048) / 4096;
    const path = writeWave(at('poly.wav'), { channelCount: 5, frameCount: 70_001 }, value);
    const all = await decoded(path);
    expect(all.frames).toBe(70_001);
    expect([...all.samples.subarray(0, 10)]).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => value(Math.floor(i / 5), i % 5)),
    );
    expect((await decoded(path, { channels: 3 })).samples[70_000]).toBe(value(70_000, 3));
    const mean = [0, 1, 2, 3, 4].reduce((sum, channel) => sum + value(69_000, channel), 0) / 5;
    expect((await decoded(path, { channels: 'mono' })).samples[69_000]).toBeCloseTo(mean, 6);
    await expect(decodeAudio(path, { channels: 5 })).rejects.toMatchObject({ code: 'media-no-samples' });
  });

  it('64 of them are resampled', async () => {
    const path = writeWave(
      at('many.wav'),
      { channelCount: 64, sampleRate: 44_100, frameCount: 4410 },
      (_, channel) => channel / 100,
    );
    const { samples, frames, channelCount } = await decoded(path, { sampleRate: 48_000 });
    expect([frames, channelCount]).toEqual([4800, 64]);
    expect(samples[2400 * 64 + 37]).toBeCloseTo(0.37, 3);
  });
});

it('a resampled WAV keeps its time and length', async () => {
  const path = writeWave(at('44100.wav'), { sampleRate: 44_100, frameCount: 88_200 }, (frame) =>
    frame === 44_100 ? 0.9 : 0,
  );
  const { samples, frames } = await decoded(path, { sampleRate: 48_000 });
  expect(frames).toBe(96_000);
  let loudest = 0;
  samples.forEach((sample, index) => {
    if (Math.abs(sample) > Math.abs(samples[loudest]!)) loudest = index;
  });
  expect(loudest).toBe(48_000);
});

it('cancelling ends the decoder and says so', async () => {
  ffmpeg('-f', 'lavfi', '-i', 'sine=440:r=48000:d=120', '-c:a', 'aac', at('long.m4a'));
  const stop = new AbortController();
  const audio = await decodeAudio(at('long.m4a'), { signal: stop.signal });
  const reading = (async () => {
    for await (const _ of audio.chunks) stop.abort();
  })();
  await expect(reading).rejects.toMatchObject({ code: 'media-cancelled' });
});

it('leaving the loop early is no error', async () => {
  const audio = await decodeAudio(at('aac.mp4'));
  for await (const piece of audio.chunks) {
    expect(piece.length).toBeGreaterThan(0);
    break;
  }
});

it('a hole in the sound is filled with silence', async () => {
  ffmpeg(
    ...clickInput(48_000, 6),
    '-af',
    "aselect='not(between(t,2,4))'",
    '-c:a',
    'pcm_s16le',
    '-f',
    'matroska',
    at('hole.mkv'),
  );
  const { frames } = await decoded(at('hole.mkv'));
  expect(Math.abs(frames - 288_000)).toBeLessThanOrEqual(2048);
});
