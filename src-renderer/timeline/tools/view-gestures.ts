import { pixelOfSample, sampleAtPixel } from '../coordinates.ts';
import { lengthText } from '../readout.ts';
import { headerRows } from '../track-layout.ts';
import { type Gesture, type GestureStart, hasDragged } from './gesture.ts';

/** Takes hold of the timeline and scrolls it. */
export function dragView(start: GestureStart): Gesture {
  const { view } = start.context;
  let last = start.pointer;
  return {
    update: (pointer) => {
      view.getState().scrollByPixels(last.x - pointer.x, last.y - pointer.y);
      last = pointer;
      return { command: null, cursor: 'grabbing' };
    },
  };
}

/** Zooms to the span that is drawn; a click zooms in where it is, with Alt out. */
export function zoomSpan(start: GestureStart): Gesture {
  const { context, pointer: from } = start;
  const { view, mirror } = context;
  const fromSample = sampleAtPixel(from.x, view.getState());
  return {
    update: (pointer) => {
      if (!hasDragged(from, pointer)) return { command: null, cursor: pointer.alt ? 'zoom-out' : 'zoom-in' };
      const state = view.getState();
      const anchor = pixelOfSample(fromSample, state);
      const left = Math.min(anchor, pointer.x);
      const right = Math.max(anchor, pointer.x);
      const length = Math.round((right - left) * state.samplesPerPixel);
      return {
        command: null,
        band: { left, right, top: headerRows(state.showFeetFrames).lanesTop, bottom: state.viewportHeight },
        readout: lengthText(length, mirror.clock()),
        cursor: 'zoom-in',
      };
    },
    finish: (pointer) => {
      const state = view.getState();
      if (!hasDragged(from, pointer)) {
        state.zoomBy(pointer.alt ? 2 : 0.5, from.x);
        return;
      }
      const toSample = sampleAtPixel(pointer.x, state);
      state.zoomToRange(Math.max(0, Math.min(fromSample, toSample)), Math.max(fromSample, toSample));
    },
  };
}
