import { HEARD_PATH_SCORE, type PathPiece, type PathPoint, piecesOfPath } from '../../src-shared/sync/lag-path.ts';
import { coveredCamera, type SyncLine } from '../../src-shared/sync/sync-result.ts';
import type { TrackResult } from './sync-kernel.ts';
import { HALF_WINDOW_SECONDS, type Pairing } from './track-place.ts';

/** A range of a clip that lies on a line of its own. */
export type LinePiece = {
  readonly line: SyncLine;
  readonly from: number;
  readonly to: number;
  /** How it differs from the piece before: samples lost or repeated there, or merely another speed of the clocks. */
  readonly begins: 'clip' | 'lost samples' | 'bend';
  /** Height of the path over the piece, as a line's score is counted. */
  readonly score: number;
};

/** The lags of a tracked line's windows along the likeliest path. */
export function pathOf(track: TrackResult): PathPoint[] {
  return track.windows.map(({ cameraSeconds, pathLagSeconds, pathScore, runScores }) => ({
    seconds: cameraSeconds,
    lagSeconds: pathLagSeconds,
    score: pathScore,
    runScores,
  }));
}

/** A hall's answer and a second talker are heard this far from the line and are still its sound. */
const soundOfLineSeconds = 0.05;

/**
 * For each window whether it speaks for the tracked line or for one of the lines that the path was parted into. A window
 * that the path merely strayed to by chance does not: it stands alone, or lies off the line of its neighbours.
 */
export function heldWindows(track: TrackResult): boolean[] {
  const points = pathOf(track);
  const held = points.map(() => false);
  if (points.length === 0) return held;
  for (const piece of piecesOfPath(points).flat()) {
    for (let index = piece.from; index < piece.to; index++) {
      const { seconds, lagSeconds, score } = points[index]!;
      const off = Math.abs(lagSeconds - piece.interceptSeconds - piece.slope * seconds);
      held[index] = score >= HEARD_PATH_SCORE && off <= soundOfLineSeconds;
    }
  }
  return held;
}

/**
 * Whether a stretch of the clip that should speak does not lie on the path: three windows in a row and more that
 * neither go with it nor are quiet on the recorder. The camera may have lost more than the path can follow.
 */
export function hasLostStretch(track: TrackResult): boolean {
  const { windows } = track;
  const held = heldWindows(track);
  const heard = windows.filter((_, index) => held[index]);
  if (heard.length < 3 || windows.length < 6) return false;
  const scores = heard.map((window) => window.pathScore).sort((a, b) => a - b);
  // Where the line itself is faint a stretch that says nothing proves nothing.
  if (scores[scores.length >> 1]! < 8) return false;
  const levels = heard.map((window) => window.recorderLevel).sort((a, b) => a - b);
  const spoken = 0.25 * levels[levels.length >> 1]!;
  let run = 0;
  for (const [index, window] of windows.entries()) {
    if (held[index]) run = 0;
    else if (window.recorderLevel >= spoken) run += 1;
    if (run >= 3) return true;
  }
  return false;
}

/**
 * The pieces of a tracked clip: one, unless the camera lost or repeated samples or the clocks ran unevenly. Each change
 * is placed where the sound leaves the one line for the other.
 */
export async function piecesOfTrack(
  { kernel, camera, recorder, cancelFlag }: Pairing,
  track: TrackResult,
): Promise<LinePiece[]> {
  const covered = coveredCamera(track, camera.durationSeconds, recorder.durationSeconds);
  if (!covered) return [];
  const points = pathOf(track);
  const whole: LinePiece = { line: track, ...covered, begins: 'clip', score: track.score };
  const strong = points.filter((point) => point.score >= HEARD_PATH_SCORE);
  if (strong.length < 6 || strong.length < 0.2 * points.length) return [whole];
  const straight = piecesOfPath(points);
  if (straight.flat().length < 2) return [whole];
  const pieces: LinePiece[] = [];
  for (const [partIndex, part] of straight.entries()) {
    for (const [index, piece] of part.entries()) {
      const last = pieces.at(-1);
      // Pieces parted by a loss run on the same clocks: the speed is fitted to all of them together, later on.
      const line = lineOfPiece(track, piece, part.length > 1);
      const lost = index === 0 && partIndex > 0;
      let from = index === 0 && partIndex === 0 ? 0 : points[piece.from]!.seconds;
      if (lost && last) {
        const range = betweenPieces(points, straight[partIndex - 1]!.at(-1)!, piece);
        const change = await kernel.syncLocateChange(
          camera.native,
          recorder.native,
          {
            ...range,
            beforeOffsetSeconds: last.line.offsetSeconds,
            afterOffsetSeconds: line.offsetSeconds,
            driftPpm: line.driftPpm,
            inverted: track.inverted,
          },
          cancelFlag,
        );
        from = change.found ? change.cameraSeconds : (range.from + range.to) / 2;
      }
      if (last) pieces[pieces.length - 1] = { ...last, to: from };
      const reach = coveredCamera(line, camera.durationSeconds, recorder.durationSeconds) ?? covered;
      pieces.push({
        line,
        from: Math.max(from, reach.from),
        to: reach.to,
        begins: pieces.length === 0 ? 'clip' : lost ? 'lost samples' : 'bend',
        score: scoreOf(points, piece),
      });
    }
  }
  return pieces.filter((piece) => piece.to - piece.from > 0.3);
}

function lineOfPiece(track: SyncLine, piece: PathPiece, bends: boolean): SyncLine {
  const slope = bends ? piece.slope : 0;
  return { offsetSeconds: track.offsetSeconds + piece.interceptSeconds, driftPpm: track.driftPpm + slope * 1e6 };
}

/**
 * From the last window that surely held to the one piece to the first that holds to the next. A window between them may
 * be counted to the first though it lies on the second: an echo had parted it from the rest.
 */
function betweenPieces(points: readonly PathPoint[], before: PathPiece, after: PathPiece) {
  const off = ({ seconds, lagSeconds }: PathPoint, piece: PathPiece) =>
    Math.abs(lagSeconds - piece.interceptSeconds - piece.slope * seconds);
  const holdsTo = (point: PathPoint, own: PathPiece, other: PathPiece) =>
    point.score >= HEARD_PATH_SCORE && off(point, own) < off(point, other);
  const last = points.slice(before.from, before.to).findLast((point) => holdsTo(point, before, after));
  const first = points.slice(after.from, after.to).find((point) => holdsTo(point, after, before));
  const from = (last ?? points[before.to - 1]!).seconds - HALF_WINDOW_SECONDS;
  return { from, to: Math.max(from, (first ?? points[after.from]!).seconds + HALF_WINDOW_SECONDS) };
}

function scoreOf(points: readonly PathPoint[], piece: PathPiece): number {
  const own = points.slice(piece.from, piece.to);
  return own.reduce((sum, point) => sum + point.score, 0) / Math.sqrt(own.length);
}
