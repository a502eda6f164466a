import { pixelOfSample, sampleAtPixel } from '../coordinates.ts';
import { headerRows, lanesBetween } from '../track-layout.ts';
import {
  type Gesture,
  type GesturePointer,
  type GestureStart,
  hasDragged,
  laneAt,
  laneY,
  snappedSample,
} from './gesture.ts';

/** Selects the clips that a band touches; Shift adds to what is selected. A click places the cursor and selects nothing. */
export function rubberBand(start: GestureStart): Gesture {
  const { context, pointer: from } = start;
  const { view, mirror } = context;
  const before = view.getState().selectedClipIds;
  // The band is held to the document, so that it stays where it began when the view scrolls.
  const fromSample = sampleAtPixel(from.x, view.getState());
  const fromLaneY = laneY(from.y, context);

  function clipsIn(pointer: GesturePointer): number[] {
    const state = view.getState();
    const here = sampleAtPixel(pointer.x, state);
    const left = Math.max(0, Math.floor(Math.min(fromSample, here)));
    const right = Math.ceil(Math.max(fromSample, here));
    const y = laneY(pointer.y, context);
    const lanes = lanesBetween(start.lanes, Math.max(0, Math.min(fromLaneY, y)), Math.max(fromLaneY, y, 1));
    return lanes.flatMap((lane) =>
      mirror.clipsOnTrack(lane.trackId, left, Math.max(left + 1, right)).map(({ id }) => id),
    );
  }

  return {
    update: (pointer) => {
      if (!hasDragged(from, pointer)) return { command: null };
      const state = view.getState();
      const { lanesTop } = headerRows(state.showFeetFrames);
      const anchorX = pixelOfSample(fromSample, state);
      const anchorY = fromLaneY + lanesTop - state.scrollTop;
      state.selectClips(pointer.shift ? [...before, ...clipsIn(pointer)] : clipsIn(pointer));
      return {
        command: null,
        band: {
          left: Math.min(anchorX, pointer.x),
          right: Math.max(anchorX, pointer.x),
          top: Math.max(lanesTop, Math.min(anchorY, pointer.y)),
          bottom: Math.max(lanesTop, anchorY, pointer.y),
        },
      };
    },
    finish: (pointer) => {
      const state = view.getState();
      const lane = laneAt(from.y, start);
      if (lane) state.setActiveTrack(lane.trackId);
      if (hasDragged(from, pointer)) {
        state.selectRange(null);
        return;
      }
      if (!from.shift) {
        state.selectClips([]);
        state.selectRange(null);
      }
      state.setCursor(snappedSample(from, start).sample);
      context.transport.locate(view.getState().cursorSample);
    },
    cancel: () => view.getState().selectClips(before),
  };
}
