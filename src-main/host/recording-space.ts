import { statfs } from 'node:fs/promises';
import { TwopopError } from '../../src-shared/rpc/error.ts';

/** Free space, in the time that it is enough for. */
export type RecordingSpace = {
  readonly freeSeconds: number;
  /** `12 h 30 min`. */
  readonly text: string;
  /** Less than ten minutes. */
  readonly isLow: boolean;
};

/** The engine stops recording while so much is left: the project beside it must be able to note the take. */
const SPARE_BYTES = 16 << 20;
const REFUSED_SECONDS = 60;
const LOW_SECONDS = 600;

/** Bytes that this user may still write to the disk of a folder. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** How long so many channels can be recorded, until the disk has no more than what is kept for the project itself. */
export function recordingSpace(
  freeBytes: number,
  channelCount: number,
  sampleRate: number,
  sampleFormat: 's24' | 'f32',
): RecordingSpace {
  const bytesPerSecond = Math.max(1, channelCount) * sampleRate * (sampleFormat === 's24' ? 3 : 4);
  const freeSeconds = Math.max(0, freeBytes - SPARE_BYTES) / bytesPerSecond;
  const minutes = Math.floor(freeSeconds / 60);
  const hours = Math.floor(minutes / 60);
  const text = hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
  return { freeSeconds, text, isLow: freeSeconds < LOW_SECONDS };
}

/** Refuses to begin where the disk would be full within a minute. */
export function mustHaveSpace(space: RecordingSpace, folder: string): void {
  if (space.freeSeconds >= REFUSED_SECONDS) return;
  throw new TwopopError({
    code: 'record.no-space',
    message: `The disk of “${folder}” has room for ${Math.floor(space.freeSeconds)} s of these tracks. Nothing was recorded.`,
    remedy: 'Make room on it, or arm fewer tracks.',
  });
}
