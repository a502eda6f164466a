import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { NewProject, ProjectInfo } from '../../src-shared/rpc/schemas.ts';
import { createProject } from '../project/create-project.ts';
import { openProject } from '../project/open-project.ts';
import type { Project } from '../project/project.ts';
import { liesInFolder, realPathOf } from '../project/project-folder.ts';
import { Broadcast } from './broadcast.ts';
import type { RecentProjects } from './recent-projects.ts';

/** Told as projects come and go, in the order in which they registered; `closing` in the reverse one. */
export type ProjectListener = {
  opened?(project: Project): void | Promise<void>;
  /** The project is still open; what is returned is waited for. */
  closing?(project: Project): void | Promise<void>;
};

/** The one open project of this host: another is opened only when it was closed. */
export class ProjectService {
  private readonly recent: RecentProjects | null;
  private readonly listeners: ProjectListener[] = [];
  private readonly changed = new Broadcast<ProjectInfo | null>();
  private project: Project | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  /** What else there is to say of the open project, besides its own notices. */
  private notices: string[] = [];
  /** Files that this launch wrote elsewhere for a person, and may show. */
  private readonly writtenElsewhere = new Set<string>();

  /** `recent` is null where nobody looks at what is opened: on the command line. */
  constructor(recent: RecentProjects | null) {
    this.recent = recent;
  }

  listen(listener: ProjectListener): void {
    this.listeners.push(listener);
  }

  current(): ProjectInfo | null {
    return this.project ? this.infoOf(this.project) : null;
  }

  /** Adds a notice of the open project; seen by whoever opens it or asks for it. */
  tell(notice: string): void {
    this.notices.push(notice);
  }

  /** The open project; throws `no-project`. */
  require(): Project {
    if (this.project) return this.project;
    throw new TwopopError({
      code: 'no-project',
      message: 'No project is open. Nothing was changed.',
      remedy: 'Open a project, or make a new one.',
    });
  }

  /**
   * Throws `stale-view` unless the open project is the one of that id: an edit made on another must not land here.
   * Null and undefined are any project's.
   */
  mustBeOpen(projectId: string | null | undefined): void {
    const project = this.require();
    if (projectId == null || projectId === project.id) return;
    throw new TwopopError({
      code: 'stale-view',
      message: `This edit was made on another project than “${project.name}”, which is open now. Nothing was changed.`,
      remedy: 'Reload the page: it shows another project.',
    });
  }

  /** The open project; throws `no-project`, or `project.read-only` where nothing may be written. */
  requireWritable(): Project {
    const project = this.require();
    if (project.readOnlyReason === null) return project;
    throw new TwopopError({
      code: 'project.read-only',
      message: `This project is open read-only: ${project.readOnlyReason} Nothing was changed.`,
      remedy: 'Close it there and open it again here, or work on a copy of its folder.',
    });
  }

  create(fields: NewProject): Promise<ProjectInfo> {
    return this.inTurn(async () => {
      const project = await createProject(fields);
      return this.replace(project);
    });
  }

  /**
   * Opens a project file or the folder that holds it; the one that is open stays when that fails. `readOnly` looks at
   * it and holds nothing.
   */
  open(path: string, options: { readonly readOnly?: boolean } = {}): Promise<ProjectInfo> {
    return this.inTurn(async () => {
      const wanted = resolve(path);
      if (this.project && isOpenAt(this.project, wanted)) return this.infoOf(this.project);
      return this.replace(await openProject(wanted, options));
    });
  }

  /** False when none was open. */
  close(): Promise<boolean> {
    return this.inTurn(async () => {
      const closed = await this.letGo();
      if (closed) this.changed.emit(null);
      return closed;
    });
  }

  async backup(): Promise<string> {
    return this.require().backup();
  }

  /** The project as it is now, then each time another is opened, made or closed. */
  async *events(signal?: AbortSignal): AsyncGenerator<ProjectInfo | null> {
    const subscription = this.changed.subscribe(signal);
    yield this.current();
    yield* subscription;
  }

  /** Lets a file be shown that was written outside of the project because a person chose that. */
  wrote(path: string): void {
    this.writtenElsewhere.add(resolve(path));
  }

  /** A path that belongs to the open project, for showing; throws `bad-request` for any other. */
  ownFile(path: string): string {
    const project = this.require();
    const absolute = isAbsolute(path) ? resolve(path) : resolve(project.folder, path);
    const isLinked = project.reader.all('source').some((source) => source.linked && resolve(source.path) === absolute);
    const isOurs = liesInFolder(project.folder, absolute) || isLinked || this.writtenElsewhere.has(absolute);
    if (isOurs && existsSync(absolute)) return absolute;
    throw new TwopopError({
      code: 'bad-request',
      message: `“${path}” is no file of this project.`,
      remedy: 'Choose a source or a bounce of the open project.',
    });
  }

  private async replace(project: Project): Promise<ProjectInfo> {
    await this.letGo();
    this.project = project;
    try {
      for (const listener of this.listeners) await listener.opened?.(project);
    } catch (error) {
      // Never half open with its lock held: what threw is told, and the project can be opened again.
      await this.letGo();
      this.changed.emit(null);
      throw error;
    }
    const info = this.infoOf(project);
    this.recent?.add(info.name, info.path);
    this.changed.emit(info);
    return info;
  }

  private async letGo(): Promise<boolean> {
    const project = this.project;
    if (!project) return false;
    try {
      for (const listener of [...this.listeners].reverse()) await listener.closing?.(project);
    } finally {
      this.project = null;
      this.notices = [];
      await project.close();
    }
    return true;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }

  private infoOf(project: Project): ProjectInfo {
    return {
      id: project.id,
      name: project.name,
      path: project.path,
      folder: project.folder,
      readOnly: project.readOnly,
      readOnlyReason: project.readOnlyReason,
      seq: project.seq,
      notices: [...project.notices, ...this.notices],
    };
  }
}

/** Whether a path, by whatever links, means the file or the folder of a project. */
function isOpenAt(project: Project, path: string): boolean {
  const wanted = realPathOf(path);
  return wanted === realPathOf(project.path) || wanted === realPathOf(project.folder);
}
