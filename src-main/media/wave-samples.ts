import { open } from 'node:fs/promises';
import { cancelledError, fileSystemError, mediaError, shownName } from './media-error.ts';
import { pcmToFloats, reduceChannels } from './pcm-samples.ts';
import { readBytes } from './wave-chunks.ts';
import type { WaveFile } from './wave-file.ts';

const readLimit = 1 << 20;

/**
 * Reads the samples of a PCM WAV-family file as interleaved floats from frame `fromFrame` on, `frameCount` of them (to
 * the end when left out), about 1 MB of file at a time. A file that ends early throws `media-truncated`.
 */
export async function* waveFloats(
  wave: WaveFile,
  options: {
    readonly channels?: 'all' | 'mono' | number;
    readonly fromFrame?: number;
    readonly frameCount?: number;
    readonly signal?: AbortSignal | undefined;
  } = {},
): AsyncGenerator<Float32Array> {
  const { format } = wave.format;
  if (!format || wave.frames === null)
    throw mediaError(
      'media-unsupported',
      `“${shownName(wave.path)}” does not hold plain PCM.`,
      'Import it: it is converted then.',
    );
  const frameBytes = wave.format.blockAlign;
  const first = Math.max(0, options.fromFrame ?? 0);
  const end = Math.min(wave.frames, first + (options.frameCount ?? wave.frames));
  const step = Math.max(1, Math.floor(readLimit / frameBytes));
  const file = await open(wave.path, 'r').catch((error) => {
    throw fileSystemError(wave.path, error);
  });
  try {
    for (let frame = first; frame < end; frame += step) {
      if (options.signal?.aborted) throw cancelledError(wave.path);
      const wanted = Math.min(step, end - frame) * frameBytes;
      const bytes = await readBytes(file, wave.dataOffset + frame * frameBytes, wanted);
      if (bytes.length < wanted)
        throw mediaError(
          'media-truncated',
          `“${shownName(wave.path)}” became shorter while it was read (byte ${wave.dataOffset + frame * frameBytes + bytes.length}).`,
          'Copy it from the card again.',
        );
      yield reduceChannels(pcmToFloats(bytes, format), wave.format.channelCount, options.channels ?? 'all');
    }
  } catch (error) {
    throw fileSystemError(wave.path, error);
  } finally {
    await file.close();
  }
}
