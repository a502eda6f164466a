import { basename } from 'node:path';
import type { SyncPair, SyncUnmatched } from '../../src-shared/sync/sync-result.ts';

/** A camera clip or recorder file to be synced. */
export type SyncInput = {
  /** What results name it by. */
  readonly id: string;
  readonly path: string;
  /** What reasons call it; the file's own name when left out. */
  readonly name?: string | undefined;
  /** Names of its channels where they are known better than from the file itself; '' for one without. */
  readonly channelNames?: readonly string[] | undefined;
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

/**
 * Sound at 48 kHz as plain PCM, read from where it lies; sample 0 is presentation time 0 of the container. `channels`
 * are those of it that are meant; null for all.
 */
export type SyncAudio = { readonly pcm: SyncPcm; readonly channels: readonly number[] | null };

/** Channels of PCM tracks in a file, side by side, as long as all of them last. */
export type SyncPcm = {
  readonly path: string;
  readonly channelCount: number;
  readonly frames: number;
  readonly tracks: readonly {
    readonly format: 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64';
    readonly bigEndian: boolean;
    readonly channelCount: number;
    /** Frames of silence before the first of the track; negative: that many of its frames come before time 0. */
    readonly delayFrames: number;
    /** Byte offset and frames of each piece, flat. */
    readonly extents: Float64Array;
  }[];
};

/**
 * Opens a file's sound. `channel` asks for one channel counted from 0, else all come. Sound that must be decoded first
 * may be put at `scratchPath`, which is removed when it has served or failed; `onFraction` is told how far that is.
 * What is asked for with a `turn` is asked for ahead of it, and what would take much room may wait for it; all else is
 * waited for and goes first. `onPlanned` is told before decoding begins about how many frames there are, and whether
 * that waits for the turn. Throws an error with a `message` for people where there is no sound or the file cannot be
 * read; a code that ends in `no-samples` means no sound.
 */
export type OpenSyncAudio = (
  input: SyncInput,
  options: {
    readonly channel?: number;
    readonly scratchPath: string;
    readonly signal: AbortSignal;
    readonly turn?: Promise<void>;
    readonly onPlanned?: (plan: { readonly frames: number; readonly waitsForTurn: boolean }) => void;
    readonly onFraction?: (fraction: number) => void;
  },
) => Promise<SyncAudio>;

/** What becomes of one camera clip: the recorder files it is matched with, or why there is none. */
export type SyncOutcome = (
  | {
      readonly camera: string;
      readonly pairs: readonly SyncPair[];
    }
  | SyncUnmatched
) & {
  /** Claps heard in the camera's sound, camera seconds in order; left out where it was not listened to. */
  readonly claps?: readonly number[];
};

/**
 * Camera clips are decoded ahead and listened to as cores are free; they are matched when all recorder files were
 * heard.
 */
export type SyncProgress = {
  /** What is being done with the file. */
  readonly stage: 'listening' | 'matching';
  /** The file, a recorder's or a camera's. */
  readonly id: string;
  /** How far this stage of this file is, 0 to 1. */
  readonly fraction: number;
  /** Recorder files listened to and camera clips decided, of all. */
  readonly done: number;
  readonly total: number;
};
