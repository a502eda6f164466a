import type { SourceRow } from '../../src-shared/model/rows.ts';
import { toErrorReport } from '../../src-shared/rpc/error.ts';
import { hashFile } from '../media/content-hash.ts';
import type { Project } from '../project/project.ts';
import type { DocumentService } from './document-service.ts';
import type { JobContext, JobRunner } from './job-runner.ts';
import type { OpenMediaService } from './open-media.ts';
import type { ProjectService } from './project-service.ts';

/** Of reading a file: peaks, which are waited for, come first and take the smaller part. */
const PEAKS_PART = 0.3;

/**
 * Reads files that came into the document unread, such as takes of a recording that just ended: builds their peaks, then
 * finds out what is in them, by which they are found again when they are moved. One background job for all, again
 * whenever there is one more; what it was not come to is gone on with when the project opens.
 */
export class TakeReader {
  private readonly projects: ProjectService;
  private readonly media: OpenMediaService;
  private readonly jobs: JobRunner;
  /** Read without success, or cancelled; not tried again by itself before the project is opened anew. */
  private readonly givenUp = new Set<number>();
  private jobId: string | null = null;

  constructor(projects: ProjectService, documents: DocumentService, media: OpenMediaService, jobs: JobRunner) {
    this.projects = projects;
    this.media = media;
    this.jobs = jobs;
    projects.listen({
      closing: () => {
        this.givenUp.clear();
        this.jobId = null;
      },
    });
    documents.committed.on(({ diff }) => {
      if (diff.some(({ table, after }) => table === 'source' && after?.contentHash === '')) this.start();
    });
  }

  /** Starts the job unless it runs already or everything was read. */
  start(): void {
    const project = this.projects.current();
    if (!project || project.readOnly || this.jobId !== null) return;
    const open = this.projects.require();
    const unread = this.unread(open);
    if (unread.length === 0) return;
    this.jobId = this.jobs.start({
      kind: 'take',
      label: unread.length === 1 ? `Read the take “${unread[0]?.name}”` : `Read ${unread.length} takes`,
      request: null,
      work: (context) => this.run(open, context),
    }).id;
  }

  private async run(project: Project, context: JobContext): Promise<void> {
    try {
      let done = 0;
      for (let [source] = this.unread(project); source; [source] = this.unread(project)) {
        context.signal.throwIfAborted();
        const { id, name } = source;
        const total = done + this.unread(project).length;
        const index = context.addItem(name);
        context.item(index, { state: 'running' });
        try {
          await this.read(project, source, context.signal, (fraction) => {
            context.item(index, { progress: fraction });
            context.progress((done + fraction) / total, name);
          });
          context.item(index, { state: 'done', progress: 1 });
        } catch (error) {
          context.signal.throwIfAborted();
          context.item(index, { state: 'failed', error: toErrorReport(error) });
        }
        // Read, failed or taken away meanwhile: not once more.
        this.givenUp.add(id);
        done++;
      }
    } finally {
      if (context.signal.aborted) for (const { id } of this.unread(project)) this.givenUp.add(id);
      this.jobId = null;
    }
  }

  private async read(
    project: Project,
    source: SourceRow,
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ): Promise<void> {
    const { peaks } = this.media.require();
    await peaks.make(source, (portion) => onProgress(portion * PEAKS_PART), signal);
    const { sha256 } = await hashFile(project.sourcePath(source), {
      signal,
      onBytes: (bytes) => onProgress(PEAKS_PART + (1 - PEAKS_PART) * (bytes / Math.max(1, source.sizeBytes))),
    });
    signal.throwIfAborted();
    // Somebody may have taken it away meanwhile.
    if (!project.reader.get('source', source.id)) return;
    await peaks.identified(source, sha256);
    project.apply({ kind: 'source.identify', sourceId: source.id, contentHash: sha256 }, { undoable: false });
  }

  private unread(project: Project): SourceRow[] {
    return project.reader.all('source').filter(({ id, contentHash }) => contentHash === '' && !this.givenUp.has(id));
  }
}
