import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecentProjects } from './recent-projects.ts';

/** Whether a person has launched the workstation before: a file of the settings folder says so from the first time on. */
export class FirstLaunch {
  private readonly file: string;
  private readonly recent: RecentProjects;

  constructor(settingsFolder: string, recent: RecentProjects) {
    this.file = join(settingsFolder, 'launched');
    this.recent = recent;
  }

  /** True once: the first launch. Of two launches at once one is the first. */
  take(): boolean {
    try {
      mkdirSync(join(this.file, '..'), { recursive: true });
      writeFileSync(this.file, `${new Date().toISOString()}\n`, { flag: 'wx' });
    } catch {
      // It is there; or nothing can be written, and then the demo would come back each time.
      return false;
    }
    // Whoever has opened a project before is no newcomer.
    return this.recent.list().length === 0;
  }
}
