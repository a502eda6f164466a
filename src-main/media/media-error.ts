import { basename } from 'node:path';
import { TwopopError } from '../../src-shared/rpc/error.ts';

/** Everything that can go wrong with a media file, as stable codes. Each is about one file unless it says otherwise. */
export const MEDIA_ERROR_CODES = [
  'media-missing',
  'media-unreadable',
  'media-empty',
  'media-not-media',
  'media-damaged',
  'media-truncated',
  'media-no-samples',
  'media-bad-rate',
  'media-too-many-channels',
  'media-unsupported',
  'media-still-being-written',
  'media-cancelled',
  'media-disk-full',
  'media-write-failed',
  'media-too-many-files',
  'media-not-a-recording',
  /** Not about a file: there is no ffmpeg on this machine. */
  'ffmpeg-missing',
  'ffmpeg-failed',
] as const;

export type MediaErrorCode = (typeof MEDIA_ERROR_CODES)[number];

/** A {@link TwopopError} of this folder. `message` names the file and, where a byte is to blame, its offset. */
export function mediaError(
  code: MediaErrorCode,
  message: string,
  remedy: string,
  options?: { cause?: unknown },
): TwopopError {
  return new TwopopError({ code, message, remedy }, options);
}

/** A name as it can stand in one line of a message: control characters (a newline in a name) are shown escaped. */
export function shownName(path: string): string {
  return (basename(path) || path).replace(/[\p{Cc}\u2028\u2029]/gu, (character) =>
    character === '\n' ? '\\n' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

const systemReasons: Readonly<Record<string, readonly [MediaErrorCode, string, string]>> = {
  ENOENT: [
    'media-missing',
    'is not there',
    'Check that the disk is mounted and the file was not moved, then try again.',
  ],
  ENOTDIR: [
    'media-missing',
    'is not there',
    'Check that the disk is mounted and the file was not moved, then try again.',
  ],
  EACCES: ['media-unreadable', 'may not be read by you', 'Change its permissions, or copy it to a place of your own.'],
  EPERM: ['media-unreadable', 'may not be read by you', 'Change its permissions, or copy it to a place of your own.'],
  EISDIR: ['media-unreadable', 'is a folder, not a file', 'Choose the files in it, or import the folder.'],
  ELOOP: ['media-unreadable', 'is a symbolic link that leads back to itself', 'Choose the file that was meant.'],
  ENAMETOOLONG: ['media-unreadable', 'has a name too long for the disk', 'Give it a shorter name and try again.'],
  EIO: [
    'media-unreadable',
    'could not be read from the disk',
    'Check the disk or card; copy the file elsewhere and try again.',
  ],
  ENOSPC: [
    'media-disk-full',
    'could not be written: the disk is full',
    'Free some space and import it again; nothing half-written was kept.',
  ],
  EDQUOT: [
    'media-disk-full',
    'could not be written: the disk quota is used up',
    'Free some space and import it again; nothing half-written was kept.',
  ],
  EFBIG: [
    'media-disk-full',
    'could not be written: the disk takes no file that large',
    'Use a disk formatted for large files.',
  ],
  EROFS: [
    'media-write-failed',
    'could not be written: the disk is read-only',
    'Choose a project folder on a disk that can be written.',
  ],
  EMFILE: ['media-unreadable', 'could not be opened: too many files are open', 'Close other programs and try again.'],
};

/**
 * Turns a failed file operation into one clear error; what is a {@link TwopopError} already, or an abort, comes back
 * as it is (an abort as `media-cancelled`).
 */
export function fileSystemError(path: string, error: unknown): TwopopError {
  if (error instanceof TwopopError) return error;
  if (isAbort(error)) return cancelledError(path);
  // A size or an offset in the file led out of it.
  if (error instanceof RangeError)
    return mediaError(
      'media-damaged',
      `“${shownName(path)}” is damaged: its tables contradict each other (${error.message}).`,
      'Copy it from the card again, or repair it with the recorder’s or camera’s own tool.',
      { cause: error },
    );
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const known = systemReasons[code];
  const name = shownName(path);
  if (known) return mediaError(known[0], `“${name}” ${known[1]}.`, known[2], { cause: error });
  const detail = error instanceof Error ? error.message : String(error);
  return mediaError(
    'media-unreadable',
    `“${name}” could not be handled: ${detail}.`,
    'Check the file and its disk, then try again.',
    { cause: error },
  );
}

/** The error of a job that was asked to stop. */
export function cancelledError(path: string): TwopopError {
  return mediaError(
    'media-cancelled',
    `“${shownName(path)}” was left out because the work was cancelled.`,
    'Nothing half-written was kept. Start it again when you like.',
  );
}

export function isAbort(error: unknown): boolean {
  const name = (error as { name?: unknown } | null)?.name;
  return name === 'AbortError' || (error as NodeJS.ErrnoException | null)?.code === 'ABORT_ERR';
}
