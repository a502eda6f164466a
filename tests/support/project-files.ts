import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createProject } from '../../src-main/project/create-project.ts';
import type { OpenOptions } from '../../src-main/project/open-project.ts';
import type { Project } from '../../src-main/project/project.ts';
import type { DocumentReader } from '../../src-shared/edit/document.ts';
import { TABLE_NAMES } from '../../src-shared/model/rows.ts';
import type { NewProject } from '../../src-shared/rpc/schemas.ts';

/** Memory where there is a file system in it: tests flush thousands of commits, which a shared disk makes slow. */
const TEMPORARY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** An empty folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(TEMPORARY, 'twopop-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function newProjectFields(parentFolder: string, name = 'Reel 1'): NewProject {
  const frameRate = { numerator: 24000, denominator: 1001, drop: false };
  return { name, parentFolder, frameRate, sampleRate: 48000, startFrame: 86400 };
}

/** A new project in a folder of its own; closed and removed when the test ends. No automatic backups unless asked for. */
export async function temporaryProject(options: OpenOptions = {}, name = 'Reel 1'): Promise<Project> {
  const project = await createProject(newProjectFields(temporaryFolder(), name), { keepBackups: 0, ...options });
  onTestFinished(() => project.close());
  return project;
}

/** Every row of a document, by table. */
export function allRows(reader: DocumentReader): Record<string, unknown> {
  return Object.fromEntries(TABLE_NAMES.map((table) => [table, reader.all(table)]));
}
