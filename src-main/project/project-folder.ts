import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { staysInFolder } from '../../src-shared/edit/source-edits.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';

/** The folder of a project: `Name.twopop` beside these. */
export const PROJECT_FOLDERS = ['Audio Files', 'Picture', 'Peaks', 'Bounces', 'Backups'] as const;

export const PROJECT_EXTENSION = '.twopop';

/** Absolute path of a file that a row names: inside the project folder, or where the user linked it. */
export function sourceFilePath(folder: string, source: { readonly path: string; readonly linked: boolean }): string {
  if (source.linked) return source.path;
  if (!staysInFolder(source.path)) {
    throw new TwopopError({
      code: 'source.path',
      message: `The path "${source.path}" in this project leads outside its folder, so it was not followed.`,
      remedy: 'Relink the source to the file you want.',
    });
  }
  return join(folder, ...source.path.split('/'));
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
  if (!found.isDirectory()) return absolute;
  const files = readdirSync(absolute).filter((name) => name.endsWith(PROJECT_EXTENSION) && !name.startsWith('.'));
  const [only] = files;
  if (only && files.length === 1) return join(absolute, only);
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

/** Sources whose file is not where the project says. */
export function offlineAmong<S extends { readonly path: string; readonly linked: boolean }>(
  projectFile: string,
  sources: readonly S[],
): S[] {
  const folder = dirname(projectFile);
  return sources.filter((source) => {
    // A path out of the folder is never looked at, so it is as good as missing.
    if (!source.linked && !staysInFolder(source.path)) return true;
    return !existsSync(sourceFilePath(folder, source));
  });
}
