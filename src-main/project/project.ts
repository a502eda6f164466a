import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { applyCommand } from '../../src-shared/edit/apply-command.ts';
import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { DocumentReader } from '../../src-shared/edit/document.ts';
import { findViolationsIn } from '../../src-shared/edit/invariants.ts';
import { parseCommand } from '../../src-shared/edit/parse-command.ts';
import { holdPictureClips } from '../../src-shared/edit/picture-edits.ts';
import { type RowDiff, rebaseDiff, reverseDiff, squashDiffs } from '../../src-shared/edit/row-diff.ts';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { DocumentSnapshot } from '../../src-shared/rpc/media-routes.ts';
import type { ApplyResult, HistoryEntry } from '../../src-shared/rpc/schemas.ts';
import { type Backup, listBackups, makeBackup } from './backups.ts';
import { type CommitKind, CommitLog } from './commit-log.ts';
import { type Connection, explainFailure } from './database.ts';
import { JobTable } from './job-table.ts';
import { offlineAmong, sourceFilePath } from './project-folder.ts';
import { snapshotTables } from './snapshot.ts';
import { SqliteDocument } from './sqlite-document.ts';

/** One commit as every view sees it. */
export type DocumentChange = {
  readonly seq: number;
  readonly kind: CommitKind;
  readonly label: string;
  readonly diff: RowDiff;
  /** Labels of what undo and redo would do now; null when there is nothing. */
  readonly canUndo: string | null;
  readonly canRedo: string | null;
};

export type OpenedFile = {
  readonly database: Connection;
  /** The `.twopop` file that the user opened, also where `database` is a private copy of it. */
  readonly path: string;
  /** Why nothing can be written; null when it can. */
  readonly readOnlyReason: string | null;
  readonly notices: readonly string[];
  /** Newest backups kept; 0 turns automatic backups off. */
  readonly keepBackups: number;
  readonly backupIntervalMs: number;
  /** Called once when the project is closed: gives back the lock, removes a private copy. */
  readonly release: () => void;
};

/**
 * An open project. Owns the one write path: a command runs over the unit of work, its diff goes into the log, and
 * both are one transaction; whoever listens hears of it once it is on the disk. Never touches media.
 *
 * SQLite is called on the thread that owns the project. An edit of one clip in a project of 100,000 takes a few
 * milliseconds there, most of it the disk's own flush, and an acknowledged edit must have waited for that anyway; a
 * thread of its own would add two hops to each edit and a second copy of the rows to each question.
 */
export class Project {
  readonly path: string;
  readonly folder: string;
  readonly readOnlyReason: string | null;
  /** What opening found and did, in sentences for people. */
  readonly notices: readonly string[];
  /** The rows as they are now. */
  readonly reader: DocumentReader;
  /** Long work that goes on after a restart. */
  readonly jobs: JobTable;
  readonly #file: OpenedFile;
  readonly #document: SqliteDocument;
  readonly #log: CommitLog;
  readonly #listeners = new Set<(change: DocumentChange) => void>();
  readonly #timer: NodeJS.Timeout | null;
  #backup: Promise<Backup> | null = null;
  #closed = false;

  constructor(file: OpenedFile) {
    this.#file = file;
    this.path = file.path;
    this.folder = dirname(file.path);
    this.readOnlyReason = file.readOnlyReason;
    this.notices = file.notices;
    this.#document = new SqliteDocument(file.database);
    this.reader = this.#document;
    this.#log = new CommitLog(file.database);
    this.jobs = new JobTable(file.database);
    const automatic = !this.readOnly && file.keepBackups > 0;
    this.#timer = automatic ? setInterval(() => this.#backupIfChanged(), file.backupIntervalMs).unref() : null;
    if (automatic) this.#backupIfChanged();
  }

  /**
   * Tells this project from every other, also from a copy of its folder elsewhere, which has the same id in its file.
   * The same each time it is opened at its place.
   */
  get id(): string {
    const about = this.#file.database.prepare("SELECT value FROM about WHERE key = 'id'").pluck().get();
    return createHash('sha256')
      .update(`${String(about)}\n${this.path}`)
      .digest('hex')
      .slice(0, 32);
  }

  get closed(): boolean {
    return this.#closed;
  }

  get readOnly(): boolean {
    return this.readOnlyReason !== null;
  }

  get name(): string {
    return this.#document.get('project', 1)?.name ?? '';
  }

  /** Number of the last commit; 0 in a new project. */
  get seq(): number {
    return this.#log.lastSeq;
  }

  get canUndo(): string | null {
    return this.#log.undoTarget()?.label ?? null;
  }

  get canRedo(): string | null {
    return this.#log.redoTarget()?.label ?? null;
  }

