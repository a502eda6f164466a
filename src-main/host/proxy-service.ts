import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PictureRow } from '../../src-shared/model/rows.ts';
import { toErrorReport } from '../../src-shared/rpc/error.ts';
import { findFfmpeg } from '../media/ffmpeg.ts';
import { pictureIndex } from '../media/picture-index.ts';
import { makePictureProxy } from '../media/picture-proxy.ts';
import { safeStem } from '../media/project-file-names.ts';
import type { Project } from '../project/project.ts';
import type { DocumentService } from './document-service.ts';
import type { JobContext, JobRunner } from './job-runner.ts';
import { hasOriginal, hasProxy, originalFile } from './picture-originals.ts';
import type { ProjectService } from './project-service.ts';

const PICTURE_FOLDER = 'Picture';

/**
 * Makes the proxies that pictures of the open project lack, one after the other in one background job: of a picture
 * that was just imported, and of those that an earlier process did not come to. What a proxy is of is its content, so
 * one that is there already is used again.
 */
export class ProxyService {
  private readonly projects: ProjectService;
  private readonly jobs: JobRunner;
  private readonly failed = new Set<number>();
  private jobId: string | null = null;

  constructor(projects: ProjectService, documents: DocumentService, jobs: JobRunner) {
    this.projects = projects;
    this.jobs = jobs;
    projects.listen({
      closing: () => {
        this.failed.clear();
        this.jobId = null;
      },
    });
    documents.committed.on(({ diff }) => {
      const wantsProxy = diff.some(
        ({ table, before, after }) =>
          table === 'picture' && after && (!after.proxyPath || before?.originalPath !== after.originalPath),
      );
      if (wantsProxy) this.start();
    });
  }

  /** Starts the job unless it runs already or nothing is missing. */
  start(): void {
    const project = this.projects.current();
    if (!project || project.readOnly || this.jobId !== null) return;
    const open = this.projects.require();
    if (this.next(open) === null) return;
    this.jobId = 'starting';
    findFfmpeg().then((ffmpeg) => {
      this.jobId = null;
      // Without ffmpeg nothing can be made; the interface says so where a picture would be.
      if (!ffmpeg || this.projects.current()?.path !== open.path || this.next(open) === null) return;
      this.jobId = this.jobs.start({
        kind: 'proxy',
        label: 'Make picture proxies',
        request: null,
        work: (context) => this.run(open, context),
      }).id;
    });
  }

  private async run(project: Project, context: JobContext): Promise<void> {
    try {
      await mkdir(join(project.folder, PICTURE_FOLDER), { recursive: true });
      let done = 0;
      for (;;) {
        context.signal.throwIfAborted();
        const picture = this.next(project);
        if (!picture) return;
        const index = context.addItem(picture.name);
        context.item(index, { state: 'running' });
        const total = done + this.missing(project).length;
        try {
          await this.make(project, picture, context.signal, (fraction) => {
            context.item(index, { progress: fraction });
            context.progress((done + fraction) / total, picture.name);
          });
          context.item(index, { state: 'done', progress: 1 });
        } catch (error) {
          context.signal.throwIfAborted();
          this.failed.add(picture.id);
          context.item(index, { state: 'failed', error: toErrorReport(error) });
        }
        done++;
      }
    } finally {
      this.jobId = null;
    }
  }

  private async make(
    project: Project,
    picture: PictureRow,
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ): Promise<void> {
    const proxyPath = ownProxyPath(picture);
    const absolute = project.sourcePath({ path: proxyPath, linked: false });
    const there = existsSync(absolute) ? await pictureIndex(absolute).catch(() => null) : null;
    if (!there) {
      await makePictureProxy(originalFile(project, picture), absolute, {
        frameRateNumerator: picture.frameRateNumerator,
        frameRateDenominator: picture.frameRateDenominator,
        frameCount: picture.frameCount,
        onProgress,
        signal,
      });
    }
    // Somebody may have taken the picture away meanwhile.
    if (!project.reader.get('picture', picture.id)) return;
    project.apply({ kind: 'picture.setProxy', pictureId: picture.id, proxyPath }, { undoable: false });
  }

  private next(project: Project): PictureRow | null {
    return this.missing(project)[0] ?? null;
  }

  private missing(project: Project): PictureRow[] {
    return project.reader
      .all('picture')
      .filter(
        (picture) => !this.failed.has(picture.id) && !hasProxy(project, picture) && hasOriginal(project, picture),
      );
  }
}

/** The proxy's place: in the folder of proxies itself, whatever a project that came from elsewhere says. */
function ownProxyPath({ proxyPath, originalPath, contentHash }: PictureRow): string {
  const given = proxyPath?.split('/') ?? [];
  if (proxyPath && given.length === 2 && given[0] === PICTURE_FOLDER && given[1]?.endsWith('.mp4')) return proxyPath;
  const mark = contentHash.replace(/[^0-9a-z]/gi, '_').slice(0, 12);
  return `${PICTURE_FOLDER}/${safeStem(basename(originalPath))}-${mark}.mp4`;
}
