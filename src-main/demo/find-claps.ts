import type { PictureClipRow, PictureRow } from '../../src-shared/model/rows.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { readWaveFile, type WaveFile } from '../media/wave-file.ts';
import { waveFloats } from '../media/wave-samples.ts';
import { cardName } from './compare-with-truth.ts';
import type { DemoTruth } from './demo-shoot.ts';

/** A clap of the day in a bounced file: where the picture says that it must be heard, and where it is. */
export type BouncedClap = {
  readonly camera: string;
  /** Timeline samples. */
  readonly expectedSample: number;
  /** Null when no clap is near. */
  readonly foundSample: number | null;
};

/** How far around its place a clap is looked for: two frames each way. */
const REACH_SAMPLES = 4004;
/** A clap's first sample stands out from what was there before by this much. */
const ONSET_RATIO = 0.15;

/** The header of a bounced file; throws `demo-bounce` when it is not a 24-bit BWF. */
export async function readBounced(path: string): Promise<WaveFile> {
  const wave = await readWaveFile(path);
  if (wave && wave.bext !== null && wave.format.format === 's24' && wave.frames !== null) return wave;
  throw new TwopopError({
    code: 'demo-bounce',
    message: `The bounce ${path} is not a 24-bit BWF. The project is kept as it is.`,
    remedy: 'Bounce again; if it happens again, report it.',
  });
}

/**
 * Looks for each clap in one channel of a bounce that starts at timeline sample 0, at the place where the picture
 * shows it. The place follows from the truth and from where the picture lies, not from what sync found.
 */
export async function findClaps(
  wave: WaveFile,
  channel: number,
  truth: DemoTruth,
  pictures: readonly PictureRow[],
  pictureClips: readonly PictureClipRow[],
): Promise<BouncedClap[]> {
  const claps: BouncedClap[] = [];
  for (const pair of truth.pairs) {
    const picture = pictures.find((row) => cardName(row) === pair.camera);
    const clip = pictureClips.find(({ pictureId, sourceInFrame }) => pictureId === picture?.id && sourceInFrame === 0);
    if (!clip) continue;
    const cameraSamples = (pair.clapRecorderSample - pair.offsetSamples) / (1 + pair.driftPpm * 1e-6);
    const expectedSample = Math.round(clip.startSample + cameraSamples);
    const fromFrame = Math.max(0, expectedSample - REACH_SAMPLES);
    const samples: number[] = [];
    for await (const chunk of waveFloats(wave, { channels: channel, fromFrame, frameCount: 2 * REACH_SAMPLES })) {
      samples.push(...chunk);
    }
    const onset = onsetOf(samples);
    claps.push({ camera: pair.camera, expectedSample, foundSample: onset === null ? null : fromFrame + onset });
  }
  return claps;
}

function onsetOf(samples: readonly number[]): number | null {
  const peak = samples.reduce((highest, value) => Math.max(highest, Math.abs(value)), 0);
  if (peak < 0.05) return null;
  const at = samples.findIndex((value) => Math.abs(value) > peak * ONSET_RATIO);
  return at < 0 ? null : at;
}

/** RMS of every channel of a file, dBFS; -Infinity for digital silence. */
export async function channelLevels(wave: WaveFile): Promise<number[]> {
  const { channelCount } = wave.format;
  const sums = new Float64Array(channelCount);
  for await (const chunk of waveFloats(wave)) {
    for (let at = 0; at < chunk.length; at += 1) sums[at % channelCount]! += chunk[at]! ** 2;
  }
  return Array.from(sums, (sum) => 10 * Math.log10(sum / Math.max(1, wave.frames ?? 0)));
}
