import { existsSync } from 'node:fs';
import { link, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { extname, isAbsolute, join } from 'node:path';
import type { PictureRow } from '../../src-shared/model/rows.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { safeStem } from '../media/project-file-names.ts';
import type { Project } from '../project/project.ts';

const ORIGINALS = ['Picture', 'Originals'] as const;

export type KeptOriginal = {
  /** Below the project folder, with `/`: the project may be moved. */
  readonly path: string;
  /** Takes the kept file back to where it arrived; for when the document did not take it. */
  readonly undo: () => Promise<void>;
};

/**
 * Keeps the original of a picture that was dropped on the page in `Picture/Originals`, named by its content: an import
 * that was cut off and goes on finds the same place. The file stays at `path` too where the disk has links (no byte is
 * doubled), so that a crash before the document knows of it loses nothing; elsewhere it is moved.
 */
export async function keepOriginal(
  projectFolder: string,
  path: string,
  picture: Pick<PictureRow, 'name' | 'contentHash'>,
): Promise<KeptOriginal> {
  const folder = join(projectFolder, ...ORIGINALS);
  const name = `${safeStem(path)}-${picture.contentHash.slice(0, 12)}${extname(path).toLowerCase()}`;
  const target = join(folder, name);
  const kept = [...ORIGINALS, name].join('/');
  await mkdir(folder, { recursive: true });
  if (!(await lstat(folder)).isDirectory()) {
    throw new TwopopError({
      code: 'project.linked-folder',
      message: `“${ORIGINALS.join('/')}” of the project is a link to another place, so nothing was written there.`,
      remedy: 'Put a real folder in its place, then drop the file again.',
    });
  }
  // Left by an import that was cut off: of the same content, by its name.
  await rm(target, { force: true });
  try {
    await link(path, target);
    return { path: kept, undo: () => rm(target, { force: true }) };
  } catch {
    await rename(path, target);
    return { path: kept, undo: () => rename(target, path) };
  }
}

/** Where a picture's original lies; a project's own path that leads out of its folder throws `source.path`. */
export function originalFile(project: Project, picture: Pick<PictureRow, 'originalPath'>): string {
  return isAbsolute(picture.originalPath)
    ? picture.originalPath
    : project.sourcePath({ path: picture.originalPath, linked: false });
}

/** Whether a picture's proxy is there. */
export function hasProxy(project: Project, picture: PictureRow): boolean {
  if (!picture.proxyPath) return false;
  try {
    return existsSync(project.sourcePath({ path: picture.proxyPath, linked: false }));
  } catch {
    // A path out of the project folder: never followed, and never written to.
    return true;
  }
}

/** Whether a picture's original is there, to make a proxy of. */
export function hasOriginal(project: Project, picture: PictureRow): boolean {
  try {
    return existsSync(originalFile(project, picture));
  } catch {
    return false;
  }
}

/** Pictures that cannot be shown: their proxy is not there, nor the original to make one of. */
export function offlinePictures(project: Project): PictureRow[] {
  return project.reader
    .all('picture')
    .filter((picture) => !hasProxy(project, picture) && !hasOriginal(project, picture));
}
