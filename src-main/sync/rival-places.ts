import { HEARD_PATH_SCORE } from '../../src-shared/sync/lag-path.ts';
import { LEAST_LINE_SCORE } from '../../src-shared/sync/sync-decision.ts';
import { coveredCamera, recorderSecondsAt, type SyncLine } from '../../src-shared/sync/sync-result.ts';
import type { VerifiedLine, VerifiedMatch } from './line-verification.ts';
import type { Matching } from './match-candidates.ts';
import type { TrackResult } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';
import { trackPlace } from './track-place.ts';

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

type Range = { readonly from: number; readonly to: number };

/** Places that fit less than this share of the match are no rivals: a rhythm that two takes share, a word said twice. */
export const LEAST_LIKENESS = 0.3;
/** A lead that no further place can turn. */
export const CLEAR_LEAD = 4;
/** Windows of a third of the noise's own height say nothing in a comparison. */
const comparedScore = 3;

/** What a match was last compared by, for as long as it lives. */
const ownTracks = new WeakMap<VerifiedMatch, Range & { readonly track: TrackResult }>();

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
  const own = same ?? (await at(match.recorder, longestLine(match)));
  ownTracks.set(match, { ...range, track: own });
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

/**
 * Two machines that ran at the same time hear the same breath and the same chair, so their files are alike in every
 * window, more than takes of one playback are, which share the music and nothing else. Measured on generated days: 55 to
 * 66 against 20 to 48 for the middle window.
 */
const sameMomentScore = 52;
/** Where both files' timecodes put them at the same moment too, half of that is enough; where they do not, nothing is. */
const sameMomentScoreByClock = 16;
const sameClockSeconds = 2;
/** Two microphones of one set stand within ten metres. */
const acousticSeconds = 0.03;

/** Whether two places of a clip, on two files, are one moment recorded by two machines: then both are right. */
export async function isSameMoment(matching: Matching, match: VerifiedMatch, rival: VerifiedMatch): Promise<boolean> {
  const { kernel, cancelFlag } = matching;
  if (rival.recorder === match.recorder) return false;
  const range = intersection(match, rival);
  if (!range || range.to - range.from < 1) return false;
  const [a, b] = [longestLine(match), longestLine(rival)];
  const middle = (range.from + range.to) / 2;
  const clocks = clockDifference(match.recorder, rival.recorder);
  const apart = recorderSecondsAt(a, middle) - recorderSecondsAt(b, middle);
  if (clocks !== null && Math.abs(apart - clocks) > sameClockSeconds) return false;
  const stretch = (1 + a.driftPpm * 1e-6) / (1 + b.driftPpm * 1e-6);
  const line = {
    offsetSeconds: a.offsetSeconds - b.offsetSeconds * stretch,
    driftPpm: (stretch - 1) * 1e6,
    toleranceSeconds: acousticSeconds,
    driftRangePpm: 20,
  };
  const track = await trackPlace({ kernel, cancelFlag, camera: rival.recorder, recorder: match.recorder }, line, {
    from: recorderSecondsAt(b, range.from),
    to: recorderSecondsAt(b, range.to),
  });
  if (!track.found || track.score < LEAST_LINE_SCORE) return false;
  const levels = track.windows.map((window) => window.cameraLevel).sort((x, y) => x - y);
  const spoken = 0.3 * levels[Math.floor(0.8 * (levels.length - 1))]!;
  const scores = track.windows
    .filter((window) => window.cameraLevel >= spoken)
    .map((window) => window.score)
    .sort((x, y) => x - y);
  const median = scores[scores.length >> 1] ?? 0;
  return median >= (clocks === null ? sameMomentScore : sameMomentScoreByClock);
}

/** What to add to a moment of the second file to get the first's, by their timecodes; null when either is silent on it. */
function clockDifference(first: SyncSource, second: SyncSource): number | null {
  const [a, b] = [first.input.startSeconds, second.input.startSeconds];
  if (a === null || a === undefined || b === null || b === undefined) return null;
  const day = 86_400;
  const difference = (((b - a) % day) + day) % day;
  return difference > day / 2 ? difference - day : difference;
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
