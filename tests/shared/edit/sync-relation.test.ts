import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { applyCommand } from '../../../src-shared/edit/apply-command.ts';
import { type CommandInput, commandSchema } from '../../../src-shared/edit/commands.ts';
import { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { reverseDiff } from '../../../src-shared/edit/row-diff.ts';
import { IN_SYNC_MS, isInSync, SyncRelations } from '../../../src-shared/edit/sync-relation.ts';
import type { ClipRow, Tables } from '../../../src-shared/model/rows.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { bigRows } from '../../support/big-project.ts';
import { emptyDocument, matchRow, STARTING_COMMANDS } from '../../support/document-samples.ts';
import { edit } from '../../support/edited-document.ts';
import { randomCommand } from '../../support/random-commands.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import {
  addCamera,
  addRecorder,
  evidenceText,
  placedBy,
  propose,
  proposedMatch,
  SECOND,
} from '../../support/sync-document.ts';

let document: MemoryDocument;
let camera: number;
let recorder: number;

/** Camera A001 of 10 s, recorder T001 of 30 s, 5 s into it, accepted: picture and sound from sample 0 on. */
beforeEach(() => {
  document = emptyDocument({ frameRateNumerator: 24, frameRateDenominator: 1 });
  camera = addCamera(document, 'A001', 10);
  recorder = addRecorder(document, 'T001', 30);
});

function accept(fields: Parameters<typeof proposedMatch>[2] = { offsetSamplesAt48k: 5 * SECOND }): ClipRow {
  const [id = 0] = propose(document, proposedMatch(camera, recorder, fields));
  edit(document, { kind: 'sync.accept', matchIds: [id] });
  return placedBy(document, id)[0] as ClipRow;
}

const relation = (clipId: number) => new SyncRelations(document).of(document.get('clip', clipId) as ClipRow);
const inSync = { errorSamples: 0 };

