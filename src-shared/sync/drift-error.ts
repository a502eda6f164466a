import { type Chosen, effectiveLine } from './effective-line.ts';

/** What a drift may leave at the ends of a stretch, right in its middle, without being heard or seen: half a sample. */
export const HARMLESS_DRIFT_SAMPLES = 0.5;

/**
 * How far off, in samples at `sampleRate`, a match's drift leaves the sound at the ends of the stretch of camera time
 * `overlap` when nothing is done about it: right in the middle, half of drift times length at either end. Of a camera
 * that lost samples each piece is right in its own middle, and the worst piece counts. 0 for an empty stretch.
 */
export function driftErrorSamples(
  match: Chosen,
  overlap: { readonly fromSeconds: number; readonly toSeconds: number },
  sampleRate: number,
): number {
  const line = effectiveLine(match);
  return line.reduce((worst, piece, index) => {
    const from = Math.max(overlap.fromSeconds, piece.fromSeconds);
    const to = Math.min(overlap.toSeconds, line[index + 1]?.fromSeconds ?? Number.POSITIVE_INFINITY);
    return Math.max(worst, (Math.abs(piece.driftPpm) * 1e-6 * Math.max(0, to - from) * sampleRate) / 2);
  }, 0);
}
