import { open, stat } from 'node:fs/promises';
import { type FrameRate, frameToSample } from '../../src-shared/time/frame-rate.ts';
import { floorDivide, toSafeNumber } from '../../src-shared/time/sample-position.ts';
import { parseTimecode } from '../../src-shared/time/timecode.ts';
import { type FfmpegInput, readFfmpegInput } from './ffmpeg-input.ts';
import { fileSystemError, mediaError, shownName } from './media-error.ts';
import { type FrameTiming, fieldRate, frameTiming, type MovieFacts, readMovieFacts } from './movie-facts.ts';
import { readPacketTimes } from './packet-times.ts';
import { type StatedLength, statedSoundLength } from './sound-length.ts';
import { readStreamStarts, type StreamStarts, usableStreams } from './stream-starts.ts';
import { readBytes } from './wave-chunks.ts';
import { readWaveFile, type WaveFile } from './wave-file.ts';

export type SoundFacts = {
  readonly sampleRate: number;
  readonly channelCount: number;
  /** As stored; null for lossy codecs. */
  readonly bitsPerSample: number | null;
  readonly floatSamples: boolean;
  /** Frames at the file's own rate; null where it does not say exactly. */
  readonly frames: number | null;
};

export type PictureFacts = {
  readonly codec: string;
  /** As shown: after rotation. */
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Constant; for a variable rate the one that the proxy is made at. `drop` follows the timecode. */
  readonly frameRate: FrameRate;
  readonly variableFrameRate: boolean;
  readonly frameCount: number;
  /** Frame number from midnight of the first frame at `frameRate`; null when there is no timecode. */
  readonly startFrame: number | null;
};

/** Everything that is known of a media file without decoding it all. */
export type MediaFacts = {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** `wav`, `bwf`, `rf64`, `bw64`, `aiff`, `flac`, `mp3`, `aac`, `m4a`, `mov`, `mp4`, `mxf`, ... */
  readonly container: string;
  readonly wave: WaveFile | null;
  readonly sound: SoundFacts | null;
  readonly picture: PictureFacts | null;
  /** Frame number from midnight and its rate, from a container's timecode; WAV-family files: see `wave.metadata`. */
  readonly timecode: { readonly startFrame: number; readonly frameRate: FrameRate } | null;
  readonly durationSeconds: number | null;
  /** Reel name, scene and take where a container carries them. */
  readonly tags: ReadonlyMap<string, string>;
  /** What was odd about the file and how it was taken, for people. */
  readonly notices: readonly string[];
};

/**
 * Finds out what a file is. WAV-family files are read by our own code and need no ffmpeg. Throws one `media-...`
 * error when it is not media, cannot be read or is damaged.
 */
export async function readMediaFacts(path: string, signal?: AbortSignal): Promise<MediaFacts> {
  const status = await stat(path).catch((error) => {
    throw fileSystemError(path, error);
  });
  if (!status.isFile() && !status.isDirectory())
    throw mediaError(
      'media-not-media',
      `“${shownName(path)}” is a device or a pipe, not a file.`,
      'Choose a sound or picture file.',
    );
  const wave = await readWaveFile(path);
  const known = { path, sizeBytes: status.size, modifiedMs: status.mtimeMs };
  if (wave?.format.format) return waveFacts(known, wave);
  const input = await openedByFfmpeg(path, signal);
  const isMovie = input.formatNames.includes('mov');
  const movie = isMovie ? await readMovieFacts(path) : null;
  if (movie && movie.endOfSamples > status.size)
    throw mediaError(
      'media-truncated',
      `“${shownName(path)}” is cut off: its index names ${movie.endOfSamples} bytes and ${status.size} are there.`,
      'Wait until it is copied to its end, or copy it from the card again.',
    );
  const stated = await statedSoundLength(path);
  if (stated && stated.sampleBytes > status.size)
    throw mediaError(
      'media-truncated',
      `“${shownName(path)}” is cut off: its sound takes ${stated.sampleBytes} bytes and ${status.size} are there.`,
      'Wait until it is copied to its end, or copy it from the card again.',
    );
  const starts = await readStreamStarts(path, input, signal);
  if (!starts.video && starts.sounds.length === 0)
    throw mediaError(
      input.streams.length > 0 ? 'media-unsupported' : 'media-not-media',
      `“${shownName(path)}” holds neither sound nor moving picture that can be read.`,
      'Check that it is what its name says, or convert it to WAV or ProRes first.',
    );
  const timecode = timecodeOf(input, movie, starts);
  const timing = movie?.picture ?? (await timingOf(path, input, starts, signal));
  const picture = pictureOf(input, timing, starts, timecode);
  return {
    ...known,
    container: wave?.container ?? containerOf(input),
    wave,
    sound: soundOf(stated, input, movie, starts, picture),
    picture,
    timecode,
    durationSeconds: input.durationSeconds,
    tags: tagsOf(input),
    notices: noticesOf(input, starts, picture),
  };
}

