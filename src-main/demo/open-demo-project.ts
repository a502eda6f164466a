import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewProject, ProjectInfo } from '../../src-shared/rpc/schemas.ts';
import { countingBase } from '../../src-shared/time/frame-rate.ts';
import type { DemoHost } from './demo-host.ts';
import { type DemoShoot, readDemoShoot } from './demo-shoot.ts';

/** The name of the demo project's folder, and of the cards' beside it. */
export function demoNames(shoot: DemoShoot): { readonly project: string; readonly cards: string } {
  return { project: `${shoot.title} demo`, cards: `${shoot.title} cards` };
}

/** A new project as the demo shoot wants it: its own frame rate, 48 kHz, reel 1 at 01:00:00:00. */
export function demoProjectRequest(shoot: DemoShoot, parentFolder: string, name: string): NewProject {
  return {
    name,
    parentFolder,
    frameRate: shoot.frameRate,
    sampleRate: 48_000,
    startFrame: 3600 * countingBase(shoot.frameRate),
  };
}

export type OpenedDemo = {
  readonly project: ProjectInfo;
  /** Whether nothing was ever done in it: just made, or never filled. Wants `fillDemoProject`. */
  readonly isEmpty: boolean;
};

/**
 * Opens the demo project in a user's folder of projects, as the user left it, or makes it, empty. What is shown at
 * first launch.
 */
export async function openDemoProject(
  host: Pick<DemoHost, 'client'>,
  options: { readonly shootFolder: string; readonly projectsFolder: string },
): Promise<OpenedDemo> {
  const { shootFolder, projectsFolder } = options;
  const shoot = await readDemoShoot(shootFolder);
  const names = demoNames(shoot);
  const path = join(projectsFolder, names.project, `${names.project}.twopop`);
  if (existsSync(path)) {
    const project = await host.client.project.open({ path });
    return { project, isEmpty: project.seq === 0 && !project.readOnly };
  }
  await mkdir(projectsFolder, { recursive: true });
  const project = await host.client.project.create(demoProjectRequest(shoot, projectsFolder, names.project));
  return { project, isEmpty: true };
}
