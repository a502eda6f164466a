import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { cancelledError, fileSystemError } from './media-error.ts';

const pieceBytes = 1 << 20;

export type HashedFile = { readonly sha256: string; readonly sizeBytes: number };

/**
 * Reads a file once and gives its SHA-256 (hex) and size; copies it on the way where `copyTo` names a new file, which
 * is then durable. Of a file that grows meanwhile the size that comes back is more than it had. `onBytes` hears how many bytes are done. On failure the copy is left for the caller to remove.
 */
export async function hashFile(
  path: string,
  options: {
    readonly copyTo?: string;
    readonly onBytes?: (bytes: number) => void;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<HashedFile> {
  let from: FileHandle | undefined;
  let to: FileHandle | undefined;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    from = await open(path, 'r');
    if (options.copyTo !== undefined) to = await open(options.copyTo, 'wx');
    const buffer = Buffer.allocUnsafe(pieceBytes);
    const { size } = await from.stat();
    // A file that grows as fast as it is read has no end; one piece more than it had shows that it does.
    while (sizeBytes <= size) {
      if (options.signal?.aborted) throw cancelledError(path);
      const { bytesRead } = await from.read(buffer, 0, pieceBytes, sizeBytes);
      if (bytesRead === 0) break;
      const piece = buffer.subarray(0, bytesRead);
      // The write is under way while this thread computes.
      const written = to ? writeAt(to, piece, sizeBytes) : undefined;
      try {
        hash.update(piece);
      } finally {
        await written;
      }
      sizeBytes += bytesRead;
      options.onBytes?.(sizeBytes);
    }
    await to?.sync();
  } catch (error) {
    throw fileSystemError(path, error);
  } finally {
    await from?.close();
    await to?.close();
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
