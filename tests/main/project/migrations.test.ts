import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MIGRATIONS, type Migration } from '../../../src-main/project/migrations.ts';
import { openProject } from '../../../src-main/project/open-project.ts';
import { findViolations } from '../../../src-shared/edit/invariants.ts';
import { completeRow } from '../../../src-shared/model/columns.ts';
import { TABLE_NAMES, type TableName } from '../../../src-shared/model/rows.ts';
import { NEXT_LAYOUT, WITH_NEXT_LAYOUT, WITH_SLOW_NEXT_LAYOUT } from '../../support/next-layout.ts';
import { allRows, temporaryFolder, temporaryProject } from '../../support/project-files.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/projects');

type Tables = { readonly [T in TableName]?: readonly object[] };

/**
 * A copy of an era's project file in a folder of its own, and what that era saw in it: columns that came later hold
 * what they begin with, tables that came later nothing.
 */
function eraFile(layout: number): {
  file: string;
  saw: { seq: number; canUndo: string; canRedo: string; tables: Tables };
} {
  const file = join(temporaryFolder(), 'Era.twopop');
  copyFileSync(join(FIXTURES, `layout-${layout}.twopop`), file);
  const saw = JSON.parse(readFileSync(join(FIXTURES, `layout-${layout}.json`), 'utf8'));
  const rowsOf = (table: TableName) => (saw.tables[table] ?? []).map((row: never) => completeRow(table, row));
  return { file, saw: { ...saw, tables: Object.fromEntries(TABLE_NAMES.map((table) => [table, rowsOf(table)])) } };
}

