import type { ClipRow } from '../model/rows.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { clipEnd, endClipAt, splitClipAround, startClipAt } from './make-room.ts';
import { clamp, countedLabel, existing, existingRows } from './refuse.ts';

/** Edits of a clip's edges and of the source under them: trim, split, slip. Each clip is clamped by itself. */

/** The clips of the same track that lie before and after a clip, as far as they touch `[fromSample, toSample)`. */
function neighbours(writer: DocumentWriter, clip: ClipRow, fromSample: number, toSample: number) {
  const others = writer.clipsOnTrack(clip.trackId, Math.max(0, fromSample), toSample);
  return {
    before: others.findLast((other) => other.startSample < clip.startSample) ?? null,
    after: others.find((other) => other.startSample > clip.startSample) ?? null,
  };
}

function trimEnd(writer: DocumentWriter, clip: ClipRow, deltaSamples: number): void {
  const source = existing(writer, 'source', clip.sourceId);
  const end = clipEnd(clip);
  const wanted = end + deltaSamples;
  const { before, after } = neighbours(writer, clip, clip.startSample, Math.max(end, wanted));
  let highest = clip.startSample + source.lengthSamples - clip.sourceInSample;
  if (after) {
    const mayShare = Math.min(clip.fadeOutSamples, after.fadeInSamples);
    highest = Math.min(highest, after.startSample + mayShare, clipEnd(after) - 1);
  }
  const lowest = Math.max(clip.startSample, before ? clipEnd(before) : 0) + 1;
  const newEnd = clamp(wanted, lowest, highest);
  const lengthSamples = newEnd - clip.startSample;
  const fadeInSamples = Math.min(clip.fadeInSamples, lengthSamples);
  let fadeOutSamples = Math.min(clip.fadeOutSamples, lengthSamples - fadeInSamples);
  const shared = after ? end - after.startSample : 0;
  // A crossfade as long as what is shared goes on being that when it is trimmed.
  if (after && shared > 0 && clip.fadeOutSamples === shared && after.fadeInSamples === shared) {
    fadeOutSamples = Math.max(0, newEnd - after.startSample);
    writer.update('clip', after.id, { fadeInSamples: fadeOutSamples });
  }
  writer.update('clip', clip.id, { lengthSamples, fadeInSamples, fadeOutSamples });
}

function trimStart(writer: DocumentWriter, clip: ClipRow, deltaSamples: number): void {
  const end = clipEnd(clip);
  const wanted = clip.startSample + deltaSamples;
  const { before, after } = neighbours(writer, clip, Math.min(clip.startSample, wanted), end);
  let lowest = Math.max(0, clip.startSample - clip.sourceInSample);
  if (before) {
    const mayShare = Math.min(clip.fadeInSamples, before.fadeOutSamples);
    lowest = Math.max(lowest, clipEnd(before) - mayShare, before.startSample + 1);
  }
  const highest = Math.min(end, after ? after.startSample : end) - 1;
  const startSample = clamp(wanted, lowest, highest);
  const lengthSamples = end - startSample;
  const fadeOutSamples = Math.min(clip.fadeOutSamples, lengthSamples);
  let fadeInSamples = Math.min(clip.fadeInSamples, lengthSamples - fadeOutSamples);
  const shared = before ? clipEnd(before) - clip.startSample : 0;
  if (before && shared > 0 && clip.fadeInSamples === shared && before.fadeOutSamples === shared) {
    fadeInSamples = Math.max(0, clipEnd(before) - startSample);
    writer.update('clip', before.id, { fadeOutSamples: fadeInSamples });
  }
  writer.update('clip', clip.id, {
    startSample,
    lengthSamples,
    sourceInSample: clip.sourceInSample + startSample - clip.startSample,
    fadeInSamples,
    fadeOutSamples,
  });
}

export function trimClips(writer: DocumentWriter, command: CommandOf<'clip.trim'>): string {
  const ids = [...new Set(command.clipIds)];
  const trim = command.edge === 'start' ? trimStart : trimEnd;
  // Each row is read when its turn comes: the one before may have shared a crossfade with it.
  for (const id of ids) trim(writer, existing(writer, 'clip', id), command.deltaSamples);
  return countedLabel(command.edge === 'start' ? 'Trim start of' : 'Trim end of', ids.length, 'clip');
}

export function splitClips(writer: DocumentWriter, command: CommandOf<'clip.split'>): string {
  const ids = [...new Set(command.clipIds)];
  for (const id of ids) splitClipAt(writer, existing(writer, 'clip', id), command.atSample);
  return countedLabel('Split', ids.length, 'clip');
}

/**
 * Splits a clip; one that does not reach beyond both sides of the place stays. Inside a crossfade there is nothing to
 * split: its two clips then butt at that sample.
 */
export function splitClipAt(writer: DocumentWriter, clip: ClipRow, at: number): void {
  if (at <= clip.startSample || at >= clipEnd(clip)) return;
  const { before, after } = neighbours(writer, clip, clip.startSample, clipEnd(clip));
  if (before && clipEnd(before) >= at) {
    if (clipEnd(before) > at) endClipAt(writer, before, at);
    startClipAt(writer, clip, at);
  } else if (after && after.startSample <= at) {
    endClipAt(writer, clip, at);
    if (after.startSample < at) startClipAt(writer, after, at);
  } else splitClipAround(writer, clip, at, at);
}

export function slipClips(writer: DocumentWriter, command: CommandOf<'clip.slip'>): string {
  const clips = existingRows(writer, 'clip', command.clipIds);
  for (const clip of clips) {
    const highest = existing(writer, 'source', clip.sourceId).lengthSamples - clip.lengthSamples;
    writer.update('clip', clip.id, { sourceInSample: clamp(clip.sourceInSample + command.deltaSamples, 0, highest) });
  }
  return countedLabel('Slip', clips.length, 'clip');
}
