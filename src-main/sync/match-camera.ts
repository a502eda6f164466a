import { LEAST_DIRECT_SCORE, LEAST_LINE_SCORE } from '../../src-shared/sync/sync-decision.ts';
import { coveredCamera, recorderSecondsAt, type SyncLine } from '../../src-shared/sync/sync-result.ts';
import { trackPlace, type VerifiedMatch, verifyTracked } from './line-verification.ts';
import {
  type Candidate,
  candidateAt,
  clapCandidates,
  envelopeCandidates,
  gapCandidates,
  likelyEnvelope,
  type Matching,
  neighbourCandidates,
  pulledCandidates,
  timecodeCandidates,
  waveformCandidates,
} from './match-candidates.ts';
import type { TrackResult } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';

/** A place that was tracked, whether or not it came to a match. */
export type TriedPlace = { readonly recorder: SyncSource; readonly track: TrackResult };

export type CameraMatches = {
  /** Matches that cover different parts of the clip, best first. */
  readonly matches: readonly VerifiedMatch[];
  /** For each match, rivals for the same part of the clip, best first, by their share of its evidence. */
  readonly rivals: readonly (readonly { readonly place: TriedPlace; readonly likeness: number }[])[];
  /** The best place that was not good enough. */
  readonly nearest: TriedPlace | null;
};

const mostTracked = 12;
/** From this many times the least evidence on, a match needs no comparison with other places. */
const clearMargin = 3.5;
/**
 * Finds where a camera clip lies on the recorder files: candidates from timecode and from the envelopes of all files,
 * confirmed by waveform; when none holds, claps are laid over each other and the waveform itself is searched. The first
 * places that hold take the parts of the clip that they cover; what is left uncovered is looked for on.
 */
export async function matchCamera(matching: Matching): Promise<CameraMatches> {
  const { camera, recorders, signal } = matching;
  const tried: TriedPlace[] = [];
  const matches: VerifiedMatch[] = [];
  const candidates = [...timecodeCandidates(camera, recorders), ...(await envelopeCandidates(matching))];
  await tryCandidates(matching, candidates, tried, matches);
  signal.throwIfAborted();
  if (matches.length === 0) {
    await tryCandidates(matching, pulledCandidates(candidates), tried, matches);
    if (matches.length === 0) await tryCandidates(matching, clapCandidates(matching), tried, matches);
    if (matches.length === 0) await tryCandidates(matching, await waveformCandidates(matching), tried, matches);
  } else if (uncovered(camera, matches) > 2) {
    await tryCandidates(matching, neighbourCandidates(matching, matches), tried, matches);
    if (uncovered(camera, matches) > 2.5) await tryGaps(matching, tried, matches);
  }
  signal.throwIfAborted();
  matches.sort((a, b) => b.lineScore - a.lineScore);
  for (const match of matches) if (marginOf(match) < clearMargin) await lookForRivals(matching, match, tried);
  return { matches, rivals: matches.map((match) => rivalsOf(camera, match, tried)), nearest: nearestOf(tried) };
}

/**
 * Tracks candidates, best first, and keeps those that hold. A place is passed over when its part of the clip has been
 * taken, unless it speaks nearly as loud as what took it: then it is tracked as a rival.
 */
async function tryCandidates(
  matching: Matching,
  candidates: readonly Candidate[],
  tried: TriedPlace[],
  matches: VerifiedMatch[],
): Promise<void> {
  const { camera, signal } = matching;
  let tracked = 0;
  let bestRank = 0;
  const held: { recorder: SyncSource; track: TrackResult }[] = [];
  for (const candidate of candidates) {
    signal.throwIfAborted();
    if (tracked >= mostTracked && candidate.rank < likelyEnvelope) break;
    if (tracked >= 4 * mostTracked) break;
    if (held.length > 0 && !candidate.timecode && candidate.rank < Math.max(likelyEnvelope, 0.3 * bestRank)) break;
    if (isTried(camera, candidate, tried)) continue;
    const track = await trackPlace(pairing(matching, candidate.recorder), candidate.place);
    tracked += 1;
    if (!track.found) continue;
    tried.push({ recorder: candidate.recorder, track });
    if (!candidate.timecode) bestRank = Math.max(bestRank, candidate.rank);
    if (track.score >= LEAST_LINE_SCORE) held.push({ recorder: candidate.recorder, track });
  }
  held.sort((a, b) => b.track.score - a.track.score);
  for (const { recorder, track } of held) {
    signal.throwIfAborted();
    const covered = coveredCamera(track, camera.durationSeconds, recorder.durationSeconds);
    if (!covered || matches.some((match) => overlap(match, covered) > takenSeconds(covered))) continue;
    const match = await verifyTracked(pairing(matching, recorder), track);
    if (match) matches.push(match);
  }
}

