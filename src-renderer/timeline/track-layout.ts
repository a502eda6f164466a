import { type TimelineViewState, trackHeightPixels } from './timeline-view.ts';

/**
 * What lies above what. From the top: the ruler, feet and frames where they are wanted, markers, the picture track,
 * then the lanes, which alone scroll.
 */

export const RULER_HEIGHT = 24;
export const FEET_RULER_HEIGHT = 16;
export const MARKER_ROW_HEIGHT = 16;
export const PICTURE_LANE_HEIGHT = 36;
/** Of one row of takes below a track's lane. */
export const TAKE_LAYER_HEIGHT = 28;

export type HeaderRows = {
  readonly feetTop: number;
  readonly markerTop: number;
  readonly pictureTop: number;
  /** Where the lanes begin. */
  readonly lanesTop: number;
};

/** Tops of the rows above the lanes, in CSS pixels from the top of the timeline. */
export function headerRows(showFeetFrames: boolean): HeaderRows {
  const feetTop = RULER_HEIGHT;
  const markerTop = feetTop + (showFeetFrames ? FEET_RULER_HEIGHT : 0);
  const pictureTop = markerTop + MARKER_ROW_HEIGHT;
  return { feetTop, markerTop, pictureTop, lanesTop: pictureTop + PICTURE_LANE_HEIGHT };
}

/** A track's lane: `top` counts from the top of the first lane, before scrolling. */
export type Lane = {
  readonly trackId: number;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  /** Of the rows of takes below it; 0 where they are not shown. */
  readonly layersHeight: number;
};

/** Lanes of tracks in order. */
export function layOutLanes(tracks: readonly { readonly id: number }[], view: TimelineViewState): readonly Lane[] {
  let top = 0;
  return tracks.map((track, index) => {
    const height = trackHeightPixels(view, track.id);
    const layersHeight = (view.takeLayers[track.id] ?? 0) * TAKE_LAYER_HEIGHT;
    const lane = { trackId: track.id, index, top, height, layersHeight };
    top += height + layersHeight;
    return lane;
  });
}

/** One past the last pixel of a lane and the takes below it. */
export function laneBottom({ top, height, layersHeight }: Lane): number {
  return top + height + layersHeight;
}

export function lanesHeight(lanes: readonly Lane[]): number {
  const last = lanes.at(-1);
  return last ? laneBottom(last) : 0;
}

/** Index of the lane at a height in lane space; -1 above the first, the count of lanes below the last. */
export function laneIndexAt(lanes: readonly Lane[], y: number): number {
  if (y < 0) return -1;
  let low = 0;
  let high = lanes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (laneBottom(lanes[middle]!) <= y) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lanes that show between two heights in lane space. */
export function lanesBetween(lanes: readonly Lane[], top: number, bottom: number): readonly Lane[] {
  const first = Math.max(0, laneIndexAt(lanes, top));
  let last = first;
  while (last < lanes.length && lanes[last]!.top < bottom) last++;
  return lanes.slice(first, last);
}
