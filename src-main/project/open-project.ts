import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findViolations } from '../../src-shared/edit/invariants.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { listBackups, makeBackup, removePartialBackups } from './backups.ts';
import { type Connection, connect, explainFailure, prepareForWriting, runMigrations, versionOf } from './database.ts';
import { damageOf } from './integrity.ts';
import { migrateFile } from './migrate-file.ts';
import { APPLICATION_ID, MIGRATIONS, type Migration } from './migrations.ts';
import { type OpenedFile, Project } from './project.ts';
import { findProjectFile, leadingOutside, linkedPartOf, offlineAmong } from './project-folder.ts';
import { type Holder, ProjectLock } from './project-lock.ts';
import { newestSoundBackup, repairFile } from './repair-file.ts';
import { SqliteDocument } from './sqlite-document.ts';

export type OpenOptions = {
  /** Newest backups kept, besides one a day for a month; 0 turns automatic backups off. 10 when left out. */
  readonly keepBackups?: number;
  /** How often a changed project is backed up. Ten minutes when left out. */
  readonly backupIntervalMs?: number;
  /** The layouts that are known, oldest first; the product's own when left out. */
  readonly migrations?: readonly Migration[];
  /** Only looks at it: takes no lock, writes nothing. */
  readonly readOnly?: boolean;
};

/**
 * Opens a project: its `.twopop` file, or the folder that holds it. Read-only where another process holds it, the
 * folder cannot be written or a newer version made the file; `readOnlyReason` then says so. Older layouts are backed
 * up and brought up to date. Throws, with nothing written, when the file is no project or is damaged.
 */
export async function openProject(path: string, options: OpenOptions = {}): Promise<Project> {
  const file = findProjectFile(path);
  mustBeProject(file);
  if (options.readOnly) return openReadOnly(file, options, 'it was opened to be looked at.');
  const linked = linkedPartOf(file);
  if (linked !== null) {
    return openReadOnly(
      file,
      options,
      `its “${linked}” is a link to another place, and a project writes and deletes in its own folder only. Put what it leads to in its place to edit the project.`,
    );
  }
  const attempt = ProjectLock.attempt(file);
  if (attempt.state === 'taken') return openReadOnly(file, options, takenReason(attempt.holder));
  if (attempt.state === 'unwritable') {
    return openReadOnly(
      file,
      options,
      'its folder cannot be written (no permission, a write-protected disk, or a full one).',
    );
  }
  const { lock } = attempt;
  let database: Connection | null = null;
  try {
    database = connect(file, { readOnly: false });
    const version = versionOf(database);
    const { migrations = MIGRATIONS } = options;
    if (version > migrations.length) {
      database.close();
      lock.release();
      return await openReadOnly(file, options, newerReason(version, migrations.length));
    }
    mustBeSound(database, file);
    removePartialBackups(file);
    const notices: string[] = [];
    if (version < migrations.length) {
      const backup = await makeBackup(database, file, {
        seq: lastSeq(database),
        keepNewest: options.keepBackups ?? 10,
      });
      await migrateFile(database, file, migrations);
      notices.push(
        `The project was made by an older version and is now of layout ${migrations.length}. It was backed up before to "${backup.path}".`,
      );
      database = connect(file, { readOnly: false });
    }
    prepareForWriting(database);
    if (findViolations(new SqliteDocument(database), 1).length > 0) {
      const notice = await repairFile(database, file, options.keepBackups ?? 10);
      if (notice) notices.push(notice);
    }
    return finish(database, file, options, { notices, readOnlyReason: null, release: () => lock.release() });
  } catch (error) {
    database?.close();
    lock.release();
    throw explainFailure(error, file);
  }
}

function finish(
  database: Connection,
  path: string,
  options: OpenOptions,
  how: Pick<OpenedFile, 'notices' | 'readOnlyReason' | 'release'>,
): Project {
  const document = new SqliteDocument(database);
  const violations = findViolations(document, 3);
  const notices = [...how.notices];
  let { readOnlyReason } = how;
  if (violations.length > 0 && readOnlyReason === null) {
    const backup = newestSoundBackup(path);
    const wayOut = backup
      ? `The newest backup that is sound is "${backup.path}": move the file aside and copy that to its place.`
      : 'None of its newest backups is sound; look for an older copy of the project folder.';
    readOnlyReason = `its rows contradict each other (${violations.join('; ')}), and editing them could lose work. ${wayOut}`;
  }
  if (readOnlyReason && !options.readOnly) notices.unshift(`Open read-only: ${readOnlyReason}`);
  const outside = leadingOutside(path, document.all('source'));
  if (outside.length > 0) {
    notices.push(
      `${shortList(outside)}: the path leads outside the project folder, so it was not followed. Relink what you want from there.`,
    );
  }
  const offline = offlineAmong(path, document.all('source'));
  if (offline.length > 0) {
    notices.push(
      `${offline.length === 1 ? '1 source is' : `${offline.length} sources are`} offline: ${shortList(offline)}. Their clips stay and are silent until they are relinked.`,
    );
  }
  return new Project({
    database,
    path,
    readOnlyReason,
    notices,
    keepBackups: options.keepBackups ?? 10,
    backupIntervalMs: options.backupIntervalMs ?? 600_000,
    release: how.release,
  });
}

