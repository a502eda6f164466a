import { beforeEach, describe, expect, test } from 'vitest';
import type { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { channelNamesOf, staysInFolder } from '../../../src-shared/edit/source-edits.ts';
import { frameToSample } from '../../../src-shared/time/frame-rate.ts';
import { emptyDocument, pictureFields, sourceFields } from '../../support/document-samples.ts';
import { edit } from '../../support/edited-document.ts';

let document: MemoryDocument;

beforeEach(() => {
  document = emptyDocument();
});

describe('tracks', () => {
  const names = () =>
    document
      .all('track')
      .sort((a, b) => a.position - b.position)
      .map((track) => track.name);

  test('are added where asked, at the end otherwise, and close up when one moves or goes', () => {
    for (const name of ['A', 'B', 'C']) edit(document, { kind: 'track.add', name });
    edit(document, { kind: 'track.add', name: 'top', position: 0 });
    edit(document, { kind: 'track.add', name: 'far', position: 99 });
    expect(names()).toEqual(['top', 'A', 'B', 'C', 'far']);
    edit(document, { kind: 'track.move', trackId: 4, position: 2 });
    expect(names()).toEqual(['A', 'B', 'top', 'C', 'far']);
    expect(edit(document, { kind: 'track.remove', trackIds: [1, 4] }).label).toBe('Delete 2 tracks');
    expect(names()).toEqual(['B', 'C', 'far']);
  });

  test('take their clips and breakpoints along when removed; sources stay', () => {
    edit(document, { kind: 'track.add', name: 'A' });
    edit(document, { kind: 'source.add', source: sourceFields({ name: 'S' }), picture: null });
    edit(document, { kind: 'clip.add', trackId: 1, sourceId: 1, startSample: 0 });
    edit(document, {
      kind: 'track.gainPoints',
      trackId: 1,
      fromSample: 0,
      toSample: 9,
      points: [{ atSample: 1, gainDb: 0 }],
    });
    const { diff } = edit(document, { kind: 'track.remove', trackIds: [1] });
    expect(diff.map((change) => change.table).sort()).toEqual(['clip', 'gain_point', 'track']);
    expect(document.all('source')).toHaveLength(1);
  });

  test.each([
    [{ muted: true }, 'Mute track'],
    [{ muted: false, soloed: true }, 'Change track'],
    [{ gainDb: -3 }, 'Change gain of track'],
    [{ name: 'x' }, 'Rename track'],
  ])('%j is called "%s" in the undo menu', (fields, label) => {
    edit(document, { kind: 'track.add', name: 'A' });
    expect(edit(document, { kind: 'track.update', trackIds: [1], ...fields }).label).toBe(label);
  });

  test('gain breakpoints are replaced in a range, kept outside it, and touched only where they differ', () => {
    edit(document, { kind: 'track.add', name: 'A' });
    const set = (fromSample: number, toSample: number, ...points: [number, number][]) =>
      edit(document, {
        kind: 'track.gainPoints',
        trackId: 1,
        fromSample,
        toSample,
        points: points.map(([atSample, gainDb]) => ({ atSample, gainDb })),
      });
    const held = () => document.gainPointsOfTrack(1).map((point) => [point.atSample, point.gainDb]);
    set(0, 100, [50, -2], [10, -1], [90, -3], [90, -4]);
    expect(held()).toEqual([
      [10, -1],
      [50, -2],
      [90, -4],
    ]);
    expect(set(20, 90, [50, -2], [60, -9]).diff).toHaveLength(2);
    expect(held()).toEqual([
      [10, -1],
      [50, -2],
      [60, -9],
    ]);
    expect(() => set(0, 10, [11, 0])).toThrow(expect.objectContaining({ code: 'gain-point.outside' }));
    expect(() => set(10, 0)).toThrow(expect.objectContaining({ code: 'range.empty' }));
  });
});

describe('picture', () => {
  const rate = { numerator: 24000, denominator: 1001, drop: false };
  const at = (frame: number) => frameToSample(frame, rate, 48000);
  const clips = () =>
    document
      .pictureClips(0, 2 ** 45)
      .map((clip) => [clip.startSample, clip.startSample + clip.lengthSamples, clip.sourceInFrame]);
  const place = (startSample: number, sourceInFrame = 0, lengthSamples?: number) =>
    edit(document, { kind: 'picture.place', pictureId: 1, startSample, sourceInFrame, lengthSamples });

  beforeEach(() => {
    edit(document, { kind: 'source.add', source: null, picture: pictureFields({ name: 'P', frameCount: 100 }) });
  });

  test('is placed whole, and what lies under it goes', () => {
    place(0);
    place(at(50));
    expect(clips()).toEqual([
      [0, at(50), 0],
      [at(50), at(50) + at(100), 0],
    ]);
  });

  test('what is left of a picture behind a placed one starts on a frame of its own', () => {
    place(0);
    place(1000, 10, 5000);
    const [, , rest] = clips();
    expect(clips().slice(0, 2)).toEqual([
      [0, 1000, 0],
      [1000, 6000, 10],
    ]);
    expect(rest).toEqual([at(3), at(100), 3]);
  });

  test('moves as a group to the start at most, and is refused beyond its frames', () => {
    place(at(10), 0, at(5));
    place(at(30), 50, at(5));
    edit(document, { kind: 'picture.move', pictureClipIds: [1, 2], deltaSamples: -at(90) });
    expect(clips()).toEqual([
      [0, at(5), 0],
      [at(30) - at(10), at(30) - at(10) + at(5), 50],
    ]);
    expect(() => place(0, 100)).toThrow(expect.objectContaining({ code: 'picture.beyond-source' }));
    expect(() => place(0, 99, at(3))).toThrow(expect.objectContaining({ code: 'picture.beyond-source' }));
    expect(edit(document, { kind: 'picture.remove', pictureClipIds: [1, 2] }).label).toBe('Delete 2 picture clips');
  });

  test('a proxy leaves the clips of its picture as they are', () => {
    place(0);
    const before = [clips(), document.get('picture', 1)?.frameCount];
    edit(document, { kind: 'picture.setProxy', pictureId: 1, proxyPath: 'Picture/P.mp4' });
    expect([clips(), document.get('picture', 1)?.frameCount]).toEqual(before);
    expect(document.get('picture', 1)?.proxyPath).toBe('Picture/P.mp4');
  });
});

describe('sources', () => {
  test('bring sound, picture or both, at the project’s rate, from inside the project folder', () => {
    edit(document, { kind: 'source.add', source: sourceFields({ name: 'S' }), picture: pictureFields({ name: 'S' }) });
    expect(document.get('source', 1)?.pictureId).toBe(1);
    const add = (fields: object) =>
      edit(document, { kind: 'source.add', source: sourceFields({ name: 'X', ...fields }), picture: null });
    expect(() => add({ sampleRate: 44100 })).toThrow(expect.objectContaining({ code: 'source.rate' }));
    expect(() => add({ path: '../X.wav' })).toThrow(expect.objectContaining({ code: 'source.path' }));
    expect(() => add({ path: '/X.wav' })).toThrow(expect.objectContaining({ code: 'source.path' }));
    expect(() => edit(document, { kind: 'source.add', source: null, picture: null })).toThrow(
      expect.objectContaining({ code: 'source.empty' }),
    );
    expect(() =>
      edit(document, { kind: 'source.relink', sourceId: 1, path: 'Audio Files/../../x.wav', linked: false }),
    ).toThrow(expect.objectContaining({ code: 'source.path' }));
    for (const path of ['x.wav', 'Audio Files/x.wav', '../x.wav', 'C:x.wav', './x.wav']) {
      expect(() => edit(document, { kind: 'source.relink', sourceId: 1, path, linked: true })).toThrow(
        expect.objectContaining({ code: 'source.path' }),
      );
      expect(() => add({ path, linked: true })).toThrow(expect.objectContaining({ code: 'source.path' }));
    }
    edit(document, { kind: 'source.relink', sourceId: 1, path: 'D:\\cards\\x.wav', linked: true });
    edit(document, { kind: 'source.relink', sourceId: 1, path: '/cards/x.wav', linked: true });
    expect(document.get('source', 1)).toMatchObject({ path: '/cards/x.wav', linked: true });
  });

  test.each([
    ['Audio Files/a.wav', true],
    ['a', true],
    ['Audio Files/..a/b', true],
    ['..', false],
    ['a/../b', false],
    ['a//b', false],
    ['./a', false],
    ['', false],
    ['/a', false],
    ['a\\..\\b', false],
    ['C:/a', false],
    ['a\0b', false],
  ])('the path %j stays inside: %s', (path, stays) => expect(staysInFolder(path)).toBe(stays));

  test('channel names are as many as channels, whatever the row holds', () => {
    const names = (channelNames: string) => channelNamesOf({ channelNames, channelCount: 2 });
    expect(names('["Boom "]')).toEqual(['Boom', '']);
    expect(names('["a","b","c"]')).toEqual(['a', 'b']);
    expect(names('[1,null]')).toEqual(['', '']);
    expect(names('not json')).toEqual(['', '']);
  });
});

describe('project and markers', () => {
  test('a new frame rate keeps the label of the start where it exists', () => {
    const rate = (numerator: number, denominator: number, drop: boolean) =>
      edit(document, { kind: 'project.update', frameRate: { numerator, denominator, drop } });
    expect(rate(25, 1, false).label).toBe('Change frame rate');
    expect(document.get('project', 1)).toMatchObject({ frameRateNumerator: 25, startFrame: 3600 * 25 });
    rate(30000, 1001, true);
    expect(document.get('project', 1)).toMatchObject({ dropFrame: true, startFrame: 107_892 });
    expect(() => rate(25, 1, true)).toThrow(expect.objectContaining({ code: 'project.drop-frame' }));
    expect(() => edit(document, { kind: 'project.update', startFrame: 30 * 86_400 })).toThrow(
      expect.objectContaining({ code: 'project.start' }),
    );
    expect(edit(document, { kind: 'project.update', name: 'Reel 2' }).label).toBe('Rename project');
  });

  test('markers are added, changed and removed', () => {
    edit(document, { kind: 'marker.add', atSample: 5, name: 'a' });
    edit(document, { kind: 'marker.update', markerId: 1, comment: 'why' });
    expect(document.get('marker', 1)).toEqual({ id: 1, atSample: 5, name: 'a', comment: 'why' });
    expect(edit(document, { kind: 'marker.remove', markerIds: [1] }).label).toBe('Delete marker');
    expect(() => edit(document, { kind: 'marker.update', markerId: 1 })).toThrow(
      expect.objectContaining({ code: 'marker.missing' }),
    );
  });
});
