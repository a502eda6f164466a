import { ffmpegFailure, inputArguments, startFfmpeg } from './ffmpeg.ts';
import { readFfmpegInput } from './ffmpeg-input.ts';
import { cancelledError, mediaError, shownName } from './media-error.ts';
import { readStreamStarts, soundDelaySamples } from './stream-starts.ts';

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

/**
 * Decodes the first sound of a file to 32-bit float in bounded memory: the decoder waits while the reader does.
 * Throws one `media-...` error where the file has no sound or cannot be read; while reading, an abort throws
 * `media-cancelled` and ends the decoder.
 */
export async function decodeAudio(path: string, options: DecodeOptions = {}): Promise<DecodedAudio> {
  const { signal } = options;
  if (signal?.aborted) throw cancelledError(path);
  const input = await readFfmpegInput(path, signal);
  const hasAudio = input.streams.some((stream) => stream.kind === 'audio');
  const hasVideo = input.streams.some((stream) => stream.kind === 'video' && !stream.attachedPicture);
  if (!hasAudio) throw noSound(path);
  const starts = await readStreamStarts(path, { hasVideo, hasAudio }, signal);
  const sourceSampleRate = starts.audioSampleRate;
  const sourceChannelCount = starts.audioChannelCount;
  if (!sourceSampleRate || !sourceChannelCount) throw noSound(path);
  const sampleRate = options.sampleRate ?? sourceSampleRate;
  const channels = options.channels ?? 'all';
  refuseMissingChannel(path, channels, sourceChannelCount);
  const channelCount = channels === 'all' ? sourceChannelCount : 1;
  const filters = [channelFilter(channels, sourceChannelCount), resampleFilter(sampleRate)].filter(Boolean).join(',');
  const args = ['-loglevel', 'error', '-copyts', ...inputArguments(path), '-map', '0:a:0', '-af', filters];
  args.push('-f', 'f32le', 'pipe:1');
  return {
    sampleRate,
    channelCount,
    sourceSampleRate,
    sourceChannelCount,
    expectedFrames: input.durationSeconds === null ? null : Math.round(input.durationSeconds * sampleRate),
    chunks: decodedChunks(path, args, channelCount, soundDelaySamples(starts, sampleRate), signal),
  };
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
function resampleFilter(sampleRate: number): string {
  return `aresample=${sampleRate}:resampler=soxr:precision=28:async=1:osf=flt`;
}

async function* decodedChunks(
  path: string,
  args: readonly string[],
  channelCount: number,
  delayFrames: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Float32Array> {
  const running = await startFfmpeg(args, { signal });
  try {
    const chunkFrames = Math.max(1, Math.floor(chunkSamples / channelCount));
    for (let left = delayFrames; left > 0; left -= chunkFrames)
      yield new Float32Array(Math.min(left, chunkFrames) * channelCount);
    let skipBytes = Math.max(0, -delayFrames) * channelCount * 4;
    const frameBytes = channelCount * 4;
    let rest = Buffer.alloc(0);
    for await (const piece of running.stdout as AsyncIterable<Buffer>) {
      if (signal?.aborted) break;
      let bytes = piece;
      if (skipBytes > 0) {
        const skipped = Math.min(skipBytes, bytes.length);
        skipBytes -= skipped;
        bytes = bytes.subarray(skipped);
      }
      if (rest.length > 0) bytes = Buffer.concat([rest, bytes]);
      const whole = bytes.length - (bytes.length % frameBytes);
      rest = Buffer.from(bytes.subarray(whole));
      if (whole > 0) yield floatsOf(bytes.subarray(0, whole));
    }
    if (signal?.aborted) throw cancelledError(path);
    const end = await running.done;
    if (signal?.aborted) throw cancelledError(path);
    if (end.exitCode !== 0) throw ffmpegFailure(path, end);
  } finally {
    running.kill();
  }
}

/** Copies little-endian bytes into floats of their own memory. */
function floatsOf(bytes: Buffer): Float32Array {
  const floats = new Float32Array(bytes.length / 4);
  new Uint8Array(floats.buffer).set(bytes);
  return floats;
}
