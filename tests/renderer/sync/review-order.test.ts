import { describe, expect, test } from 'vitest';
import {
  acceptable,
  confidencePercent,
  confidenceTone,
  driftLabel,
  offsetLabels,
  orderForReview,
  silentPictures,
} from '../../../src-renderer/sync/review-order.ts';
import type { SyncMatchRow } from '../../../src-shared/model/rows.ts';
import { matchRow } from '../../support/document-samples.ts';

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

describe('an offset', () => {
  test('is told in samples at the project’s rate and in timecode with the rest', () => {
    expect(offsetLabels(match(1, { offsetSamplesAt48k: 48_000 * 61 + 2_100 }), clock)).toEqual({
      samples: '+2,930,100',
      timecode: '+00:01:01:01+100',
    });
    expect(offsetLabels(match(1, { offsetSamplesAt48k: 48_000 }), { ...clock, sampleRate: 96_000 }).samples).toBe(
      '+96,000',
    );
  });

  test('before the recorder’s start is negative in both', () => {
    expect(offsetLabels(match(1, { offsetSamplesAt48k: -2_000 }), clock)).toEqual({
      samples: '−2,000',
      timecode: '−00:00:00:01',
    });
  });
});

test('drift always carries its sign', () => {
  expect(driftLabel(12.345)).toBe('+12.3');
  expect(driftLabel(-0.5)).toBe('−0.5');
});

test('doubt is told by colour', () => {
  expect([0.95, 0.7, 0.3].map(confidenceTone)).toEqual(['good', 'warn', 'bad']);
});

test('confidence is 100 % only when it is certain', () => {
  expect([0, 0.899, 0.996, 1].map(confidencePercent)).toEqual([0, 89, 99, 100]);
});

test('camera clips without sound are named, though no result speaks of them', () => {
  const picture = (id: number, name: string) => ({ id, name }) as Parameters<typeof silentPictures>[0][number];
  const source = (pictureId: number | null) => ({ pictureId }) as Parameters<typeof silentPictures>[1][number];
  expect(silentPictures([picture(1, 'A001'), picture(2, 'A002')], [source(1), source(null)])).toEqual(['A002']);
});
