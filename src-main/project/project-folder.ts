import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { staysInFolder } from '../../src-shared/edit/source-edits.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';

/** The folder of a project: `Name.twopop` beside these. */
export const PROJECT_FOLDERS = ['Audio Files', 'Picture', 'Peaks', 'Bounces', 'Backups'] as const;

/** Where files that were dropped on the page lie until they are imported; made when the first arrives. */
export const INCOMING_FOLDER = 'Incoming';

export const PROJECT_EXTENSION = '.twopop';

/**
 * Absolute path of a file that a row names: inside the project folder, also by its real path, or where the user linked
 * it. The file need not be there. Throws `source.path` for any other.
 */
export function sourceFilePath(folder: string, source: { readonly path: string; readonly linked: boolean }): string {
  if (source.linked) {
    // What another system calls absolute is no place on this one.
    if (isAbsolute(source.path)) return source.path;
    throw new TwopopError({
      code: 'source.path',
      message: `The path "${source.path}" of a linked file begins at no disk of this machine, so it was not followed.`,
      remedy: 'Relink the source to the file you want.',
    });
  }
  const path = staysInFolder(source.path) ? join(folder, ...source.path.split('/')) : null;
  if (path !== null && liesInFolder(folder, path)) return path;
  throw new TwopopError({
    code: 'source.path',
    message: `The path "${source.path}" in this project leads outside its folder, so it was not followed.`,
    remedy: 'Relink the source to the file you want.',
  });
}

/** Whether a path stays inside a folder when every link on its way is followed, as far as it is there. */
export function liesInFolder(folder: string, path: string): boolean {
  const within = relative(realPathOf(folder), realPathOf(path));
  return !isAbsolute(within) && within !== '..' && !within.startsWith(`..${sep}`);
}

/** The path without links; of what is not there, its nearest folder's with the rest as it is. */
export function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    // A link that leads nowhere may lead somewhere tomorrow: its target counts.
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return sep;
    return parent === path ? path : join(realPathOf(parent), basename(path));
  }
}

/** Sources whose path leads out of the folder of their project. */
export function leadingOutside<S extends { readonly path: string; readonly linked: boolean }>(
  projectFile: string,
  sources: readonly S[],
): S[] {
  const folder = dirname(projectFile);
  return sources.filter((source) => !source.linked && pathOrNull(folder, source) === null);
}

function pathOrNull(folder: string, source: { readonly path: string; readonly linked: boolean }): string | null {
  try {
    return sourceFilePath(folder, source);
  } catch {
    return null;
  }
}

/** The `.twopop` file that a path means: itself, or the one in a folder. Throws when there is none, or several. */
export function findProjectFile(path: string): string {
  const absolute = resolve(path);
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (!found) {
    throw new TwopopError({
      code: 'project.missing',
      message: `There is no project at "${absolute}".`,
      remedy:
        'Check whether its disk is connected and whether the folder was moved or renamed, then open it from there.',
    });
  }
  // The lock, the folders and the backups lie beside the file itself, not beside a link to it.
  if (!found.isDirectory()) return lstatSync(absolute).isSymbolicLink() ? realPathOf(absolute) : absolute;
  const files = readdirSync(absolute).filter((name) => name.endsWith(PROJECT_EXTENSION) && !name.startsWith('.'));
  const [only] = files;
  if (only && files.length === 1) return findProjectFile(join(absolute, only));
  throw new TwopopError(
    only
      ? {
          code: 'project.several',
          message: `"${absolute}" holds ${files.length} projects: ${files.join(', ')}.`,
          remedy: 'Open one of the files itself.',
        }
      : {
          code: 'project.not-a-project',
          message: `"${absolute}" is no project folder: it holds no ${PROJECT_EXTENSION} file.`,
          remedy: `Choose the folder that the ${PROJECT_EXTENSION} file lies in, or make a new project.`,
        },
  );
}

/** `Name` of `.../Name.twopop`. */
export function projectFileTitle(projectFile: string): string {
  return basename(projectFile, PROJECT_EXTENSION);
}

/** Sources whose file is not where the project says, or has another size: then it is another file. */
export function offlineAmong<S extends { readonly path: string; readonly linked: boolean; readonly sizeBytes: number }>(
  projectFile: string,
  sources: readonly S[],
): S[] {
  const folder = dirname(projectFile);
  return sources.filter((source) => {
    // A path out of the folder is never looked at, so it is as good as missing.
    const path = pathOrNull(folder, source);
    const found = path === null ? undefined : statSync(path, { throwIfNoEntry: false });
    return !found?.isFile() || found.size !== source.sizeBytes;
  });
}

/** A folder or database file of the project's own that is a link to some other place; null when none is. */
export function linkedPartOf(projectFile: string): string | null {
  const folders = [...PROJECT_FOLDERS, INCOMING_FOLDER];
  const files = ['-lock', '-wal', '-shm', '-journal'].map((end) => basename(projectFile) + end);
  const isLink = (name: string) =>
    lstatSync(join(dirname(projectFile), name), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return [...folders, ...files].find(isLink) ?? null;
}
