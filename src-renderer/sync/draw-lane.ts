import type { TraceColumns, TraceSound } from './trace-columns.ts';
import type { Lane, LaneLine } from './trace-stage.ts';
import {
  frameTicks,
  pixelOfSeconds,
  sampleAtSeconds,
  secondsAtPixel,
  secondsOfSample,
  timeTicks,
} from './trace-view.ts';

/** The colours of the two sounds. Laid over each other they add up to white. */
export const CAMERA_COLOR = '#e0913a';
export const RECORDER_COLOR = '#3f93ea';

const GROUND = '#131415';
const RULER_GROUND = '#191a1c';
const GRID = '#24272a';
const ZERO = '#34373b';
const TEXT = '#9aa0a8';
const ACTIVE = '#5aa9f0';
const LINE_COLORS: Readonly<Record<LaneLine['kind'], string>> = {
  place: '#f4f5f6',
  clap: '#5cc08a',
  mark: '#d78bd0',
  'chosen-mark': '#ff9df5',
  piece: '#ef756c',
  edge: '#4a4e54',
};

const FRAME_RULER = 15;
const TIME_RULER = 16;
/** Amplification is limited to this much: what is quieter stays small, as noise should. */
const LARGEST_GAIN = 1000;

export type LaneBox = {
  readonly top: number;
  readonly height: number;
  readonly width: number;
  readonly ratio: number;
};

type DrawnTrace = { readonly color: string; readonly sound: TraceSound; readonly columns: TraceColumns };

/** Draws one lane: frames above, milliseconds below, the sounds between them, each as high as there is room. */
export function drawLane(
  context: CanvasRenderingContext2D,
  lane: Lane,
  traces: readonly DrawnTrace[],
  box: LaneBox,
): void {
  const { top, height, width, ratio } = box;
  const bodyTop = top + FRAME_RULER * ratio;
  const bodyHeight = Math.max(1, height - (FRAME_RULER + TIME_RULER) * ratio);
  const middle = bodyTop + bodyHeight / 2;
  context.save();
  context.beginPath();
  context.rect(0, top, width, height);
  context.clip();
  context.fillStyle = RULER_GROUND;
  context.fillRect(0, top, width, height);
  context.fillStyle = GROUND;
  context.fillRect(0, bodyTop, width, bodyHeight);
  context.font = `${10 * ratio}px system-ui, "DejaVu Sans", sans-serif`;
  context.textBaseline = 'middle';
  drawFrames(context, lane, box, bodyTop, bodyHeight);
  drawTimes(context, lane, box, bodyTop, bodyHeight);
  context.fillStyle = ZERO;
  context.fillRect(0, Math.round(middle), width, Math.max(1, ratio));
  context.globalCompositeOperation = 'lighter';
  for (const trace of traces) drawTrace(context, trace, lane, middle, bodyHeight, ratio, width);
  context.globalCompositeOperation = 'source-over';
  for (const line of lane.lines) drawLine(context, line, lane, bodyTop, bodyHeight, box);
  if (lane.name) {
    context.fillStyle = lane.active ? ACTIVE : TEXT;
    context.fillText(lane.name, 6 * ratio, bodyTop + 9 * ratio);
  }
  if (lane.active) {
    context.fillStyle = ACTIVE;
    context.fillRect(0, bodyTop, 2 * ratio, bodyHeight);
  }
  context.restore();
}

function drawFrames(
  context: CanvasRenderingContext2D,
  lane: Lane,
  { top, width, ratio }: LaneBox,
  bodyTop: number,
  bodyHeight: number,
): void {
  const ticks = lane.framesNamed ? frameTicks(lane.view, width, lane.frameSeconds, 8 * ratio) : [];
  for (const { frame, seconds, labelled } of ticks) {
    const x = Math.round(pixelOfSeconds(seconds, lane.view, width));
    context.fillStyle = GRID;
    context.fillRect(x, bodyTop, ratio, bodyHeight);
    context.fillStyle = TEXT;
    context.fillRect(x, bodyTop - (labelled ? 6 : 3) * ratio, ratio, (labelled ? 6 : 3) * ratio);
    if (labelled) context.fillText(`fr ${frame}`, x + 4 * ratio, top + (FRAME_RULER / 2) * ratio);
  }
}

