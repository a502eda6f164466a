import { roundDivide, toSafeNumber } from '../../src-shared/time/sample-position.ts';
import { inputArguments, startFfmpeg } from './ffmpeg.ts';

/** An exact time in seconds: `ticks * numerator / denominator`. */
export type ExactTime = { readonly ticks: number; readonly numerator: number; readonly denominator: number };

/**
 * What decoding the first picture frame and the first sound tells: when the container presents them, the picture's
 * exact rate as ffmpeg guesses it and its size, the rate and channel count that the sound decodes to.
 */
export type StreamStarts = {
  readonly video: ExactTime | null;
  readonly videoRate: { readonly numerator: number; readonly denominator: number } | null;
  readonly videoSize: { readonly widthPixels: number; readonly heightPixels: number } | null;
  readonly audio: ExactTime | null;
  readonly audioSampleRate: number | null;
  readonly audioChannelCount: number | null;
};

/**
 * Decodes the first frame of picture and sound and reads when the container presents them: after its edit lists,
 * frame reordering and codec priming. Takes one short run of ffmpeg.
 */
export async function readStreamStarts(
  path: string,
  streams: { readonly hasVideo: boolean; readonly hasAudio: boolean; readonly audioStream?: number },
  signal?: AbortSignal,
): Promise<StreamStarts> {
  const args = ['-loglevel', 'info', '-nostats', '-copyts', ...inputArguments(path)];
  if (streams.hasVideo) args.push('-map', '0:V:0', '-vf', 'showinfo=checksum=0', '-frames:v', '1', '-f', 'null', '-');
  if (streams.hasAudio)
    args.push('-map', `0:a:${streams.audioStream ?? 0}`, '-af', 'ashowinfo', '-frames:a', '1', '-f', 'null', '-');
  const starts: { -readonly [Key in keyof StreamStarts]: StreamStarts[Key] } = {
    video: null,
    videoRate: null,
    videoSize: null,
    audio: null,
    audioSampleRate: null,
    audioChannelCount: null,
  };
  let timeBase: readonly [number, number] | null = null;
  const running = await startFfmpeg(args, {
    signal,
    onLine(line) {
      const config = /showinfo.*config in time_base: (\d+)\/(\d+), frame_rate: (\d+)\/(\d+)/.exec(line);
      if (config && !timeBase) {
        timeBase = [Number(config[1]), Number(config[2])];
        const [numerator, denominator] = [Number(config[3]), Number(config[4])];
        if (numerator > 0 && denominator > 0) starts.videoRate = { numerator, denominator };
      }
      const frame = /_showinfo_.*\bn: *0 pts: *(-?\d+) .*? s:(\d+)x(\d+)/.exec(line);
      if (frame && timeBase && !starts.video) {
        starts.video = { ticks: Number(frame[1]), numerator: timeBase[0], denominator: timeBase[1] };
        starts.videoSize = { widthPixels: Number(frame[2]), heightPixels: Number(frame[3]) };
      }
      const sound = /ashowinfo.*\bn:0 pts:(-?\d+|NOPTS) .*\bchannels:(\d+) .*\brate:(\d+)/.exec(line);
      if (sound && starts.audioSampleRate === null) {
        starts.audioChannelCount = Number(sound[2]);
        starts.audioSampleRate = Number(sound[3]);
        // The filter's time base is one sample of the stream.
        const ticks = sound[1] === 'NOPTS' ? 0 : Number(sound[1]);
        starts.audio = { ticks, numerator: 1, denominator: starts.audioSampleRate };
      }
    },
  });
  running.stdout.resume();
  await running.done;
  signal?.throwIfAborted();
  return starts;
}

/** `(audio - video)` in samples at `sampleRate`, to the nearest: how much silence belongs before the sound. */
export function soundDelaySamples(starts: StreamStarts, sampleRate: number): number {
  if (!starts.video || !starts.audio) return 0;
  const { video, audio } = starts;
  const denominator = BigInt(video.denominator) * BigInt(audio.denominator);
  const difference =
    BigInt(audio.ticks) * BigInt(audio.numerator) * BigInt(video.denominator) -
    BigInt(video.ticks) * BigInt(video.numerator) * BigInt(audio.denominator);
  return toSafeNumber(roundDivide(difference * BigInt(sampleRate), denominator));
}