function pairing({ kernel, camera, cancelFlag }: Matching, recorder: SyncSource) {
  return { kernel, camera, recorder, cancelFlag };
}

function isTried(camera: SyncSource, { recorder, place }: Candidate, tried: readonly TriedPlace[]): boolean {
  const middle = camera.durationSeconds / 2;
  return tried.some(
    (other) =>
      other.recorder === recorder &&
      Math.abs(other.track.driftPpm - place.driftPpm) < 400 &&
      Math.abs(recorderSecondsAt(other.track, middle) - recorderSecondsAt(place, middle)) < 0.03,
  );
}

type Range = { readonly from: number; readonly to: number };

function overlap(a: Range, b: Range): number {
  return Math.min(a.to, b.to) - Math.max(a.from, b.from);
}

/** Two files of one recorder meet or leave a gap; more than this on top of each other is a rivalry. */
function takenSeconds(range: Range): number {
  return Math.min(1, 0.3 * (range.to - range.from));
}

function uncovered(camera: SyncSource, matches: readonly VerifiedMatch[]): number {
  return camera.durationSeconds - matches.reduce((sum, match) => sum + (match.to - match.from), 0);
}

/** Searches the waveform of the parts of a clip that no match covers, in the files that none of them took. */
async function tryGaps(matching: Matching, tried: TriedPlace[], matches: VerifiedMatch[]): Promise<void> {
  const { camera, recorders, signal } = matching;
  for (const gap of gapsOf(camera, matches)) {
    if (gap.to - gap.from < 2.5) continue;
    signal.throwIfAborted();
    const free = recorders.filter((recorder) => !matches.some((match) => match.recorder === recorder));
    await tryCandidates(matching, await gapCandidates(matching, free, gap), tried, matches);
  }
}

function gapsOf(camera: SyncSource, matches: readonly VerifiedMatch[]): Range[] {
  const gaps: Range[] = [];
  let from = 0;
  for (const match of [...matches].sort((a, b) => a.from - b.from)) {
    if (match.from > from) gaps.push({ from, to: match.from });
    from = Math.max(from, match.to);
  }
  if (camera.durationSeconds > from) gaps.push({ from, to: camera.durationSeconds });
  return gaps;
}

function marginOf(match: VerifiedMatch): number {
  return Math.min(match.lineScore / LEAST_LINE_SCORE, match.directScore / LEAST_DIRECT_SCORE);
}

/**
 * A match that is not overwhelming is compared with the next best places in the same file: sound that repeats, like
 * the bars of a song, fits there as well, and then nothing is known.
 */
async function lookForRivals(matching: Matching, match: VerifiedMatch, tried: TriedPlace[]): Promise<void> {
  const { camera, kernel, cancelFlag } = matching;
  const { recorder } = match;
  const found = await kernel.syncSearchWaveform(
    camera.native,
    recorder.native,
    {
      cameraFrom: match.from,
      cameraTo: match.to,
      mostWindows: 16,
      mostCandidates: 12,
      offsetFrom: -camera.durationSeconds,
      offsetTo: recorder.durationSeconds,
      driftPpm: 0,
    },
    cancelFlag,
  );
  for (const { offsetSeconds, score } of found) {
    const candidate = candidateAt(camera, recorder, offsetSeconds, 0.02, score);
    if (Math.abs(offsetSeconds - match.lines[0]!.offsetSeconds) < 0.6 || isTried(camera, candidate, tried)) continue;
    const track = await trackPlace(pairing(matching, recorder), candidate.place);
    if (track.found) tried.push({ recorder, track });
  }
}

function rivalsOf(camera: SyncSource, match: VerifiedMatch, tried: readonly TriedPlace[]) {
  const line: SyncLine = match.lines[0]!;
  const middle = (match.from + match.to) / 2;
  const strongest = match.lineScore;
  return tried
    .filter(({ recorder, track }) => {
      const covered = coveredCamera(track, camera.durationSeconds, recorder.durationSeconds);
      if (!covered || overlap(covered, match) < takenSeconds(match)) return false;
      if (recorder !== match.recorder) return true;
      // The same file within a quarter second is the same place, or a piece after lost samples.
      return Math.abs(recorderSecondsAt(track, middle) - recorderSecondsAt(line, middle)) > 0.6;
    })
    .map((place) => ({ place, likeness: place.track.score / strongest }))
    .filter(({ likeness }) => likeness > 0.3)
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, 4);
}

function nearestOf(tried: readonly TriedPlace[]): TriedPlace | null {
  return tried.reduce<TriedPlace | null>(
    (best, next) => (!best || next.track.score > best.track.score ? next : best),
    null,
  );
}
