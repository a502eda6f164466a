import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from './content-hash.ts';
import { convertSound } from './convert-sound.ts';
import { type ProjectSound, pictureFields, sourceFields } from './import-fields.ts';
import type { ImportJournal } from './import-journal.ts';
import type { BuildPeaks, ImportedFile, PcmLayout, SourceFields } from './import-types.ts';
import { cancelledError, fileSystemError, mediaError, shownName } from './media-error.ts';
import { type MediaFacts, readMediaFacts } from './media-facts.ts';
import { type FreeNames, safeStem } from './project-file-names.ts';
import { readWaveFile } from './wave-file.ts';
import { sampleBytes } from './wave-format.ts';

/** What every file of one import shares. */
export type ImportContext = {
  readonly mode: 'copy' | 'link';
  /** Absolute: `Audio Files` of the project. */
  readonly audioFolder: string;
  readonly sampleRate: number;
  readonly names: FreeNames;
  readonly journal: ImportJournal;
  readonly buildPeaks: BuildPeaks | undefined;
  readonly signal: AbortSignal | undefined;
  /** Takes the file into the document. */
  readonly onImported: (file: ImportedFile) => void | Promise<void>;
  /** Says under which name a content is in the project already; null where it is not. */
  readonly nameOf: (sha256: string) => string | null;
  /** Resolves when every file listed before this one is through: files come into the document in listed order. */
  readonly turn: () => Promise<void>;
};

/** What came of one file: it is new, or its content is in the project already under `alreadyThere`. */
export type FileOutcome =
  | { readonly imported: ImportedFile; readonly fileName: string | null; readonly sha256: string }
  | { readonly alreadyThere: string };

/**
 * Imports one file: finds out what it is, copies, converts or links its sound, builds peaks, takes it into the document. A file appears under its
 * final name only when it is whole and durable; on any failure nothing of it is left. Throws one `media-...` error.
 */
export async function importFile(
  path: string,
  context: ImportContext,
  onProgress: (fraction: number) => void,
): Promise<FileOutcome> {
  const before = await stateOf(path);
  const facts = await readMediaFacts(path, context.signal);
  const made: string[] = [];
  try {
    const taken = await takeSound(facts, context, made, (fraction) => onProgress(fraction * 0.8));
    if ('alreadyThere' in taken) return taken;
    if ((await stateOf(path)) !== before || taken.originalBytes !== facts.sizeBytes) throw stillBeingWritten(path);
    let fileName: string | null = null;
    let source: SourceFields | null = null;
    if (taken.sound) {
      if (taken.part) {
        fileName = taken.part.name;
        await context.journal.writing(fileName);
        const finalPath = join(context.audioFolder, fileName);
        made.push(finalPath);
        await rename(taken.part.path, finalPath);
        await syncFolder(context.audioFolder);
      }
      source = sourceFields(facts, taken.sound, { sha256: taken.sha256, sampleRate: context.sampleRate });
    }
    if (source && context.buildPeaks) {
      const layout = await pcmLayout(source.linked ? source.path : join(context.audioFolder, fileName!));
      await context.buildPeaks(
        { ...layout, contentHash: source.contentHash },
        (fraction) => onProgress(0.8 + fraction * 0.2),
        context.signal,
      );
    }
    await context.turn();
    if (context.signal?.aborted) throw cancelledError(path);
    // Whether a file of the same content came in before this one is sure only now: it may have failed.
    const there = context.nameOf(taken.sha256);
    if (there !== null) {
      await removeMade(made, fileName, context);
      return { alreadyThere: there };
    }
    const imported = {
      originalPath: path,
      source,
      picture: pictureFields(facts, taken.sha256),
      notices: facts.notices,
    };
    await context.onImported(imported);
    return { imported, fileName, sha256: taken.sha256 };
  } catch (error) {
    await removeMade(made, null, context);
    throw fileSystemError(path, error);
  }
}

async function removeMade(made: readonly string[], name: string | null, context: ImportContext): Promise<void> {
  for (const file of made) await rm(file, { force: true });
  if (name !== null) context.names.release(name);
}

type TakenSound = {
  readonly sha256: string;
  /** Bytes of the original that were read. */
  readonly originalBytes: number;
  /** Null for a picture without sound. */
  readonly sound: ProjectSound | null;
  /** The file that is to get its final name; null where nothing was written. */
  readonly part: { readonly path: string; readonly name: string } | null;
};

