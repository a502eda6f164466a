import { peakLevelCount, samplesPerPeakAt } from '../../../src-shared/engine/peak-file.ts';

/** Which tiles of the peak pyramid a zoom needs. */

/** 262,144 samples a peak: 24 hours at 48 kHz are 15,820 of them. */
export const MAX_PEAK_LEVEL = 5;
/** Below this many samples a device pixel the sound itself is drawn: a peak of level 0 would be wider than two pixels. */
export const RAW_BELOW_SAMPLES_PER_PIXEL = 112;

/**
 * The coarsest level of which a pixel still holds at least one peak (level 0 further in): one to four peaks a pixel. A
 * short source ends at the level that is one peak.
 */
export function peakLevelFor(samplesPerDevicePixel: number, sourceLengthSamples: number): number {
  const last = Math.min(MAX_PEAK_LEVEL, peakLevelCount(sourceLengthSamples) - 1);
  let level = 0;
  while (level < last && samplesPerPeakAt(level + 1) <= samplesPerDevicePixel) level++;
  return level;
}

/** One number that names a tile, exact up to 2^21 sources of 1,024 channels. */
export function tileKey(sourceId: number, channel: number, level: number, tile: number): number {
  return ((sourceId * 1024 + channel) * 8 + level) * 2 ** 18 + tile;
}
