import type { SourceRow, SyncMatchRow } from '../../src-shared/model/rows.ts';
import { HARMLESS_DRIFT_SAMPLES } from '../../src-shared/sync/drift-error.ts';
import { effectiveLine } from '../../src-shared/sync/effective-line.ts';
import { coveredCamera, recorderSecondsAt } from '../../src-shared/sync/sync-result.ts';

/** How much of a recorder file is kept beyond what the camera covers, at either end where it goes on so long. */
const HANDLE_SECONDS = 10;
/** How much of the handle may be given up so that samples of the copy fall on samples of the camera. */
const GIVEN_UP_SECONDS = 2;

/** The stretch of a recorder file that belongs to a camera clip, and the drift between the two. */
export type DriftPlan = {
  readonly driftPpm: number;
  /** What the camera covers, samples of the recorder file. */
  readonly coveredFromSample: number;
  readonly coveredToSample: number;
  /** The same with handles: what a corrected copy is made of. */
  readonly fromSample: number;
  readonly lengthSamples: number;
};

/**
 * What there is to correct in a match by the line that was chosen for it; null where the two files do not meet, or the
 * drift leaves no more than half a sample at the ends of the overlap. `cameraSeconds` is the length of its sound or
 * picture, whichever is longer. A camera that lost samples has one drift: that of its pieces by their length.
 *
 * The copy begins where its samples fall on the camera's after the change of speed, as near as two seconds of handle
 * have such a place: it then needs no rounding to whole samples.
 */
export function planDrift(match: SyncMatchRow, cameraSeconds: number, recorder: SourceRow): DriftPlan | null {
  const rate = recorder.sampleRate;
  const recorderSeconds = recorder.lengthSamples / rate;
  const lines = effectiveLine(match);
  const pieces = lines.flatMap(({ fromSeconds, offsetSamplesAt48k, driftPpm }, index) => {
    const line = { offsetSeconds: offsetSamplesAt48k / 48_000, driftPpm };
    const covered = coveredCamera(line, cameraSeconds, recorderSeconds);
    if (!covered) return [];
    const from = Math.max(covered.from, fromSeconds);
    const to = Math.min(covered.to, lines[index + 1]?.fromSeconds ?? Number.POSITIVE_INFINITY);
    return to > from ? [{ line, from, to, seconds: to - from }] : [];
  });
  const [first] = pieces;
  if (!first) return null;
  const longest = pieces.reduce((best, piece) => (piece.seconds > best.seconds ? piece : best), first);
  const seconds = pieces.reduce((sum, piece) => sum + piece.seconds, 0);
  const driftPpm = pieces.reduce((sum, piece) => sum + piece.line.driftPpm * piece.seconds, 0) / seconds;
  if ((Math.abs(driftPpm) * 1e-6 * longest.seconds * rate) / 2 <= HARMLESS_DRIFT_SAMPLES) return null;
  const starts = pieces.map(({ line, from }) => recorderSecondsAt(line, from));
  const ends = pieces.map(({ line, to }) => recorderSecondsAt(line, to));
  const coveredFromSample = clamp(Math.floor(Math.min(...starts) * rate), recorder.lengthSamples);
  const coveredToSample = clamp(Math.ceil(Math.max(...ends) * rate), recorder.lengthSamples);
  const earliest = Math.max(0, coveredFromSample - HANDLE_SECONDS * rate);
  const givenUp = Math.min(GIVEN_UP_SECONDS * rate, Math.floor((coveredFromSample - earliest) / 5));
  const fromSample = onGrid(longest.line.offsetSeconds * rate, driftPpm, earliest, givenUp);
  const toSample = clamp(coveredToSample + HANDLE_SECONDS * rate, recorder.lengthSamples);
  return { driftPpm, coveredFromSample, coveredToSample, fromSample, lengthSamples: toSample - fromSample };
}

/**
 * The sample from `earliest` on, at most `reach` further, from which a copy at the camera's speed has a sample nearest
 * to camera time 0, which lies at `zeroSample`.
 */
function onGrid(zeroSample: number, driftPpm: number, earliest: number, reach: number): number {
  const speed = 1 + driftPpm * 1e-6;
  let best = earliest;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let sample = earliest; sample <= earliest + reach; sample++) {
    const place = (zeroSample - sample) / speed;
    const distance = Math.abs(place - Math.round(place));
    if (distance >= bestDistance) continue;
    best = sample;
    bestDistance = distance;
  }
  return best;
}

function clamp(sample: number, lengthSamples: number): number {
  return Math.min(lengthSamples, Math.max(0, sample));
}
