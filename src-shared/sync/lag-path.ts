import { fitDrift, type LagMeasurement } from './drift-fit.ts';

/** One window of a clip on the likeliest path of lags against a line. */
export type PathPoint = {
  readonly seconds: number;
  readonly lagSeconds: number;
  readonly score: number;
  /**
   * The score at the lag of each run of the path; a new run begins where the lag jumps. Left out, nothing is known of
   * the sound away from the path.
   */
  readonly runScores?: readonly number[];
};

/** A run of windows that lie on one straight line: indexes [from, to) and the line of their lags. */
export type PathPiece = {
  readonly from: number;
  readonly to: number;
  readonly interceptSeconds: number;
  readonly slope: number;
};

/** A window of sound says where it lies above this score; what unrelated sounds give by chance lies under it. */
export const HEARD_PATH_SCORE = 5.5;
/** Lags closer than this are one place: half of the smallest loss that is looked for. */
const samePlaceSeconds = 0.0005;
/** Two free-running clocks part by no more than this between windows without a loss. */
const wanderPpm = 8;
/** Arrivals this close together may be two talkers, or a wall: 6 m of way. */
const acousticSeconds = 0.018;
/**
 * A wall's echo, or a bar of music, is heard before a jump and after it, and so nothing was lost: from this share of the
 * evidence on. Measured on generated days: losses leave at most 0.19 of it on one side, echoes at least 0.64 on both.
 */
const heardInBothShare = 0.45;
/** How far a clock may bend from a straight line before the line is parted, and what is then held to. */
const bendSeconds = 0.0004;
const straightSeconds = 0.00012;

/**
 * Parts a path where the camera lost or repeated samples: where the lag jumps for good and both sides have heard enough
 * to say so. Lags that come back after a few milliseconds are talkers at different distances and part nothing. Each part
 * is one straight piece, or several where the clocks do not run evenly, as they do not while a camera warms up: as few
 * as keep the path within about a tenth of a millisecond. One part of one piece says that a single line holds.
 */
export function piecesOfPath(path: readonly PathPoint[]): PathPiece[][] {
  const points = path.map((point) => ({ ...point }));
  let runs: Run[] = [];
  for (const [index, point] of points.entries()) {
    const last = runs.at(-1);
    const before = points[index - 1];
    const free = before ? samePlaceSeconds + wanderPpm * 1e-6 * (point.seconds - before.seconds) : 0;
    if (last && before && Math.abs(point.lagSeconds - before.lagSeconds) <= free) last.to = index + 1;
    else runs.push({ from: index, to: index + 1, run: runs.length });
  }
  // Where talkers and echoes were found to be, they are no loss at the end of a clip either.
  const detours: number[] = [];
  for (;;) {
    const weak = weakestRun(points, runs, detours);
    if (weak < 0) break;
    const strong = heardIn(points, runs[weak]!);
    if (strong.length >= 2) detours.push(levelOf(strong));
    // What was heard on a detour says nothing about the line.
    for (let index = runs[weak]!.from; index < runs[weak]!.to; index++) points[index]!.score = 0;
    runs = joined(points, runs.toSpliced(weak, 1));
  }
  // The windows between two runs belong to neither; they go to the one before.
  const whole = runs.map((run, index) => ({
    ...run,
    from: index === 0 ? 0 : run.from,
    to: index + 1 < runs.length ? runs[index + 1]!.from : points.length,
  }));
  return whole.map((run) => {
    const piece = lineOf(points, run);
    return bendOf(points, piece) < bendSeconds ? [piece] : straighten(points, piece);
  });
}

function straighten(points: readonly PathPoint[], piece: PathPiece): PathPiece[] {
  if (piece.to - piece.from < 10 || bendOf(points, piece) < straightSeconds) return [piece];
  const middle = (piece.from + piece.to) >> 1;
  return [
    ...straighten(points, lineOf(points, { from: piece.from, to: middle })),
    ...straighten(points, lineOf(points, { from: middle, to: piece.to })),
  ];
}

/** The farthest that three windows in a row, all heard, lie from the line on the same side. */
function bendOf(points: readonly PathPoint[], piece: PathPiece): number {
  const heard = points.slice(piece.from, piece.to).filter((point) => point.score >= HEARD_PATH_SCORE);
  let most = 0;
  const off = heard.map((point) => point.lagSeconds - piece.interceptSeconds - piece.slope * point.seconds);
  for (let i = 0; i + 2 < off.length; i++) {
    const three = [off[i]!, off[i + 1]!, off[i + 2]!];
    most = Math.max(most, Math.min(...three), -Math.max(...three));
  }
  return most;
}