/** The first five names and how many more there are. */
function shortList(sources: readonly { readonly name: string }[]): string {
  const names = sources.slice(0, 5).map((source) => source.name);
  const more = sources.length > names.length ? ` and ${sources.length - names.length} more` : '';
  return `${names.join(', ')}${more}`;
}

/** Read-only in place where that can be done, else from a private copy, which an older layout needs in any case. */
async function openReadOnly(file: string, options: OpenOptions, readOnlyReason: string): Promise<Project> {
  const how = { notices: [], readOnlyReason };
  const { migrations = MIGRATIONS } = options;
  let database: Connection | null = null;
  let version = 0;
  try {
    database = connect(file, { readOnly: true });
    version = versionOf(database);
    if (version >= migrations.length) {
      mustBeSound(database, file);
      return finish(database, file, options, { ...how, release: () => undefined });
    }
  } catch (error) {
    if (error instanceof TwopopError) {
      database?.close();
      throw error;
    }
    // A write-ahead log needs a writable folder even to be read; the copy below has one.
  }
  database?.close();
  if (version > migrations.length) {
    throw new TwopopError({
      code: 'project.newer',
      message: `"${file}" cannot be shown: ${readOnlyReason}`,
      remedy: 'Update Twopop, then open it. The file was left as it is.',
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'twopop-read-only-'));
  const release = () => rmSync(folder, { recursive: true, force: true });
  let copy: Connection | null = null;
  try {
    const copyPath = join(folder, basename(file));
    for (const end of ['', '-wal']) if (existsSync(file + end)) copyFileSync(file + end, copyPath + end);
    // A copy takes its permissions along.
    for (const end of ['', '-wal']) if (existsSync(copyPath + end)) chmodSync(copyPath + end, 0o600);
    copy = connect(copyPath, { readOnly: false });
    mustBeSound(copy, file);
    if (versionOf(copy) < migrations.length) runMigrations(copy, migrations);
    return finish(copy, file, options, { ...how, release });
  } catch (error) {
    copy?.close();
    release();
    throw explainFailure(error, file);
  }
}

/**
 * Throws unless the file is a project of ours. Asks SQLite and does not read the file itself: on POSIX systems, closing
 * any handle of a file drops every lock that this process has on it.
 */
function mustBeProject(file: string): void {
  if (statSync(file).size === 0) {
    throw new TwopopError({
      code: 'project.empty',
      message: `"${file}" is empty: it was cut off while being copied, or never written.`,
      remedy: restoreRemedy(file),
    });
  }
  let database: Connection | null = null;
  try {
    database = connect(file, { readOnly: true });
    if (database.pragma('application_id', { simple: true }) === APPLICATION_ID) return;
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (code.startsWith('SQLITE_CORRUPT')) throw damaged(file, (error as Error).message, error);
    // Anything but "not a database" is a matter of access, which the read-only way below sorts out.
    if (code !== 'SQLITE_NOTADB') return;
  } finally {
    database?.close();
  }
  throw new TwopopError({
    code: 'project.not-a-project',
    message: `"${file}" is not a Twopop project. It was left as it is.`,
    remedy: `Choose a .twopop file that Twopop made. ${listBackups(file).length > 0 ? restoreRemedy(file) : ''}`.trim(),
  });
}

function mustBeSound(database: Connection, file: string): void {
  let damage: string | null;
  try {
    damage = damageOf(database);
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
      throw damaged(file, (error as Error).message, error);
    throw error;
  }
  if (damage) throw damaged(file, damage);
}

function damaged(file: string, finding: string, cause?: unknown): TwopopError {
  return new TwopopError(
    {
      code: 'project.damaged',
      message: `"${file}" is damaged (${finding}). Nothing was written to it.`,
      remedy: restoreRemedy(file),
    },
    { cause },
  );
}

function restoreRemedy(file: string): string {
  const [newest] = listBackups(file);
  if (!newest) return 'There is no backup in its Backups folder; look for an older copy of the project folder.';
  return `Move the file aside and copy the newest backup, "${newest.path}" (${newest.at.toISOString()}), to its place.`;
}

function lastSeq(database: Connection): number {
  return database.prepare('SELECT coalesce(max(seq), 0) FROM log').pluck().get() as number;
}

function takenReason(holder: Holder | null): string {
  if (!holder) return 'another process holds it.';
  const since = `${holder.since.slice(0, 16).replace('T', ' ')} UTC`;
  return `${holder.user} has it open on ${holder.host} (process ${holder.pid}) since ${since}.`;
}

function newerReason(version: number, known: number): string {
  return `it was made by a newer version of Twopop (layout ${version}; this one knows ${known}). Update Twopop to edit it.`;
}