/** As {@link readFfmpegInput}; a file that only its name makes a movie is no movie that was cut off. */
async function openedByFfmpeg(path: string, signal: AbortSignal | undefined): Promise<FfmpegInput> {
  try {
    return await readFfmpegInput(path, signal);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'media-truncated' && !(await beginsLikeMovie(path)))
      throw mediaError(
        'media-not-media',
        `“${shownName(path)}” is not a sound or picture file that can be read.`,
        'Check that it is what its name says; copy it from the card again.',
      );
    throw error;
  }
}

async function beginsLikeMovie(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    return /^(ftyp|moov|mdat|free|skip|wide|pnot|uuid)$/.test((await readBytes(file, 4, 4)).toString('latin1'));
  } finally {
    await file.close();
  }
}

function waveFacts(known: Pick<MediaFacts, 'path' | 'sizeBytes' | 'modifiedMs'>, wave: WaveFile): MediaFacts {
  const { format } = wave;
  return {
    ...known,
    container: wave.container,
    wave,
    sound: {
      sampleRate: format.sampleRate,
      channelCount: format.channelCount,
      bitsPerSample: format.bitsPerSample,
      floatSamples: format.format === 'f32' || format.format === 'f64',
      frames: wave.frames,
    },
    picture: null,
    timecode: null,
    durationSeconds: wave.frames === null ? null : wave.frames / format.sampleRate,
    tags: new Map(),
    notices: wave.notices,
  };
}

function noticesOf(input: FfmpegInput, starts: StreamStarts, picture: PictureFacts | null): string[] {
  const notices: string[] = [];
  const { video } = usableStreams(input);
  if (video && !picture) notices.push(`Its picture (${video.codec}) cannot be decoded here; only its sound was taken.`);
  const silent = input.streams.filter(({ kind }) => kind === 'audio').length - starts.sounds.length;
  if (silent > 0)
    notices.push(`${silent} of its sound tracks cannot be decoded and ${silent === 1 ? 'was' : 'were'} left out.`);
  if (picture?.variableFrameRate)
    notices.push('The picture has a variable frame rate; its proxy is made at a constant one, in step with the sound.');
  return notices;
}

function containerOf(input: FfmpegInput): string {
  const [first = ''] = input.formatNames;
  if (first !== 'mov') return first === 'matroska' ? 'mkv' : first;
  const brand = (input.metadata.get('major_brand') ?? 'qt').trim();
  return brand === 'qt' ? 'mov' : /^M4[AB]$/.test(brand) ? 'm4a' : 'mp4';
}

