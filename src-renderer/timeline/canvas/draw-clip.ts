import { fadeGain } from '../../../src-shared/engine/fade-curve.ts';
import { clipBody, gainLineY, hasHandles, hasNameBar, LANE_PADDING, NAME_BAR_HEIGHT } from '../clip-geometry.ts';
import { gainText } from '../readout.ts';
import { type ClipPalette, clipPalette } from './clip-palette.ts';
import { drawSyncEdge, drawSyncMarks } from './draw-sync-marks.ts';
import { drawWaveform, type WaveformStores } from './draw-waveform.ts';
import { type PixelSurface, packColor } from './pixel-surface.ts';
import { CLIP_MUTED, CLIP_OFFLINE, CLIP_STRIDE, FADE_SHAPES, type LaneClips, type LaneShape } from './protocol.ts';
import type { TextStamps } from './text-stamps.ts';

/** What a frame draws with: the surface, the fetched sound, text, and the horizontal view in device pixels. */
export type ClipPainter = {
  readonly surface: PixelSurface;
  readonly stores: WaveformStores;
  readonly text: TextStamps;
  readonly pixelRatio: number;
  /** Samples behind one device pixel. */
  readonly samplesPerPixel: number;
  /** Device pixels from sample 0 to the left edge, whole, so that a pan moves columns without changing them. */
  readonly originPixel: number;
  readonly waveformScale: number;
  readonly selected: ReadonlySet<number>;
  readonly hoveredClipId: number | null;
};

/** Less of a longer name says nothing. CSS pixels. */
const MIN_NAME_WIDTH = 28;

const WHITE = packColor('#ffffff');
const BLACK = packColor('#000000');

/** A clip's numbers by name, and its left and right in device pixels. */
export type PlacedClip = {
  readonly id: number;
  readonly name: string;
  /** What its badge says; '' for none. */
  readonly badge: string;
  readonly startSample: number;
  readonly lengthSamples: number;
  readonly sourceId: number;
  readonly sourceChannel: number;
  readonly sourceInSample: number;
  readonly sourceLengthSamples: number;
  readonly gainDb: number;
  readonly fadeInSamples: number;
  readonly fadeInShape: number;
  readonly fadeOutSamples: number;
  readonly fadeOutShape: number;
  readonly flags: number;
  readonly left: number;
  readonly right: number;
};

/** Reads clip `index` of a packed lane and places it. */
export function placeClip(
  { numbers, names, badges }: Pick<LaneClips, 'numbers' | 'names' | 'badges'>,
  index: number,
  painter: ClipPainter,
): PlacedClip {
  const at = index * CLIP_STRIDE;
  const startSample = numbers[at + 1]!;
  const lengthSamples = numbers[at + 2]!;
  const left = Math.round(startSample / painter.samplesPerPixel) - painter.originPixel;
  const right = Math.round((startSample + lengthSamples) / painter.samplesPerPixel) - painter.originPixel;
  return {
    id: numbers[at]!,
    name: names[index]!,
    badge: badges.get(index) ?? '',
    startSample,
    lengthSamples,
    sourceId: numbers[at + 3]!,
    sourceChannel: numbers[at + 4]!,
    sourceInSample: numbers[at + 5]!,
    sourceLengthSamples: numbers[at + 6]!,
    gainDb: numbers[at + 7]!,
    fadeInSamples: numbers[at + 8]!,
    fadeInShape: numbers[at + 9]!,
    fadeOutSamples: numbers[at + 10]!,
    fadeOutShape: numbers[at + 11]!,
    flags: numbers[at + 12]!,
    left,
    right: Math.max(left + 1, right),
  };
}

/** Body, waveform and name bar. `laneTop` is the lane's top on the surface in device pixels. */
export function drawClipBody(painter: ClipPainter, clip: PlacedClip, lane: LaneShape, laneTop: number): void {
  const { surface, pixelRatio } = painter;
  const silent = lane.silent || (clip.flags & CLIP_MUTED) !== 0;
  const selected = painter.selected.has(clip.id);
  const palette = clipPalette(lane.color, silent, selected);
  const top = laneTop + Math.round(LANE_PADDING * pixelRatio);
  const bottom = laneTop + Math.round((lane.height - LANE_PADDING) * pixelRatio) - 1;
  const bodyTop = laneTop + Math.round(clipBody(lane.height).top * pixelRatio);
  surface.fill(clip.left, top, clip.right, bottom, palette.body);
  const width = clip.right - clip.left;
  if ((clip.flags & CLIP_OFFLINE) !== 0)
    surface.hatch(clip.left, bodyTop, clip.right, bottom, Math.round(12 * pixelRatio), clip.left, palette.hatch);
  else if (width >= 3) drawClipWaveform(painter, clip, lane, bodyTop, bottom, palette.wave);
  if (hasNameBar(lane.height)) surface.fill(clip.left, top, clip.right, bodyTop, palette.bar);
  surface.fill(clip.left, top, clip.left + 1, bottom, palette.edge);
  if (width > 2) surface.fill(clip.right - 1, top, clip.right, bottom, palette.edge);
  drawSyncEdge(painter, clip, top, bottom);
  if (width >= 14 * pixelRatio) drawLabels(painter, clip, lane, top, bodyTop, palette);
}

