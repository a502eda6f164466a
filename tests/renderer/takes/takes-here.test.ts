import { describe, expect, test } from 'vitest';
import { scopeOfView, takesHere, takesOfPass, usageOf, usedSpan } from '../../../src-renderer/takes/takes-here.ts';
import { sourceRow } from '../../support/document-samples.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { clipRow, rowsWith } from '../timeline/timeline-rows.ts';
import { takeRow } from './take-rows.ts';

const SOURCE = sourceRow(1, { name: 'Boom', lengthSamples: 480_000 });
const NOTHING = { range: null, selectedClipIds: new Set<number>(), activeTrackId: 1 };
const timeline = (
  takes: readonly ReturnType<typeof takeRow>[] = [],
  clips: readonly ReturnType<typeof clipRow>[] = [],
) => localTimeline({ ...rowsWith(clips), source: [SOURCE], take: [...takes] });
const range = (fromSample: number, toSample: number, trackIds: readonly number[] = [1]) => ({
  ...NOTHING,
  range: { fromSample, toSample, trackIds },
});
const scopeIn = (view: typeof NOTHING | ReturnType<typeof range>, clips: readonly ReturnType<typeof clipRow>[] = []) =>
  scopeOfView(timeline([], clips).mirror, view);

describe('the takes that lie here', () => {
  const takes = [
    takeRow(1),
    takeRow(2, { punchInSample: 400_000, punchOutSample: 480_000 }),
    takeRow(3, { trackId: 2 }),
    takeRow(4, { pass: 4 }),
    takeRow(5, { pass: 4 }),
  ];

  test('are all of the active track’s, newest first: later passes, and in a pass later laps', () => {
    expect(takesHere(takes, scopeIn(NOTHING)).map(({ id }) => id)).toEqual([5, 4, 2, 1]);
  });

  test('are those that a selected range touches, on its tracks', () => {
    expect(takesHere(takes, scopeIn(range(390_000, 410_000))).map(({ id }) => id)).toEqual([2]);
    expect(takesHere(takes, scopeIn(range(0, 144_001, [1, 2]))).map(({ id }) => id)).toEqual([5, 4, 3, 1]);
    expect(takesHere(takes, scopeIn(range(0, 144_000, [1, 2])))).toEqual([]);
  });

  test('are those under the selected clips', () => {
    const clips = [clipRow(1, 1, 384_000, { lengthSamples: 30_000, sourceInSample: 0 })];
    const scope = scopeIn({ ...NOTHING, selectedClipIds: new Set([1]) }, clips);
    expect(takesHere(takes, scope).map(({ id }) => id)).toEqual([2]);
  });

  test('are none where no track is active', () => {
    expect(takesHere(takes, scopeIn({ ...NOTHING, activeTrackId: null as never }))).toEqual([]);
  });

  test('hold what is being recorded, wherever on its track', () => {
    const recording = takeRow(9, {
      state: 'recording',
      sourceId: null,
      punchInSample: null,
      punchOutSample: null,
    });
    expect(takesHere([...takes, recording], scopeIn(range(0, 10)))).toEqual([recording]);
  });
});

describe('what of a take is used', () => {
  const { mirror } = timeline([takeRow(1)]);

  test('is its punch without a range', () => {
    expect(usedSpan(mirror, takeRow(1), scopeIn(NOTHING))).toEqual({ fromSample: 144_000, toSample: 384_000 });
  });

  test('is the selected range, also where it reaches into what was recorded around the punch', () => {
    const scope = scopeIn(range(60_000, 200_000));
    expect(usedSpan(mirror, takeRow(1), scope)).toEqual({ fromSample: 60_000, toSample: 200_000 });
  });

  test('ends where the file does', () => {
    const scope = scopeIn(range(0, 10_000_000));
    expect(usedSpan(mirror, takeRow(1), scope)).toEqual({ fromSample: 48_000, toSample: 528_000 });
    expect(usedSpan(mirror, takeRow(1), scopeIn(range(0, 48_000)))).toBeNull();
  });
});

describe('a take’s use', () => {
  const use = (clips: readonly ReturnType<typeof clipRow>[]) =>
    usageOf(timeline([takeRow(1)], clips).mirror, takeRow(1));
  const inPlace = (startSample: number, lengthSamples: number) =>
    clipRow(startSample, 1, startSample, { lengthSamples, sourceInSample: startSample - 48_000 });

  test('is whole when clips of it cover its punch in place', () => {
    expect(use([inPlace(144_000, 240_000)])).toBe('whole');
    expect(use([inPlace(144_000, 100_000), inPlace(244_000, 140_000)])).toBe('whole');
  });

  test('is a part when they cover less, and none elsewhere or out of place', () => {
    expect(use([inPlace(144_000, 100_000)])).toBe('part');
    expect(use([])).toBe('none');
    expect(use([{ ...inPlace(144_000, 240_000), sourceInSample: 96_001 }])).toBe('none');
    expect(use([{ ...inPlace(144_000, 240_000), trackId: 2 }])).toBe('none');
  });

  test('is its own, whatever other takes of the same file are on the track', () => {
    const elsewhere = [inPlace(48_000, 20_000), inPlace(480_000, 48_000)];
    expect(use([...elsewhere, inPlace(144_000, 240_000)])).toBe('whole');
    expect(use([...elsewhere, inPlace(144_000, 10_000)])).toBe('part');
    expect(use(elsewhere)).toBe('none');
  });
});

test('what was recorded together with a take is the same stretch of its pass on other tracks', () => {
  const takes = [
    takeRow(1, { pass: 7 }),
    takeRow(2, { pass: 7, trackId: 2 }),
    takeRow(3, { pass: 7, startSample: 0 }),
    takeRow(4, { pass: 8, trackId: 3 }),
  ];
  expect(takesOfPass(takes, takes[0]!).map(({ id }) => id)).toEqual([1, 2]);
});
