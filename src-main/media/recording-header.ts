import { makeWaveHeader, type WaveHeaderFields } from './wave-writer.ts';

/** Where the sizes stand in a header. The form and its own size stand at bytes 0 and 4. */
export type WaveHeaderLayout = {
  /** Of the 8 + 28 bytes of the JUNK chunk that becomes ds64 past 4 GB: always 12. */
  readonly ds64At: number;
  /** Of the number of frames in the fact chunk; null: there is none. */
  readonly factAt: number | null;
  /** Of the data chunk's size: the last four bytes of the header. */
  readonly dataSizeAt: number;
};

/**
 * The header of a file that is recorded into by the engine, for no frame yet, and where the engine finds the sizes
 * that it keeps up to date. With `format: 'f32'` it has the extensible fmt chunk and a fact chunk.
 */
export function makeRecordingHeader(fields: Omit<WaveHeaderFields, 'frameCount'>): {
  readonly bytes: Uint8Array;
  readonly layout: WaveHeaderLayout;
} {
  const bytes = makeWaveHeader({ ...fields, frameCount: 0 });
  const found = parseRecordingHeader(bytes);
  if (!found) throw new Error('a header of our own could not be read');
  return { bytes, layout: found.layout };
}

export type RecordingHeader = {
  readonly layout: WaveHeaderLayout;
  /** The header's bytes up to the first sample. */
  readonly headerBytes: number;
  /** The fmt chunk's place and length. */
  readonly formatAt: number;
  readonly formatBytes: number;
  /** The data chunk's size as written, from ds64 in an RF64 file. */
  readonly dataBytes: number;
};

/**
 * Reads the header of a file that this product recorded, from its first bytes on; null for anything else: another
 * order of chunks than ours (room for ds64 first, the sound last), or an end before the first sample.
 */
export function parseRecordingHeader(bytes: Uint8Array): RecordingHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const idAt = (at: number) => Buffer.from(bytes.buffer, bytes.byteOffset + at, 4).toString('latin1');
  if (bytes.length < 56 || idAt(8) !== 'WAVE') return null;
  const form = idAt(0);
  const room = idAt(12);
  if (!(form === 'RIFF' && room === 'JUNK') && !(form === 'RF64' && room === 'ds64')) return null;
  if (view.getUint32(16, true) !== 28) return null;
  let formatAt = 0;
  let formatBytes = 0;
  let factAt: number | null = null;
  for (let at = 48; at + 8 <= bytes.length; ) {
    const id = idAt(at);
    const size = view.getUint32(at + 4, true);
    if (id === 'data') {
      if (formatAt === 0) return null;
      const dataBytes = form === 'RF64' ? view.getUint32(32, true) * 0x1_0000_0000 + view.getUint32(28, true) : size;
      const layout = { ds64At: 12, factAt, dataSizeAt: at + 4 };
      return { layout, headerBytes: at + 8, formatAt, formatBytes, dataBytes };
    }
    if (id === 'fmt ') [formatAt, formatBytes] = [at + 8, size];
    if (id === 'fact' && size >= 4) factAt = at + 8;
    at += 8 + size + (size & 1);
  }
  return null;
}
