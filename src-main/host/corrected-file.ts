import { existsSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { channelNamesOf } from '../../src-shared/edit/source-edits.ts';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { renameDurably } from '../files/rename-durably.ts';
import { type HashedFile, hashFile } from '../media/content-hash.ts';
import { driftRatio } from '../media/drift-ratio.ts';
import { sourceFields } from '../media/import-fields.ts';
import type { SourceFields } from '../media/import-types.ts';
import { fileSystemError, mediaError, shownName } from '../media/media-error.ts';
import { readMediaFacts } from '../media/media-facts.ts';
import { resampleDrift, resampledFormat } from '../media/resample-drift.ts';
import { readWaveFile, type WaveFile } from '../media/wave-file.ts';
import { sampleBytes } from '../media/wave-format.ts';
import type { DriftPlan } from './drift-plan.ts';
import { openRecorderFile } from './recorder-file.ts';

/** What a disk is to have left beside the copies. */
const SPARE_BYTES = 50_000_000;

/** A copy of a recorder file at a camera's speed, as `sync.accept` takes it. */
export type CorrectedFile = {
  readonly source: SourceFields;
  readonly derivation: { readonly fromSample: number; readonly driftPpm: number };
};

export type CorrectedFileWork = {
  readonly recorder: SourceRow;
  readonly recorderPath: string;
  readonly camera: SourceRow;
  readonly plan: DriftPlan;
  /** Of its row. */
  readonly copyName: string;
  /** Absolute: `Audio Files` of the project. */
  readonly audioFolder: string;
  /** To be made: free in that folder, and so is the same with `.part` behind it. */
  readonly fileName: string;
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
};

/**
 * Writes the copy of a recorder file that runs with a camera: the stretch of the plan, every channel, with a bext and
 * an iXML of its own that say what was done. It has its name only when it is whole and durable; nothing is left when
 * it fails. Throws one `media-...` error.
 */
export async function makeCorrectedFile(work: CorrectedFileWork): Promise<CorrectedFile> {
  const { plan, signal } = work;
  const wave = await openRecorderFile(work.recorder, work.recorderPath);
  const finalPath = join(work.audioFolder, work.fileName);
  const partPath = `${finalPath}.part`;
  await resampleDrift(wave, partPath, {
    fromFrame: plan.fromSample,
    frameCount: plan.lengthSamples,
    ratio: driftRatio(plan.driftPpm),
    signal,
    onProgress: (fraction) => work.onProgress(0.9 * fraction),
    header: headerOf(wave, work),
  });
  try {
    const hashed = await hashFile(partPath, { signal });
    signal.throwIfAborted();
    await renameDurably(partPath, finalPath);
    const made = await describe(work, hashed);
    work.onProgress(1);
    return made;
  } catch (error) {
    await rm(partPath, { force: true });
    await rm(finalPath, { force: true });
    throw fileSystemError(finalPath, error);
  }
}

/**
 * The same copy where an earlier acceptance, undone since, has left it under that name; null where there is no such
 * file or it is of other sound, another stretch or another speed. Its header tells: a copy has its name only when it
 * is whole.
 */
export async function leftCorrectedFile(work: CorrectedFileWork): Promise<CorrectedFile | null> {
  const path = join(work.audioFolder, work.fileName);
  if (!existsSync(path)) return null;
  const wave = await openRecorderFile(work.recorder, work.recorderPath);
  const left = await readWaveFile(path).catch(() => null);
  const { description, codingHistory = '', timeReference } = headerOf(wave, work).bext;
  const isSame =
    left?.bext?.description === description &&
    left.bext.timeReference === timeReference &&
    left.bext.codingHistory === codingHistory &&
    left.format.channelCount === wave.format.channelCount;
  if (!isSame) return null;
  const made = await describe(work, await hashFile(path, { signal: work.signal }));
  work.onProgress(1);
  return made;
}

/** What the copy says of itself. The last line of its coding history tells it from every other copy. */
function headerOf(wave: WaveFile, { recorder, camera, plan }: CorrectedFileWork) {
  const { bext, metadata } = wave;
  const { numerator, denominator, driftPpm } = driftRatio(plan.driftPpm);
  const drift = `${driftPpm > 0 ? '+' : ''}${driftPpm.toFixed(4)} ppm`;
  const what = `Resampled by Twopop from ${shownName(wave.path)} by ${drift} to run with ${camera.name}`;
  const bits = sampleBytes[resampledFormat(wave.format.format)] * 8;
  const history =
    `A=PCM,F=${wave.format.sampleRate},W=${bits},T=Twopop resampled ${numerator}/${denominator} ` +
    `from ${recorder.contentHash.slice(0, 16)} ${plan.fromSample}+${plan.lengthSamples}`;
  const timeReference = timeReferenceOf(recorder, plan);
  return {
    bext: {
      description: what,
      originator: 'Twopop',
      originatorReference: bext?.originatorReference ?? '',
      date: bext?.date ?? '',
      time: bext?.time ?? '',
      // A file without a clock lies at its own beginning, and so does its copy.
      timeReference: timeReference ?? plan.fromSample,
      codingHistory: bext?.codingHistory ? `${bext.codingHistory}\r\n${history}` : history,
    },
    ixml: {
      project: metadata.project,
      scene: recorder.scene,
      take: recorder.take,
      tape: recorder.tape,
      circled: recorder.circled,
      note: metadata.note ? `${metadata.note} ${what}` : what,
      frameRate: metadata.frameRate,
      timeReference,
      trackNames: channelNamesOf(recorder),
    },
  };
}

function timeReferenceOf(recorder: SourceRow, plan: DriftPlan): number | null {
  return recorder.timeReferenceSamples === null ? null : recorder.timeReferenceSamples + plan.fromSample;
}

/** The finished copy as a row; what people say of the recorder file is said of it too. */
async function describe(work: CorrectedFileWork, hashed: HashedFile): Promise<CorrectedFile> {
  const { recorder, plan, copyName, fileName } = work;
  const facts = await readMediaFacts(join(work.audioFolder, fileName), work.signal);
  const sound = {
    path: `Audio Files/${fileName}`,
    linked: false,
    contentHash: hashed.sha256,
    sizeBytes: hashed.sizeBytes,
    bitsPerSample: facts.sound?.bitsPerSample ?? 24,
    lengthSamples: facts.sound?.frames ?? 0,
  };
  const fields = sourceFields(facts, sound, { sha256: hashed.sha256, sampleRate: recorder.sampleRate });
  const { role, originalPath, scene, take, tape, circled, channelNames } = recorder;
  return {
    source: {
      ...fields,
      ...{ role, originalPath, scene, take, tape, circled, channelNames },
      name: copyName.slice(0, 200),
      timeReferenceSamples: timeReferenceOf(recorder, plan),
    },
    derivation: { fromSample: plan.fromSample, driftPpm: driftRatio(plan.driftPpm).driftPpm },
  };
}

/** Bytes that the copy will take, without its header. */
export function correctedBytes({ recorder, plan }: Pick<CorrectedFileWork, 'recorder' | 'plan'>): number {
  // Whatever it is, no sample of the copy takes more than four bytes.
  return plan.lengthSamples * recorder.channelCount * (recorder.bitsPerSample > 24 ? 4 : 3);
}

/** Says at once what would otherwise come out after minutes of work. */
export async function refuseFullDisk(folder: string, bytes: readonly number[]): Promise<void> {
  const wanted = bytes.reduce((sum, count) => sum + count, 0);
  if (wanted === 0) return;
  const disk = await statfs(folder).catch(() => null);
  const free = disk ? disk.bavail * disk.bsize : Number.POSITIVE_INFINITY;
  if (free >= wanted + SPARE_BYTES) return;
  const megabytes = (count: number) => `${Math.ceil(count / 1e6).toLocaleString('en')} MB`;
  throw mediaError(
    'media-disk-full',
    `The resampled files take ${megabytes(wanted)}, but the project’s disk has ${megabytes(free)} left. No match was accepted.`,
    'Free some space, accept fewer at once, or correct the drift by cutting at pauses, which takes no space.',
  );
}
