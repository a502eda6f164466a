import { ffmpegFailure, inputArguments, startFfmpeg } from './ffmpeg.ts';
import { readFfmpegInput } from './ffmpeg-input.ts';
import { cancelledError, mediaError, shownName } from './media-error.ts';
import { readMovieStarts } from './movie-starts.ts';
import { pcmToFloats } from './pcm-samples.ts';
import { type ExactTime, readStreamStarts, type SoundStart, samplesBetween } from './stream-starts.ts';
import { readWaveFile, type WaveFile } from './wave-file.ts';
import { waveFloats } from './wave-samples.ts';

export type DecodeOptions = {
  /** The rate wanted, in Hz; the file's own when left out. Conversion is by soxr. */
  readonly sampleRate?: number;
  /** All channels interleaved, their mean as one channel, or one channel counted from 0. `all` when left out. */
  readonly channels?: 'all' | 'mono' | number;
  readonly signal?: AbortSignal | undefined;
};

export type DecodedAudio = {
  /** Of what comes out, in Hz. */
  readonly sampleRate: number;
  /** Interleaved channels of what comes out. */
  readonly channelCount: number;
  /** The file's own rate and channel count. */
  readonly sourceSampleRate: number;
  readonly sourceChannelCount: number;
  /** About how many frames (samples a channel) will come, for progress; null where the file does not say. */
  readonly expectedFrames: number | null;
  /**
   * Interleaved samples, full scale ±1, in whole frames. Sample 0 is the presentation time of the first picture frame
   * (edit lists, codec priming and a late or early start of the sound honoured; silence stands in for what is
   * missing), or the first sample where there is no picture. Read once; leaving the loop early ends the decoder. The
   * arrays are the reader's to keep.
   */
  readonly chunks: AsyncIterable<Float32Array>;
};

/** Frames in a chunk, before channels: 65,536 samples in all. */
const chunkSamples = 65_536;
/** The most that libswresample takes. */
export const mostResampledChannels = 64;

/**
 * Decodes the sound of a file to 32-bit float in bounded memory: the decoder waits while the reader does. Several
 * sound streams (the mono tracks of a camera) come out as the channels of one, in their order. PCM of the WAV family
 * at its own rate needs no ffmpeg. Throws one `media-...` error where the file has no sound or cannot be read; while
 * reading, an abort throws `media-cancelled` and ends the decoder.
 */
export async function decodeAudio(path: string, options: DecodeOptions = {}): Promise<DecodedAudio> {
  if (options.signal?.aborted) throw cancelledError(path);
  const wave = await readWaveFile(path);
  return wave?.format.format ? decodeWave(wave, options) : decodeWithFfmpeg(path, options);
}

function decodeWave(wave: WaveFile, options: DecodeOptions): DecodedAudio {
  const { signal } = options;
  const channels = options.channels ?? 'all';
  const { sampleRate: sourceSampleRate, channelCount: sourceChannelCount } = wave.format;
  refuseMissingChannel(wave.path, channels, sourceChannelCount);
  const sampleRate = options.sampleRate ?? sourceSampleRate;
  const channelCount = channels === 'all' ? sourceChannelCount : 1;
  const floats = waveFloats(wave, { channels, signal });
  return {
    sampleRate,
    channelCount,
    sourceSampleRate,
    sourceChannelCount,
    expectedFrames: Math.round(((wave.frames ?? 0) * sampleRate) / sourceSampleRate),
    chunks:
      sampleRate === sourceSampleRate
        ? floats
        : resampled(wave.path, floats, { from: sourceSampleRate, to: sampleRate, channelCount, signal }),
  };
}

function resampled(
  path: string,
  floats: AsyncIterable<Float32Array>,
  change: { from: number; to: number; channelCount: number; signal: AbortSignal | undefined },
): AsyncGenerator<Float32Array> {
  if (change.channelCount > mostResampledChannels)
    throw mediaError(
      'media-too-many-channels',
      `“${shownName(path)}” has ${change.channelCount} channels; at most ${mostResampledChannels} can be converted to another rate.`,
      'Use a project at the file’s own sample rate.',
    );
  const bytes = async function* () {
    for await (const piece of floats) yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  };
  const raw = ['-f', 'f32le', '-ar', String(change.from), '-ac', String(change.channelCount), '-i', 'pipe:0'];
  const args = ['-loglevel', 'error', '-protocol_whitelist', 'file,pipe', ...raw];
  args.push('-af', resampleFilter(change.to), '-f', 'f32le', 'pipe:1');
  return ffmpegFloats(path, args, { channelCount: change.channelCount, signal: change.signal, stdin: bytes() });
}

