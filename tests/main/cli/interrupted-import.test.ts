import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProjectInfo } from '../../../src-shared/rpc/schemas.ts';
import { connectToHost } from '../../support/host-client.ts';
import { startNodeHost } from '../../support/node-host-process.ts';
import { runCli } from '../../support/run-cli.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeWave } from '../../support/write-wave.ts';

const FILES = 30;

type Shown = { seq: number; tables: Record<string, Record<string, unknown>[]> };

let folder: TemporaryFolder;
let home = '';
let card = '';

beforeAll(() => {
  folder = makeTemporaryFolder('cli-interrupted');
  home = join(folder.path, 'home');
  card = join(folder.path, 'CARD');
  mkdirSync(card);
  for (let number = 0; number < FILES; number++) {
    writeWave(join(card, `take ${number}.wav`), {
      lengthSamples: 48_000 * 20,
      sampleAt: (sample) => ((sample + number * 37) % 211) / 1000,
    });
  }
});

afterAll(() => folder.remove());

/** A project in the middle of an import, its host killed. */
async function interrupted(name: string): Promise<ProjectInfo> {
  const host = await startNodeHost({ home });
  const { client, close } = await connectToHost(host.origin, host.token);
  const project = await client.project.create({
    name,
    parentFolder: folder.path,
    frameRate: { numerator: 25, denominator: 1, drop: false },
    sampleRate: 48_000,
    startFrame: 0,
  });
  await client.media.import({ paths: [card], mode: 'copy' });
  for await (const change of await client.document.changes({ sinceSeq: 0 })) if (change.seq >= 2) break;
  await host.kill();
  close();
  return project;
}

const contents = (project: ProjectInfo) =>
  readdirSync(project.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/-(shm|wal)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [path, readFileSync(path).length]);

describe('a project whose import was interrupted', () => {
  test('is shown as it is, and is left so', async () => {
    const project = await interrupted('Shown');
    const before = contents(project);
    const shown = await runCli(['show', project.path, '--json'], { home });
    expect(shown).toMatchObject({ code: 0, errors: '' });
    const count = shown.json<Shown>().tables.source?.length ?? 0;
    expect(count).toBeGreaterThanOrEqual(2);
    expect(count).toBeLessThan(FILES);
    expect(contents(project)).toEqual(before);
  });

  test('is worked on only when the import is through', async () => {
    const project = await interrupted('Run');
    const ran = await runCli(['run', project.path, '-', '--json'], {
      home,
      input: '{"kind":"marker.add","atSample":0,"name":"Start"}',
    });
    expect(ran.errors).toContain('it had been interrupted, and goes on first');
    expect(ran.code).toBe(0);
    const { tables } = (await runCli(['show', project.path, '--json'], { home })).json<Shown>();
    expect(tables.source).toHaveLength(FILES);
    expect(tables.marker).toHaveLength(1);
    expect(readdirSync(join(project.folder, 'Audio Files')).filter((name) => !name.endsWith('.wav'))).toEqual([]);
  });

  test('is not gone on with by another user, who is told', async () => {
    const project = await interrupted('Handed over');
    const ran = await runCli(['run', project.path, '-', '--json'], {
      home: join(folder.path, 'another home'),
      input: '{"kind":"marker.add","atSample":0,"name":"Start"}',
    });
    expect(ran.code).toBe(0);
    expect(ran.errors).toContain('was begun on another machine or by another user');
    const { tables } = (await runCli(['show', project.path, '--json'], { home })).json<Shown>();
    expect(tables.source?.length).toBeLessThan(FILES);
  });
});

test('show works beside a host that has the project open', async () => {
  const host = await startNodeHost({ home });
  const { client, close } = await connectToHost(host.origin, host.token);
  const { path } = await client.project.create({
    name: 'Held',
    parentFolder: folder.path,
    frameRate: { numerator: 25, denominator: 1, drop: false },
    sampleRate: 48_000,
    startFrame: 0,
  });
  await client.document.apply({ command: { kind: 'track.add', name: 'Boom' } });
  const shown = await runCli(['show', path, '--json'], { home });
  expect(shown.json<Shown>()).toMatchObject({ seq: 1, tables: { track: [{ name: 'Boom' }] } });
  await client.document.apply({ command: { kind: 'track.add', name: 'Lav' } });
  close();
  await host.stop();
});
