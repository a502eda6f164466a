import { type FilmGauge, formatFeetFrames } from '../../../src-shared/time/feet-frames.ts';
import { frameToSample, sampleToFrame } from '../../../src-shared/time/frame-rate.ts';
import type { ProjectClock } from '../../../src-shared/time/timecode.ts';
import { type RulerTick, rulerTicks } from '../ruler-ticks.ts';
import { TIMELINE_COLORS } from '../stem-colors.ts';
import {
  FEET_RULER_HEIGHT,
  type HeaderRows,
  MARKER_ROW_HEIGHT,
  PICTURE_LANE_HEIGHT,
  RULER_HEIGHT,
} from '../track-layout.ts';
import type { ClipPainter } from './draw-clip.ts';
import { packColor } from './pixel-surface.ts';
import type { MarkerFlag, PictureSpan } from './protocol.ts';

/** The rows above the lanes: timecode, feet and frames, markers, picture. */

const color = {
  ruler: packColor(TIMELINE_COLORS.ruler),
  line: packColor(TIMELINE_COLORS.rulerLine),
  tick: packColor(TIMELINE_COLORS.tick),
  tickMinor: packColor(TIMELINE_COLORS.tickMinor),
  text: packColor(TIMELINE_COLORS.rulerText),
  feet: packColor('#8f949b'),
  marker: packColor(TIMELINE_COLORS.marker),
  markerRow: packColor('#1e2125'),
  pictureRow: packColor('#1a1c20'),
  picture: packColor(TIMELINE_COLORS.picture),
  pictureBar: packColor(TIMELINE_COLORS.pictureBar),
  pictureText: packColor(TIMELINE_COLORS.pictureText),
  pictureDim: packColor('#a6afba'),
  sprocket: packColor('#23272e'),
};

/** Ticks in sight, with the device pixel of each. */
export type PlacedTick = RulerTick & { readonly x: number };

export function placeTicks(painter: ClipPainter, clock: ProjectClock): readonly PlacedTick[] {
  const cssView = {
    samplesPerPixel: painter.samplesPerPixel * painter.pixelRatio,
    originSample: painter.originPixel * painter.samplesPerPixel,
  };
  return rulerTicks(cssView, painter.surface.width / painter.pixelRatio, clock).map((tick) => ({
    ...tick,
    x: xOf(tick.sample, painter),
  }));
}

export function xOf(sample: number, painter: ClipPainter): number {
  return Math.round(sample / painter.samplesPerPixel) - painter.originPixel;
}

/** The timecode ruler; where asked for, feet and frames of film counted from the project's start below it. */
export function drawRuler(
  painter: ClipPainter,
  ticks: readonly PlacedTick[],
  rows: HeaderRows,
  clock: ProjectClock,
  feet: { readonly showFeetFrames: boolean; readonly filmGauge: FilmGauge },
): void {
  const { surface, text, pixelRatio } = painter;
  const height = Math.round(RULER_HEIGHT * pixelRatio);
  const thin = Math.max(1, Math.round(pixelRatio));
  surface.fill(0, 0, surface.width, height, color.ruler);
  for (const tick of ticks) {
    const length = Math.round((tick.major ? 9 : 5) * pixelRatio);
    surface.fill(tick.x, height - length, tick.x + thin, height, tick.major ? color.tick : color.tickMinor);
    const label = tick.major ? text.get(tick.label, 'ruler') : null;
    if (label) surface.stamp(label, tick.x + Math.round(4 * pixelRatio), Math.round(3 * pixelRatio), color.text);
  }
  surface.fill(0, height - 1, surface.width, height, color.line);
  if (!feet.showFeetFrames) return;
  const top = Math.round(rows.feetTop * pixelRatio);
  const bottom = top + Math.round(FEET_RULER_HEIGHT * pixelRatio);
  surface.fill(0, top, surface.width, bottom, color.markerRow);
  for (const tick of ticks) {
    if (!tick.major) continue;
    const frame = sampleToFrame(tick.sample, clock.frameRate, clock.sampleRate);
    // Between frames the ruler above counts samples; film does not.
    if (frameToSample(frame, clock.frameRate, clock.sampleRate) !== tick.sample) continue;
    surface.fill(tick.x, top, tick.x + thin, bottom, color.tickMinor);
    const label = text.get(formatFeetFrames(frame, feet.filmGauge), 'small');
    if (label) surface.stamp(label, tick.x + Math.round(4 * pixelRatio), top + Math.round(2 * pixelRatio), color.feet);
  }
  surface.fill(0, bottom - 1, surface.width, bottom, color.line);
}

