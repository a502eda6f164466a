import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { collectFiles } from './collect-files.ts';
import { hashFile } from './content-hash.ts';
import { cancelledError } from './media-error.ts';

/** A source whose file is not where the project says. */
export type OfflineSource = {
  readonly sourceId: number;
  readonly name: string;
  /** As the project has it. */
  readonly path: string;
  readonly contentHash: string;
  readonly sizeBytes: number;
};

export type FoundSource = { readonly sourceId: number; readonly path: string };

/** Of the given sources, those whose file is gone or has another size. `absolutePath` is where each should lie. */
export async function offlineSources<T extends { readonly absolutePath: string; readonly sizeBytes: number }>(
  sources: readonly T[],
): Promise<T[]> {
  const offline: T[] = [];
  for (const source of sources) {
    const status = await stat(source.absolutePath).catch(() => null);
    if (!status?.isFile() || status.size !== source.sizeBytes) offline.push(source);
  }
  return offline;
}

/**
 * Looks below a folder for the files of offline sources, by content: only files of the right size are read, those of
 * the same name first, and one found is not looked for again. Returns the sources found with their absolute paths.
 */
export async function findOfflineSources(
  folder: string,
  sources: readonly OfflineSource[],
  options: { readonly onProgress?: (fraction: number) => void; readonly signal?: AbortSignal } = {},
): Promise<FoundSource[]> {
  const { signal } = options;
  if (signal?.aborted) throw cancelledError(folder);
  const wanted = new Map<number, Map<string, OfflineSource[]>>();
  for (const source of sources) {
    const bySize = wanted.get(source.sizeBytes) ?? new Map<string, OfflineSource[]>();
    bySize.set(source.contentHash, [...(bySize.get(source.contentHash) ?? []), source]);
    wanted.set(source.sizeBytes, bySize);
  }
  const stems = new Set(sources.flatMap(({ path, name }) => [stemOf(path), name.toLowerCase()]));
  const files = (await collectFiles([folder], signal))
    .filter((file) => file.error === null && wanted.has(file.sizeBytes))
    .sort((a, b) => Number(stems.has(stemOf(b.path))) - Number(stems.has(stemOf(a.path))));
  const found: FoundSource[] = [];
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) || 1;
  let doneBytes = 0;
  for (const file of files) {
    if (signal?.aborted) throw cancelledError(folder);
    const bySize = wanted.get(file.sizeBytes);
    if (bySize && bySize.size > 0) {
      const before = doneBytes;
      const onBytes = (bytes: number) => options.onProgress?.((before + bytes) / totalBytes);
      const hashed = await hashFile(file.path, { signal, onBytes }).catch((error) => {
        if (signal?.aborted) throw error;
        // An unreadable file is not the one that is looked for.
        return null;
      });
      for (const { sourceId } of (hashed && bySize.get(hashed.sha256)) || []) found.push({ sourceId, path: file.path });
      if (hashed) bySize.delete(hashed.sha256);
    }
    doneBytes += file.sizeBytes;
  }
  options.onProgress?.(1);
  return found;
}

function stemOf(path: string): string {
  const name = basename(path);
  return name.slice(0, name.length - extname(name).length).toLowerCase();
}
