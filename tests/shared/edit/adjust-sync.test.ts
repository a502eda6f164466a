import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandInput } from '../../../src-shared/edit/commands.ts';
import type { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { reverseDiff } from '../../../src-shared/edit/row-diff.ts';
import { SyncRelations } from '../../../src-shared/edit/sync-relation.ts';
import { type ClipRow, TABLE_NAMES } from '../../../src-shared/model/rows.ts';
import { driftErrorSamples } from '../../../src-shared/sync/drift-error.ts';
import { NO_EVIDENCE, readEvidence } from '../../../src-shared/sync/sync-evidence.ts';
import { emptyDocument, matchRow } from '../../support/document-samples.ts';
import { clipsAsText, edit } from '../../support/edited-document.ts';
import {
  addCamera,
  addRecorder,
  evidenceText,
  type MatchFields,
  placedBy,
  propose,
  proposedMatch,
  SECOND,
} from '../../support/sync-document.ts';

let document: MemoryDocument;
let camera: number;
let recorder: number;

beforeEach(() => {
  document = emptyDocument({ frameRateNumerator: 24, frameRateDenominator: 1 });
  camera = addCamera(document, 'A001', 10);
  recorder = addRecorder(document, 'T001', 30, ['Boom', 'Lav']);
});

const rows = () => JSON.stringify(TABLE_NAMES.map((table) => document.all(table)));

/** Does an edit, takes it back and does it again: every byte must be as it was each time. */
function undoable(command: CommandInput) {
  const before = rows();
  const done = edit(document, command);
  const after = rows();
  document.applyDiff(reverseDiff(done.diff));
  expect(rows()).toBe(before);
  document.applyDiff(done.diff);
  expect(rows()).toBe(after);
  return done;
}

function proposed(fields: Partial<MatchFields> = {}): number {
  return propose(document, proposedMatch(camera, recorder, fields))[0] ?? 0;
}

function accepted(fields: Partial<MatchFields> = {}): number {
  const id = proposed(fields);
  undoable({ kind: 'sync.accept', matchIds: [id] });
  return id;
}

type Adjust = Omit<Extract<CommandInput, { kind: 'sync.adjust' }>, 'kind' | 'matchIds'>;
const adjust = (id: number, chosen: Adjust) => undoable({ kind: 'sync.adjust', matchIds: [id], ...chosen });
const boom = (id: number) => placedBy(document, id)[0] as ClipRow;
const errorOf = (clip: ClipRow) => new SyncRelations(document).of(clip)?.errorSamples;

describe('adjusting a proposed match', () => {
  test('keeps what was chosen, and adds nudges up', () => {
    const id = proposed({ clockOffsetSamplesAt48k: -100 });
    expect(adjust(id, { nudgeBySamplesAt48k: 2.5 }).label).toBe('Nudge sync match');
    expect(adjust(id, { nudgeBySamplesAt48k: -1, followsClock: true }).label).toBe('Adjust sync match');
    expect(adjust(id, { chosenChannel: 1 }).label).toBe('Choose microphone of sync match');
    expect(adjust(id, { rightsPolarity: true }).label).toBe('Right polarity of sync match');
    expect(document.get('sync_match', id)).toMatchObject({
      nudgeSamplesAt48k: 1.5,
      followsClock: true,
      chosenChannel: 1,
      rightsPolarity: true,
    });
    expect(adjust(id, { chosenChannel: null }).diff).toHaveLength(1);
  });

  test('is refused for a microphone that is not there, and for a clip without a recorder', () => {
    expect(() => adjust(proposed(), { chosenChannel: 2 })).toThrow(expect.objectContaining({ code: 'sync.channel' }));
    const [unmatched = 0] = propose(document, proposedMatch(camera, null));
    expect(() => adjust(unmatched, { nudgeBySamplesAt48k: 1 })).toThrow(
      expect.objectContaining({ code: 'sync.unmatched', message: expect.stringContaining('no recorder was rolling') }),
    );
  });
});

describe('clips of an accepted match follow', () => {
  test('a nudge, by slipping their source: a later recorder is heard, edges stay', () => {
    const id = accepted({ offsetSamplesAt48k: 5 * SECOND });
    adjust(id, { nudgeBySamplesAt48k: 480 });
    expect(boom(id)).toMatchObject({ startSample: 0, lengthSamples: 10 * SECOND, sourceInSample: 5 * SECOND + 480 });
    expect(errorOf(boom(id))).toBe(0);
    adjust(id, { nudgeBySamplesAt48k: -480 });
    expect(boom(id).sourceInSample).toBe(5 * SECOND);
  });

  test('a clip that was moved out of sync stays as far out of it', () => {
    const id = accepted({ offsetSamplesAt48k: 5 * SECOND });
    edit(document, { kind: 'clip.move', clipIds: [boom(id).id], deltaSamples: 77 });
    edit(document, { kind: 'clip.declareAsync', clipIds: [boom(id).id], declaredAsync: true });
    adjust(id, { nudgeBySamplesAt48k: 33.25 });
    expect(errorOf(boom(id))).toBe(77);
    expect(boom(id)).toMatchObject({ declaredAsync: true });
  });

  test('many small nudges end within half a sample of where they add up to', () => {
    const id = accepted({ offsetSamplesAt48k: 5 * SECOND + 0.4 });
    for (let count = 0; count < 50; count += 1) adjust(id, { nudgeBySamplesAt48k: 0.3 });
    expect(Math.abs(new SyncRelations(document).exactErrorOf(boom(id)) ?? 9)).toBeLessThanOrEqual(0.5 + 1e-6);
  });

  test('an edge at which the source runs out is trimmed; a nudge that would leave nothing is refused', () => {
    const id = accepted({ offsetSamplesAt48k: 100 });
    adjust(id, { nudgeBySamplesAt48k: -300 });
    expect(boom(id)).toMatchObject({ startSample: 200, sourceInSample: 0, lengthSamples: 10 * SECOND - 200 });
    adjust(id, { nudgeBySamplesAt48k: 20 * SECOND + 1200 });
    expect(boom(id)).toMatchObject({ startSample: 0, lengthSamples: 10 * SECOND - 1000 });
    expect(() => adjust(id, { nudgeBySamplesAt48k: 10 * SECOND })).toThrow(
      expect.objectContaining({ code: 'sync.nudge-too-far' }),
    );
  });

  test('a nudge there and back gives back all sound and fades at either end of the file', () => {
    recorder = addRecorder(document, 'T002', 10, ['Boom']);
    const id = accepted({ clockOffsetSamplesAt48k: 7000.5 });
    const fade = (edge: 'in' | 'out', lengthSamples: number) =>
      edit(document, { kind: 'clip.fade', clipIds: [boom(id).id], edge, lengthSamples });
    fade('in', 500);
    fade('out', 1000);
    const before = rows();
    for (const way of [2000, -2000]) {
      for (let count = 0; count < 5; count += 1) adjust(id, { nudgeBySamplesAt48k: way });
      expect(boom(id).lengthSamples).toBe(10 * SECOND - 10_000);
      for (let count = 0; count < 5; count += 1) adjust(id, { nudgeBySamplesAt48k: -way });
      expect(rows()).toBe(before);
      adjust(id, { followsClock: true });
      adjust(id, { followsClock: false });
      expect(rows()).toBe(before);
    }
  });

  test('but what a person changed meanwhile stays, and so does what lies there by now', () => {
    recorder = addRecorder(document, 'T002', 10, ['Boom']);
    const id = accepted();
    const clipIds = [boom(id).id];
    adjust(id, { nudgeBySamplesAt48k: 9000 });
    edit(document, { kind: 'clip.trim', clipIds, edge: 'end', deltaSamples: -1000 });
    edit(document, { kind: 'clip.fade', clipIds, edge: 'out', lengthSamples: 77 });
    adjust(id, { nudgeBySamplesAt48k: -9000 });
    expect(boom(id)).toMatchObject({ lengthSamples: 10 * SECOND - 10_000, sourceInSample: 0, fadeOutSamples: 77 });
    adjust(id, { nudgeBySamplesAt48k: -9000 });
    expect(boom(id)).toMatchObject({ startSample: 9000, sourceInSample: 0 });
    edit(document, {
      kind: 'clip.add',
      trackId: boom(id).trackId,
      sourceId: camera,
      startSample: 0,
      lengthSamples: 9000,
    });
    adjust(id, { nudgeBySamplesAt48k: 9000 });
    expect(boom(id)).toMatchObject({ startSample: 9000, sourceInSample: 9000 });
  });

  test('the clock instead of the sound, and back', () => {
    const id = accepted({ offsetSamplesAt48k: 5 * SECOND, clockOffsetSamplesAt48k: 5 * SECOND - 350.4 });
    adjust(id, { followsClock: true });
    expect(boom(id).sourceInSample).toBe(5 * SECOND - 350);
    adjust(id, { followsClock: false });
    expect(boom(id).sourceInSample).toBe(5 * SECOND);
  });

  test('the clock by the delay that is told, whatever the two lines are apart at the beginning', () => {
    const evidence = evidenceText({ acousticDelayMs: -10 });
    const id = accepted({ offsetSamplesAt48k: 5 * SECOND, clockOffsetSamplesAt48k: 5 * SECOND + 900, evidence });
    adjust(id, { followsClock: true });
    expect(boom(id).sourceInSample).toBe(5 * SECOND + 480);
    adjust(id, { followsClock: false });
    expect(boom(id).sourceInSample).toBe(5 * SECOND);
  });

  test('polarity and the chosen microphone', () => {
    const id = accepted({ inverted: true });
    const [, lav] = placedBy(document, id) as [ClipRow, ClipRow];
    adjust(id, { rightsPolarity: true });
    expect(placedBy(document, id).map((clip) => clip.polarityInverted)).toEqual([true, true]);
    edit(document, { kind: 'clip.gain', clipIds: [lav.id], gainDb: -3 });
    adjust(id, { rightsPolarity: false, chosenChannel: 1 });
    expect(placedBy(document, id).map((clip) => [clip.polarityInverted, clip.muted])).toEqual([
      [false, true],
      [false, false],
    ]);
    adjust(id, { chosenChannel: null });
    expect(placedBy(document, id).map((clip) => clip.muted)).toEqual([false, false]);
  });

  test('the microphone and polarity, but not where a person muted or turned a clip', () => {
    const id = accepted({ inverted: true });
    edit(document, { kind: 'clip.split', clipIds: [boom(id).id], atSample: 5 * SECOND });
    const own = placedBy(document, id)[1] as ClipRow;
    edit(document, { kind: 'clip.mute', clipIds: [own.id], muted: true });
    edit(document, { kind: 'clip.polarity', clipIds: [own.id], inverted: true });
    adjust(id, { chosenChannel: 0, rightsPolarity: true });
    expect(document.get('clip', own.id)).toMatchObject({ muted: true, polarityInverted: true });
    adjust(id, { chosenChannel: null });
    expect(placedBy(document, id).map((clip) => clip.muted)).toEqual([false, true, false]);
    for (const chosenChannel of [1, null]) adjust(id, { chosenChannel, rightsPolarity: chosenChannel !== null });
    expect(document.get('clip', own.id)).toMatchObject({ muted: true, polarityInverted: true });
    expect(placedBy(document, id).map((clip) => clip.muted)).toEqual([false, true, false]);
    edit(document, { kind: 'clip.mute', clipIds: [own.id], muted: false });
    adjust(id, { chosenChannel: 1 });
    expect(placedBy(document, id).map((clip) => clip.muted)).toEqual([true, true, false]);
    adjust(id, { chosenChannel: null });
    expect(placedBy(document, id).map((clip) => clip.muted)).toEqual([false, false, false]);
  });

  test('no more once it was rejected', () => {
    const id = accepted({ offsetSamplesAt48k: 5 * SECOND });
    const clip = boom(id);
    undoable({ kind: 'sync.reject', matchIds: [id] });
    adjust(id, { nudgeBySamplesAt48k: 480 });
    expect(document.get('clip', clip.id)).toEqual({ ...clip, syncMatchId: null });
  });
});

describe('clips out of sync', () => {
  test('stay declared so when they are slipped, trimmed, split or muted', () => {
    const id = accepted({ offsetSamplesAt48k: 5 * SECOND });
    const clipIds = [boom(id).id];
    edit(document, { kind: 'clip.declareAsync', clipIds, declaredAsync: true });
    const commands: CommandInput[] = [
      { kind: 'clip.slip', clipIds, deltaSamples: 90 },
      { kind: 'clip.trim', clipIds, edge: 'end', deltaSamples: -900 },
      { kind: 'clip.mute', clipIds, muted: true },
      { kind: 'clip.split', clipIds, atSample: SECOND },
    ];
    for (const command of commands) edit(document, command);
    const parts = placedBy(document, id).filter((clip) => clip.sourceChannel === 0);
    expect(parts.map((clip) => clip.declaredAsync)).toEqual([true, true]);
    expect(edit(document, { kind: 'clip.declareAsync', clipIds, declaredAsync: false }).label).toBe(
      'Take back asynchronous clip',
    );
  });

  test('a copy elsewhere is a clip of its own: no sync says where it belongs, polarity stays', () => {
    const id = accepted({ inverted: true });
    adjust(id, { rightsPolarity: true });
    edit(document, { kind: 'clip.duplicate', clipIds: [boom(id).id], deltaSamples: 20 * SECOND });
    const copy = document.all('clip').at(-1) as ClipRow;
    expect(copy).toMatchObject({ syncMatchId: null, polarityInverted: true });
    const { trackId, sourceId } = copy;
    edit(document, { kind: 'clip.add', trackId, sourceId, startSample: 50 * SECOND, polarityInverted: true });
    expect(document.all('clip').at(-1)).toMatchObject({ syncMatchId: null, polarityInverted: true });
    expect(errorOf(copy)).toBeUndefined();
  });
});

describe('choosing another place', () => {
  const alternative = (offsetSamplesAt48k: number, recorderSourceId = recorder, likeness = 0.8) => ({
    recorderSourceId,
    offsetSamplesAt48k,
    driftPpm: 1,
    likeness,
  });
  const choose = (matchId: number, place: number) => undoable({ kind: 'sync.choose', matchId, alternative: place });

  test('swaps it with the place that was proposed, and begins anew', () => {
    const evidence = evidenceText({ alternatives: [alternative(SECOND), alternative(2 * SECOND)], claps: [1.5] });
    const id = proposed({ evidence, inverted: true, residualTailMs: 3, driftPpm: 9 });
    adjust(id, { nudgeBySamplesAt48k: 5 });
    choose(id, 1);
    expect(document.get('sync_match', id)).toMatchObject({
      status: 'proposed',
      method: 'by hand',
      confidence: 1,
      offsetSamplesAt48k: 2 * SECOND,
      driftPpm: 1,
      inverted: false,
      nudgeSamplesAt48k: 0,
      residualTailMs: 0,
    });
    const read = readEvidence(document.get('sync_match', id)?.evidence ?? '');
    expect(read.alternatives.map((place) => place.offsetSamplesAt48k)).toEqual([0, SECOND]);
    expect(read.claps).toEqual([1.5]);
    choose(id, 0);
    expect(document.get('sync_match', id)).toMatchObject({ offsetSamplesAt48k: 0, driftPpm: 9 });
  });

  test('and the place before can be taken again with all that was known of it', () => {
    const segments = [
      { fromSeconds: 0, offsetSamplesAt48k: 5, driftPpm: 0 },
      { fromSeconds: 5, offsetSamplesAt48k: 4805, driftPpm: 0 },
    ];
    const others = [alternative(SECOND), { ...alternative(2 * SECOND, recorder, 0.7), lead: 4 }];
    const evidence = { segments, alternatives: others, acousticDelayMs: 3, suggestedChannel: 1, claps: [1] };
    const id = proposed({
      ...{ confidence: 0.5, method: 'waveform', reason: 'alike', residualTailMs: 2, inverted: true },
      ...{ evidence: evidenceText(evidence), offsetSamplesAt48k: 5, clockOffsetSamplesAt48k: 99 },
    });
    const found = document.get('sync_match', id);
    choose(id, 1);
    expect(document.get('sync_match', id)?.method).toBe('by hand');
    choose(id, 0);
    const again = document.get('sync_match', id);
    expect({ ...again, evidence: null }).toEqual({ ...found, evidence: null });
    const read = readEvidence(again?.evidence ?? '');
    expect(read.alternatives.map(({ former: _former, ...place }) => place)).toEqual(others);
    expect({ ...read, alternatives: [] }).toEqual({ ...NO_EVIDENCE, ...evidence, alternatives: [] });
  });

  test('that is named is done once, and refused where another stands at its number by now', () => {
    const id = proposed({ evidence: evidenceText({ alternatives: [alternative(SECOND)] }) });
    const place = { recorderSourceId: recorder, offsetSamplesAt48k: SECOND };
    const take = { kind: 'sync.choose', matchId: id, alternative: 0, place } as const;
    expect(undoable(take).diff).toHaveLength(1);
    expect(undoable(take).diff).toEqual([]);
    expect(() => edit(document, { ...take, place: { ...place, offsetSamplesAt48k: 7 } })).toThrow(
      expect.objectContaining({ code: 'sync.alternative' }),
    );
  });

  test('gives an unmatched clip a recorder, in place of what else was proposed for the two', () => {
    const evidence = evidenceText({ alternatives: [alternative(SECOND)] });
    const other = addRecorder(document, 'T002', 30);
    const [unmatched = 0, same = 0, kept = 0] = propose(
      document,
      proposedMatch(camera, null, { evidence }),
      proposedMatch(camera, recorder),
      proposedMatch(camera, other),
    );
    choose(unmatched, 0);
    expect(document.all('sync_match').map((match) => match.id)).toEqual([unmatched, kept]);
    expect(document.get('sync_match', same)).toBeNull();
    expect(document.get('sync_match', unmatched)).toMatchObject({ recorderSourceId: recorder, status: 'proposed' });
  });

  test('is not offered on a recorder file that was removed', () => {
    const other = addRecorder(document, 'T002', 30);
    const id = proposed({ evidence: evidenceText({ alternatives: [alternative(5, other), alternative(SECOND)] }) });
    undoable({ kind: 'source.remove', sourceIds: [other] });
    expect(readEvidence(document.get('sync_match', id)?.evidence ?? '').alternatives).toEqual([alternative(SECOND)]);
  });

  test('is refused where there is no such place, and once a match was accepted', () => {
    const evidence = evidenceText({ alternatives: [alternative(SECOND)] });
    const id = proposed({ evidence });
    expect(() => choose(id, 1)).toThrow(expect.objectContaining({ code: 'sync.alternative' }));
    edit(document, { kind: 'sync.accept', matchIds: [id] });
    expect(() => choose(id, 0)).toThrow(expect.objectContaining({ code: 'sync.accepted' }));
  });
});

describe('syncing by marks', () => {
  const mark = (sourceId: number, atSample: number, name: string) => {
    undoable({ kind: 'sourceMark.add', sourceId, atSample, name });
    return document.all('source_mark').at(-1)?.id ?? 0;
  };
  const byMarks = (cameraMarkId: number, recorderMarkId: number) =>
    undoable({ kind: 'sync.byMarks', cameraMarkId, recorderMarkId });

  test('lays the marks together, by hand, in place of what had been found', () => {
    const doubtful = { confidence: 0.4, offsetSamplesAt48k: 7, driftPpm: 3, clockOffsetSamplesAt48k: 12 };
    propose(document, proposedMatch(camera, recorder, doubtful), proposedMatch(camera, null));
    byMarks(mark(camera, 3 * SECOND, 'clap'), mark(recorder, 8 * SECOND + 7, 'slate 12'));
    const [match, ...others] = document.all('sync_match');
    expect(others).toEqual([]);
    expect(match).toMatchObject({
      status: 'proposed',
      method: 'by hand',
      offsetSamplesAt48k: 5 * SECOND + 7 - 3 * SECOND * 3e-6,
      driftPpm: 3,
      reason: 'By hand: “clap” on the camera and “slate 12” on the recorder.',
    });
    expect(match?.clockOffsetSamplesAt48k).toBe(12);
    const { landmark, alternatives } = readEvidence(match?.evidence ?? '');
    expect(landmark).toEqual({ cameraSeconds: 3, kind: 'mark' });
    const before = { recorderSourceId: recorder, offsetSamplesAt48k: 7, driftPpm: 3, likeness: 1 };
    expect(alternatives).toMatchObject([before]);
    undoable({ kind: 'sync.accept', matchIds: [match?.id ?? 0] });
    expect(clipsAsText(document, boom(match?.id ?? 0).trackId)).toEqual([`2 0-${10 * SECOND}@${5 * SECOND + 7}`]);
  });

  test('keeps what is known of the two files: drift, microphones, inversion', () => {
    const known = {
      suggestedChannel: 1,
      suggestionReason: 'closest',
      tracks: [0, 1].map((channel) => ({
        ...{ channel, levelDbfs: -20, snrDb: 30, directToReverberantDb: null, clippedSamples: 0, polarity: 1 as const },
        ...{ delayMs: null, mixdown: false, fitness: 0.5, remark: '' },
      })),
    };
    proposed({ driftPpm: 40, inverted: true, evidence: evidenceText(known) });
    byMarks(mark(camera, 5 * SECOND, 'clap'), mark(recorder, 9 * SECOND, 'slate'));
    const [match] = document.all('sync_match');
    expect(match).toMatchObject({ driftPpm: 40, inverted: true, offsetSamplesAt48k: 4 * SECOND - 5 * SECOND * 40e-6 });
    expect(readEvidence(match?.evidence ?? '')).toMatchObject(known);
  });

  test('adds a recorder to a camera that has another accepted one, and is refused for the same one', () => {
    const first = accepted();
    const other = addRecorder(document, 'T002', 30);
    const clap = mark(camera, SECOND, 'clap');
    byMarks(clap, mark(other, SECOND, 'clap'));
    expect(document.all('sync_match').map((match) => [match.id, match.status])).toEqual([
      [first, 'accepted'],
      [first + 1, 'proposed'],
    ]);
    expect(() => byMarks(clap, mark(recorder, SECOND, 'clap'))).toThrow(
      expect.objectContaining({ code: 'sync.accepted' }),
    );
  });

  test('wants a mark on a camera and one on a recorder', () => {
    const clap = mark(camera, SECOND, 'clap');
    expect(() => byMarks(clap, clap)).toThrow(expect.objectContaining({ code: 'sync.marks' }));
    expect(() => byMarks(mark(recorder, 0, 'x'), clap)).toThrow(expect.objectContaining({ code: 'sync.marks' }));
  });

  test('marks can be moved and removed, lie inside their source, and go with it', () => {
    const clap = mark(camera, SECOND, 'clap');
    undoable({ kind: 'sourceMark.update', markId: clap, atSample: 5 });
    expect(document.get('source_mark', clap)).toMatchObject({ atSample: 5, name: 'clap' });
    expect(() => undoable({ kind: 'sourceMark.update', markId: clap, atSample: 10 * SECOND })).toThrow(
      expect.objectContaining({ code: 'sourceMark.beyond-source' }),
    );
    expect(() => mark(camera, 10 * SECOND, 'x')).toThrow(expect.objectContaining({ code: 'sourceMark.beyond-source' }));
    mark(recorder, 0, 'y');
    undoable({ kind: 'sourceMark.remove', markIds: [clap] });
    undoable({ kind: 'source.remove', sourceIds: [recorder] });
    expect(document.all('source_mark')).toEqual([]);
  });
});

describe('what an uncorrected drift leaves at the ends', () => {
  test('is half of drift times length, of the worst piece where the camera lost samples', () => {
    const whole = { fromSeconds: 0, toSeconds: 600 };
    expect(driftErrorSamples(matchRow(1, { driftPpm: -20 }), whole, SECOND)).toBeCloseTo(288, 6);
    const segments = [
      { fromSeconds: 0, offsetSamplesAt48k: 0, driftPpm: 20 },
      { fromSeconds: 200, offsetSamplesAt48k: 960, driftPpm: 20 },
    ];
    const split = matchRow(1, { evidence: evidenceText({ segments }) });
    expect(driftErrorSamples(split, whole, SECOND)).toBeCloseTo(192, 6);
    expect(driftErrorSamples(split, { fromSeconds: 10, toSeconds: 20 }, SECOND)).toBeCloseTo(4.8, 6);
    expect(driftErrorSamples(split, { fromSeconds: 20, toSeconds: 20 }, SECOND)).toBe(0);
  });
});
