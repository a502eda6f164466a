import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { NewProject, ProjectInfo } from '../../src-shared/rpc/schemas.ts';
import { createProject } from '../project/create-project.ts';
import { openProject } from '../project/open-project.ts';
import type { Project } from '../project/project.ts';
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
  private readonly recent: RecentProjects;
  private readonly listeners: ProjectListener[] = [];
  private readonly changed = new Broadcast<ProjectInfo | null>();
  private project: Project | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  /** Files that this launch wrote elsewhere for a person, and may show. */
  private readonly writtenElsewhere = new Set<string>();

  constructor(recent: RecentProjects) {
    this.recent = recent;
  }

  listen(listener: ProjectListener): void {
    this.listeners.push(listener);
  }

  current(): ProjectInfo | null {
    return this.project ? infoOf(this.project) : null;
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

  /** Opens a project file or the folder that holds it; the one that is open stays when that fails. */
  open(path: string): Promise<ProjectInfo> {
    return this.inTurn(async () => {
      const wanted = resolve(path);
      if (this.project && (wanted === this.project.path || wanted === this.project.folder)) return infoOf(this.project);
      return this.replace(await openProject(wanted));
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
    const within = relative(project.folder, absolute);
    const isLinked = project.reader.all('source').some((source) => source.linked && resolve(source.path) === absolute);
    const isInside = !isAbsolute(within) && within !== '..' && !within.startsWith(`..${sep}`);
    const isOurs = isInside || isLinked || this.writtenElsewhere.has(absolute);
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
    for (const listener of this.listeners) await listener.opened?.(project);
    const info = infoOf(project);
    this.recent.add(info.name, info.path);
    this.changed.emit(info);
    return info;
  }

  private async letGo(): Promise<boolean> {
    const project = this.project;
    if (!project) return false;
    for (const listener of [...this.listeners].reverse()) await listener.closing?.(project);
    this.project = null;
    await project.close();
    return true;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }
}

function infoOf(project: Project): ProjectInfo {
  return {
    name: project.name,
    path: project.path,
    folder: project.folder,
    readOnly: project.readOnly,
    readOnlyReason: project.readOnlyReason,
    seq: project.seq,
    notices: [...project.notices],
  };
}
