import { expect, test } from 'vitest';
import { recordedSpans } from '../../../src-renderer/record/recorded-spans.ts';

const TAKE = {
  trackId: 7,
  pass: 2,
  state: 'recording',
  punchInSample: 1000,
  punchOutSample: null,
  loopFromSample: null,
  loopToSample: null,
} as const;
const PASS = { pass: 2 };

test('what is recorded grows from the punch in to the playhead', () => {
  expect(recordedSpans([TAKE], PASS, 900)).toEqual([]);
  expect(recordedSpans([TAKE], PASS, 1500)).toEqual([{ trackId: 7, fromSample: 1000, toSample: 1500 }]);
});

test('it ends at the punch out while the roll goes on', () => {
  const take = { ...TAKE, punchOutSample: 1200 };
  expect(recordedSpans([take], PASS, 5000)).toEqual([{ trackId: 7, fromSample: 1000, toSample: 1200 }]);
});

test('nothing is shown of tracks that roll without a punch, of other passes, and of takes that are done', () => {
  const others = [
    { ...TAKE, punchInSample: null },
    { ...TAKE, pass: 1 },
    { ...TAKE, state: 'done' as const },
  ];
  expect(recordedSpans(others, PASS, 5000)).toEqual([]);
});

test('in a loop each lap grows anew from the loop’s start', () => {
  const take = { ...TAKE, punchInSample: 1500, loopFromSample: 1000, loopToSample: 2000 };
  expect(recordedSpans([take], PASS, 1800)).toEqual([{ trackId: 7, fromSample: 1500, toSample: 1800 }]);
  expect(recordedSpans([take], PASS, 1200)).toEqual([{ trackId: 7, fromSample: 1000, toSample: 1200 }]);
});

test('a punch of a later lap, counted along the roll, lies in the lap that is heard', () => {
  const take = { ...TAKE, punchInSample: 4300, loopFromSample: 1000, loopToSample: 2000 };
  expect(recordedSpans([take], PASS, 1400)).toEqual([{ trackId: 7, fromSample: 1300, toSample: 1400 }]);
});
