import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { exactTimecodeAt } from '../../../src-shared/time/timecode-entry.ts';
import { clipEndSample } from '../clip-targets.ts';
import { distanceText, lengthText } from '../readout.ts';
import { type Gesture, type GestureStart, hasDragged, heldAt, snappedSample } from './gesture.ts';

/** Moves an edge of the grabbed clip, and the same edge of other selected clips by as much. Control is free of the grid. */
export function trimClips(
  start: GestureStart,
  grabbed: ClipRow,
  clips: readonly ClipRow[],
  edge: 'start' | 'end',
): Gesture {
  const { context, pointer: from } = start;
  const clipIds = clips.map((clip) => clip.id);
  const except = new Set(clipIds);
  const edgeSample = edge === 'start' ? grabbed.startSample : clipEndSample(grabbed);
  const held = heldAt(edgeSample, start);
  return {
    update: (pointer) => {
      if (!hasDragged(from, pointer)) return { command: null, cursor: 'ew-resize' };
      const { sample, caught } = snappedSample(held(pointer), start, except);
      const deltaSamples = sample - edgeSample;
      const clock = context.mirror.clock();
      const length = edge === 'start' ? grabbed.lengthSamples - deltaSamples : grabbed.lengthSamples + deltaSamples;
      return {
        command: deltaSamples === 0 ? null : { kind: 'clip.trim', clipIds, edge, deltaSamples },
        readout: `${distanceText(deltaSamples, clock)}   ${exactTimecodeAt(sample, clock)}   length ${lengthText(Math.max(1, length), clock)}`,
        guideSample: caught?.sample ?? null,
        cursor: 'ew-resize',
      };
    },
  };
}