/** What lies over the bodies: fade shapes, gain line, outline. A second pass, so that a crossfade shows both curves. */
export function drawClipLines(painter: ClipPainter, clip: PlacedClip, lane: LaneShape, laneTop: number): void {
  const { surface, pixelRatio } = painter;
  const selected = painter.selected.has(clip.id);
  const active = selected || painter.hoveredClipId === clip.id;
  const silent = lane.silent || (clip.flags & CLIP_MUTED) !== 0;
  const palette = clipPalette(lane.color, silent, selected);
  const top = laneTop + Math.round(LANE_PADDING * pixelRatio);
  const bodyTop = laneTop + Math.round(clipBody(lane.height).top * pixelRatio);
  const bottom = laneTop + Math.round((lane.height - LANE_PADDING) * pixelRatio) - 1;
  const width = clip.right - clip.left;
  if (width >= 3) {
    drawFade(painter, clip, 'in', bodyTop, bottom, palette.line);
    drawFade(painter, clip, 'out', bodyTop, bottom, palette.line);
  }
  if (hasHandles(lane.height, width / pixelRatio)) {
    if (active || clip.gainDb !== 0) {
      const y = laneTop + Math.round(gainLineY(clip.gainDb, lane.height) * pixelRatio);
      surface.blend(clip.left + 1, y, clip.right - 1, y + Math.round(pixelRatio), WHITE, active ? 190 : 105);
    }
    if (active) {
      drawFadeHandle(painter, clip.left + fadePixels(painter, clip.fadeInSamples), bodyTop, 1, clip);
      drawFadeHandle(painter, clip.right - fadePixels(painter, clip.fadeOutSamples), bodyTop, -1, clip);
    }
  }
  if (selected) surface.frame(clip.left, top, clip.right, bottom, Math.max(1, Math.round(pixelRatio)), WHITE);
  else if (active && width > 4) {
    surface.blend(clip.left, top, clip.right, top + 1, WHITE, 120);
    surface.blend(clip.left, bottom - 1, clip.right, bottom, WHITE, 120);
  }
}

function fadePixels(painter: ClipPainter, samples: number): number {
  return Math.round(samples / painter.samplesPerPixel);
}

function amplitudeOf(gainDb: number): number {
  return gainDb <= -144 ? 0 : 10 ** (gainDb / 20);
}

function drawClipWaveform(
  painter: ClipPainter,
  clip: PlacedClip,
  lane: LaneShape,
  bodyTop: number,
  bottom: number,
  color: number,
): void {
  const { surface, samplesPerPixel } = painter;
  const fromX = Math.max(0, clip.left + 1);
  const toX = Math.min(surface.width, clip.right - 1);
  if (toX <= fromX) return;
  const gain = amplitudeOf(clip.gainDb) * painter.waveformScale;
  const fadeInPixels = clip.fadeInSamples / samplesPerPixel;
  const fadeOutPixels = clip.fadeOutSamples / samplesPerPixel;
  const inShape = FADE_SHAPES[clip.fadeInShape] ?? 'linear';
  const outShape = FADE_SHAPES[clip.fadeOutShape] ?? 'linear';
  const amplitudeAt =
    fadeInPixels < 1 && fadeOutPixels < 1
      ? () => gain
      : (x: number) => {
          let amplitude = gain;
          const sinceStart = x + 0.5 - clip.left;
          const untilEnd = clip.right - x - 0.5;
          if (sinceStart < fadeInPixels) amplitude *= fadeGain(inShape, sinceStart / fadeInPixels);
          if (untilEnd < fadeOutPixels) amplitude *= fadeGain(outShape, untilEnd / fadeOutPixels);
          return amplitude;
        };
  const height = bottom - bodyTop;
  const stereo = lane.channelCount === 2 && height >= 24 * painter.pixelRatio;
  const channels = stereo ? 2 : 1;
  for (let channel = 0; channel < channels; channel++)
    drawWaveform(surface, painter.stores, {
      sourceId: clip.sourceId,
      channel: clip.sourceChannel + channel,
      sourceLengthSamples: clip.sourceLengthSamples,
      fromX,
      toX,
      top: bodyTop + Math.floor((channel * height) / channels),
      height: Math.floor(height / channels),
      sourceAtZero: clip.sourceInSample - clip.startSample + painter.originPixel * samplesPerPixel,
      samplesPerPixel,
      amplitudeAt,
      color,
      pixelRatio: painter.pixelRatio,
    });
}

