import { decodeToFile } from '../media/decode-to-file.ts';
import { DecodeTogether } from '../media/decode-together.ts';
import { readMovieFacts } from '../media/movie-facts.ts';
import { readPcmLayout } from '../media/pcm-layout.ts';
import { readWaveFile } from '../media/wave-file.ts';
import type { OpenTracks } from '../sync/assess-tracks.ts';
import type { OpenSyncAudio } from '../sync/sync-input.ts';

/** The rate that sync listens at. */
const syncSampleRate = 48_000;

/** One for each sync, by its signal. */
const decoders = new WeakMap<AbortSignal, DecodeTogether>();

/**
 * How sync hears a file: PCM at 48 kHz in WAV-family files and plain movies is read from where it lies, everything else
 * is decoded to a scratch file first, with what else the same sync (the same signal) asks for. A recorder file cut off
 * on its card still matches by what is left of it.
 */
export const openSyncAudio: OpenSyncAudio = async ({ path }, { channel, scratchPath, signal, ...asked }) => {
  const pcm = await readPcmLayout(path);
  if (pcm?.sampleRate === syncSampleRate) return { pcm, channels: channel === undefined ? null : [channel] };
  const decoder = decoders.get(signal) ?? new DecodeTogether(syncSampleRate, signal);
  decoders.set(signal, decoder);
  const decoded = await decoder.decode(path, scratchPath, { channels: channel ?? 'all', ...asked });
  return { pcm: decoded, channels: null };
};

/**
 * How sync sees all microphones of a recorder file: plain PCM of any rate where it lies, with the names that the file
 * gives them; what must be decoded over the range that is asked for.
 */
export const openSyncTracks: OpenTracks = async ({ path }, { fromSeconds, toSeconds, scratchPath, signal }) => {
  const pcm = await readPcmLayout(path);
  if (pcm) {
    const wave = await readWaveFile(path, { allowTruncated: true });
    return { pcm, sampleRate: pcm.sampleRate, fromSeconds: 0, names: wave?.metadata.trackNames ?? [] };
  }
  const range = { fromSeconds, toSeconds };
  const decoded = await decodeToFile(path, scratchPath, { sampleRate: syncSampleRate, range, signal });
  return { pcm: decoded, sampleRate: syncSampleRate, fromSeconds, names: [] };
};

/**
 * Seconds since midnight at which a file says it starts: the TimeReference of a BWF, the start timecode of a movie in
 * real seconds (frames over the exact rate). Null when it does not say.
 */
export async function readSyncStart(path: string): Promise<number | null> {
  const wave = await readWaveFile(path, { allowTruncated: true });
  if (wave) {
    const { timeReference, timestampSampleRate } = wave.metadata;
    return timeReference === null ? null : timeReference / timestampSampleRate;
  }
  const movie = await readMovieFacts(path);
  if (!movie?.timecode) return null;
  const { startFrame, frameRate } = movie.timecode;
  return (startFrame * frameRate.denominator) / frameRate.numerator;
}
