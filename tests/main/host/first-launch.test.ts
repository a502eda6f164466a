import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectToHost } from '../../support/host-client.ts';
import { startNodeHost } from '../../support/node-host-process.ts';
import { runCli } from '../../support/run-cli.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
let home = '';

beforeEach(() => {
  folder = makeTemporaryFolder('first-launch');
  home = join(folder.path, 'home');
});
afterEach(() => folder.remove());

async function launch(): Promise<{ open: string | null; recent: string[] }> {
  const host = await startNodeHost({ home, arguments: ['--first-launch'] });
  const { client, close } = await connectToHost(host.origin, host.token);
  const open = (await client.project.current())?.name ?? null;
  const recent = (await client.host.info()).recentProjects.map(({ name }) => name);
  await client.project.close();
  close();
  await host.stop();
  return { open, recent };
}

test('the first launch opens the demo project, the second the start page', async () => {
  const first = await launch();
  expect(first.open).toMatch(/ demo$/);
  expect(await launch()).toEqual({ open: null, recent: [first.open] });
});

test('what was done on the command line before is no launch and is not among the recent projects', async () => {
  const reel = join(folder.path, 'Reel');
  expect((await runCli(['new', reel], { home })).code).toBe(0);
  expect((await runCli(['show', reel], { home })).code).toBe(0);
  expect(existsSync(join(home, 'settings', 'recent-projects.json'))).toBe(false);
  const first = await launch();
  expect(first.open).toMatch(/ demo$/);
  expect(first.recent).toEqual([first.open]);
});
