import type { PcmFormat } from '../../src-shared/engine/render-plan.ts';
import { readMoviePcm } from './movie-pcm.ts';
import { readWaveFile } from './wave-file.ts';

/** Plain PCM of one track, where it lies in its file. */
export type PcmTrack = {
  readonly format: PcmFormat;
  readonly bigEndian: boolean;
  readonly channelCount: number;
  /** Frames of silence before the first of the track; negative: that many of its frames come before time 0. */
  readonly delayFrames: number;
  /** Byte offset and frames of each piece, flat, in the order of presentation. */
  readonly extents: Float64Array;
};

/** Sound that can be read straight from its file: the channels of the tracks side by side, as long as all of them last. */
export type PcmLayout = {
  readonly path: string;
  readonly sampleRate: number;
  readonly channelCount: number;
  readonly frames: number;
  readonly tracks: readonly PcmTrack[];
};

/**
 * Where the plain PCM of a file lies: WAV-family files (those cut off too, as far as they go) and movies whose tables
 * leave no doubt. Null for files that must be decoded; throws where a WAV is damaged or the file cannot be read.
 */
export async function readPcmLayout(path: string): Promise<PcmLayout | null> {
  const wave = await readWaveFile(path, { allowTruncated: true });
  if (!wave) return readMoviePcm(path);
  const { format, sampleRate, channelCount } = wave.format;
  if (!format || wave.frames === null) return null;
  const extents = Float64Array.of(wave.dataOffset, wave.frames);
  const tracks = [{ format, bigEndian: false, channelCount, delayFrames: 0, extents }];
  return { path, sampleRate, channelCount, frames: wave.frames, tracks };
}
