import { IN_SYNC_MS } from '../../src-shared/edit/sync-relation.ts';
import type { SourceRow, SyncMatchRow } from '../../src-shared/model/rows.ts';
import { driftErrorSamples, HARMLESS_DRIFT_SAMPLES } from '../../src-shared/sync/drift-error.ts';
import { effectiveLine } from '../../src-shared/sync/effective-line.ts';
import { coveredSpan } from './review-places.ts';

/** What became of the drift of an accepted match, in the few words of a list. */
export type DriftDealtWith = 'resampled' | 'cut' | 'drift left' | 'drift ≤ ½ ms' | 'no drift';

/** The same in a sentence. */
export const DRIFT_DEALT_WITH: Readonly<Record<DriftDealtWith, string>> = {
  resampled: 'Its drift was taken out: a resampled copy of the recorder’s sound lies on the timeline',
  cut: 'Its drift was dealt with by cutting at pauses: nothing was resampled',
  'drift left': 'Its drift was left: right in the middle, it drifts towards head and tail',
  'drift ≤ ½ ms': 'Its drift was left: it is nowhere more than half a millisecond off, so that nothing was to be cut',
  'no drift': 'There was no drift to deal with: less than a sample from head to tail',
};

/**
 * How the drift of an accepted match was dealt with; null for one that is not accepted. Of a drift that was left alone
 * it is told whether it is large enough to matter over what both files hold (all of the camera where `recorder` is gone).
 */
export function driftDealtWith(
  match: SyncMatchRow,
  camera: SourceRow,
  recorder: SourceRow | null,
): DriftDealtWith | null {
  if (match.status !== 'accepted') return null;
  if (match.driftCorrection === 'resample') return 'resampled';
  if (match.driftCorrection === 'cut') return 'cut';
  const { sampleRate } = recorder ?? camera;
  const covered = coveredSpan(
    effectiveLine(match),
    camera.lengthSamples / camera.sampleRate,
    recorder && recorder.lengthSamples / recorder.sampleRate,
  );
  const error = driftErrorSamples(match, { fromSeconds: covered.from, toSeconds: covered.to }, sampleRate);
  if (error <= HARMLESS_DRIFT_SAMPLES) return 'no drift';
  return (error / sampleRate) * 1000 <= IN_SYNC_MS ? 'drift ≤ ½ ms' : 'drift left';
}
