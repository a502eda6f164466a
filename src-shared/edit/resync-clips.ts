import type { ClipRow } from '../model/rows.ts';
import { makeRoomForGroup } from './clip-placement.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { clipEnd, isCrossfade } from './make-room.ts';
import { countedLabel, existingRows, refuse } from './refuse.ts';
import { SyncRelations } from './sync-relation.ts';

type Landing = { readonly clip: ClipRow; readonly startSample: number; trimSamples: number };

/**
 * Moves clips back to where their sync puts them. They are then out of sync on purpose no more. Clips without such a
 * place stay; refused when none has one, when one would begin before the timeline does, and when two would land over
 * each other.
 */
export function resyncClips(writer: DocumentWriter, command: CommandOf<'clip.resync'>): string {
  const relations = new SyncRelations(writer);
  const clips = existingRows(writer, 'clip', command.clipIds);
  const landings: Landing[] = [];
  for (const clip of clips) {
    const relation = relations.of(clip);
    if (relation) landings.push({ clip, startSample: relation.expectedStartSample, trimSamples: 0 });
  }
  if (landings.length === 0) {
    refuse(
      'clip.no-sync',
      clips.length === 1
        ? `Nothing says where "${clips[0]?.name}" belongs: no sync placed it, or its camera is not on the timeline there.`
        : 'Nothing says where these clips belong: no sync placed them, or their cameras are not on the timeline there.',
      'Accept a sync for them, or put the camera back on the timeline.',
    );
  }
  for (const { clip, startSample } of landings) {
    if (startSample >= 0) continue;
    refuse(
      'clip.before-start',
      `"${clip.name}" belongs ${-startSample} samples before the beginning of the timeline.`,
      'Trim its start, or move camera and sound further on.',
    );
  }
  keepJoints(landings);
  const moved = landings.filter(
    ({ clip, startSample, trimSamples }) => startSample !== clip.startSample || trimSamples > 0,
  );
  const targets = moved.map((landing) => ({ clip: landed(landing), ...landed(landing) }));
  makeRoomForGroup(writer, targets, new Set(moved.map(({ clip }) => clip.id)));
  for (const { id, startSample, lengthSamples, sourceInSample } of moved.map(landed)) {
    writer.update('clip', id, { startSample, lengthSamples, sourceInSample });
  }
  for (const { clip } of landings) if (clip.declaredAsync) writer.update('clip', clip.id, { declaredAsync: false });
  return countedLabel('Resync', landings.length, 'clip');
}

/**
 * Clips that touch and are moved by different distances, as the parts of a clip with drift are, may come to share more
 * than their fades span: then the later one's start is trimmed by that. Others that would share samples are turned
 * down.
 */
function keepJoints(landings: readonly Landing[]): void {
  const inOrder = [...landings].sort((a, b) => a.clip.trackId - b.clip.trackId || a.startSample - b.startSample);
  for (const [index, landing] of inOrder.entries()) {
    const next = inOrder[index + 1];
    if (!next || next.clip.trackId !== landing.clip.trackId) continue;
    const left = landed(landing);
    if (isCrossfade(left, landed(next))) continue;
    const mayShare = Math.min(left.fadeOutSamples, next.clip.fadeInSamples);
    const excess = clipEnd(left) - next.startSample - mayShare;
    const touched = next.clip.startSample <= clipEnd(landing.clip) && next.clip.startSample > landing.clip.startSample;
    if (
      touched &&
      excess > 0 &&
      next.clip.lengthSamples - excess >= Math.max(1, next.clip.fadeInSamples + next.clip.fadeOutSamples)
    ) {
      next.trimSamples = excess;
      if (isCrossfade(left, landed(next))) continue;
    }
    refuse(
      'clip.resync-overlap',
      `"${landing.clip.name}" and "${next.clip.name}" would land over each other.`,
      'Move one of them to another track, or resync one of them alone.',
    );
  }
}

/** A clip as it will lie. */
function landed({ clip, startSample, trimSamples }: Landing): ClipRow {
  return {
    ...clip,
    startSample: startSample + trimSamples,
    lengthSamples: clip.lengthSamples - trimSamples,
    sourceInSample: clip.sourceInSample + trimSamples,
  };
}
