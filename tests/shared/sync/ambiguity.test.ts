import { describe, expect, test } from 'vitest';
import { isAmbiguous, isSureEnough } from '../../../src-shared/sync/ambiguity.ts';
import { NO_EVIDENCE } from '../../../src-shared/sync/sync-evidence.ts';
import { matchRow } from '../../support/document-samples.ts';

const place = { recorderSourceId: 3, offsetSamplesAt48k: 0, driftPpm: 0, likeness: 0.9 };
const withRivals = (rivals: readonly object[], change: Partial<ReturnType<typeof matchRow>> = {}) =>
  matchRow(1, {
    recorderSourceId: 2,
    status: 'proposed',
    method: 'waveform',
    confidence: 0.97,
    evidence: JSON.stringify({ ...NO_EVIDENCE, alternatives: rivals }),
    ...change,
  });

describe('a match is ambiguous', () => {
  test('where another place is hardly behind, not where it is far behind however alike it sounds', () => {
    expect(isAmbiguous(withRivals([{ ...place, lead: 0.6 }]))).toBe(true);
    expect(isAmbiguous(withRivals([{ ...place, lead: 6.2 }]))).toBe(false);
    expect(
      isAmbiguous(
        withRivals([
          { ...place, lead: 6.2 },
          { ...place, lead: 1 },
        ]),
      ),
    ).toBe(true);
  });

  test('by likeness where it was not compared window by window', () => {
    expect(isAmbiguous(withRivals([place]))).toBe(true);
    expect(isAmbiguous(withRivals([{ ...place, likeness: 0.45 }]))).toBe(false);
  });

  test('not by a place that a person tried by hand and left again', () => {
    const former = {
      method: 'by hand',
      confidence: 1,
      reason: '',
      residualHeadMs: 0,
      residualMiddleMs: 0,
      residualTailMs: 0,
      inverted: false,
      clockOffsetSamplesAt48k: null,
    };
    expect(isAmbiguous(withRivals([{ ...place, likeness: 1, former }]))).toBe(false);
    expect(isAmbiguous(withRivals([{ ...place, likeness: 1, former: { ...former, method: 'waveform' } }]))).toBe(true);
  });

  test('never by hand, unmatched or alone', () => {
    expect(isAmbiguous(withRivals([place], { method: 'by hand' }))).toBe(false);
    expect(isAmbiguous(withRivals([place], { recorderSourceId: null, status: 'unmatched' }))).toBe(false);
    expect(isAmbiguous(withRivals([], { evidence: '' }))).toBe(false);
  });
});

describe('accepting all from a confidence on', () => {
  test('takes proposals that are sure, and none that is ambiguous, laid by hand or decided', () => {
    expect(isSureEnough(withRivals([]), 0.9)).toBe(true);
    expect(isSureEnough(withRivals([]), 0.98)).toBe(false);
    expect(isSureEnough(withRivals([{ ...place, lead: 0.6 }]), 0.9)).toBe(false);
    expect(isSureEnough(withRivals([], { method: 'by hand', confidence: 1 }), 0.9)).toBe(false);
    expect(isSureEnough(withRivals([], { status: 'rejected' }), 0)).toBe(false);
    expect(isSureEnough(withRivals([], { status: 'unmatched', recorderSourceId: null }), 0)).toBe(false);
  });
});
