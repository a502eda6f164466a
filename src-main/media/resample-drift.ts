import { rm } from 'node:fs/promises';
import type { PcmFormat } from '../../src-shared/engine/render-plan.ts';
import type { TwopopError } from '../../src-shared/rpc/error.ts';
import { ffmpegFloats, mostResampledChannels } from './decode-audio.ts';
import type { DriftRatio } from './drift-ratio.ts';
import { cancelledError, fileSystemError, mediaError, shownName } from './media-error.ts';
import type { WaveFile } from './wave-file.ts';
import { waveFloats } from './wave-samples.ts';
import { type WaveHeaderFields, WaveWriter } from './wave-writer.ts';

export type DriftResampling = {
  /** The file's frames to resample: `[fromFrame, fromFrame + frameCount)`, all of them in the file. */
  readonly fromFrame: number;
  readonly frameCount: number;
  /** Sample k of what is written is sample `fromFrame + k * numerator / denominator` of the file. */
  readonly ratio: DriftRatio;
  /** What the new file says of itself. */
  readonly header: Pick<WaveHeaderFields, 'bext' | 'ixml'>;
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal | undefined;
};

/** Samples by which what the resampler gives may differ from what the ratio promises: it rounds at the end. */
const LENGTH_TOLERANCE = 2;

/**
 * Writes a stretch of a PCM WAV-family file at a slightly other speed, all channels, under the same sample rate: what
 * a recorder whose clock ran apart from the camera's would have written had it run with it. soxr does it at 28 bits.
 * Measured against analytic signals over 30 min at 100 ppm and 2 h at -63 ppm: sounds lie within 0.005 samples of their
 * places from first to last (soxr steps in fixed point, which costs 0.0001 ppm at most: 0.04 samples in 2 h), no latency
 * is left in, and at 48 kHz levels stay within 0.002 dB up to 20 kHz.
 *
 * Files of 8, 16 and 24-bit integers become 24 bit, 32-bit integers stay so, floats become 32-bit floats. Integers are
 * rounded without dither: at 24 bits that error lies at -144 dBFS, under the noise of any microphone. What swings
 * above full scale between samples is held to it, except in floats.
 *
 * Resolves when the file is whole and durable at `partPath`, which must not exist; nothing is left there when it fails.
 * Throws one `media-...` error: of the file that is read, or `media-disk-full` and `media-write-failed` of the other.
 */
export async function resampleDrift(
  wave: WaveFile,
  partPath: string,
  options: DriftResampling,
): Promise<{ readonly format: PcmFormat; readonly frameCount: number }> {
  const { frameCount, ratio, signal } = options;
  const { channelCount, sampleRate } = wave.format;
  if (channelCount > mostResampledChannels)
    throw mediaError(
      'media-too-many-channels',
      `“${shownName(wave.path)}” has ${channelCount} channels; at most ${mostResampledChannels} can be resampled.`,
      'Correct its drift by cutting at pauses, or not at all.',
    );
  const format = resampledFormat(wave.format.format);
  const promised = Math.round((frameCount * ratio.denominator) / ratio.numerator);
  let writer: WaveWriter | undefined;
  try {
    writer = await WaveWriter.create(partPath, { ...options.header, format, channelCount, sampleRate }).catch(
      (error) => {
        throw writeError(partPath, error);
      },
    );
    for await (const floats of resampled(wave, options)) {
      await writer.append(floats).catch((error) => {
        throw writeError(partPath, error);
      });
      options.onProgress?.(Math.min(1, writer.frameCount / promised));
    }
    if (signal?.aborted) throw cancelledError(wave.path);
    if (Math.abs(writer.frameCount - promised) > LENGTH_TOLERANCE)
      throw mediaError(
        'ffmpeg-failed',
        `“${shownName(wave.path)}” came out of ffmpeg’s resampler with ${writer.frameCount} samples instead of ${promised}.`,
        'Install another version of ffmpeg, or correct the drift by cutting at pauses.',
      );
    const written = await writer.finish().catch((error) => {
      throw writeError(partPath, error);
    });
    return { format, frameCount: written };
  } catch (error) {
    await writer?.abandon();
    if (writer) await rm(partPath, { force: true });
    throw fileSystemError(wave.path, error);
  }
}

/** A failure to write, in words that fit a copy that is made of a file of the project. */
function writeError(partPath: string, error: unknown): TwopopError {
  const name = shownName(partPath).replace(/\.part$/, '');
  const known = fileSystemError(partPath, error);
  if (known.code === 'media-disk-full')
    return mediaError(
      'media-disk-full',
      `The resampled “${name}” could not be written: the disk is full.`,
      'Free some space and try again; nothing half-written was kept.',
      { cause: error },
    );
  return mediaError(
    'media-write-failed',
    `The resampled “${name}” could not be written (${(error as NodeJS.ErrnoException).code ?? known.message}).`,
    'Check that the project’s folder is there and may be written to, then try again.',
    { cause: error },
  );
}

/** The bit depth of a resampled copy of such a file. */
export function resampledFormat(format: PcmFormat | null): PcmFormat {
  if (format === 's32') return 's32';
  return format === 'f32' || format === 'f64' ? 'f32' : 's24';
}

/** The stretch through soxr. It is told rates of which only the quotient means anything. */
function resampled(wave: WaveFile, options: DriftResampling): AsyncGenerator<Float32Array> {
  const { fromFrame, frameCount, ratio, signal } = options;
  const { channelCount, sampleRate } = wave.format;
  const bytes = async function* () {
    for await (const piece of waveFloats(wave, { fromFrame, frameCount, signal }))
      yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  };
  const raw = ['-f', 'f32le', '-ar', String(sampleRate), '-ac', String(channelCount), '-i', 'pipe:0'];
  const filters = `asetrate=${ratio.numerator},aresample=${ratio.denominator}:resampler=soxr:precision=28:osf=flt`;
  const args = ['-loglevel', 'error', '-protocol_whitelist', 'file,pipe', ...raw];
  args.push('-filter_threads', '1', '-af', filters, '-f', 'f32le', 'pipe:1');
  return ffmpegFloats(wave.path, args, { channelCount, signal, stdin: bytes() });
}
