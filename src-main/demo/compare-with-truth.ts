import type { PictureRow, SourceRow, SyncMatchRow } from '../../src-shared/model/rows.ts';
import type { DemoTruth } from './demo-shoot.ts';

/** How far sync may be from the truth, ms: what dual-system sync is held to here. */
export const TOLERANCE_MS = 1;

/** One camera clip beside one recorder file: what is so, what was found, and whether that is right. */
export type SyncVerdict = {
  readonly camera: string;
  /** What was found; null when nothing was matched. */
  readonly recorder: string | null;
  readonly match: SyncMatchRow | null;
  /** Found minus true at the clip's first and last sample, ms; null when there is nothing to compare. */
  readonly errorHeadMs: number | null;
  readonly errorTailMs: number | null;
  readonly right: boolean;
  /** Why there is no match, as sync said or as follows from the file; what is wrong otherwise; '' for a right match. */
  readonly reason: string;
};

type Found = {
  readonly sources: readonly SourceRow[];
  readonly pictures: readonly PictureRow[];
  readonly matches: readonly SyncMatchRow[];
};

/** The file's name on its card without extension, which import gives it as its name: `A001C002`. */
export function cardName(row: { readonly name: string }): string {
  return row.name;
}

/**
 * Holds what sync found against the truth: a verdict for each true pair, each clip that truly has none, and each match
 * that should not be there. Rejected results count as not found.
 */
export function compareWithTruth(truth: DemoTruth, found: Found): SyncVerdict[] {
  const sourceById = new Map(found.sources.map((source) => [source.id as number, source]));
  const nameOf = (id: number | null) => (id === null ? null : cardName(sourceById.get(id)!));
  const live = found.matches
    .filter(({ status }) => status !== 'rejected')
    .map((match) => ({ match, camera: nameOf(match.cameraSourceId)!, recorder: nameOf(match.recorderSourceId) }));
  const matched = live.filter(({ recorder }) => recorder !== null);
  const verdicts: SyncVerdict[] = truth.pairs.map((pair) => {
    const answers = matched.filter(({ camera, recorder }) => camera === pair.camera && recorder === pair.recorder);
    const answer = answers[0];
    if (!answer) {
      const why = live.find(({ camera, recorder }) => camera === pair.camera && recorder === null)?.match.reason;
      return {
        ...nothing(pair.camera),
        right: false,
        reason: `belongs to ${pair.recorder}; not found: ${why || 'no result'}`,
      };
    }
    const camera = sourceById.get(answer.match.cameraSourceId)!;
    const errorHeadMs = (answer.match.offsetSamplesAt48k - pair.offsetSamples) / 48;
    const lengthMs = (camera.lengthSamples / camera.sampleRate) * 1000;
    const errorTailMs = errorHeadMs + lengthMs * (answer.match.driftPpm - pair.driftPpm) * 1e-6;
    const close = Math.abs(errorHeadMs) <= TOLERANCE_MS && Math.abs(errorTailMs) <= TOLERANCE_MS;
    const reason = answers.length > 1 ? 'found twice' : close ? '' : `more than ${TOLERANCE_MS} ms from the truth`;
    return {
      camera: pair.camera,
      recorder: pair.recorder,
      match: answer.match,
      errorHeadMs,
      errorTailMs,
      right: reason === '',
      reason,
    };
  });
  const truePairs = new Set(truth.pairs.map(({ camera, recorder }) => `${camera}/${recorder}`));
  for (const { match, camera, recorder } of matched) {
    if (truePairs.has(`${camera}/${recorder}`)) continue;
    verdicts.push({ ...nothing(camera), recorder, match, right: false, reason: `does not belong to ${recorder}` });
  }
  for (const { camera, reason } of truth.unmatched) {
    if (matched.some((answer) => answer.camera === camera)) continue;
    const result = live.find((answer) => answer.camera === camera)?.match ?? null;
    const imported = found.pictures.some((picture) => cardName(picture) === camera);
    const silent = reason === 'no-sound' && imported && !found.sources.some((source) => cardName(source) === camera);
    const why = result?.reason || (silent ? 'it has no sound (MOS), so there is nothing to sync' : '');
    verdicts.push({ ...nothing(camera), match: result, right: why !== '', reason: why || 'no result and no reason' });
  }
  return verdicts.sort((a, b) => a.camera.localeCompare(b.camera));
}

function nothing(camera: string): Omit<SyncVerdict, 'right' | 'reason'> {
  return { camera, recorder: null, match: null, errorHeadMs: null, errorTailMs: null };
}
