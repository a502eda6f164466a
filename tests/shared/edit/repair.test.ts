import { expect, test } from 'vitest';
import { findViolations, findViolationsIn } from '../../../src-shared/edit/invariants.ts';
import { rebaseDiff, reverseDiff } from '../../../src-shared/edit/row-diff.ts';
import { frameToSample } from '../../../src-shared/time/frame-rate.ts';
import { emptyDocument, matchRow, pictureFields, sourceFields } from '../../support/document-samples.ts';
import { edit } from '../../support/edited-document.ts';

const at = (frame: number) => frameToSample(frame, { numerator: 24000, denominator: 1001, drop: false }, 48000);

function someDocument() {
  const document = emptyDocument();
  edit(document, { kind: 'track.add', name: 'Boom' });
  edit(document, {
    kind: 'source.add',
    source: sourceFields({ name: 'A', lengthSamples: 10_000 }),
    picture: pictureFields({ name: 'A', frameCount: 100 }),
  });
  edit(document, { kind: 'picture.place', pictureId: 1, startSample: 0 });
  edit(document, { kind: 'picture.place', pictureId: 1, startSample: at(200) });
  for (const startSample of [0, 20_000, 40_000]) {
    edit(document, { kind: 'clip.add', trackId: 1, sourceId: 1, startSample });
  }
  return document;
}

test('a sound document is left as it is', () => {
  expect(edit(someDocument(), { kind: 'project.repair' })).toMatchObject({ label: 'Repair nothing', diff: [] });
});

test('clips beyond their picture or source, overlapping pictures and fades longer than their clip are shortened', () => {
  const document = someDocument();
  document.transact((writer) => {
    writer.update('picture', 1, { frameCount: 90 });
    writer.update('picture_clip', 1, { startSample: at(150) });
    writer.update('clip', 1, { lengthSamples: 15_000 });
    writer.update('clip', 2, { fadeInSamples: 8000, fadeOutSamples: 8000 });
    writer.update('clip', 3, { sourceInSample: 10_000 });
  });
  expect(findViolations(document)).toHaveLength(6);
  expect(edit(document, { kind: 'project.repair' }).label).toBe('Repair 5 clips');
  expect(findViolations(document)).toEqual([]);
  expect(document.pictureClips(0, 2 ** 40).map((clip) => clip.lengthSamples)).toEqual([at(200) - at(150), at(90)]);
  expect(document.get('clip', 1)?.lengthSamples).toBe(10_000);
  expect(document.get('clip', 2)).toMatchObject({ fadeInSamples: 8000, fadeOutSamples: 2000 });
  expect(document.get('clip', 3)).toBeNull();
});

test('evidence that cannot be read, a microphone that is not there and marks beyond their source are let go', () => {
  const document = someDocument();
  edit(document, { kind: 'sourceMark.add', sourceId: 1, atSample: 9000, name: 'clap' });
  edit(document, { kind: 'sourceMark.add', sourceId: 1, atSample: 10, name: 'kept' });
  document.transact((writer) => {
    const { id: _id, ...match } = matchRow(1, { recorderSourceId: 1 as never, evidence: 'damaged', chosenChannel: 7 });
    writer.insert('sync_match', match);
    writer.update('source_mark', 1, { atSample: 99_000 });
  });
  expect(findViolations(document)).toHaveLength(3);
  expect(edit(document, { kind: 'project.repair' }).label).toBe('Repair sync results');
  expect(document.get('sync_match', 1)).toMatchObject({ evidence: '', chosenChannel: null });
  expect(document.all('source_mark').map((mark) => mark.name)).toEqual(['kept']);
});

test('what a diff breaks is found by looking at the rows beside it', () => {
  const document = someDocument();
  const diffOf = (change: Parameters<typeof document.transact>[0]) => document.transact(change).diff;
  const expectFound = (change: Parameters<typeof document.transact>[0], violation: string) => {
    const diff = diffOf(change);
    expect(findViolationsIn(document, diff)).toEqual([violation]);
    expect(findViolations(document)).toEqual([violation]);
    document.applyDiff(reverseDiff(diff));
    expect(findViolationsIn(document, diff)).toEqual([]);
  };
  expectFound((writer) => writer.update('clip', 2, { startSample: 5000 }), 'clips 1 and 2 overlap without a crossfade');
  expectFound((writer) => writer.update('clip', 1, { sourceInSample: 1 }), 'clip 1 reaches beyond its source');
  expectFound(
    (writer) => writer.update('picture_clip', 2, { startSample: 7 }),
    'picture clip 2 overlaps the one before it',
  );
  expectFound((writer) => writer.update('track', 1, { position: 3 }), 'track 1 is at position 3, not 0');
});

test('a diff over rows that others have written since changes only its own fields, and nothing that is gone', () => {
  const document = someDocument();
  const { diff } = edit(document, { kind: 'clip.gain', clipIds: [1, 2], gainDb: -6 });
  const current = (table: Parameters<typeof document.get>[0], id: number) => document.get(table, id);
  expect(rebaseDiff(reverseDiff(diff), current)).toEqual(reverseDiff(diff));
  edit(document, { kind: 'clip.rename', clipIds: [1], name: 'kept' });
  edit(document, { kind: 'clip.remove', clipIds: [2] });
  document.applyDiff(rebaseDiff(reverseDiff(diff), current));
  expect(document.get('clip', 1)).toMatchObject({ name: 'kept', gainDb: 0 });
  expect(document.get('clip', 2)).toBeNull();
});
