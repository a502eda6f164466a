import type { ClipRow } from '../../src-shared/model/rows.ts';
import type { Mirror } from '../project/mirror.ts';
import { layersOfTrack } from '../takes/take-layers.ts';
import {
  clipBody,
  edgeGrab,
  FADE_HANDLE_PIXELS,
  GAIN_LINE_GRAB_PIXELS,
  gainLineY,
  hasHandles,
  LANE_PADDING,
} from './clip-geometry.ts';
import { pixelOfSample, sampleAtPixel } from './coordinates.ts';
import type { TimelineViewState } from './timeline-view.ts';
import { headerRows, type Lane, laneIndexAt, TAKE_LAYER_HEIGHT } from './track-layout.ts';

export type ClipPart = 'body' | 'name' | 'start' | 'end' | 'fade-in' | 'fade-out' | 'gain';

/** What lies under a point of the timeline. */
export type TimelineHit =
  | { readonly on: 'clip'; readonly clipId: number; readonly trackId: number; readonly part: ClipPart }
  | { readonly on: 'lane'; readonly trackId: number }
  /** The takes below a lane; null between them. */
  | { readonly on: 'take'; readonly trackId: number; readonly takeId: number | null }
  | { readonly on: 'ruler' }
  | { readonly on: 'marker'; readonly markerId: number }
  | { readonly on: 'marker-row' }
  | { readonly on: 'picture'; readonly pictureClipId: number }
  | { readonly on: 'picture-lane' }
  | { readonly on: 'outside' };

const MARKER_GRAB_PIXELS = 9;

/** What lies at a point, in CSS pixels from the top left of the stage (rulers included). */
export function hitTest(
  x: number,
  y: number,
  mirror: Mirror,
  view: TimelineViewState,
  lanes: readonly Lane[],
): TimelineHit {
  const rows = headerRows(view.showFeetFrames);
  if (y < rows.markerTop) return { on: 'ruler' };
  if (y < rows.pictureTop) return hitMarker(x, mirror, view);
  if (y < rows.lanesTop) return hitPicture(x, mirror, view);
  const laneY = y - rows.lanesTop + view.scrollTop;
  const lane = lanes[laneIndexAt(lanes, laneY)];
  if (!lane) return { on: 'outside' };
  const belowLane = laneY - lane.top - lane.height;
  if (belowLane >= 0) return { on: 'take', trackId: lane.trackId, takeId: takeAt(x, belowLane, mirror, view, lane) };
  const clip = clipAt(x, mirror, view, lane.trackId);
  if (!clip) return { on: 'lane', trackId: lane.trackId };
  const part = clipPartAt(x, laneY - lane.top, clip, lane.height, view);
  return part === null
    ? { on: 'lane', trackId: lane.trackId }
    : { on: 'clip', clipId: clip.id, trackId: lane.trackId, part };
}

function takeAt(x: number, y: number, mirror: Mirror, view: TimelineViewState, lane: Lane): number | null {
  const row = layersOfTrack(mirror, lane.trackId)[Math.floor(y / TAKE_LAYER_HEIGHT)] ?? [];
  const found = row.find(({ punchInSample, punchOutSample }) => {
    const left = pixelOfSample(punchInSample ?? 0, view);
    return x >= left && x < Math.max(left + 1, pixelOfSample(punchOutSample ?? 0, view));
  });
  return found?.id ?? null;
}

/** The topmost clip of a track at a pixel: of a crossfade, the later one. */
function clipAt(x: number, mirror: Mirror, view: TimelineViewState, trackId: number): ClipRow | null {
  // A clip is drawn at least a pixel wide, so what ended just before may be the one that is seen.
  const from = Math.floor(sampleAtPixel(x - 1, view));
  const to = Math.ceil(sampleAtPixel(x + 1, view)) + 1;
  const clips = mirror.clipsOnTrack(trackId, Math.max(0, from), Math.max(1, to));
  return (
    clips.findLast((clip) => {
      const left = pixelOfSample(clip.startSample, view);
      return x >= left && x < Math.max(left + 1, pixelOfSample(clip.startSample + clip.lengthSamples, view));
    }) ?? null
  );
}

/** Which part of a clip a point is on; `y` counts from the top of the lane. Null in the lane's padding. */
export function clipPartAt(
  x: number,
  y: number,
  clip: ClipRow,
  laneHeight: number,
  view: TimelineViewState,
): ClipPart | null {
  const left = pixelOfSample(clip.startSample, view);
  const right = Math.max(left + 1, pixelOfSample(clip.startSample + clip.lengthSamples, view));
  const body = clipBody(laneHeight);
  if (y < LANE_PADDING || y >= body.top + body.height + 1) return null;
  const handles = hasHandles(laneHeight, right - left);
  if (handles && y >= body.top && y < body.top + FADE_HANDLE_PIXELS) {
    const fadeInX = pixelOfSample(clip.startSample + clip.fadeInSamples, view);
    const fadeOutX = pixelOfSample(clip.startSample + clip.lengthSamples - clip.fadeOutSamples, view);
    if (x >= fadeInX - 2 && x < fadeInX + FADE_HANDLE_PIXELS) return 'fade-in';
    if (x <= fadeOutX + 2 && x > fadeOutX - FADE_HANDLE_PIXELS) return 'fade-out';
  }
  const grab = edgeGrab(right - left);
  if (x < left + grab) return 'start';
  if (x >= right - grab) return 'end';
  if (handles && y < body.top) return 'name';
  if (handles && Math.abs(y - gainLineY(clip.gainDb, laneHeight)) <= GAIN_LINE_GRAB_PIXELS) return 'gain';
  return 'body';
}

function hitMarker(x: number, mirror: Mirror, view: TimelineViewState): TimelineHit {
  const found = mirror
    .all('marker')
    .map((marker) => ({ marker, distance: x - pixelOfSample(marker.atSample, view) }))
    .filter(({ distance }) => distance >= -3 && distance <= MARKER_GRAB_PIXELS)
    .sort((a, b) => Math.abs(a.distance) - Math.abs(b.distance))[0];
  return found ? { on: 'marker', markerId: found.marker.id } : { on: 'marker-row' };
}

function hitPicture(x: number, mirror: Mirror, view: TimelineViewState): TimelineHit {
  const sample = Math.max(0, Math.floor(sampleAtPixel(x, view)));
  const clip = mirror.pictureClips(sample, sample + 1).at(-1);
  return clip ? { on: 'picture', pictureClipId: clip.id } : { on: 'picture-lane' };
}
