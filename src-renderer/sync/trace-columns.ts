import { peakLevelCount, peaksPerTile, samplesPerPeakAt } from '../../src-shared/engine/peak-file.ts';
import { peakLevelFor, RAW_BELOW_SAMPLES_PER_PIXEL } from '../timeline/canvas/peak-levels.ts';
import { SAMPLES_PER_BLOCK } from '../timeline/canvas/sample-store.ts';
import { pieceAt, secondsAtPixel, type TracePiece, type TraceView } from './trace-view.ts';

/** What is read of sounds: tiles of the peak pyramid and blocks of samples, null while they are on their way. */
export type TraceStores = {
  readonly peaks: {
    find(
      sourceId: number,
      channel: number,
      level: number,
      tile: number,
    ): { readonly peaks: Int16Array; readonly level: number; readonly tile: number } | null;
  };
  readonly samples: { find(sourceId: number, channel: number, block: number): Float32Array | null };
};

/** A channel of a source and where it lies on the lane's time. */
export type TraceSound = {
  readonly sourceId: number;
  readonly channel: number;
  readonly lengthSamples: number;
  readonly pieces: readonly TracePiece[];
  /** Shown with the sign turned round. */
  readonly inverted: boolean;
};

/** The lowest and highest amplitude under each pixel; NaN where the sound has none or it is not here yet. */
export type TraceColumns = {
  readonly lows: Float32Array;
  readonly highs: Float32Array;
  /** Largest amplitude in view; 0 for none. */
  readonly peak: number;
  /** Zoomed in so far that each pixel lies on the line between two samples. */
  readonly isLine: boolean;
};

/** Reads a sound over a view, pixel by pixel, from samples where a pixel holds few and from peaks where it holds many. */
export function traceColumns(
  stores: TraceStores,
  sound: TraceSound,
  view: TraceView,
  widthPixels: number,
): TraceColumns {
  const lows = new Float32Array(widthPixels).fill(Number.NaN);
  const highs = new Float32Array(widthPixels).fill(Number.NaN);
  const secondsPerPixel = view.spanSeconds / widthPixels;
  const perPixel = secondsPerPixel * (sound.pieces[0]?.samplesPerSecond ?? 48_000);
  const raw = perPixel < RAW_BELOW_SAMPLES_PER_PIXEL;
  const valueAt = raw ? sampleReader(stores, sound) : null;
  const rangeOf = raw ? null : peakReader(stores, sound, perPixel);
  let peak = 0;
  for (let x = 0; x < widthPixels; x++) {
    const seconds = secondsAtPixel(x, view, widthPixels);
    const piece = pieceAt(sound.pieces, seconds);
    const from = piece.startSample + seconds * piece.samplesPerSecond;
    if (from + perPixel <= 0 || from >= sound.lengthSamples) continue;
    const range = valueAt ? rawRange(valueAt, from, perPixel) : rangeOf!(from, from + perPixel);
    if (!range) continue;
    const [low, high] = sound.inverted ? [-range[1], -range[0]] : range;
    lows[x] = low;
    highs[x] = high;
    peak = Math.max(peak, -low, high);
  }
  return { lows, highs, peak, isLine: raw && perPixel < 1 };
}

type Range = readonly [low: number, high: number];

function rawRange(valueAt: (sample: number) => number | null, from: number, perPixel: number): Range | null {
  if (perPixel < 1) {
    const sample = Math.floor(from);
    const here = valueAt(sample);
    const next = valueAt(sample + 1) ?? here;
    if (here === null || next === null) return null;
    const value = here + (next - here) * (from - sample);
    return [value, value];
  }
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  // The border sample belongs to both neighbours, so that a steep slope has no gaps.
  for (let sample = Math.floor(from); sample <= Math.floor(from + perPixel); sample++) {
    const value = valueAt(sample);
    if (value === null) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high >= low ? [low, high] : null;
}

function sampleReader(stores: TraceStores, sound: TraceSound): (sample: number) => number | null {
  let held = -1;
  let block: Float32Array | null = null;
  return (sample) => {
    if (sample < 0 || sample >= sound.lengthSamples) return null;
    const index = Math.floor(sample / SAMPLES_PER_BLOCK);
    if (index !== held) {
      held = index;
      block = stores.samples.find(sound.sourceId, sound.channel, index);
    }
    return block ? (block[sample - index * SAMPLES_PER_BLOCK] ?? null) : null;
  };
}

function peakReader(
  stores: TraceStores,
  sound: TraceSound,
  perPixel: number,
): (from: number, to: number) => Range | null {
  const level = Math.min(peakLevelFor(perPixel, sound.lengthSamples), peakLevelCount(sound.lengthSamples) - 1);
  const tileSamples = samplesPerPeakAt(level) * peaksPerTile;
  let held = -1;
  let found: ReturnType<TraceStores['peaks']['find']> = null;
  return (from, to) => {
    const start = Math.max(0, from);
    const tile = Math.floor(start / tileSamples);
    if (tile !== held) {
      held = tile;
      found = stores.peaks.find(sound.sourceId, sound.channel, level, tile);
    }
    if (!found) return null;
    const perPeak = samplesPerPeakAt(found.level);
    const base = found.tile * peaksPerTile;
    const first = Math.floor(start / perPeak) - base;
    const last = Math.min(peaksPerTile - 1, Math.max(first, Math.ceil(to / perPeak) - 1 - base));
    let low = 32_767;
    let high = -32_768;
    for (let peak = first; peak <= last; peak++) {
      low = Math.min(low, found.peaks[peak * 2]!);
      high = Math.max(high, found.peaks[peak * 2 + 1]!);
    }
    return high >= low ? [low / 32_768, high / 32_768] : null;
  };
}

/**
 * The pixel at which both sounds are loud together, against each one's own loudest: where there is something to see.
 * Null while nothing is known of one of them.
 */
export function loudestTogether(a: TraceColumns, b: TraceColumns): number | null {
  if (a.peak === 0 || b.peak === 0) return null;
  let best = 0;
  let at: number | null = null;
  for (let x = 0; x < a.lows.length; x++) {
    const ofA = Math.max(-a.lows[x]!, a.highs[x]!) / a.peak;
    const ofB = Math.max(-(b.lows[x] ?? Number.NaN), b.highs[x] ?? Number.NaN) / b.peak;
    const both = Math.min(ofA, ofB);
    if (both > best) {
      best = both;
      at = x;
    }
  }
  return at;
}
