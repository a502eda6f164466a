import { type FileHandle, open } from 'node:fs/promises';
import { fileSystemError } from './media-error.ts';
import { boxAt, childBoxes, type Mp4Box, readMovieBox, tableOf } from './mp4-boxes.ts';
import { endOfSamples, type Mp4Track, movieTicksASecond, movieTracks, presentationTicks } from './mp4-tracks.ts';
import type { ExactTime, SoundStart } from './stream-starts.ts';

/** What the tables say of a movie's one sound track and its picture. */
export type MovieStarts = {
  /** When the first picture frame is presented; null where there is no picture. */
  readonly video: ExactTime | null;
  /** Null where there is no sound track. */
  readonly sound: SoundStart | null;
  readonly durationSeconds: number | null;
};

/** Picture that every ffmpeg decodes from its first frame on. */
const plainPictures = /^(avc[13]|hvc1|hev1|mp4v|jpeg|mjp[ab]|ap4[hx]|apc[hnso]|AVdn|av01|vp09)$/;
const plainSamples = /^(sowt|twos|in24|in32|fl32|lpcm)$/;

/**
 * Reads from the tables of a QuickTime or MP4 file what decoding its first frames would tell, for the files that
 * leave no doubt: at most one sound track, of PCM or of AAC that tells its priming by edits alone, at most one picture
 * track that begins with a key frame, plain edit lists, every sample inside the file. Null for all others (fragmented files,
 * several sound tracks, cut clips, codecs that hide their rate): those must be decoded to be known.
 */
export async function readMovieStarts(path: string): Promise<MovieStarts | null> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { size } = await file.stat();
    const movie = await readMovieBox(file, size);
    return movie ? startsOf(movie, size) : null;
  } catch (error) {
    throw fileSystemError(path, error);
  } finally {
    await file?.close();
  }
}

function startsOf(movie: Mp4Box, fileSize: number): MovieStarts | null {
  if (boxAt(movie, 'mvex')) return null;
  const tracks = movieTracks(movie);
  if (tracks.length !== childBoxes(movie.body).filter(({ type }) => type === 'trak').length) return null;
  const [sound, ...otherSounds] = tracks.filter(({ handler }) => handler === 'soun');
  const [picture, ...otherPictures] = tracks.filter(({ handler }) => handler === 'vide');
  if (tracks.length === 0 || otherSounds.length > 0 || otherPictures.length > 0) return null;
  if (Math.max(...tracks.map(endOfSamples)) > fileSize) return null;
  // iTunes tells the priming in a comment of its own.
  if (movie.body.includes('iTunSMPB')) return null;
  const movieTicks = movieTicksASecond(movie);
  if (movieTicks === 0) return null;
  const start = sound ? soundStart(sound, movieTicks) : null;
  const video = picture ? pictureStart(picture, movieTicks) : null;
  if ((sound && !start) || (picture && !video)) return null;
  return { video, sound: start, durationSeconds: durationOf(movie, movieTicks) };
}

/** What stands before the first sample shown and where in the media that one lies; null for edits that cut or repeat. */
export function plainEdit(
  track: Mp4Track,
  movieTicks: number,
): { readonly delayTicks: number; readonly mediaTime: number } | null {
  let delayTicks = 0;
  const shown = track.edits.findIndex(({ mediaTime }) => mediaTime >= 0);
  if (shown < 0) return track.edits.length === 0 ? { delayTicks, mediaTime: 0 } : null;
  if (shown !== track.edits.length - 1) return null;
  for (const { duration, mediaTime } of track.edits.slice(0, shown)) {
    if (mediaTime !== -1) return null;
    delayTicks += Math.round((duration * track.timescale) / movieTicks);
  }
  // Nobody starts a track a day late: such a table is damaged.
  return delayTicks < 86_400 * track.timescale ? { delayTicks, mediaTime: track.edits[shown]!.mediaTime } : null;
}

