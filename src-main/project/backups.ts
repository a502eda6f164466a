import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renameDurably } from '../files/rename-durably.ts';
import { type Connection, explainFailure } from './database.ts';
import { PROJECT_EXTENSION, projectFileTitle } from './project-folder.ts';

/**
 * Copies of the project file in `Backups/`, named `Name 2026-03-01 14.05.09 (412).twopop` by time and last commit.
 * They are made by SQLite's online backup, in slices, so editing goes on meanwhile.
 */
export type Backup = { readonly path: string; readonly at: Date; readonly seq: number };

const PARTIAL = '.partial';
const NAME = / (\d{4}-\d\d-\d\d) (\d\d)\.(\d\d)\.(\d\d) \((\d+)\)\.twopop$/;

/** Newest days' last backups that are kept beyond the newest few. */
const KEPT_DAYS = 30;

function backupFolder(projectFile: string): string {
  return join(dirname(projectFile), 'Backups');
}

/** Backups of a project, newest first. Those of another project in the same folder are not among them. */
export function listBackups(projectFile: string): Backup[] {
  const folder = backupFolder(projectFile);
  if (!existsSync(folder)) return [];
  const title = projectFileTitle(projectFile).normalize();
  const backups: Backup[] = [];
  for (const name of readdirSync(folder)) {
    const match = NAME.exec(name);
    // The rest of the name, whole (another project may be called `Name 2`), however the disk spells its accents.
    if (!match || name.slice(0, match.index).normalize() !== title) continue;
    const [, day, hours, minutes, seconds, seq] = match;
    backups.push({
      path: join(folder, name),
      at: new Date(`${day}T${hours}:${minutes}:${seconds}Z`),
      seq: Number(seq),
    });
  }
  return backups.sort((a, b) => b.at.getTime() - a.at.getTime() || b.seq - a.seq);
}

/** Makes a backup and thins the old ones. A failure leaves no half file and throws what can be said to a person. */
export async function makeBackup(
  database: Connection,
  projectFile: string,
  options: { seq: number; keepNewest: number },
): Promise<Backup> {
  const folder = backupFolder(projectFile);
  const at = new Date();
  const stamp = at.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
  const path = join(folder, `${projectFileTitle(projectFile)} ${stamp} (${options.seq})${PROJECT_EXTENSION}`);
  const partial = path + PARTIAL;
  try {
    mkdirSync(folder, { recursive: true });
    await database.backup(partial);
    await renameDurably(partial, path);
  } catch (error) {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(partial + end, { force: true });
    throw explainFailure(error, path);
  }
  for (const old of surplusBackups(listBackups(projectFile), options.keepNewest)) rmSync(old.path, { force: true });
  return { path, at, seq: options.seq };
}

/** Removes what a process that was killed while backing up left behind. Only for whoever holds the project. */
export function removePartialBackups(projectFile: string): void {
  const folder = backupFolder(projectFile);
  if (!existsSync(folder)) return;
  const title = projectFileTitle(projectFile);
  for (const name of readdirSync(folder)) {
    if (name.startsWith(`${title} `) && name.includes(`${PROJECT_EXTENSION}${PARTIAL}`))
      rmSync(join(folder, name), { force: true });
  }
}

/** Which of `backups` (newest first) may go: all but the newest few and the last one of each of the newest days. */
export function surplusBackups(backups: readonly Backup[], keepNewest: number): Backup[] {
  const days = new Set<string>();
  return backups.filter((backup, place) => {
    const day = backup.at.toISOString().slice(0, 10);
    const lastOfDay = !days.has(day) && days.size < KEPT_DAYS;
    if (lastOfDay) days.add(day);
    return place >= keepNewest && !lastOfDay;
  });
}
