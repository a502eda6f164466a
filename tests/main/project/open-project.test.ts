import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { STARTING_COMMANDS, sourceFields } from '../../support/document-samples.ts';
import { allRows, temporaryFolder, temporaryProject } from '../../support/project-files.ts';

async function reopen(path: string): Promise<Project> {
  const project = await openProject(path, { keepBackups: 0 });
  onTestFinished(() => project.close());
  return project;
}

/** Refused with `code`, and every byte of the file as it was. */
async function expectRefused(file: string, code: string): Promise<{ message: string; remedy: string }> {
  const before = readFileSync(file);
  const names = readdirSync(dirname(file));
  const error = await openProject(file).then(
    () => null,
    (thrown: { code: string; message: string; remedy: string }) => thrown,
  );
  expect(error).toMatchObject({ code });
  expect(error?.message).toContain(file);
  expect(error?.remedy).not.toBe('');
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(dirname(file)).filter((name) => name.endsWith('-lock'))).toEqual(
    names.filter((name) => name.endsWith('-lock')),
  );
  return error as { message: string; remedy: string };
}

describe('what is not a project', () => {
  test('nothing at the path', async () => {
    await expect(openProject(join(temporaryFolder(), 'gone'))).rejects.toMatchObject({ code: 'project.missing' });
  });

  test('a folder without a project, and one with two', async () => {
    const folder = temporaryFolder();
    await expect(openProject(folder)).rejects.toMatchObject({ code: 'project.not-a-project' });
    writeFileSync(join(folder, 'a.twopop'), '');
    writeFileSync(join(folder, 'b.twopop'), '');
    await expect(openProject(folder)).rejects.toMatchObject({ code: 'project.several' });
  });

  test('an empty file, a text file, a picture, someone else’s database', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'x.twopop');
    writeFileSync(file, '');
    await expectRefused(file, 'project.empty');
    writeFileSync(file, 'this is no project, but it is long enough to be looked at as one. '.repeat(100));
    await expectRefused(file, 'project.not-a-project');
    writeFileSync(file, Buffer.alloc(8192, 0x89));
    await expectRefused(file, 'project.not-a-project');
    const other = new Database(join(folder, 'other.twopop'));
    other.exec('CREATE TABLE recipes (name TEXT)');
    other.close();
    await expectRefused(join(folder, 'other.twopop'), 'project.not-a-project');
  });
});

describe('damage', () => {
  async function bigEnough(): Promise<string> {
    const project = await temporaryProject();
    for (const command of STARTING_COMMANDS) project.apply(command);
    for (let count = 0; count < 200; count += 1) {
      project.apply({ kind: 'clip.add', trackId: 1, sourceId: 1, startSample: count * 2000, lengthSamples: 1000 });
    }
    await project.backup();
    await project.close();
    return project.path;
  }

  test('a file cut short names the newest backup and is left alone', async () => {
    const file = await bigEnough();
    truncateSync(file, 40_960);
    const { message, remedy } = await expectRefused(file, 'project.damaged');
    expect(message).toContain('Nothing was written');
    const [backup] = readdirSync(join(dirname(file), 'Backups'));
    expect(remedy).toContain(backup);
  });

  test('pages overwritten by something else are found at open', async () => {
    const file = await bigEnough();
    const bytes = readFileSync(file);
    for (let page = 3; page < bytes.length / 4096; page += 2) bytes.fill(0x5a, page * 4096, page * 4096 + 300);
    writeFileSync(file, bytes);
    await expectRefused(file, 'project.damaged');
  });

  test('the backup that the error names opens in the file’s place', async () => {
    const file = await bigEnough();
    const [backup = ''] = readdirSync(join(dirname(file), 'Backups'));
    truncateSync(file, 5000);
    renameSync(file, `${file}.damaged`);
    copyFileSync(join(dirname(file), 'Backups', backup), file);
    const project = await reopen(file);
    expect(project.reader.all('clip')).toHaveLength(200);
    expect(project.undo()).not.toBeNull();
  });

  test('rows that contradict each other open read-only and say which', async () => {
    const file = await bigEnough();
    const database = new Database(file);
    database.exec('UPDATE clip SET lengthSamples = 2500 WHERE id = 10');
    database.close();
    const project = await reopen(file);
    expect(project.readOnlyReason).toContain('clips 10 and 11 overlap without a crossfade');
    expect(project.reader.all('clip')).toHaveLength(200);
    const [backup] = readdirSync(join(dirname(file), 'Backups'));
    expect(project.readOnlyReason).toContain(
      `The newest backup that is sound is "${join(dirname(file), 'Backups', backup ?? '')}"`,
    );
    await project.close();
    const copy = new Database(join(dirname(file), 'Backups', backup ?? ''));
    copy.exec('UPDATE clip SET lengthSamples = 2500 WHERE id = 10');
    copy.close();
    expect((await reopen(file)).readOnlyReason).toContain('None of its newest backups is sound');
    expect(readdirSync(join(dirname(file), 'Backups'))).toEqual([backup]);
  });

  test('clips and fades that are too long are shortened at open, as a logged command, after a backup', async () => {
    const file = await bigEnough();
    const database = new Database(file);
    database.exec('UPDATE clip SET fadeInSamples = 800, fadeOutSamples = 900 WHERE id = 10');
    database.close();
    const project = await reopen(file);
    expect(project.readOnlyReason).toBeNull();
    expect(project.reader.get('clip', 10)).toMatchObject({ fadeInSamples: 800, fadeOutSamples: 200 });
    expect(project.history(1)).toMatchObject([{ kind: 'command', label: 'Repair clip' }]);
    expect(project.notices.join()).toContain('“Repair clip” in the history');
    expect(project.canUndo).toBe('Add clip');
    const [backup = ''] = readdirSync(join(dirname(file), 'Backups')).filter((name) =>
      project.notices.join().includes(name),
    );
    const kept = new Database(join(dirname(file), 'Backups', backup));
    expect(kept.prepare('SELECT fadeOutSamples FROM clip WHERE id = 10').pluck().get()).toBe(900);
    kept.close();
    while (project.undo());
    expect(project.reader.all('clip')).toEqual([]);
    await project.close();
    expect((await reopen(file)).notices.join()).not.toContain('history');
  });
});

