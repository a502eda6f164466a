import { basename } from 'node:path';

/** A camera clip or recorder file to be synced. */
export type SyncInput = {
  /** What results name it by. */
  readonly id: string;
  readonly path: string;
  /** What reasons call it; the file's own name when left out. */
  readonly name?: string | undefined;
  /**
   * Seconds since midnight of the shoot's clock at the file's first sample or frame, real seconds (BWF TimeReference
   * over its rate; a start timecode's frame number over its frame rate). Left out or null when the file does not say.
   */
  readonly startSeconds?: number | null | undefined;
};

/** What people call a file. */
export function nameOf({ name, path }: SyncInput): string {
  return name ?? basename(path);
}

/** Decoded sound at 48 kHz, interleaved; sample 0 is presentation time 0 of the container. Read once. */
export type SyncAudio = { readonly channelCount: number; readonly chunks: AsyncIterable<Float32Array> };

/**
 * Opens a file's sound. `channel` asks for one channel counted from 0, else all come. Throws an error with a `message`
 * for people where there is no sound or the file cannot be read; a code that ends in `no-samples` means no sound.
 */
export type OpenSyncAudio = (
  input: SyncInput,
  options: { readonly channel?: number; readonly signal: AbortSignal },
) => Promise<SyncAudio>;

export type SyncProgress = {
  /** Listening to files first, then matching cameras. */
  readonly stage: 'listening' | 'matching';
  readonly done: number;
  readonly total: number;
  /** The file that was just done. */
  readonly id: string;
};
