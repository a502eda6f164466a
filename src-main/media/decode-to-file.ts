import { stat } from 'node:fs/promises';
import { type DecodingPlan, decodingArguments, planDecoding } from './decode-audio.ts';
import { runFfmpeg } from './ffmpeg.ts';
import { mediaError, shownName } from './media-error.ts';
import type { PcmLayout } from './pcm-layout.ts';

/**
 * Decodes the sound of a file to 16-bit PCM in a file at `target`, to be read from there: for listening to, not for
 * keeping. Frame 0 is the time of the first picture frame, as in `decodeAudio`. Throws one `media-...` error where the
 * file has no sound or cannot be read; an abort throws `media-cancelled`. What is at `target` then is the caller's to
 * remove. A range decodes only that much from there on, to a packet of the codec: frame 0 then lies within a tenth of a
 * second of its beginning.
 */
export async function decodeToFile(
  path: string,
  target: string,
  options: {
    readonly sampleRate: number;
    readonly channels?: 'all' | number;
    readonly range?: { readonly fromSeconds: number; readonly toSeconds: number };
    readonly signal?: AbortSignal | undefined;
    readonly onFraction?: ((fraction: number) => void) | undefined;
  },
): Promise<PcmLayout> {
  return decodePlanned(await planDecoding(path, options, 's16'), target, options);
}

/** Decodes what was planned as `s16`, as `decodeToFile` does. */
export async function decodePlanned(
  plan: DecodingPlan,
  target: string,
  options: {
    readonly range?: { readonly fromSeconds: number; readonly toSeconds: number };
    readonly signal?: AbortSignal | undefined;
    readonly onFraction?: ((fraction: number) => void) | undefined;
  },
): Promise<PcmLayout> {
  const { onFraction, range, signal } = options;
  const decoding = decodingArguments([{ plan, output: pcmOutput(target) }]);
  await runFfmpeg(plan.path, [...rangeArguments(range), ...decoding], {
    signal,
    onProgressSeconds: (seconds) => tellFraction(plan, onFraction, seconds),
  });
  return decodedLayout(range ? { ...plan, delayFrames: 0 } : plan, target);
}

/** Tells how much of the planned sound so many seconds are. */
export function tellFraction(
  { expectedFrames, sampleRate }: DecodingPlan,
  onFraction: ((fraction: number) => void) | undefined,
  seconds: number,
): void {
  if (expectedFrames) onFraction?.(Math.min(1, (seconds * sampleRate) / expectedFrames));
}

/** Where ffmpeg puts an output as 16-bit PCM. */
export function pcmOutput(target: string): string[] {
  return ['-f', 's16le', '-y', `file:${target}`];
}

/** How what was decoded as planned lies at `target`; throws `media-no-samples` where that is nothing. */
export async function decodedLayout(plan: DecodingPlan, target: string): Promise<PcmLayout> {
  const { path, channelCount, sampleRate, delayFrames } = plan;
  const decoded = Math.floor((await stat(target)).size / (2 * channelCount));
  const frames = Math.max(0, decoded + delayFrames);
  if (frames === 0)
    throw mediaError('media-no-samples', `“${shownName(path)}” holds no sound.`, 'Choose a file with sound.');
  const extents = Float64Array.of(0, decoded);
  const tracks = [{ format: 's16' as const, bigEndian: false, channelCount, delayFrames, extents }];
  return { path: target, sampleRate, channelCount, frames, tracks };
}

function rangeArguments(range: { readonly fromSeconds: number; readonly toSeconds: number } | undefined): string[] {
  if (!range) return [];
  return ['-ss', range.fromSeconds.toFixed(3), '-t', (range.toSeconds - range.fromSeconds).toFixed(3)];
}
