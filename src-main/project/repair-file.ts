import { applyCommand } from '../../src-shared/edit/apply-command.ts';
import { findViolations } from '../../src-shared/edit/invariants.ts';
import { parseCommand } from '../../src-shared/edit/parse-command.ts';
import { type Backup, listBackups, makeBackup } from './backups.ts';
import { CommitLog } from './commit-log.ts';
import { type Connection, connect } from './database.ts';
import { SqliteDocument } from './sqlite-document.ts';

/** Backups that are looked into at most: each is read whole. */
const MOST_BACKUPS_READ = 10;

/**
 * Repairs a project file whose rows contradict each other where that can be done without a person: as the command
 * `project.repair`, logged and no step of undo, after a backup. Returns what to tell, or null, with the file as it
 * was, when contradictions would be left.
 */
export async function repairFile(database: Connection, file: string, keepBackups: number): Promise<string | null> {
  const document = new SqliteDocument(database);
  const log = new CommitLog(database);
  const command = parseCommand({ kind: 'project.repair' });
  const run = (): string | null => {
    const label = applyCommand(document, command);
    const diff = document.takeDiff();
    if (findViolations(document, 1).length > 0) return null;
    log.appendCommand(label, command, diff, false);
    return label;
  };
  const attempt = (keep: boolean): string | null => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const label = run();
      database.exec(keep && label !== null ? 'COMMIT' : 'ROLLBACK');
      return label;
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      throw error;
    } finally {
      document.dropNotes();
    }
  };
  // Tried before it is done, so that a file beyond repair is not backed up each time it is opened.
  if (attempt(false) === null) return null;
  const backup = await makeBackup(database, file, { seq: log.lastSeq, keepNewest: Math.max(1, keepBackups) });
  const label = attempt(true);
  if (label === null) return null;
  return `Rows of this project contradicted each other: what reached beyond its picture or source was shortened (“${label}” in the history). It was backed up before to "${backup.path}".`;
}

/** The newest backup whose rows keep their promises; null when none of the newest few does. Needs a writable folder. */
export function newestSoundBackup(file: string): Backup | null {
  return listBackups(file).slice(0, MOST_BACKUPS_READ).find(isSound) ?? null;
}

function isSound({ path }: Backup): boolean {
  let database: Connection | null = null;
  try {
    // A connection that may write takes its write-ahead log away again when it is closed; one that may not leaves it.
    database = connect(path, { readOnly: false });
    database.pragma('query_only = ON');
    return findViolations(new SqliteDocument(database), 1).length === 0;
  } catch {
    // Damaged, of an older layout or not readable: not one to send a person to.
    return false;
  } finally {
    database?.close();
  }
}
