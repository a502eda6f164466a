import { describe, expect, test } from 'vitest';
import { tracksToArm } from '../../../src-renderer/timeline/actions/input-actions.ts';
import { armHindrance } from '../../../src-renderer/timeline/arm-tracks.ts';
import { inputMenu } from '../../../src-renderer/timeline/input-menu.ts';
import { TIMELINE_ACTIONS } from '../../../src-renderer/timeline/timeline-actions.ts';
import type { TimelineViewState } from '../../../src-renderer/timeline/timeline-view.ts';
import { type EngineStatus, VIRTUAL_DEVICE } from '../../../src-shared/engine/live-engine.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { clipRow, rowsWith, trackRow } from './timeline-rows.ts';

const RUNNING = { state: 'running', input: { hostApi: 'ALSA', name: 'Stage box' }, inputChannels: 4 } as EngineStatus;

function armable(view: Partial<TimelineViewState> = {}, status: EngineStatus | null = RUNNING) {
  const rows = rowsWith([clipRow(1, 1, 0), clipRow(2, 2, 0)], {
    track: [trackRow(1), trackRow(2), trackRow(3, { channelCount: 2 })],
  });
  const timeline = localTimeline(rows, { activeTrackId: 1, ...view });
  timeline.context.engine.store.setState({ status });
  const run = async (id: string) => {
    await TIMELINE_ACTIONS.find((action) => action.id === id)!.run(timeline.context);
  };
  const armed = () =>
    timeline.context.trackInputs.list.filter((one) => one.armed).map(({ trackId, inputs }) => [trackId, inputs]);
  return { ...timeline, run, armed };
}

describe('arming by key', () => {
  test('arms the active track with the first free input, says so and offers another', async () => {
    const { run, armed, notices } = armable();
    await run('track.arm');
    expect(armed()).toEqual([[1, [0]]]);
    expect(notices).toMatchObject([{ level: 'note', message: '“DX 1” records from input 1.' }]);
    notices[0]!.action!.run();
    expect(inputMenu.getState().trackId).toBe(1);
  });

  test('a second press disarms and keeps the input', async () => {
    const { run, armed, context, notices } = armable();
    await run('track.arm');
    await run('track.arm');
    expect(armed()).toEqual([]);
    expect(context.trackInputs.list).toMatchObject([{ trackId: 1, inputs: [0], armed: false }]);
    await run('track.arm');
    expect(notices.length).toBe(1);
  });

  test('arms all tracks of the selection that the active one is in, and first those that are not', async () => {
    const range = { fromSample: 0, toSample: 10, trackIds: [1, 3] };
    const { run, armed, context } = armable({ range });
    await context.trackInputs.change(() => [{ trackId: 3, inputs: [2, 3], mode: 'auto', armed: true }]);
    await run('track.arm');
    expect(armed()).toEqual([
      [3, [2, 3]],
      [1, [0]],
    ]);
    await run('track.arm');
    expect(armed()).toEqual([]);
  });

  test('is for the active track alone when what is selected lies elsewhere', () => {
    const { context } = armable({ activeTrackId: 3, selectedClipIds: new Set([1, 2]) });
    expect(tracksToArm(context).map(({ id }) => id)).toEqual([3]);
    context.view.getState().setActiveTrack(2);
    expect(tracksToArm(context).map(({ id }) => id)).toEqual([1, 2]);
  });

  test('is refused with what to do without a device, read-only and while recording', async () => {
    const { run, armed, notices, context } = armable({}, null);
    await run('track.arm');
    expect(armed()).toEqual([]);
    expect(notices[0]).toMatchObject({ message: expect.stringContaining('No audio device runs') });
    expect(armHindrance({ ...context, readOnly: true })?.message).toContain('reading only');
    context.engine.store.setState({
      status: RUNNING,
      record: { phase: 'rolling', pass: 1, trackIds: [2], isPunchedIn: true, punch: 'now' },
    });
    await run('track.arm');
    await run('track.disarmAll');
    expect(armed()).toEqual([]);
    expect(notices.slice(1).every(({ message }) => message.includes('A recording is under way'))).toBe(true);
  });

  test('opens the inputs to choose from where all that are left hear the device’s own outputs', async () => {
    const loop = { ...RUNNING, input: VIRTUAL_DEVICE, inputChannels: 4, outputChannels: 4 } as EngineStatus;
    const { run, armed, notices } = armable({ activeTrackId: 2 }, loop);
    inputMenu.setState({ trackId: null });
    await run('track.arm');
    expect(armed()).toEqual([]);
    expect(notices).toMatchObject([{ level: 'note', message: expect.stringContaining('hear what goes out') }]);
    expect(inputMenu.getState().trackId).toBe(2);
  });

  test('disarms everything at once', async () => {
    const { run, armed } = armable({ range: { fromSample: 0, toSample: 10, trackIds: [1, 2, 3] } });
    await run('track.arm');
    expect(armed().length).toBe(3);
    await run('track.disarmAll');
    expect(armed()).toEqual([]);
  });
});

test('the monitor key takes all tracks of the selection to the same next mode', async () => {
  const { run, context } = armable({ range: { fromSample: 0, toSample: 10, trackIds: [1, 2] } });
  await context.trackInputs.change(() => [{ trackId: 2, inputs: [], mode: 'off', armed: false }]);
  await run('track.monitorMode');
  expect(context.trackInputs.list.map(({ trackId, mode }) => [trackId, mode])).toEqual([
    [2, 'input'],
    [1, 'input'],
  ]);
});
