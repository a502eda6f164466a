import type { PcmFormat } from '../../src-shared/engine/render-plan.ts';

/** The `fmt ` chunk. `format` is null for codings that are not plain PCM (ADPCM, A-law, MPEG in WAV). */
export type WaveFormat = {
  /** As written; for the extensible form that of the sub-format. */
  readonly tag: number;
  readonly extensible: boolean;
  readonly channelCount: number;
  readonly sampleRate: number;
  /** Bytes of a frame: one sample of every channel. */
  readonly blockAlign: number;
  /** Bits that are used of each sample. */
  readonly bitsPerSample: number;
  readonly channelMask: number | null;
  readonly format: PcmFormat | null;
};

const formatPcm = 1;
const formatFloat = 3;
const formatExtensible = 0xfffe;

/** Bytes of one sample in each format. */
export const sampleBytes: Readonly<Record<PcmFormat, number>> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 };

/** Reads a fmt chunk; null when it is too short. Values are as written: rates and counts of 0 are the caller's to refuse. */
export function parseWaveFormat(bytes: Uint8Array): WaveFormat | null {
  if (bytes.length < 14) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let tag = view.getUint16(0, true);
  const channelCount = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const writtenAlign = view.getUint16(12, true);
  const containerBits =
    bytes.length >= 16 ? view.getUint16(14, true) : channelCount > 0 ? (writtenAlign * 8) / channelCount : 0;
  let bitsPerSample = containerBits;
  let channelMask: number | null = null;
  const extensible = tag === formatExtensible && bytes.length >= 40;
  if (extensible) {
    const validBits = view.getUint16(18, true);
    if (validBits > 0 && validBits <= containerBits) bitsPerSample = validBits;
    channelMask = view.getUint32(20, true);
    tag = view.getUint16(24, true);
  }
  const bytesASample = Math.ceil(containerBits / 8);
  // 24 bits in 32-bit slots are told from packed ones by the frame size alone.
  const slotBytes =
    channelCount > 0 && writtenAlign % channelCount === 0 && writtenAlign / channelCount > bytesASample
      ? writtenAlign / channelCount
      : bytesASample;
  return {
    tag,
    extensible,
    channelCount,
    sampleRate,
    blockAlign: tag === formatPcm || tag === formatFloat ? slotBytes * channelCount : writtenAlign,
    bitsPerSample,
    channelMask,
    format: pcmFormatOf(tag, slotBytes),
  };
}

function pcmFormatOf(tag: number, slotBytes: number): PcmFormat | null {
  if (tag === formatPcm) return (['u8', 's16', 's24', 's32'] as const)[slotBytes - 1] ?? null;
  if (tag === formatFloat) return slotBytes === 4 ? 'f32' : slotBytes === 8 ? 'f64' : null;
  return null;
}

/**
 * Lays out a fmt chunk without its header: 16 bytes for mono and stereo 8 and 16 bit and 24 bit PCM, the extensible
 * form for more channels and for float.
 */
export function makeWaveFormat(fields: {
  readonly format: PcmFormat;
  readonly channelCount: number;
  readonly sampleRate: number;
}): Uint8Array {
  const { format, channelCount, sampleRate } = fields;
  const slotBytes = sampleBytes[format];
  const float = format === 'f32' || format === 'f64';
  const extensible = channelCount > 2 || float || format === 's32';
  const bytes = new Uint8Array(extensible ? 40 : 16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, extensible ? formatExtensible : formatPcm, true);
  view.setUint16(2, channelCount, true);
  view.setUint32(4, sampleRate, true);
  view.setUint32(8, Math.min(0xffff_ffff, sampleRate * channelCount * slotBytes), true);
  view.setUint16(12, channelCount * slotBytes, true);
  view.setUint16(14, slotBytes * 8, true);
  if (extensible) {
    view.setUint16(16, 22, true);
    view.setUint16(18, slotBytes * 8, true);
    // Mono and stereo have their speakers; a poly file's channels are microphones, which have none.
    view.setUint32(20, channelCount === 1 ? 0x4 : channelCount === 2 ? 0x3 : 0, true);
    bytes.set([float ? formatFloat : formatPcm, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71], 24);
  }
  return bytes;
}
