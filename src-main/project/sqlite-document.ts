import type { DocumentWriter } from '../../src-shared/edit/document.ts';
import { clipEnd } from '../../src-shared/edit/make-room.ts';
import { type RowChange, type RowDiff, sameRow } from '../../src-shared/edit/row-diff.ts';
import { booleanColumnsOf, columnsOf } from '../../src-shared/model/columns.ts';
import { TABLE_NAMES, type TableName, type Tables } from '../../src-shared/model/rows.ts';
import type { Connection, Statement } from './database.ts';

type AnyRow = Tables[TableName];
type Values = Record<string, unknown>;
type TableStatements = {
  readonly columns: readonly string[];
  readonly booleans: readonly string[];
  readonly get: Statement;
  readonly all: Statement;
  readonly insert: Statement;
  readonly update: Statement;
  readonly remove: Statement;
};

const listOf = (table: TableName) => columnsOf(table).join(', ');

/** The queries behind the questions of {@link DocumentWriter}; a test holds each to its index. */
export const DOCUMENT_QUERIES = {
  clipsBefore: `SELECT ${listOf('clip')} FROM clip WHERE trackId = ? AND startSample < ? ORDER BY startSample DESC, id DESC LIMIT ?`,
  clipsOfSource: `SELECT ${listOf('clip')} FROM clip WHERE sourceId = ? ORDER BY id`,
  clipsOfMatch: `SELECT ${listOf('clip')} FROM clip WHERE syncMatchId = ? ORDER BY id`,
  gainPoints: `SELECT ${listOf('gain_point')} FROM gain_point WHERE trackId = ? ORDER BY atSample, id`,
  pictureClipsBefore: `SELECT ${listOf('picture_clip')} FROM picture_clip WHERE startSample < ? ORDER BY startSample DESC, id DESC LIMIT ?`,
  // The last clip of a track to start is the last to end (see make-room.ts), so one index look-up a track will do.
  timelineEnd: `
    SELECT max(
      coalesce((SELECT max(
        (SELECT startSample + lengthSamples FROM clip WHERE trackId = track.id ORDER BY startSample DESC LIMIT 1)
      ) FROM track), 0),
      coalesce((SELECT startSample + lengthSamples FROM picture_clip ORDER BY startSample DESC LIMIT 1), 0)
    ) AS timelineEnd`,
} as const;

/** Clips that overlap a clip's place are seldom more, with the one before them. */
const FEW_ROWS = 3;

/**
 * The document as it lies in the project file, and the unit of work over it. Every write notes the row's
 * before-image; {@link SqliteDocument.takeDiff} hands out what changed since it was last asked. Transactions are the
 * caller's.
 */
export class SqliteDocument implements DocumentWriter {
  readonly #tables: ReadonlyMap<TableName, TableStatements>;
  readonly #clipsBefore: Statement;
  readonly #clipsOfSource: Statement;
  readonly #clipsOfMatch: Statement;
  readonly #gainPoints: Statement;
  readonly #pictureClipsBefore: Statement;
  readonly #timelineEnd: Statement;
  #before = new Map<string, { table: TableName; id: number; before: AnyRow | null }>();

  constructor(database: Connection) {
    this.#tables = new Map(TABLE_NAMES.map((table) => [table, prepare(database, table)]));
    this.#clipsBefore = database.prepare(DOCUMENT_QUERIES.clipsBefore);
    this.#clipsOfSource = database.prepare(DOCUMENT_QUERIES.clipsOfSource);
    this.#clipsOfMatch = database.prepare(DOCUMENT_QUERIES.clipsOfMatch);
    this.#gainPoints = database.prepare(DOCUMENT_QUERIES.gainPoints);
    this.#pictureClipsBefore = database.prepare(DOCUMENT_QUERIES.pictureClipsBefore);
    this.#timelineEnd = database.prepare(DOCUMENT_QUERIES.timelineEnd);
  }

  get<T extends TableName>(table: T, id: number): Tables[T] | null {
    const row = this.#of(table).get.get(id) as Values | undefined;
    return row ? this.#row(table, row) : null;
  }

