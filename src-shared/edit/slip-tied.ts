import type { ClipRow, SourceRow, SyncMatchRow } from '../model/rows.ts';
import { effectiveLine } from '../sync/effective-line.ts';
import { readDerivation } from '../sync/source-derivation.ts';
import { type NudgedOff, readEvidence, withClipNotes } from '../sync/sync-evidence.ts';
import type { DocumentWriter } from './document.ts';
import { clipEnd, isCrossfade } from './make-room.ts';
import { existing, refuse } from './refuse.ts';

/** How the clips of a match follow when its line moves: their source slips, their edges stay as far as it has sound. */

type Shape = Pick<ClipRow, 'startSample' | 'lengthSamples' | 'sourceInSample' | 'fadeInSamples' | 'fadeOutSamples'>;

/**
 * Slips the source under a match's clips by as much as its line moved, to the whole sample that is nearest to where
 * each would then lie; a clip that had been moved out of sync stays as far out of it. What runs out of sound at an end of
 * its file is trimmed there, and given back when a later move makes room for it again.
 */
export function slipTied(
  writer: DocumentWriter,
  before: SyncMatchRow,
  after: SyncMatchRow,
  tied: readonly { readonly clip: ClipRow; readonly error: number | null }[],
): void {
  const offsetOf = (match: SyncMatchRow) => effectiveLine(match)[0]?.offsetSamplesAt48k ?? 0;
  const { sampleRate } = existing(writer, 'project', 1);
  const moved = ((offsetOf(after) - offsetOf(before)) * sampleRate) / 48_000;
  if (moved === 0 || tied.length === 0) return;
  // A nudge by whole samples is one by just as many, whatever sums of large offsets leave in the last digits.
  const whole = Math.abs(moved - Math.round(moved)) < 1e-6 ? Math.round(moved) : null;
  const taken = new Map(readEvidence(after.evidence).nudgedOff.map((off) => [off.clipId, off]));
  const left: NudgedOff[] = [];
  for (const { clip, error } of tied) {
    const source = existing(writer, 'source', clip.sourceId);
    const exact = moved / (1 + (readDerivation(source.derivation)?.driftPpm ?? 0) * 1e-6);
    const rounding = error === null ? 0 : error - Math.round(error);
    const slip = whole !== null && Math.abs(exact - whole) < 0.5 ? whole : Math.round(exact + rounding);
    const off = slipBy(writer, existing(writer, 'clip', clip.id), slip, taken.get(clip.id));
    if (off) left.push(off);
  }
  const evidence = withClipNotes(after.evidence, { nudgedOff: left });
  if (evidence !== after.evidence) writer.update('sync_match', after.id, { evidence });
}

/** Slips one clip and returns what is missing of it now because its source ran out. */
function slipBy(writer: DocumentWriter, clip: ClipRow, slip: number, off: NudgedOff | undefined): NudgedOff | null {
  const source = existing(writer, 'source', clip.sourceId);
  // What was taken is given back, unless something else lies there by now.
  for (const whole of off ? [untrimmed(clip, source, off), clip] : [clip]) {
    const moved = { ...whole, sourceInSample: whole.sourceInSample + slip };
    const slipped = trimmed(moved, source);
    if (slipped.lengthSamples <= 0 || slipped.startSample < 0 || !fits(writer, clip, slipped)) continue;
    writer.update('clip', clip.id, slipped);
    const headSamples = slipped.startSample - moved.startSample;
    const tailSamples = clipEnd(moved) - clipEnd(slipped);
    if (headSamples + tailSamples === 0) return null;
    const { fadeInSamples, fadeOutSamples } = moved;
    return { clipId: clip.id, headSamples, tailSamples, fadeInSamples, fadeOutSamples };
  }
  return refuse(
    'sync.nudge-too-far',
    `Nothing of "${source.name}" would be left under a clip that it was placed for.`,
    'Nudge by less, or reject the match and sync it by a mark on each file.',
  );
}

/** The part of a clip for which its source has sound; its fades lose what is cut off. */
function trimmed(whole: Shape, source: SourceRow): Shape {
  const head = Math.max(0, -whole.sourceInSample);
  const tail = Math.max(0, whole.sourceInSample + whole.lengthSamples - source.lengthSamples);
  const lengthSamples = whole.lengthSamples - head - tail;
  const fadeOutSamples = Math.max(0, Math.min(whole.fadeOutSamples - tail, lengthSamples));
  return {
    startSample: whole.startSample + head,
    lengthSamples,
    sourceInSample: whole.sourceInSample + head,
    fadeInSamples: Math.max(0, Math.min(whole.fadeInSamples - head, lengthSamples - fadeOutSamples)),
    fadeOutSamples,
  };
}

/** A clip as it would be had its source not run out. An edge and fades that a person changed since stay as they are. */
function untrimmed(clip: ClipRow, source: SourceRow, off: NudgedOff): Shape {
  const head = clip.sourceInSample === 0 ? off.headSamples : 0;
  const tail = clip.sourceInSample + clip.lengthSamples === source.lengthSamples ? off.tailSamples : 0;
  const whole = {
    startSample: clip.startSample - head,
    lengthSamples: clip.lengthSamples + head + tail,
    sourceInSample: clip.sourceInSample - head,
    fadeInSamples: clip.fadeInSamples,
    fadeOutSamples: clip.fadeOutSamples,
  };
  const { fadeInSamples, fadeOutSamples } = off;
  if (fadeInSamples + fadeOutSamples > whole.lengthSamples) return whole;
  const asLeft = trimmed({ ...whole, fadeInSamples, fadeOutSamples }, source);
  const isLeft = asLeft.fadeInSamples === clip.fadeInSamples && asLeft.fadeOutSamples === clip.fadeOutSamples;
  return isLeft ? { ...whole, fadeInSamples, fadeOutSamples } : whole;
}

/** Whether a clip can take a shape beside its neighbours. */
function fits(writer: DocumentWriter, clip: ClipRow, slipped: Shape): boolean {
  const from = Math.max(0, Math.min(clip.startSample, slipped.startSample));
  const others = writer
    .clipsOnTrack(clip.trackId, from, Math.max(clipEnd(clip), clipEnd(slipped)))
    .filter(({ id }) => id !== clip.id);
  const before = others.findLast((other) => other.startSample < clip.startSample);
  const after = others.find((other) => other.startSample > clip.startSample);
  return (!before || isCrossfade(before, slipped)) && (!after || isCrossfade(slipped, after));
}
