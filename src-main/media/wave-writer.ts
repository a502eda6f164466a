import { type FileHandle, open } from 'node:fs/promises';
import type { PcmFormat } from '../../src-shared/engine/render-plan.ts';
import { type BextFields, makeBext } from './bext-chunk.ts';
import { type IxmlFields, makeIxml } from './ixml-chunk.ts';
import { floatsToPcm } from './pcm-samples.ts';
import { makeWaveFormat, sampleBytes } from './wave-format.ts';

/** What goes into the header of a WAV that is written: format, and metadata where wanted. */
export type WaveHeaderFields = {
  readonly format: PcmFormat;
  readonly channelCount: number;
  readonly sampleRate: number;
  /** Frames of sound that follow the header. */
  readonly frameCount: number;
  /** Left out: no bext chunk, a plain WAV. */
  readonly bext?: BextFields;
  readonly ixml?: Omit<IxmlFields, 'sampleRate' | 'bitsPerSample'> & Partial<Pick<IxmlFields, 'bitsPerSample'>>;
  /** An iXML document as text, written instead of `ixml`. */
  readonly ixmlText?: string;
  /** Written as they are, before the samples: cue points, titles. */
  readonly otherChunks?: readonly { readonly id: string; readonly bytes: Uint8Array }[];
};

const largestRiff = 0xffff_ffff;
const ds64Bytes = 28;

/**
 * The bytes of a BWF from its first one up to its first sample, for a length known beforehand: RIFF with room kept
 * for `ds64` in a `JUNK` chunk, or RF64 with `ds64` where the whole file passes 4 GB. After the samples one zero byte
 * belongs where their bytes are odd in number ({@link wavePaddingBytes}). The samples begin at a multiple of 16 bytes.
 */
export function makeWaveHeader(fields: WaveHeaderFields): Uint8Array {
  const dataBytes = fields.frameCount * fields.channelCount * sampleBytes[fields.format];
  if (!Number.isSafeInteger(dataBytes) || dataBytes < 0)
    throw new RangeError(`${fields.frameCount} frames cannot be written to one file`);
  const chunks: [string, Uint8Array][] = [['fmt ', makeWaveFormat(fields)]];
  if (fields.bext) chunks.push(['bext', makeBext(fields.bext)]);
  const ixml = fields.ixmlText ?? (fields.ixml && makeIxml(completeIxml(fields, fields.ixml)));
  if (ixml) chunks.push(['iXML', Buffer.from(ixml.toWellFormed(), 'utf8')]);
  for (const { id, bytes } of fields.otherChunks ?? []) chunks.push([id, bytes]);
  const fact = fields.format === 'f32' || fields.format === 'f64';
  if (fact) chunks.push(['fact', u32(Math.min(fields.frameCount, largestRiff))]);

  const before = 12 + 8 + ds64Bytes + chunks.reduce((sum, [, body]) => sum + 8 + even(body.length), 0);
  // Filler brings the first sample to a multiple of 16, so that it can be read as it lies.
  const filler = (16 - ((before + 8 + 8) % 16)) % 16;
  const headerBytes = before + 8 + filler + 8;
  const riffSize = headerBytes - 8 + even(dataBytes);
  const large = riffSize >= largestRiff || dataBytes >= largestRiff;

  const bytes = new Uint8Array(headerBytes);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const id = (text: string) => {
    bytes.set(Buffer.from(text, 'latin1'), at);
    at += 4;
  };
  const size = (value: number) => {
    view.setUint32(at, value, true);
    at += 4;
  };
  id(large ? 'RF64' : 'RIFF');
  size(large ? largestRiff : riffSize);
  id('WAVE');
  id(large ? 'ds64' : 'JUNK');
  size(ds64Bytes);
  if (large)
    [riffSize, dataBytes, fields.frameCount].forEach((value, index) => {
      view.setUint32(at + index * 8, value % 0x1_0000_0000, true);
      view.setUint32(at + index * 8 + 4, Math.floor(value / 0x1_0000_0000), true);
    });
  at += ds64Bytes;
  for (const [name, body] of chunks) {
    id(name);
    size(body.length);
    bytes.set(body, at);
    at += even(body.length);
  }
  id('JUNK');
  size(filler);
  at += filler;
  id('data');
  size(large ? largestRiff : dataBytes);
  return bytes;
}

/** 1 where the samples of such a file end on an odd byte, else 0. */
export function wavePaddingBytes(fields: Pick<WaveHeaderFields, 'format' | 'channelCount' | 'frameCount'>): 0 | 1 {
  return (fields.frameCount * fields.channelCount * sampleBytes[fields.format]) % 2 === 0 ? 0 : 1;
}

function completeIxml(fields: WaveHeaderFields, ixml: NonNullable<WaveHeaderFields['ixml']>): IxmlFields {
  return { bitsPerSample: sampleBytes[fields.format] * 8, ...ixml, sampleRate: fields.sampleRate };
}

function even(length: number): number {
  return length + (length & 1);
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/**
 * Writes a WAV whose length is not known beforehand: `append` floats, then `finish`. Until then the header promises no
 * sound, and what is on disk is sound up to the last append. `append` resolves when the bytes are with the system;
 * one call at a time.
 */
export class WaveWriter {
  readonly path: string;
  /** Everything written so far, in frames. */
  frameCount = 0;
  private readonly file: FileHandle;
  private readonly fields: Omit<WaveHeaderFields, 'frameCount'>;
  private readonly headerBytes: number;

  private constructor(path: string, file: FileHandle, fields: Omit<WaveHeaderFields, 'frameCount'>, bytes: number) {
    this.path = path;
    this.file = file;
    this.fields = fields;
    this.headerBytes = bytes;
  }

  /** Creates the file; it must not exist. */
  static async create(path: string, fields: Omit<WaveHeaderFields, 'frameCount'>): Promise<WaveWriter> {
    const header = makeWaveHeader({ ...fields, frameCount: 0 });
    const file = await open(path, 'wx');
    try {
      await writeAll(file, header, 0);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new WaveWriter(path, file, fields, header.length);
  }

  /** Adds interleaved floats, whole frames. */
  async append(floats: Float32Array): Promise<void> {
    const frames = floats.length / this.fields.channelCount;
    if (!Number.isInteger(frames)) throw new RangeError('only whole frames can be written');
    await this.appendBytes(floatsToPcm(floats, this.fields.format));
  }

  /** Adds samples that are already in the file's format, whole frames. */
  async appendBytes(bytes: Uint8Array): Promise<void> {
    const frameBytes = this.fields.channelCount * sampleBytes[this.fields.format];
    await writeAll(this.file, bytes, this.headerBytes + this.frameCount * frameBytes);
    this.frameCount += bytes.length / frameBytes;
  }

  /** Completes the header, makes everything durable and closes the file. Resolves with the frames written. */
  async finish(): Promise<number> {
    try {
      const fields = { ...this.fields, frameCount: this.frameCount };
      const frameBytes = fields.channelCount * sampleBytes[fields.format];
      if (wavePaddingBytes(fields))
        await writeAll(this.file, new Uint8Array(1), this.headerBytes + this.frameCount * frameBytes);
      await writeAll(this.file, makeWaveHeader(fields), 0);
      await this.file.sync();
    } finally {
      await this.file.close();
    }
    return this.frameCount;
  }

  /** Closes the file as it is, for a caller that gives up and removes it. Does nothing after `finish`. */
  async abandon(): Promise<void> {
    await this.file.close().catch(() => {});
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