async function decodeWithFfmpeg(path: string, options: DecodeOptions): Promise<DecodedAudio> {
  const { filtersOf, delayFrames, ...decoded } = await planDecoding(path, options, 'flt');
  const { channelCount } = decoded;
  const toPipe = decodingArguments([{ plan: { path, filtersOf }, output: ['-f', 'f32le', 'pipe:1'] }]);
  return { ...decoded, chunks: ffmpegFloats(path, toPipe, { channelCount, signal: options.signal, delayFrames }) };
}

/** What ffmpeg is given to decode a file's sound as `DecodeOptions` ask. */
export type DecodingPlan = Omit<DecodedAudio, 'chunks'> & {
  readonly path: string;
  /** The filters where the file is the run's input of that number; what comes out is named `[outN]`. */
  readonly filtersOf: (input: number) => string;
  /** Frames of silence that belong before what comes out; negative: that many frames are to be passed over. */
  readonly delayFrames: number;
};

/** Looks where the sound of a file starts and plans its decoding to packed samples of the format. */
export async function planDecoding(
  path: string,
  options: DecodeOptions,
  sampleFormat: 'flt' | 's16',
): Promise<DecodingPlan> {
  const starts = await soundStarts(path, options.signal);
  const [first] = starts.sounds;
  if (!first) throw noSound(path);
  const sourceChannelCount = starts.sounds.reduce((sum, { channelCount }) => sum + channelCount, 0);
  const sampleRate = options.sampleRate ?? first.sampleRate;
  const channels = options.channels ?? 'all';
  refuseMissingChannel(path, channels, sourceChannelCount);
  const zero = starts.video ?? first.start;
  const last = channelFilter(channels, sourceChannelCount);
  const { filtersOf, delayFrames } = soundGraph(starts.sounds, zero, { sampleRate, sampleFormat }, last);
  return {
    path,
    sampleRate,
    channelCount: channels === 'all' ? sourceChannelCount : 1,
    sourceSampleRate: first.sampleRate,
    sourceChannelCount,
    expectedFrames: starts.durationSeconds === null ? null : Math.round(starts.durationSeconds * sampleRate),
    filtersOf,
    delayFrames,
  };
}

/** The arguments of one run of ffmpeg that decodes each planned file to an output of its own. */
export function decodingArguments(
  decodings: readonly {
    readonly plan: Pick<DecodingPlan, 'path' | 'filtersOf'>;
    readonly output: readonly string[];
  }[],
): string[] {
  const inputs = decodings.flatMap(({ plan }) => inputArguments(plan.path));
  const graphs = decodings.flatMap(({ plan }, input) => ['-filter_complex', plan.filtersOf(input)]);
  const outputs = decodings.flatMap(({ output }, input) => ['-map', `[out${input}]`, ...output]);
  return ['-loglevel', 'error', '-copyts', ...inputs, ...graphs, ...outputs];
}

type Starts = {
  readonly video: ExactTime | null;
  readonly sounds: readonly SoundStart[];
  readonly durationSeconds: number | null;
};

/** A plain movie's own tables tell at once; else two short runs of ffmpeg do. */
async function soundStarts(path: string, signal: AbortSignal | undefined): Promise<Starts> {
  const movie = await readMovieStarts(path);
  if (movie) return { ...movie, sounds: movie.sound ? [movie.sound] : [] };
  const input = await readFfmpegInput(path, signal);
  return { ...(await readStreamStarts(path, input, signal)), durationSeconds: input.durationSeconds };
}

/**
 * The filters that bring every sound stream to one rate and one start and join them. One stream's delay is left to
 * the reader of the samples; of several each is delayed or cut by itself.
 */
