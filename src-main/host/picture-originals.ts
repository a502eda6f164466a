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
