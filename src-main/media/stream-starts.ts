import { roundDivide, toSafeNumber } from '../../src-shared/time/sample-position.ts';
import { inputArguments, lookLimitMs, startFfmpeg } from './ffmpeg.ts';
import type { FfmpegInput, FfmpegStream } from './ffmpeg-input.ts';
import { cancelledError } from './media-error.ts';

/** An exact time in seconds: `ticks * numerator / denominator`. */
export type ExactTime = { readonly ticks: number; readonly numerator: number; readonly denominator: number };

/** Where the sound of one stream begins and what it decodes to. `stream` is its number in the file, or the only one. */
export type SoundStart = {
  readonly stream: number | 'a:0';
  readonly start: ExactTime;
  readonly sampleRate: number;
  readonly channelCount: number;
};

/**
 * What decoding the first picture frame and the first sound tells: when the container presents them, the picture's
 * exact rate as ffmpeg guesses it and its size. Sound streams that do not decode are left out.
 */
export type StreamStarts = {
  readonly video: ExactTime | null;
  readonly videoRate: { readonly numerator: number; readonly denominator: number } | null;
  readonly videoSize: { readonly widthPixels: number; readonly heightPixels: number } | null;
  readonly sounds: readonly SoundStart[];
};

/** The streams of sound of a file that ffmpeg can decode, and its first moving picture. */
export function usableStreams(input: FfmpegInput): { video: FfmpegStream | null; sounds: readonly FfmpegStream[] } {
  return {
    video: input.streams.find(({ kind, attachedPicture }) => kind === 'video' && !attachedPicture) ?? null,
    sounds: input.streams.filter(({ kind, codec }) => kind === 'audio' && codec !== 'none').slice(0, 64),
  };
}

/**
 * Decodes the first frame of picture and of every sound stream and reads when the container presents them: after its
 * edit lists, frame reordering and codec priming. Takes one short run of ffmpeg.
 */
export async function readStreamStarts(path: string, input: FfmpegInput, signal?: AbortSignal): Promise<StreamStarts> {
  const { video, sounds } = usableStreams(input);
  const args = ['-loglevel', 'info', '-nostats', '-copyts', ...inputArguments(path)];
  if (video) args.push('-map', `0:${video.index}`, '-vf', 'showinfo@v=checksum=0', '-frames:v', '1', '-f', 'null', '-');
  for (const { index } of sounds)
    args.push('-map', `0:${index}`, '-af', `ashowinfo@s${index}`, '-frames:a', '1', '-f', 'null', '-');
  const starts: { -readonly [Key in 'video' | 'videoRate' | 'videoSize']: StreamStarts[Key] } = {
    video: null,
    videoRate: null,
    videoSize: null,
  };
  const found = new Map<number, SoundStart>();
  let timeBase: readonly [number, number] | null = null;
  if (!video && sounds.length === 0) return { ...starts, sounds: [] };
  const running = await startFfmpeg(args, {
    signal,
    timeLimitMs: lookLimitMs,
    onLine(line) {
      const config = /\[showinfo@v .*config in time_base: (\d+)\/(\d+), frame_rate: (\d+)\/(\d+)/.exec(line);
      if (config && !timeBase) {
        timeBase = [Number(config[1]), Number(config[2])];
        const [numerator, denominator] = [Number(config[3]), Number(config[4])];
        if (numerator > 0 && denominator > 0) starts.videoRate = { numerator, denominator };
      }
      const frame = /\[showinfo@v .*\bn: *0 pts: *(-?\d+) .*? s:(\d+)x(\d+)/.exec(line);
      if (frame && timeBase && !starts.video) {
        starts.video = { ticks: Number(frame[1]), numerator: timeBase[0], denominator: timeBase[1] };
        starts.videoSize = { widthPixels: Number(frame[2]), heightPixels: Number(frame[3]) };
      }
      const sound = /\[ashowinfo@s(\d+) .*\bn:0 pts:(-?\d+|NOPTS) .*\bchannels:(\d+) .*\brate:(\d+)/.exec(line);
      if (sound && !found.has(Number(sound[1]))) {
        const [stream, channelCount, sampleRate] = [Number(sound[1]), Number(sound[3]), Number(sound[4])];
        // The filter's time base is one sample of the stream.
        const ticks = sound[2] === 'NOPTS' ? 0 : Number(sound[2]);
        const start = { ticks, numerator: 1, denominator: sampleRate };
        if (sampleRate > 0 && channelCount > 0) found.set(stream, { stream, start, sampleRate, channelCount });
      }
    },
  });
  running.stdout.resume();
  await running.done;
  if (signal?.aborted) throw cancelledError(path);
  return { ...starts, sounds: sounds.flatMap(({ index }) => found.get(index) ?? []) };
}

/** `later - earlier` in samples at `sampleRate`, to the nearest. */
export function samplesBetween(earlier: ExactTime, later: ExactTime, sampleRate: number): number {
  const denominator = BigInt(earlier.denominator) * BigInt(later.denominator);
  const difference =
    BigInt(later.ticks) * BigInt(later.numerator) * BigInt(earlier.denominator) -
    BigInt(earlier.ticks) * BigInt(earlier.numerator) * BigInt(later.denominator);
  return toSafeNumber(roundDivide(difference * BigInt(sampleRate), denominator));
}