/** Indexes [from, to), and the number of the run that it began as. */
type Run = { from: number; to: number; readonly run: number };

function heardIn(points: readonly PathPoint[], run: Omit<Run, 'run'>): PathPoint[] {
  return points.slice(run.from, run.to).filter((point) => point.score >= HEARD_PATH_SCORE);
}

/** A run that does not stand by itself: too little heard in it, or an echo's few milliseconds that come back. */
function weakestRun(points: readonly PathPoint[], runs: readonly Run[], detours: readonly number[]): number {
  if (runs.length < 2) return -1;
  const heard = runs.map((run) => heardIn(points, run));
  const strength = heard.map((own) => own.reduce((sum, point) => sum + Math.min(point.score, 14) ** 2, 0));
  const weakest = strength.reduce((best, value, index) => (value < strength[best]! ? index : best), 0);
  if (heard[weakest]!.length < 2 || strength[weakest]! < 2 * 64) return weakest;
  for (let i = 0; i + 1 < runs.length; i++) {
    const both = Math.min(likenessOf(heard[i]!, runs[i + 1]!), likenessOf(heard[i + 1]!, runs[i]!));
    if (both > heardInBothShare) return strength[i]! < strength[i + 1]! ? i : i + 1;
  }
  const strongest = strength.reduce((best, value, index) => (value > strength[best]! ? index : best), 0);
  const again = runs.findIndex(
    (_, i) =>
      i !== strongest &&
      detours.some((level) => Math.abs(levelOf(heard[i]!) - level) <= samePlaceSeconds) &&
      Math.abs(levelOf(heard[i]!) - levelOf(heard[strongest]!)) < acousticSeconds,
  );
  if (again >= 0) return again;
  let nearest = -1;
  for (let i = 0; i < runs.length; i++) {
    const before = runs.slice(0, i).some((run) => isSamePlace(points, run, runs[i]!));
    if (!before) continue;
    // The lag came back: what lay between is the detour, unless it is the greater part.
    for (let k = i - 1; k > 0 && !isSamePlace(points, runs[k]!, runs[i]!); k--) {
      const distance = Math.abs(levelOf(heard[k]!) - levelOf(heard[i]!));
      if (distance < acousticSeconds && (nearest < 0 || strength[k]! < strength[nearest]!)) nearest = k;
    }
  }
  if (nearest >= 0) return nearest;
  // A few milliseconds for good need more to say so than two words from another place.
  for (let i = 0; i + 1 < runs.length; i++) {
    if (Math.abs(levelOf(heard[i]!) - levelOf(heard[i + 1]!)) > acousticSeconds) continue;
    const thin = heard[i]!.length < heard[i + 1]!.length ? i : i + 1;
    if (heard[thin]!.length < 3) return thin;
  }
  return -1;
}

/** How much of a run's evidence is found at another run's lag as well. */
function likenessOf(heard: readonly PathPoint[], other: Run): number {
  let [own, there] = [0, 0];
  for (const { score, runScores } of heard) {
    own += score;
    there += runScores?.[other.run] ?? 0;
  }
  return own > 0 ? there / own : 0;
}

function levelOf(points: readonly PathPoint[]): number {
  const lags = points.map((point) => point.lagSeconds).sort((a, b) => a - b);
  return lags[lags.length >> 1] ?? 0;
}

function isSamePlace(points: readonly PathPoint[], a: Run, b: Run): boolean {
  if (a === b) return false;
  const apart = Math.abs(points[b.from]!.seconds - points[a.to - 1]!.seconds);
  return (
    Math.abs(levelOf(heardIn(points, a)) - levelOf(heardIn(points, b))) <= samePlaceSeconds + wanderPpm * 1e-6 * apart
  );
}

/** Runs that became neighbours and lie at the same place are one. */
function joined(points: readonly PathPoint[], runs: readonly Run[]): Run[] {
  const kept: Run[] = [];
  for (const run of runs) {
    const last = kept.at(-1);
    if (last && isSamePlace(points, last, run)) last.to = run.to;
    else kept.push({ ...run });
  }
  return kept;
}

function lineOf(points: readonly PathPoint[], run: Omit<Run, 'run'>): PathPiece {
  const measurements: LagMeasurement[] = heardIn(points, run).map(({ seconds, lagSeconds, score }) => ({
    seconds,
    lagSeconds,
    weight: Math.min(score, 14) ** 2,
  }));
  const fit = fitDrift(measurements, 60e-6);
  return {
    from: run.from,
    to: run.to,
    interceptSeconds: fit?.interceptSeconds ?? levelOf(points.slice(run.from, run.to)),
    slope: fit?.slope ?? 0,
  };
}
