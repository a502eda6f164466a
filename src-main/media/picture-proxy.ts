import { open, rename, rm } from 'node:fs/promises';
import type { PictureIndex } from '../../src-shared/rpc/media-routes.ts';
import { inputArguments, runFfmpeg } from './ffmpeg.ts';
import { fileSystemError, mediaError, shownName } from './media-error.ts';
import { pictureIndex } from './picture-index.ts';

/** Pixels of a proxy's longer side; smaller pictures keep their size. */
const longestSide = 960;

export type ProxyOptions = {
  /** The picture's own exact rate (the nominal one where it is variable): the proxy has exactly this. */
  readonly frameRateNumerator: number;
  readonly frameRateDenominator: number;
  /** About how many frames will come, for progress. */
  readonly frameCount: number;
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Makes the all-intra H.264 proxy of a picture at `proxyPath`: constant frame rate from the first frame on, so that
 * frame n shows what the original shows at n / rate (frames of a variable-rate original are repeated or left out as
 * that asks), upright, square pixels, no sound. Written as `*.part` and renamed when whole; nothing is left of a
 * failed or cancelled one. Resolves with its index; its frame count is `frames.length / 2`.
 */
export async function makePictureProxy(
  originalPath: string,
  proxyPath: string,
  options: ProxyOptions,
): Promise<PictureIndex> {
  const rate = `${options.frameRateNumerator}/${options.frameRateDenominator}`;
  const part = `${proxyPath}.part`;
  const shrink = `min(1\\,${longestSide}/max(iw*sar\\,ih))`;
  const filters = [
    'setpts=PTS-STARTPTS',
    `fps=fps=${rate}:round=near:eof_action=pass`,
    `scale=w='max(2\\,2*round(iw*sar*${shrink}/2))':h='max(2\\,2*round(ih*${shrink}/2))'`,
    'setsar=1',
  ].join(',');
  const totalSeconds = (options.frameCount * options.frameRateDenominator) / options.frameRateNumerator;
  const args = ['-y', '-loglevel', 'error', ...inputArguments(originalPath), '-map', '0:V:0', '-an', '-sn', '-dn'];
  args.push('-vf', filters, '-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'fastdecode', '-crf', '21');
  args.push('-pix_fmt', 'yuv420p', '-g', '1', '-bf', '0', '-map_metadata', '-1', '-map_chapters', '-1');
  // Ticks of the rate's own numerator: every frame lasts a whole number of them.
  args.push('-video_track_timescale', String(trackTimescale(options)), '-write_tmcd', '0');
  args.push('-movflags', '+faststart', '-f', 'mp4', `file:${part}`);
  try {
    // Whatever lies there (a link that came with the project, at worst) goes, and is not written through.
    await rm(part, { force: true });
    await runFfmpeg(originalPath, args, {
      signal: options.signal,
      onProgressSeconds: (seconds) => options.onProgress?.(Math.min(1, seconds / Math.max(0.001, totalSeconds))),
    });
    const index = await pictureIndex(part);
    const sameRate =
      index.frameRateNumerator * options.frameRateDenominator ===
      options.frameRateNumerator * index.frameRateDenominator;
    // One frame has no rate.
    if (!sameRate && index.frames.length > 2) refuseRate(originalPath);
    const file = await open(part, 'r+');
    await file.sync().finally(() => file.close());
    await rename(part, proxyPath);
    options.onProgress?.(1);
    return {
      ...index,
      frameRateNumerator: options.frameRateNumerator,
      frameRateDenominator: options.frameRateDenominator,
    };
  } catch (error) {
    await rm(part, { force: true });
    throw fileSystemError(originalPath, error);
  }
}

function refuseRate(path: string): never {
  throw mediaError(
    'ffmpeg-failed',
    `The picture proxy of “${shownName(path)}” did not come out at the picture’s frame rate.`,
    'The sound is not touched. Install another ffmpeg, or give the picture as ProRes or H.264 at a constant rate.',
  );
}

/** A timescale of at least 10,000 ticks a second in which a frame is a whole number of ticks. */
function trackTimescale({ frameRateNumerator }: ProxyOptions): number {
  return frameRateNumerator * Math.max(1, Math.ceil(10_000 / frameRateNumerator));
}
