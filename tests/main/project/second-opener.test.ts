import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openProject } from '../../../src-main/project/open-project.ts';
import { temporaryFolder, temporaryProject } from '../../support/project-files.ts';

const HOLDER = join(import.meta.dirname, '../../support/hold-project.ts');

type Said = {
  readOnly: boolean;
  readOnlyReason: string | null;
  seq: number;
  tracks: string[];
  notices: string[];
  pid: number;
  error?: { code: string; message: string; remedy: string };
};

/** Opens the project in another process and returns what that process says of it. */
async function openElsewhere(
  path: string,
  user?: { uid: number; gid: number },
): Promise<{ child: ChildProcess; said: Said }> {
  const child = spawn(process.execPath, [HOLDER, path], { stdio: ['pipe', 'pipe', 'inherit'], ...user });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { child, said: JSON.parse(line.toString()) as Said };
}

test('a second process gets the project read-only and is told who holds it', async () => {
  const project = await temporaryProject();
  project.apply({ kind: 'track.add', name: 'Boom' });
  const { child, said } = await openElsewhere(project.path);
  expect(said.readOnly).toBe(true);
  expect(said.readOnlyReason).toContain(`on ${hostname()} (process ${process.pid}) since 20`);
  expect(said.notices[0]).toContain('Open read-only');
  expect(said.tracks).toEqual(['Boom']);
  // The holder is not held up by the one who looks.
  expect(project.apply({ kind: 'track.add', name: 'Lav' }).seq).toBe(2);
  child.stdin?.end();
  await once(child, 'exit');
  expect(project.apply({ kind: 'track.add', name: 'Lav 2' }).seq).toBe(3);
});

test('the same process opening it twice gets it read-only the second time', async () => {
  const project = await temporaryProject();
  const second = await openProject(project.path, { keepBackups: 0 });
  expect(second.readOnlyReason).toContain(`process ${process.pid}`);
  expect(() => second.apply({ kind: 'track.add', name: 'A' })).toThrow(
    expect.objectContaining({ code: 'project.read-only' }),
  );
  expect(() => second.undo()).toThrow(expect.objectContaining({ code: 'project.read-only' }));
  await second.close();
  expect(project.apply({ kind: 'track.add', name: 'A' }).seq).toBe(1);
});

test('a holder that was killed is no obstacle', async () => {
  const project = await temporaryProject();
  const { path } = project;
  await project.close();
  const { child, said } = await openElsewhere(path);
  expect(said.readOnly).toBe(false);
  const held = await openProject(path, { keepBackups: 0 });
  expect(held.readOnlyReason).toContain(`process ${said.pid}`);
  await held.close();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const opened = await openProject(path, { keepBackups: 0 });
  onTestFinished(() => opened.close());
  expect(opened.readOnlyReason).toBeNull();
  expect(opened.apply({ kind: 'track.add', name: 'A' }).seq).toBe(1);
});

test('a closed project is free for the next', async () => {
  const project = await temporaryProject();
  await project.close();
  expect(() => project.apply({ kind: 'track.add', name: 'A' })).toThrow(
    expect.objectContaining({ code: 'project.closed' }),
  );
  const { said } = await openElsewhere(project.path);
  expect(said.readOnly).toBe(false);
});

// Root may write anywhere, so another user has to try; only root can become one.
const mayBecomeAnother = process.getuid?.() === 0;
if (!mayBecomeAnother)
  console.warn('SKIPPED: opening in a folder without write permission (needs root to change user)');

test.skipIf(!mayBecomeAnother)('a folder that cannot be written is opened read-only, saying so', async () => {
  const project = await temporaryProject();
  project.apply({ kind: 'track.add', name: 'Boom' });
  await project.close();
  const folder = join(temporaryFolder(), 'Reel 1');
  cpSync(project.folder, folder, { recursive: true });
  chmodSync(join(folder, '..'), 0o755);
  for (const part of ['', 'Reel 1.twopop']) chmodSync(join(folder, part), part ? 0o444 : 0o555);
  const { said } = await openElsewhere(folder, { uid: 65534, gid: 65534 });
  expect(said.error).toBeUndefined();
  expect(said.readOnly).toBe(true);
  expect(said.readOnlyReason).toContain('cannot be written');
  expect(said.tracks).toEqual(['Boom']);
});
