import { beforeEach, describe, expect, test } from 'vitest';
import type { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { reverseDiff } from '../../../src-shared/edit/row-diff.ts';
import { emptyDocument, sourceFields } from '../../support/document-samples.ts';
import { clipsAsText, edit } from '../../support/edited-document.ts';

let document: MemoryDocument;

const MONO = 1;
const OTHER_MONO = 2;
const STEREO = 3;

beforeEach(() => {
  document = emptyDocument();
  edit(document, { kind: 'track.add', name: 'Boom' });
  edit(document, { kind: 'track.add', name: 'Lav' });
  edit(document, { kind: 'track.add', name: 'Music', channelCount: 2 });
  edit(document, { kind: 'source.add', source: sourceFields({ name: 'A', lengthSamples: 1000 }), picture: null });
  edit(document, {
    kind: 'source.add',
    source: sourceFields({ name: 'B', lengthSamples: 1000, channelCount: 1 }),
    picture: null,
  });
});

const place = (startSample: number, length: number, from = 100, trackId = MONO) =>
  edit(document, { kind: 'clip.add', trackId, sourceId: 1, startSample, sourceInSample: from, lengthSamples: length });
const clips = (trackId = MONO) => clipsAsText(document, trackId);

describe('placing clips', () => {
  test('a clip without a length is the whole source, and is named after it', () => {
    edit(document, { kind: 'clip.add', trackId: MONO, sourceId: 1, startSample: 5 });
    expect(clips()).toEqual(['1 5-1005@0']);
    expect(document.get('clip', 1)?.name).toBe('A');
  });

  test('what lies under a placed clip is trimmed, split or removed', () => {
    place(0, 100);
    place(100, 50);
    place(150, 300, 200);
    place(50, 200, 0);
    expect(clips()).toEqual(['1 0-50@100', '4 50-250@0', '3 250-450@300']);
    place(300, 50, 0);
    expect(clips()).toEqual(['1 0-50@100', '4 50-250@0', '3 250-300@300', '6 300-350@0', '5 350-450@400']);
  });

  test('clips that touch are left alone', () => {
    place(0, 100);
    place(200, 100);
    expect(place(100, 100).diff).toHaveLength(1);
  });

  test.each([
    ['beyond the end of the source', { startSample: 0, sourceInSample: 950, lengthSamples: 100 }, 'clip.beyond-source'],
    ['with nothing left of the source', { startSample: 0, sourceInSample: 1000 }, 'clip.beyond-source'],
    ['of a channel that is not there', { startSample: 0, sourceChannel: 2 }, 'clip.channels'],
    ['of a mono source on a stereo track', { startSample: 0, sourceId: 2, trackId: STEREO }, 'clip.channels'],
    ['of a source that is not there', { startSample: 0, sourceId: 9 }, 'source.missing'],
    ['on a track that is not there', { startSample: 0, trackId: 9 }, 'track.missing'],
  ])('a clip %s is refused with a remedy', (_what, fields, code) => {
    const command = { kind: 'clip.add' as const, trackId: MONO, sourceId: 1, ...fields };
    expect(() => edit(document, command)).toThrow(
      expect.objectContaining({
        code,
        remedy: expect.stringMatching(/\w/),
        message: expect.stringContaining('Nothing was changed'),
      }),
    );
    expect(clips()).toEqual([]);
  });
});

describe('moving clips', () => {
  test('a group stops together at the start, keeping its distances', () => {
    place(50, 10);
    place(100, 10);
    place(300, 10);
    expect(edit(document, { kind: 'clip.move', clipIds: [1, 2, 2], deltaSamples: -80 }).label).toBe('Move 2 clips');
    expect(clips()).toEqual(['1 0-10@100', '2 50-60@100', '3 300-310@100']);
  });

  test('moved clips make room among the others, not among themselves', () => {
    place(0, 100);
    place(100, 100);
    place(200, 100);
    edit(document, { kind: 'clip.move', clipIds: [1, 2], deltaSamples: 150 });
    expect(clips()).toEqual(['1 150-250@100', '2 250-350@100']);
  });

  test('a crossfade moved as a whole stays one', () => {
    place(0, 100);
    place(100, 100);
    edit(document, { kind: 'clip.crossfade', leftClipId: 1, rightClipId: 2, lengthSamples: 20 });
    edit(document, { kind: 'clip.move', clipIds: [1, 2], deltaSamples: 1000, deltaTracks: 1 });
    expect(clips()).toEqual([]);
    expect(clips(OTHER_MONO)).toEqual(['1 1000-1110@100 20>', '2 1090-1200@90 <20']);
  });

  test('a clip moved over another’s fade out with a fade in as long crossfades with it, further it cuts', () => {
    place(0, 200);
    place(500, 200);
    edit(document, { kind: 'clip.fade', clipIds: [1], edge: 'out', lengthSamples: 50 });
    edit(document, { kind: 'clip.fade', clipIds: [2], edge: 'in', lengthSamples: 50 });
    edit(document, { kind: 'clip.move', clipIds: [2], deltaSamples: -350 });
    expect(clips()).toEqual(['1 0-200@100 50>', '2 150-350@100 <50']);
    edit(document, { kind: 'clip.move', clipIds: [2], deltaSamples: -10 });
    expect(clips()).toEqual(['1 0-140@100', '2 140-340@100 <50']);
  });

  test('moves above the first track, below the last, or to a track of another width are refused', () => {
    place(0, 10);
    const move = (deltaTracks: number) =>
      edit(document, { kind: 'clip.move', clipIds: [1], deltaSamples: 0, deltaTracks });
    expect(() => move(-1)).toThrow(expect.objectContaining({ code: 'clip.no-track' }));
    expect(() => move(3)).toThrow(expect.objectContaining({ code: 'clip.no-track' }));
    expect(() => move(2)).toThrow(expect.objectContaining({ code: 'clip.width' }));
    move(1);
    expect(clips(OTHER_MONO)).toEqual(['1 0-10@100']);
  });

  test('a duplicate leaves the original and is tied to no sync result', () => {
    place(0, 100);
    edit(document, { kind: 'clip.duplicate', clipIds: [1], deltaSamples: 50 });
    expect(clips()).toEqual(['1 0-50@100', '2 50-150@100']);
  });

  test('a group duplicated beside a clip that crossfades into it leaves no overlap between strangers', () => {
    place(0, 100);
    place(100, 100);
    edit(document, { kind: 'clip.crossfade', leftClipId: 1, rightClipId: 2, lengthSamples: 60 });
    const before = clips();
    for (const deltaSamples of [-150, -130, -30, -5, 5, 30, 130, 150]) {
      const { diff } = edit(document, { kind: 'clip.duplicate', clipIds: [1, 2], deltaSamples });
      document.applyDiff(reverseDiff(diff));
    }
    expect(clips()).toEqual(before);
  });
});

describe('trimming', () => {
  beforeEach(() => {
    place(100, 100);
    place(300, 100);
  });

  test('each clip of a group goes as far as its own handles and neighbours allow', () => {
    edit(document, { kind: 'clip.trim', clipIds: [1, 2], edge: 'end', deltaSamples: 5000 });
    expect(clips()).toEqual(['1 100-300@100', '2 300-1200@100']);
    edit(document, { kind: 'clip.trim', clipIds: [1, 2], edge: 'start', deltaSamples: -5000 });
    expect(clips()).toEqual(['1 0-300@0', '2 300-1200@100']);
  });

  test('a clip keeps at least one sample, and its fades within itself', () => {
    edit(document, { kind: 'clip.fade', clipIds: [1], edge: 'in', lengthSamples: 40 });
    edit(document, { kind: 'clip.fade', clipIds: [1], edge: 'out', lengthSamples: 60 });
    edit(document, { kind: 'clip.trim', clipIds: [1], edge: 'end', deltaSamples: -50 });
    expect(clips()[0]).toBe('1 100-150@100 <40 10>');
    edit(document, { kind: 'clip.trim', clipIds: [1], edge: 'start', deltaSamples: 500 });
    expect(clips()[0]).toBe('1 149-150@149 1>');
  });

  test('a crossfade trimmed shorter stays a crossfade of what is shared', () => {
    edit(document, { kind: 'clip.move', clipIds: [2], deltaSamples: -100 });
    edit(document, { kind: 'clip.crossfade', leftClipId: 1, rightClipId: 2, lengthSamples: 40 });
    expect(clips()).toEqual(['1 100-220@100 40>', '2 180-300@80 <40']);
    edit(document, { kind: 'clip.trim', clipIds: [1], edge: 'end', deltaSamples: -30 });
    expect(clips()).toEqual(['1 100-190@100 10>', '2 180-300@80 <10']);
    edit(document, { kind: 'clip.trim', clipIds: [2], edge: 'start', deltaSamples: 60 });
    expect(clips()).toEqual(['1 100-190@100', '2 240-300@140']);
  });
});

describe('splitting and slipping', () => {
  test('a split keeps every sample where it was, fades at the outer edges and other values on both pieces', () => {
    place(100, 100);
    edit(document, { kind: 'clip.gain', clipIds: [1], gainDb: -6 });
    edit(document, { kind: 'clip.fade', clipIds: [1], edge: 'in', lengthSamples: 10 });
    edit(document, { kind: 'clip.fade', clipIds: [1], edge: 'out', lengthSamples: 20 });
    edit(document, { kind: 'clip.split', clipIds: [1], atSample: 150 });
    expect(clips()).toEqual(['1 100-150@100 <10', '2 150-200@150 20>']);
    expect(document.all('clip').map((clip) => clip.gainDb)).toEqual([-6, -6]);
  });

  test('a split at an edge or outside changes nothing', () => {
    place(100, 100);
    for (const atSample of [0, 100, 200, 300]) {
      expect(edit(document, { kind: 'clip.split', clipIds: [1], atSample }).diff).toEqual([]);
    }
  });

  test('a split inside a crossfade ends it: its clips butt there', () => {
    place(0, 100);
    place(100, 100);
    edit(document, { kind: 'clip.crossfade', leftClipId: 1, rightClipId: 2, lengthSamples: 40 });
    edit(document, { kind: 'clip.split', clipIds: [1, 2], atSample: 90 });
    expect(clips()).toEqual(['1 0-90@100', '2 90-200@90']);
  });

  test('a slip moves the source as far as it reaches, each clip by itself', () => {
    place(0, 100, 50);
    place(200, 100, 850);
    edit(document, { kind: 'clip.slip', clipIds: [1, 2], deltaSamples: 100 });
    expect(clips()).toEqual(['1 0-100@150', '2 200-300@900']);
    edit(document, { kind: 'clip.slip', clipIds: [1, 2], deltaSamples: -5000 });
    expect(clips()).toEqual(['1 0-100@0', '2 200-300@0']);
  });
});

describe('fades', () => {
  test('a fade is held to the clip less its other fade', () => {
    place(0, 100);
    edit(document, { kind: 'clip.fade', clipIds: [1], edge: 'in', lengthSamples: 70, shape: 's-curve' });
    edit(document, { kind: 'clip.fade', clipIds: [1], edge: 'out', lengthSamples: 70, shape: 'fast' });
    expect(clips()).toEqual(['1 0-100@100 <70 30>']);
    expect(document.get('clip', 1)).toMatchObject({ fadeInShape: 's-curve', fadeOutShape: 'fast' });
    edit(document, { kind: 'clip.fade', clipIds: [1], edge: 'in', lengthSamples: 0 });
    expect(clips()).toEqual(['1 0-100@100 30>']);
  });

  test('a crossfade reaches over the joint from both sides and is made longer or shorter around it', () => {
    place(0, 100);
    place(100, 100);
    const crossfade = (lengthSamples: number) =>
      edit(document, { kind: 'clip.crossfade', leftClipId: 1, rightClipId: 2, lengthSamples });
    crossfade(21);
    expect(clips()).toEqual(['1 0-111@100 21>', '2 90-200@90 <21']);
    crossfade(60);
    expect(clips()).toEqual(['1 0-130@100 60>', '2 70-200@70 <60']);
    crossfade(2);
    expect(clips()).toEqual(['1 0-101@100 2>', '2 99-200@99 <2']);
    expect(document.get('clip', 2)?.fadeInShape).toBe('equal-power');
  });

  test('a crossfade is as long as the handles allow, and refused without any', () => {
    place(0, 100, 895);
    place(100, 100, 3);
    edit(document, { kind: 'clip.crossfade', leftClipId: 1, rightClipId: 2, lengthSamples: 100 });
    expect(clips()).toEqual(['1 0-105@895 8>', '2 97-200@0 <8']);
    place(1000, 100, 900);
    place(1100, 100, 0);
    expect(() => edit(document, { kind: 'clip.crossfade', leftClipId: 3, rightClipId: 4, lengthSamples: 10 })).toThrow(
      expect.objectContaining({ code: 'crossfade.no-handles' }),
    );
    expect(() => edit(document, { kind: 'clip.crossfade', leftClipId: 1, rightClipId: 4, lengthSamples: 10 })).toThrow(
      expect.objectContaining({ code: 'crossfade.not-butted' }),
    );
  });

  test('taking a fade of a crossfade away leaves two butted clips', () => {
    place(0, 100);
    place(100, 100);
    edit(document, { kind: 'clip.crossfade', leftClipId: 1, rightClipId: 2, lengthSamples: 40 });
    edit(document, { kind: 'clip.fade', clipIds: [2], edge: 'in', lengthSamples: 0 });
    expect(clips()).toEqual(['1 0-100@100', '2 100-200@100']);
  });
});

test('clearing a range splits what crosses its edges and leaves other tracks alone', () => {
  place(0, 100);
  place(100, 100);
  place(50, 500, 100, OTHER_MONO);
  edit(document, { kind: 'clip.clearRange', trackIds: [MONO], fromSample: 60, toSample: 120 });
  expect(clips()).toEqual(['1 0-60@100', '2 120-200@120']);
  edit(document, { kind: 'clip.clearRange', trackIds: [OTHER_MONO, STEREO], fromSample: 100, toSample: 110 });
  expect(clips(OTHER_MONO)).toEqual(['3 50-100@100', '4 110-550@160']);
});

test('clearing a range inside a crossfade keeps one clip on each side', () => {
  place(0, 100);
  place(100, 100);
  edit(document, { kind: 'clip.crossfade', leftClipId: 1, rightClipId: 2, lengthSamples: 60 });
  edit(document, { kind: 'clip.clearRange', trackIds: [MONO], fromSample: 90, toSample: 100 });
  expect(clips()).toEqual(['1 0-90@100', '2 100-200@100']);
});

test('an edit that fails half-way leaves nothing behind, not even used-up ids', () => {
  place(0, 100);
  const before = document.all('clip');
  expect(() =>
    edit(document, {
      kind: 'batch',
      label: 'x',
      commands: [
        { kind: 'clip.split', clipIds: [1], atSample: 50 },
        { kind: 'clip.remove', clipIds: [77] },
      ],
    }),
  ).toThrow();
  expect(document.all('clip')).toEqual(before);
  edit(document, { kind: 'clip.split', clipIds: [1], atSample: 50 });
  expect(clips()).toEqual(['1 0-50@100', '2 50-100@150']);
});
