import { readdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { FolderEntry } from '../../src-shared/rpc/schemas.ts';

/** Beyond this a folder is cut, so that a chooser stays quick. */
const MAX_ENTRIES = 5000;

export type FolderListing = { path: string; parent: string | null; entries: FolderEntry[] };

/**
 * Folders first, then files, each by name; hidden ones left out. Entries that cannot be read are left out too. `path`
 * is absolute, or '' for the home folder. Throws `folder-unreadable`.
 */
export async function listFolder(path: string, homeFolder: string): Promise<FolderListing> {
  const folder = path === '' ? homeFolder : path;
  if (!isAbsolute(folder) || folder.includes('\0')) {
    throw new TwopopError({
      code: 'folder-unreadable',
      message: `“${path}” is not a full path of a folder on this machine.`,
      remedy: 'Give the path from the top of the disk, as the file manager shows it.',
    });
  }
  const at = resolve(folder);
  try {
    const names = (await readdir(at)).filter((name) => !name.startsWith('.'));
    const entries: FolderEntry[] = [];
    for (const name of names.slice(0, MAX_ENTRIES)) {
      const entryPath = join(at, name);
      const found = await stat(entryPath).catch(() => null);
      if (found?.isDirectory()) entries.push({ name, path: entryPath, kind: 'folder', sizeBytes: 0 });
      else if (found?.isFile()) entries.push({ name, path: entryPath, kind: 'file', sizeBytes: found.size });
    }
    const order = (entry: FolderEntry) => (entry.kind === 'folder' ? 0 : 1);
    entries.sort((a, b) => order(a) - order(b) || a.name.localeCompare(b.name, undefined, { numeric: true }));
    return { path: at, parent: dirname(at) === at ? null : dirname(at), entries };
  } catch (cause) {
    throw new TwopopError(
      {
        code: 'folder-unreadable',
        message: `The folder “${at}” could not be read (${(cause as NodeJS.ErrnoException).code ?? cause}).`,
        remedy: 'Check that it is there and that you may read it, then open it again.',
      },
      { cause },
    );
  }
}