/** Reads the original's hash, and brings its sound into the project as a `*.part` file (or leaves it where it is). */
async function takeSound(
  facts: MediaFacts,
  context: ImportContext,
  made: string[],
  onProgress: (fraction: number) => void,
): Promise<TakenSound | { readonly alreadyThere: string }> {
  const { path, sizeBytes } = facts;
  const { signal } = context;
  const layout = usableAsItIs(facts, context.sampleRate);
  const linked = layout && context.mode === 'link';
  const onBytes = (bytes: number) => onProgress((bytes / Math.max(1, sizeBytes)) * (layout ? 1 : 0.3));
  const newPart = () => {
    const name = context.names.take(safeStem(path), '.wav');
    const part = { name, path: join(context.audioFolder, `${name}.part`) };
    made.push(part.path);
    return part;
  };
  if (layout) {
    const part = linked ? null : newPart();
    const hashed = await hashFile(path, { signal, onBytes, ...(part && { copyTo: part.path }) });
    const there = context.nameOf(hashed.sha256);
    if (there !== null) {
      if (part) {
        await rm(part.path, { force: true });
        context.names.release(part.name);
      }
      return { alreadyThere: there };
    }
    const sound: ProjectSound = {
      path: part ? `Audio Files/${part.name}` : path,
      linked: part === null,
      contentHash: hashed.sha256,
      sizeBytes: hashed.sizeBytes,
      bitsPerSample: facts.sound?.bitsPerSample ?? sampleBytes[layout.format] * 8,
      lengthSamples: layout.frameCount,
    };
    return { sha256: hashed.sha256, originalBytes: hashed.sizeBytes, sound, part };
  }
  const original = await hashFile(path, { signal, onBytes });
  const there = context.nameOf(original.sha256);
  if (there !== null) return { alreadyThere: there };
  const taken = { sha256: original.sha256, originalBytes: original.sizeBytes };
  if (!facts.sound) return { ...taken, sound: null, part: null };
  const part = newPart();
  const converted = await convertSound(facts, part.path, {
    sampleRate: context.sampleRate,
    signal,
    onProgress: (fraction) => onProgress(0.3 + fraction * 0.6),
  });
  const hashed = await hashFile(part.path, { signal });
  onProgress(1);
  const sound: ProjectSound = {
    path: `Audio Files/${part.name}`,
    linked: false,
    contentHash: hashed.sha256,
    sizeBytes: hashed.sizeBytes,
    bitsPerSample: sampleBytes[converted.format] * 8,
    lengthSamples: converted.frameCount,
  };
  return { ...taken, sound, part };
}

/** Where the samples lie, for a file that the engine reads as it is: PCM of the WAV family at the project's rate. */
function usableAsItIs(facts: MediaFacts, sampleRate: number): PcmLayout | null {
  const { wave } = facts;
  if (!wave?.format.format || wave.frames === null || wave.format.sampleRate !== sampleRate) return null;
  return {
    path: wave.path,
    dataOffsetBytes: wave.dataOffset,
    format: wave.format.format,
    channelCount: wave.format.channelCount,
    frameCount: wave.frames,
    sampleRate,
  };
}

/** Where the samples of a sound file of the project lie. Throws `media-unsupported` where it is not plain PCM. */
export async function pcmLayout(path: string): Promise<PcmLayout> {
  const wave = await readWaveFile(path);
  if (!wave?.format.format || wave.frames === null)
    throw mediaError(
      'media-unsupported',
      `“${shownName(path)}” is not a PCM file that can be played as it is.`,
      'Import it again: it is converted then.',
    );
  return {
    path,
    dataOffsetBytes: wave.dataOffset,
    format: wave.format.format,
    channelCount: wave.format.channelCount,
    frameCount: wave.frames,
    sampleRate: wave.format.sampleRate,
  };
}

/** Size, time of change and identity of a file: when it differs, someone wrote to it. */
async function stateOf(path: string): Promise<string> {
  const status = await stat(path, { bigint: true }).catch((error) => {
    throw fileSystemError(path, error);
  });
  return `${status.size} ${status.mtimeNs} ${status.dev} ${status.ino}`;
}

function stillBeingWritten(path: string) {
  return mediaError(
    'media-still-being-written',
    `“${shownName(path)}” is still being written: it changed while it was imported.`,
    'Wait until its copy or recording has ended, then import it again.',
  );
}

/** Makes a rename durable where the platform can open folders. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
