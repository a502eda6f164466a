import { describe, expect, test } from 'vitest';
import { arrangeBin, binRows, channelNamesOf, syncStates } from '../../../src-renderer/media/bin-rows.ts';
import type { PictureRow, SourceRow, SyncMatchRow } from '../../../src-shared/model/rows.ts';

const clock = { frameRate: { numerator: 24, denominator: 1, drop: false }, sampleRate: 48_000, startFrame: 0 };

function source(id: number, fields: Partial<SourceRow>): SourceRow {
  return {
    id,
    name: `S${id}`,
    role: 'recorder',
    path: '',
    linked: false,
    originalPath: '',
    contentHash: '',
    sizeBytes: 0,
    channelCount: 2,
    sampleRate: 48_000,
    bitsPerSample: 24,
    lengthSamples: 48_000,
    timeReferenceSamples: null,
    scene: null,
    take: null,
    tape: null,
    circled: null,
    channelNames: '["Boom","Lav"]',
    metadata: '{}',
    pictureId: null,
    derivedFromId: null,
    derivation: '',
    ...fields,
  };
}
const matched = (fields: Partial<SyncMatchRow>) =>
  ({ id: 1, cameraSourceId: 1, recorderSourceId: 2, status: 'proposed', ...fields }) as SyncMatchRow;

/** Nothing is offline. */
const whole = { sourceIds: new Set<number>(), pictureIds: new Set<number>() };

describe('the bin', () => {
  test('shows a file’s own timecode and length at the project’s rate', () => {
    const [row] = binRows([source(1, { timeReferenceSamples: 48_000 * 3600 + 2_000 })], [], [], whole, clock);
    expect(row).toMatchObject({ timecode: '01:00:00:01', length: '00:00:01:00', channels: 'Boom, Lav' });
  });

  test('lists a picture without sound too, and one with sound once', () => {
    const silent = {
      id: 5,
      name: 'MOS',
      frameRateNumerator: 24,
      frameRateDenominator: 1,
      frameCount: 48,
      startFrame: null,
    } as PictureRow;
    const heard = { ...silent, id: 6, name: 'A001' };
    const rows = binRows([source(1, { pictureId: 6 })], [silent, heard], [], whole, clock);
    expect(rows.map((row) => row.key)).toEqual(['source/1', 'picture/5']);
    expect(rows[1]).toMatchObject({ role: 'picture', lengthSamples: 96_000 });
  });

  test('filters by every word and sorts names with numbers as numbers', () => {
    const rows = binRows([source(1, { name: 'T10' }), source(2, { name: 'T2', scene: '12A' })], [], [], whole, clock);
    expect(arrangeBin(rows, '', 'name', false).map((row) => row.name)).toEqual(['T2', 'T10']);
    expect(arrangeBin(rows, '', 'name', true).map((row) => row.name)).toEqual(['T10', 'T2']);
    expect(arrangeBin(rows, '12a boom', 'name', false).map((row) => row.name)).toEqual(['T2']);
  });

  test('keeps a resampled copy under its original, whatever the order, and says what it is', () => {
    const sources = [
      source(1, { name: 'A' }),
      source(2, { name: 'B' }),
      source(3, { name: 'Z', derivedFromId: 1, derivation: '{"fromSample":0,"driftPpm":-12.34}' }),
    ];
    const rows = binRows(sources, [], [], whole, clock);
    expect(arrangeBin(rows, '', 'name', false).map((row) => row.name)).toEqual(['A', 'Z', 'B']);
    expect(arrangeBin(rows, '', 'name', true).map((row) => row.name)).toEqual(['B', 'A', 'Z']);
    expect(arrangeBin(rows, 'resampled', 'name', true).map((row) => row.name)).toEqual(['Z']);
    expect(rows[2]?.copyOf).toEqual({ key: 'source/1', name: 'A', driftPpm: -12.34 });
  });

  test('says of a camera that is to be reviewed how sure its least sure match is', () => {
    const matches = [
      matched({ confidence: 0.97 }),
      matched({ recorderSourceId: 3, confidence: 0.62 }),
      matched({ cameraSourceId: 4, status: 'accepted', confidence: 0.99 }),
    ];
    const rows = binRows([source(1, { role: 'camera' }), source(2, {}), source(4, {})], [], matches, whole, clock);
    expect(rows.map((row) => row.confidence)).toEqual([0.62, null, null]);
  });

  test('says of what a person laid by hand no chance of being right', () => {
    const matches = [matched({ confidence: 1, method: 'by hand' })];
    const [camera] = binRows([source(1, { role: 'camera' }), source(2, {})], [], matches, whole, clock);
    expect(camera).toMatchObject({ sync: 'proposed', confidence: null });
  });

  test('puts files without timecode after those that have one', () => {
    const rows = binRows([source(1, {}), source(2, { timeReferenceSamples: 0 })], [], [], whole, clock);
    expect(arrangeBin(rows, '', 'timecode', false).map((row) => row.sourceId)).toEqual([2, 1]);
  });
});

test('an accepted match outweighs a proposed one; a camera’s failure says nothing of the recorder', () => {
  const states = syncStates([
    matched({}),
    matched({ status: 'accepted', cameraSourceId: 3 }),
    matched({ status: 'unmatched', cameraSourceId: 4 }),
  ]);
  expect(Object.fromEntries(states)).toEqual({ 1: 'proposed', 2: 'synced', 3: 'synced', 4: 'unmatched' });
});

test('a name list that cannot be read gives a nameless channel each', () => {
  expect(channelNamesOf(source(1, { channelNames: 'x' }))).toEqual(['', '']);
});
