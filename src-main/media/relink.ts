import { basename, extname } from 'node:path';
import { collectFiles } from './collect-files.ts';
import { hashFile } from './content-hash.ts';
import { cancelledError } from './media-error.ts';

/** A source or picture whose file is not where the project says. */
export type OfflineSource = {
  /** The caller's own; {@link FoundSource} has the same. */
  readonly key: string;
  readonly name: string;
  /** As the project has it. */
  readonly path: string;
  readonly contentHash: string;
  /** Null where the project does not know: then files of the same kind are looked into, by extension. */
  readonly sizeBytes: number | null;
};

export type FoundSource = { readonly key: string; readonly path: string };

/**
 * Looks below a folder for the files of offline sources, by content: only files of the right size are read (of the
 * right kind, where the size is not known), those of the same name first, and one found is not looked for again. Returns the sources found with their absolute paths.
 */
export async function findOfflineSources(
  folder: string,
  sources: readonly OfflineSource[],
  options: { readonly onProgress?: (fraction: number) => void; readonly signal?: AbortSignal } = {},
): Promise<FoundSource[]> {
  const { signal } = options;
  if (signal?.aborted) throw cancelledError(folder);
  const wanted = new Map<string, Map<string, OfflineSource[]>>();
  for (const source of sources) {
    const kind = source.sizeBytes === null ? extensionOf(source.path) : `${source.sizeBytes}`;
    const ofKind = wanted.get(kind) ?? new Map<string, OfflineSource[]>();
    ofKind.set(source.contentHash, [...(ofKind.get(source.contentHash) ?? []), source]);
    wanted.set(kind, ofKind);
  }
  const wantedBy = (file: { readonly path: string; readonly sizeBytes: number }) =>
    [wanted.get(`${file.sizeBytes}`), wanted.get(extensionOf(file.path))].filter((one) => one && one.size > 0);
  const stems = new Set(sources.flatMap(({ path, name }) => [stemOf(path), name.toLowerCase()]));
  const files = (await collectFiles([folder], signal))
    .filter((file) => file.error === null && wantedBy(file).length > 0)
    .sort((a, b) => Number(stems.has(stemOf(b.path))) - Number(stems.has(stemOf(a.path))));
  const found: FoundSource[] = [];
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) || 1;
  let doneBytes = 0;
  for (const file of files) {
    if (signal?.aborted) throw cancelledError(folder);
    const wantedHere = wantedBy(file);
    if (wantedHere.length > 0) {
      const before = doneBytes;
      const onBytes = (bytes: number) => options.onProgress?.((before + bytes) / totalBytes);
      const hashed = await hashFile(file.path, { signal, onBytes }).catch((error) => {
        if (signal?.aborted) throw error;
        // An unreadable file is not the one that is looked for.
        return null;
      });
      for (const byHash of hashed ? wantedHere : []) {
        for (const { key } of byHash?.get(hashed!.sha256) ?? []) found.push({ key, path: file.path });
        byHash?.delete(hashed!.sha256);
      }
    }
    doneBytes += file.sizeBytes;
  }
  options.onProgress?.(1);
  return found;
}

/** With its dot, so that it is never taken for a size. */
function extensionOf(path: string): string {
  return extname(path).toLowerCase() || '.';
}

function stemOf(path: string): string {
  const name = basename(path);
  return name.slice(0, name.length - extname(name).length).toLowerCase();
}
