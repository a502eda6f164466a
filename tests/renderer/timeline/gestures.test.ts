import { describe, expect, it } from 'vitest';
import { hitTest } from '../../../src-renderer/timeline/hit-test.ts';
import type { TimelineTool, TimelineViewState } from '../../../src-renderer/timeline/timeline-view.ts';
import { chooseGesture } from '../../../src-renderer/timeline/tools/choose-gesture.ts';
import type { GesturePointer } from '../../../src-renderer/timeline/tools/gesture.ts';
import { headerRows, layOutLanes } from '../../../src-renderer/timeline/track-layout.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { clipRow, FRAME, rowsWith } from './timeline-rows.ts';

const { lanesTop } = headerRows(false);

/** 100 samples a pixel: clip 1 covers pixels 480 to 960 of lane 1, clip 2 pixels 1400 to 1880 of lane 2. */
function timelineOf(initial: Partial<TimelineViewState> = {}) {
  const timeline = localTimeline(rowsWith([clipRow(1, 1, 48_000), clipRow(2, 2, 140_000)]), {
    samplesPerPixel: 100,
    viewportWidth: 2000,
    ...initial,
  });
  const lanes = layOutLanes(timeline.mirror.tracks(), timeline.view.getState());
  const pointer = (x: number, y: number, keys: Partial<GesturePointer> = {}): GesturePointer => ({
    x,
    y: lanesTop + y,
    shift: false,
    alt: false,
    control: false,
    ...keys,
  });
  return {
    ...timeline,
    drag: (from: readonly [number, number], to: readonly [number, number], keys: Partial<GesturePointer> = {}) => {
      const start = pointer(...from, keys);
      const hit = hitTest(start.x, start.y, timeline.mirror, timeline.view.getState(), lanes);
      const gesture = chooseGesture(hit, { context: timeline.context, lanes, pointer: start })!;
      const end = pointer(...to, keys);
      return { frame: gesture.update(end), gesture, end };
    },
  };
}

const withTool = (tool: TimelineTool) => timelineOf({ tool });

describe('gestures of the smart tool', () => {
  it('move a clip by whole frames and across tracks', () => {
    const { drag } = timelineOf();
    const { frame } = drag([600, 50], [600 + 107, 64 + 50]);
    expect(frame.command).toEqual({ kind: 'clip.move', clipIds: [1], deltaSamples: 5 * FRAME, deltaTracks: 1 });
    expect(frame.readout).toContain('+00:00:00:05');
  });

  it('keep time when a clip goes straight to another track', () => {
    const { frame } = timelineOf().drag([600, 50], [603, 128 + 50]);
    expect(frame.command).toMatchObject({ deltaSamples: 0, deltaTracks: 2 });
  });

  it('catch the edge of another clip, and with Control go sample by sample', () => {
    const { drag } = timelineOf();
    // The end, at 96,000, comes within 8 pixels of 140,000.
    expect(drag([600, 50], [600 + 436, 50]).frame).toMatchObject({
      command: { deltaSamples: 44_000 },
      guideSample: 140_000,
    });
    expect(drag([600, 50], [600 + 436, 50], { control: true }).frame.command).toMatchObject({ deltaSamples: 43_600 });
  });

  it('copy with Alt and keep to one axis with Shift', () => {
    expect(timelineOf().drag([600, 50], [700, 50], { alt: true }).frame.command).toMatchObject({
      kind: 'clip.duplicate',
    });
    const { frame } = timelineOf().drag([600, 50], [700, 64 + 50], { shift: true });
    expect(frame.command).toMatchObject({ deltaTracks: 0, deltaSamples: 5 * FRAME });
  });

  it('trim at an edge, to the frame', () => {
    const { frame } = timelineOf().drag([481, 50], [481 + 58, 50]);
    expect(frame.command).toEqual({ kind: 'clip.trim', clipIds: [1], edge: 'start', deltaSamples: 3 * FRAME });
  });

  it('pull a fade out of a corner and hold it to the clip', () => {
    const { drag } = timelineOf();
    expect(drag([484, 18], [584, 18]).frame.command).toMatchObject({ edge: 'in', lengthSamples: 5 * FRAME });
    expect(drag([484, 18], [1900, 18]).frame.command).toMatchObject({ edge: 'in', lengthSamples: 48_000 });
  });

  it('move clips that are selected together, and only those', () => {
    const { drag, view } = timelineOf({ selectedClipIds: new Set([1, 2]) });
    expect(drag([600, 50], [700, 50]).frame.command).toMatchObject({ clipIds: [1, 2] });
    view.getState().selectClips([2]);
    expect(drag([600, 50], [700, 50]).frame.command).toMatchObject({ clipIds: [1] });
  });

  it('never move the first clip of a selection before the start', () => {
    const { frame } = timelineOf().drag([600, 50], [10, 50]);
    expect(frame.command).toMatchObject({ deltaSamples: -48_000 });
  });

  it('go on by as much as the view scrolls under a held pointer', () => {
    const { drag, view } = timelineOf({ contentEndSample: 10_000_000 });
    const { gesture, end } = drag([600, 50], [700, 50]);
    expect(gesture.update(end).command).toMatchObject({ deltaSamples: 5 * FRAME });
    view.getState().scrollByPixels(400, 0);
    expect(gesture.update(end).command).toMatchObject({ deltaSamples: 25 * FRAME });
  });

  it('send nothing when nothing was moved', () => {
    expect(timelineOf().drag([600, 50], [601, 50]).frame.command).toBeNull();
  });

  it('draw a band over empty lanes that selects what it touches, and Escape puts the selection back', () => {
    const { drag, view } = timelineOf({ selectedClipIds: new Set([2]) });
    const { gesture } = drag([300, 10], [700, 30]);
    expect([...view.getState().selectedClipIds]).toEqual([1]);
    gesture.cancel?.();
    expect([...view.getState().selectedClipIds]).toEqual([2]);
  });

  it('place the cursor by a click on a lane', () => {
    const { drag, view } = timelineOf();
    const { gesture, end } = drag([301, 10], [301, 10]);
    gesture.finish?.(end);
    expect(view.getState()).toMatchObject({ cursorSample: 15 * FRAME, activeTrackId: 1 });
  });
});

describe('single tools', () => {
  it('split where the pointer is released', () => {
    const { frame } = withTool('split').drag([600, 50], [701, 50]);
    expect(frame.command).toEqual({ kind: 'clip.split', clipIds: [1], atSample: 35 * FRAME });
  });

  it('slip sound with the pointer', () => {
    expect(withTool('slip').drag([600, 50], [625, 50]).frame.command).toMatchObject({
      kind: 'clip.slip',
      deltaSamples: -2500,
    });
  });

  it('change gain three pixels a decibel', () => {
    expect(withTool('gain').drag([600, 50], [600, 38]).frame).toMatchObject({
      command: { kind: 'clip.gain', gainDb: 4 },
      readout: '+4.0 dB',
    });
  });

  it('select a span on the tracks that are crossed', () => {
    const { drag, view } = withTool('range');
    drag([199, 10], [401, 64 + 10]);
    expect(view.getState().range).toEqual({ fromSample: 10 * FRAME, toSample: 20 * FRAME, trackIds: [1, 2] });
  });
});
