import Database from 'better-sqlite3';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { APPLICATION_ID, MIGRATIONS, type Migration } from './migrations.ts';

/**
 * The SQLite file under a project: how connections are set up, and how SQLite's failures are told to people. Only
 * this folder loads the driver.
 */
export type Connection = Database.Database;
export type Statement = Database.Statement;

/** Opens a project file that exists. `readOnly` connections never write, not even a log. */
export function connect(path: string, options: { readOnly: boolean }): Connection {
  const database = new Database(path, { readonly: options.readOnly, fileMustExist: true, timeout: 2000 });
  database.pragma('foreign_keys = ON');
  return database;
}

/** Sets a connection up for work: write-ahead log, and every commit on the disk before it is acknowledged. */
export function prepareForWriting(database: Connection): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  // About 16 MB: the pages that an edit touches stay in memory in projects of hundreds of thousands of clips.
  database.pragma('cache_size = -16384');
}

/** Makes a new project file of the newest layout. The file must not exist. */
export function createDatabase(path: string): Connection {
  const database = new Database(path, { timeout: 2000 });
  database.pragma(`application_id = ${APPLICATION_ID}`);
  prepareForWriting(database);
  runMigrations(database, MIGRATIONS);
  database.pragma('foreign_keys = ON');
  return database;
}

/** Brings an open file to the newest of `migrations`, all steps in one transaction. */
export function runMigrations(database: Connection, migrations: readonly Migration[]): void {
  database.pragma('foreign_keys = OFF');
  const from = versionOf(database);
  database.transaction(() => {
    for (const migration of migrations) {
      if (migration.version <= from) continue;
      if (migration.version !== versionOf(database) + 1) {
        throw new Error(`migration ${migration.version} does not follow layout ${versionOf(database)}`);
      }
      database.exec(migration.sql);
      database.pragma(`user_version = ${migration.version}`);
    }
    const broken = database.pragma('foreign_key_check') as unknown[];
    if (broken.length > 0) throw new Error(`${broken.length} rows lost what they refer to`);
  })();
}

export function versionOf(database: Connection): number {
  return database.pragma('user_version', { simple: true }) as number;
}

/** What happened to a write or a read, in words; anything that is not SQLite's failure is passed on as it is. */
export function explainFailure(error: unknown, path: string): unknown {
  const report = (code: string, message: string, remedy: string) =>
    new TwopopError({ code, message, remedy }, { cause: error });
  if (['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) {
    return report(
      'project.not-permitted',
      `You have no permission for "${path}". Nothing was changed.`,
      'Ask its owner to let you read it, or copy the project folder to a place of your own.',
    );
  }
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code === 'SQLITE_FULL') {
    return report(
      'project.disk-full',
      'The disk is full: what was under way was not saved. Everything before it is safe.',
      `Make room on the disk that holds "${path}", then repeat the edit.`,
    );
  }
  if (error.code.startsWith('SQLITE_READONLY') || error.code === 'SQLITE_PERM') {
    return report(
      'project.not-writable',
      `"${path}" cannot be written: what was under way was not saved.`,
      'Check the permissions of the project folder and whether the disk is write-protected, then open the project again.',
    );
  }
  if (error.code.startsWith('SQLITE_BUSY') || error.code === 'SQLITE_LOCKED') {
    return report(
      'project.busy',
      `Another program is using "${path}": what was under way was not saved.`,
      'Close programs that look into the project file, such as a database browser or a backup tool, then repeat the edit.',
    );
  }
  if (error.code.startsWith('SQLITE_CONSTRAINT')) {
    return report(
      'project.contradiction',
      `Rows of "${path}" would contradict each other (${error.message}). Nothing was changed.`,
      'Open the project again, which checks it. If this happens again, report it with a copy of the file.',
    );
  }
  // A missing table or column is damage too: every layout that is opened has been checked or migrated.
  if (error.code.startsWith('SQLITE_CORRUPT') || ['SQLITE_NOTADB', 'SQLITE_ERROR'].includes(error.code)) {
    return report(
      'project.damaged',
      `"${path}" is damaged: ${error.message}. Nothing more is written to it.`,
      'Close the project, move the file aside and copy the newest file of its Backups folder to its place.',
    );
  }
  if (error.code.startsWith('SQLITE_IOERR') || error.code === 'SQLITE_CANTOPEN') {
    return report(
      'project.disk-failed',
      `The disk refused to read or write "${path}" (${error.code}): what was under way was not saved. Everything before it is safe.`,
      'Check that the disk is connected and has room, then open the project again.',
    );
  }
  return error;
}
