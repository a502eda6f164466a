import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What file systems answer that cannot bring a folder to the disk, or do not let this user open it. */
const CANNOT_SYNC_FOLDERS = new Set([
  'EACCES',
  'EBADF',
  'EINVAL',
  'EISDIR',
  'ENOSYS',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EPERM',
]);

/**
 * Renames a file or folder and returns once the new name is on the disk: a power cut after it cannot bring back the
 * old one. The contents must have been brought to the disk before. Takes the place of a file that is there. Throws
 * what the file system throws; where it cannot sync folders, the rename is as durable as that file system makes it.
 */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from));
}

/** Brings the names in a folder to the disk: those of files made, renamed or removed in it. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; there a rename is durable by itself.
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!CANNOT_SYNC_FOLDERS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
