import { cpSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { DocumentChange, Project } from '../../../src-main/project/project.ts';
import { findViolations } from '../../../src-shared/edit/invariants.ts';
import { pictureFields, sourceFields } from '../../support/document-samples.ts';
import { allRows, temporaryFolder, temporaryProject } from '../../support/project-files.ts';

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

/** A camera with picture on the timeline, by sync, as in an edit that a proxy comes into. */
function placeCamera(project: Project): void {
  const add = (name: string, picture: boolean) =>
    project.apply({
      kind: 'source.add',
      source: sourceFields({ name, role: picture ? 'camera' : 'recorder', lengthSamples: 480_480 }),
      picture: picture ? pictureFields({ name, frameCount: 240 }) : null,
    });
  add('A001', true);
  add('T001', false);
  const match = { status: 'proposed', offsetSamplesAt48k: 0, driftPpm: 0, method: 'waveform', confidence: 1 } as const;
  const residuals = { residualHeadMs: 0, residualMiddleMs: 0, residualTailMs: 0 };
  const ids = { cameraSourceId: 1, recorderSourceId: 2 };
  project.apply({ kind: 'sync.propose', matches: [{ ...match, ...residuals, ...ids, reason: '' }] });
  project.apply({ kind: 'sync.accept', matchIds: [1] });
}

test('a sync accepted with a resampled copy is undone after a restart to the byte, copy and all, and redone', async () => {
  const project = await temporaryProject();
  placeCamera(project);
  project.undo();
  const before = allRows(project.reader);
  const corrected = {
    matchId: 1,
    source: sourceFields({ name: 'T001 (A001)', path: 'Audio Files/T001 (A001).wav', lengthSamples: 500_000 }),
    derivation: { fromSample: 0, driftPpm: 0 },
  };
  project.apply({ kind: 'sync.adjust', matchIds: [1], nudgeBySamplesAt48k: 2.5 });
  project.apply({ kind: 'sync.accept', matchIds: [1], driftCorrection: 'resample', corrected: [corrected] });
  project.apply({ kind: 'sync.adjust', matchIds: [1], nudgeBySamplesAt48k: 100 });
  expect(project.reader.clipsOfMatch(1).map((clip) => clip.sourceInSample)).toEqual([103, 103]);
  const after = allRows(project.reader);
  await project.close();
  const again = await openProject(project.path, { keepBackups: 0 });
  onTestFinished(() => again.close());
  for (let steps = 0; steps < 3; steps += 1) again.undo();
  expect(allRows(again.reader)).toEqual(before);
  for (let steps = 0; steps < 3; steps += 1) again.redo();
  expect(allRows(again.reader)).toEqual(after);
});

test('undo and redo around a proxy that was made meanwhile keep the project sound, and the proxy', async () => {
  const project = await temporaryProject();
  placeCamera(project);
  const proxyPath = 'Picture/A001.mp4';
  project.apply({ kind: 'picture.setProxy', pictureId: 1, proxyPath }, { undoable: false });
  project.undo();
  project.redo();
  expect(project.reader.get('picture', 1)).toMatchObject({ proxyPath, frameCount: 240 });
  const rows = allRows(project.reader);
  await project.close();
  const again = await openProject(project.path, { keepBackups: 0 });
  onTestFinished(() => again.close());
  expect(again.readOnlyReason).toBeNull();
  expect(again.notices.join()).not.toContain('contradict');
  expect(allRows(again.reader)).toEqual(rows);
});

test('a picture that an older version had shortened by its proxy stays so through undo and redo', async () => {
  const project = await temporaryProject();
  placeCamera(project);
  const file = new Database(project.path);
  file.exec('UPDATE picture SET frameCount = 238');
  file.exec('UPDATE picture_clip SET lengthSamples = 476476');
  file.close();
  project.undo();
  project.redo();
  expect(project.reader.all('picture_clip')).toMatchObject([{ lengthSamples: 476_476 }]);
  expect(findViolations(project.reader)).toEqual([]);
  const [redone] = project.changesSince(project.seq - 1);
  expect(redone?.diff.find((change) => change.table === 'picture_clip')?.after).toMatchObject({
    lengthSamples: 476_476,
  });
});

test('a step whose rows would contradict what stands now is refused, with nothing changed', async () => {
  const project = await temporaryProject();
  project.apply({ kind: 'track.add', name: 'Boom' });
  project.apply({ kind: 'source.add', source: sourceFields({ name: 'S', lengthSamples: 1000 }), picture: null });
  project.apply({ kind: 'clip.add', trackId: 1, sourceId: 1, startSample: 0 });
  project.apply({ kind: 'clip.remove', clipIds: [1] });
  project.apply({ kind: 'clip.add', trackId: 1, sourceId: 1, startSample: 500 }, { undoable: false });
  const rows = allRows(project.reader);
  expect(() => project.undo()).toThrow(
    expect.objectContaining({ code: 'project.contradiction', message: expect.stringContaining('overlap') }),
  );
  expect([allRows(project.reader), project.seq]).toEqual([rows, 5]);
  expect(project.apply({ kind: 'marker.add', atSample: 0, name: 'goes on' }).seq).toBe(6);
});

test('missed commits are read page by page', async () => {
  const project = await temporaryProject();
  for (let count = 0; count < 7; count += 1) project.apply({ kind: 'marker.add', atSample: count, name: 'm' });
  expect(project.changesSince(2, 3).map((change) => change.seq)).toEqual([3, 4, 5]);
  expect(project.changesSince(5, 3).map((change) => change.seq)).toEqual([6, 7]);
  expect(project.changesSince(7, 3)).toEqual([]);
});

test('a project has an id of its own, the same each time it is opened, and a copy of its folder another', async () => {
  const project = await temporaryProject();
  const other = await temporaryProject();
  const { id, folder } = project;
  await project.close();
  const copyFolder = join(temporaryFolder(), 'Copy');
  cpSync(folder, copyFolder, { recursive: true });
  const [again, copy] = await Promise.all([folder, copyFolder].map((path) => openProject(path, { keepBackups: 0 })));
  onTestFinished(async () => {
    await again?.close();
    await copy?.close();
  });
  expect(again?.id).toBe(id);
  expect(new Set([id, other.id, copy?.id]).size).toBe(3);
});
