import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const KEPT = 20;
const recentSchema = z.array(z.object({ name: z.string(), path: z.string(), openedAt: z.string() }));

export type RecentProject = z.output<typeof recentSchema>[number];

/** The projects that this user opened last, newest first, in a JSON file of the settings folder. */
export class RecentProjects {
  private readonly file: string;

  constructor(settingsFolder: string) {
    this.file = join(settingsFolder, 'recent-projects.json');
  }

  /** Empty when nothing was opened yet or the file cannot be read: it is a convenience, never a reason to fail. */
  list(): RecentProject[] {
    try {
      return recentSchema.parse(JSON.parse(readFileSync(this.file, 'utf8')));
    } catch {
      return [];
    }
  }

  /** Puts a project first. A settings folder that cannot be written loses the entry, nothing else. */
  add(name: string, path: string): void {
    const others = this.list().filter((recent) => recent.path !== path);
    const all = [{ name, path, openedAt: new Date().toISOString() }, ...others].slice(0, KEPT);
    try {
      mkdirSync(join(this.file, '..'), { recursive: true });
      const part = `${this.file}.${process.pid}.part`;
      writeFileSync(part, JSON.stringify(all, null, 2));
      renameSync(part, this.file);
    } catch (error) {
      console.error('twopop: the list of recent projects could not be written:', error);
    }
  }
}