function soundGraph(
  sounds: readonly SoundStart[],
  zero: ExactTime,
  { sampleRate, sampleFormat }: { readonly sampleRate: number; readonly sampleFormat: 'flt' | 's16' },
  channelFilter: string,
): Pick<DecodingPlan, 'filtersOf' | 'delayFrames'> {
  const resample = resampleFilter(sampleRate, sampleFormat);
  const last = channelFilter ? [channelFilter] : [];
  const [only] = sounds;
  if (sounds.length === 1 && only) {
    const filters = [...last, resample].join(',');
    return {
      filtersOf: (input) => `[${input}:${only.stream}]${filters}[out${input}]`,
      delayFrames: samplesBetween(zero, only.start, sampleRate),
    };
  }
  const branches = sounds.map(({ stream, start, channelCount }, index) => {
    const delay = samplesBetween(zero, start, sampleRate);
    const shift = delay > 0 ? [`adelay=delays=${delay}S:all=1`] : delay < 0 ? [`atrim=start_sample=${-delay}`] : [];
    // Up to eight channels have a usual layout (`c`), more have none (`C`).
    const layout = `${channelCount}${channelCount <= 8 ? 'c' : 'C'}`;
    const filters = [resample, ...shift, `aformat=sample_fmts=${sampleFormat}:channel_layouts=${layout}`];
    const chain = filters.join(',');
    return (input: number) => `[${input}:${stream}]${chain}[s${input}-${index}]`;
  });
  const join = [`amerge=inputs=${sounds.length}`, ...last].join(',');
  const filtersOf = (input: number) => {
    const inputs = sounds.map((_, index) => `[s${input}-${index}]`).join('');
    return [...branches.map((branch) => branch(input)), `${inputs}${join}[out${input}]`].join(';');
  };
  return { filtersOf, delayFrames: 0 };
}

function noSound(path: string) {
  return mediaError('media-no-samples', `“${shownName(path)}” holds no sound.`, 'Choose a file with sound.');
}

function refuseMissingChannel(path: string, channels: 'all' | 'mono' | number, channelCount: number): void {
  if (typeof channels === 'number' && !(channels >= 0 && channels < channelCount))
    throw mediaError(
      'media-no-samples',
      `“${shownName(path)}” has ${channelCount} channels; number ${channels + 1} was asked for.`,
      'Choose one of its channels.',
    );
}

function channelFilter(channels: 'all' | 'mono' | number, channelCount: number): string {
  if (channels === 'all' || channelCount === 1) return '';
  if (typeof channels === 'number') return `pan=mono|c0=c${channels}`;
  const terms = Array.from({ length: channelCount }, (_, channel) => `${1 / channelCount}*c${channel}`);
  return `pan=mono|c0=${terms.join('+')}`;
}

/** Holes of more than 0.1 s in the sound's time stamps become silence; smaller ones are jitter of the container. */
function resampleFilter(sampleRate: number, sampleFormat: 'flt' | 's16' = 'flt'): string {
  return `aresample=${sampleRate}:resampler=soxr:precision=28:async=1:osf=${sampleFormat}`;
}

/** Runs ffmpeg and gives what it writes as floats, `delayFrames` of silence first (or that many frames less). */
export async function* ffmpegFloats(
  path: string,
  args: readonly string[],
  run: {
    readonly channelCount: number;
    readonly signal: AbortSignal | undefined;
    readonly delayFrames?: number;
    readonly stdin?: AsyncIterable<Uint8Array>;
  },
): AsyncGenerator<Float32Array> {
  const { channelCount, signal, delayFrames = 0 } = run;
  if (signal?.aborted) throw cancelledError(path);
  const running = await startFfmpeg(args, { signal, stdin: run.stdin });
  try {
    const chunkFrames = Math.max(1, Math.floor(chunkSamples / channelCount));
    for (let left = delayFrames; left > 0; left -= chunkFrames)
      yield new Float32Array(Math.min(left, chunkFrames) * channelCount);
    const frameBytes = channelCount * 4;
    let skipBytes = Math.max(0, -delayFrames) * frameBytes;
    let rest = Buffer.alloc(0);
    for await (const piece of running.stdout as AsyncIterable<Buffer>) {
      if (signal?.aborted) break;
      const skipped = Math.min(skipBytes, piece.length);
      skipBytes -= skipped;
      const bytes = rest.length > 0 ? Buffer.concat([rest, piece.subarray(skipped)]) : piece.subarray(skipped);
      const whole = bytes.length - (bytes.length % frameBytes);
      rest = Buffer.from(bytes.subarray(whole));
      if (whole > 0) yield pcmToFloats(bytes.subarray(0, whole), 'f32');
    }
    if (signal?.aborted) throw cancelledError(path);
    const end = await running.done;
    if (signal?.aborted) throw cancelledError(path);
    if (end.exitCode !== 0) throw ffmpegFailure(path, end);
  } finally {
    running.kill();
  }
}