describe('the relation of a synced clip to its camera', () => {
  test('is none for a clip that no sync placed', () => {
    accept();
    const scratch = document.clipsOfSource(camera)[0] as ClipRow;
    expect(relation(scratch.id)).toBeNull();
  });

  test('says how late a moved clip is, and where it belongs', () => {
    const { id } = accept();
    expect(relation(id)).toEqual({ errorSamples: 0, expectedStartSample: 0 });
    edit(document, { kind: 'clip.move', clipIds: [id], deltaSamples: 700 });
    expect(relation(id)).toEqual({ errorSamples: 700, expectedStartSample: 0 });
    edit(document, { kind: 'clip.slip', clipIds: [id], deltaSamples: 1000 });
    expect(relation(id)).toEqual({ errorSamples: -300, expectedStartSample: 1000 });
  });

  test('stays what it is when the clip is trimmed or split', () => {
    const { id } = accept();
    edit(document, { kind: 'clip.move', clipIds: [id], deltaSamples: 96 });
    edit(document, { kind: 'clip.trim', clipIds: [id], edge: 'start', deltaSamples: 12_345 });
    edit(document, { kind: 'clip.split', clipIds: [id], atSample: 200_000 });
    const parts = placedBy(document, 1);
    expect(parts).toHaveLength(2);
    for (const part of parts) expect(relation(part.id)?.errorSamples).toBe(96);
  });

  test('follows the picture when that is moved, and the nearest piece where the camera lies there twice', () => {
    const { id } = accept();
    edit(document, { kind: 'picture.move', pictureClipIds: [1], deltaSamples: 10_000 });
    expect(relation(id)).toEqual({ errorSamples: -10_000, expectedStartSample: 10_000 });
    edit(document, { kind: 'picture.place', pictureId: 1, startSample: 20 * SECOND });
    expect(relation(id)?.errorSamples).toBe(-10_000);
    edit(document, { kind: 'clip.move', clipIds: [id], deltaSamples: 20 * SECOND });
    expect(relation(id)).toEqual({ errorSamples: 0, expectedStartSample: 20 * SECOND });
  });

  test('goes by the scratch where the picture is not there, and is none where neither is', () => {
    const { id } = accept();
    edit(document, { kind: 'picture.remove', pictureClipIds: [1] });
    expect(relation(id)).toMatchObject(inSync);
    edit(document, { kind: 'clip.remove', clipIds: [document.clipsOfSource(camera)[0]?.id ?? 0] });
    expect(relation(id)).toBeNull();
  });

  test('of sound that overlaps the next shot goes by the picture it comes from', () => {
    const { id } = accept();
    edit(document, { kind: 'picture.remove', pictureClipIds: [1] });
    edit(document, { kind: 'picture.place', pictureId: 1, startSample: 0, lengthSamples: 2 * SECOND });
    expect(relation(id)).toMatchObject(inSync);
    edit(document, { kind: 'clip.trim', clipIds: [id], edge: 'start', deltaSamples: 3 * SECOND });
    expect(relation(id)).toBeNull();
  });

  test('goes by the line that was chosen: the clock instead of the sound, and the nudge', () => {
    const { id } = accept({ offsetSamplesAt48k: 5 * SECOND, clockOffsetSamplesAt48k: 5 * SECOND - 480 });
    document.transact((writer) => writer.update('sync_match', 1, { followsClock: true, nudgeSamplesAt48k: 80 }));
    // Clock and nudge ask for sound that is 400 samples earlier in the recorder: what is there plays 400 too late in it.
    expect(relation(id)).toEqual({ errorSamples: -400, expectedStartSample: 400 });
  });

  test('of each piece goes by the line that holds there, where the camera lost samples', () => {
    const segments = [
      { fromSeconds: 0, offsetSamplesAt48k: 0, driftPpm: 0 },
      { fromSeconds: 4, offsetSamplesAt48k: 960, driftPpm: 0 },
    ];
    accept({ evidence: evidenceText({ segments }) });
    const [track] = document.all('track').filter(({ name }) => name === 'Boom');
    const of = (startSample: number, sourceInSample: number) =>
      new SyncRelations(document).of({
        ...(placedBy(document, 1)[0] as ClipRow),
        trackId: track?.id ?? 0,
        startSample,
        sourceInSample,
        lengthSamples: SECOND,
      });
    expect(of(SECOND, SECOND)).toMatchObject({ errorSamples: 0 });
    expect(of(5 * SECOND, 5 * SECOND + 960)).toMatchObject({ errorSamples: 0 });
    expect(of(5 * SECOND, 5 * SECOND)).toMatchObject({ errorSamples: 960 });
    expect(of(SECOND, SECOND + 960)).toMatchObject({ errorSamples: -960 });
  });

  test('of a clip that plays a resampled source goes through how that lies on its recorder', () => {
    const clip = accept({ offsetSamplesAt48k: 5 * SECOND, driftPpm: 50 });
    const derivation = JSON.stringify({ fromSample: 4 * SECOND, driftPpm: 50 });
    document.transact((writer) => {
      const original = document.get('source', recorder);
      const { id: _id, ...row } = original as NonNullable<typeof original>;
      writer.insert('source', { ...row, derivedFromId: recorder, derivation } as never);
    });
    const corrected = document.all('source').at(-1)?.id ?? 0;
    const onCorrected = { ...clip, sourceId: corrected as never, sourceInSample: SECOND };
    const relations = new SyncRelations(document);
    const middle = 5 * SECOND;
    expect(relations.exactErrorOf(onCorrected)).toBeCloseTo(SECOND / (1 + 50e-6) - SECOND, 6);
    // One second on: the same error, so the drift is gone.
    const later = { ...onCorrected, startSample: middle, sourceInSample: SECOND + middle, lengthSamples: SECOND };
    expect(relations.exactErrorOf(later)).toBeCloseTo(relations.exactErrorOf(onCorrected) ?? 99, 6);
    expect(relations.of({ ...clip, sourceId: camera as never })).toBeNull();
  });
});

test('of any clip over any cut of its camera is to the nearest piece, as looking at every piece finds it', () => {
  const piece = fc.record({
    gap: fc.nat(200_000),
    sourceInFrame: fc.nat(200),
    frames: fc.integer({ min: 1, max: 100 }),
  });
  const clip = fc.record({
    startSample: fc.nat(2_000_000),
    lengthSamples: fc.integer({ min: 1, max: 400_000 }),
    sourceInSample: fc.nat(1_000_000),
  });
  accept({ offsetSamplesAt48k: 5 * SECOND });
  const tied = placedBy(document, 1)[0] as ClipRow;
  const first = document.all('picture_clip')[0] as Tables['picture_clip'];
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), clip, (cuts, place) => {
      let end = 0;
      const pictures = cuts.map(({ gap, sourceInFrame, frames }, index) => {
        const startSample = end + gap;
        end = startSample + frames * 2000;
        return { ...first, id: (index + 100) as never, startSample, lengthSamples: frames * 2000, sourceInFrame };
      });
      const tables = ['project', 'picture', 'source', 'sync_match'] as const;
      const rows = Object.fromEntries(tables.map((table) => [table, document.all(table)]));
      const cut = new MemoryDocument({ ...rows, picture_clip: pictures });
      const asked = { ...tied, ...place };
      const half = asked.lengthSamples / 2;
      const at = asked.sourceInSample + half - 5 * SECOND;
      const candidates = pictures.flatMap(({ startSample, lengthSamples, sourceInFrame }) => {
        const into = at - sourceInFrame * 2000;
        const beyond = Math.max(0, -into, into - lengthSamples);
        return beyond < half + 1 ? [{ beyond, error: asked.startSample + half - startSample - into }] : [];
      });
      candidates.sort((a, b) => a.beyond - b.beyond || Math.abs(a.error) - Math.abs(b.error));
      const found = new SyncRelations(cut).exactErrorOf(asked);
      if (candidates[0]) expect(Math.abs(found ?? Number.NaN)).toBe(Math.abs(candidates[0].error));
      else expect(found).toBeNull();
    }),
    { numRuns: 2000 },
  );
});

