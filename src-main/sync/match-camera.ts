import { LEAST_LINE_SCORE } from '../../src-shared/sync/sync-decision.ts';
import { coveredCamera, recorderSecondsAt } from '../../src-shared/sync/sync-result.ts';
import { type VerifiedMatch, verifyTracked } from './line-verification.ts';
import {
  type Candidate,
  candidateAt,
  checkedCandidates,
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
import { agreementOf, longestLine, type Rival, type TriedPlace } from './rival-places.ts';
import { clearMargin, isTried, marginOf, overlap, pairing, settleRivals, takenSeconds } from './settle-rivals.ts';
import { inOrder } from './spare-lanes.ts';
import type { TrackResult } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';
import { trackPlace } from './track-place.ts';

export type CameraMatches = {
  /** Matches that cover different parts of the clip, best first, or the same part where two machines recorded it. */
  readonly matches: readonly VerifiedMatch[];
  /** For each match, rivals for the same part of the clip, the nearest first. */
  readonly rivals: readonly (readonly Rival[])[];
  /** The best place that was not good enough. */
  readonly nearest: TriedPlace | null;
};

const mostTracked = 12;
/**
 * A pulled speed takes the place of a faint match only where it holds this much better: bent by pieces, a speed a tenth of
 * a thousandth off comes within a hundredth of the true one, while sound that is pulled gives several times the score.
 */
const pulledLead = 1.15;

/**
 * Finds where a camera clip lies on the recorder files: candidates from timecode and from the envelopes of all files,
 * confirmed by waveform; when none holds, claps are laid over each other and the waveform itself is searched. The first
 * places that hold take the parts of the clip that they cover; what is left uncovered is looked for on.
 */
export async function matchCamera(matching: Matching): Promise<CameraMatches> {
  const { camera, recorders, signal } = matching;
  const tried: TriedPlace[] = [];
  const matches: VerifiedMatch[] = [];
  const envelopes = await envelopeCandidates(matching);
  const likely = envelopes.filter(({ rank }) => rank >= likelyEnvelope);
  await tryCandidates(matching, [...timecodeCandidates(camera, recorders), ...likely], tried, matches);
  signal.throwIfAborted();
  if (matches.length === 0) {
    const faint = envelopes.filter(({ rank }) => rank < likelyEnvelope);
    await tryCandidates(matching, await checkedCandidates(matching, faint), tried, matches);
  }
  await tryPulled(matching, envelopes, tried, matches);
  if (matches.length === 0) {
    await tryCandidates(matching, await checkedCandidates(matching, clapCandidates(matching)), tried, matches);
    if (matches.length === 0) await tryCandidates(matching, await waveformCandidates(matching), tried, matches);
  } else if (uncovered(camera, matches) > 2) {
    await tryCandidates(matching, neighbourCandidates(matching, matches), tried, matches);
    if (uncovered(camera, matches) > 2.5) await tryGaps(matching, tried, matches);
  }
  signal.throwIfAborted();
  matches.sort((a, b) => b.lineScore - a.lineScore);
  const settled: { match: VerifiedMatch; rivals: readonly Rival[] }[] = [];
  for (const match of matches) settled.push(...(await settleRivals(matching, match, envelopes, tried)));
  return {
    matches: settled.map(({ match }) => match),
    rivals: settled.map(({ rivals }) => rivals),
    nearest: nearestOf(tried),
  };
}

/**
 * Sound pulled up or down by a thousandth agrees with no line of the usual speeds for long; a few windows of it may look
 * like a faint match. Where nothing holds, or nothing better than that, the pulled speeds are tried.
 */
async function tryPulled(
  matching: Matching,
  envelopes: readonly Candidate[],
  tried: TriedPlace[],
  matches: VerifiedMatch[],
): Promise<void> {
  const { camera } = matching;
  const faint = matches.filter(isFaint);
  if (faint.length < matches.length) return;
  for (const match of faint) if (await holdsThroughout(matching, match)) return;
  const own = faint.map(({ recorder, lines }) => candidateAt(camera, recorder, lines[0]!.offsetSeconds, 0.06, 100));
  const found: VerifiedMatch[] = [];
  await tryCandidates(matching, pulledCandidates([...own, ...envelopes]), tried, found);
  for (const match of found) {
    const beaten = matches.filter((other) => overlap(match, other) > takenSeconds(other));
    if (beaten.some((other) => pulledLead * other.lineScore >= match.lineScore)) continue;
    for (const other of beaten) matches.splice(matches.indexOf(other), 1);
    matches.push(match);
  }
}

/** What unrelated sounds give on a range as tight as that lies well under this. */
const leastHeld = 5;
const leastHeldSeconds = 10;
/** A hall's answer may be what was tracked; the direct sound is what was refined. */
const answerSeconds = 0.08;
const heldApartSeconds = 0.0005;

/**
 * Whether the longest line of a match holds by itself in its first and in its last two fifths, at one offset: at a speed
 * that is off by more than is tracked, a line leaves the sound within a second. So a faint match that holds throughout was
 * not pulled, and the pulled speeds, which cost a dozen tracks, need not be tried.
 */
export async function holdsThroughout(matching: Matching, match: VerifiedMatch): Promise<boolean> {
  const line = longestLine(match);
  const span = line.to - line.from;
  if (span < leastHeldSeconds) return false;
  const place = {
    offsetSeconds: line.offsetSeconds,
    driftPpm: line.driftPpm,
    toleranceSeconds: answerSeconds,
    driftRangePpm: 3,
  };
  const pair = pairing(matching, match.recorder);
  const ends = [
    { from: line.from, to: line.from + 0.4 * span },
    { from: line.to - 0.4 * span, to: line.to },
  ];
  const held: TrackResult[] = [];
  for await (const [, track] of inOrder(ends, (end) => trackPlace(pair, place, end), matching.spare)) {
    if (!track?.found || track.score < leastHeld) return false;
    held.push(track);
  }
  const [head, tail] = [held[0]!, held[1]!];
  const middle = line.from + span / 2;
  return Math.abs(recorderSecondsAt(head, middle) - recorderSecondsAt(tail, middle)) < heldApartSeconds;
}

/** The sound hardly arrives, less than half of what should agree does, or it holds to a line but piece by piece. */
function isFaint(match: VerifiedMatch): boolean {
  if (match.lines.some((line) => line.begins === 'lost samples')) return true;
  return marginOf(match) < 1.6 || (marginOf(match) < clearMargin && agreementOf(match.track) < 0.5);
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
  const { camera, signal, spare } = matching;
  let tracked = 0;
  let bestRank = 0;
  const held: TriedPlace[] = [];
  const isEnough = ({ timecode, rank }: Candidate) =>
    (tracked >= mostTracked && rank < likelyEnvelope) ||
    tracked >= 4 * mostTracked ||
    (held.length > 0 && !timecode && rank < Math.max(likelyEnvelope, 0.3 * bestRank));
  const begin = (candidate: Candidate) =>
    isEnough(candidate) || isTried(camera, candidate, tried)
      ? null
      : trackPlace(pairing(matching, candidate.recorder), candidate.place);
  const likeliest = Math.max(0, ...candidates.map(({ timecode, rank }) => (timecode ? 0 : rank)));
  // Most likely to be come to, whatever those before it turn out to be.
  const worthAhead = ({ timecode, rank }: Candidate) =>
    timecode || (rank >= likelyEnvelope ? rank >= 0.3 * likeliest : tracked > 0 && held.length === 0);
  for await (const [candidate, track] of inOrder(candidates, begin, spare, worthAhead)) {
    signal.throwIfAborted();
    if (isEnough(candidate)) break;
    if (!track || isTried(camera, candidate, tried)) continue;
    tracked += 1;
    if (!track.found) continue;
    const place = { recorder: candidate.recorder, track };
    tried.push(place);
    if (!candidate.timecode) bestRank = Math.max(bestRank, candidate.rank);
    if (track.score >= LEAST_LINE_SCORE) held.push(place);
  }
  held.sort((a, b) => b.track.score - a.track.score);
  await verifyHeld(matching, held, matches);
}

/** Confirms places that hold, best first, each for a part of the clip that no match has taken. */
async function verifyHeld(matching: Matching, held: readonly TriedPlace[], matches: VerifiedMatch[]): Promise<void> {
  const { camera, signal, spare } = matching;
  const coveredBy = ({ recorder, track }: TriedPlace) =>
    coveredCamera(track, camera.durationSeconds, recorder.durationSeconds);
  const isFree = (place: TriedPlace, taken: readonly (Range | null)[]) => {
    const covered = coveredBy(place);
    return covered !== null && !taken.some((range) => range && overlap(range, covered) > takenSeconds(covered));
  };
  const begin = (place: TriedPlace) =>
    isFree(place, matches) ? verifyTracked(pairing(matching, place.recorder), place.track) : null;
  const worthAhead = (place: TriedPlace, index: number) => isFree(place, held.slice(0, index).map(coveredBy));
  for await (const [place, match] of inOrder(held, begin, spare, worthAhead)) {
    signal.throwIfAborted();
    if (match && isFree(place, matches)) matches.push(match);
  }
}

type Range = { readonly from: number; readonly to: number };

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

function nearestOf(tried: readonly TriedPlace[]): TriedPlace | null {
  return tried.reduce<TriedPlace | null>(
    (best, next) => (!best || next.track.score > best.track.score ? next : best),
    null,
  );
}
