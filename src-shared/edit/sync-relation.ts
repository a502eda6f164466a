import type { ClipRow, PictureClipRow, SourceDerivation, SourceRow } from '../model/rows.ts';
import { type EffectivePiece, effectiveLine } from '../sync/effective-line.ts';
import { readDerivation } from '../sync/source-derivation.ts';
import { type CameraPiece, pictureOf, picturePieces, scratchPieces } from './camera-pieces.ts';
import type { DocumentReader } from './document.ts';
import type { RowDiff } from './row-diff.ts';

/** Where a synced clip should lie beside its camera, and how far from there it is. */
export type SyncRelation = {
  /** How much later than its sync puts it the clip lies, in whole samples; early is negative. */
  readonly errorSamples: number;
  /** Where it would start if it lay in sync; negative where that is before the timeline begins. */
  readonly expectedStartSample: number;
};

/**
 * A clip this far from its place still counts as in sync. Half a millisecond is 17 cm of the way of sound, less than
 * a microphone is moved in a take, and what correcting a drift by cuts keeps to; the ear notices some 5 ms [EBU R37].
 * What lies further off was moved, be it by a nudge.
 */
export const IN_SYNC_MS = 0.5;

/** Whether a clip lies where its sync puts it, to {@link IN_SYNC_MS}. */
export function isInSync(relation: Pick<SyncRelation, 'errorSamples'>, sampleRate: number): boolean {
  return Math.abs(relation.errorSamples) * 1000 <= IN_SYNC_MS * sampleRate;
}

/** One line of a match in samples at the project's rate: recorder = offset + camera * speed for cameras in `[from, to)`. */
type Line = { readonly from: number; readonly to: number; readonly offset: number; readonly speed: number };

type MatchLines = {
  readonly cameraSourceId: number;
  readonly recorderSourceId: number;
  readonly lines: readonly Line[];
};

/** A camera's pieces by where they begin in the camera, and the furthest that the pieces up to each reach in it. */
type Pieces = { readonly pieces: readonly CameraPiece[]; readonly furthest: readonly number[] };

/** The lines of a match in camera samples at the project's rate, in order, each up to where the next holds. */
export function linesInSamples(line: readonly EffectivePiece[], sampleRate: number): Line[] {
  return line.map((piece, index) => ({
    from: piece.fromSeconds * sampleRate,
    to: (line[index + 1]?.fromSeconds ?? Number.POSITIVE_INFINITY) * sampleRate,
    offset: (piece.offsetSamplesAt48k * sampleRate) / 48_000,
    speed: 1 + piece.driftPpm * 1e-6,
  }));
}

/**
 * Tells relations of clips, quickly for many: what it looked up is kept until {@link SyncRelations.applyDiff} says
 * that it changed. Made of a document; over another (a project that was loaded anew) make another.
 */
export class SyncRelations {
  readonly #reader: DocumentReader;
  readonly #lines = new Map<number, MatchLines | null>();
  readonly #pieces = new Map<number, Pieces>();
  readonly #derivations = new Map<number, { fromId: number; derivation: SourceDerivation } | null>();
  #pictureClips: Map<number, PictureClipRow[]> | null = null;

  constructor(reader: DocumentReader) {
    this.#reader = reader;
  }

  /**
   * Where a clip lies beside where its sync puts it: the middle of its sound against the camera's picture (its
   * scratch where there is none), where the camera holds that moment. Sound that reaches beyond its picture, as in
   * an overlapping cut, goes by the piece of the camera that is nearest. Null for a clip that no sync put there, and
   * where its camera is not on the timeline or nothing of what the clip plays is.
   */
  of(clip: ClipRow): SyncRelation | null {
    const exact = this.exactErrorOf(clip);
    if (exact === null) return null;
    const errorSamples = Math.round(exact) + 0;
    return { errorSamples, expectedStartSample: clip.startSample - errorSamples };
  }

  /** The same as a fraction of samples, late positive. */
  exactErrorOf(clip: ClipRow): number | null {
    if (clip.syncMatchId === null) return null;
    const match = this.#linesOf(clip.syncMatchId);
    if (!match) return null;
    const recorderAt = this.#recorderClock(clip.sourceId, match.recorderSourceId);
    if (!recorderAt) return null;
    const { pieces, furthest } = this.#piecesOf(match.cameraSourceId);
    const half = clip.lengthSamples / 2;
    const middle = recorderAt(clip.sourceInSample + half);
    let best: number | null = null;
    let bestBeyond = Number.POSITIVE_INFINITY;
    for (const line of nearestLines(match.lines, middle)) {
      const at = (middle - line.offset) / line.speed;
      const reach = half + 1;
      for (let place = firstAfter(pieces, at + reach) - 1; place >= 0; place -= 1) {
        if ((furthest[place] as number) <= at - reach) break;
        const piece = pieces[place] as CameraPiece;
        const end = piece.inSample + piece.lengthSamples;
        const beyond = Math.max(0, piece.inSample - at, at - end);
        if (beyond >= reach) continue;
        const error = clip.startSample + half - (piece.startSample + at - piece.inSample);
        if (
          beyond < bestBeyond ||
          (beyond === bestBeyond && Math.abs(error) < Math.abs(best ?? Number.POSITIVE_INFINITY))
        ) {
          best = error;
          bestBeyond = beyond;
        }
      }
    }
    return best;
  }

