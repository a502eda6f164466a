import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = /^twopop-(?:sync|assess)-(\d+)-/;

/**
 * Makes a folder for what a sync writes down while it runs, in `parent` or the system's temporary folder; whoever asked
 * for it removes it. Folders that processes left behind which were killed, as their names tell, are removed first.
 */
export async function makeScratchFolder(what: 'sync' | 'assess', parent = tmpdir()): Promise<string> {
  await removeAbandoned(parent);
  return mkdtemp(join(parent, `twopop-${what}-${process.pid}-`));
}

/** What cannot be looked at or removed, as that of another user, is left. */
async function removeAbandoned(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const id = Number(NAME.exec(name)?.[1] ?? 0);
    if (id > 0 && !isRunning(id)) await rm(join(parent, name), { recursive: true, force: true }).catch(() => {});
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Of another user's process that runs, one is told that it may not be touched.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
