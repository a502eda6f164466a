/**
 * The peak file, version 1: a pyramid of the lowest and highest sample of every 256 (level 0), 1024 (level 1), x4 a
 * level, up to the level that is one peak. Built by `native/src/disk/peak-builder.cc`, fetched by byte ranges.
 *
 * Little-endian. Header of 64 bytes: `u32` magic `TWPK`, `u32` version, `u32` channels, `u32` samples a peak at
 * level 0 (256), `u32` factor from level to level (4), `u32` levels, `u64` frames of the source, zeros. Then level 0,
 * level 1 and so on without gaps; in a level channel after channel; in a channel its peaks, each an `i16` low and an
 * `i16` high. Level 0 has `ceil(frames / 256)` peaks a channel, each other level a quarter of the one below, rounded
 * up; the last peak of a level may cover less. A value is `floor(sample * 32768)`, held at -32768 and 32767.
 */
export const peakMagic = 0x4b505754;
export const peakVersion = 1;
export const peakHeaderBytes = 64;
export const samplesPerPeak = 256;
export const peakLevelFactor = 4;
export const bytesPerPeak = 4;
/** Peaks that are fetched at a time. */
export const peaksPerTile = 1024;

export type PeakLayout = { readonly channelCount: number; readonly frameCount: number };

/** Samples under one peak of a level. */
export function samplesPerPeakAt(level: number): number {
  return samplesPerPeak * peakLevelFactor ** level;
}

/** Peaks of each channel at a level. */
export function peakCountAt(frameCount: number, level: number): number {
  return Math.ceil(frameCount / samplesPerPeakAt(level));
}

/** Levels of the file: the last is one peak (or none, of an empty source). */
export function peakLevelCount(frameCount: number): number {
  let level = 0;
  while (peakCountAt(frameCount, level) > 1) level++;
  return level + 1;
}

/** Size of the whole file in bytes. */
export function peakFileBytes(layout: PeakLayout): number {
  return levelOffset(layout, peakLevelCount(layout.frameCount));
}

/**
 * The bytes of peaks `firstPeak`.. of a channel at a level: `length` is 0 where there are none, and less than asked for
 * at the end. Throws a RangeError for a level or channel that the file does not have.
 */
export function peakByteRange(
  layout: PeakLayout,
  level: number,
  channel: number,
  firstPeak: number,
  peakCount: number,
): { readonly offset: number; readonly length: number } {
  if (!Number.isInteger(level) || level < 0 || level >= peakLevelCount(layout.frameCount)) {
    throw new RangeError(`the peak file has no level ${level}`);
  }
  if (!Number.isInteger(channel) || channel < 0 || channel >= layout.channelCount) {
    throw new RangeError(`the peak file has no channel ${channel}`);
  }
  if (!Number.isSafeInteger(firstPeak) || firstPeak < 0 || !Number.isSafeInteger(peakCount) || peakCount < 0) {
    throw new RangeError('a span of peaks is counted from 0 in whole peaks');
  }
  const held = peakCountAt(layout.frameCount, level);
  const from = Math.min(firstPeak, held);
  const count = Math.min(peakCount, held - from);
  return { offset: levelOffset(layout, level) + (channel * held + from) * bytesPerPeak, length: count * bytesPerPeak };
}

/** The bytes of a tile: `peaksPerTile` peaks, fewer in a channel's last. */
export function peakTileRange(layout: PeakLayout, level: number, channel: number, tile: number) {
  return peakByteRange(layout, level, channel, tile * peaksPerTile, peaksPerTile);
}

/** Reads the header. Throws a RangeError where the bytes are not the start of a peak file of this version. */
export function parsePeakHeader(bytes: Uint8Array): PeakLayout & { readonly levelCount: number } {
  if (bytes.byteLength < peakHeaderBytes)
    throw new RangeError('these bytes are shorter than the header of a peak file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u32 = (at: number) => view.getUint32(at, true);
  if (u32(0) !== peakMagic) throw new RangeError('these bytes are not a peak file');
  if (u32(4) !== peakVersion || u32(12) !== samplesPerPeak || u32(16) !== peakLevelFactor) {
    throw new RangeError('the peak file is of another version');
  }
  const frameCount = u32(28) * 0x1_0000_0000 + u32(24);
  const [channelCount, levelCount] = [u32(8), u32(20)];
  if (channelCount < 1 || !Number.isSafeInteger(frameCount) || levelCount !== peakLevelCount(frameCount)) {
    throw new RangeError('the header of the peak file contradicts itself');
  }
  return { channelCount, frameCount, levelCount };
}

function levelOffset(layout: PeakLayout, level: number): number {
  let peaks = 0;
  for (let below = 0; below < level; below++) peaks += peakCountAt(layout.frameCount, below);
  return peakHeaderBytes + peaks * layout.channelCount * bytesPerPeak;
}