  all<T extends TableName>(table: T): Tables[T][] {
    return (this.#of(table).all.all() as Values[]).map((row) => this.#row(table, row));
  }

  clipsOnTrack(trackId: number, fromSample: number, toSample: number): Tables['clip'][] {
    return this.#overlapping('clip', this.#clipsBefore, [trackId, toSample], fromSample);
  }

  clipsOfSource(sourceId: number): Tables['clip'][] {
    return (this.#clipsOfSource.all(sourceId) as Values[]).map((row) => this.#row('clip', row));
  }

  clipsOfMatch(syncMatchId: number): Tables['clip'][] {
    return (this.#clipsOfMatch.all(syncMatchId) as Values[]).map((row) => this.#row('clip', row));
  }

  gainPointsOfTrack(trackId: number): Tables['gain_point'][] {
    return this.#gainPoints.all(trackId) as Tables['gain_point'][];
  }

  pictureClips(fromSample: number, toSample: number): Tables['picture_clip'][] {
    return this.#overlapping('picture_clip', this.#pictureClipsBefore, [toSample], fromSample);
  }

  timelineEnd(): number {
    return (this.#timelineEnd.get() as { timelineEnd: number }).timelineEnd;
  }

  insert<T extends Exclude<TableName, 'project'>>(table: T, row: Omit<Tables[T], 'id'>): Tables[T] {
    const { insert, columns } = this.#of(table);
    const values = row as Values;
    const { lastInsertRowid } = insert.run(columns.map((column) => (column === 'id' ? null : stored(values[column]))));
    const inserted = { id: Number(lastInsertRowid), ...row } as unknown as Tables[T];
    this.#note(table, inserted.id, null);
    return inserted;
  }

  update<T extends TableName>(table: T, id: number, fields: Partial<Omit<Tables[T], 'id'>>): Tables[T] {
    const before = this.get(table, id);
    if (!before) throw new RangeError(`no row ${id} in ${table}`);
    const after = { ...before, ...fields };
    if (sameRow(before, after)) return before;
    this.#note(table, id, before);
    this.#put(table, after);
    return after;
  }

  remove<T extends Exclude<TableName, 'project'>>(table: T, id: number): void {
    const before = this.get(table, id);
    if (!before) throw new RangeError(`no row ${id} in ${table}`);
    this.#note(table, id, before);
    this.#of(table).remove.run(id);
  }

  /** Writes the rows of a diff as they are after it. For undo and redo, which are diffs already: nothing is noted. */
  writeDiff(diff: RowDiff): void {
    for (const { table, id, before, after } of diff) {
      if (!after) this.#of(table).remove.run(id);
      else if (before) this.#put(table, after);
      else {
        const values = after as unknown as Values;
        this.#of(table).insert.run(this.#of(table).columns.map((column) => stored(values[column])));
      }
    }
  }

  /** What changed since the last call: at most one change a row, rows that are as they were left out. */
  takeDiff(): RowDiff {
    const diff: RowChange[] = [];
    for (const { table, id, before } of this.#before.values()) {
      const after = this.get(table, id);
      if (!sameRow(before, after)) diff.push({ table, id, before, after } as RowChange);
    }
    this.#before = new Map();
    return diff;
  }

  /** Forgets what was noted, after the caller rolled back. */
  dropNotes(): void {
    this.#before = new Map();
  }

  #note(table: TableName, id: number, before: AnyRow | null): void {
    const key = `${table}/${id}`;
    if (!this.#before.has(key)) this.#before.set(key, { table, id, before });
  }

  #put(table: TableName, row: object): void {
    const { update, columns } = this.#of(table);
    const values = row as Values;
    update.run(...columns.slice(1).map((column) => stored(values[column])), values.id);
  }

  /** Walks back from the last row that starts early enough to the first that ends too early (see make-room.ts). */
  #overlapping<T extends 'clip' | 'picture_clip'>(
    table: T,
    backwards: Statement,
    asked: readonly number[],
    fromSample: number,
  ): Tables[T][] {
    // Mostly there are one or two: asking for few at once is several times as quick as beginning to walk.
    const few = backwards.all(...asked, FEW_ROWS) as Values[];
    const found = this.#upTo(table, few, fromSample);
    if (found.length < FEW_ROWS) return found.reverse();
    return this.#upTo(table, backwards.iterate(...asked, -1) as IterableIterator<Values>, fromSample).reverse();
  }

  #upTo<T extends 'clip' | 'picture_clip'>(table: T, rows: Iterable<Values>, fromSample: number): Tables[T][] {
    const found: Tables[T][] = [];
    for (const values of rows) {
      const row = this.#row(table, values);
      if (clipEnd(row) <= fromSample) break;
      found.push(row);
    }
    return found;
  }

  #row<T extends TableName>(table: T, row: Values): Tables[T] {
    for (const column of this.#of(table).booleans) if (row[column] !== null) row[column] = row[column] === 1;
    return row as Tables[T];
  }

  #of(table: TableName): TableStatements {
    return this.#tables.get(table) as TableStatements;
  }
}

function stored(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}

function prepare(database: Connection, table: TableName): TableStatements {
  const columns = columnsOf(table);
  const list = columns.join(', ');
  return {
    columns,
    booleans: booleanColumnsOf(table),
    get: database.prepare(`SELECT ${list} FROM ${table} WHERE id = ?`),
    all: database.prepare(`SELECT ${list} FROM ${table} ORDER BY id`),
    insert: database.prepare(`INSERT INTO ${table} (${list}) VALUES (${columns.map(() => '?').join(', ')})`),
    update: database.prepare(
      `UPDATE ${table} SET ${columns
        .slice(1)
        .map((column) => `${column} = ?`)
        .join(', ')} WHERE id = ?`,
    ),
    remove: database.prepare(`DELETE FROM ${table} WHERE id = ?`),
  };
}
