import { beforeEach, describe, expect, test } from 'vitest';
import { applyCommand } from '../../../src-shared/edit/apply-command.ts';
import { type CommandInput, commandSchema } from '../../../src-shared/edit/commands.ts';
import { findViolations } from '../../../src-shared/edit/invariants.ts';
import type { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { TABLE_NAMES } from '../../../src-shared/model/rows.ts';
import { emptyDocument, sourceFields } from '../../support/document-samples.ts';

let document: MemoryDocument;

const run = (command: CommandInput) =>
  document.transact((writer) => applyCommand(writer, commandSchema.parse(command))).result;
const refusal = (command: CommandInput) => {
  const before = JSON.stringify(TABLE_NAMES.map((table) => document.all(table)));
  try {
    run(command);
  } catch (error) {
    expect(JSON.stringify(TABLE_NAMES.map((table) => document.all(table)))).toBe(before);
    return (error as { code: string }).code;
  }
  return null;
};
const clips = () =>
  document
    .clipsOnTrack(1, 0, 1_000_000)
    .map((clip) => [clip.name, clip.startSample, clip.lengthSamples, clip.sourceInSample]);

/** Begins a pass on tracks, into files of its own. */
function begin(fields: Partial<Extract<CommandInput, { kind: 'take.begin' }>['takes'][number]> = {}, trackIds = [1]) {
  const stem = `R${document.all('take').length}`;
  return run({
    kind: 'take.begin',
    takes: trackIds.map((trackId) => ({
      trackId,
      name: `Boom_1_00${trackId}`,
      path: `Audio Files/${stem}-${trackId}.wav`,
      number: 1,
      startSample: 1000,
      recordedAt: '2026-01-01T00:00:00Z',
      ...fields,
    })),
  });
}
const source = (path: string, lengthSamples = 10_000) =>
  sourceFields({ name: path, path, lengthSamples, channelCount: 2 });
const finish = (path: string, ...spans: [number, number, number][]) =>
  run({
    kind: 'take.finish',
    files: [
      {
        path,
        source: source(path),
        spans: spans.map(([startSample, punchInSample, punchOutSample]) => ({
          startSample,
          punchInSample,
          punchOutSample,
        })),
      },
    ],
  });

beforeEach(() => {
  document = emptyDocument();
  run({ kind: 'track.add', name: 'Boom' });
  run({ kind: 'track.add', name: 'Room', channelCount: 2 });
});

test('tracks recorded together are one pass, the next recording is another', () => {
  expect(begin({}, [1, 2])).toBe('Record 2 tracks');
  begin();
  expect(document.all('take').map(({ pass, state, sourceId }) => [pass, state, sourceId])).toEqual([
    [1, 'recording', null],
    [1, 'recording', null],
    [2, 'recording', null],
  ]);
  expect(findViolations(document)).toEqual([]);
});

test('a take is placed at its exact punch, and what lies below makes room', () => {
  run({ kind: 'source.add', source: source('Audio Files/under.wav'), picture: null });
  run({ kind: 'clip.add', trackId: 1, sourceId: 1, startSample: 0 });
  begin();
  finish('Audio Files/R0-1.wav', [1000, 3000, 5000]);
  expect(run({ kind: 'take.place', pass: 1 })).toBe('Record take');
  expect(clips()).toEqual([
    ['Audio Files/under.wav', 0, 3000, 0],
    ['Boom_1_001', 3000, 2000, 2000],
    ['Audio Files/under.wav', 5000, 5000, 5000],
  ]);
});

describe('punches while it is being recorded', () => {
  const places = () =>
    document.all('take').map(({ number, punchInSample, punchOutSample }) => [number, punchInSample, punchOutSample]);

  test('by hand: each is a take of the file', () => {
    begin();
    run({ kind: 'take.punchOut', pass: 1, atSample: 1500 });
    expect(places()).toEqual([[1, null, null]]);
    for (const [inSample, outSample] of [
      [2000, 3000],
      [4000, 5000],
    ] as const) {
      run({ kind: 'take.punchIn', pass: 1, atSample: inSample });
      run({ kind: 'take.punchIn', pass: 1, atSample: inSample + 1 });
      run({ kind: 'take.punchOut', pass: 1, atSample: outSample });
      run({ kind: 'take.punchOut', pass: 1, atSample: outSample + 1 });
    }
    expect(places()).toEqual([
      [1, 2000, 3000],
      [2, 4000, 5000],
    ]);
  });

  test('a planned one is widened at its start and cut at its end by hand', () => {
    begin({ punchInSample: 4000, punchOutSample: 8000 });
    run({ kind: 'take.punchIn', pass: 1, atSample: 3000 });
    run({ kind: 'take.punchIn', pass: 1, atSample: 5000 });
    run({ kind: 'take.punchOut', pass: 1, atSample: 6000 });
    expect(places()).toEqual([[1, 3000, 6000]]);
  });

  test('nothing can be punched once it is done', () => {
    begin();
    finish('Audio Files/R0-1.wav', [1000, 3000, 5000]);
    expect(refusal({ kind: 'take.punchIn', pass: 1, atSample: 1 })).toBe('take.not-recording');
  });
});

describe('taking in what was recorded', () => {
  test('is done once', () => {
    begin();
    finish('Audio Files/R0-1.wav', [1000, 3000, 5000]);
    const again = {
      kind: 'take.finish',
      files: [{ path: 'Audio Files/R0-1.wav', source: source('Audio Files/R0-1.wav'), spans: [] }],
    } as const;
    expect(refusal({ ...again, files: [{ ...again.files[0], spans: [] }] })).toBe('take.not-recording');
  });

  test('a stretch beyond the file, or before it, is refused', () => {
    begin();
    for (const span of [
      [1000, 3000, 11_001],
      [1000, 999, 2000],
      [1000, 3000, 3000],
    ] as const) {
      const [startSample, punchInSample, punchOutSample] = span;
      const path = 'Audio Files/R0-1.wav';
      expect(
        refusal({
          kind: 'take.finish',
          files: [{ path, source: source(path), spans: [{ startSample, punchInSample, punchOutSample }] }],
        }),
      ).toBe('take.beyond-file');
    }
  });

  test('more stretches than rows get takes of their own, fewer take rows away', () => {
    begin();
    begin();
    run({ kind: 'take.punchIn', pass: 2, atSample: 1 });
    run({ kind: 'take.punchOut', pass: 2, atSample: 2 });
    run({ kind: 'take.punchIn', pass: 2, atSample: 3 });
    finish('Audio Files/R0-1.wav', [1000, 2000, 3000], [0, 1000, 2000]);
    finish('Audio Files/R1-1.wav', [1000, 2000, 3000]);
    expect(document.all('take').map(({ name, pass, sourceId }) => [name, pass, sourceId])).toEqual([
      ['Boom_1_001', 1, 1],
      ['Boom_1_001', 2, 2],
      [expect.stringMatching(/^Boom_1_00\d$/), 1, 1],
    ]);
    expect(findViolations(document)).toEqual([]);
  });
});

describe('a lap that was left early', () => {
  const lap = (until: number) => {
    begin();
    finish('Audio Files/R0-1.wav', [1000, 2000, 6000], [-3000, 2000, until]);
    run({ kind: 'take.place', pass: 1 });
    return clips().length;
  };
  test('before its half, is a layer only', () => expect(lap(3999)).toBe(1));
  test('after its half, is on top', () => expect(lap(4000)).toBe(2));
});

describe('using a take', () => {
  beforeEach(() => {
    begin();
    finish('Audio Files/R0-1.wav', [1000, 3000, 5000]);
  });

  test('a range of it may reach into its handles, never beyond the file', () => {
    run({ kind: 'take.promote', takeId: 1, fromSample: 0, toSample: 20_000 });
    expect(clips()).toEqual([['Boom_1_001', 1000, 10_000, 0]]);
    expect(refusal({ kind: 'take.promote', takeId: 1, fromSample: 11_000, toSample: 12_000 })).toBe('take.range');
  });

  test('its name, rating and circle are a person’s', () => {
    expect(run({ kind: 'take.rename', takeId: 1, name: 'Best' })).toBe('Rename take');
    expect(run({ kind: 'take.rate', takeIds: [1], rating: 4 })).toBe('Rate take');
    expect(run({ kind: 'take.rate', takeIds: [1], circled: true })).toBe('Circle take');
    expect(document.get('take', 1)).toMatchObject({ name: 'Best', rating: 4, circled: true });
  });

  test('deleting it keeps clips and source', () => {
    run({ kind: 'take.place', pass: 1 });
    expect(run({ kind: 'take.delete', takeIds: [1] })).toBe('Delete take');
    expect([document.all('take').length, document.all('clip').length, document.all('source').length]).toEqual([
      0, 1, 1,
    ]);
  });

  test('it goes with its track, and with its source', () => {
    begin();
    finish('Audio Files/R1-1.wav', [1000, 3000, 5000]);
    run({ kind: 'source.remove', sourceIds: [2] });
    expect(document.all('take').map(({ id }) => id)).toEqual([1]);
    run({ kind: 'track.remove', trackIds: [1] });
    expect(document.all('take')).toEqual([]);
  });

  test('a discarded one must be one that is being recorded', () => {
    expect(refusal({ kind: 'take.discard', takeIds: [1] })).toBe('take.not-recording');
  });
});

describe('while it is being recorded', () => {
  beforeEach(() => {
    begin();
  });
  test.each([
    [{ kind: 'take.promote', takeId: 1 }, 'take.recording'],
    [{ kind: 'take.delete', takeIds: [1] }, 'take.recording'],
    [{ kind: 'track.remove', trackIds: [1] }, 'take.recording'],
    [{ kind: 'take.place', pass: 1 }, 'take.none'],
  ] as const)('%j is refused', (command, code) => {
    expect(refusal(command as unknown as CommandInput)).toBe(code);
  });
});

test.each([
  [{ path: '../outside.wav' }, 'take.path'],
  [{ path: 'Audio Files/R0-1.wav' }, 'take.path'],
  [{ path: 'Audio Files/x.wav', loopFromSample: 5, loopToSample: 5 }, 'take.loop'],
  [{ path: 'Audio Files/x.wav', trackId: 9 }, 'track.missing'],
])('a recording that makes no sense is refused: %j', (fields, code) => {
  begin();
  const take = { trackId: 1, name: 'x', number: 1, startSample: 0, recordedAt: '', ...fields };
  expect(refusal({ kind: 'take.begin', takes: [take] })).toBe(code);
});

test('a file whose rows reach beyond their source is repaired by shortening takes', () => {
  begin();
  finish('Audio Files/R0-1.wav', [1000, 3000, 5000], [1000, 6000, 7000]);
  document.transact((writer) => {
    writer.update('take', 1, { punchOutSample: 99_000 });
    writer.update('take', 2, { punchInSample: 50_000, punchOutSample: 60_000 });
  });
  expect(findViolations(document)).toHaveLength(2);
  expect(run({ kind: 'project.repair' })).toBe('Repair 2 takes');
  expect(document.all('take').map(({ punchOutSample }) => punchOutSample)).toEqual([11_000]);
  expect(findViolations(document)).toEqual([]);
});