describe('folders', () => {
  test.skipIf(process.platform === 'win32')(
    'a source whose path leads outside by a link is never followed, and a notice says so',
    async () => {
      const project = await temporaryProject();
      const outside = temporaryFolder();
      writeFileSync(join(outside, 'secret.wav'), 'sound');
      mkdirSync(join(project.folder, 'Audio Files'), { recursive: true });
      symlinkSync(join(outside, 'secret.wav'), join(project.folder, 'Audio Files', 'T001.wav'));
      symlinkSync(outside, join(project.folder, 'Audio Files', 'card'));
      symlinkSync(join(outside, 'not yet.wav'), join(project.folder, 'Audio Files', 'T003.wav'));
      writeFileSync(join(project.folder, 'Audio Files', 'real.wav'), 'sound');
      symlinkSync('real.wav', join(project.folder, 'Audio Files', 'T004.wav'));
      const add = (name: string, path: string, linked = false) =>
        project.apply({
          kind: 'source.add',
          source: sourceFields({ name, path, linked, sizeBytes: 5 }),
          picture: null,
        });
      add('T001', 'Audio Files/T001.wav');
      add('T002', 'Audio Files/card/secret.wav');
      add('T003', 'Audio Files/T003.wav');
      add('T004', 'Audio Files/T004.wav');
      add('T005', join(project.folder, 'Audio Files', 'T001.wav'), true);
      await project.close();
      const again = await reopen(project.path);
      expect(again.notices.join(' ')).toContain('T001, T002, T003: the path leads outside the project folder');
      expect(again.offlineSources().map((source) => source.name)).toEqual(['T001', 'T002', 'T003']);
      for (const source of again.reader.all('source').slice(0, 3)) {
        expect(() => again.sourcePath(source)).toThrow(expect.objectContaining({ code: 'source.path' }));
      }
    },
  );

  test.skipIf(process.platform === 'win32')('a link to a project file is that file: one lock, one folder', async () => {
    const project = await temporaryProject();
    const link = join(temporaryFolder(), 'link.twopop');
    symlinkSync(project.path, link);
    const other = await reopen(link);
    expect(other.readOnlyReason).toContain(`process ${process.pid}`);
    expect(other.path).toBe(realpathSync(project.path));
    expect(readdirSync(dirname(link))).toEqual(['link.twopop']);
  });

  test('a project moved to another folder, opened by its folder, has everything', async () => {
    const project = await temporaryProject();
    mkdirSync(join(project.folder, 'Audio Files'), { recursive: true });
    writeFileSync(join(project.folder, 'Audio Files', 'T001.wav'), 'sound');
    project.apply({ kind: 'source.add', source: sourceFields({ name: 'T001', sizeBytes: 5 }), picture: null });
    const rows = allRows(project.reader);
    expect(project.offlineSources()).toEqual([]);
    await project.close();
    const elsewhere = join(temporaryFolder(), 'moved', 'Show é🎬');
    cpSync(project.folder, elsewhere, { recursive: true });
    const moved = await reopen(elsewhere);
    expect(allRows(moved.reader)).toEqual(rows);
    expect(moved.notices).toEqual([]);
    const [source] = moved.reader.all('source');
    expect(source && moved.sourcePath(source)).toBe(join(elsewhere, 'Audio Files', 'T001.wav'));
    expect(moved.undo()?.label).toBe('Import T001');
  });

  test('sources whose file is gone are reported, and those that lead outside are never looked at', async () => {
    const project = await temporaryProject();
    project.apply({ kind: 'source.add', source: sourceFields({ name: 'T001' }), picture: null });
    await project.close();
    const database = new Database(project.path);
    database.exec("UPDATE source SET path = '../../etc/passwd'");
    database.close();
    const again = await reopen(project.path);
    expect(again.notices.join(' ')).toContain('1 source is offline: T001');
    expect(again.readOnlyReason).toContain('lies outside the project folder');
    const [source] = again.reader.all('source');
    expect(() => source && again.sourcePath(source)).toThrow(expect.objectContaining({ code: 'source.path' }));
  });
});
