import { rm } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { knownHashes } from '../media/import-fields.ts';
import { importFiles } from '../media/import-files.ts';
import { interruptedImports } from '../media/import-journal.ts';
import type { ImportedFile, InterruptedImport } from '../media/import-types.ts';
import type { Project } from '../project/project.ts';
import type { DocumentService } from './document-service.ts';
import { isEngineAvailable } from './engine-available.ts';
import type { JobContext, JobRecord, JobRunner } from './job-runner.ts';
import { INCOMING_FOLDER, sweepIncoming } from './media-routes/upload.ts';
import type { OpenMediaService } from './open-media.ts';
import type { ProjectService } from './project-service.ts';

type ImportRequest = { readonly paths: readonly string[]; readonly mode: 'copy' | 'link' };

/** Brings files into the open project: one `source.add` a file as it is done. Goes on after a restart. */
export class ImportService {
  private readonly projects: ProjectService;
  private readonly documents: DocumentService;
  private readonly media: OpenMediaService;
  private readonly jobs: JobRunner;

  constructor(projects: ProjectService, documents: DocumentService, media: OpenMediaService, jobs: JobRunner) {
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
    const incoming = join(project.folder, INCOMING_FOLDER) + sep;
    const isDropped = paths.some((path) => path.startsWith(incoming));
    return this.begin(project, { paths, mode: isDropped ? 'copy' : mode });
  }

  /** Goes on with what an earlier process left: `records` are the imports that the project remembers as unfinished. */
  async resume(project: Project, records: readonly JobRecord[]): Promise<void> {
    await sweepIncoming(project.folder);
    const used = project.reader.all('source').filter((source) => !source.linked);
    const names = new Set(used.map((source) => source.path.split('/').at(-1) ?? ''));
    const interrupted = await interruptedImports(project.folder, names);
    const left = [...records];
    for (const state of interrupted) {
      const index = left.findIndex((record) => samePaths((record.request as ImportRequest).paths, state.paths));
      const [record] = index >= 0 ? left.splice(index, 1) : [];
      this.begin(project, { paths: state.paths, mode: state.mode }, record?.id, state);
    }
    // These never got as far as a journal.
    for (const record of left) this.begin(project, record.request as ImportRequest, record.id);
  }

  private begin(project: Project, request: ImportRequest, id?: string, resumeState?: InterruptedImport): string {
    const [first = ''] = request.paths;
    const name = first.split(/[/\\]/).filter(Boolean).at(-1) ?? first;
    const label = request.paths.length === 1 ? `Import ${name}` : `Import ${name} and ${request.paths.length - 1} more`;
    return this.jobs.start({
      kind: 'import',
      label,
      request,
      ...(id ? { id } : {}),
      work: (context) => this.run(project, request, context, resumeState),
    }).id;
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
    const summary = await importFiles({
      paths: request.paths,
      mode: request.mode,
      projectFolder: project.folder,
      sampleRate,
      known: knownHashes(project.reader.all('source'), project.reader.all('picture')),
      signal: context.signal,
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

  private async take(project: Project, { originalPath, source, picture }: ImportedFile): Promise<void> {
    this.documents.apply({ kind: 'source.add', source, picture });
    // The project has its own copy now; a picture's original is still needed for its proxy.
    const isDropped = originalPath.startsWith(join(project.folder, INCOMING_FOLDER) + sep);
    if (isDropped && !picture) await rm(originalPath, { force: true });
  }
}

function samePaths(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((path, index) => path === b[index]);
}
