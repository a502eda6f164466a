import { writeFileSync } from 'node:fs';
import { floatsToPcm } from '../../src-main/media/pcm-samples.ts';
import { makeWaveHeader } from '../../src-main/media/wave-writer.ts';

/** Writes interleaved sound at 48 kHz as a WAV of 32-bit float: what comes back is what was given. */
export function writeSound(path: string, samples: Float32Array, channelCount = 1): void {
  const frameCount = samples.length / channelCount;
  const header = makeWaveHeader({ format: 'f32', channelCount, sampleRate: 48_000, frameCount });
  writeFileSync(path, Buffer.concat([header, floatsToPcm(samples, 'f32')]));
}
