import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { channelNamesOf } from '../../src-shared/edit/source-edits.ts';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { renameDurably } from '../files/rename-durably.ts';
import { hashFile } from '../media/content-hash.ts';
import { driftRatio } from '../media/drift-ratio.ts';
import { sourceFields } from '../media/import-fields.ts';
import type { SourceFields } from '../media/import-types.ts';
import { fileSystemError, mediaError, shownName } from '../media/media-error.ts';
import { readMediaFacts } from '../media/media-facts.ts';
import { resampleDrift, resampledFormat } from '../media/resample-drift.ts';
import { readWaveFile, type WaveFile } from '../media/wave-file.ts';
import { sampleBytes } from '../media/wave-format.ts';
import type { DriftPlan } from './drift-plan.ts';

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
  /** Absolute: `Audio Files` of the project. */
  readonly audioFolder: string;
  /** Free in that folder, and so is the same with `.part` behind it. */
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
  const { recorder, camera, plan, fileName, signal } = work;
  const wave = await openRecorder(work);
  const ratio = driftRatio(plan.driftPpm);
  const { fromSample } = plan;
  const finalPath = join(work.audioFolder, fileName);
  const partPath = `${finalPath}.part`;
  const sampleRate = wave.format.sampleRate;
  const timeReference = recorder.timeReferenceSamples === null ? null : recorder.timeReferenceSamples + fromSample;
  const what = `Resampled by Twopop from ${shownName(wave.path)} by ${shownDrift(ratio.driftPpm)} ppm to run with ${camera.name}`;
  const format = resampledFormat(wave.format.format);
  const history = `A=PCM,F=${sampleRate},W=${sampleBytes[format] * 8},T=Twopop resampled ${shownDrift(ratio.driftPpm)} ppm`;
  const { bext, metadata } = wave;
  const made = await resampleDrift(wave, partPath, {
    fromFrame: fromSample,
    frameCount: plan.lengthSamples,
    ratio,
    signal,
    onProgress: (fraction) => work.onProgress(0.9 * fraction),
    header: {
      bext: {
        description: what,
        originator: 'Twopop',
        originatorReference: bext?.originatorReference ?? '',
        date: bext?.date ?? '',
        time: bext?.time ?? '',
        // A file without a clock lies at its own beginning, and so does its copy.
        timeReference: timeReference ?? fromSample,
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
    },
  });
  try {
    const { sha256, sizeBytes } = await hashFile(partPath, { signal });
    signal.throwIfAborted();
    await renameDurably(partPath, finalPath);
    const sound = {
      path: `Audio Files/${fileName}`,
      linked: false,
      contentHash: sha256,
      sizeBytes,
      bitsPerSample: sampleBytes[made.format] * 8,
      lengthSamples: made.frameCount,
    };
    const fields = sourceFields(await readMediaFacts(finalPath, signal), sound, { sha256, sampleRate });
    work.onProgress(1);
    const { role, originalPath, scene, take, tape, circled, channelNames } = recorder;
    return {
      source: {
        ...fields,
        ...{ role, originalPath, scene, take, tape, circled, channelNames },
        name: `${recorder.name} (${camera.name})`.slice(0, 200),
        timeReferenceSamples: timeReference,
      },
      derivation: { fromSample, driftPpm: ratio.driftPpm },
    };
  } catch (error) {
    await rm(partPath, { force: true });
    await rm(finalPath, { force: true });
    throw fileSystemError(finalPath, error);
  }
}

/** Bytes that the copy will take, without its header. */
export function correctedBytes({ recorder, plan }: Pick<CorrectedFileWork, 'recorder' | 'plan'>): number {
  // Whatever it is, no sample of the copy takes more than four bytes.
  return plan.lengthSamples * recorder.channelCount * (recorder.bitsPerSample > 24 ? 4 : 3);
}

async function openRecorder({ recorder, recorderPath }: CorrectedFileWork): Promise<WaveFile> {
  if (!existsSync(recorderPath))
    throw mediaError(
      'media-missing',
      `“${recorder.name}” is offline: ${recorderPath} is not there.`,
      'Relink the recorder file, or leave its clips out, then accept again.',
    );
  const wave = await readWaveFile(recorderPath, { allowTruncated: true });
  if (wave?.format.format && wave.frames === recorder.lengthSamples && wave.format.sampleRate === recorder.sampleRate)
    return wave;
  throw mediaError(
    'media-unsupported',
    `“${recorder.name}” is another file than the one that was imported.`,
    'Relink the recorder file, then accept again.',
  );
}

function shownDrift(driftPpm: number): string {
  return `${driftPpm > 0 ? '+' : ''}${driftPpm.toFixed(4)}`;
}
