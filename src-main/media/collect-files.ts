import { opendir, realpath, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { TwopopError } from '../../src-shared/rpc/error.ts';
import { fileSystemError, mediaError } from './media-error.ts';

/** A file to import, or a path that cannot be one and why. */
export type CollectedFile = {
  readonly path: string;
  readonly sizeBytes: number;
  readonly error: TwopopError | null;
};

const mediaExtensions = new Set(
  (
    '.wav .wave .bwf .rf64 .bw64 .w64 .aif .aiff .aifc .flac .mp3 .aac .m4a .m4b .caf .ogg .oga .opus .wma .ac3 .eac3 ' +
    '.mov .mp4 .m4v .qt .3gp .mxf .mkv .webm .avi .mts .m2ts .ts .mpg .mpeg .dv .wmv .flv'
  ).split(' '),
);

const maxFiles = 100_000;
const maxDepth = 64;

/**
 * Lists the files to import: named files as they are; of folders, whatever below them has the name of a media file
 * (hidden files and the cards' own databases are passed over). Symbolic links are followed, each real folder and file
 * is taken once, so links that lead back end there. In the order given, folders sorted by name. Never throws for a
 * path: what cannot be read is listed with its error.
 */
export async function collectFiles(paths: readonly string[], signal?: AbortSignal): Promise<CollectedFile[]> {
  const found: CollectedFile[] = [];
  const seen = new Set<string>();
  for (const path of paths) await collect(resolve(path), true, 0, found, seen, signal);
  return found;
}

async function collect(
  path: string,
  named: boolean,
  depth: number,
  found: CollectedFile[],
  seen: Set<string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const refuse = (error: TwopopError) => void found.push({ path, sizeBytes: 0, error });
  if (found.length >= maxFiles) {
    if (found.length === maxFiles)
      refuse(
        mediaError(
          'media-too-many-files',
          `More than ${maxFiles} files were found; those after the first ${maxFiles} were left out.`,
          'Import the folders one after the other.',
        ),
      );
    return;
  }
  try {
    const real = await realpath(path);
    if (seen.has(real)) return;
    seen.add(real);
    const status = await stat(real);
    if (!status.isDirectory()) {
      if (named || status.isFile()) found.push({ path, sizeBytes: status.size, error: null });
      return;
    }
    if (depth >= maxDepth) return;
    const names: string[] = [];
    for await (const entry of await opendir(path)) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory() || entry.isSymbolicLink() || isMediaName(entry.name)) names.push(entry.name);
    }
    names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    for (const name of names) await collect(join(path, name), false, depth + 1, found, seen, signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    // A link inside a folder that leads nowhere is not a file of the card.
    if (named || isMediaName(path)) refuse(fileSystemError(path, error));
  }
}

function isMediaName(path: string): boolean {
  return mediaExtensions.has(extname(basename(path)).toLowerCase());
}
