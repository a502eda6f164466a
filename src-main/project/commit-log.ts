import type { Command } from '../../src-shared/edit/commands.ts';
import { lightDiff, type RowChange, type RowDiff } from '../../src-shared/edit/row-diff.ts';
import { completeRow } from '../../src-shared/model/columns.ts';
import { TABLE_NAMES } from '../../src-shared/model/rows.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { HistoryEntry } from '../../src-shared/rpc/schemas.ts';
import type { Connection, Statement } from './database.ts';
import { packText, unpackText } from './logged-text.ts';

export type CommitKind = 'command' | 'undo' | 'redo';

/** One commit, as it lies in the log. */
export type LoggedCommit = {
  readonly seq: number;
  readonly kind: CommitKind;
  readonly label: string;
  readonly diff: RowDiff;
};

/** The command that undo or redo would reverse. */
export type UndoTarget = { readonly seq: number; readonly label: string };

const TARGET = 'SELECT seq, (SELECT label FROM log WHERE log.seq = undo_entry.seq) AS label FROM undo_entry';

/** The questions to the log; a test holds each to its index. */
export const LOG_QUERIES = {
  since: 'SELECT seq, kind, label, diff FROM log WHERE seq > ? ORDER BY seq LIMIT ?',
  newestFirst: 'SELECT seq, kind FROM log ORDER BY seq DESC',
  diffOf: 'SELECT diff FROM log WHERE seq = ?',
  undoTarget: `${TARGET} WHERE undone = 0 ORDER BY seq DESC LIMIT 1`,
  redoTarget: `${TARGET} WHERE undone = 1 ORDER BY seq LIMIT 1`,
} as const;

/**
 * The log of commits, which only grows, and beside it which commands can be undone and redone. Undoing marks the
 * newest command that is not undone; redoing unmarks the oldest that is; a new command forgets those that are. All of
 * it lies in the file, so it outlives a restart and has no limit.
 */
export class CommitLog {
  readonly #append: Statement;
  readonly #lastSeq: Statement;
  readonly #since: Statement;
  readonly #newestFirst: Statement;
  readonly #one: Statement;
  readonly #newest: Statement;
  readonly #undoTarget: Statement;
  readonly #redoTarget: Statement;
  readonly #forgetUndone: Statement;
  readonly #addEntry: Statement;
  readonly #mark: Statement;

  constructor(database: Connection) {
    this.#append = database.prepare('INSERT INTO log (seq, kind, label, at, command, diff) VALUES (?, ?, ?, ?, ?, ?)');
    this.#lastSeq = database.prepare('SELECT coalesce(max(seq), 0) FROM log').pluck();
    this.#since = database.prepare(LOG_QUERIES.since);
    this.#newestFirst = database.prepare(LOG_QUERIES.newestFirst);
    this.#one = database.prepare(LOG_QUERIES.diffOf).pluck();
    this.#newest = database.prepare('SELECT seq, kind, label, at FROM log ORDER BY seq DESC LIMIT ?');
    this.#undoTarget = database.prepare(LOG_QUERIES.undoTarget);
    this.#redoTarget = database.prepare(LOG_QUERIES.redoTarget);
    this.#forgetUndone = database.prepare('DELETE FROM undo_entry WHERE undone = 1');
    this.#addEntry = database.prepare('INSERT INTO undo_entry (seq, undone) VALUES (?, 0)');
    this.#mark = database.prepare('UPDATE undo_entry SET undone = ? WHERE seq = ?');
  }

  get lastSeq(): number {
    return this.#lastSeq.get() as number;
  }

  /** Appends a command and, when it is `undoable`, makes it the next to undo. Returns its number. */
  appendCommand(label: string, command: Command, diff: RowDiff, undoable = true): number {
    const seq = this.#write('command', label, command, diff);
    if (!undoable) return seq;
    this.#forgetUndone.run();
    this.#addEntry.run(seq);
    return seq;
  }

  /** Appends the reversal (or renewal) of the command `target`. Returns its number. */
  appendReversal(kind: 'undo' | 'redo', target: UndoTarget, diff: RowDiff): number {
    const seq = this.#write(kind, target.label, null, diff);
    this.#mark.run(kind === 'undo' ? 1 : 0, target.seq);
    return seq;
  }

  undoTarget(): UndoTarget | null {
    return (this.#undoTarget.get() as UndoTarget | undefined) ?? null;
  }

  redoTarget(): UndoTarget | null {
    return (this.#redoTarget.get() as UndoTarget | undefined) ?? null;
  }

  /**
   * The commit that took back what redo would do now; null when there is none. Each redo since then answers an undo
   * before it, so it is the newest undo without an answer.
   */
  lastUndo(): number | null {
    let answered = 0;
    for (const { seq, kind } of this.#newestFirst.iterate() as IterableIterator<{ seq: number; kind: CommitKind }>) {
      if (kind === 'redo') answered += 1;
      else if (kind === 'undo' && answered > 0) answered -= 1;
      else if (kind === 'undo') return seq;
    }
    return null;
  }

  /** What a commit changed; evidence that it left as it was is '' before and after. */
  diffOf(seq: number): RowDiff {
    return parseDiff(this.#one.get(seq) as string | Buffer, seq);
  }

  /** The first `limit` commits after `seq`; all when left out. Evidence that a commit left as it was is not in it. */
  since(seq: number, limit = -1): LoggedCommit[] {
    const rows = this.#since.all(seq, limit) as (Omit<LoggedCommit, 'diff'> & { diff: string | Buffer })[];
    return rows.map((row) => ({ ...row, diff: lightDiff(parseDiff(row.diff, row.seq)) }));
  }

  newest(limit: number): HistoryEntry[] {
    return this.#newest.all(limit) as HistoryEntry[];
  }

  #write(kind: CommitKind, label: string, command: Command | null, diff: RowDiff): number {
    const seq = this.lastSeq + 1;
    const text = command && packText(JSON.stringify(command));
    this.#append.run(seq, kind, label, new Date().toISOString(), text, packText(JSON.stringify(lightDiff(diff))));
    return seq;
  }
}

function completeChange(change: RowChange): RowChange {
  const { table, before, after } = change;
  return { ...change, before: completeRow(table, before), after: completeRow(table, after) } as RowChange;
}

/** A logged diff, or an error in words where its text was damaged. */
function parseDiff(held: string | Buffer, seq: number): RowDiff {
  try {
    const diff = JSON.parse(unpackText(held)) as RowDiff;
    const tables: readonly string[] = TABLE_NAMES;
    if (diff.every(({ table, id }) => tables.includes(table) && Number.isSafeInteger(id)))
      return diff.map(completeChange);
  } catch {
    // Told below, as is a text that is JSON and no diff.
  }
  throw new TwopopError({
    code: 'project.damaged',
    message: `What commit ${seq} of this project changed can no longer be read: the file is damaged there. Nothing was changed.`,
    remedy: 'The document itself can still be edited. To undo further back, open the newest backup.',
  });
}
