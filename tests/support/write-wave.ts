import { writeFileSync } from 'node:fs';
import { makeWaveHeader, type WaveHeaderFields } from '../../src-main/media/wave-writer.ts';

export type TestWave = {
  readonly lengthSamples: number;
  readonly channelCount?: number;
  readonly sampleRate?: number;
  /** The sample at a position of a channel, -1 to 1. */
  readonly sampleAt?: (sample: number, channel: number) => number;
  readonly bext?: WaveHeaderFields['bext'];
  readonly ixml?: WaveHeaderFields['ixml'];
};

/** Writes a 16-bit WAV of a quiet tone, a different one on each channel. */
export function writeWave(path: string, wave: TestWave): void {
  const { lengthSamples, channelCount = 1, sampleRate = 48_000, bext, ixml } = wave;
  const tone = (sample: number, channel: number) =>
    0.25 * Math.sin((2 * Math.PI * 220 * (channel + 1) * sample) / sampleRate);
  const sampleAt = wave.sampleAt ?? tone;
  const fields: WaveHeaderFields = {
    format: 's16',
    channelCount,
    sampleRate,
    frameCount: lengthSamples,
    ...(bext ? { bext } : {}),
    ...(ixml ? { ixml } : {}),
  };
  const samples = new Int16Array(lengthSamples * channelCount);
  for (let frame = 0; frame < lengthSamples; frame++) {
    for (let channel = 0; channel < channelCount; channel++) {
      samples[frame * channelCount + channel] = Math.round(sampleAt(frame, channel) * 32767);
    }
  }
  writeFileSync(path, Buffer.concat([makeWaveHeader(fields), Buffer.from(samples.buffer)]));
}
