import type { ProjectClock } from '../../../src-shared/time/timecode.ts';
import { TIMELINE_COLORS } from '../stem-colors.ts';
import { headerRows } from '../track-layout.ts';
import { type ClipPainter, drawClipBody, drawClipLines, type PlacedClip, placeClip } from './draw-clip.ts';
import { drawGainPoints } from './draw-gain-points.ts';
import { drawMarkers, drawPictureLane, drawRuler, type PlacedTick, placeTicks } from './draw-rows.ts';
import { packColor } from './pixel-surface.ts';
import {
  CLIP_STRIDE,
  type LaneClips,
  type LaneShape,
  type MarkerFlag,
  type PictureSpan,
  type StageView,
} from './protocol.ts';

/** All that a frame shows. */
export type Scene = {
  clock: ProjectClock;
  view: StageView;
  lanes: readonly LaneShape[];
  readonly clips: Map<number, LaneClips>;
  picture: readonly PictureSpan[];
  markers: readonly MarkerFlag[];
};

const color = {
  lane: packColor(TIMELINE_COLORS.lane),
  laneAlternate: packColor(TIMELINE_COLORS.laneAlternate),
  laneLine: packColor(TIMELINE_COLORS.laneLine),
  outside: packColor(TIMELINE_COLORS.outside),
  gridMajor: packColor(TIMELINE_COLORS.gridMajor),
  gridMinor: packColor(TIMELINE_COLORS.gridMinor),
  marker: packColor(TIMELINE_COLORS.marker),
};

/** Paints a whole frame. */
export function drawScene(scene: Scene, painter: ClipPainter): void {
  const { surface } = painter;
  const rows = headerRows(scene.view.showFeetFrames);
  const ticks = placeTicks(painter, scene.clock);
  drawLanes(scene, painter, ticks, Math.round(rows.lanesTop * painter.pixelRatio));
  surface.unclip();
  drawRuler(painter, ticks, rows, scene.clock, scene.view);
  drawMarkers(painter, scene.markers, rows);
  drawPictureLane(painter, scene.picture, rows);
}

function drawLanes(scene: Scene, painter: ClipPainter, ticks: readonly PlacedTick[], lanesTop: number): void {
  const { surface, pixelRatio } = painter;
  const scroll = scene.view.scrollTop;
  let bottomOfAll = lanesTop;
  for (const [index, lane] of scene.lanes.entries()) {
    const top = lanesTop + Math.round((lane.top - scroll) * pixelRatio);
    const bottom = lanesTop + Math.round((lane.top + lane.height - scroll) * pixelRatio);
    bottomOfAll = Math.max(bottomOfAll, bottom);
    if (bottom <= lanesTop || top >= surface.height) continue;
    surface.clip(0, Math.max(lanesTop, top), surface.width, bottom);
    surface.fill(0, top, surface.width, bottom, index % 2 === 0 ? color.lane : color.laneAlternate);
    for (const tick of ticks)
      surface.fill(tick.x, top, tick.x + 1, bottom, tick.major ? color.gridMajor : color.gridMinor);
    surface.fill(0, bottom - 1, surface.width, bottom, color.laneLine);
    const clips = scene.clips.get(lane.trackId);
    if (!clips) continue;
    drawLaneClips(painter, clips, lane, top);
    drawGainPoints(painter, clips.gainPoints, lane, top);
  }
  surface.clip(0, lanesTop, surface.width, surface.height);
  surface.fill(0, bottomOfAll, surface.width, surface.height, color.outside);
  for (const marker of scene.markers) {
    const x = Math.round(marker.atSample / painter.samplesPerPixel) - painter.originPixel;
    surface.blend(x, lanesTop, x + 1, surface.height, color.marker, 70);
  }
}

function drawLaneClips(painter: ClipPainter, clips: LaneClips, lane: LaneShape, laneTop: number): void {
  const { surface, samplesPerPixel, originPixel } = painter;
  const { numbers, names, longestSamples } = clips;
  const fromSample = originPixel * samplesPerPixel;
  const toSample = (originPixel + surface.width) * samplesPerPixel;
  const placed: PlacedClip[] = [];
  let coveredTo = Number.NEGATIVE_INFINITY;
  for (let index = firstFrom(numbers, fromSample - longestSamples); index < names.length; index++) {
    if (numbers[index * CLIP_STRIDE + 1]! >= toSample) break;
    const clip = placeClip(clips, index, painter);
    if (clip.right <= 0) continue;
    // Zoomed far out, many clips share a pixel: one of them stands for all.
    if (clip.right <= coveredTo && clip.right - clip.left <= 2 && !painter.selected.has(clip.id)) continue;
    coveredTo = Math.max(coveredTo, clip.right);
    drawClipBody(painter, clip, lane, laneTop);
    placed.push(clip);
  }
  for (const clip of placed) drawClipLines(painter, clip, lane, laneTop);
}

/** Index of the first clip that starts at or after a sample. */
function firstFrom(numbers: Float64Array, sample: number): number {
  let low = 0;
  let high = numbers.length / CLIP_STRIDE;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle * CLIP_STRIDE + 1]! < sample) low = middle + 1;
    else high = middle;
  }
  return low;
}
