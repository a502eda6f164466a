import { HEARD_PATH_SCORE } from '../../src-shared/sync/lag-path.ts';
import { coveredCamera, recorderSecondsAt, type SyncLine } from '../../src-shared/sync/sync-result.ts';
import type { VerifiedLine, VerifiedMatch } from './line-verification.ts';
import type { Matching } from './match-candidates.ts';
import type { TrackResult } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';
import { type Range, trackPlace } from './track-place.ts';

/** A place that was tracked, whether or not it came to a match. */
export type TriedPlace = { readonly recorder: SyncSource; readonly track: TrackResult };

/** Another place that the same part of the clip fits. */
export type Rival = {
  readonly place: TriedPlace;
  /** Its evidence as a share of the match's. */
  readonly likeness: number;
  /**
   * By how much the match beats it, window by window, in standard errors: 0 is a toss-up, as between the bars of a
   * loop; what sounds nearly alike but not quite is beaten by 5 and more.
   */
  readonly lead: number;
  /** What the clip has of what the match's place holds and this one does not, as a share of what a clip of there has. */
  readonly ownShare?: number;
};

/** Places that fit less than this share of the match are no rivals: a rhythm that two takes share, a word said twice. */
export const LEAST_LIKENESS = 0.3;
/** A lead that no further place can turn. */
export const CLEAR_LEAD = 4;
/** Windows of a third of the noise's own height say nothing in a comparison. */
const comparedScore = 3;

/** What a match was last compared by, for as long as it lives. */
const ownTracks = new WeakMap<VerifiedMatch, Range & { readonly track: Promise<TrackResult> }>();

/**
 * Compares two places for the same part of a clip window by window. Sound that repeats fits both, but only the right one
 * holds what was said over it: that lifts nearly every window a little, which the sum of all windows hides.
 */
export async function leadOver(
  matching: Matching,
  match: VerifiedMatch,
  rival: TriedPlace,
): Promise<{ readonly lead: number; readonly likeness: number }> {
  const { camera, kernel, cancelFlag } = matching;
  const covered = coveredCamera(rival.track, camera.durationSeconds, rival.recorder.durationSeconds);
  const range = covered && intersection(covered, match);
  if (!range || range.to - range.from < 0.5) return { lead: CLEAR_LEAD, likeness: 0 };
  const at = (recorder: SyncSource, line: SyncLine) =>
    trackPlace(
      { kernel, camera, cancelFlag, recorder },
      { offsetSeconds: line.offsetSeconds, driftPpm: line.driftPpm, toleranceSeconds: 0.002, driftRangePpm: 3 },
      range,
    );
  // One rival after another mostly claims the same range.
  const known = ownTracks.get(match);
  const same = known && known.from === range.from && known.to === range.to ? known.track : null;
  const track = same ?? at(match.recorder, longestLine(match));
  ownTracks.set(match, { ...range, track });
  const own = await track;
  const other = await at(rival.recorder, rival.track);
  const there = new Map(other.windows.map((window) => [window.cameraSeconds.toFixed(3), heightOf(window)]));
  const differences: number[] = [];
  let [ownSum, otherSum] = [0, 0];
  for (const window of own.windows) {
    const rivals = there.get(window.cameraSeconds.toFixed(3));
    const mine = heightOf(window);
    if (rivals === undefined || Math.max(mine, rivals) < comparedScore) continue;
    differences.push(mine - rivals);
    ownSum += mine;
    otherSum += rivals;
  }
  const usual = own.windows.map(heightOf).sort((a, b) => a - b)[own.windows.length >> 1] ?? 0;
  // Where single windows are lost in the noise only their sum along the line says anything, and its noise is 1 as well.
  if (usual < HEARD_PATH_SCORE)
    return { lead: (own.score - other.score) / Math.SQRT2, likeness: own.score > 0 ? other.score / own.score : 0 };
  return { lead: standardErrors(differences, usual), likeness: ownSum > 0 ? otherSum / ownSum : 0 };
}

function heightOf(window: TrackResult['windows'][number]): number {
  return Math.max(window.score, window.pathScore);
}

/**
 * The mean over its standard error, neighbours sharing a quarter of their sound. The spread is taken from the windows
 * that speak against the mean: those that speak for it more than others do not weaken it. Each height has a noise of 1
 * and is right to a few hundredths, and takes of the same music differ by a little more than that. A clap or a shout
 * must not decide alone: no difference counts for more than the usual height.
 */
function standardErrors(raw: readonly number[], usualHeight: number): number {
  const most = Math.max(20, usualHeight);
  const differences = raw.map((value) => Math.min(most, Math.max(-most, value)));
  const count = differences.length;
  if (count === 0) return 0;
  const mean = differences.reduce((sum, value) => sum + value, 0) / count;
  const against = differences.reduce((sum, value) => sum + Math.min(0, value * Math.sign(mean)) ** 2, 0);
  return (0.87 * mean * Math.sqrt(count)) / Math.max(1.8, 0.06 * usualHeight, Math.sqrt((2 * against) / count));
}

/** A hall still answers so late, and no beat is so short. */
const echoSeconds = 0.19;

/** Whether a tracked place lies on one of a match's own lines: then it is the match, or a piece of it. */
export function isPlaceOf(match: VerifiedMatch, { recorder, track }: TriedPlace): boolean {
  if (recorder !== match.recorder) return false;
  return match.lines.some((line) => {
    const middle = (line.from + line.to) / 2;
    return Math.abs(recorderSecondsAt(track, middle) - recorderSecondsAt(line, middle)) < echoSeconds;
  });
}

export function longestLine(match: VerifiedMatch): VerifiedLine {
  return match.lines.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
}

export function intersection(a: Range, b: Range): Range | null {
  const range = { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
  return range.to > range.from ? range : null;
}

/**
 * Of the windows in which the recorder speaks up and the camera rises above its own noise, the share that lies on the
 * match. A clip that merely shares a word or a beat with a file leaves most of them off.
 */
export function agreementOf(track: TrackResult): number {
  const { windows } = track;
  const at = (values: readonly number[], share: number) =>
    [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0;
  const spoken =
    0.3 *
    at(
      windows.map((window) => window.recorderLevel),
      0.8,
    );
  const asked = windows.filter((window) => window.recorderLevel >= spoken);
  if (asked.length === 0) return 0;
  return asked.filter((window) => window.pathScore >= HEARD_PATH_SCORE).length / asked.length;
}
