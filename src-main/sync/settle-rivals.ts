import { LEAST_DIRECT_SCORE, LEAST_LINE_SCORE } from '../../src-shared/sync/sync-decision.ts';
import { coveredCamera, recorderSecondsAt } from '../../src-shared/sync/sync-result.ts';
import { type VerifiedMatch, verifyTracked } from './line-verification.ts';
import { type Candidate, candidateAt, likeliestPlaces, type Matching, rivalCandidates } from './match-candidates.ts';
import { withOwnShare } from './own-share.ts';
import { isPlaceOf, LEAST_LIKENESS, leadOver, longestLine, type Rival, type TriedPlace } from './rival-places.ts';
import { areClocksApart, isSameMoment } from './same-moment.ts';
import { inOrder } from './spare-lanes.ts';
import type { SyncSource } from './sync-source.ts';
import { type Range, trackPlace } from './track-place.ts';

/** From this many times the least evidence on, a match needs no comparison with other places. */
export const clearMargin = 3.5;
/** Places whose envelopes fit by this share of the match's are looked at: the beats of a song, the same words again. */
const alikeShare = 0.6;
const mostAlike = 6;
const mostRivals = 4;
const leastBeat = 0.2;
const mostBeats = 8;
const mostRounds = 3;

/**
 * Compares a match with the other places that the same part of the clip fits. Sound that repeats, like the bars of a
 * song, fits several, and then the one is taken that also holds what was said over it; where none does nothing is known.
 * A place on another file may be as right: two machines that ran together.
 */
export async function settleRivals(
  matching: Matching,
  first: VerifiedMatch,
  envelopes: readonly Candidate[],
  tried: TriedPlace[],
): Promise<{ match: VerifiedMatch; rivals: readonly Rival[] }[]> {
  let match = first;
  let rivals: Rival[] = [];
  const together: VerifiedMatch[] = [];
  for (let round = 0; round < mostRounds; round++) {
    // Another match may have another beat, or be the first of its kind of bar.
    await lookForRivals(matching, match, envelopes, tried, round === 0);
    rivals = [];
    let better: VerifiedMatch | null = null;
    const known = match;
    const judge = (place: TriedPlace) =>
      together.some((other) => isPlaceOf(other, place)) ? null : judged(matching, known, place);
    for await (const [place, found] of inOrder(nearestRivals(matching.camera, match, tried), judge, matching.spare)) {
      if (!found || together.some((other) => isPlaceOf(other, place))) continue;
      const { lead, likeness, verified, isSame } = found;
      if (likeness < LEAST_LIKENESS) continue;
      if (verified && isSame) {
        together.push(verified);
        continue;
      }
      if (verified && lead < 0 && !better) better = verified;
      rivals.push({ place, likeness, lead });
    }
    if (!better || round + 1 === mostRounds) break;
    tried.push({ recorder: match.recorder, track: match.track });
    match = better;
    together.length = 0;
  }
  rivals.sort((a, b) => a.lead - b.lead);
  // One moment lies at one place of a file: two that look like it are repetition.
  const once = together.filter(
    (one) => !together.some((other) => other !== one && other.recorder === one.recorder && overlap(other, one) > 0),
  );
  const told: Rival[] = [];
  for (const rival of rivals) told.push(await withOwnShare(matching, match, rival));
  return [match, ...once].map((one) => ({ match: one, rivals: told }));
}

type Judged = Pick<Rival, 'lead' | 'likeness'> & {
  /** The place confirmed, where it may be better than the match or as right. */
  readonly verified: VerifiedMatch | null;
  readonly isSame: boolean;
};

/** How a place stands against a match for the same part of the clip. */
async function judged(matching: Matching, match: VerifiedMatch, place: TriedPlace): Promise<Judged> {
  const { lead, likeness } = await leadOver(matching, match, place);
  const nothing = { lead, likeness, verified: null, isSame: false };
  if (likeness < LEAST_LIKENESS) return nothing;
  const maySame = place.recorder !== match.recorder && !areClocksApart(match, place);
  // Confirming takes longest: only what may be as right, or better, is asked.
  if (!maySame && lead >= 0) return nothing;
  const verified = await verifyTracked(pairing(matching, place.recorder), place.track);
  const isSame = verified !== null && maySame && (await isSameMoment(matching, match, verified, lead));
  return { lead, likeness, verified, isSame };
}

