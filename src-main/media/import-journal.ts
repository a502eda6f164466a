import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InterruptedImport } from './import-types.ts';
import { fileSystemError } from './media-error.ts';

/**
 * An import keeps a journal beside the files it writes, a JSON value a line: what was asked, each final name before a
 * file gets it, each original that is through. It is removed at the end. One that is still there when a project is
 * opened tells what was interrupted.
 */

const journalName = /^\.import-[0-9a-f]{16}\.jsonl$/;
const largestJournal = 256 << 20;

export class ImportJournal {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async begin(folder: string, paths: readonly string[], mode: 'copy' | 'link'): Promise<ImportJournal> {
    await mkdir(folder, { recursive: true }).catch((error) => {
      throw fileSystemError(folder, error);
    });
    const journal = new ImportJournal(join(folder, `.import-${randomBytes(8).toString('hex')}.jsonl`));
    await journal.add({ paths, mode });
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

/**
 * Finds the imports that a crash or a power cut interrupted and sweeps what they left in `Audio Files/`: half-written
 * `*.part` files, and whole files that never came into the document (`usedNames` are the names there that did). To be
 * called when a project is opened for writing, before any import runs. Give each result to `importFiles` as
 * `resumeState`, or to {@link forgetImport}.
 */
export async function interruptedImports(
  projectFolder: string,
  usedNames: ReadonlySet<string>,
): Promise<InterruptedImport[]> {
  const folder = join(projectFolder, 'Audio Files');
  const found: InterruptedImport[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (name.endsWith('.part')) await rm(path, { force: true });
    if (!journalName.test(name)) continue;
    const journal = await readJournal(path);
    for (const written of journal?.writing ?? [])
      if (!usedNames.has(written) && !journal?.kept.includes(written) && !/[/\\]/.test(written))
        await rm(join(folder, written), { force: true });
    if (journal && journal.paths.length > 0)
      found.push({ journalPath: path, paths: journal.paths, mode: journal.mode, donePaths: journal.donePaths });
    else await rm(path, { force: true });
  }
  return found;
}

/** Drops an interrupted import that nobody wants to go on with. */
export async function forgetImport(state: InterruptedImport): Promise<void> {
  await rm(state.journalPath, { force: true });
}

type Journal = Omit<InterruptedImport, 'journalPath'> & {
  readonly writing: readonly string[];
  readonly kept: readonly string[];
};

async function readJournal(path: string): Promise<Journal | null> {
  const { size } = await stat(path);
  if (size > largestJournal) return null;
  let paths: string[] = [];
  let mode: 'copy' | 'link' = 'copy';
  const donePaths: string[] = [];
  const writing: string[] = [];
  const kept: string[] = [];
  for (const text of (await readFile(path, 'utf8')).split('\n')) {
    let line: unknown;
    try {
      line = JSON.parse(text);
    } catch {
      // The last line may have been cut off by what interrupted the import.
      continue;
    }
    if (typeof line !== 'object' || line === null) continue;
    const fields = line as Record<string, unknown>;
    if (Array.isArray(fields.paths)) paths = fields.paths.filter((entry) => typeof entry === 'string');
    if (fields.mode === 'copy' || fields.mode === 'link') mode = fields.mode;
    if (typeof fields.done === 'string') donePaths.push(fields.done);
    if (typeof fields.done === 'string' && typeof fields.name === 'string') kept.push(fields.name);
    if (typeof fields.writing === 'string') writing.push(fields.writing);
  }
  return { paths, mode, donePaths, writing, kept };
}
