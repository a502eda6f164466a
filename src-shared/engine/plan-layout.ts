import type { FadeShape, PcmFormat } from './render-plan.ts';

/**
 * The byte layout of the render plan, version 1; `native/include/plan.h` is its mirror and
 * `tests/golden/render-plan-v1.bin` the file that both sides read. All numbers are little-endian; `i64` positions are
 * within ±2^53. Every record is a multiple of 8 bytes and follows the one before without a gap.
 *
 * | record | fields |
 * |---|---|
 * | header, 56 bytes | `u32` magic `TWPL`, `u32` version, `u64` bytes in all, `u32` sample rate, `u32` sources, `u32` tracks, `u32` stems, `i64` length, `u32` clips in all, `u32` gain points in all, `u64` zero |
 * | each source | `u64` data offset in bytes, `u64` frames, `u32` format, `u32` channels, string path |
 * | each stem | string name |
 * | each track | `u32` channels, `i32` stem, `f64` gain, `f64` pan, `u32` points, `u32` clips, string name, points, clips |
 * | gain point, 16 bytes | `i64` sample, `f64` gain |
 * | clip, 64 bytes | `u32` source, `u32` first channel, `i64` start, `i64` length, `i64` source in, `f64` gain, `i64` fade in, `i64` fade out, `u32` fade-in shape, `u32` fade-out shape |
 * | string | `u32` bytes of UTF-8, `u32` zero, the bytes, zeros up to a multiple of 8 |
 */
export const planMagic = 0x4c505754;
export const planVersion = 1;
export const planHeaderBytes = 56;
export const planPointBytes = 16;
export const planClipBytes = 64;

/** In the order of their numbers in the bytes. */
export const planFormats: readonly PcmFormat[] = ['u8', 's16', 's24', 's32', 'f32', 'f64'];
export const planFadeShapes: readonly FadeShape[] = ['linear', 'equal-power', 's-curve', 'slow', 'fast'];

/** What either side refuses to go beyond. A plan within these always renders in bounded memory. */
export const planLimits = {
  sources: 1_000_000,
  tracks: 4096,
  stems: 256,
  clips: 4_000_000,
  points: 16_000_000,
  channels: 1024,
  stringBytes: 32_768,
  sampleRateLow: 1,
  sampleRateHigh: 1_536_000,
  gain: 1_000_000,
} as const;
