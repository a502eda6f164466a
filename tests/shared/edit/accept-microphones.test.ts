import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandInput } from '../../../src-shared/edit/commands.ts';
import type { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import type { ClipRow } from '../../../src-shared/model/rows.ts';
import type { SyncEvidence, TrackAssessment } from '../../../src-shared/sync/sync-evidence.ts';
import { type Accept, acceptMatch, acceptNew, trackTexts } from '../../support/accepted-sync.ts';
import { emptyDocument } from '../../support/document-samples.ts';
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

beforeEach(() => {
  document = emptyDocument({ frameRateNumerator: 24, frameRateDenominator: 1 });
});

const tracks = () => trackTexts(document);
const onTrack = (name: string) =>
  clipsAsText(document, document.all('track').find((track) => track.name === name)?.id ?? 0);
const accept = (...asked: Parameters<typeof acceptNew> extends [unknown, ...infer Rest] ? Rest : never) =>
  acceptNew(document, ...asked);
const acceptAgain = (id: number, how: Accept) => acceptMatch(document, id, how);

describe('polarity and microphones', () => {
  const assessed = (...polarities: TrackAssessment['polarity'][]): SyncEvidence['tracks'] =>
    polarities.map((polarity, channel) => ({
      channel,
      levelDbfs: -20,
      snrDb: 30,
      directToReverberantDb: 6,
      clippedSamples: 0,
      polarity,
      delayMs: 0,
      mixdown: false,
      fitness: 0.5,
      remark: '',
    }));
  const files = { seconds: 10, recorderSeconds: 30, channels: ['Boom', 'Lav', 'Mix'] };
  const prepared = (
    fields: Partial<MatchFields>,
    chosen: Omit<Extract<CommandInput, { kind: 'sync.adjust' }>, 'kind' | 'matchIds'>,
  ) => {
    const camera = addCamera(document, 'A001', files.seconds);
    const recorder = addRecorder(document, 'T001', files.recorderSeconds, files.channels);
    const [id = 0] = propose(document, proposedMatch(camera, recorder, fields));
    edit(document, { kind: 'sync.adjust', matchIds: [id], ...chosen });
    acceptAgain(id, {});
    return id;
  };
  const turned = (id: number) => placedBy(document, id).map((clip) => clip.polarityInverted);

  test('are righted where that was chosen: the microphones that are inverted against the camera', () => {
    expect(turned(prepared({ inverted: true }, { rightsPolarity: true }))).toEqual([true, true, true]);
    document = emptyDocument();
    const evidence = evidenceText({ tracks: assessed(1, -1, 0) });
    expect(turned(prepared({ evidence }, { rightsPolarity: true }))).toEqual([false, true, false]);
    document = emptyDocument();
    expect(turned(prepared({ evidence, inverted: true }, { rightsPolarity: true }))).toEqual([true, false, false]);
    document = emptyDocument();
    expect(turned(prepared({ evidence, inverted: true }, {}))).toEqual([false, false, false]);
  });

  test('of a chosen microphone the others are placed muted', () => {
    const id = prepared({}, { chosenChannel: 1 });
    expect(placedBy(document, id).map((clip) => clip.muted)).toEqual([true, false, true]);
  });

  test('a chosen mixdown is heard, on a track that sounds', () => {
    const first = prepared({}, {});
    expect(tracks()).toEqual(['Scratch (muted)', 'Boom', 'Lav', 'Mix (muted)']);
    edit(document, { kind: 'sync.adjust', matchIds: [first], chosenChannel: 2 });
    expect(tracks()).toEqual(['Scratch (muted)', 'Boom', 'Lav', 'Mix (muted)', 'Mix (2)']);
    const heard = () =>
      placedBy(document, first)
        .filter((clip) => !clip.muted && !document.get('track', clip.trackId)?.muted)
        .map((clip) => clip.sourceChannel);
    expect(heard()).toEqual([2]);
    edit(document, { kind: 'sync.adjust', matchIds: [first], chosenChannel: null });
    expect(heard()).toEqual([0, 1]);
    document = emptyDocument();
    prepared({}, { chosenChannel: 2 });
    expect(tracks()).toEqual(['Scratch (muted)', 'Boom', 'Lav', 'Mix']);
  });
});

describe('the tracks that microphones are put on', () => {
  const placed = (...channels: string[]) => {
    const id = accept({ seconds: 10, recorderSeconds: 20, channels }, {});
    return placedBy(document, id).map((clip) => document.get('track', clip.trackId)?.name);
  };

  test('have a name each, however the recorder numbered its own', () => {
    expect(placed('Boom', 'Boom', 'Boom 2')).toEqual(['Boom', 'Boom 3', 'Boom 2']);
  });

  test('are never the one of the scratch, nor one that a person filled there', () => {
    expect(placed('Scratch')).toEqual(['Scratch (2)']);
    expect(document.clipsOfSource(1)).toHaveLength(1);
    document = emptyDocument({ frameRateNumerator: 24, frameRateDenominator: 1 });
    const [camera, effects] = [addCamera(document, 'A', 10), addRecorder(document, 'FX', 20)];
    const recorder = addRecorder(document, 'T', 20, ['Boom', 'Lav']);
    edit(document, { kind: 'picture.place', pictureId: 1, startSample: 0 });
    for (const [index, name] of ['Boom', 'Scratch'].entries()) {
      edit(document, { kind: 'track.add', name });
      const place = { sourceId: effects, startSample: SECOND, lengthSamples: 3 * SECOND };
      edit(document, { kind: 'clip.add', trackId: index + 1, ...place });
    }
    const own = document.clipsOfSource(effects);
    const [id = 0] = propose(document, proposedMatch(camera, recorder));
    acceptAgain(id, {});
    expect(document.clipsOfSource(effects)).toEqual(own);
    expect(tracks()).toEqual(['Boom', 'Scratch', 'Scratch (2) (muted)', 'Boom (2)', 'Lav']);
    edit(document, { kind: 'track.update', trackIds: [5], muted: true });
    edit(document, { kind: 'track.add', name: 'Lav (2)' });
    edit(document, { kind: 'clip.add', trackId: 6, sourceId: effects, startSample: SECOND, lengthSamples: SECOND });
    edit(document, { kind: 'sync.adjust', matchIds: [id], chosenChannel: 1 });
    expect(document.clipsOfSource(effects)).toHaveLength(3);
    expect(document.clipsOfSource(effects)).toEqual(expect.arrayContaining(own));
    expect(tracks().at(-1)).toBe('Lav (3)');
  });

  test('lose what a rejected match left there when another recorder file is accepted for the camera', () => {
    const wrong = accept({ seconds: 10, recorderSeconds: 20 }, {});
    edit(document, { kind: 'sync.reject', matchIds: [wrong] });
    const right = addRecorder(document, 'T002', 20);
    const [id = 0] = propose(
      document,
      proposedMatch(addCamera(document, 'B', 10), right),
      proposedMatch(1, right),
    ).slice(-1);
    acceptAgain(id, {});
    expect(tracks()).toEqual(['Scratch (muted)', 'Boom']);
    expect(onTrack('Boom')).toHaveLength(1);
    expect(document.clipsOfSource(2)).toEqual([]);
  });

  test('are the same for the same name, long or of several lines', () => {
    const recorder = addRecorder(document, 'T', 100, ['B'.repeat(230), 'A\nB', ' ']);
    const matches = [0, 1, 2].map((take) =>
      proposedMatch(addCamera(document, `A${take}`, 10), recorder, { offsetSamplesAt48k: take * 10 * SECOND }),
    );
    edit(document, { kind: 'sync.accept', matchIds: propose(document, ...matches) });
    expect(tracks()).toEqual(['Scratch (muted)', 'B'.repeat(180), 'A B', 'Ch 3']);
  });
});

test('a chosen mixdown that lies twice at one time goes to two tracks that sound', () => {
  const files = { seconds: 10, recorderSeconds: 30, channels: ['Boom', 'Mix'] };
  const id = accept(files, {});
  const mix = placedBy(document, id).find((clip) => clip.sourceChannel === 1) as ClipRow;
  edit(document, { kind: 'track.add', name: 'Mix' });
  const other = document.all('track').at(-1)?.id ?? 0;
  edit(document, { kind: 'track.update', trackIds: [other], muted: true });
  const { id: _id, ...copy } = mix;
  document.transact((writer) => writer.insert('clip', { ...copy, trackId: other as never, startSample: 999 }));
  edit(document, { kind: 'sync.adjust', matchIds: [id], chosenChannel: 1 });
  const heard = placedBy(document, id).filter((clip) => !clip.muted);
  expect(heard.map((clip) => [clip.startSample, document.get('track', clip.trackId)?.name])).toEqual([
    [0, 'Mix (2)'],
    [999, 'Mix (3)'],
  ]);
});
