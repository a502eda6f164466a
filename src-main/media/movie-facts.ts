import { type FileHandle, open } from 'node:fs/promises';
import { FRAME_RATES, type FrameRate } from '../../src-shared/time/frame-rate.ts';
import { framesPerDay } from '../../src-shared/time/timecode.ts';
import { fileSystemError } from './media-error.ts';
import { readMovieBox } from './mp4-boxes.ts';
import {
  endOfSamples,
  firstSampleOffset,
  type Mp4Track,
  movieTicksASecond,
  movieTracks,
  presentationTicks,
  soundTicks,
} from './mp4-tracks.ts';
import { readBytes } from './wave-chunks.ts';

export type ExactRate = { readonly numerator: number; readonly denominator: number };

/** What the times of a picture's frames say. */
export type FrameTiming = {
  readonly frameRate: ExactRate;
  /** Frames stand off the grid of `frameRate` by more than a quarter of one: phones, screen recorders. */
  readonly variable: boolean;
  /** Frames presented at `frameRate`, after the edit list. */
  readonly frameCount: number;
};

/** What the tables of a QuickTime or MP4 file say about its picture and timecode. */
export type MovieFacts = {
  /** Null where there is no picture track with a sample table (sound only, or a fragmented file). */
  readonly picture: FrameTiming | null;
  /** The first sound track: how long it lasts, exactly, in ticks of `timescale` a second. Codec padding at its end counts. */
  readonly sound: { readonly ticks: number; readonly timescale: number } | null;
  /** Frame number from midnight of the first frame, at the timecode's own rate. */
  readonly timecode: { readonly startFrame: number; readonly frameRate: FrameRate } | null;
  /** The byte after the last sample that the tables name; beyond the file's end it was cut off. */
  readonly endOfSamples: number;
};

/**
 * Reads a QuickTime or MP4 file's own tables, which say what ffmpeg rounds or keeps to itself: exact frame times,
 * start timecode, where samples lie. Null when there is no `moov` box in it.
 */
export async function readMovieFacts(path: string): Promise<MovieFacts | null> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { size } = await file.stat();
    const movie = await readMovieBox(file, size);
    if (!movie) return null;
    const tracks = movieTracks(movie);
    const pictureTrack = tracks.find((track) => track.handler === 'vide');
    const soundTrack = tracks.find((track) => track.handler === 'soun');
    const timecodeTrack = tracks.find((track) => track.handler === 'tmcd' || track.description?.type === 'tmcd');
    return {
      picture: pictureTrack ? pictureFacts(pictureTrack) : null,
      sound: soundTrack ? soundFacts(soundTrack, movieTicksASecond(movie)) : null,
      timecode: timecodeTrack ? await timecodeFacts(timecodeTrack, file) : null,
      endOfSamples: Math.max(0, ...tracks.map(endOfSamples)),
    };
  } catch (error) {
    throw fileSystemError(path, error);
  } finally {
    await file?.close();
  }
}

function soundFacts(track: Mp4Track, movieTicks: number): MovieFacts['sound'] {
  const ticks = soundTicks(track);
  // A fragmented file keeps its lengths elsewhere.
  if (ticks === 0) return null;
  const shown = track.edits.find((edit) => edit.mediaTime >= 0);
  // An edit's length is in coarse ticks: it counts only where it is shorter by more than one of them.
  const edited = movieTicks > 0 && shown ? (shown.duration * track.timescale) / movieTicks : 0;
  const tick = movieTicks > 0 ? track.timescale / movieTicks : 0;
  const cut = edited > 0 && edited + tick < ticks;
  return { ticks: cut ? Math.round(edited) : ticks, timescale: track.timescale };
}

function pictureFacts(track: Mp4Track): MovieFacts['picture'] {
  const all = presentationTicks(track);
  const shownEdit = track.edits.find((edit) => edit.mediaTime >= 0);
  const start = shownEdit && shownEdit.mediaTime <= (all.at(-1) ?? 0) ? shownEdit.mediaTime : 0;
  // The frame shown at the edit's start may begin a little before it.
  const ticks = all.subarray(Math.max(0, firstAfter(all, start) - 1));
  return ticks.length > 0 ? frameTiming(ticks, track.timescale) : null;
}

