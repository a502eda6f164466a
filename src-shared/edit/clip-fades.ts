import type { FadeShape } from '../engine/render-plan.ts';
import type { ClipRow } from '../model/rows.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { clipEnd } from './make-room.ts';
import { countedLabel, existing, refuse } from './refuse.ts';

/** Fades and crossfades. */

/**
 * Shortens the crossfade of two clips to `lengthSamples` around its middle; 0 leaves them butted. Both fades end as
 * long as what is then shared.
 */
function shortenCrossfade(writer: DocumentWriter, left: ClipRow, right: ClipRow, lengthSamples: number): void {
  const shared = clipEnd(left) - right.startSample;
  // The same halves as when it was made, so that the joint is found again to the sample.
  const fromLeft = Math.ceil(shared / 2) - Math.ceil(lengthSamples / 2);
  const fromRight = shared - lengthSamples - fromLeft;
  writer.update('clip', left.id, { lengthSamples: left.lengthSamples - fromLeft, fadeOutSamples: lengthSamples });
  writer.update('clip', right.id, {
    startSample: right.startSample + fromRight,
    lengthSamples: right.lengthSamples - fromRight,
    sourceInSample: right.sourceInSample + fromRight,
    fadeInSamples: lengthSamples,
  });
}

function setFade(writer: DocumentWriter, clip: ClipRow, command: CommandOf<'clip.fade'>): void {
  const fadesIn = command.edge === 'in';
  const room = clip.lengthSamples - (fadesIn ? clip.fadeOutSamples : clip.fadeInSamples);
  const length = Math.min(command.lengthSamples, room);
  const { shape } = command;
  if (fadesIn) writer.update('clip', clip.id, { fadeInShape: shape ?? clip.fadeInShape });
  else writer.update('clip', clip.id, { fadeOutShape: shape ?? clip.fadeOutShape });
  const others = writer.clipsOnTrack(clip.trackId, clip.startSample, clipEnd(clip));
  const partner = fadesIn
    ? others.findLast((other) => other.startSample < clip.startSample)
    : others.find((other) => other.startSample > clip.startSample);
  if (partner) {
    const [left, right] = fadesIn ? [partner, clip] : [clip, partner];
    if (length < clipEnd(left) - right.startSample) {
      shortenCrossfade(writer, left, right, length);
      return;
    }
  }
  writer.update('clip', clip.id, fadesIn ? { fadeInSamples: length } : { fadeOutSamples: length });
}

/** Sets a fade. A fade of a crossfade that gets shorter than what the two clips share shortens the crossfade. */
export function fadeClips(writer: DocumentWriter, command: CommandOf<'clip.fade'>): string {
  const ids = [...new Set(command.clipIds)];
  for (const id of ids) setFade(writer, existing(writer, 'clip', id), command);
  return countedLabel(command.edge === 'in' ? 'Fade in' : 'Fade out', ids.length, 'clip');
}

/**
 * Crossfades two butted clips, or gives a crossfade they already have another length, as far as their handles and
 * their other fades allow. Refused where there is nothing to reach over the joint with.
 */
export function crossfadeClips(writer: DocumentWriter, command: CommandOf<'clip.crossfade'>): string {
  let left = existing(writer, 'clip', command.leftClipId);
  let right = existing(writer, 'clip', command.rightClipId);
  if (left.trackId !== right.trackId || left.startSample >= right.startSample || clipEnd(left) < right.startSample) {
    refuse(
      'crossfade.not-butted',
      `"${left.name}" does not end where "${right.name}" starts.`,
      'Choose two clips of one track that touch, the left one first.',
    );
  }
  if (clipEnd(left) > right.startSample) {
    shortenCrossfade(writer, left, right, 0);
    left = existing(writer, 'clip', left.id);
    right = existing(writer, 'clip', right.id);
  }
  if (reachOverJoint(writer, left, right, command) === 0) {
    refuse(
      'crossfade.no-handles',
      `"${left.name}" and "${right.name}" have no material beyond the joint to crossfade with.`,
      'Trim the clips at the joint so that they have handles, or fade each one by itself.',
    );
  }
  return 'Crossfade';
}

/**
 * Crossfades two butted clips around their joint as far as their handles and their other fades allow. Returns how
 * long the crossfade became; 0, and nothing is written, where nothing can reach over.
 */
export function reachOverJoint(
  writer: DocumentWriter,
  left: ClipRow,
  right: ClipRow,
  wanted: { readonly lengthSamples: number; readonly shape: FadeShape },
): number {
  const leftHandle = existing(writer, 'source', left.sourceId).lengthSamples - left.sourceInSample - left.lengthSamples;
  const wantedRight = Math.floor(wanted.lengthSamples / 2);
  const wantedLeft = wanted.lengthSamples - wantedRight;
  const leftReach = Math.min(wantedLeft, leftHandle, right.lengthSamples - Math.max(1, right.fadeOutSamples));
  const rightReach = Math.min(
    wantedRight,
    right.sourceInSample,
    right.startSample,
    left.lengthSamples - Math.max(1, left.fadeInSamples),
  );
  const length = leftReach + rightReach;
  if (length <= 0) return 0;
  writer.update('clip', left.id, {
    lengthSamples: left.lengthSamples + leftReach,
    fadeOutSamples: length,
    fadeOutShape: wanted.shape,
  });
  writer.update('clip', right.id, {
    startSample: right.startSample - rightReach,
    lengthSamples: right.lengthSamples + rightReach,
    sourceInSample: right.sourceInSample - rightReach,
    fadeInSamples: length,
    fadeInShape: wanted.shape,
  });
  return length;
}
