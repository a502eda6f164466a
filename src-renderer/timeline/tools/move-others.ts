import type { MarkerRow, PictureClipRow } from '../../../src-shared/model/rows.ts';
import { exactTimecodeAt } from '../../../src-shared/time/timecode-entry.ts';
import { distanceText } from '../readout.ts';
import { snapDistance } from '../snap.ts';
import { type Gesture, type GestureStart, hasDragged, snappedSample, travelledSamples } from './gesture.ts';

/** Moves a marker; a click goes to it. */
export function moveMarker(start: GestureStart, marker: MarkerRow): Gesture {
  const { context, pointer: from } = start;
  return {
    update: (pointer) => {
      if (!hasDragged(from, pointer)) return { command: null, cursor: 'pointer', readout: marker.name };
      const { sample, caught } = snappedSample(pointer, start);
      return {
        command: sample === marker.atSample ? null : { kind: 'marker.update', markerId: marker.id, atSample: sample },
        readout: `${marker.name}   ${exactTimecodeAt(sample, context.mirror.clock())}`,
        guideSample: caught?.sample ?? null,
        cursor: 'ew-resize',
      };
    },
    finish: (pointer) => {
      if (hasDragged(from, pointer)) return;
      context.view.getState().setCursor(marker.atSample);
      context.transport.locate(marker.atSample);
    },
  };
}

/** Moves a picture clip by whole frames, whatever snapping says: picture lies on frames. A click goes to its first frame. */
export function movePicture(start: GestureStart, clip: PictureClipRow): Gesture {
  const { context, pointer: from } = start;
  const travelled = travelledSamples(start);
  return {
    update: (pointer) => {
      if (!hasDragged(from, pointer)) return { command: null, cursor: 'grab', readout: clip.name };
      const clock = context.mirror.clock();
      const deltaSamples = Math.max(-clip.startSample, snapDistance(travelled(pointer), 'frame', clock));
      return {
        command: deltaSamples === 0 ? null : { kind: 'picture.move', pictureClipIds: [clip.id], deltaSamples },
        readout: `${distanceText(deltaSamples, clock)}   ${exactTimecodeAt(clip.startSample + deltaSamples, clock)}`,
        cursor: 'grabbing',
      };
    },
    finish: (pointer) => {
      if (hasDragged(from, pointer)) return;
      context.view.getState().setCursor(clip.startSample);
      context.transport.locate(clip.startSample);
    },
  };
}
