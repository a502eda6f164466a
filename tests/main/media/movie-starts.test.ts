import { copyFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFfmpegInput } from '../../../src-main/media/ffmpeg-input.ts';
import { readMovieStarts } from '../../../src-main/media/movie-starts.ts';
import { readStreamStarts, samplesBetween } from '../../../src-main/media/stream-starts.ts';
import { countedPicture, ffmpeg, ownFolder } from './made-media.ts';

const folder = ownFolder();
const at = (name: string) => join(folder, name);
const picture = countedPicture('25', 3);
const sound = ['-f', 'lavfi', '-i', 'sine=440:r=48000:d=3'];
const zero = { ticks: 0, numerator: 1, denominator: 1 };

/** What decoding the first frames tells, in samples at 48 kHz. */
async function decodedStarts(path: string) {
  const { video, sounds } = await readStreamStarts(path, await readFfmpegInput(path));
  return {
    video: video && samplesBetween(zero, video, 48_000),
    sounds: sounds.map(({ start, sampleRate, channelCount }) => [
      samplesBetween(zero, start, 48_000),
      sampleRate,
      channelCount,
    ]),
  };
}

async function tableStarts(path: string) {
  const starts = await readMovieStarts(path);
  if (!starts) return null;
  const { video, sound: heard } = starts;
  return {
    video: video && samplesBetween(zero, video, 48_000),
    sounds: heard ? [[samplesBetween(zero, heard.start, 48_000), heard.sampleRate, heard.channelCount]] : [],
  };
}

ffmpeg(...picture, ...sound, '-c:v', 'libx264', '-bf', '3', '-c:a', 'aac', at('aac.mp4'));

describe('the tables of a plain movie tell what decoding its first frames tells', () => {
  const copied = (name: string, ...args: string[]) => [...args, '-i', at('aac.mp4'), '-c', 'copy', at(name)];
  const late = (name: string, first: string, second: string) => [
    ...['-itsoffset', '0.5', '-i', at('aac.mp4'), '-i', at('aac.mp4')],
    ...['-map', first, '-map', second, '-c', 'copy', at(name)],
  ];
  const files: Record<string, string[] | null> = {
    'aac.mp4': null,
    'without-edits.mp4': ['-i', at('aac.mp4'), '-c', 'copy', '-use_editlist', '0', at('without-edits.mp4')],
    'late.mp4': copied('late.mp4', '-itsoffset', '0.123'),
    'late-sound.mp4': late('late-sound.mp4', '1:v', '0:a'),
    'late-picture.mp4': late('late-picture.mp4', '0:v', '1:a'),
    'sound-alone.m4a': ['-i', at('aac.mp4'), '-map', '0:a', '-c', 'copy', at('sound-alone.m4a')],
    'silent.mp4': [...picture, '-c:v', 'mpeg4', at('silent.mp4')],
    'timecode.mov': [
      ...[...picture, ...sound, '-c:v', 'libx264', '-c:a', 'aac', '-ar', '44100', '-ac', '2'],
      ...['-timecode', '01:00:00:00', at('timecode.mov')],
    ],
    'prores.mov': [...picture, ...sound, '-c:v', 'prores_ks', '-c:a', 'pcm_s24le', '-ac', '4', at('prores.mov')],
    'big-endian.mov': [...picture, ...sound, '-c:v', 'mjpeg', '-c:a', 'pcm_s16be', at('big-endian.mov')],
    'float.mov': [
      ...[...picture, ...sound, '-c:v', 'mpeg4', '-c:a', 'pcm_f32le', '-ar', '96000', '-ac', '6', at('float.mov')],
    ],
  };
  for (const [name, args] of Object.entries(files))
    it(name, async () => {
      if (args) ffmpeg(...args);
      const starts = await tableStarts(at(name));
      expect(starts).not.toBeNull();
      expect(starts).toEqual(await decodedStarts(at(name)));
    });
});

describe('the tables are not believed', () => {
  it.each([
    ['a clip cut between key frames', ['-ss', '1.3', '-i', at('aac.mp4'), '-c', 'copy']],
    ['a fragmented file', ['-i', at('aac.mp4'), '-c', 'copy', '-movflags', 'frag_keyframe+empty_moov']],
    ['two sound tracks', ['-i', at('aac.mp4'), '-map', '0', '-map', '0:a', '-c', 'copy']],
    ['AAC that may hide a higher rate', [...sound, '-c:a', 'aac', '-ar', '22050']],
    ['another codec', [...sound, '-c:a', 'alac']],
  ])('of %s', async (name, args) => {
    const path = at(`${name}.mp4`);
    ffmpeg(...args, path);
    expect(await readMovieStarts(path)).toBeNull();
  });

  it('of a file whose samples are cut off', async () => {
    ffmpeg('-i', at('aac.mp4'), '-c', 'copy', '-movflags', 'faststart', at('whole.mp4'));
    copyFileSync(at('whole.mp4'), at('cut.mp4'));
    truncateSync(at('cut.mp4'), statSync(at('whole.mp4')).size - 1000);
    expect(await readMovieStarts(at('whole.mp4'))).not.toBeNull();
    expect(await readMovieStarts(at('cut.mp4'))).toBeNull();
  });
});
