import { describe, expect, test } from 'vitest';
import { offsetInForce, offsetLabels } from '../../../src-renderer/sync/offset-labels.ts';
import {
  acceptable,
  camerasToSync,
  canFollowClock,
  confidencePercent,
  confidenceTone,
  driftLabel,
  heldBack,
  heldBackWords,
  isMeasured,
  orderForReview,
  passesFilter,
  reviewRows,
  silentPictures,
  surenessLabel,
  syncProgress,
  syncReadiness,
  unmatchedCameras,
  witnesses,
  worstResidualMs,
} from '../../../src-renderer/sync/review-order.ts';
import type { SyncMatchRow } from '../../../src-shared/model/rows.ts';
import { isAmbiguous } from '../../../src-shared/sync/ambiguity.ts';
import { matchRow, sourceRow } from '../../support/document-samples.ts';

function match(id: number, fields: Partial<SyncMatchRow>): SyncMatchRow {
  return matchRow(id, { cameraSourceId: id, recorderSourceId: 100, confidence: 0.9, ...fields });
}

const clock = { frameRate: { numerator: 24, denominator: 1, drop: false }, sampleRate: 48_000, startFrame: 0 };

describe('the review list', () => {
  const matches = [
    match(1, { confidence: 0.99 }),
    match(2, { status: 'accepted', confidence: 0.5 }),
    match(3, { status: 'unmatched', recorderSourceId: null, confidence: 0 }),
    match(4, { confidence: 0.4 }),
    match(5, { status: 'rejected', confidence: 0.2 }),
    match(6, { confidence: 0.8 }),
  ];

  test('shows the most doubtful proposal first, then the unmatched, then what was decided', () => {
    expect(orderForReview(matches, String).map((row) => row.id)).toEqual([4, 6, 1, 3, 5, 2]);
  });

  test('keeps equally sure ones by the camera’s name, numbers read as numbers', () => {
    const equal = [match(1, {}), match(2, {}), match(3, {})];
    const names = new Map([
      [1, 'A10'],
      [2, 'A2'],
      [3, 'A1'],
    ]);
    expect(orderForReview(equal, (id) => names.get(id) ?? '').map((row) => row.id)).toEqual([3, 2, 1]);
  });

  test('accepts at once only proposals that are sure enough', () => {
    expect(acceptable(matches, 0.8)).toEqual([1, 6]);
    expect(acceptable(matches, 0)).toEqual([1, 4, 6]);
  });
});

describe('the review list by a column', () => {
  const names = (id: number) => `A${String(id).padStart(3, '0')}`;
  const matches = [
    match(1, { driftPpm: -50, confidence: 0.95, residualTailMs: -3 }),
    match(2, { driftPpm: 10, confidence: 0.7, status: 'accepted', method: 'timecode+waveform' }),
    match(3, { status: 'unmatched', recorderSourceId: null, confidence: 0, reason: 'no sound' }),
    match(4, { driftPpm: 0, confidence: 0.5, residualHeadMs: 0.5, method: 'ltc+waveform' }),
  ];
  const ids = (how: Partial<Parameters<typeof reviewRows>[2]>) =>
    reviewRows(matches, names, { sort: 'doubt', descending: false, filter: 'all', text: '', ...how }).map(
      (row) => row.id,
    );

  test('is sorted by size of drift or error, whichever way it goes, the unmatched last either way', () => {
    expect(ids({ sort: 'drift' })).toEqual([4, 2, 1, 3]);
    expect(ids({ sort: 'drift', descending: true })).toEqual([1, 2, 4, 3]);
    expect(ids({ sort: 'residual', descending: true })).toEqual([1, 4, 2, 3]);
  });

  test('is sorted by name and state with the unmatched among the others', () => {
    expect(ids({ sort: 'camera', descending: true })).toEqual([4, 3, 2, 1]);
    expect(ids({ sort: 'status' })).toEqual([4, 1, 3, 2]);
  });

  test('shows what is in doubt, unmatched or accepted', () => {
    expect(ids({ filter: 'doubt' })).toEqual([4]);
    expect(ids({ filter: 'unmatched' })).toEqual([3]);
    expect(ids({ filter: 'accepted' })).toEqual([2]);
    expect(matches.filter((row) => passesFilter(row, 'all'))).toHaveLength(4);
  });

  test('finds every word in names, method and reason', () => {
    expect(ids({ text: 'a001' })).toEqual([1]);
    expect(ids({ text: 'timecode A002' })).toEqual([2]);
    expect(ids({ text: 'no sound' })).toEqual([3]);
    expect(ids({ text: 'nothing of that' })).toEqual([]);
  });
});

