import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { toErrorReport } from '../../src-shared/rpc/error.ts';
import { type CollectedFile, collectFiles } from './collect-files.ts';
import { type ImportContext, importFile } from './import-file.ts';
import { ImportJournal } from './import-journal.ts';
import type { ImportItem, ImportOptions, ImportSummary } from './import-types.ts';
import { cancelledError, fileSystemError, mediaError, shownName } from './media-error.ts';
import { FreeNames } from './project-file-names.ts';

/** Files under way at once: one reads while the other computes. */
const filesAtOnce = 2;
/** Files that may be ready and wait for one listed before them: what a crash makes an import do again. */
const mostWaiting = 32;

/**
 * Imports files and folders into a project: each file by itself, two at a time, a bad one named and the rest going
 * on. `onImported` takes them into the document in the order listed, whichever is ready first. Cancelling keeps what was imported and leaves nothing
 * half-written; a crash leaves a journal, from which `interruptedImports` and `resumeState` go on. Throws only when
 * the project's folder cannot be written.
 */
export async function importFiles(options: ImportOptions): Promise<ImportSummary> {
  const run = new ImportRun(options);
  return run.run();
}

class ImportRun {
  private readonly options: ImportOptions;
  private readonly audioFolder: string;
  private items: { -readonly [Key in keyof ImportItem]: ImportItem[Key] }[] = [];
  private weights: number[] = [];
  private totalWeight = 1;
  private doneWeight = 0;
  private readonly inProject: Map<string, string>;
  private importedCount = 0;
  private alreadyThereCount = 0;

  constructor(options: ImportOptions) {
    this.options = options;
    this.audioFolder = join(options.projectFolder, 'Audio Files');
    this.inProject = new Map(options.known);
  }

  async run(): Promise<ImportSummary> {
    const { options } = this;
    await mkdir(this.audioFolder, { recursive: true }).catch((error) => {
      throw fileSystemError(this.audioFolder, error);
    });
    const done = new Set(options.resumeState?.donePaths);
    const files = (await this.collect()).filter((file) => !done.has(file.path));
    this.items = files.map((file) => ({
      name: shownName(file.path),
      path: file.path,
      state: 'waiting',
      progress: 0,
      error: null,
      note: null,
    }));
    // Every file takes some time whatever its size.
    this.weights = files.map((file) => file.sizeBytes + 1_000_000);
    this.totalWeight = this.weights.reduce((sum, weight) => sum + weight, 0) || 1;
    for (const item of this.items) options.onItem?.({ ...item });
    const journal = options.resumeState
      ? ImportJournal.resume(options.resumeState)
      : await ImportJournal.begin(this.audioFolder, options.paths, options.mode, options.key);
    const context: Omit<ImportContext, 'turn'> = {
      mode: options.mode,
      audioFolder: this.audioFolder,
      sampleRate: options.sampleRate,
      names: await FreeNames.of(this.audioFolder),
      journal,
      buildPeaks: options.buildPeaks,
      signal: options.signal,
      onImported: options.onImported,
      nameOf: (sha256) => this.inProject.get(sha256) ?? null,
    };
    // One that waits for its turn works no more, and lets another begin.
    const places = new Places(filesAtOnce);
    const through: Promise<void>[] = [];
    for (const [index, file] of files.entries()) {
      await through[index - mostWaiting];
      await places.take();
      let working = true;
      const stopWorking = () => {
        if (working) places.giveBack();
        working = false;
      };
      const before = through[index - 1] ?? Promise.resolve();
      const turn = () => {
        stopWorking();
        return before;
      };
      const ended = this.importOne(index, file, { ...context, turn }).finally(stopWorking);
      through.push(ended.then(() => before));
    }
    await through.at(-1);
    await journal.end();
    return {
      items: this.items.map((item) => ({ ...item })),
      importedCount: this.importedCount,
      alreadyThereCount: this.alreadyThereCount,
      failedCount: this.items.filter((item) => item.state === 'failed').length,
      cancelled: options.signal?.aborted ?? false,
    };
  }

  private async collect(): Promise<CollectedFile[]> {
    try {
      return await collectFiles(this.options.paths, this.options.signal);
    } catch (error) {
      if (this.options.signal?.aborted) return [];
      throw error;
    }
  }

  private async importOne(index: number, file: CollectedFile, context: ImportContext): Promise<void> {
    const { signal } = context;
    try {
      if (signal?.aborted) throw cancelledError(file.path);
      if (file.error) throw file.error;
      this.change(index, { state: 'running' });
      await this.refuseFullDisk(file);
      const outcome = await importFile(file.path, context, (progress) => this.progress(index, progress));
      if ('alreadyThere' in outcome) {
        this.alreadyThereCount++;
        await context.journal.done(file.path, null);
        this.change(index, {
          state: 'done',
          progress: 1,
          note: `It is in the project already, as “${outcome.alreadyThere}”; it was not added again.`,
        });
        return;
      }
      this.inProject.set(outcome.sha256, shownName(file.path));
      await context.journal.done(file.path, outcome.fileName);
      this.importedCount++;
      this.change(index, { state: 'done', progress: 1, note: outcome.imported.notices.join(' ') || null });
    } catch (error) {
      const report = toErrorReport(error);
      // Whatever a file under way ends with once the person has cancelled, it is that and no failure of the file.
      const cancelled = report.code === 'media-cancelled' || (this.options.signal?.aborted ?? false);
      this.change(index, { state: cancelled ? 'cancelled' : 'failed', error: report });
    }
  }

  /** Says early what would otherwise come out after minutes of copying. */
  private async refuseFullDisk(file: CollectedFile): Promise<void> {
    if (this.options.mode === 'link') return;
    const disk = await statfs(this.audioFolder).catch(() => null);
    // A file may turn out larger or (a camera's) much smaller than its original: only what cannot fit at all is refused.
    if (!disk || disk.bavail * disk.bsize > 1_000_000 || file.sizeBytes === 0) return;
    throw mediaError(
      'media-disk-full',
      `“${shownName(file.path)}” could not be written: the disk is full.`,
      'Free some space and import it again; nothing half-written was kept.',
    );
  }

  private progress(index: number, progress: number): void {
    const item = this.items[index]!;
    const bounded = Math.min(1, Math.max(item.progress, progress));
    // A hundred steps a file are plenty for anyone who watches.
    if (bounded - item.progress >= 0.01) this.change(index, { progress: bounded });
  }

  private change(index: number, changes: Partial<ImportItem>): void {
    const item = this.items[index]!;
    this.doneWeight -= this.weights[index]! * shareDone(item);
    Object.assign(item, changes);
    this.doneWeight += this.weights[index]! * shareDone(item);
    this.options.onItem?.({ ...item });
    this.options.onProgress?.(Math.min(1, Math.max(0, this.doneWeight / this.totalWeight)));
  }
}

/** A number of places to work at; whoever finds none waits. */
class Places {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(count: number) {
    this.free = count;
  }

  async take(): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  giveBack(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free++;
  }
}

function shareDone({ state, progress }: ImportItem): number {
  return state === 'done' || state === 'failed' || state === 'cancelled' ? 1 : progress;
}
