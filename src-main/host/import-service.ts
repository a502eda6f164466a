import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { knownHashes } from '../media/import-fields.ts';
import { importFiles } from '../media/import-files.ts';
import { forgetImport, interruptedImports } from '../media/import-journal.ts';
import type { ImportedFile, InterruptedImport } from '../media/import-types.ts';
import type { Project } from '../project/project.ts';
import type { DocumentService } from './document-service.ts';
import { isEngineAvailable } from './engine-available.ts';
import type { InstallationKey } from './installation-key.ts';
import type { JobContext, JobRecord, JobRunner } from './job-runner.ts';
import { isArrived, removeArrived, sweepIncoming } from './media-routes/upload.ts';
import type { OpenMediaService } from './open-media.ts';
import { keepOriginal } from './picture-originals.ts';
import type { ProjectService } from './project-service.ts';

const requestSchema = z.object({
  paths: z.array(z.string().refine(isAbsolute)).min(1),
  mode: z.enum(['copy', 'link']),
});
type ImportRequest = { readonly paths: readonly string[]; readonly mode: 'copy' | 'link' };

/** Brings files into the open project: one `source.add` a file as it is done. Goes on after a restart. */
export class ImportService {
  private readonly projects: ProjectService;
  private readonly documents: DocumentService;
  private readonly media: OpenMediaService;
  private readonly jobs: JobRunner;
  private readonly key: InstallationKey;

  constructor(
    projects: ProjectService,
    documents: DocumentService,
    media: OpenMediaService,
    jobs: JobRunner,
    key: InstallationKey,
  ) {
    this.key = key;
    this.projects = projects;
    this.documents = documents;
    this.media = media;
    this.jobs = jobs;
  }

  /** Starts an import and returns its job's id. Throws `bad-request` for a relative path. */
  start(paths: readonly string[], mode: 'copy' | 'link'): string {
    const project = this.projects.requireWritable();
    const relative = paths.find((path) => !isAbsolute(path));
    if (relative !== undefined) {
      throw new TwopopError({
        code: 'bad-request',
        message: `“${relative}” is not a full path, so nothing was imported.`,
        remedy: 'Give paths from the top of the disk.',
      });
    }
    // What was dropped on the page lies in the project for a while only: never linked.
    const isDropped = paths.some((path) => isArrived(project.folder, path));
    return this.begin(project, { paths, mode: isDropped ? 'copy' : mode });
  }

  /**
   * Goes on with what this user left here earlier: `records` are the imports that the project remembers as unfinished.
   * Returns how many imports were found that somebody else had begun; they are forgotten.
   */
  async resume(project: Project, records: readonly JobRecord[]): Promise<number> {
    await sweepIncoming(project.folder);
    const used = project.reader.all('source').filter((source) => !source.linked);
    const names = new Set(used.map((source) => source.path.split('/').at(-1) ?? ''));
    const { interrupted, foreignCount } = await interruptedImports(project.folder, names, this.key);
    const left = records.flatMap((record) => {
      const request = requestSchema.safeParse(record.request).data;
      return request ? [{ id: record.id, request }] : [];
    });
    for (const state of interrupted) {
      if (!state.paths.every(isAbsolute)) {
        await forgetImport(state);
        continue;
      }
      const index = left.findIndex(({ request }) => samePaths(request.paths, state.paths));
      const [record] = index >= 0 ? left.splice(index, 1) : [];
      this.begin(project, { paths: state.paths, mode: state.mode }, record?.id, state);
    }
    // These never got as far as a journal.
    for (const { id, request } of left) this.begin(project, request, id);
    return foreignCount;
  }

  private begin(project: Project, request: ImportRequest, id?: string, resumeState?: InterruptedImport): string {
    const [first = ''] = request.paths;
    const name = first.split(/[/\\]/).filter(Boolean).at(-1) ?? first;
    const label = request.paths.length === 1 ? `Import ${name}` : `Import ${name} and ${request.paths.length - 1} more`;
    let begun = false;
    const job = this.jobs.start({
      kind: 'import',
      label,
      request,
      ...(id ? { id } : {}),
      work: (context) => {
        begun = true;
        return this.run(project, request, context, resumeState);
      },
    });
    // One that is cancelled while it waits never runs, and nothing else takes away what was dropped for it.
    void this.jobs.whenEnded(job.id).then(async (ended) => {
      if (begun || ended?.state !== 'cancelled' || this.jobs.isLeaving) return;
      for (const path of request.paths) await removeArrived(project.folder, path);
    });
    return job.id;
  }

  private async run(
    project: Project,
    request: ImportRequest,
    context: JobContext,
    resumeState: InterruptedImport | undefined,
  ): Promise<void> {
    const { peaks } = this.media.require();
    const { sampleRate } = project.reader.get('project', 1) ?? { sampleRate: 48_000 };
    const indexes = new Map<string, number>();
    // Of dropped files that an earlier process took into the document, nothing is left to import.
    const paths = request.paths.filter((path) => !isArrived(project.folder, path) || existsSync(path));
    const summary = await importFiles({
      paths,
      mode: request.mode,
      projectFolder: project.folder,
      sampleRate,
      known: knownHashes(project.reader.all('source'), project.reader.all('picture')),
      signal: context.signal,
      key: this.key,
      onImported: (file) => this.take(project, file),
      onProgress: (fraction) => context.progress(fraction),
      onItem: ({ path, name, state, progress, error }) => {
        let index = indexes.get(path);
        if (index === undefined) {
          index = context.addItem(name);
          indexes.set(path, index);
        }
        context.item(index, { state, progress, error });
      },
      ...(isEngineAvailable()
        ? {
            buildPeaks: (audio, onProgress, signal) => peaks.build(audio, audio.contentHash, onProgress, signal),
          }
        : {}),
      ...(resumeState ? { resumeState } : {}),
    });
    if (!context.isLeaving()) {
      // What was imported has a copy of its own by now; what was there already, or failed, is of no more use here.
      const arrived = [...(resumeState?.donePaths ?? []), ...summary.items.map(({ path }) => path)];
      for (const path of arrived) await removeArrived(project.folder, path);
    }
    context.signal.throwIfAborted();
    context.addResult(`${summary.importedCount} ${summary.importedCount === 1 ? 'file' : 'files'} imported.`);
    for (const { name, note } of summary.items) if (note) context.addResult(`${name}: ${note}`);
    if (summary.items.length > 0 && summary.failedCount === summary.items.length) {
      const [only] = summary.items;
      if (summary.items.length === 1 && only?.error) throw new TwopopError(only.error);
      throw new TwopopError({
        code: 'import-all-failed',
        message: `None of the ${summary.failedCount} files could be imported. The project is as it was.`,
        remedy: 'See what is said of each file.',
      });
    }
  }

  private async take(project: Project, file: ImportedFile): Promise<void> {
    const { originalPath, source, picture } = file;
    if (!isArrived(project.folder, originalPath)) {
      this.documents.apply({ kind: 'source.add', source, picture });
      return;
    }
    if (picture) {
      // The only file that has this picture whole: kept, under a name of its own.
      const kept = await keepOriginal(project.folder, originalPath, picture);
      try {
        this.documents.apply({
          kind: 'source.add',
          source: source && { ...source, originalPath: kept.path },
          picture: { ...picture, originalPath: kept.path },
        });
      } catch (error) {
        await kept.undo();
        throw error;
      }
    } else this.documents.apply({ kind: 'source.add', source, picture });
    await removeArrived(project.folder, originalPath);
  }
}

function samePaths(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((path, index) => path === b[index]);
}