function timecodeOf(input: FfmpegInput, movie: MovieFacts | null, starts: StreamStarts): MediaFacts['timecode'] {
  if (movie?.timecode) return movie.timecode;
  const written = [input.metadata, ...input.streams.map((stream) => stream.metadata)]
    .map((metadata) => metadata.get('timecode'))
    .find((text) => text !== undefined);
  if (!written || !starts.videoRate) return null;
  const rate = fieldRate(starts.videoRate.numerator, starts.videoRate.denominator);
  const frameRate = { ...rate, drop: /[;.,]\d+\s*$/.test(written) };
  const startFrame = parseTimecode(written, frameRate);
  return typeof startFrame === 'number' ? { startFrame, frameRate } : null;
}

/** Frame times of the containers that phones and screen recorders use and that have no table of them. */
async function timingOf(
  path: string,
  input: FfmpegInput,
  starts: StreamStarts,
  signal: AbortSignal | undefined,
): Promise<FrameTiming | null> {
  const { video } = usableStreams(input);
  const mayVary = input.formatNames.includes('matroska') || input.formatNames.includes('mov');
  if (!video || !starts.video || !mayVary) return null;
  const times = await readPacketTimes(path, video.index, signal);
  return times && frameTiming(times.ticks, times.timescale);
}

function pictureOf(
  input: FfmpegInput,
  timing: FrameTiming | null,
  starts: StreamStarts,
  timecode: MediaFacts['timecode'],
): PictureFacts | null {
  const stream = usableStreams(input).video;
  if (!stream || !starts.video) return null;
  const guessed = starts.videoRate ?? { numerator: 25, denominator: 1 };
  const rate = timing?.frameRate ?? fieldRate(guessed.numerator, guessed.denominator);
  return {
    codec: stream.codec,
    widthPixels: starts.videoSize?.widthPixels ?? stream.widthPixels ?? 0,
    heightPixels: starts.videoSize?.heightPixels ?? stream.heightPixels ?? 0,
    frameRate: { ...rate, drop: timecode?.frameRate.drop ?? false },
    variableFrameRate: timing?.variable ?? false,
    frameCount: timing?.frameCount ?? Math.round(((input.durationSeconds ?? 0) * rate.numerator) / rate.denominator),
    startFrame: timecode && atRate(timecode.startFrame, timecode.frameRate, rate),
  };
}

/** A frame number counted at one rate, at another: 59.94 pictures often carry timecode that counts 29.97. */
function atRate(
  frame: number,
  from: { readonly numerator: number; readonly denominator: number },
  to: { readonly numerator: number; readonly denominator: number },
): number {
  return toSafeNumber(
    floorDivide(
      BigInt(frame) * BigInt(from.denominator) * BigInt(to.numerator),
      BigInt(from.numerator) * BigInt(to.denominator),
    ),
  );
}

function soundOf(
  stated: StatedLength | null,
  input: FfmpegInput,
  movie: MovieFacts | null,
  starts: StreamStarts,
  picture: PictureFacts | null,
): SoundFacts | null {
  const [first] = starts.sounds;
  if (!first) return null;
  const stream = input.streams.find(({ index }) => index === first.stream);
  let frames = stated?.frames ?? null;
  if (movie?.sound) frames = Math.round((movie.sound.ticks * first.sampleRate) / movie.sound.timescale);
  // Professional containers cut sound to the picture's frames.
  else if (frames === null && picture && input.formatNames.includes('mxf'))
    frames = frameToSample(picture.frameCount, picture.frameRate, first.sampleRate);
  return {
    sampleRate: first.sampleRate,
    channelCount: starts.sounds.reduce((sum, { channelCount }) => sum + channelCount, 0),
    bitsPerSample: stream?.bitsPerSample ?? null,
    floatSamples: stream?.floatSamples ?? false,
    frames,
  };
}

function tagsOf(input: FfmpegInput): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const metadata of [input.metadata, ...input.streams.map((stream) => stream.metadata)])
    for (const [key, value] of metadata) {
      const name = key.toLowerCase();
      if (!tags.has(name) && value !== '') tags.set(name, value);
    }
  return tags;
}
