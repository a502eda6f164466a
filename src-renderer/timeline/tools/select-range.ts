import { exactTimecodeAt } from '../../../src-shared/time/timecode-entry.ts';
import { lengthText } from '../readout.ts';
import { type Gesture, type GestureStart, hasDragged, laneAt, snappedSample } from './gesture.ts';

/**
 * Selects a span of time: on the lanes that the pointer crosses, or on all tracks when it begins on the ruler. A click
 * places the cursor. Shift goes on from the range that is there.
 */
export function selectRange(start: GestureStart, onRuler: boolean): Gesture {
  const { context, pointer: from } = start;
  const { view, mirror } = context;
  const before = view.getState();
  const held = from.shift ? before.range : null;
  const pressed = snappedSample(from, start).sample;
  // With Shift the farther end of the range stays.
  const fixed = held
    ? Math.abs(held.fromSample - pressed) > Math.abs(held.toSample - pressed)
      ? held.fromSample
      : held.toSample
    : from.shift
      ? before.cursorSample
      : pressed;
  const startLane = onRuler ? null : laneAt(from.y, start);

  function trackIds(y: number): readonly number[] {
    if (!startLane) return mirror.tracks().map((track) => track.id);
    const lane = laneAt(y, start) ?? startLane;
    const first = Math.min(lane.index, startLane.index);
    const last = Math.max(lane.index, startLane.index);
    const crossed = start.lanes.slice(first, last + 1).map((candidate) => candidate.trackId);
    return held ? [...new Set([...held.trackIds, ...crossed])] : crossed;
  }

  return {
    update: (pointer) => {
      if (!from.shift && !hasDragged(from, pointer))
        return { command: null, cursor: 'text', readout: exactTimecodeAt(pressed, mirror.clock()) };
      const { sample, caught } = snappedSample(pointer, start);
      const fromSample = Math.min(fixed, sample);
      const toSample = Math.max(fixed, sample);
      view.getState().selectRange({ fromSample, toSample, trackIds: trackIds(pointer.y) });
      return {
        command: null,
        readout: `${exactTimecodeAt(fromSample, mirror.clock())}   length ${lengthText(toSample - fromSample, mirror.clock())}`,
        guideSample: caught?.sample ?? null,
        cursor: 'text',
      };
    },
    finish: (pointer) => {
      const state = view.getState();
      state.selectClips([]);
      if (startLane) state.setActiveTrack(startLane.trackId);
      if (!from.shift && !hasDragged(from, pointer)) {
        state.selectRange(null);
        state.setCursor(pressed);
      } else state.setCursor(state.range?.fromSample ?? pressed);
      context.transport.locate(view.getState().cursorSample);
    },
    cancel: () => view.getState().selectRange(before.range),
  };
}
