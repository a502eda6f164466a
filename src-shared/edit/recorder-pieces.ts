import type { SourceDerivation } from '../model/rows.ts';
import type { EffectivePiece } from '../sync/effective-line.ts';
import type { CameraPiece } from './camera-pieces.ts';
import { IN_SYNC_MS, linesInSamples } from './sync-relation.ts';

/**
 * From a match's line to whole samples: which stretches of a recorder file lie under a piece of a camera. What is
 * heard at a camera sample is the recorder sample that the line says, right in the middle of each stretch; a stretch
 * ends where another line holds (the camera lost samples, or a clock changed its speed) and, if drift is cut, at pauses.
 */

/** What of a source lies where on the timeline. */
export type RecorderPiece = {
  /** Which piece of the match's line put it there, from 0. */
  readonly linePiece: number;
  readonly startSample: number;
  readonly inSample: number;
  readonly lengthSamples: number;
  /** It begins at a pause at which the drift was cut. */
  readonly afterPause: boolean;
};

/** The source that is placed: the recorder file, or what was resampled from it. */
export type PlacedSource = { readonly lengthSamples: number; readonly derivation: SourceDerivation | null };

/** A stretch of camera samples with one line to the placed source: source = offset + camera * speed. */
type Stretch = { readonly from: number; readonly to: number; readonly offset: number; readonly speed: number };

/**
 * The stretches of a source under a camera piece, in order, none over another. `sourceOf` says for a piece of the line
 * (from 0) what is placed of it. `pauses` are recorder samples in order at which a drift may be cut; without any it is
 * left. Empty when source and piece do not overlap.
 */
export function recorderPieces(
  piece: CameraPiece,
  line: readonly EffectivePiece[],
  sourceOf: (linePiece: number) => PlacedSource,
  pauses: readonly number[],
  sampleRate: number,
): RecorderPiece[] {
  const pieces: RecorderPiece[] = [];
  const end = piece.inSample + piece.lengthSamples;
  for (const [linePiece, { from, to, offset, speed }] of linesInSamples(line, sampleRate).entries()) {
    const source = sourceOf(linePiece);
    const within = { from: Math.max(piece.inSample, Math.round(from)), to: Math.min(end, Math.round(to)) };
    const direct = { ...within, offset, speed };
    const overlap = overlapOf({ ...onSource(direct, source), ...within }, source.lengthSamples);
    if (!overlap) continue;
    const cuts = source.derivation ? [] : cutsOf({ ...direct, ...overlap }, pauses, sampleRate);
    const bounds = [within.from, ...cuts, within.to];
    for (let index = 1; index < bounds.length; index += 1) {
      const stretch = { ...onSource(direct, source), from: bounds[index - 1] as number, to: bounds[index] as number };
      const placed = place(stretch, piece, source.lengthSamples);
      if (placed) pieces.push({ linePiece, ...placed, afterPause: index > 1 });
    }
  }
  return pieces;
}

/** The line to the source that is placed, of one to the recorder file. */
function onSource(stretch: Stretch, { derivation }: PlacedSource): Stretch {
  if (!derivation) return stretch;
  const ratio = 1 + derivation.driftPpm * 1e-6;
  return {
    ...stretch,
    offset: (stretch.offset - derivation.fromSample) / ratio,
    speed: stretch.speed / ratio,
  };
}

/** The part of a stretch for which the source has sound. */
function overlapOf(stretch: Stretch, sourceLength: number): Pick<Stretch, 'from' | 'to'> | null {
  const from = Math.max(stretch.from, -stretch.offset / stretch.speed);
  const to = Math.min(stretch.to, (sourceLength - stretch.offset) / stretch.speed);
  return to > from ? { from, to } : null;
}

/** A stretch in whole samples: shifted by the whole number that leaves no error in the middle of what overlaps. */
function place(
  stretch: Stretch,
  piece: CameraPiece,
  sourceLength: number,
): Omit<RecorderPiece, 'afterPause' | 'linePiece'> | null {
  const overlap = overlapOf(stretch, sourceLength);
  if (!overlap) return null;
  const middle = (overlap.from + overlap.to) / 2;
  const shift = Math.round(stretch.offset + middle * stretch.speed - middle);
  const cameraIn = Math.max(stretch.from, -shift);
  const cameraOut = Math.min(stretch.to, sourceLength - shift);
  if (cameraOut <= cameraIn) return null;
  return {
    startSample: piece.startSample + cameraIn - piece.inSample,
    inSample: cameraIn + shift,
    lengthSamples: cameraOut - cameraIn,
  };
}

/**
 * The camera samples at which a stretch is cut, the fewest of the pauses that keep its parts right to
 * {@link IN_SYNC_MS} from end to end: always the last pause that is near enough, and where none is, the next.
 */
function cutsOf({ from, to, offset, speed }: Stretch, pauses: readonly number[], sampleRate: number): number[] {
  const tolerance = (IN_SYNC_MS * sampleRate) / 1000;
  // Half a sample goes to rounding the shift.
  const longest = (2 * (tolerance - 0.5)) / Math.abs(speed - 1);
  if (to - from <= longest) return [];
  const room = 2 * crossfadeSamples(sampleRate);
  const places = pauses
    .map((pause) => Math.round((pause - offset) / speed))
    .filter((place, index, all) => place >= from + room && place <= to - room && place !== all[index - 1]);
  const cuts: number[] = [];
  let start = from;
  for (const [index, pause] of places.entries()) {
    const next = places[index + 1] ?? to;
    if (to - start <= longest) break;
    if (next - start <= longest) continue;
    cuts.push(pause);
    start = pause;
  }
  return cuts;
}

/** How long sound fades from one stretch to the next, so that the joint does not click: 5 ms. */
export function crossfadeSamples(sampleRate: number): number {
  return Math.round(sampleRate * 0.005);
}