/** Finds the rate of frames that are presented at these times (in order, at least one). */
export function frameTiming(ticks: Float64Array, timescale: number): FrameTiming {
  const frameRate = nominalRate(ticks, timescale);
  const variable = leavesGrid(ticks, timescale, frameRate);
  const ticksAFrame = (timescale * frameRate.denominator) / frameRate.numerator;
  const span = ticks.at(-1)! - ticks[0]!;
  return { frameRate, variable, frameCount: variable ? Math.round(span / ticksAFrame) + 1 : ticks.length };
}

function firstAfter(ticks: Float64Array, time: number): number {
  let low = 0;
  let high = ticks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ticks[middle]! > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The constant rate that frames at these times are meant to have: the field's rate nearest to the mean of the usual
 * frame lengths where one is within 0.04 % of it (or 2 % for uneven frames), else the mean itself, exactly.
 */
export function nominalRate(ticks: Float64Array, timescale: number): ExactRate {
  if (ticks.length < 2) return { numerator: 25, denominator: 1 };
  const lengths = new Float64Array(ticks.length - 1);
  for (let index = 0; index < lengths.length; index++) lengths[index] = ticks[index + 1]! - ticks[index]!;
  const sorted = lengths.slice().sort();
  const median = sorted[sorted.length >> 1]!;
  if (median <= 0) return { numerator: 25, denominator: 1 };
  let sum = 0;
  let count = 0;
  for (const length of lengths)
    if (Math.abs(length - median) <= median * 0.3) {
      sum += length;
      count++;
    }
  const framesASecond = (timescale * count) / sum;
  const even = sorted[0]! >= median - 1 && sorted.at(-1)! <= median + 1;
  let best: ExactRate | null = null;
  let nearest = even ? 0.0004 : 0.02;
  for (const { numerator, denominator } of Object.values(FRAME_RATES)) {
    const distance = Math.abs((numerator / denominator - framesASecond) / framesASecond);
    if (distance < nearest) {
      nearest = distance;
      best = { numerator, denominator };
    }
  }
  return best ?? reduced(Math.round(timescale * count), Math.round(sum));
}

/** The field's rate that a written one means (2997/100 is 30000/1001), else the written one in lowest terms. */
export function fieldRate(numerator: number, denominator: number): ExactRate {
  const value = numerator / denominator;
  for (const rate of Object.values(FRAME_RATES))
    if (Math.abs(rate.numerator / rate.denominator / value - 1) < 0.0004)
      return { numerator: rate.numerator, denominator: rate.denominator };
  return reduced(numerator, denominator);
}

function reduced(numerator: number, denominator: number): ExactRate {
  let [a, b] = [numerator, denominator];
  while (b > 0) [a, b] = [b, a % b];
  const divisor = Math.max(1, a);
  return { numerator: Math.max(1, numerator / divisor), denominator: Math.max(1, denominator / divisor) };
}

/** Whether any frame stands more than a quarter of a frame from where the constant rate would put it. */
function leavesGrid(ticks: Float64Array, timescale: number, rate: ExactRate): boolean {
  const ticksAFrame = (timescale * rate.denominator) / rate.numerator;
  const first = ticks[0]!;
  for (let index = 1; index < ticks.length; index++)
    if (Math.abs(ticks[index]! - first - index * ticksAFrame) > Math.max(1, ticksAFrame / 4)) return true;
  return false;
}

async function timecodeFacts(track: Mp4Track, file: FileHandle): Promise<MovieFacts['timecode']> {
  const entry = track.description?.body;
  const offset = firstSampleOffset(track);
  if (!entry || entry.length < 25 || offset === null) return null;
  const flags = entry.readUInt32BE(12);
  const timescale = entry.readUInt32BE(16);
  const frameDuration = entry.readUInt32BE(20);
  const sample = await readBytes(file, offset, 4);
  if (timescale === 0 || frameDuration === 0 || timescale > frameDuration * 1000 || sample.length < 4) return null;
  const frameRate = { ...fieldRate(timescale, frameDuration), drop: (flags & 1) === 1 };
  return { startFrame: sample.readUInt32BE(0) % framesPerDay(frameRate), frameRate };
}