test('a sure match that other places fit nearly as well is looked at before those that are only sure', () => {
  const place = { recorderSourceId: 100, offsetSamplesAt48k: 9_000, driftPpm: 0, likeness: 0.7 };
  const evidence = JSON.stringify({ alternatives: [place] });
  const rows = [
    match(1, { confidence: 0.95 }),
    match(2, { confidence: 0.99, evidence }),
    match(3, { confidence: 0.5 }),
  ];
  expect(orderForReview(rows, String).map(({ id }) => id)).toEqual([3, 2, 1]);
  expect(rows.filter((row) => passesFilter(row, 'doubt')).map(({ id }) => id)).toEqual([2, 3]);
  expect(isAmbiguous(match(4, { evidence, method: 'by hand' }))).toBe(false);
  expect(isAmbiguous(match(5, { evidence, status: 'unmatched', recorderSourceId: null }))).toBe(false);
});

test('a match that the list calls ambiguous is not accepted with all that are sure, one with a rival far behind is', () => {
  const rival = (lead: number) => {
    const place = { recorderSourceId: 100, offsetSamplesAt48k: 9_000, driftPpm: 0, likeness: 0.8, lead };
    return JSON.stringify({ alternatives: [place] });
  };
  const rows = [
    match(1, { confidence: 0.95 }),
    match(2, { confidence: 0.99, evidence: rival(0.4) }),
    match(3, { confidence: 0.99, evidence: rival(7) }),
    match(4, { confidence: 0.5 }),
  ];
  expect(acceptable(rows, 0.9)).toEqual([1, 3]);
  expect(heldBack(rows, 0.9)).toEqual({ ambiguous: 1, byHand: 0 });
  expect(rows.filter((row) => passesFilter(row, 'doubt')).map(({ id }) => id)).toEqual([2, 4]);
});

test('the error of what was laid by timecode alone or by hand is not known, rather than nought', () => {
  expect(isMeasured(match(1, { method: 'ltc' }))).toBe(false);
  expect(isMeasured(match(1, { method: 'by hand' }))).toBe(false);
  expect(isMeasured(match(1, { method: 'timecode+waveform' }))).toBe(true);
  expect(worstResidualMs(match(1, { method: 'timecode', residualHeadMs: 0 }))).toBeLessThan(0);
});

test('what spoke for a match is told in the field’s words', () => {
  expect(witnesses('timecode+waveform+clap')).toEqual(['timecode', 'waveform', 'clap']);
  expect(witnesses('timecode+waveform+clap', true)).toEqual(['TC', 'wave', 'clap']);
  expect(witnesses('ltc')).toEqual(['LTC']);
  expect(witnesses('')).toEqual([]);
});

test('sync is as far as there are camera clips with a result', () => {
  const source = (id: number, role: 'camera' | 'recorder') => sourceRow(id, { name: `S${id}`, role });
  const sources = [source(1, 'camera'), source(2, 'camera'), source(3, 'camera'), source(4, 'recorder')];
  const results = [match(1, {}), match(9, { cameraSourceId: 2, status: 'unmatched', recorderSourceId: null })];
  expect(syncProgress(sources, results)).toEqual({ cameras: 3, decided: 2, undecided: 1, unmatched: 1 });
});

test('timecode can be followed in place of the sound where both are known, also of what was laid by hand', () => {
  const withClock = { clockOffsetSamplesAt48k: 4_800 };
  expect(canFollowClock(match(1, { ...withClock, method: 'timecode+waveform' }))).toBe(true);
  expect(canFollowClock(match(2, { ...withClock, method: 'by hand' }))).toBe(true);
  expect(canFollowClock(match(3, { ...withClock, method: 'timecode' }))).toBe(false);
  expect(canFollowClock(match(4, { method: 'by hand' }))).toBe(false);
  expect(canFollowClock(match(5, { ...withClock, status: 'unmatched', recorderSourceId: null }))).toBe(false);
});

test('the list tells and sorts by the offset that is in force: by the clock if that is followed, and nudged', () => {
  const chosen = { offsetSamplesAt48k: 10_000, clockOffsetSamplesAt48k: 4_800, nudgeSamplesAt48k: 100 };
  expect(offsetInForce(match(1, chosen))).toBe(10_100);
  expect(offsetInForce(match(2, { ...chosen, followsClock: true }))).toBe(4_900);
  const rows = [
    match(1, { offsetSamplesAt48k: 10_000, nudgeSamplesAt48k: 2_000 }),
    match(2, { offsetSamplesAt48k: 11_000 }),
  ];
  const how = { sort: 'offset', descending: false, filter: 'all', text: '' } as const;
  expect(reviewRows(rows, String, how).map(({ id }) => id)).toEqual([2, 1]);
});