describe('relations that are kept', () => {
  test('are told anew when a commit or its undo changes what they rest on', () => {
    const { id } = accept();
    const relations = new SyncRelations(document);
    const clip = () => document.get('clip', id) as ClipRow;
    expect(relations.of(clip())).toMatchObject(inSync);
    const commands: CommandInput[] = [
      { kind: 'picture.move', pictureClipIds: [1], deltaSamples: 2000 },
      { kind: 'sync.adjust', matchIds: [1], nudgeBySamplesAt48k: 31 },
      { kind: 'picture.remove', pictureClipIds: [1] },
      { kind: 'clip.move', clipIds: [document.clipsOfSource(camera)[0]?.id ?? 0], deltaSamples: 55 },
    ];
    const diffs = commands.map((command) => {
      const { diff } = edit(document, command);
      relations.applyDiff(diff);
      expect(relations.of(clip())).toEqual(new SyncRelations(document).of(clip()));
      return diff;
    });
    for (const diff of diffs.reverse()) {
      document.applyDiff(reverseDiff(diff));
      relations.applyDiff(reverseDiff(diff));
      expect(relations.of(clip())).toEqual(new SyncRelations(document).of(clip()));
    }
    expect(relations.of(clip())).toMatchObject(inSync);
  });

  test.each([1, 2, 3, 4])('are those of a fresh look after thousands of random commands, seed %i', (seed) => {
    const random = seededRandom(seed);
    document = emptyDocument();
    const relations = new SyncRelations(document);
    const commands = [...STARTING_COMMANDS];
    let compared = 0;
    for (let count = 0; count < 1200; count += 1) {
      const command = commandSchema.parse(commands.shift() ?? randomCommand(random, document));
      try {
        relations.applyDiff(document.transact((writer) => applyCommand(writer, command)).diff);
      } catch (error) {
        if (!(error instanceof TwopopError)) throw error;
      }
      if (count % 5 > 0) continue;
      const fresh = new SyncRelations(document);
      for (const match of document.all('sync_match')) {
        for (const clip of document.clipsOfMatch(match.id)) {
          expect(relations.of(clip)).toEqual(fresh.of(clip));
          compared += 1;
        }
      }
    }
    expect(compared).toBeGreaterThan(100);
  });

  test('look up a camera and a match once, however many clips there are', () => {
    const big = emptyDocument();
    big.applyDiff(bigRows(20, 20_000));
    const match = matchRow(1, { status: 'accepted' });
    big.applyDiff([{ table: 'sync_match', id: match.id, before: null, after: match }]);
    const scratch = big.clipsOfSource(1).length;
    const tied = big.clipsOfSource(2).map((clip) => ({ ...clip, syncMatchId: match.id }));
    let asked = 0;
    const counted = new Proxy(big, {
      get: (target, name) => {
        asked += 1;
        const held = Reflect.get(target, name);
        return typeof held === 'function' ? held.bind(target) : held;
      },
    });
    const relations = new SyncRelations(counted);
    const told = tied.map((clip) => relations.of(clip));
    expect(scratch).toBeGreaterThan(200);
    expect(told.filter((one) => one !== null).length).toBeGreaterThan(100);
    expect(asked).toBeLessThan(10);
  });
});