function drawLabels(
  painter: ClipPainter,
  clip: PlacedClip,
  lane: LaneShape,
  top: number,
  bodyTop: number,
  palette: ClipPalette,
): void {
  const { surface, text, pixelRatio } = painter;
  // Without a name bar the name lies on the body, which is dark whether it is selected or not.
  const color = hasNameBar(lane.height) ? palette.text : WHITE;
  const pad = Math.round(4 * pixelRatio);
  let left = Math.max(clip.left, 0) + pad;
  const barHeight = bodyTop > top ? bodyTop - top : Math.round(NAME_BAR_HEIGHT * pixelRatio);
  left = drawSyncMarks(painter, clip, left, top, barHeight, color);
  let limit = clip.right - Math.round(3 * pixelRatio);
  if (clip.gainDb !== 0 && hasNameBar(lane.height) && clip.right - left > 110 * pixelRatio) {
    const gain = text.get(gainText(clip.gainDb), 'small');
    if (gain) {
      const gainLeft = Math.min(clip.right, surface.width) - pad - gain.width;
      if (gainLeft > left) {
        surface.stamp(gain, gainLeft, top + Math.round((barHeight - gain.height) / 2), color);
        limit = gainLeft - pad;
      }
    }
  }
  const label = (clip.flags & CLIP_OFFLINE) !== 0 ? `${clip.name} (offline)` : clip.name;
  const name = text.get(label, 'name');
  if (!name || limit - left < Math.min(name.width, MIN_NAME_WIDTH * pixelRatio)) return;
  const y = top + Math.round((barHeight - name.height) / 2);
  const width = Math.min(name.width, limit - left);
  if (!hasNameBar(lane.height)) surface.blend(left - 2, y, left + width + 2, y + name.height, palette.body, 165);
  surface.stamp(width < name.width ? croppedStamp(name, width) : name, left, y, color);
}

/** The left part of a stamp, its last pixels faded out. */
function croppedStamp(stamp: { width: number; height: number; coverage: Uint8Array }, width: number) {
  const coverage = new Uint8Array(width * stamp.height);
  const fade = Math.min(8, width);
  for (let y = 0; y < stamp.height; y++)
    for (let x = 0; x < width; x++) {
      const share = Math.min(1, (width - x) / fade);
      coverage[y * width + x] = stamp.coverage[y * stamp.width + x]! * share;
    }
  return { width, height: stamp.height, coverage };
}

/** Darkens what the fade takes away and draws its curve over it. */
function drawFade(
  painter: ClipPainter,
  clip: PlacedClip,
  edge: 'in' | 'out',
  bodyTop: number,
  bottom: number,
  color: number,
): void {
  const { surface } = painter;
  const pixels = (edge === 'in' ? clip.fadeInSamples : clip.fadeOutSamples) / painter.samplesPerPixel;
  if (pixels < 3) return;
  // A short one is a hint, not a stroke: at full zoom-out hundreds of them stand side by side.
  const strength = Math.min(220, 50 + 9 * pixels);
  const shape = FADE_SHAPES[edge === 'in' ? clip.fadeInShape : clip.fadeOutShape] ?? 'linear';
  const height = bottom - bodyTop - 1;
  const yAt = (distance: number) =>
    bodyTop + Math.round((1 - fadeGain(shape, Math.min(1, Math.max(0, distance / pixels)))) * height);
  const from = Math.max(0, edge === 'in' ? clip.left : Math.floor(clip.right - pixels));
  const to = Math.min(surface.width, edge === 'in' ? Math.ceil(clip.left + pixels) : clip.right);
  for (let x = from; x < to; x++) {
    const near = edge === 'in' ? x - clip.left : clip.right - x - 1;
    const y = yAt(near + 0.5);
    const next = yAt(near + 1.5);
    surface.blendColumn(x, bodyTop, Math.min(y, next), BLACK, 90);
    surface.blendColumn(
      x,
      Math.min(y, next),
      Math.max(y, next) + Math.max(1, Math.round(painter.pixelRatio)),
      color,
      strength,
    );
  }
}

/** A small corner flag where a fade is dragged. */
function drawFadeHandle(painter: ClipPainter, x: number, bodyTop: number, direction: 1 | -1, clip: PlacedClip): void {
  const { surface, pixelRatio } = painter;
  const size = Math.round(6 * pixelRatio);
  for (let step = 0; step < size; step++) {
    const at = x + direction * step - (direction < 0 ? 1 : 0);
    if (at > clip.left && at < clip.right - 1) surface.column(at, bodyTop, bodyTop + size - step, WHITE);
  }
}
