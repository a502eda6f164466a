import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from '../../support/node-host-process.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);

type Learnt = {
  info: { shell: string; engineAvailable: boolean };
  openAtStart: string | null;
  project: { path: string };
  pageStatus: number;
  privileged: string[];
  preload: string;
  mediaStatus: number;
  foreignMediaStatus: number;
};

test('the built shell, on a stand-in for Electron, finds its native files, opens the demo project at first launch and serves its page over a port', async () => {
  const folder = makeTemporaryFolder('built-shell');
  try {
    const env = { ...process.env, TWOPOP_HOME: folder.path };
    await run(process.execPath, [join(ROOT, 'src-main', 'setup', 'build.ts')], { cwd: ROOT, env, maxBuffer: 1 << 24 });
    const register = join(ROOT, 'tests', 'support', 'electron-stand-in', 'register.ts');
    const main = join(ROOT, 'out', 'electron', 'main.js');
    const { stdout } = await run(process.execPath, ['--import', register, main], { cwd: folder.path, env });
    const learnt = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Learnt;
    expect(learnt).toMatchObject({
      info: { shell: 'electron', engineAvailable: true },
      openAtStart: expect.stringMatching(/ demo$/),
      project: { path: join(folder.path, 'Built', 'Built.twopop') },
      pageStatus: 200,
      privileged: ['app'],
      mediaStatus: 200,
      foreignMediaStatus: 403,
    });
    expect(existsSync(learnt.preload)).toBe(true);
    const preload = readFileSync(learnt.preload, 'utf8');
    expect([...preload.matchAll(/require\(["']([^"']+)["']\)/g)].map((match) => match[1])).toEqual(['electron']);
  } finally {
    folder.remove();
  }
});