  /** Forgets what a commit has changed. */
  applyDiff(diff: RowDiff): void {
    for (const { table, id, before, after } of diff) {
      if (table === 'sync_match') this.#lines.delete(id);
      else if (table === 'picture_clip' || table === 'picture' || table === 'source' || table === 'project') {
        this.#pieces.clear();
        this.#pictureClips = null;
        if (table === 'source') this.#derivations.clear();
        if (table === 'project') this.#lines.clear();
      } else if (table === 'clip') {
        if (before) this.#pieces.delete(before.sourceId);
        if (after) this.#pieces.delete(after.sourceId);
      }
    }
  }

  #linesOf(matchId: number): MatchLines | null {
    const held = this.#lines.get(matchId);
    if (held !== undefined) return held;
    const match = this.#reader.get('sync_match', matchId);
    const project = this.#reader.get('project', 1);
    const found =
      match && project && match.recorderSourceId !== null
        ? {
            cameraSourceId: match.cameraSourceId,
            recorderSourceId: match.recorderSourceId,
            lines: linesInSamples(effectiveLine(match), project.sampleRate),
          }
        : null;
    this.#lines.set(matchId, found);
    return found;
  }

  /** From a sample of a source to the recorder's, for the recorder itself and what was resampled from it. */
  #recorderClock(sourceId: number, recorderSourceId: number): ((sample: number) => number) | null {
    if (sourceId === recorderSourceId) return (sample) => sample;
    let held = this.#derivations.get(sourceId);
    if (held === undefined) {
      held = derivedFrom(this.#reader.get('source', sourceId));
      this.#derivations.set(sourceId, held);
    }
    if (!held || held.fromId !== recorderSourceId) return null;
    const { fromSample, driftPpm } = held.derivation;
    return (sample) => fromSample + sample * (1 + driftPpm * 1e-6);
  }

  #piecesOf(cameraSourceId: number): Pieces {
    const held = this.#pieces.get(cameraSourceId);
    if (held) return held;
    const camera = this.#reader.get('source', cameraSourceId);
    const picture = camera && pictureOf(this.#reader, camera);
    const shown = picture ? this.#clipsOfPicture(picture.id) : [];
    const found =
      picture && shown.length > 0
        ? picturePieces(this.#reader, picture, shown)
        : scratchPieces(this.#reader.clipsOfSource(cameraSourceId));
    const pieces = found.sort((a, b) => a.inSample - b.inSample);
    let reached = Number.NEGATIVE_INFINITY;
    const furthest = pieces.map((piece) => {
      reached = Math.max(reached, piece.inSample + piece.lengthSamples);
      return reached;
    });
    const made = { pieces, furthest };
    this.#pieces.set(cameraSourceId, made);
    return made;
  }

  #clipsOfPicture(pictureId: number): readonly PictureClipRow[] {
    if (!this.#pictureClips) {
      this.#pictureClips = new Map();
      for (const clip of this.#reader.pictureClips(0, Number.MAX_SAFE_INTEGER)) {
        const held = this.#pictureClips.get(clip.pictureId);
        if (held) held.push(clip);
        else this.#pictureClips.set(clip.pictureId, [clip]);
      }
    }
    return this.#pictureClips.get(pictureId) ?? [];
  }
}

function derivedFrom(source: SourceRow | null): { fromId: number; derivation: SourceDerivation } | null {
  const derivation = source && readDerivation(source.derivation);
  return source?.derivedFromId && derivation ? { fromId: source.derivedFromId, derivation } : null;
}

/**
 * The lines that hold where they put a recorder sample: one as a rule, two where the camera repeated samples. Where it
 * lost them no line holds; then it is the one that holds nearest by.
 */
function nearestLines(lines: readonly Line[], recorderSample: number): readonly Line[] {
  if (lines.length === 1) return lines;
  let nearest: Line[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const at = (recorderSample - line.offset) / line.speed;
    const outside = at < line.from ? line.from - at : at >= line.to ? at - line.to : 0;
    if (outside > least) continue;
    if (outside < least) nearest = [];
    nearest.push(line);
    least = outside;
  }
  return nearest;
}

/** Index of the first piece that begins in the camera at or after a sample. */
function firstAfter(pieces: readonly CameraPiece[], at: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pieces[middle] as CameraPiece).inSample < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
