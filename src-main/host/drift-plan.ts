import type { SourceRow, SyncMatchRow } from '../../src-shared/model/rows.ts';
import { HARMLESS_DRIFT_SAMPLES } from '../../src-shared/sync/drift-error.ts';
import { effectiveLine } from '../../src-shared/sync/effective-line.ts';
import { coveredCamera, recorderSecondsAt, type SyncLine } from '../../src-shared/sync/sync-result.ts';

/** How much of a recorder file is kept beyond what the camera covers, at either end where it goes on so long. */
const HANDLE_SECONDS = 10;
/** How much of the handle may be given up so that samples of the copy fall on samples of the camera. */
const GIVEN_UP_SECONDS = 2;

/** A stretch of a recorder file that belongs to a camera clip, and the drift between the two. */
export type DriftPlan = {
  readonly driftPpm: number;
  /** Which pieces of the match's line it is for, from 0. */
  readonly pieces: readonly number[];
  /** What the camera covers, samples of the recorder file. */
  readonly coveredFromSample: number;
  readonly coveredToSample: number;
  /** The same with handles: what a corrected copy is made of. */
  readonly fromSample: number;
  readonly lengthSamples: number;
};

/** A piece of a match's line where both files have sound, in camera seconds. */
type Covered = {
  readonly index: number;
  readonly line: SyncLine;
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
};

/**
 * What there is to correct in a match by the line that was chosen for it; nothing where the two files do not meet, or
 * the drift leaves no more than half a sample at the ends of any piece. `cameraSeconds` is the length of its sound or
 * picture, whichever is longer. Pieces of a camera that lost samples have one drift as long as that is right for each
 * of them; where the clocks changed their speed by more, each has a stretch of its own. In order of camera time.
 *
 * A stretch begins where its samples fall on the camera's after the change of speed, as near as two seconds of handle
 * have such a place: its copy then needs no rounding to whole samples.
 */
export function planDrift(match: SyncMatchRow, cameraSeconds: number, recorder: SourceRow): DriftPlan[] {
  const rate = recorder.sampleRate;
  const isHarmless = (driftPpm: number, seconds: number) =>
    (Math.abs(driftPpm) * 1e-6 * seconds * rate) / 2 <= HARMLESS_DRIFT_SAMPLES;
  const groups: Covered[][] = [];
  for (const piece of coveredPieces(match, cameraSeconds, recorder.lengthSamples / rate)) {
    const together = [...(groups.at(-1) ?? []), piece];
    const driftPpm = meanDriftPpm(together);
    const isOne = together.every(({ line, seconds }) => isHarmless(line.driftPpm - driftPpm, seconds));
    if (isOne) groups.splice(-1, 1, together);
    else groups.push([piece]);
  }
  return groups
    .filter((group) => group.some(({ line, seconds }) => !isHarmless(line.driftPpm, seconds)))
    .map((group) => stretchOf(group, recorder));
}

function coveredPieces(match: SyncMatchRow, cameraSeconds: number, recorderSeconds: number): Covered[] {
  const lines = effectiveLine(match);
  return lines.flatMap(({ fromSeconds, offsetSamplesAt48k, driftPpm }, index) => {
    const line = { offsetSeconds: offsetSamplesAt48k / 48_000, driftPpm };
    const covered = coveredCamera(line, cameraSeconds, recorderSeconds);
    if (!covered) return [];
    const from = Math.max(covered.from, fromSeconds);
    const to = Math.min(covered.to, lines[index + 1]?.fromSeconds ?? Number.POSITIVE_INFINITY);
    return to > from ? [{ index, line, from, to, seconds: to - from }] : [];
  });
}

/** By the length of the pieces. */
function meanDriftPpm(pieces: readonly Covered[]): number {
  const seconds = pieces.reduce((sum, piece) => sum + piece.seconds, 0);
  return pieces.reduce((sum, piece) => sum + piece.line.driftPpm * piece.seconds, 0) / seconds;
}

function stretchOf(pieces: readonly Covered[], recorder: SourceRow): DriftPlan {
  const rate = recorder.sampleRate;
  const driftPpm = meanDriftPpm(pieces);
  const longest = pieces.reduce((best, piece) => (piece.seconds > best.seconds ? piece : best));
  const starts = pieces.map(({ line, from }) => recorderSecondsAt(line, from));
  const ends = pieces.map(({ line, to }) => recorderSecondsAt(line, to));
  const coveredFromSample = clamp(Math.floor(Math.min(...starts) * rate), recorder.lengthSamples);
  const coveredToSample = clamp(Math.ceil(Math.max(...ends) * rate), recorder.lengthSamples);
  const earliest = Math.max(0, coveredFromSample - HANDLE_SECONDS * rate);
  const givenUp = Math.min(GIVEN_UP_SECONDS * rate, Math.floor((coveredFromSample - earliest) / 5));
  const fromSample = onGrid(longest.line.offsetSeconds * rate, driftPpm, earliest, givenUp);
  const toSample = clamp(coveredToSample + HANDLE_SECONDS * rate, recorder.lengthSamples);
  return {
    driftPpm,
    pieces: pieces.map(({ index }) => index),
    coveredFromSample,
    coveredToSample,
    fromSample,
    lengthSamples: toSample - fromSample,
  };
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
