import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { findFfmpeg } from '../../../src-main/media/ffmpeg.ts';
import { floatsToPcm } from '../../../src-main/media/pcm-samples.ts';
import { sampleBytes } from '../../../src-main/media/wave-format.ts';
import { makeWaveHeader, type WaveHeaderFields, wavePaddingBytes } from '../../../src-main/media/wave-writer.ts';

/** A folder of a test file's own, removed when its tests are over. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'twopop-media-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const program = await findFfmpeg();
if (!program) throw new Error('These tests need ffmpeg: sudo apt-get install ffmpeg');

/** Runs ffmpeg to make a file; quiet, overwriting. */
export function ffmpeg(...args: string[]): void {
  execFileSync(program!.path, ['-v', 'error', '-y', '-nostdin', ...args]);
}

/** A click of 0.5 ms at one second, then silence, as an ffmpeg input of `seconds`. */
export function clickInput(sampleRate: number, seconds: number): string[] {
  return ['-f', 'lavfi', '-i', `aevalsrc='if(between(t,1,1.0005),0.9,0)':s=${sampleRate}:d=${seconds}`];
}

/** Moving picture whose frame n is grey of level `20 + 8 * (n mod 25)`. */
export function countedPicture(rate: string, seconds: number, size = '64x48'): string[] {
  return [
    '-f',
    'lavfi',
    '-i',
    `color=black:s=${size}:r=${rate}:d=${seconds},format=yuv420p,geq=lum='20+8*mod(N\\,25)':cb=128:cr=128`,
  ];
}

/** The number mod 25 that each frame of a file shows, as {@link countedPicture} wrote it. */
export function shownNumbers(path: string): number[] {
  const args = ['-v', 'error', '-i', path, '-map', '0:v:0', '-vf', 'scale=2:2:flags=area', '-fps_mode', 'passthrough'];
  args.push('-pix_fmt', 'yuv420p', '-f', 'rawvideo', '-');
  const bytes = execFileSync(program!.path, args, { maxBuffer: 1 << 28 });
  // Four bytes of luma and two of chroma a frame.
  return Array.from({ length: bytes.length / 6 }, (_, frame) => Math.round((bytes[frame * 6]! - 20) / 8));
}

/** Writes a WAV of our own making whose sample i of channel c is `value(i, c)`. */
export function writeWave(
  path: string,
  fields: Partial<WaveHeaderFields> & { readonly frameCount: number },
  value: (frame: number, channel: number) => number = (frame) => Math.sin(frame / 20) / 2,
): string {
  const complete: WaveHeaderFields = { format: 's24', channelCount: 1, sampleRate: 48_000, ...fields };
  const { channelCount, frameCount } = complete;
  const floats = Float32Array.from({ length: frameCount * channelCount }, (_, index) =>
    value(Math.floor(index / channelCount), index % channelCount),
  );
  const samples = floatsToPcm(floats, complete.format);
  if (samples.length !== floats.length * sampleBytes[complete.format]) throw new Error('sizes disagree');
  const padding = new Uint8Array(wavePaddingBytes(complete));
  writeFileSync(path, Buffer.concat([makeWaveHeader(complete), samples, padding]));
  return path;
}

/** A WAV of hand-made chunks: `[id, body, size as written]`. Odd bodies get a padding byte unless `unpadded`. */
export function rawWave(
  chunks: readonly (readonly [string, Uint8Array, number?])[],
  options: { readonly form?: string; readonly unpadded?: boolean } = {},
): Buffer {
  const parts: Buffer[] = [];
  for (const [id, body, size] of chunks) {
    const header = Buffer.alloc(8);
    header.write(id, 'latin1');
    header.writeUInt32LE(size ?? body.length, 4);
    parts.push(header, Buffer.from(body));
    if (body.length % 2 === 1 && !options.unpadded) parts.push(Buffer.alloc(1));
  }
  const all = Buffer.concat(parts);
  const head = Buffer.alloc(12);
  head.write(options.form ?? 'RIFF', 'latin1');
  head.writeUInt32LE(all.length + 4, 4);
  head.write('WAVE', 8, 'latin1');
  return Buffer.concat([head, all]);
}

/** A fmt chunk of 16 bytes. */
export function plainFormat(tag: number, channels: number, rate: number, bits: number): Buffer {
  const bytes = Buffer.alloc(16);
  const align = (channels * bits) / 8;
  bytes.writeUInt16LE(tag, 0);
  bytes.writeUInt16LE(channels, 2);
  bytes.writeUInt32LE(rate, 4);
  bytes.writeUInt32LE((rate * align) % 0x1_0000_0000, 8);
  bytes.writeUInt16LE(align, 12);
  bytes.writeUInt16LE(bits, 14);
  return bytes;
}

/** Signs journals in the place of the installation's key. */
export const testKey = {
  sign: (text: string) => createHash('sha256').update(`test key ${text}`).digest('hex'),
  isOurs: (text: string, signature: unknown) =>
    signature === createHash('sha256').update(`test key ${text}`).digest('hex'),
};