/** Tracks what sounds nearly as much like the clip as the match does, and searches on where that shows repetition. */
async function lookForRivals(
  matching: Matching,
  match: VerifiedMatch,
  envelopes: readonly Candidate[],
  tried: TriedPlace[],
  search: boolean,
): Promise<void> {
  const { camera } = matching;
  const line = longestLine(match);
  const isMatchPlace = ({ recorder, place }: Candidate) =>
    recorder === match.recorder &&
    Math.abs(place.offsetSeconds - line.offsetSeconds) < 0.15 + 1e-4 * camera.durationSeconds;
  const rank = envelopes.find(isMatchPlace)?.rank ?? Number.POSITIVE_INFINITY;
  const alike = envelopes.filter(
    (candidate) =>
      candidate.rank >= alikeShare * rank && !isMatchPlace(candidate) && !isTried(camera, candidate, tried),
  );
  await trackMore(matching, await likeliestPlaces(matching, alike.slice(0, mostAlike), mostRivals), tried);
  const near = nearestRivals(camera, match, tried);
  if (marginOf(match) >= clearMargin && near.length === 0) return;
  const more = [...beatCandidates(camera, match, near), ...(search ? await rivalCandidates(matching) : [])];
  const untried = more.filter((candidate) => !isTried(camera, candidate, tried));
  await trackMore(matching, await likeliestPlaces(matching, untried, mostRivals + 2), tried);
}

/**
 * What repeats does so by its beat, and the bar that fits best may be any number of beats away, while a search tells but
 * the highest few. The shortest step between places that fit is taken for the beat.
 */
function beatCandidates(camera: SyncSource, match: VerifiedMatch, near: readonly TriedPlace[]): Candidate[] {
  const middle = (match.from + match.to) / 2;
  const line = longestLine(match);
  const places = [line, ...near.filter(({ recorder }) => recorder === match.recorder).map(({ track }) => track)]
    .map((place) => recorderSecondsAt(place, middle))
    .sort((a, b) => a - b);
  const steps = places
    .slice(1)
    .map((place, index) => place - places[index]!)
    .filter((step) => step > leastBeat);
  if (steps.length === 0) return [];
  const beat = Math.min(...steps);
  return Array.from({ length: 2 * mostBeats }, (_, index) => {
    const beats = (index >> 1) + 1;
    const offset = line.offsetSeconds + (index % 2 ? -beats : beats) * beat;
    return candidateAt(camera, match.recorder, offset, 0.02, 0);
  });
}

async function trackMore(matching: Matching, candidates: readonly Candidate[], tried: TriedPlace[]): Promise<void> {
  const { camera, signal, spare } = matching;
  const begin = (candidate: Candidate) =>
    isTried(camera, candidate, tried) ? null : trackPlace(pairing(matching, candidate.recorder), candidate.place);
  for await (const [candidate, track] of inOrder(candidates, begin, spare)) {
    signal.throwIfAborted();
    if (track?.found && !isTried(camera, candidate, tried)) tried.push({ recorder: candidate.recorder, track });
  }
}

/** Tried places that claim the same part of the clip and are not the match itself, the loudest first. */
function nearestRivals(camera: SyncSource, match: VerifiedMatch, tried: readonly TriedPlace[]): TriedPlace[] {
  const rivals: TriedPlace[] = [];
  const sorted = [...tried].sort((a, b) => b.track.score - a.track.score);
  for (const place of sorted) {
    const covered = coveredCamera(place.track, camera.durationSeconds, place.recorder.durationSeconds);
    if (!covered || overlap(covered, match) < takenSeconds(match)) continue;
    if (place.track.score < LEAST_LIKENESS * match.lineScore || place.track.score < 0.6 * LEAST_LINE_SCORE) break;
    if (isPlaceOf(match, place) || rivals.some((other) => isSamePlace(camera, other, place))) continue;
    rivals.push(place);
    if (rivals.length === mostRivals) break;
  }
  return rivals;
}

function isSamePlace(camera: SyncSource, a: TriedPlace, b: TriedPlace): boolean {
  const middle = camera.durationSeconds / 2;
  const apart = recorderSecondsAt(a.track, middle) - recorderSecondsAt(b.track, middle);
  return a.recorder === b.recorder && Math.abs(apart) < 0.03;
}

export function pairing({ kernel, camera, cancelFlag }: Matching, recorder: SyncSource) {
  return { kernel, camera, recorder, cancelFlag };
}

export function isTried(camera: SyncSource, { recorder, place }: Candidate, tried: readonly TriedPlace[]): boolean {
  const middle = camera.durationSeconds / 2;
  return tried.some(
    (other) =>
      other.recorder === recorder &&
      Math.abs(other.track.driftPpm - place.driftPpm) < 200 &&
      Math.abs(recorderSecondsAt(other.track, middle) - recorderSecondsAt(place, middle)) < 0.03,
  );
}

export function overlap(a: Range, b: Range): number {
  return Math.min(a.to, b.to) - Math.max(a.from, b.from);
}

/** Two files of one recorder meet or leave a gap; more than this on top of each other is a rivalry. */
export function takenSeconds(range: Range): number {
  return Math.min(1, 0.3 * (range.to - range.from));
}

export function marginOf(match: VerifiedMatch): number {
  return Math.min(match.lineScore / LEAST_LINE_SCORE, match.directScore / LEAST_DIRECT_SCORE);
}