/** Marker flags with their names. */
export function drawMarkers(painter: ClipPainter, markers: readonly MarkerFlag[], rows: HeaderRows): void {
  const { surface, text, pixelRatio } = painter;
  const top = Math.round(rows.markerTop * pixelRatio);
  const bottom = top + Math.round(MARKER_ROW_HEIGHT * pixelRatio);
  surface.fill(0, top, surface.width, bottom, color.markerRow);
  const placed = markers
    .map((marker) => ({ marker, x: xOf(marker.atSample, painter) }))
    .filter(({ x }) => x > -200 * pixelRatio && x < surface.width)
    .sort((a, b) => a.x - b.x);
  for (const [index, { marker, x }] of placed.entries()) {
    const size = Math.round(9 * pixelRatio);
    for (let step = 0; step < size; step++)
      surface.column(
        x + step,
        top + Math.round(3 * pixelRatio),
        top + Math.round(3 * pixelRatio) + size - step,
        color.marker,
      );
    surface.fill(x, top + Math.round(3 * pixelRatio), x + Math.max(1, Math.round(pixelRatio)), bottom, color.marker);
    const label = text.get(marker.name, 'small');
    if (!label) continue;
    const next = placed[index + 1]?.x ?? surface.width;
    surface.clip(0, top, next - 2, bottom);
    surface.stamp(label, x + size + Math.round(3 * pixelRatio), top + Math.round(1 * pixelRatio), color.text);
    surface.unclip();
  }
  surface.fill(0, bottom - 1, surface.width, bottom, color.line);
}

/** The picture track: a strip for each picture clip with its name and its own timecode. */
export function drawPictureLane(painter: ClipPainter, spans: readonly PictureSpan[], rows: HeaderRows): void {
  const { surface, text, pixelRatio } = painter;
  const top = Math.round(rows.pictureTop * pixelRatio);
  const bottom = top + Math.round(PICTURE_LANE_HEIGHT * pixelRatio);
  surface.fill(0, top, surface.width, bottom, color.pictureRow);
  for (const span of spans) {
    const left = xOf(span.startSample, painter);
    const right = Math.max(left + 1, xOf(span.startSample + span.lengthSamples, painter));
    if (right <= 0 || left >= surface.width) continue;
    const inner = top + Math.round(2 * pixelRatio);
    const innerBottom = bottom - Math.round(3 * pixelRatio);
    surface.fill(left, inner, right, innerBottom, color.picture);
    surface.fill(left, inner, right, inner + Math.round(14 * pixelRatio), color.pictureBar);
    drawPerforation(painter, left, right, innerBottom);
    surface.fill(left, inner, left + 1, innerBottom, color.line);
    surface.fill(right - 1, inner, right, innerBottom, color.line);
    const textLeft = Math.max(0, left) + Math.round(5 * pixelRatio);
    surface.clip(0, top, right - Math.round(3 * pixelRatio), bottom);
    if (right - textLeft > 12 * pixelRatio) {
      const name = text.get(span.name, 'name');
      if (name) surface.stamp(name, textLeft, inner, color.pictureText);
      const timecode = text.get(span.timecode, 'small');
      if (timecode) surface.stamp(timecode, textLeft, inner + Math.round(15 * pixelRatio), color.pictureDim);
    }
    surface.unclip();
  }
  surface.fill(0, bottom - 1, surface.width, bottom, color.line);
}

/** A line of holes along the bottom edge, as on film, fixed to the clip. */
function drawPerforation(painter: ClipPainter, left: number, right: number, bottom: number): void {
  const { surface, pixelRatio } = painter;
  const pitch = Math.round(10 * pixelRatio);
  const hole = Math.round(5 * pixelRatio);
  if (right - left < pitch * 2) return;
  const first = left + Math.max(0, Math.floor(-left / pitch)) * pitch;
  for (let x = first; x < Math.min(right, surface.width); x += pitch)
    surface.fill(
      Math.max(left, x + 3),
      bottom - Math.round(4 * pixelRatio),
      Math.min(right, x + 3 + hole),
      bottom - Math.round(2 * pixelRatio),
      color.sprocket,
    );
}
