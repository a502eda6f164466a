/**
 * Where the parts of a clip lie in its lane, in CSS pixels. The painter and the hit test both read this, so what is
 * seen is what is caught.
 */

/** A lane at least this high gives its clips a name bar. */
export const NAME_BAR_LANE_HEIGHT = 36;
export const NAME_BAR_HEIGHT = 14;
/** Pixels at either edge of a clip that catch a trim; a third of the clip where it is narrow. */
export const EDGE_GRAB_PIXELS = 6;
export const FADE_HANDLE_PIXELS = 9;
/** Fade and gain handles need a clip at least this wide, in a lane that has a name bar. */
export const HANDLES_CLIP_WIDTH = 36;
export const GAIN_LINE_GRAB_PIXELS = 3;
/** The gain line runs from this at the top of the body ... */
export const GAIN_LINE_TOP_DB = 12;
/** ... to this at the bottom; anything quieter lies at the bottom too. */
export const GAIN_LINE_BOTTOM_DB = -30;

/** A gap above and below the clip in its lane. */
export const LANE_PADDING = 1;

export function hasNameBar(laneHeight: number): boolean {
  return laneHeight >= NAME_BAR_LANE_HEIGHT;
}

export function hasHandles(laneHeight: number, clipWidth: number): boolean {
  return hasNameBar(laneHeight) && clipWidth >= HANDLES_CLIP_WIDTH;
}

/** Top and height of the part of a clip that shows the waveform, from the top of the lane. */
export function clipBody(laneHeight: number): { readonly top: number; readonly height: number } {
  const top = LANE_PADDING + (hasNameBar(laneHeight) ? NAME_BAR_HEIGHT : 0);
  return { top, height: laneHeight - top - LANE_PADDING - 1 };
}

/** Pixels that an edge catches inside a clip of a width. */
export function edgeGrab(clipWidth: number): number {
  return Math.min(EDGE_GRAB_PIXELS, clipWidth / 3);
}

/** The height of the gain line from the top of the lane. */
export function gainLineY(gainDb: number, laneHeight: number): number {
  const body = clipBody(laneHeight);
  const clamped = Math.min(GAIN_LINE_TOP_DB, Math.max(GAIN_LINE_BOTTOM_DB, gainDb));
  const share = (GAIN_LINE_TOP_DB - clamped) / (GAIN_LINE_TOP_DB - GAIN_LINE_BOTTOM_DB);
  return body.top + share * (body.height - 1);
}
