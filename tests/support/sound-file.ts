import { readWaveFile, type WaveFile } from '../../src-main/media/wave-file.ts';
import { waveFloats } from '../../src-main/media/wave-samples.ts';

/** The header and metadata of a WAV-family file; fails the test when it is none. */
export async function openWave(path: string): Promise<WaveFile> {
  const wave = await readWaveFile(path);
  if (!wave) throw new Error(`${path} is not a WAV file`);
  return wave;
}

/** Samples of one channel, `frameCount` of them from `fromFrame` on. */
export async function channelSamples(
  wave: WaveFile,
  channel: number,
  fromFrame: number,
  frameCount: number,
): Promise<Float32Array> {
  const samples = new Float32Array(frameCount);
  let at = 0;
  for await (const chunk of waveFloats(wave, { channels: channel, fromFrame, frameCount })) {
    samples.set(chunk, at);
    at += chunk.length;
  }
  return samples.subarray(0, at);
}

/** The largest distance between two runs of samples. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  let largest = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let at = 0; at < Math.min(a.length, b.length); at++) largest = Math.max(largest, Math.abs(a[at]! - b[at]!));
  return largest;
}
