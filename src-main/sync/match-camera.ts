import { LEAST_DIRECT_SCORE, LEAST_LINE_SCORE } from '../../src-shared/sync/sync-decision.ts';
import { coveredCamera, recorderSecondsAt, type SyncLine } from '../../src-shared/sync/sync-result.ts';
import { timecodeOffset } from '../../src-shared/sync/timecode-candidates.ts';
import { type Place, trackPlace, type VerifiedMatch, verifyTracked } from './line-verification.ts';
import type { SyncKernel, TrackResult } from './sync-kernel.ts';
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

type Candidate = {
  readonly recorder: SyncSource;
  readonly place: Place;
  /** What speaks for it before it is tracked; timecode comes first. */
  readonly rank: number;
  readonly timecode: boolean;
  /** The middle of the overlap, camera seconds. */
  readonly middle: number;
};

type Matching = {
  readonly kernel: SyncKernel;
  readonly camera: SyncSource;
  readonly recorders: readonly SyncSource[];
  readonly cancelFlag: Int32Array;
  readonly signal: AbortSignal;
};

/** Envelope frames are 20 ms. */
const envelopeTolerance = 0.05;
/** Timecode generators wander some frames apart in a day; whole-frame labels add one. */
const timecodeTolerance = 0.25;
/** Unrelated sounds reach 5 in an envelope search; above this a place is all but certain. */
const likelyEnvelope = 6;
const mostTracked = 12;
/** From this many times the least evidence on, a match needs no comparison with other places. */
const clearMargin = 3.5;
/** Sound pulled up or down by 0.1 % (24 against 23.976 frames a second). */
const pulledPpm = [1000, -1000];

/**
 * Finds where a camera clip lies on the recorder files: candidates from timecode and from the envelopes of all files,
 * confirmed by waveform; when none holds, the waveform itself is searched. The first places that hold take the parts
 * of the clip that they cover; what is left uncovered is looked for on.
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

function timecodeCandidates(camera: SyncSource, recorders: readonly SyncSource[]): Candidate[] {
  const start = camera.ltc?.secondsAtZero ?? camera.input.startSeconds;
  return recorders.flatMap((recorder) => {
    const offset = timecodeOffset(
      { startSeconds: start, durationSeconds: camera.durationSeconds },
      { startSeconds: recorder.input.startSeconds, durationSeconds: recorder.durationSeconds },
    );
    if (offset === null) return [];
    return [{ ...candidateAt(camera, recorder, offset, timecodeTolerance, 1000), timecode: true }];
  });
}

async function envelopeCandidates({ kernel, camera, recorders, cancelFlag, signal }: Matching): Promise<Candidate[]> {
  const all: Candidate[] = [];
  for (const recorder of recorders) {
    signal.throwIfAborted();
    const found = await kernel.syncSearchEnvelopes(camera.native, recorder.native, 4, cancelFlag);
    for (const { offsetSeconds, score } of found) {
      // A drift spreads the peak over more frames the longer the clip.
      const tolerance = envelopeTolerance + 60e-6 * Math.min(camera.durationSeconds, recorder.durationSeconds);
      all.push(candidateAt(camera, recorder, offsetSeconds, tolerance, score));
    }
  }
  return all.sort((a, b) => b.rank - a.rank);
}

function candidateAt(
  camera: SyncSource,
  recorder: SyncSource,
  offsetSeconds: number,
  toleranceSeconds: number,
  rank: number,
): Candidate {
  const place = { offsetSeconds, driftPpm: 0, toleranceSeconds };
  const covered = coveredCamera(place, camera.durationSeconds, recorder.durationSeconds);
  return { recorder, place, rank, timecode: false, middle: covered ? (covered.from + covered.to) / 2 : 0 };
}

/** Envelopes forgive a pull that waveforms do not: likely places that did not hold are tried at the pulled speeds. */
function pulledCandidates(candidates: readonly Candidate[]): Candidate[] {
  return candidates
    .filter(({ rank }) => rank >= likelyEnvelope)
    .slice(0, 4)
    .flatMap((candidate) => pulledPpm.map((driftPpm) => ({ ...candidate, place: pulledPlace(candidate, driftPpm) })));
}

/** The same place at the middle of the overlap, at another speed. */
function pulledPlace({ place, middle }: Candidate, driftPpm: number): Place {
  return {
    offsetSeconds: place.offsetSeconds - middle * driftPpm * 1e-6,
    driftPpm,
    toleranceSeconds: place.toleranceSeconds + 0.05,
  };
}

async function waveformCandidates(matching: Matching): Promise<Candidate[]> {
  const { kernel, camera, recorders, cancelFlag, signal } = matching;
  const minutes = recorders.reduce((sum, recorder) => sum + recorder.durationSeconds, 0) / 60;
  // A whole day's files share out the work that a small bin may spend on every window.
  const mostWindows = Math.max(6, Math.min(44, Math.floor(800 / Math.max(1, minutes))));
  const all: Candidate[] = [];
  for (const recorder of recorders) {
    signal.throwIfAborted();
    const found = await kernel.syncSearchWaveform(
      camera.native,
      recorder.native,
      {
        cameraFrom: 0,
        cameraTo: camera.durationSeconds,
        mostWindows,
        mostCandidates: 3,
        offsetFrom: -camera.durationSeconds,
        offsetTo: recorder.durationSeconds,
        driftPpm: 0,
      },
      cancelFlag,
    );
    for (const { offsetSeconds, score } of found) all.push(candidateAt(camera, recorder, offsetSeconds, 0.02, score));
  }
  return all.sort((a, b) => b.rank - a.rank);
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

/** The files before and after a matched one, where the recorder's own timecode puts them. */
function neighbourCandidates({ camera, recorders }: Matching, matches: readonly VerifiedMatch[]): Candidate[] {
  return matches.flatMap(({ recorder: matched, lines }) =>
    recorders.flatMap((recorder) => {
      const [a, b] = [matched.input.startSeconds, recorder.input.startSeconds];
      if (recorder === matched || a === null || a === undefined || b === null || b === undefined) return [];
      const offsetSeconds = lines[0]!.offsetSeconds + a - b;
      return [{ ...candidateAt(camera, recorder, offsetSeconds, 0.1, 900), timecode: true }];
    }),
  );
}

/** Searches the waveform of the parts of a clip that no match covers. */
async function tryGaps(matching: Matching, tried: TriedPlace[], matches: VerifiedMatch[]): Promise<void> {
  const { camera, recorders, kernel, cancelFlag, signal } = matching;
  for (const gap of gapsOf(camera, matches)) {
    if (gap.to - gap.from < 2.5) continue;
    const candidates: Candidate[] = [];
    for (const recorder of recorders) {
      signal.throwIfAborted();
      if (matches.some((match) => match.recorder === recorder)) continue;
      const found = await kernel.syncSearchWaveform(
        camera.native,
        recorder.native,
        {
          cameraFrom: gap.from,
          cameraTo: gap.to,
          mostWindows: 8,
          mostCandidates: 2,
          offsetFrom: -camera.durationSeconds,
          offsetTo: recorder.durationSeconds,
          driftPpm: 0,
        },
        cancelFlag,
      );
      for (const { offsetSeconds, score } of found)
        if (score > 12) candidates.push(candidateAt(camera, recorder, offsetSeconds, 0.02, score));
    }
    candidates.sort((a, b) => b.rank - a.rank);
    await tryCandidates(matching, candidates.slice(0, 4), tried, matches);
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
