import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Backup, listBackups, surplusBackups } from '../../../src-main/project/backups.ts';
import { openProject } from '../../../src-main/project/open-project.ts';
import { allRows, temporaryProject } from '../../support/project-files.ts';

test('a backup holds the document, its log and its undo', async () => {
  const project = await temporaryProject();
  project.apply({ kind: 'track.add', name: 'Boom' });
  project.apply({ kind: 'track.add', name: 'Lav' });
  project.undo();
  const path = await project.backup();
  expect(path).toMatch(/Backups[/\\]Reel 1 \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d \(3\)\.twopop$/);
  const copy = await openProject(path, { keepBackups: 0 });
  onTestFinished(() => copy.close());
  expect(allRows(copy.reader)).toEqual(allRows(project.reader));
  expect([copy.seq, copy.canUndo, copy.canRedo]).toEqual([3, 'Add track', 'Add track']);
});

test('edits made while a backup is under way are all there afterwards, in the file and in the listing of backups', async () => {
  const project = await temporaryProject();
  const comment = 'x'.repeat(3000);
  for (let atSample = 0; atSample < 1500; atSample += 1)
    project.apply({ kind: 'marker.add', atSample, name: 'm', comment });
  const backup = project.backup();
  let during = 0;
  let done = false;
  void backup.finally(() => {
    done = true;
  });
  while (!done && during < 200) {
    project.apply({ kind: 'marker.add', atSample: 9000 + during, name: 'during' });
    during += 1;
    await wait(0);
  }
  const copy = await openProject(await backup, { keepBackups: 0 });
  onTestFinished(() => copy.close());
  expect(during).toBeGreaterThan(1);
  expect(copy.reader.all('marker').length).toBeGreaterThanOrEqual(1500);
  expect(copy.readOnlyReason).toBeNull();
  expect(project.reader.all('marker')).toHaveLength(1500 + during);
});

test('a project is backed up when it is opened and on a timer, each state once', async () => {
  const project = await temporaryProject();
  project.apply({ kind: 'track.add', name: 'A' });
  await project.close();
  expect(listBackups(project.path)).toEqual([]);

  const opened = await openProject(project.path, { keepBackups: 5, backupIntervalMs: 20 });
  onTestFinished(() => opened.close());
  const seqs = () => listBackups(project.path).map((backup) => backup.seq);
  await expect.poll(seqs).toEqual([1]);
  await wait(100);
  expect(seqs()).toEqual([1]);
  opened.apply({ kind: 'track.add', name: 'B' });
  await expect.poll(seqs).toEqual([2, 1]);
  await opened.close();
  const again = await openProject(project.path, { keepBackups: 5 });
  await again.close();
  expect(seqs()).toEqual([2, 1]);
  expect(readdirSync(join(project.folder, 'Backups')).filter((name) => !name.endsWith('.twopop'))).toEqual([]);
});

test('old backups are thinned: the newest few stay, and the last of each day for a month', () => {
  const day = 24 * 3600 * 1000;
  const start = Date.UTC(2026, 5, 1, 12);
  const backups: Backup[] = [];
  for (let days = 0; days < 60; days += 1) {
    for (let hour = 0; hour < 4; hour += 1) {
      backups.push({
        path: `${days}/${hour}`,
        at: new Date(start - days * day - hour * 3600 * 1000),
        seq: 1000 - days * 4 - hour,
      });
    }
  }
  const surplus = new Set(surplusBackups(backups, 6).map((backup) => backup.path));
  const kept = backups.filter((backup) => !surplus.has(backup.path)).map((backup) => backup.path);
  const newest = ['0/0', '0/1', '0/2', '0/3', '1/0', '1/1'];
  const lastOfDays = Array.from({ length: 28 }, (_, index) => `${index + 2}/0`);
  expect(kept).toEqual([...newest, ...lastOfDays]);
});

test('other files in the Backups folder are left alone', async () => {
  const project = await temporaryProject({}, 'Night (3)');
  const foreign = join(project.folder, 'Backups', 'notes.txt');
  writeFileSync(foreign, 'mine');
  for (let count = 0; count < 4; count += 1) {
    project.apply({ kind: 'track.add', name: 'A' });
    await project.backup();
  }
  expect(existsSync(foreign)).toBe(true);
  expect(listBackups(project.path)[0]?.seq).toBe(4);
});

test('two projects in one folder keep their own backups', async () => {
  const project = await temporaryProject({ keepBackups: 5 }, 'Reel');
  project.apply({ kind: 'track.add', name: 'A' });
  const own = await project.backup();
  const other = join(project.folder, 'Reel 2026-01-01 00.00.00 (7).twopop');
  const others = ['Reel 2', 'Reel 2026-01-01 00.00.00 (7)', 'Old Reel'].flatMap((title) =>
    Array.from({ length: 15 }, (_, second) => `${title} 2026-01-01 00.00.${10 + second} (${second}).twopop`),
  );
  for (const name of others) writeFileSync(join(project.folder, 'Backups', name), '');
  for (let count = 0; count < 3; count += 1) {
    project.apply({ kind: 'track.add', name: 'A' });
    await project.backup();
  }
  expect(listBackups(project.path).map((backup) => backup.seq)).toEqual([4, 3, 2, 1]);
  expect(listBackups(project.path).at(-1)?.path).toBe(own);
  expect(listBackups(other)).toHaveLength(15);
  expect(others.filter((name) => !existsSync(join(project.folder, 'Backups', name)))).toEqual([]);
});
