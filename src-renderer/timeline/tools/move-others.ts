import type { MarkerRow, PictureClipRow } from '../../../src-shared/model/rows.ts';
import { distanceText, placeText } from '../readout.ts';
import { nearestCatch, snapDistance } from '../snap.ts';
import { type Gesture, type GestureStart, hasDragged, snappedSample, trackIdsInSight } from './gesture.ts';

/** Moves a marker; a click goes to it. */
export function moveMarker(start: GestureStart, marker: MarkerRow): Gesture {
  const { context, pointer: from } = start;
  return {
    update: (pointer) => {
      if (!hasDragged(from, pointer)) return { command: null, cursor: 'pointer', readout: marker.name };
      const { sample, caught } = snappedSample(pointer, start);
      return {
        command: sample === marker.atSample ? null : { kind: 'marker.update', markerId: marker.id, atSample: sample },
        readout: `${marker.name}   ${placeText(sample, context.mirror.clock())}`,
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

/** Moves a picture clip by whole frames, or to what catches its start. A click goes to its first frame. */
export function movePicture(start: GestureStart, clip: PictureClipRow): Gesture {
  const { context, pointer: from } = start;
  return {
    update: (pointer) => {
      if (!hasDragged(from, pointer)) return { command: null, cursor: 'grab', readout: clip.name };
      const view = context.view.getState();
      const clock = context.mirror.clock();
      const raw = (pointer.x - from.x) * view.samplesPerPixel;
      const scope = { mirror: context.mirror, view, trackIds: trackIdsInSight(start), except: new Set<number>() };
      const caught = pointer.control ? null : nearestCatch(clip.startSample + raw, scope);
      const wanted =
        caught && caught.sample !== clip.startSample
          ? caught.sample - clip.startSample
          : pointer.control
            ? Math.round(raw)
            : snapDistance(raw, 'frame', clock);
      const deltaSamples = Math.max(-clip.startSample, wanted);
      return {
        command: deltaSamples === 0 ? null : { kind: 'picture.move', pictureClipIds: [clip.id], deltaSamples },
        readout: `${distanceText(deltaSamples, clock)}   ${placeText(clip.startSample + deltaSamples, clock)}`,
        guideSample: caught?.sample ?? null,
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
