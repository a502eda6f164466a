import type { z } from 'zod';
import type { pictureFieldsSchema, sourceFieldsSchema } from '../../src-shared/edit/command-fields.ts';
import type { PcmFormat } from '../../src-shared/engine/render-plan.ts';
import type { ErrorReport } from '../../src-shared/rpc/error.ts';
import type { JournalKey } from './import-journal.ts';

export type SourceFields = z.output<typeof sourceFieldsSchema>;
export type PictureFields = z.output<typeof pictureFieldsSchema>;

/** What one file became; given to the `source.add` command. Sound alone: no picture. Camera without sound: no source. */
export type ImportedFile = {
  /** Absolute. */
  readonly originalPath: string;
  readonly source: SourceFields | null;
  readonly picture: PictureFields | null;
  /** What was odd about the file and how it was taken, for people. */
  readonly notices: readonly string[];
};

/** A file of an import as it stands. `note` says why one that is `done` added nothing (it is in the project already). */
export type ImportItem = {
  readonly name: string;
  readonly path: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  /** 0 to 1. */
  readonly progress: number;
  readonly error: ErrorReport | null;
  readonly note: string | null;
};

/** Where the samples of a PCM file of the project lie: what the engine, the peaks and the render plan need. */
export type PcmLayout = {
  /** Absolute. */
  readonly path: string;
  readonly dataOffsetBytes: number;
  readonly format: PcmFormat;
  readonly channelCount: number;
  readonly frameCount: number;
  readonly sampleRate: number;
};

/** Builds the peaks of a sound file of the project; called once for each, after the file is whole. */
export type BuildPeaks = (
  audio: PcmLayout & { readonly contentHash: string },
  onProgress: (fraction: number) => void,
  signal: AbortSignal | undefined,
) => Promise<void>;

/** An import that ended before it was through, as its journal tells it. */
export type InterruptedImport = {
  readonly journalPath: string;
  readonly paths: readonly string[];
  readonly mode: 'copy' | 'link';
  /** Original paths that need nothing more. */
  readonly donePaths: readonly string[];
};

export type ImportOptions = {
  /** Files and folders. */
  readonly paths: readonly string[];
  /** `copy` into `Audio Files/`, or `link` in place what needs no converting. */
  readonly mode: 'copy' | 'link';
  /** Absolute. */
  readonly projectFolder: string;
  /** The project's, in Hz. */
  readonly sampleRate: number;
  /** Content hashes of what is in the project already, and under which name (see `knownHashes`). */
  readonly known?: ReadonlyMap<string, string>;
  /** Takes one imported file into the document. The import waits for it; what it throws fails that file alone. */
  readonly onImported: (file: ImportedFile) => void | Promise<void>;
  readonly onItem?: (item: ImportItem) => void;
  /** The whole, 0 to 1, by bytes. */
  readonly onProgress?: (fraction: number) => void;
  readonly buildPeaks?: BuildPeaks;
  readonly signal?: AbortSignal;
  /** Signs the journal, so that only what this user asked for is gone on with. */
  readonly key: JournalKey;
  /** Goes on with an import that was interrupted: what it had done is left alone. */
  readonly resumeState?: InterruptedImport;
};

/** How an import ended. Every file is in exactly one of the lists; `items` has all, in order. */
export type ImportSummary = {
  readonly items: readonly ImportItem[];
  readonly importedCount: number;
  readonly alreadyThereCount: number;
  readonly failedCount: number;
  readonly cancelled: boolean;
};
