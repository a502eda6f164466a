import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { countedLabel, existing, existingRows, refuse } from './refuse.ts';

/** Marks on sources: places in a file that a person pointed at, kept with it. */

export function addSourceMark(writer: DocumentWriter, command: CommandOf<'sourceMark.add'>): string {
  const { sourceId, atSample, name } = command;
  refuseBeyondSource(writer, sourceId, atSample);
  writer.insert('source_mark', { sourceId, atSample, name });
  return 'Add source mark';
}

export function updateSourceMark(writer: DocumentWriter, command: CommandOf<'sourceMark.update'>): string {
  const mark = existing(writer, 'source_mark', command.markId);
  const atSample = command.atSample ?? mark.atSample;
  refuseBeyondSource(writer, mark.sourceId, atSample);
  writer.update('source_mark', mark.id, { atSample, name: command.name ?? mark.name });
  return 'Change source mark';
}

export function removeSourceMarks(writer: DocumentWriter, command: CommandOf<'sourceMark.remove'>): string {
  const marks = existingRows(writer, 'source_mark', command.markIds);
  for (const mark of marks) writer.remove('source_mark', mark.id);
  return countedLabel('Delete', marks.length, 'source mark');
}

function refuseBeyondSource(writer: DocumentWriter, sourceId: number, atSample: number): void {
  const source = existing(writer, 'source', sourceId);
  if (atSample < source.lengthSamples) return;
  refuse(
    'sourceMark.beyond-source',
    `"${source.name}" is ${source.lengthSamples} samples long; the mark would lie beyond its end.`,
    'Put the mark inside the file.',
  );
}
