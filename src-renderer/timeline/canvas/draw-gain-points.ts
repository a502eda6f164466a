import { gainLineY } from '../clip-geometry.ts';
import type { ClipPainter } from './draw-clip.ts';
import { packColor } from './pixel-surface.ts';
import type { LaneShape } from './protocol.ts';

const LINE = packColor('#f0d67a');
/** CSS pixels. */
const MIN_DOT_DISTANCE = 8;

function amplitudeOf(gainDb: number): number {
  return gainDb <= -144 ? 0 : 10 ** (gainDb / 20);
}

/**
 * The track's gain over its clips: amplitude is a straight line between breakpoints, held before the first and after the
 * last, drawn on the scale of the clips' gain lines. Nothing without breakpoints.
 */
export function drawGainPoints(painter: ClipPainter, gainPoints: Float64Array, lane: LaneShape, laneTop: number): void {
  const count = gainPoints.length / 2;
  if (count === 0) return;
  const { surface, samplesPerPixel, originPixel, pixelRatio } = painter;
  const thickness = Math.max(1, Math.round(pixelRatio));
  const yOf = (gainDb: number) => laneTop + Math.round(gainLineY(gainDb, lane.height) * pixelRatio);
  let next = 0;
  let lastY: number | null = null;
  for (let x = 0; x < surface.width; x++) {
    const sample = (originPixel + x) * samplesPerPixel;
    while (next < count && gainPoints[next * 2]! <= sample) next++;
    let gainDb: number;
    if (next === 0) gainDb = gainPoints[1]!;
    else if (next === count) gainDb = gainPoints[count * 2 - 1]!;
    else {
      const from = gainPoints[next * 2 - 2]!;
      const share = (sample - from) / (gainPoints[next * 2]! - from);
      const low = amplitudeOf(gainPoints[next * 2 - 1]!);
      const amplitude = low + (amplitudeOf(gainPoints[next * 2 + 1]!) - low) * share;
      gainDb = amplitude <= 0 ? -144 : 20 * Math.log10(amplitude);
    }
    const y = yOf(gainDb);
    const before = lastY ?? y;
    surface.blendColumn(x, Math.min(before, y), Math.max(before, y) + thickness, LINE, 210);
    lastY = y;
  }
  const spanPixels = (gainPoints[count * 2 - 2]! - gainPoints[0]!) / samplesPerPixel / pixelRatio;
  // Dots that would touch hide the line that they stand on.
  if (count > 1 && spanPixels / (count - 1) < MIN_DOT_DISTANCE) return;
  const radius = Math.round(2 * pixelRatio);
  for (let point = 0; point < count; point++) {
    const x = Math.round(gainPoints[point * 2]! / samplesPerPixel) - originPixel;
    if (x < -radius || x > surface.width + radius) continue;
    const y = yOf(gainPoints[point * 2 + 1]!);
    surface.fill(x - radius, y - radius, x + radius + 1, y + radius + thickness, LINE);
  }
}
