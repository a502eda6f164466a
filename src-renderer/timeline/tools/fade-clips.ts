import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { clipEndSample } from '../clip-targets.ts';
import { lengthText } from '../readout.ts';
import { type Gesture, type GestureStart, hasDragged, heldAt, snappedSample } from './gesture.ts';

/** Sets the length of a fade by its handle; other selected clips get the same. */
export function fadeClips(
  start: GestureStart,
  grabbed: ClipRow,
  clips: readonly ClipRow[],
  edge: 'in' | 'out',
): Gesture {
  const { context, pointer: from } = start;
  const clipIds = clips.map((clip) => clip.id);
  const handle =
    edge === 'in' ? grabbed.startSample + grabbed.fadeInSamples : clipEndSample(grabbed) - grabbed.fadeOutSamples;
  const present = edge === 'in' ? grabbed.fadeInSamples : grabbed.fadeOutSamples;
  const room = grabbed.lengthSamples - (edge === 'in' ? grabbed.fadeOutSamples : grabbed.fadeInSamples);
  const held = heldAt(handle, start);
  return {
    update: (pointer) => {
      if (!hasDragged(from, pointer)) return { command: null, cursor: 'ew-resize' };
      const { sample, caught } = snappedSample(held(pointer), start);
      const wanted = edge === 'in' ? sample - grabbed.startSample : clipEndSample(grabbed) - sample;
      const lengthSamples = Math.min(room, Math.max(0, wanted));
      return {
        command: lengthSamples === present ? null : { kind: 'clip.fade', clipIds, edge, lengthSamples },
        readout: `fade ${edge} ${lengthText(lengthSamples, context.mirror.clock())}`,
        guideSample: caught?.sample ?? null,
        cursor: 'ew-resize',
      };
    },
  };
}
