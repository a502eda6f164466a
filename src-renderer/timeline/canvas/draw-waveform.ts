import { peaksPerTile, samplesPerPeakAt } from '../../../src-shared/engine/peak-file.ts';
import { peakLevelFor, RAW_BELOW_SAMPLES_PER_PIXEL } from './peak-levels.ts';
import type { PeakStore } from './peak-store.ts';
import type { PixelSurface } from './pixel-surface.ts';
import { SAMPLES_PER_BLOCK, type SampleStore } from './sample-store.ts';

export type WaveformStores = { readonly peaks: PeakStore; readonly samples: SampleStore };

/** One channel of one clip to draw, in device pixels. Pixel `x` shows sound from `sourceAtZero + x * samplesPerPixel` on. */
export type WaveformArea = {
  readonly sourceId: number;
  readonly channel: number;
  readonly sourceLengthSamples: number;
  readonly fromX: number;
  readonly toX: number;
  readonly top: number;
  readonly height: number;
  readonly sourceAtZero: number;
  readonly samplesPerPixel: number;
  /** Amplitude at a pixel: gain, fades and magnification together. */
  readonly amplitudeAt: (x: number) => number;
  readonly color: number;
  readonly pixelRatio: number;
};

/** Draws what is known of the sound; the stores fetch the rest for a later frame. */
export function drawWaveform(surface: PixelSurface, stores: WaveformStores, area: WaveformArea): void {
  if (area.height < 3) return;
  if (area.samplesPerPixel >= RAW_BELOW_SAMPLES_PER_PIXEL) drawPeaks(surface, stores.peaks, area);
  else if (!drawSamples(surface, stores.samples, area)) drawPeaks(surface, stores.peaks, area);
}

function drawPeaks(surface: PixelSurface, store: PeakStore, area: WaveformArea): void {
  const { sourceId, channel, samplesPerPixel, color } = area;
  const wantedLevel = peakLevelFor(samplesPerPixel, area.sourceLengthSamples);
  const tileSamples = samplesPerPeakAt(wantedLevel) * peaksPerTile;
  const middle = area.top + Math.floor(area.height / 2);
  const scale = area.height / 2 / 32_768;
  const bottomLimit = area.top + area.height;
  let wantedTile = -1;
  let found: { readonly peaks: Int16Array; readonly level: number; readonly tile: number } | null = null;
  let perPeak = 1;
  for (let x = area.fromX; x < area.toX; x++) {
    const start = Math.max(0, area.sourceAtZero + x * samplesPerPixel);
    const tile = Math.floor(start / tileSamples);
    if (tile !== wantedTile) {
      wantedTile = tile;
      found = store.find(sourceId, channel, wantedLevel, tile);
      perPeak = found ? samplesPerPeakAt(found.level) : 1;
    }
    if (!found) continue;
    const first = Math.floor(start / perPeak) - found.tile * peaksPerTile;
    const last = Math.max(first, Math.ceil((start + samplesPerPixel) / perPeak) - 1 - found.tile * peaksPerTile);
    let low = 32_767;
    let high = -32_768;
    const { peaks } = found;
    const lastHere = Math.min(last, peaksPerTile - 1);
    for (let peak = first; peak <= lastHere; peak++) {
      const min = peaks[peak * 2]!;
      const max = peaks[peak * 2 + 1]!;
      if (min < low) low = min;
      if (max > high) high = max;
    }
    if (last >= peaksPerTile) {
      const next = store.peek(sourceId, channel, found.level, found.tile + 1);
      if (next)
        for (let peak = 0; peak <= last - peaksPerTile; peak++) {
          low = Math.min(low, next[peak * 2]!);
          high = Math.max(high, next[peak * 2 + 1]!);
        }
    }
    if (high < low) continue;
    const amplitude = area.amplitudeAt(x) * scale;
    const top = Math.max(area.top, Math.round(middle - high * amplitude));
    const bottom = Math.min(bottomLimit, Math.round(middle - low * amplitude) + 1);
    surface.column(x, top, Math.max(top + 1, bottom), color);
  }
}

