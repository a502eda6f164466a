import { isAbsolute, relative, sep } from 'node:path';
import type { CommandInput, SingleCommand } from '../../src-shared/edit/commands.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { findOfflineSources, type OfflineSource } from '../media/relink.ts';
import type { Project } from '../project/project.ts';
import type { DocumentService } from './document-service.ts';
import type { JobContext, JobRunner } from './job-runner.ts';
import type { OpenMediaService } from './open-media.ts';
import { offlinePictures } from './picture-originals.ts';
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

  offlineSources(): { sourceId: number | null; pictureId: number | null; name: string; path: string }[] {
    return offlineFiles(this.projects.require()).map(({ sourceId, pictureId, name, path }) => ({
      sourceId,
      pictureId,
      name,
      path,
    }));
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
    const offline = offlineFiles(project);
    const byKey = new Map(offline.map((file) => [file.key, file]));
    const found = await findOfflineSources(folder, offline, {
      signal: context.signal,
      onProgress: (fraction) => context.progress(fraction),
    });
    context.signal.throwIfAborted();
    const commands = found.flatMap(({ key, path }): SingleCommand[] => {
      const file = byKey.get(key);
      const inside = relative(project.folder, path);
      const isInside = !isAbsolute(inside) && inside !== '..' && !inside.startsWith(`..${sep}`);
      const place = isInside ? inside.split(sep).join('/') : path;
      if (file?.sourceId) return [{ kind: 'source.relink', sourceId: file.sourceId, path: place, linked: !isInside }];
      return file?.pictureId ? [{ kind: 'picture.relink', pictureId: file.pictureId, originalPath: place }] : [];
    });
    if (commands.length > 0) {
      const label = `Relink ${commands.length} ${commands.length === 1 ? 'file' : 'files'}`;
      const command: CommandInput = { kind: 'batch', label, commands };
      this.documents.apply(command);
      this.media.require().filesChanged();
    }
    context.addResult(`${found.length} of ${offline.length} offline files found.`);
  }
}

type OfflineFile = OfflineSource & { readonly sourceId: number | null; readonly pictureId: number | null };

function offlineFiles(project: Project): OfflineFile[] {
  const sources = project.offlineSources().map(({ id, name, path, contentHash, sizeBytes }) => ({
    key: `source/${id}`,
    sourceId: id,
    pictureId: null,
    name,
    path,
    contentHash,
    sizeBytes,
  }));
  const pictures = offlinePictures(project).map(({ id, name, originalPath, contentHash }) => ({
    key: `picture/${id}`,
    sourceId: null,
    pictureId: id,
    name,
    path: originalPath,
    contentHash,
    // The project keeps no size of a picture's original.
    sizeBytes: null,
  }));
  return [...sources, ...pictures];
}
