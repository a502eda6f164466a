import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { exactTimecodeAt } from '../../../src-shared/time/timecode-entry.ts';
import { clipEndSample } from '../clip-targets.ts';
import { type Gesture, type GestureStart, snappedSample } from './gesture.ts';

/** Cuts where the pointer is released: the clip under it, and the selected ones when it is one of them. */
export function splitClips(start: GestureStart, clips: readonly ClipRow[]): Gesture {
  return {
    update: (pointer) => {
      const { sample } = snappedSample(pointer, start);
      const crossed = clips.filter((clip) => clip.startSample < sample && clipEndSample(clip) > sample);
      return {
        command:
          crossed.length === 0
            ? null
            : { kind: 'clip.split', clipIds: crossed.map((clip) => clip.id), atSample: sample },
        readout: `split ${exactTimecodeAt(sample, start.context.mirror.clock())}`,
        guideSample: sample,
        cursor: 'col-resize',
      };
    },
  };
}
