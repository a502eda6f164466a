import { type FileHandle, open } from 'node:fs/promises';
import { fileSystemError, mediaError, shownName } from './media-error.ts';
import { parseRecordingHeader, type RecordingHeader } from './recording-header.ts';
import { readBytes } from './wave-chunks.ts';
import { parseWaveFormat, type WaveFormat } from './wave-format.ts';

export type RepairedRecording = {
  readonly path: string;
  /** Whole frames that are in the file now. */
  readonly frames: number;
  /** Frames that its header promised before: fewer by what was recorded since it was last brought up to date. */
  readonly promisedFrames: number;
  readonly sampleRate: number;
  readonly channelCount: number;
  /** False where nothing had to be done. */
  readonly changed: boolean;
};

const maxHeaderBytes = 16 << 20;
const largestRiff = 0xffff_ffff;

/**
 * Makes a recording whose writer was killed whole again: the sizes in its header are rebuilt from the bytes that are on
 * the disk (RIFF becomes RF64 where they pass 4 GB), a part of a frame at the end is cut off, the padding byte is put
 * there. Resolves when that is durable. Doing it again changes nothing, nor does it for a recording that was completed.
 * Refuses what this product did not record (`media-not-a-recording`), so that no other file is ever cut.
 * @param options.largestRiffBytes from this size on the file is RF64; for tests.
 */
export async function repairRecording(
  path: string,
  options: { readonly largestRiffBytes?: number } = {},
): Promise<RepairedRecording> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r+');
    return await repair(file, path, options.largestRiffBytes ?? largestRiff);
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw mediaError(
        'media-write-failed',
        `“${shownName(path)}” could not be repaired: it may not be written. Its sound is untouched.`,
        'Change the permissions of the file and its folder, then open the project again.',
        { cause: error },
      );
    throw fileSystemError(path, error);
  } finally {
    await file?.close();
  }
}

async function repair(file: FileHandle, path: string, largestRiffBytes: number): Promise<RepairedRecording> {
  const { size, blocks } = await file.stat();
  const bytes = await readHeader(file, size);
  const header = bytes && parseRecordingHeader(bytes);
  const format = header && parseWaveFormat(bytes.subarray(header.formatAt, header.formatAt + header.formatBytes));
  if (!bytes || !header || !isOurs(format)) throw notOurs(path, size);

  const promisedFrames = Math.floor(header.dataBytes / format.blockAlign);
  const facts = { path, promisedFrames, sampleRate: format.sampleRate, channelCount: format.channelCount };
  const declaredEnd = header.headerBytes + header.dataBytes + (header.dataBytes & 1);
  if (header.dataBytes > 0 && declaredEnd < size && (await chunksReachTheEnd(file, declaredEnd, size)))
    return { ...facts, frames: promisedFrames, changed: false };

  const frames = Math.floor((size - header.headerBytes) / format.blockAlign);
  const dataBytes = frames * format.blockAlign;
  const end = header.headerBytes + dataBytes + (dataBytes % 2);
  const wanted = withSizes(bytes.subarray(0, header.headerBytes), header, dataBytes, frames, largestRiffBytes);
  const sameHeader = Buffer.compare(wanted, bytes.subarray(0, header.headerBytes)) === 0;
  // The recorder keeps room beyond the end, which a killed one did not give back.
  const keepsRoom = blocks * 512 > size + (1 << 16);
  if (sameHeader && size === end && !keepsRoom) return { ...facts, frames, changed: false };

  // The end before the header: whatever comes between, the next repair finds the same frames.
  await file.truncate(header.headerBytes + dataBytes);
  if (dataBytes % 2 === 1) await file.write(Buffer.alloc(1), 0, 1, header.headerBytes + dataBytes);
  for (let done = 0; done < wanted.length; )
    done += (await file.write(wanted, done, wanted.length - done, done)).bytesWritten;
  await file.sync();
  return { ...facts, frames, changed: !sameHeader || size !== end };
}

/** The first bytes up to the sound at least; null where no header ends within reason. */
async function readHeader(file: FileHandle, size: number): Promise<Buffer | null> {
  for (let length = 64 << 10; ; length *= 8) {
    const bytes = await readBytes(file, 0, Math.min(length, size, maxHeaderBytes));
    if (parseRecordingHeader(bytes)) return bytes;
    if (length >= size || length >= maxHeaderBytes) return null;
  }
}

function isOurs(format: WaveFormat | null): format is WaveFormat {
  if (!format || format.channelCount === 0 || format.sampleRate === 0) return false;
  const sampleBytes = { s16: 2, s24: 3, f32: 4 }[format.format as 's16' | 's24' | 'f32'];
  return sampleBytes !== undefined && format.blockAlign === sampleBytes * format.channelCount;
}

/** Whether chunks stand one after the other from here exactly to the end: then the sound ended where its size says. */
async function chunksReachTheEnd(file: FileHandle, from: number, size: number): Promise<boolean> {
  let at = from;
  for (let count = 0; at < size && count < 1000; count++) {
    const head = await readBytes(file, at, 8);
    if (head.length < 8 || !/^[\x20-\x7e]{4}$/.test(head.toString('latin1', 0, 4))) return false;
    const length = head.readUInt32LE(4);
    at += 8 + length + (length & 1);
  }
  return at === size;
}

function withSizes(
  bytes: Uint8Array,
  header: RecordingHeader,
  dataBytes: number,
  frames: number,
  largestRiffBytes: number,
): Buffer {
  const made = Buffer.from(bytes);
  const riffBytes = header.headerBytes - 8 + dataBytes + (dataBytes % 2);
  const large = riffBytes >= largestRiffBytes || dataBytes >= largestRiffBytes;
  made.write(large ? 'RF64' : 'RIFF', 0, 'latin1');
  made.writeUInt32LE(large ? largestRiff : riffBytes, 4);
  const { ds64At, factAt, dataSizeAt } = header.layout;
  made.write(large ? 'ds64' : 'JUNK', ds64At, 'latin1');
  made.fill(0, ds64At + 8, ds64At + 36);
  if (large)
    [riffBytes, dataBytes, frames].forEach((value, index) => {
      made.writeBigUInt64LE(BigInt(value), ds64At + 8 + index * 8);
    });
  if (factAt !== null) made.writeUInt32LE(Math.min(frames, largestRiff), factAt);
  made.writeUInt32LE(large ? largestRiff : dataBytes, dataSizeAt);
  return made;
}

function notOurs(path: string, size: number) {
  if (size === 0)
    return mediaError(
      'media-empty',
      `“${shownName(path)}” is empty: the recording ended before its first byte was written.`,
      'Nothing can be kept of it; record it again.',
    );
  return mediaError(
    'media-not-a-recording',
    `“${shownName(path)}” was not recorded by Twopop, or its header is damaged; it was left as it is.`,
    'Import it as a file to see what is in it.',
  );
}
