import { isAbsolute, relative, sep } from 'node:path';
import type { CommandInput } from '../../src-shared/edit/commands.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { findOfflineSources } from '../media/relink.ts';
import type { Project } from '../project/project.ts';
import type { DocumentService } from './document-service.ts';
import type { JobContext, JobRunner } from './job-runner.ts';
import type { OpenMediaService } from './open-media.ts';
import type { ProjectService } from './project-service.ts';

/** Finds the files of offline sources again, by their content; ends with one step of undo. */
export class RelinkService {
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

  offlineSources(): { sourceId: number; name: string; path: string }[] {
    return this.projects
      .require()
      .offlineSources()
      .map(({ id, name, path }) => ({ sourceId: id, name, path }));
  }

  /** Starts to look below a folder and returns the job's id. Throws `bad-request` for a relative path. */
  start(folder: string): string {
    const project = this.projects.requireWritable();
    if (!isAbsolute(folder)) {
      throw new TwopopError({
        code: 'bad-request',
        message: `“${folder}” is not a full path.`,
        remedy: 'Choose the folder to look in again.',
      });
    }
    return this.jobs.start({
      kind: 'relink',
      label: `Look for offline sources in ${folder}`,
      request: { folder },
      work: (context) => this.run(project, folder, context),
    }).id;
  }

  private async run(project: Project, folder: string, context: JobContext): Promise<void> {
    const offline = project.offlineSources();
    const found = await findOfflineSources(
      folder,
      offline.map(({ id, name, path, contentHash, sizeBytes }) => ({
        sourceId: id,
        name,
        path,
        contentHash,
        sizeBytes,
      })),
      { signal: context.signal, onProgress: (fraction) => context.progress(fraction) },
    );
    context.signal.throwIfAborted();
    const commands = found.map(({ sourceId, path }) => {
      const inside = relative(project.folder, path);
      const isInside = !isAbsolute(inside) && inside !== '..' && !inside.startsWith(`..${sep}`);
      return {
        kind: 'source.relink' as const,
        sourceId,
        path: isInside ? inside.split(sep).join('/') : path,
        linked: !isInside,
      };
    });
    if (commands.length > 0) {
      const label = `Relink ${commands.length} ${commands.length === 1 ? 'source' : 'sources'}`;
      const command: CommandInput = { kind: 'batch', label, commands };
      this.documents.apply(command);
      this.media.require().filesChanged();
    }
    context.addResult(`${found.length} of ${offline.length} offline sources found.`);
  }
}
