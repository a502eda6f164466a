import { rmSync } from 'node:fs';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { renameDurably } from '../files/rename-durably.ts';
import { type Connection, connect, explainFailure, runMigrations } from './database.ts';
import { damageOf } from './integrity.ts';
import type { Migration } from './migrations.ts';

/**
 * Brings a project file of an older layout to the newest. The steps run on a copy, in one transaction; only a copy
 * that passes its checks takes the place of the file. Closes `database`, whose file must have been backed up. Whatever
 * fails, the file is left as it was.
 */
export async function migrateFile(
  database: Connection,
  projectFile: string,
  migrations: readonly Migration[],
): Promise<void> {
  const copy = `${projectFile}-migrating`;
  const removeCopy = () => {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(copy + end, { force: true });
  };
  try {
    removeCopy();
    await database.backup(copy);
    const migrated = connect(copy, { readOnly: false });
    try {
      migrated.pragma('journal_mode = DELETE');
      migrated.pragma('synchronous = FULL');
      runMigrations(migrated, migrations);
      const damage = damageOf(migrated);
      if (damage) throw new Error(damage);
    } finally {
      migrated.close();
    }
    // A write-ahead log left beside the file would be taken for that of the new one. This also waits for nobody:
    // it fails when another process still reads the file.
    database.pragma('journal_mode = DELETE');
    database.close();
    await renameDurably(copy, projectFile);
  } catch (error) {
    removeCopy();
    const explained = explainFailure(error, projectFile);
    throw new TwopopError(
      {
        code: 'project.migration',
        message: `"${projectFile}" is from an older version and could not be brought up to date: ${(explained as Error).message} The file was left as it was.`,
        remedy:
          explained instanceof TwopopError
            ? explained.remedy
            : 'Open it with the version that made it, and report this with a copy of the file.',
      },
      { cause: error },
    );
  }
}