function drawTimes(
  context: CanvasRenderingContext2D,
  lane: Lane,
  { top, height, width, ratio }: LaneBox,
  bodyTop: number,
  bodyHeight: number,
): void {
  const bodyBottom = bodyTop + bodyHeight;
  for (const { seconds, label, strong } of timeTicks(lane.view, width, lane.originSeconds, 80 * ratio)) {
    const x = Math.round(pixelOfSeconds(seconds, lane.view, width));
    context.fillStyle = GRID;
    if (!lane.framesNamed) context.fillRect(x, bodyTop, ratio, bodyHeight);
    context.fillStyle = strong ? LINE_COLORS.place : TEXT;
    context.fillRect(x, bodyBottom, ratio, 4 * ratio);
    const wide = context.measureText(label).width;
    context.fillText(label, Math.min(width - wide, Math.max(0, x - wide / 2)), top + height - 6 * ratio);
  }
}

function drawTrace(
  context: CanvasRenderingContext2D,
  { columns, color, sound }: DrawnTrace,
  lane: Lane,
  middle: number,
  bodyHeight: number,
  ratio: number,
  width: number,
): void {
  if (columns.peak === 0) return;
  const scale = Math.min(LARGEST_GAIN, 0.94 / columns.peak) * (bodyHeight / 2);
  context.fillStyle = color;
  if (!columns.isLine) {
    for (let x = 0; x < width; x++) {
      const high = columns.highs[x]!;
      if (Number.isNaN(high)) continue;
      const y = middle - high * scale;
      context.fillRect(x, y, 1, Math.max(ratio, (high - columns.lows[x]!) * scale));
    }
    return;
  }
  context.strokeStyle = color;
  context.lineWidth = 1.5 * ratio;
  context.beginPath();
  let drawing = false;
  for (let x = 0; x < width; x++) {
    const value = columns.highs[x]!;
    if (Number.isNaN(value)) drawing = false;
    else if (drawing) context.lineTo(x, middle - value * scale);
    else {
      context.moveTo(x, middle - value * scale);
      drawing = true;
    }
  }
  context.stroke();
  drawDots(context, sound, columns, lane, middle, scale, ratio, width);
}

/** A dot on each sample, where they lie far enough apart to be told from each other. */
function drawDots(
  context: CanvasRenderingContext2D,
  sound: TraceSound,
  columns: TraceColumns,
  lane: Lane,
  middle: number,
  scale: number,
  ratio: number,
  width: number,
): void {
  const first = Math.ceil(sampleAtSeconds(sound.pieces, secondsAtPixel(0, lane.view, width)));
  const last = Math.floor(sampleAtSeconds(sound.pieces, secondsAtPixel(width, lane.view, width)));
  if (last - first <= 0 || width / (last - first) < 6 * ratio) return;
  for (let sample = first; sample <= last; sample++) {
    const x = Math.round(pixelOfSeconds(secondsOfSample(sound.pieces, sample), lane.view, width));
    const value = columns.highs[Math.min(width - 1, Math.max(0, x))]!;
    if (Number.isNaN(value)) continue;
    context.beginPath();
    context.arc(x, middle - value * scale, 2.5 * ratio, 0, 2 * Math.PI);
    context.fill();
  }
}

function drawLine(
  context: CanvasRenderingContext2D,
  line: LaneLine,
  lane: Lane,
  bodyTop: number,
  bodyHeight: number,
  { width, ratio }: LaneBox,
): void {
  const x = Math.round(pixelOfSeconds(line.seconds, lane.view, width));
  if (x < -200 * ratio || x > width + 10) return;
  context.fillStyle = LINE_COLORS[line.kind];
  if (line.kind === 'place') {
    for (let y = bodyTop; y < bodyTop + bodyHeight; y += 6 * ratio) context.fillRect(x, y, ratio, 3 * ratio);
    return;
  }
  context.fillRect(x, bodyTop, ratio, bodyHeight);
  if (!line.label) return;
  const low = line.kind === 'mark' || line.kind === 'chosen-mark' || line.kind === 'edge';
  // Below the names of the lane and of the colours.
  const y = low ? bodyTop + bodyHeight - (line.isRaised ? 25 : 9) * ratio : bodyTop + 28 * ratio;
  const wide = context.measureText(line.label).width + 8 * ratio;
  const left = x + wide > width ? x - wide : x + ratio;
  context.globalAlpha = 0.85;
  context.fillStyle = GROUND;
  context.fillRect(left, y - 7 * ratio, wide, 14 * ratio);
  context.globalAlpha = 1;
  context.fillStyle = line.kind === 'edge' ? TEXT : LINE_COLORS[line.kind];
  context.fillText(line.label, left + 4 * ratio, y);
}
