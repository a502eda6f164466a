import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { DocumentChange } from '../../../src-main/project/project.ts';
import { allRows, temporaryProject } from '../../support/project-files.ts';

test('undo and redo go on after a restart, and a new command forgets what was undone', async () => {
  const project = await temporaryProject();
  for (const name of ['A', 'B', 'C']) project.apply({ kind: 'track.add', name });
  project.undo();
  await project.close();

  const again = await openProject(project.path, { keepBackups: 0 });
  onTestFinished(() => again.close());
  const names = () => again.reader.all('track').map((track) => track.name);
  expect(names()).toEqual(['A', 'B']);
  expect([again.canUndo, again.canRedo]).toEqual(['Add track', 'Add track']);
  again.redo();
  expect(names()).toEqual(['A', 'B', 'C']);
  again.undo();
  again.undo();
  again.apply({ kind: 'marker.add', atSample: 5, name: 'here' });
  expect(again.canRedo).toBeNull();
  expect(again.redo()).toBeNull();
  again.undo();
  again.undo();
  expect(names()).toEqual([]);
  expect(again.undo()).toBeNull();
});

test('ids are never used again, not even after undo', async () => {
  const project = await temporaryProject();
  const [first] = project.apply({ kind: 'track.add', name: 'A' }).added;
  project.undo();
  const [second] = project.apply({ kind: 'track.add', name: 'B' }).added;
  expect(second?.id).toBeGreaterThan(first?.id ?? 0);
});

test('each commit reaches those who listen, and later those who ask what they missed', async () => {
  const project = await temporaryProject();
  const heard: DocumentChange[] = [];
  const stop = project.onChange((change) => heard.push(change));
  project.apply({ kind: 'track.add', name: 'A' });
  project.undo();
  project.redo();
  stop();
  project.apply({ kind: 'track.add', name: 'B' });
  expect(heard.map(({ seq, kind, label, canUndo, canRedo }) => [seq, kind, label, canUndo, canRedo])).toEqual([
    [1, 'command', 'Add track', 'Add track', null],
    [2, 'undo', 'Add track', null, 'Add track'],
    [3, 'redo', 'Add track', 'Add track', null],
  ]);
  expect(project.changesSince(1).map((change) => change.seq)).toEqual([2, 3, 4]);
  expect(
    project
      .changesSince(0)
      .slice(0, 3)
      .map((change) => change.diff),
  ).toEqual(heard.map((change) => change.diff));
  expect(project.history(2).map((entry) => [entry.seq, entry.kind])).toEqual([
    [4, 'command'],
    [3, 'redo'],
  ]);
});

test('a listener that throws does not undo a commit', async () => {
  const project = await temporaryProject();
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  project.onChange(() => {
    throw new Error('the view broke');
  });
  expect(project.apply({ kind: 'track.add', name: 'A' }).seq).toBe(1);
  expect((await warned).message).toBe('the view broke');
  expect(project.seq).toBe(1);
});

test('a command that changes nothing is not logged', async () => {
  const project = await temporaryProject();
  const [track] = project.apply({ kind: 'track.add', name: 'A' }).added;
  expect(project.apply({ kind: 'track.update', trackIds: [track?.id ?? 0], name: 'A' })).toEqual({
    seq: 1,
    label: 'Rename track',
    added: [],
  });
  expect(project.seq).toBe(1);
});

test('a batch is all or none', async () => {
  const project = await temporaryProject();
  const before = allRows(project.reader);
  expect(() =>
    project.apply({
      kind: 'batch',
      label: 'Two tracks and a mistake',
      commands: [
        { kind: 'track.add', name: 'A' },
        { kind: 'track.add', name: 'B' },
        { kind: 'clip.remove', clipIds: [7] },
      ],
    }),
  ).toThrow(expect.objectContaining({ code: 'clip.missing' }));
  expect(allRows(project.reader)).toEqual(before);
  expect(project.seq).toBe(0);
});

test('a command that is not of the union is refused with what is wrong in it', async () => {
  const project = await temporaryProject();
  expect(() => project.apply({ kind: 'clip.gain', clipIds: [1], gainDb: 99 })).toThrow(
    expect.objectContaining({ code: 'command.invalid', message: expect.stringContaining('gainDb') }),
  );
  expect(() => project.apply({ kind: 'clip.explode' } as never)).toThrow(
    expect.objectContaining({ code: 'command.invalid' }),
  );
  expect(() => project.apply(null as never)).toThrow(expect.objectContaining({ code: 'command.invalid' }));
});

test('the log of a big edit takes little of the file, and is undone after a restart all the same', async () => {
  const project = await temporaryProject();
  const comment = 'said again and again';
  const commands = Array.from({ length: 2000 }, (_, atSample) => ({
    kind: 'marker.add' as const,
    atSample,
    name: 'm',
    comment,
  }));
  project.apply({ kind: 'batch', label: 'Two thousand markers', commands });
  const [change] = project.changesSince(0);
  const rows = allRows(project.reader);
  await project.close();
  const database = new Database(project.path, { readonly: true });
  const [held] = database.prepare('SELECT length(command) + length(diff) AS bytes FROM log').all() as {
    bytes: number;
  }[];
  database.close();
  expect(held?.bytes ?? 0).toBeLessThan(JSON.stringify(change?.diff).length / 8);
  const again = await openProject(project.path, { keepBackups: 0 });
  onTestFinished(() => again.close());
  expect(again.changesSince(0)[0]?.diff).toEqual(change?.diff);
  again.undo();
  expect(again.reader.all('marker')).toEqual([]);
  again.redo();
  expect(allRows(again.reader)).toEqual(rows);
});