/** When a picture track's first frame is presented; null where only decoding tells. */
export function pictureStart(track: Mp4Track, movieTicks: number): ExactTime | null {
  const edit = plainEdit(track, movieTicks);
  if (!edit || !plainPictures.test(track.description?.type ?? '')) return null;
  const keyFrames = boxAt(track.sampleTable, 'stss');
  if (keyFrames && tableOf(keyFrames, 1)[0] !== 1) return null;
  // Frames that are presented before the first key frame are lost; negative times are shifted.
  const offsets = tableOf(boxAt(track.sampleTable, 'ctts'), 2);
  const firstTick = offsets[1] ?? 0;
  for (let row = 1; row < offsets.length; row += 2) if (offsets[row]! > 0x7fff_ffff) return null;
  if (presentationTicks(track)[0] !== firstTick || firstTick < edit.mediaTime) return null;
  return { ticks: edit.delayTicks + firstTick - edit.mediaTime, numerator: 1, denominator: track.timescale };
}

function soundStart(track: Mp4Track, movieTicks: number): SoundStart | null {
  const edit = plainEdit(track, movieTicks);
  const { description } = track;
  const format = description ? soundFormat(description) : null;
  if (!edit || !format || format.sampleRate !== track.timescale) return null;
  // Samples cut off the head of PCM go by packets.
  if (!format.compressed && edit.mediaTime !== 0) return null;
  const start = { ticks: edit.delayTicks, numerator: 1, denominator: track.timescale };
  return { stream: 'a:0', start, sampleRate: format.sampleRate, channelCount: format.channelCount };
}

type SoundFormat = { readonly sampleRate: number; readonly channelCount: number; readonly compressed: boolean };

function soundFormat({ type, body }: Mp4Box): SoundFormat | null {
  if (body.length < 28) return null;
  const version = body.readUInt16BE(8);
  if (type === 'mp4a') return version < 2 ? aacFormat(body, version) : null;
  if (!plainSamples.test(type)) return null;
  const wide = version === 2 && body.length >= 56;
  if (version > 1 && !wide) return null;
  const sampleRate = wide ? body.readDoubleBE(32) : body.readUInt16BE(24);
  const channelCount = wide ? body.readUInt32BE(40) : body.readUInt16BE(16);
  if (!Number.isInteger(sampleRate) || sampleRate < 8000 || channelCount < 1 || channelCount > 64) return null;
  return { sampleRate, channelCount, compressed: false };
}

const aacRates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000];
const aacChannels = [0, 1, 2, 3, 4, 5, 6, 8];

/** AAC-LC that says its rate and channels itself; at 24 kHz and under a hidden extension may double them. */
function aacFormat(body: Buffer, version: number): SoundFormat | null {
  const children = childBoxes(body, version === 1 ? 44 : 28);
  const wave = children.find(({ type }) => type === 'wave');
  const esds = [...children, ...(wave ? childBoxes(wave.body) : [])].find(({ type }) => type === 'esds');
  const config = esds ? decoderConfig(esds.body) : null;
  if (!config || config.length < 2) return null;
  const bits = config.readUInt16BE(0);
  if (bits >> 11 !== 2) return null;
  const sampleRate = aacRates[(bits >> 7) & 15];
  const channelCount = aacChannels[(bits >> 3) & 15];
  return sampleRate && channelCount ? { sampleRate, channelCount, compressed: true } : null;
}

/** The decoder-specific bytes inside an `esds` box: descriptors 3, then 4, then 5 within each other. */
function decoderConfig(body: Buffer): Buffer | null {
  let at = 4;
  for (const tag of [3, 4, 5]) {
    if (body[at] !== tag) return null;
    let length = 0;
    let byte: number | undefined;
    do {
      at += 1;
      byte = body[at];
      if (byte === undefined) return null;
      length = length * 128 + (byte & 127);
    } while (byte & 128 && length < 1 << 20);
    at += 1;
    if (tag === 5) return body.subarray(at, at + length);
    // Only streams without dependencies, address or clock of their own: three bytes, then thirteen.
    if (tag === 3 && body[at + 2]) return null;
    if (tag === 4 && body[at] !== 0x40) return null;
    at += tag === 3 ? 3 : 13;
  }
  return null;
}

function durationOf(movie: Mp4Box, movieTicks: number): number | null {
  const header = boxAt(movie, 'mvhd')?.body;
  if (!header || header.length < 32) return null;
  const ticks = header[0] === 1 ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  return ticks > 0 && ticks !== 0xffff_ffff ? ticks / movieTicks : null;
}
