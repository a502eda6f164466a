import { type FileHandle, open } from 'node:fs/promises';
import { fileSystemError } from './media-error.ts';
import { pictureStart, plainEdit } from './movie-starts.ts';
import { boxAt, childBoxes, type Mp4Box, readMovieBox, tableOf } from './mp4-boxes.ts';
import { type Mp4Track, movieTicksASecond, movieTracks, soundExtents } from './mp4-tracks.ts';
import type { PcmLayout, PcmTrack } from './pcm-layout.ts';
import { type ExactTime, samplesBetween } from './stream-starts.ts';
import { sampleBytes } from './wave-format.ts';

/**
 * Where the sound of a QuickTime or MP4 file lies, for files whose tables leave no doubt about it: PCM tracks of one
 * rate, plain edit lists that show all of it, one picture track or none. Frame 0 is the time of the first picture
 * frame, as everywhere. Null for all others; a decoder must be asked then.
 */
export async function readMoviePcm(path: string): Promise<PcmLayout | null> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { size } = await file.stat();
    const movie = await readMovieBox(file, size);
    return movie ? layoutOf(path, movie, size) : null;
  } catch (error) {
    throw fileSystemError(path, error);
  } finally {
    await file?.close();
  }
}

function layoutOf(path: string, movie: Mp4Box, fileSize: number): PcmLayout | null {
  if (boxAt(movie, 'mvex')) return null;
  const tracks = movieTracks(movie);
  if (tracks.length !== childBoxes(movie.body).filter(({ type }) => type === 'trak').length) return null;
  const pictures = tracks.filter(({ handler }) => handler === 'vide');
  const sounds = tracks.filter(({ handler }) => handler === 'soun');
  const movieTicks = movieTicksASecond(movie);
  if (sounds.length === 0 || sounds.length > 64 || pictures.length > 1 || movieTicks === 0) return null;
  const video = pictures[0] ? pictureStart(pictures[0], movieTicks) : null;
  if (pictures[0] && !video) return null;
  const plain = sounds.map((track) => plainSound(track, movieTicks, fileSize));
  const [first] = plain;
  if (!first) return null;
  const zero = video ?? first.start;
  const { sampleRate } = first;
  let frames = Number.POSITIVE_INFINITY;
  const placed: PcmTrack[] = [];
  for (const sound of plain) {
    if (!sound || sound.sampleRate !== sampleRate) return null;
    const delayFrames = samplesBetween(zero, sound.start, sampleRate);
    frames = Math.min(frames, Math.max(0, sound.frames + delayFrames));
    const { format, bigEndian, channelCount, extents } = sound;
    placed.push({ format, bigEndian, channelCount, delayFrames, extents });
  }
  const channelCount = placed.reduce((sum, track) => sum + track.channelCount, 0);
  return { path, sampleRate, channelCount, frames, tracks: placed };
}

type PlainSound = Omit<PcmTrack, 'delayFrames'> & {
  readonly sampleRate: number;
  readonly frames: number;
  readonly start: ExactTime;
};

function plainSound(track: Mp4Track, movieTicks: number, fileSize: number): PlainSound | null {
  const edit = plainEdit(track, movieTicks);
  const format = track.description && !track.severalDescriptions ? pcmFormat(track.description) : null;
  // Samples cut off the head of PCM go by packets in a decoder.
  if (edit?.mediaTime !== 0 || !format || format.sampleRate !== track.timescale) return null;
  const extents = soundExtents(track);
  const frameBytes = format.channelCount * sampleBytes[format.format];
  let frames = 0;
  let end = 0;
  for (let at = 0; at < extents.length; at += 2) {
    const [offset, count] = [extents[at]!, extents[at + 1]!];
    if (offset < end) return null;
    end = offset + count * frameBytes;
    frames += count;
  }
  const durations = tableOf(boxAt(track.sampleTable, 'stts'), 2);
  let told = 0;
  for (let row = 0; row < durations.length; row += 2) {
    if (durations[row + 1] !== 1) return null;
    told += durations[row]!;
  }
  if (frames === 0 || told !== frames || end > fileSize) return null;
  // An edit is counted in coarse ticks; one that ends sooner than that cuts sound off.
  const shown = track.edits.at(-1)?.duration ?? 0;
  if (shown > 0 && ((shown + 1) * track.timescale) / movieTicks < frames) return null;
  const start = { ticks: edit.delayTicks, numerator: 1, denominator: track.timescale };
  const { bigEndian, channelCount, sampleRate } = format;
  return {
    format: format.format,
    bigEndian,
    channelCount,
    sampleRate,
    frames,
    start,
    extents: joined(extents, frameBytes),
  };
}

