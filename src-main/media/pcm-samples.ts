import type { PcmFormat } from '../../src-shared/engine/render-plan.ts';
import { sampleBytes } from './wave-format.ts';

/**
 * Little-endian PCM to floats of full scale ±1 and back. Every platform that Node is released for and this product
 * supports is little-endian; typed arrays are used as they lie.
 */

/** Converts whole samples (a part of one at the end is left out) into a new array. */
export function pcmToFloats(bytes: Uint8Array, format: PcmFormat): Float32Array {
  const count = Math.floor(bytes.length / sampleBytes[format]);
  const floats = new Float32Array(count);
  switch (format) {
    case 'u8':
      for (let index = 0; index < count; index++) floats[index] = (bytes[index]! - 128) / 128;
      break;
    case 's16': {
      const samples = new Int16Array(aligned(bytes, count * 2));
      for (let index = 0; index < count; index++) floats[index] = samples[index]! / 32_768;
      break;
    }
    case 's24':
      for (let index = 0, at = 0; index < count; index++, at += 3)
        floats[index] = ((bytes[at]! << 8) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 24)) / 2_147_483_648;
      break;
    case 's32': {
      const samples = new Int32Array(aligned(bytes, count * 4));
      for (let index = 0; index < count; index++) floats[index] = samples[index]! / 2_147_483_648;
      break;
    }
    case 'f32':
      new Uint8Array(floats.buffer).set(bytes.subarray(0, count * 4));
      break;
    case 'f64':
      floats.set(new Float64Array(aligned(bytes, count * 8)));
      break;
  }
  return floats;
}

function aligned(bytes: Uint8Array, length: number): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + length) as ArrayBuffer;
}

/** Rounds floats to integers of the format, held to full scale; not a number becomes 0. Float formats keep what comes. */
export function floatsToPcm(floats: Float32Array, format: PcmFormat): Uint8Array {
  const count = floats.length;
  const bytes = new Uint8Array(count * sampleBytes[format]);
  switch (format) {
    case 'u8':
      for (let index = 0; index < count; index++) bytes[index] = whole(floats[index]! * 128, 127) + 128;
      break;
    case 's16': {
      const samples = new Int16Array(bytes.buffer);
      for (let index = 0; index < count; index++) samples[index] = whole(floats[index]! * 32_768, 32_767);
      break;
    }
    case 's24':
      for (let index = 0, at = 0; index < count; index++, at += 3) {
        const value = whole(floats[index]! * 8_388_608, 8_388_607);
        bytes[at] = value;
        bytes[at + 1] = value >> 8;
        bytes[at + 2] = value >> 16;
      }
      break;
    case 's32': {
      const samples = new Int32Array(bytes.buffer);
      for (let index = 0; index < count; index++) samples[index] = whole(floats[index]! * 2_147_483_648, 2_147_483_647);
      break;
    }
    case 'f32':
      new Float32Array(bytes.buffer).set(floats);
      break;
    case 'f64':
      new Float64Array(bytes.buffer).set(floats);
      break;
  }
  return bytes;
}

function whole(value: number, highest: number): number {
  const rounded = Math.round(value);
  if (rounded > highest) return highest;
  if (rounded < -highest - 1) return -highest - 1;
  return rounded || 0;
}

/** Reduces interleaved frames to one channel: their mean, or channel number `channels`; `all` gives them back as they are. */
export function reduceChannels(
  floats: Float32Array,
  channelCount: number,
  channels: 'all' | 'mono' | number,
): Float32Array {
  if (channels === 'all' || channelCount === 1) return floats;
  const frames = Math.floor(floats.length / channelCount);
  const out = new Float32Array(frames);
  for (let frame = 0, at = 0; frame < frames; frame++, at += channelCount) {
    if (channels === 'mono') {
      let sum = 0;
      for (let channel = 0; channel < channelCount; channel++) sum += floats[at + channel]!;
      out[frame] = sum / channelCount;
    } else out[frame] = floats[at + channels]!;
  }
  return out;
}
