import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findViolations, findViolationsIn } from '../../../src-shared/edit/invariants.ts';
import { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { PlacedRows } from '../../../src-shared/edit/placed-rows.ts';
import { reverseDiff, sameRow, squashDiffs } from '../../../src-shared/edit/row-diff.ts';
import { columnsOf } from '../../../src-shared/model/columns.ts';
import { TABLE_NAMES } from '../../../src-shared/model/rows.ts';
import type { DocumentSnapshot } from '../../../src-shared/rpc/media-routes.ts';
import { bigRows } from '../../support/big-project.ts';
import { emptyDocument, matchRow, PROJECT_ROW, STARTING_COMMANDS, sourceRow } from '../../support/document-samples.ts';
import { edit } from '../../support/edited-document.ts';

function startingDocument(): MemoryDocument {
  const document = emptyDocument();
  for (const command of STARTING_COMMANDS) edit(document, command);
  for (let index = 0; index < 5; index += 1) {
    edit(document, { kind: 'clip.add', trackId: 1, sourceId: 1, startSample: index * 1000, lengthSamples: 1000 });
  }
  return document;
}

/** A snapshot as the host would send it, through JSON. */
function snapshotOf(document: MemoryDocument): DocumentSnapshot {
  const tables = Object.fromEntries(
    TABLE_NAMES.map((table) => {
      const columns = columnsOf(table);
      const rows = document.all(table).map((row) => columns.map((name) => (row as Record<string, unknown>)[name]));
      return [table, { columns, rows }];
    }),
  );
  return JSON.parse(JSON.stringify({ seq: 1, canUndo: null, canRedo: null, tables })) as DocumentSnapshot;
}

test('a document made from a snapshot answers every question alike', () => {
  const document = startingDocument();
  const copy = MemoryDocument.fromSnapshot(snapshotOf(document));
  for (const table of TABLE_NAMES) expect(copy.all(table)).toEqual(document.all(table));
  expect(copy.clipsOnTrack(1, 1500, 3000)).toEqual(document.clipsOnTrack(1, 1500, 3000));
  expect(copy.clipsOfSource(1)).toHaveLength(5);
  expect(copy.timelineEnd()).toBe(5000);
});

test('a draft shows what a command would do and leaves no trace, not even used-up ids', () => {
  const document = startingDocument();
  const before = TABLE_NAMES.map((table) => document.all(table));
  const command = { kind: 'clip.split' as const, clipIds: [2], atSample: 1400 };
  const { label, diff } = document.draft(command);
  expect(label).toBe('Split clip');
  expect(TABLE_NAMES.map((table) => document.all(table))).toEqual(before);
  expect(edit(document, command).diff).toEqual(diff);
});

test('a draft that is refused leaves no trace', () => {
  const document = startingDocument();
  const before = document.all('clip');
  expect(() => document.draft({ kind: 'clip.move', clipIds: [1, 2], deltaSamples: 9, deltaTracks: -1 })).toThrow(
    expect.objectContaining({ code: 'clip.no-track' }),
  );
  expect(document.all('clip')).toEqual(before);
});

test('a draft among 100,000 clips costs no more than among 1,000', () => {
  const rowsOf = (clipCount: number) => {
    const changes = bigRows(128, clipCount);
    const pick = (table: string) => changes.filter((change) => change.table === table).map((change) => change.after);
    return new MemoryDocument({
      project: [PROJECT_ROW],
      source: pick('source') as never,
      track: pick('track') as never,
      clip: pick('clip') as never,
    });
  };
  // Counted in rows read, not in time: a machine under load must not fail a test.
  const readsOf = (document: MemoryDocument) => {
    let reads = 0;
    const counted = document as unknown as { clipsOnTrack: MemoryDocument['clipsOnTrack'] };
    const ask = document.clipsOnTrack.bind(document);
    counted.clipsOnTrack = (...range) => {
      const found = ask(...range);
      reads += found.length;
      return found;
    };
    document.draft({ kind: 'clip.move', clipIds: [500, 501, 502], deltaSamples: 300_000, deltaTracks: 0 });
    return reads;
  };
  expect(readsOf(rowsOf(100_000))).toBeLessThanOrEqual(readsOf(rowsOf(1000)) + 6);
});

test('ordered rows answer as a plain filter would, through any inserts, moves and removals', () => {
  type Span = { id: number; at: number };
  const operations = fc.array(fc.tuple(fc.nat(40), fc.nat(60)), { maxLength: 60 });
  fc.assert(
    fc.property(operations, fc.nat(60), fc.nat(60), (steps, one, other) => {
      // Spans of one length are sorted by end as they are by start.
      const rows = new PlacedRows<Span>(
        (row) => row.at,
        (row) => row.at + 5,
      );
      const plain = new Map<number, Span>();
      for (const [id, at] of steps) {
        const before = plain.get(id);
        if (before && at % 3 === 0) {
          rows.remove(before);
          plain.delete(id);
          continue;
        }
        const row = { id, at };
        if (before) rows.replace(before, row);
        else rows.insert(row);
        plain.set(id, row);
      }
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      const byPlace = (a: Span, b: Span) => a.at - b.at || a.id - b.id;
      const expected = [...plain.values()].filter((row) => row.at < to && row.at + 5 > from);
      expect(rows.overlapping(from, to).sort(byPlace)).toEqual(expected.sort(byPlace));
      expect(rows.all()).toHaveLength(plain.size);
    }),
  );
});

describe('the algebra of diffs', () => {
  test('a diff and its reverse are nothing together', () => {
    const document = startingDocument();
    const { diff } = edit(document, { kind: 'clip.move', clipIds: [1, 2], deltaSamples: 2500 });
    expect(squashDiffs([diff, reverseDiff(diff)])).toEqual([]);
    expect(reverseDiff(reverseDiff(diff))).toEqual(diff);
  });

  test('rows are the same by value, and a missing row only to itself', () => {
    expect(sameRow(null, null)).toBe(true);
    expect(sameRow(null, { a: 1 })).toBe(false);
    expect(sameRow({ a: 1, b: null }, { b: null, a: 1 })).toBe(true);
    expect(sameRow({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  });
});

describe('broken promises are found', () => {
  const clip = (id: number, fields: object) => ({
    table: 'clip' as const,
    id,
    before: null,
    after: { ...(startingDocument().get('clip', 1) as object), id, ...fields } as never,
  });
  test.each([
    ['an overlap without crossfade', { startSample: 500, lengthSamples: 3000 }, 'overlap without a crossfade'],
    ['a clip beyond its source', { startSample: 9000, sourceInSample: 99_500 }, 'reaches beyond its source'],
    ['a channel that is not there', { startSample: 9000, sourceChannel: 5 }, 'a channel that its source does not have'],
    [
      'fades longer than the clip',
      { startSample: 9000, fadeInSamples: 600, fadeOutSamples: 600 },
      'fades longer than itself',
    ],
    ['half a sample', { startSample: 9000.5 }, 'no whole number of samples'],
    ['no length', { startSample: 9000, lengthSamples: 0 }, 'no place on the timeline'],
    ['a source that is not there', { startSample: 9000, sourceId: 77 }, 'which is not there'],
    ['a track that is not there', { startSample: 9000, trackId: 77 }, 'lie on no track'],
    ['a sync result that is not there', { startSample: 9000, syncMatchId: 77 }, 'which is not there'],
  ])('%s', (_what, fields, sentence) => {
    const document = startingDocument();
    expect(findViolations(document)).toEqual([]);
    document.applyDiff([clip(99, fields)]);
    expect(findViolations(document).join('; ')).toContain(sentence);
  });

  test('marks beyond their source, evidence and derivations that cannot be read, microphones that are not there', () => {
    const document = startingDocument();
    const resampled = sourceRow(50, { name: 'R', derivedFromId: 77 as never, derivation: '{"fromSample":0}' });
    const added = {
      source: [resampled, sourceRow(51, { name: 'S', derivation: '{"fromSample":0,"driftPpm":1}' })],
      sync_match: [
        matchRow(50, { recorderSourceId: 1 as never, evidence: '{"claps":"many"}' }),
        matchRow(51, { recorderSourceId: 1 as never, chosenChannel: 9 }),
      ],
      source_mark: [
        { id: 50, sourceId: 1, atSample: 10 ** 9, name: 'clap' },
        { id: 51, sourceId: 99, atSample: 0, name: 'clap' },
      ],
    };
    const diff = Object.entries(added).flatMap(([table, rows]) =>
      rows.map((after) => ({ table, id: after.id, before: null, after })),
    ) as never;
    document.applyDiff(diff);
    const sentences = [
      'source 50 was resampled from source 77, which is not there',
      'source 50 does not say how it was resampled',
      'source 51 does not say both what it was resampled from and how',
      'sync result 50 holds evidence that cannot be read',
      'sync result 51 chooses a channel that its recorder does not have',
      'source mark 50 lies beyond its source',
      'source mark 51 lies on source 99, which is not there',
    ];
    for (const sentence of sentences) {
      expect(findViolations(document)).toContain(sentence);
      expect(findViolationsIn(document, diff, 20)).toContain(sentence);
    }
  });

  test('a gap among track positions, and a source outside the folder', () => {
    const document = startingDocument();
    const track = document.get('track', 2);
    const source = document.get('source', 1);
    if (!track || !source) throw new Error('the starting document has changed');
    document.applyDiff([
      { table: 'track', id: 2, before: track, after: { ...track, position: 9 } },
      { table: 'source', id: 1, before: source, after: { ...source, path: '../x.wav' } },
    ]);
    const found = findViolations(document).join('; ');
    expect(found).toContain('position');
    expect(found).toContain('outside the project folder');
    expect(findViolations(document, 1)).toHaveLength(1);
  });
});
