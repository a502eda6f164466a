import { hostname, userInfo } from 'node:os';
import Database from 'better-sqlite3';

/** Who holds a project. */
export type Holder = { readonly host: string; readonly pid: number; readonly user: string; readonly since: string };

export type LockAttempt =
  | { readonly state: 'held'; readonly lock: ProjectLock }
  /** `holder` is null when whoever has it has not yet said who they are. */
  | { readonly state: 'taken'; readonly holder: Holder | null }
  /** The folder cannot be written. */
  | { readonly state: 'unwritable' };

/**
 * Holding a project, so that a second process does not write to it. The hold is a write lock that this process keeps
 * on a small SQLite file beside the project: the operating system drops it with the process, however that ends, so a
 * stale holder cannot stand in the way. Who holds it is a row that others can read meanwhile.
 */
export class ProjectLock {
  readonly #database: Database.Database;

  private constructor(database: Database.Database) {
    this.#database = database;
  }

  static attempt(projectFile: string): LockAttempt {
    let database: Database.Database;
    try {
      database = new Database(`${projectFile}-lock`, { timeout: 0 });
    } catch {
      return { state: 'unwritable' };
    }
    try {
      database.exec('BEGIN IMMEDIATE');
      database.exec('CREATE TABLE IF NOT EXISTS holder (host TEXT, pid INTEGER, user TEXT, since TEXT) STRICT');
      database.exec('DELETE FROM holder');
      database
        .prepare('INSERT INTO holder VALUES (?, ?, ?, ?)')
        .run(hostname(), process.pid, userName(), new Date().toISOString());
      database.exec('COMMIT');
      // Kept open from here on. Losing the race for it right here means that another holds the project: rightly so.
      database.exec('BEGIN IMMEDIATE');
      return { state: 'held', lock: new ProjectLock(database) };
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      const taken = error.code.startsWith('SQLITE_BUSY') || error.code === 'SQLITE_LOCKED';
      const holder = taken ? readHolder(database) : null;
      database.close();
      return taken ? { state: 'taken', holder } : { state: 'unwritable' };
    }
  }

  release(): void {
    if (!this.#database.open) return;
    this.#database.exec('ROLLBACK');
    this.#database.close();
  }
}

function readHolder(database: Database.Database): Holder | null {
  try {
    return (database.prepare('SELECT host, pid, user, since FROM holder').get() as Holder | undefined) ?? null;
  } catch {
    // The other process is just writing its name; the project is taken all the same.
    return null;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // Some containers run under a user id without a name.
    return `user ${process.getuid?.() ?? ''}`.trim();
  }
}
