import { type DriftFit, fitDrift, fitPieces, type LagMeasurement } from '../../src-shared/sync/drift-fit.ts';
import { HEARD_PATH_SCORE } from '../../src-shared/sync/lag-path.ts';
import { isMatch, LEAST_DIRECT_SCORE, LEAST_LINE_SCORE } from '../../src-shared/sync/sync-decision.ts';
import { recorderSecondsAt, type SyncLine } from '../../src-shared/sync/sync-result.ts';
import { trackFarParts } from './far-pieces.ts';
import { hasLostStretch, heldWindows, type LinePiece, piecesOfTrack } from './line-pieces.ts';
import type { RefineResult, TrackResult } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';
import { type Pairing, trackPlace } from './track-place.ts';

/** One straight line that the waveforms confirm over a range of the camera clip. */
export type VerifiedLine = SyncLine & {
  readonly from: number;
  readonly to: number;
  readonly begins: LinePiece['begins'];
  readonly lineScore: number;
  readonly directScore: number;
  readonly inverted: boolean;
  /** By how much one microphone of the recorder's mix hears after another; 0 where one alone is heard. */
  readonly microphonesApartSeconds: number;
  readonly fit: DriftFit;
  /** What is left of each stretch against this line. */
  readonly measurements: readonly LagMeasurement[];
};

/** A match of camera and recorder: one line, or several where the camera lost samples, in order of camera time. */
export type VerifiedMatch = {
  readonly recorder: SyncSource;
  readonly lines: readonly VerifiedLine[];
  readonly lineScore: number;
  readonly directScore: number;
  readonly from: number;
  readonly to: number;
  /** What the windows of the clip said. */
  readonly track: TrackResult;
};

const mostRefineWindows = 72;
/** Of faint sound nothing may be left unheard: so many windows are four minutes of it without a gap. */
const mostFaintRefineWindows = 384;
/** Windows of a faint match lie on its path by less than this on average. */
const faintPathScore = 7;
/** A stretch counts as heard above this score of its own. */
const heardScore = 6;
/** How much sound a camera may lose at once and a path still follow it; more is looked for part by part. */
const mostFollowedLossSeconds = 4.7;

/**
 * Confirms a tracked place by waveform: the line is refined at full rate, and looked over for lost samples. Null when the
 * waveforms do not bear it out.
 */
export async function verifyTracked(pairing: Pairing, first: TrackResult): Promise<VerifiedMatch | null> {
  if (!first.found || first.score < LEAST_LINE_SCORE) return null;
  let track = first;
  if (hasLostStretch(track)) {
    const { camera } = pairing;
    const place = { offsetSeconds: track.offsetSeconds, driftPpm: track.driftPpm, toleranceSeconds: 0.002 };
    const range = { from: 0, to: camera.durationSeconds, followSeconds: mostFollowedLossSeconds };
    const wide = await trackPlace(pairing, { ...place, driftRangePpm: 2 }, range);
    if (wide.found && heardOn(wide) > heardOn(track) + 1) track = wide;
    if (hasLostStretch(track)) track = (await trackFarParts(pairing, track)) ?? track;
  }
  const pieces = await piecesOfTrack(pairing, track);
  const lines = (await verifiedLines(pairing, track, pieces)) ?? (await verifiedLines(pairing, track, wholeOf(pieces)));
  if (!lines) return null;
  return {
    recorder: pairing.recorder,
    lines,
    lineScore: Math.max(track.score, ...lines.map((line) => line.lineScore)),
    directScore: Math.max(...lines.map((line) => line.directScore)),
    from: lines[0]!.from,
    to: lines.at(-1)!.to,
    track,
  };
}

function heardOn(track: TrackResult): number {
  return heldWindows(track).filter(Boolean).length;
}

function wholeOf(pieces: readonly LinePiece[]): LinePiece[] {
  const best = pieces.reduce((a, b) => (b.score > a.score ? b : a), pieces[0]!);
  return pieces.length > 1 ? [{ ...best, from: pieces[0]!.from, to: pieces.at(-1)!.to, begins: 'clip' }] : [];
}

type RefinedPiece = { readonly piece: LinePiece; readonly result: RefineResult };

/** Refines each piece at full rate, then fits one speed to all that were parted by lost samples. */
async function verifiedLines(
  pairing: Pairing,
  track: TrackResult,
  pieces: readonly LinePiece[],
): Promise<VerifiedLine[] | null> {
  const refined: RefinedPiece[] = [];
  for (const piece of pieces) {
    const result = await refine(pairing, track, piece);
    const enough =
      pieces.length > 1
        ? result.found && result.directScore >= LEAST_DIRECT_SCORE
        : result.found && isMatch({ lineScore: piece.score, directScore: result.directScore });
    if (!enough) return null;
    refined.push({ piece, result });
  }
  if (refined.length === 0) return null;
  const bends = pieces.some((piece) => piece.begins === 'bend');
  const groups = bends ? refined.map((one) => [one]) : [refined];
  return groups.flatMap((group) => linesOf(group, track));
}