describe('an offset', () => {
  test('is told in samples at the project’s rate and in timecode with the rest', () => {
    expect(offsetLabels(48_000 * 61 + 2_100, clock)).toEqual({
      samples: '+2,930,100',
      frames: '+00:01:01:01',
      timecode: '+00:01:01:01+100',
    });
    expect(offsetLabels(48_000, { ...clock, sampleRate: 96_000 }).samples).toBe('+96,000');
  });

  test('before the recorder’s start is negative in both', () => {
    expect(offsetLabels(-2_000, clock)).toEqual({
      samples: '−2,000',
      frames: '−00:00:00:01',
      timecode: '−00:00:00:01',
    });
  });
});

test('drift always carries its sign', () => {
  expect(driftLabel(12.345)).toBe('+12.3');
  expect(driftLabel(-0.5)).toBe('−0.5');
  expect(driftLabel(-0.02)).toBe('+0.0');
  expect(driftLabel(-0.02, 2)).toBe('−0.02');
});

test('doubt is told by colour', () => {
  expect([0.95, 0.7, 0.3].map(confidenceTone)).toEqual(['good', 'warn', 'bad']);
});

test('confidence is 100 % only when it is certain', () => {
  expect([0, 0.899, 0.996, 1].map(confidencePercent)).toEqual([0, 89, 99, 100]);
});

test('what a person laid by hand is told as that, not as a chance, and is left out of accepting all', () => {
  const rows = [
    match(1, { confidence: 1, method: 'by hand' }),
    match(2, { confidence: 0.97 }),
    match(3, { confidence: 0, method: '', status: 'unmatched', recorderSourceId: null }),
  ];
  expect(rows.map(surenessLabel)).toEqual(['by hand', '97 % sure', '']);
  expect(acceptable(rows, 0)).toEqual([2]);
  expect(heldBack(rows, 0.9)).toEqual({ ambiguous: 0, byHand: 1 });
  expect(heldBackWords(heldBack(rows, 0.9))).toContain('1 laid by hand');
  expect(heldBackWords({ ambiguous: 0, byHand: 0 })).toBe('');
});

test('camera clips without sound are named, though no result speaks of them', () => {
  const picture = (id: number, name: string) => ({ id, name }) as Parameters<typeof silentPictures>[0][number];
  const source = (pictureId: number | null) => ({ pictureId }) as Parameters<typeof silentPictures>[1][number];
  expect(silentPictures([picture(1, 'A001'), picture(2, 'A002')], [source(1), source(null)])).toEqual(['A002']);
});

test('what sync itself resampled is not one more recorder file to sync with', () => {
  const sources = [
    sourceRow(1, { name: 'A001', role: 'camera' }),
    sourceRow(2, { name: 'T01', role: 'recorder' }),
    sourceRow(3, {
      name: 'T01 (A001)',
      role: 'recorder',
      derivedFromId: 2,
      derivation: '{"fromSample":0,"driftPpm":5}',
    }),
  ];
  expect(syncReadiness(sources)).toEqual({ cameras: 1, recorders: 1 });
});

test('only the clips that have no recorder file by any result are synced again as unmatched', () => {
  const results = [
    matchRow(1, { cameraSourceId: 1, recorderSourceId: null, status: 'unmatched' }),
    matchRow(2, { cameraSourceId: 2, recorderSourceId: 9, status: 'proposed' }),
    matchRow(3, { cameraSourceId: 3, recorderSourceId: null, status: 'unmatched' }),
    matchRow(4, { cameraSourceId: 3, recorderSourceId: 9, status: 'rejected' }),
  ];
  expect(unmatchedCameras(results)).toEqual([1]);
});

test('there is something to sync in clips without a result, and without a match in a file that was not searched and is there', () => {
  const source = (id: number, role: 'camera' | 'recorder') => sourceRow(id, { name: `S${id}`, role });
  const sources = [
    source(1, 'camera'),
    source(2, 'camera'),
    source(3, 'camera'),
    source(4, 'recorder'),
    source(5, 'recorder'),
  ];
  const unmatched = (cameraSourceId: number, searched: readonly number[]) =>
    match(cameraSourceId + 10, {
      cameraSourceId: cameraSourceId as never,
      status: 'unmatched',
      recorderSourceId: null,
      evidence: JSON.stringify({ searched }),
    });
  const results = [unmatched(1, [4]), unmatched(2, [4, 5])];
  expect(camerasToSync(sources, results, new Set())).toEqual([3, 1]);
  expect(camerasToSync(sources, results, new Set([5]))).toEqual([3]);
  expect(camerasToSync(sources, [...results, unmatched(3, [])], new Set([5]))).toEqual([]);
  expect(camerasToSync(sources, results, new Set([4, 5]))).toEqual([]);
});
