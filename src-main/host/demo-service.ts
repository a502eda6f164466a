import { join } from 'node:path';
import type { ProjectInfo } from '../../src-shared/rpc/schemas.ts';
import type { DemoHost } from '../demo/demo-host.ts';
import { readDemoShoot } from '../demo/demo-shoot.ts';
import { fillDemoProject } from '../demo/fill-demo-project.ts';
import { demoNames, openDemoProject } from '../demo/open-demo-project.ts';
import { applicationFolder } from './application-folder.ts';
import type { JobRunner } from './job-runner.ts';

/** The demo project of a first launch: opened at once, filled by a job that does what a person would. */
export class DemoService {
  private readonly host: () => DemoHost;
  private readonly jobs: JobRunner;
  private readonly projectsFolder: string;

  constructor(host: () => DemoHost, jobs: JobRunner, projectsFolder: string) {
    this.host = host;
    this.jobs = jobs;
    this.projectsFolder = projectsFolder;
  }

  /** Where the demo shoot lies. */
  get shootFolder(): string {
    return applicationFolder('assets/demo-shoot');
  }

  /** Opens the demo project as it was left, or makes it. */
  async open(): Promise<ProjectInfo> {
    const { shootFolder, projectsFolder } = this;
    const { project, isEmpty } = await openDemoProject(this.host(), { shootFolder, projectsFolder });
    if (isEmpty && !this.isFilling()) this.fill();
    return project;
  }

  private isFilling(): boolean {
    return this.jobs.list().some(({ kind, state }) => kind === 'demo' && (state === 'queued' || state === 'running'));
  }

  /**
   * Fills the open project; `id` is that of a filling that an earlier process did not end. The cards are written into
   * this user's folder of projects, whatever a project says.
   */
  fill(id?: string): void {
    this.jobs.start({
      kind: 'demo',
      label: 'Make the demo project',
      request: null,
      ...(id ? { id } : {}),
      work: async (context) => {
        const portions = { expand: 0.1, import: 0.3, sync: 0.6, accept: 0.9 };
        const texts = { expand: 'Writing the cards', import: 'Importing', sync: 'Syncing', accept: 'Accepting' };
        const cards = demoNames(await readDemoShoot(this.shootFolder)).cards;
        const filled = await fillDemoProject(this.host(), {
          shootFolder: this.shootFolder,
          cardsFolder: join(this.projectsFolder, cards),
          signal: context.signal,
          onStep: (step, detail) => context.progress(portions[step], `${texts[step]} ${detail}`.trim()),
        });
        const accepted = filled.matches.filter(({ status }) => status === 'accepted').length;
        context.addResult(`${accepted} camera clips are on the timeline in sync with their recorder files.`);
      },
    });
  }
}
