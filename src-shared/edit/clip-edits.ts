import type { ClipRow } from '../model/rows.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { countedLabel, existingRows } from './refuse.ts';

/** Edits of a clip's own values, which concern no neighbour. */

function setOnClips(
  writer: DocumentWriter,
  clipIds: readonly number[],
  fields: Partial<Omit<ClipRow, 'id'>>,
  verb: string,
): string {
  const clips = existingRows(writer, 'clip', clipIds);
  for (const clip of clips) writer.update('clip', clip.id, fields);
  return countedLabel(verb, clips.length, 'clip');
}

export function setClipGain(writer: DocumentWriter, command: CommandOf<'clip.gain'>): string {
  return setOnClips(writer, command.clipIds, { gainDb: command.gainDb }, 'Change gain of');
}

export function muteClips(writer: DocumentWriter, command: CommandOf<'clip.mute'>): string {
  return setOnClips(writer, command.clipIds, { muted: command.muted }, command.muted ? 'Mute' : 'Unmute');
}

export function renameClips(writer: DocumentWriter, command: CommandOf<'clip.rename'>): string {
  return setOnClips(writer, command.clipIds, { name: command.name }, 'Rename');
}

export function setClipPolarity(writer: DocumentWriter, command: CommandOf<'clip.polarity'>): string {
  const verb = command.inverted ? 'Invert polarity of' : 'Right polarity of';
  return setOnClips(writer, command.clipIds, { polarityInverted: command.inverted }, verb);
}

export function declareClipsAsync(writer: DocumentWriter, command: CommandOf<'clip.declareAsync'>): string {
  const verb = command.declaredAsync ? 'Declare asynchronous' : 'Take back asynchronous';
  return setOnClips(writer, command.clipIds, { declaredAsync: command.declaredAsync }, verb);
}
