import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../../src-main/media/decode-audio.ts';
import { type PcmLayout, readPcmLayout } from '../../../src-main/media/pcm-layout.ts';
import { pcmToFloats } from '../../../src-main/media/pcm-samples.ts';
import { sampleBytes } from '../../../src-main/media/wave-format.ts';
import { countedPicture, ffmpeg, ownFolder, writeWave } from './made-media.ts';

const folder = ownFolder();
const at = (name: string) => join(folder, name);
const picture = countedPicture('25', 3);
const noise = (seed: number, rate = 48_000) => [
  ...['-f', 'lavfi', '-i', `anoisesrc=r=${rate}:d=3:c=pink:seed=${seed}:a=0.5`],
];

/** What lies at the places of a layout, channel by channel. */
function readLayout(layout: PcmLayout): Float32Array[] {
  const bytes = readFileSync(layout.path);
  return layout.tracks.flatMap((track) => {
    const size = sampleBytes[track.format];
    const pieces: Buffer[] = [];
    for (let index = 0; index < track.extents.length; index += 2) {
      const from = track.extents[index]!;
      pieces.push(bytes.subarray(from, from + track.extents[index + 1]! * size * track.channelCount));
    }
    const all = Buffer.concat(pieces);
    if (track.bigEndian) for (let byte = 0; byte < all.length; byte += size) all.subarray(byte, byte + size).reverse();
    const floats = pcmToFloats(all, track.format);
    return Array.from({ length: track.channelCount }, (_, channel) =>
      Float32Array.from({ length: layout.frames }, (_, frame) => {
        return floats[(frame - track.delayFrames) * track.channelCount + channel] ?? 0;
      }),
    );
  });
}

/** The same from the decoder, which honours edit lists and delays. */
async function decoded(path: string): Promise<Float32Array[]> {
  const { chunks, channelCount } = await decodeAudio(path);
  const all: number[] = [];
  for await (const chunk of chunks) for (const value of chunk) all.push(value);
  return Array.from({ length: channelCount }, (_, channel) =>
    Float32Array.from({ length: all.length / channelCount }, (_, frame) => all[frame * channelCount + channel]!),
  );
}

const video = ['-c:v', 'libx264', '-bf', '3'];
const made: Record<string, string[]> = {
  's16.mov': [...picture, ...noise(1), ...video, '-c:a', 'pcm_s16le', '-ac', '2'],
  's16be.mov': [...picture, ...noise(2), ...video, '-c:a', 'pcm_s16be'],
  's24.mov': [...picture, ...noise(3), '-c:v', 'prores_ks', '-c:a', 'pcm_s24le', '-ac', '4'],
  's24be.mov': [...picture, ...noise(4), ...video, '-c:a', 'pcm_s24be', '-ac', '2'],
  's32.mov': [...picture, ...noise(5), ...video, '-c:a', 'pcm_s32le'],
  'f32-96k.mov': [...picture, ...noise(6, 96_000), ...video, '-c:a', 'pcm_f32le', '-ac', '2'],
  'sound-alone.mov': [...noise(7), '-c:a', 'pcm_s24le'],
  'timecode.mov': [...picture, ...noise(8), ...video, '-c:a', 'pcm_s16le', '-timecode', '01:00:00:00'],
  'mono-tracks.mov': [
    ...[...picture, ...noise(9), ...noise(10), ...noise(11), ...video, '-c:a', 'pcm_s24le'],
    ...['-map', '0', '-map', '1', '-map', '2', '-map', '3'],
  ],
};

describe('plain PCM in a movie is read from where it lies, sample for sample what the decoder gives', () => {
  it.each(Object.entries(made))('%s', async (name, args) => {
    ffmpeg(...args, at(name));
    const layout = await readPcmLayout(at(name));
    expect(layout).not.toBeNull();
    expect(readLayout(layout!)).toEqual(await decoded(at(name)));
  });

  it.each([
    [
      'sound that starts late',
      ['-itsoffset', '0.5', '-i', at('s16.mov'), '-i', at('s16.mov'), '-map', '1:v', '-map', '0:a'],
    ],
    [
      'picture that starts late',
      ['-itsoffset', '0.5', '-i', at('s16.mov'), '-i', at('s16.mov'), '-map', '0:v', '-map', '1:a'],
    ],
    ['picture and sound that start late', ['-itsoffset', '0.123', '-i', at('s16.mov')]],
  ])('%s', async (name, args) => {
    const path = at(`${name}.mov`);
    ffmpeg(...args, '-c', 'copy', path);
    const layout = await readPcmLayout(path);
    expect(layout).not.toBeNull();
    expect(readLayout(layout!)).toEqual(await decoded(path));
  });

  it('a WAV, big and small', async () => {
    const path = writeWave(at('plain.wav'), { frameCount: 5000, channelCount: 3, format: 's24' }, (frame, channel) =>
      Math.sin(frame / (20 + channel)),
    );
    const layout = (await readPcmLayout(path))!;
    expect(layout).toMatchObject({ sampleRate: 48_000, channelCount: 3, frames: 5000 });
    expect(readLayout(layout)).toEqual(await decoded(path));
  });
});

describe('a movie is left to the decoder', () => {
  it.each([
    ['whose sound is compressed', [...picture, ...noise(1), ...video, '-c:a', 'aac']],
    [
      'that is fragmented',
      [...picture, ...noise(1), ...video, '-c:a', 'pcm_s16le', '-movflags', 'frag_keyframe+empty_moov'],
    ],
    [
      'whose tracks have several rates',
      [
        ...[...picture, ...noise(1), ...noise(2, 44_100), ...video, '-c:a', 'pcm_s16le'],
        ...['-map', '0', '-map', '1', '-map', '2'],
      ],
    ],
    ['in µ-law', [...picture, ...noise(1), ...video, '-c:a', 'pcm_mulaw']],
    ['of bytes', [...picture, ...noise(1), ...video, '-c:a', 'pcm_u8']],
    ['without sound', [...picture, ...video]],
    ['cut between key frames', ['-ss', '1.3', '-i', at('s16.mov'), '-c', 'copy']],
  ])('%s', async (name, args) => {
    ffmpeg(...args, at(`${name}.mov`));
    expect(await readPcmLayout(at(`${name}.mov`))).toBeNull();
  });

  it('that was cut off, or whose tables point past its end', async () => {
    ffmpeg('-i', at('s16.mov'), '-c', 'copy', '-movflags', 'faststart', at('whole.mov'));
    copyFileSync(at('whole.mov'), at('cut.mov'));
    truncateSync(at('cut.mov'), statSync(at('whole.mov')).size - 1000);
    expect(await readPcmLayout(at('whole.mov'))).not.toBeNull();
    expect(await readPcmLayout(at('cut.mov'))).toBeNull();
  });

  it('whose edit list shows a part of the sound', async () => {
    const bytes = readFileSync(at('sound-alone.mov'));
    const edits = bytes.indexOf('elst', 0, 'latin1');
    expect(edits).toBeGreaterThan(0);
    for (const [name, duration, mediaTime] of [
      ['shorter', 1000, 0],
      ['from the middle', bytes.readUInt32BE(edits + 12), 4800],
    ] as const) {
      const edited = Buffer.from(bytes);
      edited.writeUInt32BE(duration, edits + 12);
      edited.writeUInt32BE(mediaTime, edits + 16);
      writeFileSync(at(`${name}.mov`), edited);
      expect(await readPcmLayout(at(`${name}.mov`))).toBeNull();
    }
  });
});