  /**
   * Does what a command wishes and returns once that is on the disk. A command that turns out to change nothing is not
   * logged. With `undoable: false` (what the product does by itself, such as a proxy that was made) undo and redo are
   * left as they are. Throws a `TwopopError`, with nothing changed, when it cannot be done or saved.
   */
  apply(input: CommandInput, { undoable = true }: { readonly undoable?: boolean } = {}): ApplyResult {
    return this.applyTogether([{ command: input, undoable }])[0] as ApplyResult;
  }

  /**
   * Does several commands as commits of their own, all or none: what the product does by itself and a step of undo that
   * belongs to it, such as takes that were recorded and where they are placed.
   */
  applyTogether(steps: readonly { readonly command: CommandInput; readonly undoable: boolean }[]): ApplyResult[] {
    const parsed = steps.map(({ command, undoable }) => ({ command: parseCommand(command), undoable }));
    return this.#commit('command', () =>
      parsed.map(({ command, undoable }) => {
        const label = applyCommand(this.#document, command);
        const diff = this.#document.takeDiff();
        if (diff.length === 0) return { seq: this.seq, label, diff };
        return { seq: this.#log.appendCommand(label, command, diff, undoable), label, diff };
      }),
    );
  }

  /** Takes back the last command that is not taken back yet; null when there is none. */
  undo(): ApplyResult | null {
    return this.#reverse('undo');
  }

  /** Does the last command that was taken back again; null when there is none. */
  redo(): ApplyResult | null {
    return this.#reverse('redo');
  }

  /** The newest commits, newest first. */
  history(limit: number): HistoryEntry[] {
    return this.#log.newest(limit);
  }

  /** The first `limit` commits after `seq`, oldest first; all when left out. A commit may be large: take a page at a time. */
  changesSince(seq: number, limit?: number): DocumentChange[] {
    const { canUndo, canRedo } = this;
    return this.#log.since(seq, limit).map((commit) => ({ ...commit, canUndo, canRedo }));
  }

  /** Calls `listener` after each commit; returns how to stop that. */
  onChange(listener: (change: DocumentChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All rows at one moment, as columns: what a view starts from. */
  snapshot(): DocumentSnapshot {
    return this.#file.database.transaction(() => ({
      seq: this.seq,
      canUndo: this.canUndo,
      canRedo: this.canRedo,
      tables: snapshotTables(this.#file.database),
    }))();
  }

  /** Absolute path of a source's file. */
  sourcePath(source: Pick<SourceRow, 'path' | 'linked'>): string {
    return sourceFilePath(this.folder, source);
  }

  /** Sources whose file is not where the project says. */
  offlineSources(): SourceRow[] {
    return offlineAmong(this.path, this.#document.all('source'));
  }

  /** Whether a file of the project folder (relative, with `/`) was ever recorded into from this project. */
  wasRecorded(path: string): boolean {
    return this.#file.database.prepare('SELECT 1 FROM recorded_file WHERE path = ?').pluck().get(path) === 1;
  }

  /** Makes a backup now and returns its path. Editing may go on meanwhile. */
  async backup(): Promise<string> {
    this.#mustBeWritable();
    return (await this.#makeBackup()).path;
  }

  /** Waits for a backup under way, then lets go of the file. Closing twice is harmless. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer) clearInterval(this.#timer);
    this.#listeners.clear();
    await this.#backup?.catch(() => undefined);
    this.#file.database.close();
    this.#file.release();
  }

  /**
   * Other commits may have written the same rows since: what the product did by itself is no step of undo. Theirs
   * stands, and what results must keep the promises of the rows, else nothing is done.
   */
  #reverse(kind: 'undo' | 'redo'): ApplyResult | null {
    const [done = null] = this.#commit(kind, () => {
      const target = kind === 'undo' ? this.#log.undoTarget() : this.#log.redoTarget();
      if (!target) return [];
      // Doing again is undoing the undo: what it took away beside the command's own rows comes back as well.
      const reversed = kind === 'undo' ? target.seq : (this.#log.lastUndo() ?? target.seq);
      const logged = this.#log.diffOf(reversed);
      const wanted = reversed === target.seq && kind === 'redo' ? logged : reverseDiff(logged);
      const rebased = rebaseDiff(wanted, (table, id) => this.#document.get(table, id));
      this.#document.writeDiff(rebased);
      const diff = squashDiffs([
        rebased,
        this.#dropResults(rebased),
        this.#dropTakes(rebased),
        this.#untieClips(rebased),
        this.#holdPictures(rebased),
      ]);
      const violations = findViolationsIn(this.#document, diff);
      if (violations.length > 0) throw cannotReverse(kind, target.label, violations);
      return [{ seq: this.#log.appendReversal(kind, target, diff), label: target.label, diff }];
    });
    return done;
  }

  /** Takes away what sync has found since for files that go: it is no step of undo that would have gone before them. */
  #dropResults(diff: RowDiff): RowDiff {
    const gone = new Set<number>();
    for (const { table, id, after } of diff) if (table === 'source' && !after) gone.add(id);
    if (gone.size === 0) return [];
    for (const match of this.#document.all('sync_match')) {
      if (!gone.has(match.cameraSourceId) && !gone.has(match.recorderSourceId ?? 0)) continue;
      if (this.#document.clipsOfMatch(match.id).length === 0) this.#document.remove('sync_match', match.id);
    }
    return this.#document.takeDiff();
  }

  /** The same for takes that were recorded since on a track that goes, or of a source: neither was a step of undo. */
  #dropTakes(diff: RowDiff): RowDiff {
    const gone = new Set<string>();
    for (const { table, id, after } of diff) {
      if ((table === 'track' || table === 'source') && !after) gone.add(`${table}/${id}`);
    }
    if (gone.size === 0) return [];
    for (const take of this.#document.all('take')) {
      // One that is being recorded stays, and with it what would go: undo is refused.
      if (take.state === 'recording') continue;
      if (gone.has(`track/${take.trackId}`) || gone.has(`source/${take.sourceId}`))
        this.#document.remove('take', take.id);
    }
    return this.#document.takeDiff();
  }

  /** Clips that come back though sync has put another result in the place of theirs since are tied to none. */
  #untieClips(diff: RowDiff): RowDiff {
    for (const { table, after } of diff) {
      if (table !== 'clip' || !after || after.syncMatchId === null) continue;
      if (!this.#document.get('sync_match', after.syncMatchId))
        this.#document.update('clip', after.id, { syncMatchId: null });
    }
    return this.#document.takeDiff();
  }

  /** Logs of older versions lengthen picture clips beyond a picture whose proxy has shortened it since. */
  #holdPictures(diff: RowDiff): RowDiff {
    const pictureIds = new Set<number>();
    for (const change of diff) {
      if (change.table === 'picture_clip' && change.after) pictureIds.add(change.after.pictureId);
      if (change.table === 'picture' && change.after) pictureIds.add(change.id);
    }
    for (const pictureId of pictureIds) holdPictureClips(this.#document, pictureId);
    return this.#document.takeDiff();
  }

  #commit(kind: CommitKind, work: () => { seq: number; label: string; diff: RowDiff }[]): ApplyResult[] {
    this.#mustBeWritable();
    const { database } = this.#file;
    let done: ReturnType<typeof work>;
    try {
      database.exec('BEGIN IMMEDIATE');
      // Rows of a diff are written in any order; references are checked when all of them are there.
      database.pragma('defer_foreign_keys = ON');
      done = work();
      database.exec('COMMIT');
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      this.#document.dropNotes();
      throw explainFailure(error, this.path);
    }
    return done.map(({ seq, label, diff }) => {
      if (diff.length > 0) this.#tell({ seq, kind, label, diff, canUndo: this.canUndo, canRedo: this.canRedo });
      const added = diff.filter((change) => change.before === null).map(({ table, id }) => ({ table, id }));
      return { seq, label, added };
    });
  }

  #tell(change: DocumentChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        // The commit stands whatever a view makes of it.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  #backupIfChanged(): void {
    const newest = listBackups(this.path)[0];
    if (this.#backup || newest?.seq === this.seq || (!newest && this.seq === 0)) return;
    this.#makeBackup().catch((error: unknown) => process.emitWarning(error instanceof Error ? error : String(error)));
  }

  #makeBackup(): Promise<Backup> {
    this.#backup ??= makeBackup(this.#file.database, this.path, {
      seq: this.seq,
      keepNewest: Math.max(1, this.#file.keepBackups),
    }).finally(() => {
      this.#backup = null;
    });
    return this.#backup;
  }

  #mustBeWritable(): void {
    if (this.#closed) {
      throw new TwopopError({
        code: 'project.closed',
        message: `"${this.path}" was closed before this edit. Nothing was changed.`,
        remedy: 'Open the project again.',
      });
    }
    if (this.readOnlyReason) {
      throw new TwopopError({
        code: 'project.read-only',
        message: `This project is open read-only: ${this.readOnlyReason} Nothing was changed.`,
        remedy: 'Close it there and open it again here, or work on a copy of its folder.',
      });
    }
  }
}

function cannotReverse(kind: 'undo' | 'redo', label: string, violations: readonly string[]): TwopopError {
  return new TwopopError({
    code: 'project.contradiction',
    message: `"${label}" cannot be ${kind === 'undo' ? 'undone' : 'done again'}: something that it needs was changed since (${violations.join('; ')}). Nothing was changed.`,
    remedy: 'Go on editing from here, or take what you need from a backup in the folder Backups.',
  });
}
