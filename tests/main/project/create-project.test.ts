import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { createProject } from '../../../src-main/project/create-project.ts';
import { booleanColumnsOf, columnsOf } from '../../../src-shared/model/columns.ts';
import { TABLE_NAMES } from '../../../src-shared/model/rows.ts';
import { newProjectFields, temporaryFolder, temporaryProject } from '../../support/project-files.ts';

test('a new project is a folder with its file and the folders of its media', async () => {
  const project = await temporaryProject({}, 'Night Shift é🎬');
  expect(
    readdirSync(project.folder)
      .filter((name) => !/-(lock|wal|shm)$/.test(name))
      .sort(),
  ).toEqual(['Audio Files', 'Backups', 'Bounces', 'Night Shift é🎬.twopop', 'Peaks', 'Picture'].sort());
  expect(project.name).toBe('Night Shift é🎬');
  expect(project.reader.get('project', 1)).toEqual({
    id: 1,
    name: 'Night Shift é🎬',
    frameRateNumerator: 24000,
    frameRateDenominator: 1001,
    dropFrame: false,
    sampleRate: 48000,
    startFrame: 86400,
  });
  expect([project.seq, project.canUndo, project.canRedo]).toEqual([0, null, null]);
});

test('the file is marked, journaled and strict, and flushes every commit', async () => {
  const project = await temporaryProject();
  const database = new Database(project.path);
  onTestFinished(() => void database.close());
  expect(database.pragma('application_id', { simple: true })).toBe(0x54574f50);
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
  const tables = database.pragma('table_list') as { schema: string; name: string; strict: number }[];
  const own = tables.filter((table) => table.schema === 'main' && !table.name.startsWith('sqlite_'));
  expect(own.filter((table) => table.strict !== 1)).toEqual([]);
});

test('columns of the model and of the file are the same, in the same order', async () => {
  const project = await temporaryProject();
  const database = new Database(project.path);
  onTestFinished(() => void database.close());
  for (const table of TABLE_NAMES) {
    const columns = database.pragma(`table_info(${table})`) as { name: string; type: string }[];
    expect(columns.map((column) => column.name)).toEqual(columnsOf(table));
    for (const name of booleanColumnsOf(table)) {
      expect(columns.find((column) => column.name === name)?.type).toBe('INTEGER');
    }
  }
});

test.each(['', 'a/b', 'a\\b', 'con', 'x.', ' ', '..', 'what?', 'line\nbreak', '.hidden'])(
  'refuses the name %j, which not every disk can hold',
  async (name) => {
    const folder = temporaryFolder();
    await expect(createProject(newProjectFields(folder, name))).rejects.toMatchObject({ code: 'project.name' });
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('never writes over anything', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'Reel 1'));
  writeFileSync(join(folder, 'Reel 1', 'letter.txt'), 'mine');
  await expect(createProject(newProjectFields(folder))).rejects.toMatchObject({ code: 'project.exists' });
  writeFileSync(join(folder, 'Reel 2'), 'a file');
  await expect(createProject(newProjectFields(folder, 'Reel 2'))).rejects.toMatchObject({ code: 'project.exists' });
  expect(readdirSync(join(folder, 'Reel 1'))).toEqual(['letter.txt']);
});

test('an impossible place, rate or start is refused with nothing left behind', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  await expect(createProject(newProjectFields(join(folder, 'file')))).rejects.toMatchObject({
    code: 'project.not-writable',
  });
  const fields = newProjectFields(folder);
  const drop = { numerator: 24000, denominator: 1001, drop: true };
  await expect(createProject({ ...fields, frameRate: drop })).rejects.toMatchObject({ code: 'project.drop-frame' });
  await expect(createProject({ ...fields, startFrame: 24 * 3600 * 24 })).rejects.toMatchObject({
    code: 'project.start',
  });
  expect(readdirSync(folder)).toEqual(['file']);
});

/** A disk of 1 MB, where this user may mount one. */
function tinyDisk(): string | null {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

test('a disk that fills up refuses the edit, keeps everything before it, and takes edits again when there is room', async ({
  skip,
}) => {
  const disk = tinyDisk();
  if (!disk) {
    console.warn('SKIPPED: editing on a full disk (needs the right to mount a small one)');
    return skip();
  }
  const project = await createProject(newProjectFields(disk), { keepBackups: 0 });
  const ballast = join(disk, 'ballast');
  let kept = 0;
  const comment = 'x'.repeat(4000);
  const addMarker = () => project.apply({ kind: 'marker.add', atSample: kept, name: 'm', comment });
  writeFileSync(ballast, Buffer.alloc(100_000));
  let error: unknown = null;
  for (; kept < 1000; kept += 1) {
    try {
      addMarker();
    } catch (thrown) {
      error = thrown;
      break;
    }
  }
  expect(error).toMatchObject({
    code: 'project.disk-full',
    message: expect.stringContaining('Everything before it is safe'),
  });
  expect(project.reader.all('marker')).toHaveLength(kept);
  expect(project.seq).toBe(kept);
  writeFileSync(ballast, '');
  expect(addMarker().seq).toBe(kept + 1);
  await expect(createProject({ ...newProjectFields(disk, 'Reel 2') })).rejects.toMatchObject({
    code: 'project.disk-full',
  });
  expect(readdirSync(disk).sort()).toEqual(['Reel 1', 'ballast']);
  await project.close();
});