/** Pieces that lie behind each other as one. */
function joined(extents: Float64Array, frameBytes: number): Float64Array {
  const pieces: number[] = [];
  for (let at = 0; at < extents.length; at += 2) {
    const last = pieces.length - 2;
    if (last >= 0 && pieces[last]! + pieces[last + 1]! * frameBytes === extents[at])
      pieces[last + 1]! += extents[at + 1]!;
    else pieces.push(extents[at]!, extents[at + 1]!);
  }
  return Float64Array.from(pieces);
}

type Pcm = Pick<PcmTrack, 'format' | 'bigEndian' | 'channelCount'> & { readonly sampleRate: number };

/** QuickTime's sound descriptions: versions 0 and 1 name the coding by type, version 2 by flags. */
function pcmFormat({ type, body }: Mp4Box): Pcm | null {
  if (body.length < 28) return null;
  const version = body.readUInt16BE(8);
  if (version === 2) return body.length >= 64 && type === 'lpcm' ? flaggedFormat(body) : null;
  if (version > 1) return null;
  const channelCount = body.readUInt16BE(16);
  const bits = body.readUInt16BE(18);
  const sampleRate = body.readUInt16BE(24);
  if (channelCount < 1 || channelCount > 64 || sampleRate < 8000 || body.readUInt16BE(26) !== 0) return null;
  const given = { channelCount, sampleRate };
  const littleEndian = version === 1 && isLittleEndian(body);
  if (type === 'sowt' && bits === 16) return { ...given, format: 's16', bigEndian: false };
  if (type === 'twos' && bits === 16) return { ...given, format: 's16', bigEndian: true };
  // Their bits are told as 16 or as they are.
  if (type === 'in24') return { ...given, format: 's24', bigEndian: !littleEndian };
  if (type === 'in32') return { ...given, format: 's32', bigEndian: !littleEndian };
  if (type === 'fl32') return { ...given, format: 'f32', bigEndian: !littleEndian };
  return null;
}

function isLittleEndian(body: Buffer): boolean {
  const wave = childBoxes(body, 44).find(({ type }) => type === 'wave');
  const order = wave ? childBoxes(wave.body).find(({ type }) => type === 'enda') : undefined;
  return order !== undefined && order.body.length >= 2 && order.body.readUInt16BE(0) === 1;
}

function flaggedFormat(body: Buffer): Pcm | null {
  const sampleRate = body.readDoubleBE(32);
  const channelCount = body.readUInt32BE(40);
  const bits = body.readUInt32BE(48);
  const flags = body.readUInt32BE(52);
  const frameBytes = body.readUInt32BE(56);
  const framesInPacket = body.readUInt32BE(60);
  if (!Number.isInteger(sampleRate) || sampleRate < 8000 || channelCount < 1 || channelCount > 64) return null;
  const [isFloat, bigEndian, signed, packed] = [1, 2, 4, 8].map((flag) => (flags & flag) !== 0);
  if (frameBytes * 8 !== channelCount * bits || framesInPacket !== 1 || !packed || flags & 0x20) return null;
  const format = isFloat
    ? ({ 32: 'f32', 64: 'f64' } as const)[bits]
    : signed
      ? ({ 16: 's16', 24: 's24', 32: 's32' } as const)[bits]
      : undefined;
  return format ? { format, bigEndian: bigEndian!, channelCount, sampleRate } : null;
}
