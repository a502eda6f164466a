import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { distanceText } from '../readout.ts';
import { SNAP_PIXELS, snapDistance } from '../snap.ts';
import { type Gesture, type GestureStart, hasDragged, travelledSamples } from './gesture.ts';
import { syncErrorOf, syncText } from './sync-catch.ts';

/**
 * Moves the sound under clips whose edges stay. The sound follows the pointer; sample by sample, or with Shift in whole
 * grid steps. Control moves a tenth as far. Near its place in sync the sound of the grabbed clip is caught.
 */
export function slipClips(start: GestureStart, grabbed: ClipRow, clips: readonly ClipRow[]): Gesture {
  const { context, pointer: from } = start;
  const clipIds = clips.map((clip) => clip.id);
  const travelled = travelledSamples(start);
  const syncError = syncErrorOf(start, grabbed);
  return {
    update: (pointer) => {
      if (!hasDragged(from, pointer)) return { command: null, cursor: 'ew-resize' };
      const view = context.view.getState();
      const clock = context.mirror.clock();
      const raw = travelled(pointer) * (pointer.control ? 0.1 : 1);
      const catches =
        syncError !== null &&
        view.snap.enabled &&
        !pointer.control &&
        Math.abs(raw + syncError) <= SNAP_PIXELS * view.samplesPerPixel;
      const later = catches ? -syncError : pointer.shift ? snapDistance(raw, view.snap.grid, clock) : Math.round(raw);
      return {
        // Sound that is heard later begins earlier in its source.
        command: later === 0 ? null : { kind: 'clip.slip', clipIds, deltaSamples: -later },
        readout: `slip ${distanceText(later, clock)}${
          syncError === null ? '' : `   ${syncText(grabbed, syncError + later, clock)}`
        }`,
        cursor: 'ew-resize',
      };
    },
  };
}
