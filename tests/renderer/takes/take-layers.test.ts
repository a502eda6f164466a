import { describe, expect, test } from 'vitest';
import { clipOfTake, followTakeLayers, layerRows, showLayers } from '../../../src-renderer/takes/take-layers.ts';
import { hitTest } from '../../../src-renderer/timeline/hit-test.ts';
import {
  headerRows,
  laneIndexAt,
  lanesBetween,
  lanesHeight,
  layOutLanes,
  TAKE_LAYER_HEIGHT,
} from '../../../src-renderer/timeline/track-layout.ts';
import type { Tables } from '../../../src-shared/model/rows.ts';
import { sourceRow } from '../../support/document-samples.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { clipRow, rowsWith } from '../timeline/timeline-rows.ts';
import { takeRow } from './take-rows.ts';

const punched = (id: number, from: number, to: number, fields: Partial<Tables['take']> = {}) =>
  takeRow(id, { startSample: 0, punchInSample: from, punchOutSample: to, ...fields });
const ids = (rows: readonly (readonly Tables['take'][])[]) => rows.map((row) => row.map(({ id }) => id));

/** 480 samples a pixel; three tracks 64 pixels high. Takes 1 to 3 lie on the second, take 3 alone at its place. */
function laidOut() {
  const takes = [
    punched(1, 48_000, 96_000, { trackId: 2, sourceId: 2 }),
    punched(2, 72_000, 120_000, { trackId: 2 }),
    punched(3, 144_000, 192_000, { trackId: 2 }),
  ];
  const clip = clipRow(1, 2, 72_000, { lengthSamples: 48_000, sourceInSample: 72_000 });
  const source = [1, 2].map((id) => sourceRow(id, { name: `Boom ${id}`, lengthSamples: 480_000 }));
  const timeline = localTimeline({ ...rowsWith([clip]), source, take: takes }, { samplesPerPixel: 480 });
  return { ...timeline, lanes: () => layOutLanes(timeline.mirror.tracks(), timeline.view.getState()) };
}

describe('takes in layers', () => {
  test('lie below all newer ones that they overlap, and beside those that they do not', () => {
    const takes = [punched(1, 0, 100), punched(2, 50, 150), punched(3, 150, 200), punched(4, 0, 60)];
    expect(ids(layerRows(takes))).toEqual([[4, 3], [2], [1]]);
  });

  test('of a loop pile up with the last lap on top', () => {
    expect(ids(layerRows([1, 2, 3].map((id) => punched(id, 0, 100, { pass: 1 }))))).toEqual([[3], [2], [1]]);
  });

  test('leave out what is being recorded', () => {
    expect(layerRows([takeRow(1, { state: 'recording', sourceId: null })])).toEqual([]);
  });

  test('are painted as their punch, grey while nothing of them is on the timeline', () => {
    const { mirror } = laidOut();
    const [one, two] = [mirror.get('take', 1)!, mirror.get('take', 2)!];
    expect(clipOfTake(mirror, one)).toMatchObject({
      id: -1,
      startSample: 48_000,
      lengthSamples: 48_000,
      sourceInSample: 48_000,
      muted: true,
    });
    expect(clipOfTake(mirror, two).muted).toBe(false);
  });
});

describe('a track whose takes are shown', () => {
  test('makes room for their rows, which follow as takes come and go', async () => {
    const { context, view, lanes, mirror } = laidOut();
    const end = followTakeLayers(context);
    const before = lanesHeight(lanes());
    showLayers(context, [1, 2], true);
    expect(view.getState().takeLayers).toEqual({ 1: 1, 2: 2 });
    expect(lanesHeight(lanes())).toBe(before + 3 * TAKE_LAYER_HEIGHT);
    expect(lanes()[2]!.top).toBe(2 * 64 + 3 * TAKE_LAYER_HEIGHT);
    await context.commands.apply({ kind: 'take.delete', takeIds: [1] });
    expect(mirror.all('take').length).toBe(2);
    expect(view.getState().takeLayers).toEqual({ 1: 1, 2: 1 });
    showLayers(context, [1, 2], false);
    expect(lanesHeight(lanes())).toBe(before);
    end();
  });

  test('holds its takes at every height: they are found, and the track goes on to their end', () => {
    const { context, lanes, mirror, view } = laidOut();
    showLayers(context, [2], true);
    const shown = lanes();
    const belowLane = shown[1]!.top + shown[1]!.height;
    expect(laneIndexAt(shown, belowLane + 2 * TAKE_LAYER_HEIGHT - 1)).toBe(1);
    expect(laneIndexAt(shown, belowLane + 2 * TAKE_LAYER_HEIGHT)).toBe(2);
    expect(lanesBetween(shown, belowLane, belowLane + 1).map(({ index }) => index)).toEqual([1]);
    const hit = (x: number, row: number) =>
      hitTest(x, headerRows(false).lanesTop + belowLane + row * TAKE_LAYER_HEIGHT + 5, mirror, view.getState(), shown);
    expect(hit(200, 0)).toEqual({ on: 'take', trackId: 2, takeId: 2 });
    expect(hit(350, 0)).toEqual({ on: 'take', trackId: 2, takeId: 3 });
    expect(hit(120, 1)).toEqual({ on: 'take', trackId: 2, takeId: 1 });
    expect(hit(120, 0)).toEqual({ on: 'take', trackId: 2, takeId: null });
    expect(hit(120, 2)).toMatchObject({ on: 'lane', trackId: 3 });
  });
});
