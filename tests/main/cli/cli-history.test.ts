import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HistoryEntry } from '../../../src-shared/rpc/schemas.ts';
import { runCli } from '../../support/run-cli.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeWave } from '../../support/write-wave.ts';

type Shown = { tables: Record<string, Record<string, unknown>[]> };

let folder: TemporaryFolder;
let home = '';
let reel = '';

const cli = (...args: string[]) => runCli(args, { home });
const run = (...lines: object[]) =>
  runCli(['run', reel, '-', '--json'], { home, input: lines.map((line) => JSON.stringify(line)).join('\n') });
const markers = async () =>
  (await cli('show', reel, '--json')).json<Shown>().tables.marker?.map(({ name }) => name) ?? [];

beforeAll(async () => {
  folder = makeTemporaryFolder('cli-history');
  home = join(folder.path, 'home');
  reel = join(folder.path, 'Reel 1');
  await cli('new', reel);
});

afterAll(() => folder.remove());

test('run undoes and redoes, also what an earlier run did', async () => {
  const marker = (name: string) => ({ kind: 'marker.add', atSample: 0, name });
  expect((await run(marker('A'), marker('B'), { kind: 'undo' })).code).toBe(0);
  expect(await markers()).toEqual(['A']);
  expect((await run({ kind: 'redo' }, { kind: 'undo' }, { kind: 'undo' })).code).toBe(0);
  expect(await markers()).toEqual([]);
  const beyond = await run({ kind: 'redo' }, { kind: 'redo' }, { kind: 'redo' });
  expect(beyond.code).toBe(1);
  expect(beyond.json()).toMatchObject({ failed: { index: 2, kind: 'redo', error: { code: 'history.nothing' } } });
  expect(await markers()).toEqual(['A', 'B']);
});

test('history lists what was done, newest first', async () => {
  const entries = (await cli('history', reel, '--json')).json<HistoryEntry[]>();
  expect(entries.slice(0, 3).map(({ kind }) => kind)).toEqual(['redo', 'redo', 'undo']);
  expect(entries.at(-1)?.kind).toBe('command');
  expect((await cli('history', reel, '--limit', '2', '--json')).json<HistoryEntry[]>()).toEqual(entries.slice(0, 2));
  expect((await cli('history', reel)).output).toContain(entries[0]!.label);
  expect((await cli('history', reel, '--limit', 'all')).code).toBe(2);
  expect((await cli('history', join(folder.path, 'nowhere'))).code).toBe(2);
});

test('backup copies the project file', async () => {
  const made = await cli('backup', reel, '--json');
  expect(made.code).toBe(0);
  const { path } = made.json<{ path: string }>();
  expect(dirname(path)).toBe(join(reel, 'Backups'));
  expect(existsSync(path)).toBe(true);
  expect((await cli('backup')).code).toBe(2);
});

test('relink finds files that were moved, and names those that stay offline', async () => {
  const [card, shuttle] = [join(folder.path, 'CARD'), join(folder.path, 'SHUTTLE')];
  for (const path of [card, shuttle]) mkdirSync(path);
  writeWave(join(card, 'one.wav'), { lengthSamples: 4800 });
  expect((await cli('import', reel, card, '--link')).code).toBe(0);
  renameSync(join(card, 'one.wav'), join(folder.path, 'away.wav'));
  const lost = await cli('relink', reel, shuttle, '--json');
  expect(lost.code).toBe(1);
  expect(lost.json()).toMatchObject({ offline: [{ name: 'one' }] });
  renameSync(join(folder.path, 'away.wav'), join(shuttle, 'renamed.wav'));
  const found = await cli('relink', reel, shuttle, '--json');
  expect(found.code).toBe(0);
  expect(found.json()).toMatchObject({ job: { state: 'done' }, offline: [] });
  expect((await cli('show', reel, '--json')).json<Shown>().tables.source?.map(({ path }) => path)).toEqual([
    join(shuttle, 'renamed.wav'),
  ]);
  expect((await cli('relink', reel, join(folder.path, 'nowhere'))).code).toBe(2);
  expect((await cli('relink', reel)).code).toBe(2);
  expect(readdirSync(card)).toEqual([]);
});

test('sync takes sources by their names, and says which it does not know', async () => {
  const unknown = await cli('sync', reel, '--camera', 'A001', '--recorder', 'renamed', '--json');
  expect(unknown.code).toBe(2);
  expect(unknown.json()).toMatchObject({ error: { code: 'bad-usage', message: expect.stringContaining('“A001”') } });
});
