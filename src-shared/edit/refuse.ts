import type { TableName, Tables } from '../model/rows.ts';
import { TwopopError } from '../rpc/error.ts';
import type { DocumentReader } from './document.ts';

/** What people call the rows of each table. */
const ROW_NOUNS: Record<TableName, string> = {
  project: 'project',
  source: 'source',
  source_mark: 'source mark',
  picture: 'picture',
  track: 'track',
  gain_point: 'gain breakpoint',
  clip: 'clip',
  picture_clip: 'picture clip',
  marker: 'marker',
  sync_match: 'sync result',
  take: 'take',
};

/** Turns down an edit. Whoever runs the edit takes back what it had written, so nothing is changed. */
export function refuse(code: string, message: string, remedy: string): never {
  throw new TwopopError({ code, message: `${message} Nothing was changed.`, remedy });
}

/** The row, or a refusal that says which row is missing. */
export function existing<T extends TableName>(reader: DocumentReader, table: T, id: number): Tables[T] {
  const row = reader.get(table, id);
  if (row) return row;
  const noun = ROW_NOUNS[table];
  return refuse(
    `${table}.missing`,
    `There is no ${noun} ${id} in this project: it was removed, or the number is wrong.`,
    `Choose the ${noun} again and repeat the edit.`,
  );
}

/** The rows of `ids`, each once, in the order given. */
export function existingRows<T extends TableName>(
  reader: DocumentReader,
  table: T,
  ids: readonly number[],
): Tables[T][] {
  return [...new Set(ids)].map((id) => existing(reader, table, id));
}

/** `Move clip`, `Move 3 clips`: what the undo menu shows. */
export function countedLabel(verb: string, count: number, noun: string, plural = `${noun}s`): string {
  return count === 1 ? `${verb} ${noun}` : `${verb} ${count} ${plural}`;
}

export function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(Math.max(value, lowest), highest);
}