test('migrations are numbered from 1 without gaps, and each layout has a file of its era', () => {
  expect(MIGRATIONS.map((migration) => migration.version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  const files = readdirSync(FIXTURES).filter((name) => name.endsWith('.twopop'));
  expect(files.sort()).toEqual(MIGRATIONS.map((migration) => `layout-${migration.version}.twopop`).sort());
});

test.each(MIGRATIONS.map((migration) => migration.version))(
  'a project of layout %i opens with the document, the log and the undo that its era had',
  async (layout) => {
    const { file, saw } = eraFile(layout);
    const project = await openProject(file, { keepBackups: 0 });
    onTestFinished(() => project.close());
    expect(project.readOnlyReason).toBeNull();
    expect([project.seq, project.canUndo, project.canRedo]).toEqual([saw.seq, saw.canUndo, saw.canRedo]);
    expect(allRows(project.reader)).toEqual(saw.tables);
    expect(findViolations(project.reader)).toEqual([]);
    let undone = 0;
    while (project.undo()) undone += 1;
    expect(project.reader.all('track')).toEqual([]);
    for (; undone > 0; undone -= 1) project.redo();
    expect(allRows(project.reader)).toEqual(saw.tables);
    while (project.redo());
    expect(findViolations(project.reader)).toEqual([]);
    expect(project.apply({ kind: 'track.add', name: 'today' }).seq).toBeGreaterThan(saw.seq);
  },
);

describe('the way from one layout to the next', () => {
  const next = NEXT_LAYOUT;
  const later = WITH_NEXT_LAYOUT;
  const versionOf = (file: string) => {
    const database = new Database(file);
    const version = database.pragma('user_version', { simple: true });
    database.close();
    return version;
  };

  test('an older project is backed up as it was, brought up to date, and loses nothing', async () => {
    const { file, saw } = eraFile(1);
    const project = await openProject(file, { keepBackups: 0, migrations: later });
    expect(project.readOnlyReason).toBeNull();
    expect(allRows(project.reader)).toEqual(saw.tables);
    expect(project.notices[0]).toContain('made by an older version');
    expect(project.apply({ kind: 'marker.add', atSample: 1, name: 'x' }).seq).toBe(saw.seq + 1);
    await project.close();
    expect(versionOf(file)).toBe(next.version);
    const folder = join(file, '..');
    const [backup = ''] = readdirSync(join(folder, 'Backups'));
    expect(versionOf(join(folder, 'Backups', backup))).toBe(1);
    expect(readdirSync(folder).filter((name) => name.includes('migrating'))).toEqual([]);
  });

  test('a migration that fails leaves the file as it was and says so', async () => {
    const { file, saw } = eraFile(1);
    const broken = [
      ...later,
      { version: next.version + 1, summary: 'a mistake', sql: 'ALTER TABLE nowhere ADD COLUMN x TEXT' },
    ];
    await expect(openProject(file, { keepBackups: 0, migrations: broken })).rejects.toMatchObject({
      code: 'project.migration',
      message: expect.stringContaining('left as it was'),
    });
    const project = await openProject(file, { keepBackups: 0 });
    onTestFinished(() => project.close());
    expect(project.readOnlyReason).toBeNull();
    expect(allRows(project.reader)).toEqual(saw.tables);
  });

  test('a process killed while migrating leaves a file that opens with everything in it', async () => {
    const random = seededRandom(5);
    const script = join(import.meta.dirname, '../../support/migrate-until-killed.ts');
    const versions: unknown[] = [];
    for (let kill = 0; kill < 12; kill += 1) {
      const { file, saw } = eraFile(1);
      const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      setTimeout(() => child.kill('SIGKILL'), random() * 150);
      await once(child, 'close');
      versions.push(versionOf(file));
      const project = await openProject(file, { keepBackups: 0, migrations: WITH_SLOW_NEXT_LAYOUT });
      expect(project.readOnlyReason).toBeNull();
      expect(allRows(project.reader)).toEqual(saw.tables);
      expect(project.apply({ kind: 'marker.add', atSample: 1, name: 'x' }).seq).toBe(saw.seq + 1);
      await project.close();
      expect(readdirSync(join(file, '..')).filter((name) => name.includes('migrating'))).toEqual([]);
    }
    // Some were killed before the new file took the old one's place; else nothing was tried.
    expect(versions).toContain(1);
  });

  test('a migration that would lose what rows refer to is refused', async () => {
    const { file } = eraFile(1);
    const losing = [...MIGRATIONS, { version: next.version, summary: 'loses sources', sql: 'DELETE FROM source' }];
    await expect(openProject(file, { keepBackups: 0, migrations: losing })).rejects.toMatchObject({
      code: 'project.migration',
    });
    expect(versionOf(file)).toBe(1);
  });

  test('migrations with a gap never run', async () => {
    const { file } = eraFile(1);
    const gap = [...MIGRATIONS, { ...next, version: next.version + 1 }];
    await expect(
      openProject(file, { keepBackups: 0, migrations: [...gap, gap[1] as Migration] }),
    ).rejects.toMatchObject({
      code: 'project.migration',
    });
  });

  test('a project of a newer version opens read-only with a clear message, and is not changed', async () => {
    const project = await temporaryProject({ migrations: MIGRATIONS });
    project.apply({ kind: 'track.add', name: 'Boom' });
    await project.close();
    const database = new Database(project.path);
    database.exec(next.sql);
    database.pragma(`user_version = ${next.version}`);
    database.close();
    const before = readFileSync(project.path);
    const newer = await openProject(project.path);
    expect(newer.readOnlyReason).toContain('newer version of Twopop');
    expect(newer.reader.all('track')).toHaveLength(1);
    expect(() => newer.apply({ kind: 'track.add', name: 'x' })).toThrow(
      expect.objectContaining({ code: 'project.read-only' }),
    );
    await newer.close();
    expect(readFileSync(project.path).equals(before)).toBe(true);
  });

  test('a newer project whose rows this version cannot read is named, not guessed at', async () => {
    const project = await temporaryProject();
    await project.close();
    const database = new Database(project.path);
    database.exec('ALTER TABLE marker RENAME COLUMN comment TO remark');
    database.pragma('user_version = 999');
    database.close();
    await expect(openProject(project.path)).rejects.toMatchObject({ code: 'project.newer' });
  });
});
