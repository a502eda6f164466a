import type { PictureClipRow, PictureRow } from '../../src-shared/model/rows.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { readWaveFile, type WaveFile } from '../media/wave-file.ts';
import { waveFloats } from '../media/wave-samples.ts';
import { cardName } from './compare-with-truth.ts';
import type { DemoTruth } from './demo-shoot.ts';

/** A clap of the day in a bounced file: where the picture says that it must be heard, and where it is. */
export type BouncedClap = {
  readonly camera: string;
  /** Timeline samples, with fractions. */
  readonly expectedSample: number;
  /** Null when no clap is near. */
  readonly foundSample: number | null;
};

/** The channel of a recorder file that claps were recorded on. */
export type ClapRecording = { readonly wave: WaveFile; readonly channel: number };

/** How far around its place a clap is looked for: two frames each way. */
const REACH_SAMPLES = 4004;
/** What of the recording is the clap: a little before its first sample, and the ring of the boards. */
const BEFORE_SAMPLES = 64;
const CLAP_SAMPLES = 1024;
/** The same clap is this much alike, whatever its level; anything else is less. */
const LEAST_LIKENESS = 0.6;

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
 * Looks for each clap in one channel of a bounce that starts at timeline sample 0, around the place where the picture
 * shows it, by holding the recorder's own clap against it: to a fraction of a sample. The place follows from the truth
 * and from where the picture lies, not from what sync found. `recordings` are the recorder files by name.
 */
export async function findClaps(
  wave: WaveFile,
  channel: number,
  truth: DemoTruth,
  pictures: readonly PictureRow[],
  pictureClips: readonly PictureClipRow[],
  recordings: ReadonlyMap<string, ClapRecording>,
): Promise<BouncedClap[]> {
  const claps: BouncedClap[] = [];
  for (const pair of truth.pairs) {
    const picture = pictures.find((row) => cardName(row) === pair.camera);
    const clip = pictureClips.find(({ pictureId, sourceInFrame }) => pictureId === picture?.id && sourceInFrame === 0);
    const recording = recordings.get(pair.recorder);
    if (!clip || !recording) continue;
    const expectedSample =
      clip.startSample + (pair.clapRecorderSample - pair.offsetSamples) / (1 + pair.driftPpm * 1e-6);
    const recordedFrom = Math.max(0, pair.clapRecorderSample - BEFORE_SAMPLES);
    const clap = await samplesOf(recording.wave, recording.channel, recordedFrom, CLAP_SAMPLES);
    const before = pair.clapRecorderSample - recordedFrom;
    const fromFrame = Math.max(0, Math.floor(expectedSample) - before - REACH_SAMPLES);
    const heard = await samplesOf(wave, channel, fromFrame, clap.length + 2 * REACH_SAMPLES);
    const place = placeOf(clap, heard);
    claps.push({
      camera: pair.camera,
      expectedSample,
      foundSample: place === null ? null : fromFrame + place + before,
    });
  }
  return claps;
}

async function samplesOf(wave: WaveFile, channel: number, fromFrame: number, frameCount: number): Promise<number[]> {
  const samples: number[] = [];
  for await (const chunk of waveFloats(wave, { channels: channel, fromFrame, frameCount })) samples.push(...chunk);
  return samples;
}

/** Where in `heard` the sound begins that is most like `wanted`, between samples; null where none is like it. */
function placeOf(wanted: readonly number[], heard: readonly number[]): number | null {
  const wantedEnergy = energyOf(wanted);
  let energy = energyOf(heard.slice(0, wanted.length));
  const likeness: number[] = [];
  for (let at = 0; at + wanted.length <= heard.length; at += 1) {
    let sum = 0;
    for (let index = 0; index < wanted.length; index += 1) sum += wanted[index]! * heard[at + index]!;
    likeness.push(sum / Math.sqrt(wantedEnergy * Math.max(energy, 1e-12) + 1e-24));
    energy += (heard[at + wanted.length] ?? 0) ** 2 - heard[at]! ** 2;
  }
  const best = likeness.reduce((highest, value, at) => (value > likeness[highest]! ? at : highest), 0);
  const peak = likeness[best] ?? 0;
  if (peak < LEAST_LIKENESS) return null;
  const [left, right] = [likeness[best - 1] ?? peak, likeness[best + 1] ?? peak];
  const bend = left - 2 * peak + right;
  return best + (bend === 0 ? 0 : (0.5 * (left - right)) / bend);
}

function energyOf(samples: readonly number[]): number {
  return samples.reduce((sum, value) => sum + value ** 2, 0);
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