function linesOf(refined: readonly RefinedPiece[], track: SyncLine): VerifiedLine[] {
  const base = refined[0]!.result;
  // Lags of every stretch against one line, so that the pieces can share its speed.
  const lags = refined.map(({ result }) =>
    heardStretches(result).map((m) => ({
      ...m,
      lagSeconds: m.lagSeconds + recorderSecondsAt(result, m.seconds) - recorderSecondsAt(base, m.seconds),
    })),
  );
  // A pulled camera runs at the pulled speed; others within some tens of parts per million of the recorder's.
  const nominal = Math.abs(track.driftPpm) > 250 ? track.driftPpm : 0;
  const fitted = fitPieces(lags, { slope: (nominal - base.driftPpm) * 1e-6, deviation: 60e-6 });
  return refined.map(({ piece, result }, index) => {
    const slope = fitted?.slope ?? 0;
    const line = {
      offsetSeconds:
        base.offsetSeconds + (fitted?.interceptsSeconds[index] ?? result.offsetSeconds - base.offsetSeconds),
      driftPpm: base.driftPpm + slope * 1e6,
    };
    const measurements = (lags[index] ?? []).map((m) => ({
      ...m,
      lagSeconds: m.lagSeconds + recorderSecondsAt(base, m.seconds) - recorderSecondsAt(line, m.seconds),
    }));
    const fit = fitDrift(measurements) ?? fitDrift([{ seconds: 0, lagSeconds: 0, weight: 1 }])!;
    return {
      ...line,
      from: piece.from,
      to: piece.to,
      begins: piece.begins,
      lineScore: piece.score,
      directScore: result.directScore,
      inverted: result.inverted,
      microphonesApartSeconds: result.microphonesApartSeconds,
      fit,
      measurements,
    };
  });
}

function heardStretches(result: RefineResult): LagMeasurement[] {
  const heard = result.groups.filter((group) => group.score >= heardScore);
  return (heard.length >= 2 ? heard : result.groups).map((group) => ({
    seconds: group.cameraSeconds,
    lagSeconds: group.lagSeconds,
    weight: Math.min(group.score, 30) ** 2,
  }));
}

/** The direct sound is looked for 70 ms round a line; a line further than this from it may hide an earlier arrival. */
const nearDirectSeconds = 0.02;
const mostApproaches = 3;

/**
 * Refines a piece at full rate. In a hall the tracked line may lie on an answer so late that the direct sound is out of
 * reach: where it came out far from the line, it is looked for again from there.
 */
async function refine(pairing: Pairing, track: TrackResult, piece: LinePiece): Promise<RefineResult> {
  const spoken = spokenRange(track, piece);
  const range = { ...spoken, mostWindows: isFaintIn(track, spoken) ? mostFaintRefineWindows : mostRefineWindows };
  let result = await refineFrom(pairing, piece.line, range);
  let from = piece.line.offsetSeconds;
  for (let approach = 1; approach < mostApproaches; approach++) {
    if (!result.found || Math.abs(result.offsetSeconds - from) < nearDirectSeconds) break;
    from = result.offsetSeconds;
    const again = await refineFrom(pairing, { offsetSeconds: from, driftPpm: piece.line.driftPpm }, range);
    if (!again.found || again.directScore < LEAST_DIRECT_SCORE) break;
    result = again;
  }
  return result;
}

function refineFrom(
  { kernel, camera, recorder, cancelFlag }: Pairing,
  line: SyncLine,
  range: { readonly from: number; readonly to: number; readonly mostWindows: number },
): Promise<RefineResult> {
  const seconds = range.to - range.from;
  return kernel.syncRefineLine(
    camera.native,
    recorder.native,
    {
      cameraFrom: range.from,
      cameraTo: range.to,
      offsetSeconds: line.offsetSeconds,
      driftPpm: line.driftPpm,
      mostWindows: range.mostWindows,
      groups: seconds > 600 ? 24 : seconds > 20 ? 12 : 6,
    },
    cancelFlag,
  );
}

function isFaintIn(track: TrackResult, { from, to }: { readonly from: number; readonly to: number }): boolean {
  const own = track.windows.filter(({ cameraSeconds }) => cameraSeconds >= from && cameraSeconds <= to);
  return own.reduce((sum, window) => sum + window.pathScore, 0) < faintPathScore * own.length;
}

/** What a window without any common sound gives on average lies under this. */
const unheardScore = 3;

/**
 * The part of a piece in which anything is heard, where that is the lesser part and nothing is heard outside: silence
 * would only water it down. Faint sound outside stays in, for the speed is told by how far apart the stretches lie.
 */
function spokenRange(track: TrackResult, piece: LinePiece): { readonly from: number; readonly to: number } {
  const own = track.windows.filter(({ cameraSeconds }) => cameraSeconds >= piece.from && cameraSeconds <= piece.to);
  const heard = own.filter((window) => window.pathScore >= HEARD_PATH_SCORE);
  if (heard.length < 2) return piece;
  const [first, last] = [heard[0]!.cameraSeconds, heard.at(-1)!.cameraSeconds];
  const [from, to] = [Math.max(piece.from, first - 2), Math.min(piece.to, last + 2)];
  if (to - from >= 0.5 * (piece.to - piece.from)) return piece;
  const outside = own.filter(({ cameraSeconds }) => cameraSeconds < first || cameraSeconds > last);
  const mean = outside.reduce((sum, window) => sum + window.pathScore, 0) / Math.max(1, outside.length);
  return mean < unheardScore ? { from, to } : piece;
}

/** A window whose sound lies on the line it was tracked along, and nowhere much better. */
export function isOnLine(window: TrackResult['windows'][number]): boolean {
  return window.score >= 5 && window.score >= 0.6 * window.ownScore;
}
