import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { CommandInput } from '../../../src-shared/edit/commands.ts';
import type { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { recorderPieces } from '../../../src-shared/edit/recorder-pieces.ts';
import type { syncMatchFieldsSchema } from '../../../src-shared/edit/sync-commands.ts';
import { readEvidence } from '../../../src-shared/sync/sync-evidence.ts';
import { emptyDocument, pictureFields, sourceFields } from '../../support/document-samples.ts';
import { clipsAsText, edit } from '../../support/edited-document.ts';

type Match = z.input<typeof syncMatchFieldsSchema>;

const SECOND = 48_000;
let document: MemoryDocument;

function addCamera(name: string, timeReferenceSamples: number | null, seconds: number, withPicture = true): number {
  const source = sourceFields({ name, role: 'camera', lengthSamples: seconds * SECOND, timeReferenceSamples });
  const picture = withPicture
    ? pictureFields({ name, frameCount: seconds * 24, frameRateNumerator: 24, frameRateDenominator: 1 })
    : null;
  return addedId(edit(document, { kind: 'source.add', source, picture }).diff, 'source');
}

function addRecorder(name: string, seconds: number, channels: string[]): number {
  const fields = { name, role: 'recorder' as const, lengthSamples: seconds * SECOND, channelCount: channels.length };
  const source = sourceFields({ ...fields, channelNames: JSON.stringify(channels) });
  return addedId(edit(document, { kind: 'source.add', source, picture: null }).diff, 'source');
}

function addedId(diff: readonly { table: string; id: number; before: unknown }[], table: string): number {
  return diff.find((change) => change.table === table && change.before === null)?.id ?? 0;
}

function match(cameraSourceId: number, recorderSourceId: number | null, offsetSamplesAt48k = 0, driftPpm = 0): Match {
  const residuals = { residualHeadMs: 0, residualMiddleMs: 0, residualTailMs: 0 };
  return {
    cameraSourceId,
    recorderSourceId,
    status: recorderSourceId === null ? 'unmatched' : 'proposed',
    offsetSamplesAt48k,
    driftPpm,
    method: recorderSourceId === null ? '' : 'timecode+waveform',
    confidence: 1,
    reason: recorderSourceId === null ? 'no recorder was rolling' : '',
    ...residuals,
  };
}

/** Proposes matches and returns their ids. */
function propose(...matches: Match[]): number[] {
  const { diff } = edit(document, { kind: 'sync.propose', matches });
  return diff.filter((change) => change.table === 'sync_match' && change.after).map((change) => change.id);
}

const accept = (...matchIds: number[]) => edit(document, { kind: 'sync.accept', matchIds });
const tracks = () =>
  document
    .all('track')
    .sort((a, b) => a.position - b.position)
    .map((track) => `${track.name}${track.muted ? ' (muted)' : ''}`);
const clipsOn = (name: string) => {
  const track = document.all('track').find((other) => other.name === name);
  return track ? clipsAsText(document, track.id) : null;
};
const pictures = () =>
  document
    .pictureClips(0, 2 ** 45)
    .map((clip) => `${clip.name} ${clip.startSample}-${clip.startSample + clip.lengthSamples}@${clip.sourceInFrame}`);

beforeEach(() => {
  document = emptyDocument({ frameRateNumerator: 24, frameRateDenominator: 1 });
});

describe('accepting sync', () => {
  test('puts picture, muted scratch and each microphone on the timeline, in sync', () => {
    const camera = addCamera('A001', null, 10);
    const recorder = addRecorder('T001', 30, ['Boom', 'Lav Anna']);
    const { label } = accept(...propose(match(camera, recorder, 5 * SECOND)));
    expect(label).toBe('Accept sync match');
    expect(tracks()).toEqual(['Scratch (muted)', 'Boom', 'Lav Anna']);
    expect(pictures()).toEqual(['A001 0-480000@0']);
    expect(clipsOn('Scratch')).toEqual(['1 0-480000@0']);
    expect(clipsOn('Boom')).toEqual(['2 0-480000@240000']);
    expect(clipsOn('Lav Anna')).toEqual(['3 0-480000@240000']);
    expect(document.get('clip', 3)).toMatchObject({ sourceChannel: 1, syncMatchId: 1, muted: false });
    expect(document.get('clip', 1)?.syncMatchId).toBeNull();
    expect(document.get('sync_match', 1)?.status).toBe('accepted');
  });

  test('strings cameras out by timecode, then name, a second apart, each on a frame', () => {
    const second = addCamera('B', 200, 2);
    const first = addCamera('C', 100, 3);
    const noTimecodeB = addCamera('Y', null, 1);
    const noTimecodeA = addCamera('X', null, 1);
    const recorder = addRecorder('T001', 60, ['Boom']);
    const ids = propose(...[second, first, noTimecodeB, noTimecodeA].map((camera) => match(camera, recorder)));
    expect(accept(...ids).label).toBe('Accept 4 sync matches');
    expect(pictures()).toEqual([
      `C 0-${3 * SECOND}@0`,
      `B ${4 * SECOND}-${6 * SECOND}@0`,
      `X ${7 * SECOND}-${8 * SECOND}@0`,
      `Y ${9 * SECOND}-${10 * SECOND}@0`,
    ]);
  });

  test('starts after everything else on the timeline, on the next frame after a second', () => {
    const camera = addCamera('A001', null, 2);
    const recorder = addRecorder('T001', 60, ['Boom']);
    edit(document, { kind: 'track.add', name: 'Other' });
    edit(document, { kind: 'clip.add', trackId: 1, sourceId: recorder, startSample: 0, lengthSamples: SECOND + 1 });
    accept(...propose(match(camera, recorder)));
    expect(pictures()).toEqual([`A001 ${2 * SECOND + 2000}-${4 * SECOND + 2000}@0`]);
  });

  test('keeps the place of a camera that is there already, cut as it is', () => {
    const camera = addCamera('A001', null, 10);
    const recorder = addRecorder('T001', 30, ['Boom']);
    edit(document, {
      kind: 'picture.place',
      pictureId: 1,
      startSample: 100_000,
      sourceInFrame: 24,
      lengthSamples: 2 * SECOND,
    });
    edit(document, {
      kind: 'picture.place',
      pictureId: 1,
      startSample: 500_000,
      sourceInFrame: 120,
      lengthSamples: SECOND,
    });
    accept(...propose(match(camera, recorder, -SECOND)));
    expect(pictures()).toEqual(['A001 100000-196000@24', 'A001 500000-548000@120']);
    expect(clipsOn('Scratch')).toEqual(['1 100000-196000@48000', '2 500000-548000@240000']);
    expect(clipsOn('Boom')).toEqual(['3 100000-196000@0', '4 500000-548000@192000']);
  });

  test('keeps the place of scratch that is there already and puts the picture over it', () => {
    const camera = addCamera('A001', null, 10);
    const recorder = addRecorder('T001', 30, ['Boom']);
    edit(document, { kind: 'track.add', name: 'Dialogue' });
    const scratch = { trackId: 1, sourceId: camera, startSample: 7000, sourceInSample: 4000, lengthSamples: SECOND };
    edit(document, { kind: 'clip.add', ...scratch });
    accept(...propose(match(camera, recorder)));
    expect(clipsOn('Dialogue')).toEqual(['1 7000-55000@4000']);
    expect(pictures()).toEqual(['A001 7000-55000@2']);
    expect(clipsOn('Boom')).toEqual(['2 7000-55000@4000']);
    expect(tracks()).toEqual(['Dialogue', 'Boom']);
  });

  test('lays only what the recorder has under the camera', () => {
    const camera = addCamera('A001', null, 10);
    const late = addRecorder('late', 30, ['Boom']);
    accept(...propose(match(camera, late, -3 * SECOND)));
    expect(clipsOn('Boom')).toEqual([`2 ${3 * SECOND}-${10 * SECOND}@0`]);
  });

  test('a clip over two recorder files takes both, one after the other on the same track', () => {
    const camera = addCamera('A001', null, 10);
    const first = addRecorder('T001', 6, ['Boom']);
    const second = addRecorder('T002', 20, ['Boom']);
    accept(...propose(match(camera, first, 0), match(camera, second, -6 * SECOND + 100)));
    expect(tracks()).toEqual(['Scratch (muted)', 'Boom']);
    expect(clipsOn('Boom')).toEqual([`2 0-${6 * SECOND - 100}@0`, `3 ${6 * SECOND - 100}-${10 * SECOND}@0`]);
  });

  test('two recorders side by side with the same channel names get a track each', () => {
    const camera = addCamera('A001', null, 10);
    const first = addRecorder('R1', 20, ['', '']);
    const second = addRecorder('R2', 20, ['', 'Boom', 'Boom']);
    accept(...propose(match(camera, first), match(camera, second)));
    expect(tracks()).toEqual(['Scratch (muted)', 'Ch 1', 'Ch 2', 'Ch 1 (2)', 'Boom', 'Boom 2']);
  });

  test('a mixdown beside its microphones begins muted, so that nothing sounds twice; alone it is heard', () => {
    const camera = addCamera('A001', null, 10);
    accept(...propose(match(camera, addRecorder('T001', 20, ['Boom', 'MixL', 'Mixer feed']))));
    expect(tracks()).toEqual(['Scratch (muted)', 'Boom', 'MixL (muted)', 'Mixer feed']);
    accept(...propose(match(addCamera('A002', null, 10), addRecorder('T002', 20, ['Mono Mix']))));
    expect(tracks().at(-1)).toBe('Mono Mix');
  });

  test('uses tracks that are there by their name, whatever its case, if they are mono', () => {
    const camera = addCamera('A001', null, 2);
    const recorder = addRecorder('T001', 20, ['boom ', 'Lav']);
    edit(document, { kind: 'track.add', name: 'BOOM' });
    edit(document, { kind: 'track.add', name: 'Lav', channelCount: 2 });
    accept(...propose(match(camera, recorder)));
    expect(tracks()).toEqual(['BOOM', 'Lav', 'Scratch (muted)', 'Lav']);
  });

  test('a camera without picture is placed by its sound alone', () => {
    const blind = addCamera('A001', null, 2, false);
    const recorder = addRecorder('T001', 20, ['Boom']);
    accept(...propose(match(blind, recorder)));
    expect(pictures()).toEqual([]);
    expect(clipsOn('Boom')).toEqual(['2 0-96000@0']);
  });

  test('accepting again what is accepted changes nothing', () => {
    const ids = propose(match(addCamera('A001', null, 2), addRecorder('T001', 20, ['Boom'])));
    accept(...ids);
    expect(accept(...ids).diff).toEqual([]);
  });

  test('unmatched clips, and matches that reach nothing on the timeline, are refused with the reason', () => {
    const camera = addCamera('A001', null, 2);
    const recorder = addRecorder('T001', 5, ['Boom']);
    const [unmatched = 0] = propose(match(camera, null));
    expect(() => accept(unmatched)).toThrow(
      expect.objectContaining({ code: 'sync.unmatched', message: expect.stringContaining('no recorder was rolling') }),
    );
    const [outside = 0] = propose(match(camera, recorder, 50 * SECOND));
    expect(() => accept(outside)).toThrow(expect.objectContaining({ code: 'sync.no-overlap' }));
    expect(tracks()).toEqual([]);
  });
});

describe('results', () => {
  test('new results replace those of the same cameras that were not accepted', () => {
    const camera = addCamera('A001', null, 2);
    const other = addCamera('A002', null, 2);
    const recorder = addRecorder('T001', 20, ['Boom']);
    const [accepted = 0] = propose(match(camera, recorder), match(other, recorder));
    accept(accepted);
    propose(match(camera, recorder, 5), match(other, null));
    expect(document.all('sync_match').map((row) => [row.id, row.status])).toEqual([
      [accepted, 'accepted'],
      [3, 'unmatched'],
    ]);
  });

  test('a camera that has an accepted match is not called unmatched beside it', () => {
    const camera = addCamera('A001', null, 2);
    accept(...propose(match(camera, addRecorder('T001', 20, ['Boom']))));
    propose(match(camera, null));
    expect(document.all('sync_match').map((row) => row.status)).toEqual(['accepted']);
  });

  describe('a rejection is of one place, so that', () => {
    let camera = 0;
    let recorder = 0;
    const place = (offsetSamplesAt48k: number) => ({
      ...{ recorderSourceId: recorder, offsetSamplesAt48k, driftPpm: 0, likeness: 0.8 },
    });
    const evidence = (...offsets: number[]) => JSON.stringify({ alternatives: offsets.map(place) });
    const found = () =>
      document
        .all('sync_match')
        .map((row) => [
          row.status,
          row.offsetSamplesAt48k,
          readEvidence(row.evidence).alternatives.map((other) => other.offsetSamplesAt48k),
        ]);

    beforeEach(() => {
      camera = addCamera('A001', null, 2);
      recorder = addRecorder('T001', 200, ['Boom']);
      const [id = 0] = propose(match(camera, recorder, 5));
      edit(document, { kind: 'sync.reject', matchIds: [id] });
    });

    test('another place on the same recorder file is proposed, without the rejected one among its others', () => {
      propose({ ...match(camera, recorder, 90 * SECOND), evidence: evidence(50, 60 * SECOND) });
      expect(found()).toEqual([
        ['rejected', 5, []],
        ['proposed', 90 * SECOND, [60 * SECOND]],
      ]);
    });

    test('the same place is not proposed again, and what else fits is offered beside it', () => {
      propose({ ...match(camera, recorder, 9), evidence: evidence(60 * SECOND) });
      expect(found()).toEqual([['rejected', 5, [60 * SECOND]]]);
      edit(document, { kind: 'sync.choose', matchId: document.all('sync_match')[0]?.id ?? 0, alternative: 0 });
      expect(found()[0]?.slice(0, 2)).toEqual(['proposed', 60 * SECOND]);
    });

    test('a clip that was found nowhere else keeps the places where it might belong', () => {
      propose({ ...match(camera, null), evidence: evidence(5, 60 * SECOND) });
      expect(found()).toEqual([
        ['rejected', 5, []],
        ['unmatched', 0, [60 * SECOND]],
      ]);
    });

    test('the same place is told as rejected before when the clip was asked for by name', () => {
      const matches = [{ ...match(camera, recorder, 9), reason: 'It fits.' }];
      edit(document, { kind: 'sync.propose', matches, replacing: [camera] });
      expect(document.all('sync_match')).toMatchObject([
        { status: 'proposed', reason: 'It fits. You rejected this place before.' },
      ]);
    });
  });

  describe('new results leave what a person decided', () => {
    const decided: [string, (id: number) => CommandInput[]][] = [
      ['rejected', (id) => [{ kind: 'sync.reject', matchIds: [id] }]],
      ['nudged', (id) => [{ kind: 'sync.adjust', matchIds: [id], nudgeBySamplesAt48k: 7 }]],
      ['the clock', (id) => [{ kind: 'sync.adjust', matchIds: [id], followsClock: true }]],
      ['polarity', (id) => [{ kind: 'sync.adjust', matchIds: [id], rightsPolarity: true }]],
      ['the microphone', (id) => [{ kind: 'sync.adjust', matchIds: [id], chosenChannel: 0 }]],
      [
        'laid by hand',
        () => [
          { kind: 'sourceMark.add', sourceId: 1, atSample: SECOND, name: 'clap' },
          { kind: 'sourceMark.add', sourceId: 2, atSample: 9 * SECOND, name: 'slate' },
          { kind: 'sync.byMarks', cameraMarkId: 1, recorderMarkId: 2 },
        ],
      ],
    ];
    test.each(decided)('%s, unless they asked for that camera', (what, commands) => {
      const camera = addCamera('A001', null, 2);
      const recorder = addRecorder('T001', 20, ['Boom']);
      const other = addRecorder('T002', 20, ['Boom']);
      const [id = 0] = propose(match(camera, recorder));
      for (const command of commands(id)) edit(document, command);
      const [kept] = document.all('sync_match');
      propose(match(camera, null));
      propose(match(camera, recorder, 5));
      expect(document.all('sync_match')).toEqual([kept]);
      propose(match(camera, recorder, 5), match(camera, other, 5));
      expect(document.all('sync_match').map((row) => row.recorderSourceId)).toEqual([recorder, other]);
      edit(document, { kind: 'sync.propose', matches: [match(camera, recorder, 5)], replacing: [camera] });
      const [found, ...rest] = document.all('sync_match');
      expect(rest).toEqual([]);
      expect(found).toMatchObject({ offsetSamplesAt48k: 5, nudgeSamplesAt48k: 0, status: 'proposed' });
      const places = readEvidence(found?.evidence ?? '').alternatives.map((place) => place.offsetSamplesAt48k);
      expect(places).toEqual(what === 'laid by hand' ? [8 * SECOND] : []);
    });
  });

  test('rejecting an accepted match leaves its clips, no longer tied to it', () => {
    const [id = 0] = propose(match(addCamera('A001', null, 2), addRecorder('T001', 20, ['Boom'])));
    accept(id);
    edit(document, { kind: 'sync.reject', matchIds: [id] });
    expect(document.all('clip').map((clip) => clip.syncMatchId)).toEqual([null, null]);
  });

  test('a source that is removed takes its results along, and stays while a clip plays it', () => {
    const camera = addCamera('A001', null, 2);
    const recorder = addRecorder('T001', 20, ['Boom']);
    accept(...propose(match(camera, recorder)));
    expect(() => edit(document, { kind: 'source.remove', sourceIds: [camera] })).toThrow(
      expect.objectContaining({ code: 'source.in-use' }),
    );
    edit(document, { kind: 'picture.remove', pictureClipIds: [1] });
    edit(document, { kind: 'clip.remove', clipIds: [1] });
    edit(document, { kind: 'source.remove', sourceIds: [camera] });
    expect(document.all('sync_match')).toEqual([]);
    expect(document.all('picture')).toEqual([]);
    expect(document.get('clip', 2)?.syncMatchId).toBeNull();
  });
});

describe('from offset and drift to whole samples', () => {
  test('the error is within half a sample at the middle of the overlap, at any offset, drift and rate', () => {
    fc.assert(
      fc.property(
        fc.record({ startSample: fc.nat(1e9), inSample: fc.nat(1e8), lengthSamples: fc.integer({ min: 1, max: 3e8 }) }),
        fc.double({ min: -3e8, max: 3e8, noNaN: true }),
        fc.double({ min: -300, max: 300, noNaN: true }),
        fc.integer({ min: 1, max: 5e8 }),
        fc.constantFrom(44100, 48000, 96000),
        (piece, offsetSamplesAt48k, driftPpm, recorderLength, sampleRate) => {
          const line = [{ fromSeconds: Number.NEGATIVE_INFINITY, offsetSamplesAt48k, driftPpm }];
          const source = { lengthSamples: recorderLength, derivation: null };
          const [under] = recorderPieces(piece, line, () => source, [], sampleRate);
          if (!under) return;
          expect([under.startSample, under.inSample, under.lengthSamples].every(Number.isSafeInteger)).toBe(true);
          expect(under.inSample).toBeGreaterThanOrEqual(0);
          expect(under.inSample + under.lengthSamples).toBeLessThanOrEqual(recorderLength);
          expect(under.startSample).toBeGreaterThanOrEqual(piece.startSample);
          expect(under.startSample + under.lengthSamples).toBeLessThanOrEqual(piece.startSample + piece.lengthSamples);
          const middle = piece.inSample + (under.startSample - piece.startSample) + under.lengthSamples / 2;
          const exact = (offsetSamplesAt48k * sampleRate) / 48000 + middle * (1 + driftPpm * 1e-6);
          // Half a sample of rounding, and drift over the half by which whole and exact overlap differ at an edge.
          const differs = 0.5 + (Math.abs(driftPpm) * 1e-6 * (piece.lengthSamples * 3e-4 + 2)) / 2;
          expect(Math.abs(under.inSample + under.lengthSamples / 2 - exact)).toBeLessThanOrEqual(differs + 1e-6);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('a recorder that runs 50 ppm fast is off by as much at the head as at the tail', () => {
    const piece = { startSample: 0, inSample: 0, lengthSamples: 600 * SECOND };
    const line = [{ fromSeconds: Number.NEGATIVE_INFINITY, offsetSamplesAt48k: 1000, driftPpm: 50 }];
    const source = { lengthSamples: 10_000 * SECOND, derivation: null };
    const under = recorderPieces(piece, line, () => source, [], SECOND);
    const inSample = 1000 + 300 * SECOND * 50e-6;
    expect(under).toEqual([{ linePiece: 0, startSample: 0, inSample, lengthSamples: 600 * SECOND, afterPause: false }]);
  });
});
