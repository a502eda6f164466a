import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandInput } from '../../../src-shared/edit/commands.ts';
import { clipEnd } from '../../../src-shared/edit/make-room.ts';
import type { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { crossfadeSamples, recorderPieces } from '../../../src-shared/edit/recorder-pieces.ts';
import { reverseDiff } from '../../../src-shared/edit/row-diff.ts';
import { SyncRelations } from '../../../src-shared/edit/sync-relation.ts';
import type { ClipRow, DriftCorrection, SyncMatchRow } from '../../../src-shared/model/rows.ts';
import { TABLE_NAMES } from '../../../src-shared/model/rows.ts';
import { cameraLosses } from '../../../src-shared/sync/camera-losses.ts';
import { effectiveLine, lineText } from '../../../src-shared/sync/effective-line.ts';
import { type Accept, acceptMatch, acceptNew } from '../../support/accepted-sync.ts';
import { emptyDocument, matchRow, sourceFields } from '../../support/document-samples.ts';
import { clipsAsText, edit } from '../../support/edited-document.ts';
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

beforeEach(() => {
  document = emptyDocument({ frameRateNumerator: 24, frameRateDenominator: 1 });
});

const rows = () => JSON.stringify(TABLE_NAMES.map((table) => document.all(table)));
const onTrack = (name: string) =>
  clipsAsText(document, document.all('track').find((track) => track.name === name)?.id ?? 0);
const markers = () => document.all('marker').map((marker) => `${marker.atSample} ${marker.name}`);

const accept = (...asked: Parameters<typeof acceptNew> extends [unknown, ...infer Rest] ? Rest : never) =>
  acceptNew(document, ...asked);
const acceptAgain = (id: number, how: Accept) => acceptMatch(document, id, how);

function resampledTo(driftPpm: number, fromSample: number, seconds: number, channelCount = 1) {
  return (matchId: number): Accept => ({
    driftCorrection: 'resample',
    corrected: [
      {
        matchId,
        source: sourceFields({
          name: 'T001 (A001)',
          path: `Audio Files/T001 (A001) ${matchId}.wav`,
          channelCount,
          lengthSamples: Math.round(seconds * SECOND),
        }),
        derivation: { fromSample, driftPpm },
      },
    ],
  });
}

/** How far off the sound of a clip is at one of its ends, by the match's own line; late positive. */
function errorAt(clip: ClipRow, where: 'start' | 'end'): number {
  const at = where === 'start' ? { startSample: clip.startSample } : { startSample: clipEnd(clip) - 2 };
  const sourceInSample = clip.sourceInSample + at.startSample - clip.startSample;
  return new SyncRelations(document).exactErrorOf({ ...clip, ...at, sourceInSample, lengthSamples: 2 }) ?? Number.NaN;
}

describe('a camera that lost samples', () => {
  const evidence = (jumpSamples: number) =>
    evidenceText({
      segments: [
        { fromSeconds: 0, offsetSamplesAt48k: SECOND, driftPpm: 0 },
        { fromSeconds: 4, offsetSamplesAt48k: SECOND + jumpSamples, driftPpm: 0 },
      ],
    });

  test('becomes two pieces, each at its own offset, joined by a short crossfade, with the place marked', () => {
    accept({ seconds: 10, recorderSeconds: 30 }, { evidence: evidence(1024) });
    const joint = 4 * SECOND;
    const [left, right] = onTrack('Boom');
    expect(left).toBe(`2 0-${joint + 120}@${SECOND} 240>`);
    expect(right).toBe(`3 ${joint - 120}-${10 * SECOND}@${5 * SECOND + 1024 - 120} <240`);
    expect(document.get('clip', 2)?.fadeOutShape).toBe('equal-power');
    expect(markers()).toEqual([`${joint} Camera lost 21.3 ms`]);
    expect(document.all('marker')[0]?.comment).toContain('A001');
  });

  const pictures = () =>
    document
      .pictureClips(0, Number.MAX_SAFE_INTEGER)
      .map((clip) => `${clip.startSample}-${clipEnd(clip)}@${clip.sourceInFrame}`);

  const lostAt = (fromSeconds: number, lost = 1024) =>
    evidenceText({
      segments: [
        { fromSeconds: 0, offsetSamplesAt48k: SECOND, driftPpm: 0 },
        { fromSeconds, offsetSamplesAt48k: SECOND + lost, driftPpm: 0 },
      ],
    });

  test('is cut itself, picture and scratch at one sample, at the frame nearest to the loss, and nothing moves', () => {
    const id = accept({ seconds: 10, recorderSeconds: 30 }, { evidence: lostAt(4.03) });
    // 4.03 s is frame 96.72; frame 97 begins at sample 194,000. The recorder is parted at the loss itself.
    expect(pictures()).toEqual([`0-194000@0`, `194000-${10 * SECOND}@97`]);
    expect(onTrack('Scratch').map((clip) => clip.slice(clip.indexOf(' ') + 1))).toEqual([
      '0-194000@0',
      `194000-${10 * SECOND}@194000`,
    ]);
    const joint = 4.03 * SECOND;
    expect(markers()).toEqual([`${joint} Camera lost 21.3 ms`]);
    const [left, right] = placedBy(document, id);
    expect(left && clipEnd(left)).toBe(joint + 120);
    expect(right?.startSample).toBe(joint - 120);
  });

  test('lets each side be moved with its sound: both then say that they are in sync', () => {
    const id = accept({ seconds: 10, recorderSeconds: 30 }, { evidence: lostAt(4.03) });
    const second = document.pictureClips(0, Number.MAX_SAFE_INTEGER)[1]?.id ?? 0;
    const [, right] = placedBy(document, id);
    edit(document, { kind: 'picture.move', pictureClipIds: [second], deltaSamples: 5 * SECOND });
    const errors = () => placedBy(document, id).map((clip) => new SyncRelations(document).of(clip)?.errorSamples);
    expect(errors()).toEqual([0, -5 * SECOND]);
    edit(document, { kind: 'clip.resync', clipIds: [right?.id ?? 0] });
    expect(errors()).toEqual([0, 0]);
  });

  test('is whole again by one undo', () => {
    const camera = addCamera(document, 'A001', 10);
    const recorder = addRecorder(document, 'T001', 30);
    const [id = 0] = propose(document, proposedMatch(camera, recorder, { evidence: lostAt(4.03) }));
    const before = rows();
    const { diff } = edit(document, { kind: 'sync.accept', matchIds: [id] });
    document.applyDiff(reverseDiff(diff));
    expect(rows()).toBe(before);
  });

  test('is cut once for all its recorders, whose sound has no further joint at the frame beside the loss', () => {
    accept({ seconds: 10, recorderSeconds: 30 }, { evidence: lostAt(4.03) });
    const second = addRecorder(document, 'T002', 30, ['Lav']);
    const [id = 0] = propose(document, proposedMatch(1, second, { evidence: lostAt(4.034) }));
    acceptAgain(id, {});
    expect(pictures()).toHaveLength(2);
    expect(onTrack('Scratch')).toHaveLength(2);
    expect(placedBy(document, id)).toHaveLength(2);
    expect(markers()).toHaveLength(1);
  });

  test('is cut wherever it lies on the timeline, and stays cut where a person had cut it', () => {
    const camera = addCamera(document, 'A001', 10);
    const recorder = addRecorder(document, 'T001', 30);
    edit(document, { kind: 'picture.place', pictureId: 1, startSample: 777, lengthSamples: 6 * SECOND });
    edit(document, { kind: 'picture.place', pictureId: 1, startSample: 20 * SECOND, sourceInFrame: 72 });
    edit(document, { kind: 'picture.place', pictureId: 1, startSample: 40 * SECOND, sourceInFrame: 96 });
    const [id = 0] = propose(document, proposedMatch(camera, recorder, { evidence: lostAt(4.03) }));
    acceptAgain(id, {});
    expect(pictures()).toEqual([
      '777-194777@0',
      `194777-${777 + 6 * SECOND}@97`,
      `${20 * SECOND}-${20 * SECOND + 50_000}@72`,
      `${20 * SECOND + 50_000}-${27 * SECOND}@97`,
      `${40 * SECOND}-${46 * SECOND}@96`,
    ]);
    const scratch = onTrack('Scratch').map((clip) => clip.slice(clip.indexOf(' ') + 1));
    expect(scratch).toContain('777-194777@0');
    expect(scratch).toContain(`${20 * SECOND + 50_000}-${27 * SECOND}@194000`);
  });

  test('or that repeated some, is cut the same way: the recorder is heard twice for as long', () => {
    const id = accept({ seconds: 10, recorderSeconds: 30 }, { evidence: evidence(-960) });
    expect(markers()).toEqual([`${4 * SECOND} Camera repeated 20.0 ms`]);
    const joint = 4 * SECOND;
    expect(onTrack('Boom')).toEqual([
      `2 0-${joint + 120}@${SECOND} 240>`,
      `3 ${joint - 120}-${10 * SECOND}@${5 * SECOND - 960 - 120} <240`,
    ]);
    const relations = new SyncRelations(document);
    expect(placedBy(document, id).map((clip) => relations.of(clip)?.errorSamples)).toEqual([0, 0]);
  });

  test('is marked once for all its recorders, and where its picture lies', () => {
    accept({ seconds: 10, recorderSeconds: 30 }, { evidence: evidence(1024) });
    const second = addRecorder(document, 'T002', 30, ['Lav']);
    const [id = 0] = propose(document, proposedMatch(1, second, { evidence: evidence(1030) }));
    acceptAgain(id, {});
    expect(markers()).toEqual([`${4 * SECOND} Camera lost 21.3 ms`]);
  });

  test('is marked once where its recorders tell the place some milliseconds apart, until all of them are rejected', () => {
    const camera = addCamera(document, 'A001', 20);
    const ids = [10, 10.0013].map((fromSeconds, index) => {
      const segments = [
        { fromSeconds: 0, offsetSamplesAt48k: 0, driftPpm: 0 },
        { fromSeconds, offsetSamplesAt48k: 4800, driftPpm: 0 },
        { fromSeconds: fromSeconds + 5, offsetSamplesAt48k: 9600, driftPpm: 0 },
      ];
      const recorder = addRecorder(document, `T${index}`, 30, [`Boom ${index}`]);
      return proposedMatch(camera, recorder, { evidence: evidenceText({ segments }) });
    });
    const [first = 0, second = 0] = propose(document, ...ids);
    acceptAgain(first, {});
    acceptAgain(second, {});
    expect(markers()).toEqual([`${10 * SECOND} Camera lost 100.0 ms`, `${15 * SECOND} Camera lost 100.0 ms`]);
    edit(document, { kind: 'marker.update', markerId: 2, comment: 'seen in the picture, too' });
    edit(document, { kind: 'sync.reject', matchIds: [first] });
    expect(markers()).toHaveLength(2);
    edit(document, { kind: 'sync.reject', matchIds: [second] });
    expect(markers()).toEqual([`${15 * SECOND} Camera lost 100.0 ms`]);
  });

  test('has fades at the place where the recorder has no sound to cross over with', () => {
    const segments = [
      { fromSeconds: 0, offsetSamplesAt48k: 26 * SECOND, driftPpm: 0 },
      { fromSeconds: 4, offsetSamplesAt48k: -4 * SECOND, driftPpm: 0 },
    ];
    accept({ seconds: 10, recorderSeconds: 30 }, { evidence: evidenceText({ segments }) });
    expect(onTrack('Boom')).toEqual([`2 0-${4 * SECOND}@${26 * SECOND} 240>`, `3 ${4 * SECOND}-${10 * SECOND}@0 <240`]);
  });

  test('is left whole where the pieces go on in the same sound', () => {
    accept({ seconds: 10, recorderSeconds: 30 }, { evidence: evidence(0) });
    expect(onTrack('Boom')).toEqual([`2 0-${4 * SECOND}@${SECOND}`, `3 ${4 * SECOND}-${10 * SECOND}@${5 * SECOND}`]);
    expect(markers()).toEqual([]);
  });
});

describe('a drift that is resampled', () => {
  test('plays the resampled copy, right to half a sample from head to tail', () => {
    const id = accept(
      { seconds: 600, recorderSeconds: 1000 },
      { offsetSamplesAt48k: 30 * SECOND + 0.3, driftPpm: 87.5 },
      resampledTo(87.5, 20 * SECOND, 700),
    );
    const [clip] = placedBy(document, id) as [ClipRow];
    expect(document.get('source', clip.sourceId)).toMatchObject({
      name: 'T001 (A001)',
      role: 'recorder',
      derivedFromId: 2,
      derivation: JSON.stringify({ fromSample: 20 * SECOND, driftPpm: 87.5 }),
    });
    expect(clip).toMatchObject({ name: 'T001', startSample: 0, lengthSamples: 600 * SECOND });
    expect(Math.abs(errorAt(clip, 'start'))).toBeLessThanOrEqual(0.501);
    expect(Math.abs(errorAt(clip, 'end'))).toBeLessThanOrEqual(0.501);
    expect(document.get('sync_match', id)).toMatchObject({ status: 'accepted', driftCorrection: 'resample' });
  });

  test('without a copy is left as it is, and says so', () => {
    const id = accept(
      { seconds: 10, recorderSeconds: 30 },
      { driftPpm: 0.01 },
      { driftCorrection: 'resample', corrected: [] },
    );
    expect(document.get('sync_match', id)?.driftCorrection).toBe('none');
  });

  test('is refused with a copy that is none', () => {
    const files = { seconds: 10, recorderSeconds: 30, channels: ['Boom', 'Lav'] };
    expect(() => accept(files, { driftPpm: 20 }, resampledTo(20, 0, 30, 1))).toThrow(
      expect.objectContaining({ code: 'source.not-resampled' }),
    );
  });

  test('is refused when the match got another recorder file while the copy was made', () => {
    const files = { seconds: 10, recorderSeconds: 30 };
    const other = addRecorder(document, 'T000', 30);
    const how = (matchId: number) => {
      const made = resampledTo(20, 0, 30)(matchId);
      return { ...made, corrected: made.corrected?.map((copy) => ({ ...copy, recorderSourceId: other })) };
    };
    expect(() => accept(files, { driftPpm: 20 }, how)).toThrow(expect.objectContaining({ code: 'sync.changed' }));
  });

  describe('is refused when, while the copy was made, a person', () => {
    const files = { seconds: 60, recorderSeconds: 1200 };
    const evidence = evidenceText({
      alternatives: [{ recorderSourceId: 2, offsetSamplesAt48k: 150 * SECOND, driftPpm: 50, likeness: 0.9 }],
    });
    const fields = { driftPpm: 50, offsetSamplesAt48k: 100 * SECOND, clockOffsetSamplesAt48k: 99 * SECOND, evidence };
    const meanwhile: [string, (id: number) => CommandInput][] = [
      ['took another place in the same file', (matchId) => ({ kind: 'sync.choose', matchId, alternative: 0 })],
      ['nudged it', (id) => ({ kind: 'sync.adjust', matchIds: [id], nudgeBySamplesAt48k: 1 })],
      ['followed the clock', (id) => ({ kind: 'sync.adjust', matchIds: [id], followsClock: true })],
      ['rejected it', (id) => ({ kind: 'sync.reject', matchIds: [id] })],
    ];
    for (const [what, decision] of meanwhile) {
      test.each(['resample', 'cut', 'none'] as const)(`${what}; the drift is asked to be: %s`, (driftCorrection) => {
        const how = (id: number): Accept => {
          const match = document.get('sync_match', id) as SyncMatchRow;
          const madeFor = [{ matchId: id, line: lineText(match) }];
          edit(document, decision(id));
          return { ...resampledTo(50, 90 * SECOND, 80)(id), driftCorrection, madeFor };
        };
        expect(() => accept(files, fields, how)).toThrow(expect.objectContaining({ code: 'sync.changed' }));
        expect(document.all('clip')).toEqual([]);
      });
    }
  });

  test('is accepted when meanwhile a microphone was chosen, which does not move it', () => {
    const how = (id: number): Accept => {
      const madeFor = [{ matchId: id, line: lineText(document.get('sync_match', id) as SyncMatchRow) }];
      edit(document, { kind: 'sync.adjust', matchIds: [id], chosenChannel: 0, rightsPolarity: true });
      return { ...resampledTo(50, 90 * SECOND, 80)(id), madeFor };
    };
    expect(
      placedBy(
        document,
        accept({ seconds: 60, recorderSeconds: 1200 }, { driftPpm: 50, offsetSamplesAt48k: 100 * SECOND }, how),
      ),
    ).toHaveLength(1);
  });

  test('has a copy for each piece whose clock ran at another speed, each right from head to tail', () => {
    const segments = [
      { fromSeconds: 0, offsetSamplesAt48k: 60 * SECOND, driftPpm: 30 },
      { fromSeconds: 300, offsetSamplesAt48k: 60 * SECOND + 864, driftPpm: -30 },
    ];
    const how = (id: number): Accept => ({
      driftCorrection: 'resample',
      corrected: segments.map(({ driftPpm }, piece) => {
        const [copy] = resampledTo(driftPpm, 50 * SECOND, 640)(id).corrected ?? [];
        if (!copy) throw new Error('there is no copy');
        const source = { ...copy.source, path: `Audio Files/${piece}.wav`, contentHash: `${piece}` };
        return { ...copy, pieces: [piece], source };
      }),
    });
    const id = accept({ seconds: 600, recorderSeconds: 700 }, { evidence: evidenceText({ segments }) }, how);
    const clips = placedBy(document, id);
    expect(clips.map((clip) => clip.sourceId)).toEqual([3, 4]);
    expect(clips.map((clip) => [clip.fadeInSamples, clip.fadeOutSamples])).toEqual([
      [0, 240],
      [240, 0],
    ]);
    const [first, second] = clips as [ClipRow, ClipRow];
    expect(clipEnd(first) - second.startSample).toBe(240);
    for (const error of [errorAt(first, 'start'), errorAt(second, 'end')])
      expect(Math.abs(error)).toBeLessThanOrEqual(0.51);
    for (const error of clips.map((clip) => new SyncRelations(document).exactErrorOf(clip)))
      expect(Math.abs(error ?? 9)).toBeLessThanOrEqual(0.51);
  });

  test('that is rejected and accepted again plays the same copy, and says meanwhile that nothing is corrected', () => {
    const how = resampledTo(20, 0, 30);
    const id = accept({ seconds: 10, recorderSeconds: 30 }, { driftPpm: 20 }, how);
    edit(document, { kind: 'sync.reject', matchIds: [id] });
    expect(document.get('sync_match', id)).toMatchObject({ status: 'rejected', driftCorrection: 'none' });
    acceptAgain(id, how(id));
    expect(document.all('source')).toHaveLength(3);
    expect(placedBy(document, id).map((clip) => clip.sourceId)).toEqual([3]);
    edit(document, { kind: 'sync.reject', matchIds: [id] });
    acceptAgain(id, resampledTo(21, 0, 30)(id));
    expect(document.all('source')).toHaveLength(4);
  });

  test('takes a copy that no clip plays with its original out of the bin, or alone', () => {
    const id = accept({ seconds: 10, recorderSeconds: 30 }, { driftPpm: 20 }, resampledTo(20, 0, 30));
    expect(() => edit(document, { kind: 'source.remove', sourceIds: [2] })).toThrow(
      expect.objectContaining({ code: 'source.derived' }),
    );
    edit(document, { kind: 'clip.remove', clipIds: placedBy(document, id).map((clip) => clip.id) });
    const { diff, label } = edit(document, { kind: 'source.remove', sourceIds: [2] });
    expect(label).toBe('Remove source');
    expect(document.all('source').map((source) => source.name)).toEqual(['A001']);
    document.applyDiff(reverseDiff(diff));
    edit(document, { kind: 'source.remove', sourceIds: [3] });
    expect(document.all('source').map((source) => source.name)).toEqual(['A001', 'T001']);
  });
});

describe('a drift that is cut', () => {
  const cutAt = (...seconds: number[]) => {
    return (matchId: number): Accept => ({
      driftCorrection: 'cut',
      pauses: [{ matchId, atSamples: seconds.map((second) => Math.round(second * SECOND)) }],
    });
  };

  test('is cut at the fewest pauses that keep it right to half a millisecond', () => {
    // 50 ppm: half a millisecond either way is 20 s of sound, less half a sample for rounding.
    const pauses = [3, 11, 18, 19.9, 25, 31, 36, 39, 41, 55];
    const id = accept({ seconds: 60, recorderSeconds: 90 }, { driftPpm: 50 }, cutAt(...pauses));
    const clips = placedBy(document, id);
    const joints = clips.slice(1).map((clip) => (clip.startSample + crossfadeSamples(SECOND) / 2) / SECOND);
    expect(joints.map((joint) => Math.round(joint * 10) / 10)).toEqual([18, 36, 55]);
    expect(document.get('sync_match', id)?.driftCorrection).toBe('cut');
    for (const clip of clips) {
      expect(Math.abs(errorAt(clip, 'start'))).toBeLessThanOrEqual(24.5);
      expect(Math.abs(errorAt(clip, 'end'))).toBeLessThanOrEqual(24.5);
    }
    for (const [index, clip] of clips.entries()) {
      const next = clips[index + 1];
      if (next) expect([clip.fadeOutSamples, next.fadeInSamples, clip.fadeOutShape]).toEqual([240, 240, 'linear']);
    }
  });

  test('is right in the middle of each stretch where the pauses are too far apart', () => {
    const id = accept({ seconds: 60, recorderSeconds: 90 }, { driftPpm: -50 }, cutAt(5, 40));
    const clips = placedBy(document, id);
    expect(clips).toHaveLength(3);
    for (const clip of clips) expect(new SyncRelations(document).of(clip)?.errorSamples).toBe(0);
  });

  test('is not cut where it is under half a millisecond, nor without pauses', () => {
    const short = accept({ seconds: 15, recorderSeconds: 90 }, { driftPpm: 50 }, cutAt(3, 5, 8));
    expect(placedBy(document, short)).toHaveLength(1);
    expect(document.get('sync_match', short)?.driftCorrection).toBe('none');
    document = emptyDocument();
    expect(placedBy(document, accept({ seconds: 60, recorderSeconds: 90 }, { driftPpm: 50 }, cutAt()))).toHaveLength(1);
  });
});

test('what was cut can be rejected and accepted again resampled: nothing of the cuts is left', () => {
  const cuts = (matchId: number): Accept => ({
    driftCorrection: 'cut',
    pauses: [{ matchId, atSamples: [20 * SECOND, 35 * SECOND] }],
  });
  const files = { seconds: 60, recorderSeconds: 90, channels: ['Boom', 'Mix'] };
  const id = accept(files, { driftPpm: 60 }, cuts);
  expect(placedBy(document, id)).toHaveLength(6);
  edit(document, { kind: 'sync.adjust', matchIds: [id], chosenChannel: 1 });
  const mix = placedBy(document, id).filter((clip) => clip.sourceChannel === 1);
  expect(mix.map((clip) => [clip.fadeInSamples, clip.fadeOutSamples, clip.muted])).toEqual([
    [0, 240, false],
    [240, 240, false],
    [240, 0, false],
  ]);
  edit(document, { kind: 'sync.reject', matchIds: [id] });
  acceptAgain(id, resampledTo(60, 0, 90, 2)(id));
  const recorded = document.all('clip').filter((clip) => clip.sourceId !== 1);
  expect(recorded.map((clip) => clip.syncMatchId)).toEqual([id, id]);
  expect(document.get('sync_match', id)?.driftCorrection).toBe('resample');
});

/** Lines, pieces and drifts as cameras and recorders have them, and what may be done about the drift. */
const anyMatch = fc.record({
  offset: fc.double({ min: -20 * SECOND, max: 60 * SECOND, noNaN: true }),
  driftPpm: fc.double({ min: -200, max: 200, noNaN: true }),
  clock: fc.option(fc.double({ min: -3000, max: 3000, noNaN: true })),
  followsClock: fc.boolean(),
  nudge: fc.oneof(fc.integer({ min: -2000, max: 2000 }), fc.double({ min: -2000, max: 2000, noNaN: true })),
  losses: fc.array(
    fc.record({
      at: fc.double({ min: 1, max: 110, noNaN: true }),
      lost: fc.double({ min: -4000, max: 9000, noNaN: true }),
    }),
    { maxLength: 3 },
  ),
  correction: fc.constantFrom<DriftCorrection>('resample', 'cut', 'none'),
  fromSample: fc.double({ min: 0, max: 10 * SECOND, noNaN: true }),
  pauses: fc.array(fc.nat(150 * SECOND), { maxLength: 30 }),
});

type AnyMatch = typeof anyMatch extends fc.Arbitrary<infer Value> ? Value : never;

/** Accepts it over a camera that is cut in two on the timeline; null where the recorder reaches no part of it. */
function acceptAny(some: AnyMatch): number | null {
  document = emptyDocument({ frameRateNumerator: 24, frameRateDenominator: 1 });
  const camera = addCamera(document, 'A001', 120);
  const recorder = addRecorder(document, 'T001', 150);
  edit(document, { kind: 'picture.place', pictureId: 1, startSample: 3333, lengthSamples: 50 * SECOND });
  edit(document, { kind: 'picture.place', pictureId: 1, startSample: 90 * SECOND, sourceInFrame: 24 * 30 });
  const places = [...some.losses].sort((a, b) => a.at - b.at);
  let offset = some.offset;
  const segments = [{ fromSeconds: 0, offsetSamplesAt48k: offset, driftPpm: some.driftPpm }];
  for (const { at, lost } of places) {
    offset += lost;
    segments.push({ fromSeconds: at, offsetSamplesAt48k: offset, driftPpm: some.driftPpm });
  }
  const fields = {
    offsetSamplesAt48k: some.offset,
    driftPpm: some.driftPpm,
    clockOffsetSamplesAt48k: some.clock === null ? null : some.offset + some.clock,
    evidence: places.length > 0 ? evidenceText({ segments }) : '',
  };
  const [id = 0] = propose(document, proposedMatch(camera, recorder, fields));
  edit(document, {
    kind: 'sync.adjust',
    matchIds: [id],
    nudgeBySamplesAt48k: some.nudge,
    followsClock: some.followsClock,
  });
  const how =
    some.correction === 'resample'
      ? resampledTo(some.driftPpm, some.fromSample, 150)(id)
      : { driftCorrection: some.correction, pauses: [{ matchId: id, atSamples: some.pauses }] };
  try {
    acceptAgain(id, how);
  } catch (error) {
    expect(error).toMatchObject({ code: 'sync.no-overlap' });
    return null;
  }
  return id;
}

describe('whatever the line, the pieces and the drift', () => {
  test('every placed clip lies in sync, and a resampled one from head to tail', () => {
    fc.assert(
      fc.property(anyMatch, (some) => {
        const id = acceptAny(some);
        if (id === null) return;
        const relations = new SyncRelations(document);
        for (const clip of placedBy(document, id)) {
          expect(Math.abs(relations.exactErrorOf(clip) ?? Number.NaN)).toBeLessThanOrEqual(0.55);
          if (some.correction !== 'resample' || some.losses.length > 0) continue;
          expect(Math.abs(errorAt(clip, 'start'))).toBeLessThanOrEqual(0.55);
          expect(Math.abs(errorAt(clip, 'end'))).toBeLessThanOrEqual(0.55);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('nudging an accepted match by n samples slips every clip by exactly n, and back', () => {
    fc.assert(
      fc.property(anyMatch, fc.integer({ min: -900, max: 900 }), (some, samples) => {
        const id = acceptAny({ ...some, offset: (Math.abs(some.offset) % (20 * SECOND)) + 2 * SECOND });
        if (id === null) return;
        const before = placedBy(document, id);
        const nudge = (nudgeBySamplesAt48k: number) =>
          edit(document, { kind: 'sync.adjust', matchIds: [id], nudgeBySamplesAt48k });
        const bytes = rows();
        let diff: ReturnType<typeof nudge>['diff'];
        try {
          diff = nudge(samples).diff;
        } catch (error) {
          expect(error).toMatchObject({ code: 'sync.nudge-too-far' });
          return;
        }
        const relations = new SyncRelations(document);
        for (const clip of before) {
          const now = document.get('clip', clip.id) as ClipRow;
          const slipped = now.sourceInSample - now.startSample - (clip.sourceInSample - clip.startSample);
          expect(slipped).toBe(samples);
          if (now.lengthSamples === clip.lengthSamples)
            expect(Math.abs(relations.exactErrorOf(now) ?? Number.NaN)).toBeLessThanOrEqual(0.65);
        }
        document.applyDiff(reverseDiff(diff));
        expect(rows()).toBe(bytes);
        document.applyDiff(diff);
        nudge(-samples);
        expect(placedBy(document, id)).toEqual(before);
      }),
      { numRuns: 150 },
    );
  });

  test('cuts keep within half a millisecond wherever pauses come often enough', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -200, max: 200, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.integer({ min: 20, max: 600 }),
        (driftPpm, between, seconds) => {
          const line = effectiveLine(matchRow(1, { offsetSamplesAt48k: 1234.5, driftPpm }));
          const piece = { startSample: 500, inSample: 700, lengthSamples: seconds * SECOND };
          const step = (1 + between) * SECOND;
          const pauses = Array.from({ length: 700 }, (_, index) => Math.round(index * step));
          const source = { lengthSamples: 1000 * SECOND, derivation: null };
          const stretches = recorderPieces(piece, line, () => source, pauses, SECOND);
          const speed = 1 + driftPpm * 1e-6;
          let end = piece.startSample;
          for (const stretch of stretches) {
            expect(stretch.startSample).toBe(end);
            end = clipEnd(stretch);
            for (const into of [0, stretch.lengthSamples]) {
              const camera = piece.inSample + stretch.startSample + into - piece.startSample;
              const exact = 1234.5 + camera * speed;
              expect(Math.abs(stretch.inSample + into - exact)).toBeLessThanOrEqual(24.01);
            }
          }
          expect(end).toBe(clipEnd(piece));
          // No more cuts than stretches of at least half the longest demand, two to one.
          const longest = 47 / Math.abs(speed - 1);
          expect(stretches.length).toBeLessThanOrEqual(1 + (seconds * SECOND) / Math.max(1, longest - step));
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('lines that merely meet where a clock changed its speed are no loss', () => {
  const segments = [
    { fromSeconds: 0, offsetSamplesAt48k: 0, driftPpm: 100 },
    { fromSeconds: 10, offsetSamplesAt48k: 57, driftPpm: 0 },
    { fromSeconds: 20, offsetSamplesAt48k: 480 + 57, driftPpm: 0 },
    { fromSeconds: 30, offsetSamplesAt48k: 57, driftPpm: 0 },
  ];
  const line = effectiveLine(matchRow(1, { evidence: evidenceText({ segments }) }));
  expect(cameraLosses(line)).toEqual([
    { cameraSeconds: 20, lostSeconds: 0.01 },
    { cameraSeconds: 30, lostSeconds: -0.01 },
  ]);
  accept({ seconds: 25, recorderSeconds: 60 }, { evidence: evidenceText({ segments }) });
  expect(markers()).toEqual([`${20 * SECOND} Camera lost 10.0 ms`]);
  expect(onTrack('Boom')).toHaveLength(3);
});
