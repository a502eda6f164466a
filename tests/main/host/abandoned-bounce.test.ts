import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeAbandoned } from '../../../src-main/engine/bounce-targets.ts';
import { connectToHost } from '../../support/host-client.ts';
import { startNodeHost } from '../../support/node-host-process.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;

beforeAll(() => {
  folder = makeTemporaryFolder('abandoned-bounce');
});

afterAll(() => folder.remove());

test('a bounce whose host is killed leaves nothing once the project is opened again', async () => {
  const home = join(folder.path, 'home');
  const first = await startNodeHost({ home });
  const { client, close } = await connectToHost(first.origin, first.token);
  const project = await client.project.create({
    name: 'Reel 1',
    parentFolder: folder.path,
    frameRate: { numerator: 25, denominator: 1, drop: false },
    sampleRate: 48000,
    startFrame: 0,
  });
  const bounces = join(project.folder, 'Bounces');
  await client.bounce.start({
    name: 'Long',
    fromSample: 0,
    toSample: 48_000 * 3600,
    contents: 'master',
    layout: 'mono',
    sampleFormat: 'f32',
    dither: false,
  });
  const written = () => (existsSync(bounces) ? readdirSync(bounces) : []);
  await expect.poll(() => written().length, { interval: 1, timeout: 20_000 }).toBe(2);
  await first.kill();
  close();
  expect(written().every((name) => /^Long\.[LR]\.wav\.[0-9a-f]{8}\.part$/.test(name))).toBe(true);

  const second = await startNodeHost({ home, project: project.path });
  try {
    await expect.poll(written, { timeout: 20_000 }).toEqual([]);
  } finally {
    await second.stop();
  }
}, 60_000);

test('a file that was set aside comes back where nothing took its place, and goes where something did', async () => {
  const at = join(folder.path, 'aside');
  mkdirSync(at);
  const name = (path: string) => ({ part: join(at, `${path}.01234567.part`), path: join(at, path) });
  for (const file of ['a.01234567.part', 'a.01234567.part.before', 'b', 'b.01234567.part.before']) {
    writeFileSync(join(at, file), file);
  }
  await removeAbandoned([name('a'), name('b'), name('c')]);
  expect(readdirSync(at).sort()).toEqual(['a', 'b']);
});
