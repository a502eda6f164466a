import { describe, expect, it } from 'vitest';
import { TIMELINE_ACTIONS } from '../../../src-renderer/timeline/timeline-actions.ts';
import { TIMELINE_TOOLS, type TimelineViewState, toolByKey } from '../../../src-renderer/timeline/timeline-view.ts';
import type { Tables } from '../../../src-shared/model/rows.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { clipRow, FRAME, rowsWith } from './timeline-rows.ts';

function timelineOf(clips: readonly Tables['clip'][], initial: Partial<TimelineViewState> = {}) {
  const timeline = localTimeline(rowsWith(clips), { activeTrackId: 1, ...initial });
  return {
    ...timeline,
    run: async (id: string) => {
      const action = TIMELINE_ACTIONS.find((candidate) => candidate.id === id);
      if (!action) throw new Error(`no action ${id}`);
      await action.run(timeline.context);
    },
    clips: (trackId: number) =>
      timeline.mirror.clipsOfTrack(trackId).map((clip) => [clip.startSample, clip.lengthSamples]),
  };
}

const two = () => [clipRow(1, 1, 48_000), clipRow(2, 2, 96_000)];

describe('timeline actions', () => {
  it('have names of their own', () => {
    const ids = TIMELINE_ACTIONS.map((action) => action.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(TIMELINE_ACTIONS.every((action) => action.title !== '')).toBe(true);
  });

  it('nudge the selection by a sample, a frame, a labelled second', async () => {
    const { run, sent } = timelineOf(two(), { selectedClipIds: new Set([1, 2]) });
    await run('clip.nudgeSampleLater');
    await run('clip.nudgeFrameEarlier');
    await run('clip.nudgeSecondLater');
    expect(sent.map((command) => 'deltaSamples' in command && command.deltaSamples)).toEqual([1, -FRAME, 48_000]);
    expect(sent[0]).toMatchObject({ kind: 'clip.move', clipIds: [1, 2] });
  });

  it('stop a nudge at the start of the timeline and keep distances', async () => {
    const { run, clips } = timelineOf([clipRow(1, 1, 10), clipRow(2, 2, 500_000)], {
      selectedClipIds: new Set([1, 2]),
    });
    await run('clip.nudgeFrameEarlier');
    expect([clips(1), clips(2)]).toEqual([[[0, 48_000]], [[499_990, 48_000]]]);
  });

  it('make an added track the active one and bring it into sight, also where its commit comes after the answer', async () => {
    const { context, run, mirror, view } = timelineOf(two(), { viewportHeight: 200 });
    await run('track.addMono');
    const [, added] = mirror.tracks();
    expect(view.getState().activeTrackId).toBe(added!.id);
    expect(view.getState().scrollTop).toBeGreaterThan(0);
    const { apply } = context.commands;
    const id = Math.max(...mirror.tracks().map((track) => track.id)) + 1;
    context.commands.apply = async (command) => {
      setTimeout(() => void apply(command), 5);
      return { added: [{ table: 'track', id }] };
    };
    await run('track.addStereo');
    expect(view.getState().activeTrackId).toBe(added!.id);
    await expect.poll(() => view.getState().activeTrackId).toBe(id);
    expect(mirror.get('track', id)?.channelCount).toBe(2);
  });

  it('work on the clip under the cursor when none is selected', async () => {
    const { run, sent } = timelineOf(two(), { cursorSample: 60_000 });
    await run('clip.splitAtCursor');
    expect(sent).toEqual([{ kind: 'clip.split', clipIds: [1], atSample: 60_000 }]);
  });

  it('split at both edges of a range, keeping the three pieces', async () => {
    const range = { fromSample: 60_000, toSample: 80_000, trackIds: [1] };
    const { run, clips } = timelineOf(two(), { range });
    await run('clip.splitAtCursor');
    expect(clips(1)).toEqual([
      [48_000, 12_000],
      [60_000, 20_000],
      [80_000, 16_000],
    ]);
  });

  it('trim and fade to the cursor', async () => {
    const { run, mirror } = timelineOf(two(), { cursorSample: 60_000, selectedClipIds: new Set([1]) });
    await run('clip.fadeOutToCursor');
    expect(mirror.get('clip', 1)?.fadeOutSamples).toBe(36_000);
    await run('clip.trimStartToCursor');
    expect(mirror.get('clip', 1)).toMatchObject({
      startSample: 60_000,
      lengthSamples: 36_000,
      sourceInSample: 492_000,
    });
  });

  it('slip so that the sound is heard later, edges staying', async () => {
    const { run, mirror } = timelineOf(two(), { selectedClipIds: new Set([1]) });
    await run('clip.slipFrameLater');
    expect(mirror.get('clip', 1)).toMatchObject({ startSample: 48_000, sourceInSample: 480_000 - FRAME });
  });

  it('change gains of clips that differ, each from its own, as one step of undo', async () => {
    const clips = [clipRow(1, 1, 0, { gainDb: -3 }), clipRow(2, 2, 0, { gainDb: 1.5 })];
    const { run, mirror, context } = timelineOf(clips, { selectedClipIds: new Set([1, 2]) });
    await run('clip.gainUpHalf');
    expect([mirror.get('clip', 1)?.gainDb, mirror.get('clip', 2)?.gainDb]).toEqual([-2.5, 2]);
    await context.commands.undo();
    expect([mirror.get('clip', 1)?.gainDb, mirror.get('clip', 2)?.gainDb]).toEqual([-3, 1.5]);
  });

  it('paste what was cut, with gain, fades and mute, at the cursor on the active track', async () => {
    const clip = clipRow(1, 1, 48_000, { gainDb: -6, fadeInSamples: 1000, fadeInShape: 'slow', muted: true });
    const { run, mirror } = timelineOf([clip], { selectedClipIds: new Set([1]) });
    await run('edit.cut');
    expect(mirror.clipsOfTrack(1)).toEqual([]);
    const timeline = { run, mirror };
    await timeline.run('track.next');
    await timeline.run('edit.paste');
    const { id: _id, ...pasted } = mirror.clipsOfTrack(2)[0]!;
    const { id: _was, ...before } = clip;
    expect(pasted).toEqual({ ...before, trackId: 2, startSample: 0 });
  });

  it('copy what lies in a range, cropped, and paste it with the silence around it', async () => {
    const range = { fromSample: 40_000, toSample: 60_000, trackIds: [1] };
    const { run, mirror, view } = timelineOf([clipRow(1, 1, 48_000, { fadeInSamples: 500 })], { range });
    await run('edit.copy');
    view.getState().setCursor(1_000_000);
    await run('edit.paste');
    expect(mirror.clipsOfTrack(1)[1]).toMatchObject({
      startSample: 1_008_000,
      lengthSamples: 12_000,
      sourceInSample: 480_000,
      fadeInSamples: 500,
    });
    expect(view.getState().cursorSample).toBe(1_020_000);
  });

  it('select the copies they make, so that the next action is about them', async () => {
    const { run, view, mirror } = timelineOf(two(), { selectedClipIds: new Set([1]) });
    await run('clip.duplicate');
    await run('clip.toggleMute');
    expect(mirror.get('clip', 1)?.muted).toBe(false);
    const [copy] = [...view.getState().selectedClipIds];
    expect(mirror.get('clip', copy!)).toMatchObject({ startSample: 96_000, muted: true });
  });

  it('select what was pasted into a clip, and not what that cut off from it', async () => {
    const long = clipRow(1, 1, 0, { lengthSamples: 480_000, sourceInSample: 0 });
    const short = clipRow(2, 2, 0, { lengthSamples: 10_000, sourceInSample: 0 });
    const { run, view, mirror } = timelineOf([long, short], { selectedClipIds: new Set([2]) });
    await run('edit.copy');
    await run('track.previous');
    view.getState().setCursor(100_000);
    await run('edit.paste');
    expect(mirror.clipsOfTrack(1).map((clip) => clip.startSample)).toEqual([0, 100_000, 110_000]);
    expect([...view.getState().selectedClipIds].map((id) => mirror.get('clip', id)?.startSample)).toEqual([100_000]);
  });

  it('delete selected clips, or else clear the range', async () => {
    const range = { fromSample: 100_000, toSample: 110_000, trackIds: [2] };
    const { run, sent, view } = timelineOf(two(), { selectedClipIds: new Set([1]), range });
    await run('clip.delete');
    expect(sent.at(-1)).toEqual({ kind: 'clip.remove', clipIds: [1] });
    expect(view.getState().selectedClipIds.size).toBe(0);
    await run('clip.delete');
    expect(sent.at(-1)).toEqual({ kind: 'clip.clearRange', trackIds: [2], fromSample: 100_000, toSample: 110_000 });
  });

  it('walk from edge to edge of the active track, and extend a range with it', async () => {
    const { run, view } = timelineOf(two());
    await run('timeline.nextEdge');
    expect(view.getState().cursorSample).toBe(48_000);
    await run('select.extendToNextEdge');
    expect(view.getState().range).toEqual({ fromSample: 48_000, toSample: 96_000, trackIds: [1] });
    await run('select.extendToPreviousEdge');
    expect(view.getState().range).toBeNull();
  });

  it('crossfade two selected clips that touch', async () => {
    const { run, mirror } = timelineOf([clipRow(1, 1, 0), clipRow(2, 1, 48_000)], { selectedClipIds: new Set([1, 2]) });
    await run('clip.crossfade');
    expect(mirror.get('clip', 1)).toMatchObject({ fadeOutSamples: 2 * FRAME, fadeOutShape: 'equal-power' });
    expect(mirror.get('clip', 2)).toMatchObject({ fadeInSamples: 2 * FRAME, startSample: 48_000 - FRAME });
  });

  it('leave fades that are there already alone, and say so, unless they are to be replaced', async () => {
    const butted = [
      clipRow(1, 1, 0, { fadeOutSamples: 10_000 }),
      clipRow(2, 1, 48_000),
      clipRow(3, 1, 96_000, { fadeOutSamples: 5000 }),
    ];
    const { run, mirror, notices } = timelineOf(butted, { selectedClipIds: new Set([1, 2, 3]) });
    await run('clip.crossfade');
    expect(mirror.get('clip', 1)).toMatchObject({ fadeOutSamples: 10_000, lengthSamples: 48_000 });
    expect(mirror.get('clip', 2)).toMatchObject({ fadeInSamples: 0, fadeOutSamples: 2 * FRAME });
    expect(mirror.get('clip', 3)).toMatchObject({ fadeOutSamples: 5000 });
    expect(notices[0]?.message).toBe('A joint has a fade already and keeps it.');
    await run('clip.crossfadeReplace');
    expect(mirror.get('clip', 1)).toMatchObject({ fadeOutSamples: 2 * FRAME });
  });

  it('crossfade inside a range and no further', async () => {
    const range = { fromSample: 48_000 - 3 * FRAME, toSample: 48_000 + 8 * FRAME, trackIds: [1] };
    const { run, mirror } = timelineOf([clipRow(1, 1, 0), clipRow(2, 1, 48_000)], { range });
    await run('clip.crossfade');
    expect(mirror.get('clip', 1)).toMatchObject({ fadeOutSamples: 6 * FRAME });
    expect(mirror.get('clip', 2)).toMatchObject({ startSample: 48_000 - 3 * FRAME });
  });

  it('mark in and out around what the cursor passes', async () => {
    const { run, view } = timelineOf(two(), { cursorSample: 50_000 });
    await run('select.markIn');
    view.getState().setCursor(70_000);
    await run('select.markOut');
    expect(view.getState().range).toEqual({ fromSample: 50_000, toSample: 70_000, trackIds: [1] });
  });

  it('say why when there is nothing to do, and send nothing', async () => {
    const { run, sent, notices } = timelineOf(two(), { cursorSample: 40_000 });
    await run('clip.splitAtCursor');
    await run('clip.nudgeFrameLater');
    await run('edit.clearRange');
    expect(sent).toEqual([]);
    expect(notices.map((notice) => notice.message)).toEqual([
      'The cursor stands in no clip.',
      'No clip is selected and none lies under the cursor on the active track.',
      'No range is selected.',
    ]);
  });

  it('change nothing in a project that is open for reading only', async () => {
    const { context, sent, notices } = timelineOf(two(), { selectedClipIds: new Set([1]) });
    const nudge = TIMELINE_ACTIONS.find((action) => action.id === 'clip.nudgeFrameLater')!;
    await nudge.run({ ...context, readOnly: true });
    expect(sent).toEqual([]);
    expect(notices[0]?.message).toContain('reading only');
  });
});

describe('the group of tools', () => {
  it('goes round by arrows and to its ends', () => {
    expect(TIMELINE_TOOLS.map((tool) => toolByKey(tool, 'ArrowRight'))).toEqual([
      ...TIMELINE_TOOLS.slice(1),
      TIMELINE_TOOLS[0],
    ]);
    expect(toolByKey(TIMELINE_TOOLS[0]!, 'ArrowUp')).toBe(TIMELINE_TOOLS.at(-1));
    expect([toolByKey('slip', 'Home'), toolByKey('slip', 'End')]).toEqual([TIMELINE_TOOLS[0], TIMELINE_TOOLS.at(-1)]);
    expect(toolByKey('slip', 'x')).toBeNull();
  });
});

it('feet and frames are of 35 mm until someone asks for 16 mm', async () => {
  const { run, context } = timelineOf(two());
  expect(context.view.getState().filmGauge).toBe('35mm-4perf');
  await run('view.filmGauge');
  expect(context.view.getState().filmGauge).toBe('16mm');
  await run('view.filmGauge');
  expect(context.view.getState().filmGauge).toBe('35mm-4perf');
});