/** False when nothing of the sound is here yet. */
function drawSamples(surface: PixelSurface, store: SampleStore, area: WaveformArea): boolean {
  const from = area.sourceAtZero + area.fromX * area.samplesPerPixel;
  const to = area.sourceAtZero + area.toX * area.samplesPerPixel;
  const firstBlock = Math.max(0, Math.floor(from / SAMPLES_PER_BLOCK));
  const lastBlock = Math.max(firstBlock, Math.floor((to + 1) / SAMPLES_PER_BLOCK));
  const blocks: (Float32Array | null)[] = [];
  for (let block = firstBlock; block <= lastBlock; block++) blocks.push(store.find(area.sourceId, area.channel, block));
  if (blocks.every((block) => block === null)) return false;
  const valueAt = (sample: number): number => {
    const index = sample - firstBlock * SAMPLES_PER_BLOCK;
    if (index < 0) return 0;
    return blocks[Math.floor(index / SAMPLES_PER_BLOCK)]?.[index % SAMPLES_PER_BLOCK] ?? 0;
  };
  if (area.samplesPerPixel >= 1) drawSampleExtremes(surface, area, valueAt);
  else drawSampleLine(surface, area, valueAt);
  return true;
}

function drawSampleExtremes(surface: PixelSurface, area: WaveformArea, valueAt: (sample: number) => number): void {
  const middle = area.top + Math.floor(area.height / 2);
  let before: number | null = null;
  for (let x = area.fromX; x < area.toX; x++) {
    const start = Math.floor(area.sourceAtZero + x * area.samplesPerPixel);
    const end = Math.max(start + 1, Math.floor(area.sourceAtZero + (x + 1) * area.samplesPerPixel));
    let low = before ?? valueAt(start);
    let high = low;
    for (let sample = start; sample < end; sample++) {
      const value = valueAt(sample);
      if (value < low) low = value;
      if (value > high) high = value;
    }
    // Columns share their border sample, so that a steep slope has no gaps.
    before = valueAt(end - 1);
    const amplitude = (area.amplitudeAt(x) * area.height) / 2;
    const top = Math.max(area.top, Math.round(middle - high * amplitude));
    const bottom = Math.min(area.top + area.height, Math.round(middle - low * amplitude) + 1);
    surface.column(x, top, Math.max(top + 1, bottom), area.color);
  }
}

/** A line through the samples, and a dot on each where they lie far enough apart. A sample sits at its left boundary. */
function drawSampleLine(surface: PixelSurface, area: WaveformArea, valueAt: (sample: number) => number): void {
  const middle = area.top + Math.floor(area.height / 2);
  const thickness = Math.max(1, Math.round(area.pixelRatio));
  const yOf = (value: number, x: number) =>
    Math.min(area.top + area.height - 1, Math.max(area.top, middle - (value * area.amplitudeAt(x) * area.height) / 2));
  let lastY: number | null = null;
  for (let x = area.fromX; x < area.toX; x++) {
    const position = area.sourceAtZero + x * area.samplesPerPixel;
    const sample = Math.floor(position);
    const share = position - sample;
    const y = Math.round(yOf(valueAt(sample) * (1 - share) + valueAt(sample + 1) * share, x));
    const from = lastY ?? y;
    surface.column(x, Math.min(from, y), Math.max(from, y) + thickness, area.color);
    lastY = y;
  }
  if (1 / area.samplesPerPixel < 6 * area.pixelRatio) return;
  const radius = Math.max(1, Math.round(1.5 * area.pixelRatio));
  const first = Math.ceil(area.sourceAtZero + area.fromX * area.samplesPerPixel);
  const last = Math.floor(area.sourceAtZero + (area.toX - 1) * area.samplesPerPixel);
  for (let sample = first; sample <= last; sample++) {
    const x = Math.round((sample - area.sourceAtZero) / area.samplesPerPixel);
    const y = Math.round(yOf(valueAt(sample), x));
    surface.fill(x - radius, y - radius + 1, x + radius + 1, y + radius + 2, area.color);
  }
}
