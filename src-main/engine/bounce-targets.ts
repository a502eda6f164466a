import { link, lstat, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { syncFolder } from '../files/rename-durably.ts';

/** What a bounce must leave alone, whichever way its targets are spelled. */
export type BounceGuard = {
  /** Absolute paths of every file that the project owns or links, on the timeline or not, there or offline. */
  readonly protectedFiles: readonly string[];
  /** Absolute paths of folders in which, and below which, no bounce is written. */
  readonly protectedFolders: readonly string[];
  /** Whether an earlier file of the same name is replaced; it is refused otherwise. */
  readonly overwrite: boolean;
};

/**
 * Refuses targets that would do harm: `bounce-same-name` where two are one file, `bounce-project-folder` in a folder
 * that the project keeps for itself, `bounce-over-source` on a file of the project, `bounce-exists` on any other file
 * that is there, unless it may be overwritten, and on anything that is not a plain file. Links are followed and files
 * are told apart by their device and inode, not by how they are spelled. A folder that is missing is not refused here.
 */
export async function refuseTargets(targets: readonly string[], guard: BounceGuard): Promise<void> {
  const real = await Promise.all(targets.map(realTarget));
  const doubled = targets.find((_, index) => real.indexOf(real[index]!) !== index);
  if (doubled !== undefined) {
    throw refusal(
      'bounce-same-name',
      `Two files of the bounce would both be ${doubled}.`,
      'Give the outputs different names; rename the tracks that share one.',
    );
  }
  const ownFolders = await identities(guard.protectedFolders);
  for (const folder of new Set(real.map((target) => dirname(target)))) {
    if (await liesIn(folder, ownFolders)) {
      throw refusal(
        'bounce-project-folder',
        `The project keeps its own files in ${folder}, so no bounce is written there.`,
        'Choose another folder for the bounce, such as the project’s “Bounces”.',
      );
    }
  }
  const ownPaths = new Set(await Promise.all(guard.protectedFiles.map(realTarget)));
  let ownFiles: ReadonlySet<string> | undefined;
  const existing: string[] = [];
  for (const [index, target] of targets.entries()) {
    const found = await lstat(target, { bigint: true }).catch(() => null);
    let isOwn = ownPaths.has(real[index]!);
    if (found && !isOwn) {
      ownFiles ??= await identities(guard.protectedFiles);
      const followed = await identityOf(target);
      isOwn = followed !== null && ownFiles.has(followed);
    }
    if (isOwn) {
      throw refusal(
        'bounce-over-source',
        `The bounce would overwrite ${target}, which is a file of the project.`,
        'Choose another name or folder for the bounce.',
      );
    }
    if (found && !(guard.overwrite && found.isFile())) existing.push(target);
  }
  const [first] = existing;
  if (first === undefined) return;
  throw targetsExist(first, existing.length);
}

function targetsExist(first: string, count: number): TwopopError {
  const others = count > 1 ? ` and ${count - 1} more` : '';
  return refusal(
    'bounce-exists',
    `${first}${others} ${count > 1 ? 'are' : 'is'} there already.`,
    'Give the bounce another name or folder, or have what is there replaced.',
  );
}

/** A file of a bounce: its name while it is written, and its final one. */
export type FinishedFile = { readonly part: string; readonly path: string };

/**
 * Gives finished files their final names, all of them or none: when one cannot be given, files that stood there before
 * are brought back and the others removed; the parts that are left are for the caller to remove. Without `overwrite` a
 * name that has been taken meanwhile is `bounce-exists`. Returns once the names are on the disk.
 */
export async function takeFinalNames(files: readonly FinishedFile[], overwrite: boolean): Promise<void> {
  const kept = new Map<string, string>();
  const placed: string[] = [];
  try {
    if (overwrite) {
      for (const { part, path } of files) {
        const aside = asideName(part);
        if (await setAside(path, aside)) kept.set(path, aside);
      }
    }
    for (const file of files) {
      if (overwrite) await rename(file.part, file.path);
      else await takeFreeName(file);
      placed.push(file.path);
    }
    for (const folder of foldersOf(files)) await syncFolder(folder);
  } catch (error) {
    for (const path of placed) if (!kept.has(path)) await rm(path, { force: true });
    for (const [path, aside] of kept) await rename(aside, path);
    throw error;
  }
  for (const aside of kept.values()) await rm(aside, { force: true });
}

/**
 * Tidies up after a bounce whose process died: half-written files go, and a file that was set aside to be replaced
 * comes back where nothing took its place.
 */
export async function removeAbandoned(files: readonly FinishedFile[]): Promise<void> {
  for (const { part, path } of files) {
    await rm(part, { force: true });
    const aside = asideName(part);
    if (await lstat(path).catch(() => null)) await rm(aside, { force: true });
    else await rename(aside, path).catch(() => {}); // none was set aside
  }
}

/** Renames without replacing, in one step where the file system has hard links. */
async function takeFreeName({ part, path }: FinishedFile): Promise<void> {
  try {
    await link(part, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || (await lstat(path).catch(() => null))) throw targetsExist(path, 1);
    return rename(part, path);
  }
  await rm(part);
}

function asideName(part: string): string {
  return `${part}.before`;
}

/** Keeps a second name for a file, so that it can be brought back; false where there is none. */
async function setAside(path: string, aside: string): Promise<boolean> {
  try {
    await link(path, aside);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
  }
  // A file system without hard links: for a moment the file has its second name only.
  await rename(path, aside);
  return true;
}

function foldersOf(files: readonly { readonly path: string }[]): Set<string> {
  return new Set(files.map(({ path }) => dirname(path)));
}

/** A path with the links of its folder followed; its last part may be missing or a link itself. */
async function realTarget(path: string): Promise<string> {
  const absolute = resolve(path);
  const folder = await realpath(dirname(absolute)).catch(() => dirname(absolute));
  return join(folder, basename(absolute));
}

/** Device and inode of what a path leads to; null where it leads nowhere. */
async function identityOf(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found ? `${found.dev}:${found.ino}` : null;
}

async function identities(paths: readonly string[]): Promise<Set<string>> {
  const found = await Promise.all(paths.map(identityOf));
  return new Set(found.filter((identity) => identity !== null));
}

/** Whether a folder is one of those, or below one. */
async function liesIn(folder: string, owners: ReadonlySet<string>): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    const identity = await identityOf(at);
    if (identity !== null && owners.has(identity)) return true;
    if (dirname(at) === at) return false;
  }
}

function refusal(code: string, message: string, remedy: string): TwopopError {
  return new TwopopError({ code, message: `${message} Nothing was written.`, remedy });
}