test('half a millisecond counts as in sync, more does not', () => {
  expect(IN_SYNC_MS).toBe(0.5);
  expect([24, -24, 25, -25].map((errorSamples) => isInSync({ errorSamples }, 48_000))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

describe('resyncing clips', () => {
  test('moves them back to where their sync puts them, each by its own error, and leaves others', () => {
    const { id } = accept();
    edit(document, { kind: 'clip.split', clipIds: [id], atSample: 4 * SECOND });
    const [left, right] = placedBy(document, 1) as [ClipRow, ClipRow];
    edit(document, { kind: 'clip.move', clipIds: [right.id], deltaSamples: 5000 });
    edit(document, { kind: 'clip.declareAsync', clipIds: [right.id], declaredAsync: true });
    edit(document, { kind: 'clip.move', clipIds: [left.id], deltaSamples: 800 });
    const scratch = document.clipsOfSource(camera)[0]?.id ?? 0;
    const { label } = edit(document, { kind: 'clip.resync', clipIds: [left.id, right.id, scratch] });
    expect(label).toBe('Resync 2 clips');
    for (const clip of [left, right]) expect(document.get('clip', clip.id)).toEqual(clip);
    expect(edit(document, { kind: 'clip.resync', clipIds: [right.id] })).toMatchObject({
      label: 'Resync clip',
      diff: [],
    });
  });

  test('makes room where they land', () => {
    const { id } = accept();
    edit(document, { kind: 'clip.move', clipIds: [id], deltaSamples: 20 * SECOND });
    const trackId = document.get('clip', id)?.trackId ?? 0;
    edit(document, {
      kind: 'clip.add',
      trackId,
      sourceId: recorder,
      startSample: 9 * SECOND,
      lengthSamples: 3 * SECOND,
    });
    edit(document, { kind: 'clip.resync', clipIds: [id] });
    expect(document.clipsOnTrack(trackId, 0, 99 * SECOND).map((clip) => clip.startSample)).toEqual([0, 10 * SECOND]);
  });

  test('keeps a crossfade between two of them', () => {
    const { id } = accept({ offsetSamplesAt48k: 5 * SECOND, driftPpm: 90 });
    edit(document, { kind: 'clip.split', clipIds: [id], atSample: 4 * SECOND });
    const [left, right] = placedBy(document, 1) as [ClipRow, ClipRow];
    edit(document, { kind: 'clip.crossfade', leftClipId: left.id, rightClipId: right.id, lengthSamples: 480 });
    edit(document, { kind: 'clip.move', clipIds: [left.id, right.id], deltaSamples: 333 });
    expect(Math.abs(relation(left.id)?.errorSamples ?? 0)).toBeGreaterThan(300);
    edit(document, { kind: 'clip.resync', clipIds: [right.id, left.id] });
    for (const clip of [left, right]) expect(Math.abs(relation(clip.id)?.errorSamples ?? 99)).toBeLessThanOrEqual(1);
    const [first, second] = placedBy(document, 1) as [ClipRow, ClipRow];
    expect(first.startSample + first.lengthSamples - second.startSample).toBe(480);
    expect([first.fadeOutSamples, second.fadeInSamples]).toEqual([480, 480]);
  });

  test('is refused where a clip would land wholly over another of them', () => {
    const { id } = accept();
    edit(document, { kind: 'clip.split', clipIds: [id], atSample: 4 * SECOND });
    const right = (placedBy(document, 1)[1] as ClipRow).id;
    edit(document, { kind: 'clip.trim', clipIds: [right], edge: 'end', deltaSamples: 3 - 6 * SECOND });
    edit(document, { kind: 'clip.slip', clipIds: [right], deltaSamples: -3 });
    expect(() => edit(document, { kind: 'clip.resync', clipIds: [id, right] })).toThrow(
      expect.objectContaining({ code: 'clip.resync-overlap' }),
    );
    edit(document, { kind: 'clip.resync', clipIds: [right] });
    expect(placedBy(document, 1).map((clip) => clip.lengthSamples)).toEqual([4 * SECOND - 3, 3]);
  });

  test('is refused where nothing says where they belong, and before the beginning', () => {
    const { id } = accept();
    const scratch = document.clipsOfSource(camera)[0]?.id ?? 0;
    expect(() => edit(document, { kind: 'clip.resync', clipIds: [scratch] })).toThrow(
      expect.objectContaining({ code: 'clip.no-sync' }),
    );
    edit(document, { kind: 'clip.trim', clipIds: [id], edge: 'start', deltaSamples: SECOND });
    edit(document, { kind: 'clip.slip', clipIds: [id], deltaSamples: -2 * SECOND });
    expect(() => edit(document, { kind: 'clip.resync', clipIds: [id] })).toThrow(
      expect.objectContaining({ code: 'clip.before-start' }),
    );
  });
});
