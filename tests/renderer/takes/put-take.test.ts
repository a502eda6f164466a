import { describe, expect, test } from 'vitest';
import { useChosenTake } from '../../../src-renderer/takes/chosen-take.ts';
import { putPass, putTake } from '../../../src-renderer/takes/put-take.ts';
import { TIMELINE_ACTIONS } from '../../../src-renderer/timeline/timeline-actions.ts';
import type { TimelineViewState } from '../../../src-renderer/timeline/timeline-view.ts';
import { sourceRow } from '../../support/document-samples.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { rowsWith } from '../timeline/timeline-rows.ts';
import { takeRow } from './take-rows.ts';

/** Two passes on tracks 1 and 2: takes 1 and 2, then 3 and 4. */
function recorded(view: Partial<TimelineViewState> = {}) {
  useChosenTake.setState({ takeId: null });
  const takes = [
    takeRow(1, { pass: 1 }),
    takeRow(2, { pass: 1, trackId: 2, sourceId: 2 }),
    takeRow(3, { pass: 2, sourceId: 3 }),
    takeRow(4, { pass: 2, trackId: 2, sourceId: 4 }),
  ];
  const source = [1, 2, 3, 4].map((id) => sourceRow(id, { name: `Source ${id}`, lengthSamples: 480_000 }));
  const timeline = localTimeline({ ...rowsWith([]), source, take: takes }, { activeTrackId: 1, ...view });
  const clips = () =>
    timeline.mirror.all('clip').map((clip) => [clip.trackId, clip.sourceId, clip.startSample, clip.lengthSamples]);
  const run = async (id: string) => {
    await TIMELINE_ACTIONS.find((action) => action.id === id)!.run(timeline.context);
  };
  return { ...timeline, clips, run, take: (id: number) => timeline.mirror.get('take', id)! };
}

describe('using a take', () => {
  test('puts its punch on its track as one step of undo', async () => {
    const { context, clips, take } = recorded();
    await putTake(context, take(1));
    expect(clips()).toEqual([[1, 1, 144_000, 240_000]]);
    await putTake(context, take(3));
    expect(clips()).toEqual([[1, 3, 144_000, 240_000]]);
    await context.commands.undo();
    expect(clips()).toEqual([[1, 1, 144_000, 240_000]]);
  });

  test('in a selected range makes a comp: what lies around it stays', async () => {
    const { context, clips, take, view } = recorded();
    await putTake(context, take(1));
    view.getState().selectRange({ fromSample: 200_000, toSample: 250_000, trackIds: [1] });
    await putTake(context, take(3));
    expect(clips().sort((a, b) => a[2]! - b[2]!)).toEqual([
      [1, 1, 144_000, 56_000],
      [1, 3, 200_000, 50_000],
      [1, 1, 250_000, 134_000],
    ]);
  });

  test('says so where nothing of it was recorded in the range', async () => {
    const { context, clips, take, notices } = recorded({ range: { fromSample: 0, toSample: 9, trackIds: [1] } });
    await putTake(context, take(1));
    expect(clips()).toEqual([]);
    expect(notices[0]?.message).toContain('Nothing of “Boom_1” was recorded');
  });

  test('on all tracks of its pass is one step of undo', async () => {
    const { context, clips, take } = recorded();
    await putPass(context, take(2));
    expect(clips()).toEqual([
      [1, 1, 144_000, 240_000],
      [2, 2, 144_000, 240_000],
    ]);
    await context.commands.undo();
    expect(clips()).toEqual([]);
  });
});

describe('by key', () => {
  test('the newest take is meant until another is chosen', async () => {
    const { run, clips } = recorded();
    await run('take.use');
    expect(clips()).toEqual([[1, 3, 144_000, 240_000]]);
    useChosenTake.setState({ takeId: 1 });
    await run('take.use');
    expect(clips()).toEqual([[1, 1, 144_000, 240_000]]);
  });

  test('a take is circled, taken out of the list and told to be missing', async () => {
    const { run, take, mirror, notices } = recorded();
    await run('take.circle');
    expect(take(3).circled).toBe(true);
    await run('take.remove');
    await run('take.remove');
    expect(mirror.all('take').map(({ id }) => id)).toEqual([2, 4]);
    await run('take.use');
    expect(notices.at(-1)?.message).toBe('There is no take here.');
  });
});
