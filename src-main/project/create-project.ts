import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkProjectRate } from '../../src-shared/edit/frame-rate-schema.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { NewProject } from '../../src-shared/rpc/schemas.ts';
import { framesPerDay } from '../../src-shared/time/timecode.ts';
import { renameDurably, syncFolder } from '../files/rename-durably.ts';
import { createDatabase, explainFailure } from './database.ts';
import { type OpenOptions, openProject } from './open-project.ts';
import type { Project } from './project.ts';
import { PROJECT_EXTENSION, PROJECT_FOLDERS } from './project-folder.ts';

/** Characters and names that Windows or macOS refuse; a project must survive being carried to another machine. */
const REFUSED = /[/\\:*?"<>|\p{Cc}]|^\.|[. ]$|^ |^$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu;

/**
 * Makes the folder of a new project with its file and opens it. Throws when the name cannot be a folder's, the rate
 * cannot be labelled, or there is something at the place already; nothing half-made stays behind.
 */
export async function createProject(fields: NewProject, options: OpenOptions = {}): Promise<Project> {
  const { name, frameRate, startFrame } = fields;
  if (REFUSED.test(name) || Buffer.byteLength(name) > 200) {
    throw new TwopopError({
      code: 'project.name',
      message: `"${name}" cannot be the name of a project: its folder could not be carried to every kind of disk.`,
      remedy: 'Leave out / \\ : * ? " < > | and do not begin or end with a dot or a space.',
    });
  }
  checkProjectRate(frameRate);
  if (startFrame >= framesPerDay(frameRate)) {
    throw new TwopopError({
      code: 'project.start',
      message: 'The start timecode is past 24 hours. No project was made.',
      remedy: 'Choose a start timecode below 24:00:00:00.',
    });
  }
  const folder = join(resolve(fields.parentFolder), name);
  const existed = existsSync(folder);
  if (existed && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0)) {
    throw new TwopopError({
      code: 'project.exists',
      message: `There is something at "${folder}" already. Nothing was changed there.`,
      remedy: 'Choose another name or another place, or open the project that is there.',
    });
  }
  // Made under another name, so that a project is there whole or not at all.
  const unfinished = join(resolve(fields.parentFolder), `.${name}.unfinished`);
  try {
    rmSync(unfinished, { recursive: true, force: true });
    for (const part of PROJECT_FOLDERS) mkdirSync(join(unfinished, part), { recursive: true });
    writeFirstRows(join(unfinished, `${name}${PROJECT_EXTENSION}`), fields);
    if (existed) rmdirSync(folder);
    await syncFolder(unfinished);
    await renameDurably(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw cannotCreate(error, folder);
  }
  return openProject(join(folder, `${name}${PROJECT_EXTENSION}`), options);
}

function writeFirstRows(file: string, { name, frameRate, sampleRate, startFrame }: NewProject): void {
  const database = createDatabase(file);
  try {
    database.transaction(() => {
      database
        .prepare('INSERT INTO project VALUES (1, ?, ?, ?, ?, ?, ?)')
        .run(name, frameRate.numerator, frameRate.denominator, Number(frameRate.drop), sampleRate, startFrame);
      const about = database.prepare('INSERT INTO about VALUES (?, ?)');
      about.run('id', randomUUID());
      about.run('createdAt', new Date().toISOString());
    })();
  } finally {
    database.close();
  }
}

function cannotCreate(error: unknown, folder: string): unknown {
  const explained = explainFailure(error, folder);
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reasons: Record<string, string> = {
    EACCES: 'you may not write there',
    EPERM: 'you may not write there',
    EROFS: 'the disk is write-protected',
    ENOSPC: 'the disk is full',
    ENOENT: 'the folder does not exist',
    ENOTDIR: 'a part of the path is a file',
    ENAMETOOLONG: 'the path is too long',
  };
  const full = explained instanceof TwopopError && explained.code === 'project.disk-full';
  const reason = full ? 'the disk is full' : reasons[code];
  if (!reason) return explained;
  return new TwopopError(
    {
      code: full || code === 'ENOSPC' ? 'project.disk-full' : 'project.not-writable',
      message: `No project could be made at "${folder}": ${reason}. Nothing was left behind.`,
      remedy: 'Choose another place, or make room or give yourself permission there.',
    },
    { cause: error },
  );
}
