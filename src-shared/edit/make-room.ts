import type { ClipRow } from '../model/rows.ts';
import type { DocumentWriter } from './document.ts';

/**
 * The overwrite rule of a track: what lies under a placed clip is trimmed, split or removed. Two clips may share
 * samples only as a crossfade: the earlier one starts and ends first, and what they share lies inside its fade out
 * and inside the other's fade in. So the clips of a track are sorted by start and by end alike.
 */

export function clipEnd(clip: { readonly startSample: number; readonly lengthSamples: number }): number {
  return clip.startSample + clip.lengthSamples;
}

/** The part of a clip row that decides who may lie beside it. */
export type ClipPlace = Pick<ClipRow, 'startSample' | 'lengthSamples' | 'fadeInSamples' | 'fadeOutSamples'>;

/** Whether `earlier` and `later` share samples only by a crossfade. Clips that do not touch count as one of length 0. */
export function isCrossfade(earlier: ClipPlace, later: ClipPlace): boolean {
  const shared = clipEnd(earlier) - later.startSample;
  if (shared <= 0) return true;
  return (
    earlier.startSample < later.startSample &&
    clipEnd(earlier) < clipEnd(later) &&
    shared <= Math.min(earlier.fadeOutSamples, later.fadeInSamples)
  );
}

/** Ends a clip at `atSample`, inside it. The fade out is cut off; the fade in keeps within what is left. */
export function endClipAt(writer: DocumentWriter, clip: ClipRow, atSample: number): ClipRow {
  const lengthSamples = atSample - clip.startSample;
  return writer.update('clip', clip.id, {
    lengthSamples,
    fadeInSamples: Math.min(clip.fadeInSamples, lengthSamples),
    fadeOutSamples: 0,
  });
}

/** Starts a clip at `atSample`, inside it. The fade in is cut off; the fade out keeps within what is left. */
export function startClipAt(writer: DocumentWriter, clip: ClipRow, atSample: number): ClipRow {
  const lengthSamples = clipEnd(clip) - atSample;
  return writer.update('clip', clip.id, {
    startSample: atSample,
    lengthSamples,
    sourceInSample: clip.sourceInSample + atSample - clip.startSample,
    fadeInSamples: 0,
    fadeOutSamples: Math.min(clip.fadeOutSamples, lengthSamples),
  });
}

/** Takes `[fromSample, toSample)` out of a clip that reaches beyond both; an empty range splits it. Returns the right piece. */
export function splitClipAround(writer: DocumentWriter, clip: ClipRow, fromSample: number, toSample: number): ClipRow {
  endClipAt(writer, clip, fromSample);
  const { id: _left, ...right } = clip;
  const lengthSamples = clipEnd(clip) - toSample;
  return writer.insert('clip', {
    ...right,
    startSample: toSample,
    lengthSamples,
    sourceInSample: clip.sourceInSample + toSample - clip.startSample,
    fadeInSamples: 0,
    fadeOutSamples: Math.min(clip.fadeOutSamples, lengthSamples),
  });
}

const NONE: ReadonlySet<number> = new Set();

/**
 * Leaves no sound in `[fromSample, toSample)` of a track but that of the clips in `keep`. Where a crossfade crosses
 * an edge of the range only one of its two clips goes on to that edge: the earlier one before it, the later one
 * after it.
 */
export function clearTrackRange(
  writer: DocumentWriter,
  trackId: number,
  fromSample: number,
  toSample: number,
  keep: ReadonlySet<number> = NONE,
): void {
  const touching = writer
    .clipsOnTrack(trackId, Math.max(0, fromSample - 1), toSample + 1)
    .filter((clip) => !keep.has(clip.id));
  const reachesFrom = touching.find((clip) => clip.startSample < fromSample && clipEnd(clip) >= fromSample);
  const reachesOn = touching.findLast((clip) => clip.startSample <= toSample && clipEnd(clip) > toSample);
  for (const clip of touching) {
    if (clip.startSample >= toSample || clipEnd(clip) <= fromSample) continue;
    if (clip === reachesFrom && clip === reachesOn) splitClipAround(writer, clip, fromSample, toSample);
    else if (clip === reachesFrom) endClipAt(writer, clip, fromSample);
    else if (clip === reachesOn) startClipAt(writer, clip, toSample);
    else writer.remove('clip', clip.id);
  }
}

/**
 * Makes room on a track for a clip that is about to be put there. Call it before the clip is written: the track is
 * then in order at every query. `keep` are clips that are about to leave, or that move along.
 */
export function makeRoom(
  writer: DocumentWriter,
  trackId: number,
  place: ClipPlace,
  keep: ReadonlySet<number> = NONE,
): void {
  let from = place.startSample;
  let to = clipEnd(place);
  const lying = writer.clipsOnTrack(trackId, from, to).filter((clip) => !keep.has(clip.id));
  if (lying.length === 0) return;
  for (const clip of lying) {
    if (clip.startSample < place.startSample && isCrossfade(clip, place)) from = Math.max(from, clipEnd(clip));
    else if (clip.startSample > place.startSample && isCrossfade(place, clip)) to = Math.min(to, clip.startSample);
  }
  clearTrackRange(writer, trackId, from, to, keep);
}
