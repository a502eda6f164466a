import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

export type ByteRange = { readonly from: number; readonly to: number };

/**
 * Reads a `Range` header for a file of `sizeBytes` into first and last byte, inclusive. `whole` when there is none or it is of
 * a form that servers may ignore (another unit, several ranges); `unsatisfiable` when it lies past the end.
 * RFC 9110, section 14.
 */
export function parseByteRange(header: string | undefined, sizeBytes: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return 'whole';
  if (match[1] === '') {
    const suffix = Number(match[2]);
    if (suffix === 0 || sizeBytes === 0) return 'unsatisfiable';
    return { from: Math.max(0, sizeBytes - suffix), to: sizeBytes - 1 };
  }
  const from = Number(match[1]);
  const to = match[2] === '' ? sizeBytes - 1 : Math.min(Number(match[2]), sizeBytes - 1);
  if (match[2] !== '' && Number(match[2]) < from) return 'whole';
  return from >= sizeBytes ? 'unsatisfiable' : { from, to };
}

/** Sends a file, or the range of it that is asked for. Throws what opening the file throws. */
export async function sendFile(
  path: string,
  contentType: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = await open(path, 'r');
  try {
    const sizeBytes = (await file.stat()).size;
    const range = parseByteRange(request.headers.range, sizeBytes);
    if (range === 'unsatisfiable') {
      response.writeHead(416, { 'content-range': `bytes */${sizeBytes}` }).end();
      return;
    }
    const { from, to } = range === 'whole' ? { from: 0, to: sizeBytes - 1 } : range;
    response.writeHead(range === 'whole' ? 200 : 206, {
      'content-type': contentType,
      'content-length': to - from + 1,
      'accept-ranges': 'bytes',
      ...(range === 'whole' ? {} : { 'content-range': `bytes ${from}-${to}/${sizeBytes}` }),
    });
    if (request.method === 'HEAD' || to < from) response.end();
    else await pipeline(file.createReadStream({ start: from, end: to, autoClose: false }), response);
  } catch (error) {
    // The page seeks by dropping the answer it no longer wants.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  } finally {
    await file.close();
  }
}
