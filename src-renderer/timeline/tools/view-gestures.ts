import { sampleAtPixel } from '../coordinates.ts';
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
  return {
    update: (pointer) => {
      if (!hasDragged(from, pointer)) return { command: null, cursor: pointer.alt ? 'zoom-out' : 'zoom-in' };
      const state = view.getState();
      const left = Math.min(from.x, pointer.x);
      const right = Math.max(from.x, pointer.x);
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
      const samples = [sampleAtPixel(from.x, state), sampleAtPixel(pointer.x, state)].sort((a, b) => a - b);
      state.zoomToRange(Math.max(0, samples[0]!), samples[1]!);
    },
  };
}
