import type { FileHandle } from 'node:fs/promises';
import { readBytes } from './wave-chunks.ts';

/** A box (atom) of an MP4 or QuickTime file: its type and the bytes inside it, without its header. */
export type Mp4Box = { readonly type: string; readonly body: Buffer };

const largestMovieHeader = 256 << 20;
const maxTopLevelBoxes = 200_000;
const maxChildren = 100_000;

/**
 * Finds the `moov` box among the top-level boxes and reads it whole; null when there is none (or it is larger than
 * 256 MB, which no camera's is). Skips everything else by its size.
 */
export async function readMovieBox(file: FileHandle, fileSize: number): Promise<Mp4Box | null> {
  let at = 0;
  for (let count = 0; at + 8 <= fileSize && count < maxTopLevelBoxes; count++) {
    const header = await readBytes(file, at, 16);
    if (header.length < 8) return null;
    const type = header.toString('latin1', 4, 8);
    const small = header.readUInt32BE(0);
    const large = small === 1 && header.length === 16;
    const size = small === 0 ? fileSize - at : large ? Number(header.readBigUInt64BE(8)) : small;
    const headerBytes = large ? 16 : 8;
    if (size < headerBytes || !Number.isSafeInteger(size)) return null;
    if (type === 'moov') {
      const length = Math.min(size, fileSize - at) - headerBytes;
      if (length > largestMovieHeader) return null;
      return { type, body: await readBytes(file, at + headerBytes, length) };
    }
    at += size;
  }
  return null;
}

/** The boxes inside a box. Stops where a size makes no sense; a box that runs over its parent's end is cut there. */
export function childBoxes(body: Buffer, from = 0): Mp4Box[] {
  const boxes: Mp4Box[] = [];
  let at = from;
  while (at + 8 <= body.length && boxes.length < maxChildren) {
    const small = body.readUInt32BE(at);
    const large = small === 1 && at + 16 <= body.length;
    const size = small === 0 ? body.length - at : large ? Number(body.readBigUInt64BE(at + 8)) : small;
    const headerBytes = large ? 16 : 8;
    if (size < headerBytes) break;
    const end = Math.min(body.length, at + size);
    boxes.push({ type: body.toString('latin1', at + 4, at + 8), body: body.subarray(at + headerBytes, end) });
    at = end;
  }
  return boxes;
}

/** Follows a path of types (`mdia/minf/stbl`) through first children; null where one is missing. */
export function boxAt(box: Mp4Box, path: string): Mp4Box | null {
  let current: Mp4Box | undefined = box;
  for (const type of path.split('/')) {
    current = childBoxes(current.body).find((child) => child.type === type);
    if (!current) return null;
  }
  return current;
}

/**
 * The table after a full box's header and count: rows of `width` 32-bit numbers, flat, as many as are really there.
 */
export function tableOf(box: Mp4Box | null, width: number): Uint32Array {
  if (!box || box.body.length < 8) return new Uint32Array(0);
  const count = Math.min(box.body.readUInt32BE(4), Math.floor((box.body.length - 8) / (width * 4))) * width;
  const table = new Uint32Array(count);
  for (let index = 0; index < count; index++) table[index] = box.body.readUInt32BE(8 + index * 4);
  return table;
}
