import { randomBytes } from 'node:crypto';
import { appendFile, lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { InterruptedImport } from './import-types.ts';
import { fileSystemError } from './media-error.ts';

/**
 * An import keeps a journal beside the files it writes, a JSON value a line: what was asked, each final name before a
 * file gets it, each original that is through. It is removed at the end. One that is still there when a project is
 * opened tells what was interrupted. A project may come from anywhere, and its journal with it: what was asked is signed,
 * and only a journal of this user's own import is gone on with.
 */

/** Knows what this user on this machine wrote. */
export type JournalKey = {
  sign(text: string): string;
  isOurs(text: string, signature: unknown): boolean;
};

const journalName = /^\.import-[0-9a-f]{16}\.jsonl$/;
/** Names that imports write: never a way out of their folder. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are in no name that imports write.
const writtenName = /^[^/\\\u0000-\u001f]{1,250}\.wav$/;
const partName = /\.wav\.part$/;
const largestJournal = 256 << 20;

export class ImportJournal {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async begin(
    folder: string,
    paths: readonly string[],
    mode: 'copy' | 'link',
    key: JournalKey,
  ): Promise<ImportJournal> {
    await mkdir(folder, { recursive: true }).catch((error) => {
      throw fileSystemError(folder, error);
    });
    const journal = new ImportJournal(join(folder, `.import-${randomBytes(8).toString('hex')}.jsonl`));
    await journal.add({ paths, mode, signature: key.sign(signedText(paths, mode)) });
    return journal;
  }

  /** Goes on with the journal of an interrupted import. */
  static resume(state: InterruptedImport): ImportJournal {
    return new ImportJournal(state.journalPath);
  }

  /** To be called before a file appears under its final name. */
  writing(name: string): Promise<void> {
    return this.add({ writing: name });
  }

  /** `name` is the file that came of it, now in the document; null where none did. */
  done(originalPath: string, name: string | null): Promise<void> {
    return this.add({ done: originalPath, name });
  }

  async end(): Promise<void> {
    await rm(this.path, { force: true });
  }

  private async add(line: object): Promise<void> {
    await appendFile(this.path, `${JSON.stringify(line)}\n`).catch((error) => {
      throw fileSystemError(this.path, error);
    });
  }
}

export type FoundImports = {
  readonly interrupted: readonly InterruptedImport[];
  /** How many were begun by somebody else; their journals are gone. */
  readonly foreignCount: number;
};

/**
 * Finds the imports that a crash or a power cut interrupted and sweeps what they left in `Audio Files/`: half-written
 * `*.wav.part` files, and whole files that never came into the document (`usedNames` are the names there that did). To
 * be called when a project is opened for writing, before any import runs. Give each result to `importFiles` as
 * `resumeState`, or to {@link forgetImport}. Of an import that somebody else began, nothing but its journal is removed.
 * Never looks through a link: an `Audio Files` that leads elsewhere is left alone.
 */
export async function interruptedImports(
  projectFolder: string,
  usedNames: ReadonlySet<string>,
  key: JournalKey,
): Promise<FoundImports> {
  const folder = join(projectFolder, 'Audio Files');
  const interrupted: InterruptedImport[] = [];
  let foreignCount = 0;
  const isOwn = (await lstat(folder).catch(() => null))?.isDirectory() === true;
  for (const entry of isOwn ? await readdir(folder, { withFileTypes: true }) : []) {
    if (!entry.isFile()) continue;
    const path = join(folder, entry.name);
    if (partName.test(entry.name)) await rm(path, { force: true });
    if (!journalName.test(entry.name)) continue;
    const journal = await readJournal(path, key);
    if (journal === null) foreignCount++;
    for (const written of journal?.writing ?? []) {
      if (usedNames.has(written) || journal?.kept.includes(written)) continue;
      const left = await lstat(join(folder, written)).catch(() => null);
      if (left?.isFile()) await rm(join(folder, written), { force: true });
    }
    if (journal && journal.paths.length > 0)
      interrupted.push({ journalPath: path, paths: journal.paths, mode: journal.mode, donePaths: journal.donePaths });
    else await rm(path, { force: true });
  }
  return { interrupted, foreignCount };
}

/** Drops an interrupted import that nobody wants to go on with. */
export async function forgetImport(state: InterruptedImport): Promise<void> {
  await rm(state.journalPath, { force: true });
}

type Journal = Omit<InterruptedImport, 'journalPath'> & {
  readonly writing: readonly string[];
  readonly kept: readonly string[];
};

const headSchema = z.object({
  paths: z.array(z.string()),
  mode: z.enum(['copy', 'link']),
  signature: z.string(),
});
const lineSchema = z.union([
  z.object({ done: z.string(), name: z.string().nullable() }),
  z.object({ writing: z.string() }),
]);

/** Null for one that this user did not begin. Lines that are cut off or not understood are passed over. */
async function readJournal(path: string, key: JournalKey): Promise<Journal | null> {
  const { size } = await lstat(path);
  if (size > largestJournal) return null;
  const [first, ...lines] = (await readFile(path, 'utf8')).split('\n').map(parsed);
  const head = headSchema.safeParse(first).data;
  // One that was cut off before its first line was whole had not begun.
  if (!head) return first === undefined ? { paths: [], mode: 'copy', donePaths: [], writing: [], kept: [] } : null;
  const { paths, mode, signature } = head;
  if (!key.isOurs(signedText(paths, mode), signature)) return null;
  const donePaths: string[] = [];
  const writing: string[] = [];
  const kept: string[] = [];
  for (const text of lines) {
    const line = lineSchema.safeParse(text).data;
    if (!line) continue;
    if ('writing' in line) {
      if (writtenName.test(line.writing)) writing.push(line.writing);
      continue;
    }
    donePaths.push(line.done);
    if (line.name !== null) kept.push(line.name);
  }
  return { paths, mode, donePaths, writing, kept };
}

/** Undefined for what is no JSON: the last line may have been cut off by what interrupted the import. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function signedText(paths: readonly string[], mode: 'copy' | 'link'): string {
  return JSON.stringify(['import', paths, mode]);
}
