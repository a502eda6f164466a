import { mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

const names = /^twopop-(?:sync|assess)-/;
const ownerFile = 'owner.json';

/**
 * A process as it can be told from another that has its number: in another container, on another machine, at another
 * time.
 */
export type ScratchOwner = {
  readonly host: string;
  /** The start of the machine; null where it does not say. */
  readonly boot: string | null;
  /** The namespace that process numbers are of (Linux containers have their own); null where there is none. */
  readonly namespace: string | null;
  readonly processId: number;
  /** When the process began, as the system puts it; null where it does not say. */
  readonly started: string | null;
};

/** What is known of processes here: this one, and whether another runs and since when (null where that is not told). */
export type ScratchSystem = {
  readonly owner: ScratchOwner;
  readonly look: (processId: number) => Promise<{ readonly started: string | null } | 'gone'>;
};

/**
 * Makes a folder for what a sync writes down while it runs, in `parent` or the system's temporary folder; whoever asked
 * for it removes it. A file in it says whose it is. Folders whose process was killed are removed first; of those whose
 * process cannot be looked for from here only what is older than any sync.
 */
export async function makeScratchFolder(
  what: 'sync' | 'assess',
  parent = tmpdir(),
  system?: ScratchSystem,
): Promise<string> {
  const here = system ?? (await thisSystem());
  await removeAbandoned(parent, here);
  const folder = await mkdtemp(join(parent, `twopop-${what}-`));
  await writeFile(join(folder, ownerFile), JSON.stringify(here.owner));
  return folder;
}

/** What cannot be looked at or removed, as that of another user, is left; so is what does not say whose it is. */
async function removeAbandoned(parent: string, here: ScratchSystem): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    if (!names.test(name)) continue;
    const folder = join(parent, name);
    try {
      const path = join(folder, ownerFile);
      const owner = JSON.parse(await readFile(path, 'utf8')) as ScratchOwner;
      const hours = (Date.now() - (await stat(path)).mtimeMs) / 3_600_000;
      if (await isAbandoned(owner, hours, here)) await rm(folder, { recursive: true, force: true });
    } catch {
      // Being made, being removed, or none of ours.
    }
  }
}

/** No sync takes a week. */
const longestHours = 7 * 24;
/** Where processes do not say when they began, nothing is removed that is not a day old. */
const unsureHours = 24;

async function isAbandoned(owner: ScratchOwner, hours: number, { owner: self, look }: ScratchSystem): Promise<boolean> {
  const isHere = owner.host === self.host && owner.boot === self.boot && owner.namespace === self.namespace;
  if (!isHere) return hours > longestHours;
  const process = await look(owner.processId);
  if (process === 'gone') return owner.started !== null || hours > unsureHours;
  return owner.started !== null && process.started !== null && owner.started !== process.started;
}

async function thisSystem(): Promise<ScratchSystem> {
  const known = (reading: Promise<string>) => reading.then((text) => text.trim()).catch(() => null);
  // Where /proc is that of another namespace its numbers are other processes.
  const isOwnProc = (await known(readlink('/proc/self'))) === String(process.pid);
  const startOf = async (processId: number) =>
    isOwnProc ? startIn(await known(readFile(`/proc/${processId}/stat`, 'utf8'))) : null;
  const [boot, namespace, started] = await Promise.all([
    known(readFile('/proc/sys/kernel/random/boot_id', 'utf8')),
    known(readlink('/proc/self/ns/pid')),
    startOf(process.pid),
  ]);
  return {
    owner: { host: hostname(), boot, namespace, processId: process.pid, started },
    look: async (processId) => (isRunning(processId) ? { started: await startOf(processId) } : 'gone'),
  };
}

/**
 * Field 22 of Linux's `stat` of a process: the ticks from the machine's start to its own. Its name may hold anything.
 */
function startIn(stat: string | null): string | null {
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[19] ?? null;
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
