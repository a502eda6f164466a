import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChannelChoice, chooseChannel, type TrackMeasure } from '../../src-shared/sync/channel-choice.ts';
import { coveredCamera, recorderSecondsAt, type SyncPair } from '../../src-shared/sync/sync-result.ts';
import type { SyncInput, SyncOutcome, SyncPcm } from './sync-input.ts';
import type { NativeSyncSource, SyncKernel } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';

/** All channels of a recorder file over a range, as plain PCM. */
export type RecorderTracks = {
  readonly pcm: SyncPcm;
  readonly sampleRate: number;
  /** Seconds of the recorder file at frame 0 of the PCM. */
  readonly fromSeconds: number;
  /** The recordist's names in the order of the channels, '' where there is none. */
  readonly names: readonly string[];
};

/**
 * Opens all channels of a recorder file for random access. A file that must be decoded for it is decoded over the range
 * alone, to `scratchPath`, which is removed when it has served.
 */
export type OpenTracks = (
  input: SyncInput,
  options: {
    readonly fromSeconds: number;
    readonly toSeconds: number;
    readonly scratchPath: string;
    readonly signal: AbortSignal;
  },
) => Promise<RecorderTracks>;

/** The kernels of track assessment. */
export type TrackKernel = {
  /** Where, within a range of a source, there is the most speech, and a quarter where there is the least: beginnings of windows, in order of time. */
  syncSpeechWindows(
    source: NativeSyncSource,
    request: {
      readonly fromSeconds: number;
      readonly toSeconds: number;
      readonly windowSeconds: number;
      readonly most: number;
    },
  ): Promise<number[]>;
  /** Measures every channel over windows that begin at frames `starts`. */
  syncAssessTracks(
    pcm: SyncPcm,
    request: { readonly sampleRate: number; readonly windowFrames: number; readonly starts: readonly number[] },
    cancelFlag: Int32Array,
  ): Promise<TrackMeasure[]>;
};

/** What is needed of a match to know which stretch of the recorder file it covers. */
export type LaidPair = Pick<SyncPair, 'offsetSamplesAt48k' | 'driftPpm' | 'segments' | 'inverted'>;

const windowSeconds = 1.4;
const mostWindows = 24;
/** Files of many channels are looked at in fewer places: the work grows with both. */
const manyChannels = 8;
/** Recorders have up to 64 tracks; of files with more nothing is told. */
const mostChannels = 64;
/** Less than this says nothing. */
const leastSeconds = 0.5;

type Assessing = {
  readonly kernel: SyncKernel;
  readonly openTracks: OpenTracks;
  readonly scratchFolder: string;
  readonly cancelFlag: Int32Array;
  readonly signal: AbortSignal;
};

let lastScratch = 0;

/**
 * The outcome of a camera clip with its recorders' microphones assessed. A recorder file that does not let itself be
 * read for it keeps its match as it is.
 */
export async function withTracks(
  outcome: SyncOutcome,
  camera: SyncSource,
  recorders: readonly SyncSource[],
  assessing: Assessing,
): Promise<SyncOutcome> {
  if (!('pairs' in outcome)) return outcome;
  const pairs: SyncPair[] = [];
  for (const pair of outcome.pairs) {
    const recorder = recorders.find(({ input }) => input.id === pair.recorder);
    const choice = recorder ? await tryToAssess(pair, camera, recorder, assessing) : null;
    pairs.push(choice ? { ...pair, ...choice } : pair);
  }
  return { ...outcome, pairs };
}

async function tryToAssess(
  pair: SyncPair,
  camera: SyncSource,
  recorder: SyncSource,
  assessing: Assessing,
): Promise<ChannelChoice | null> {
  try {
    return await assessTracks(pair, camera, recorder, assessing);
  } catch (error) {
    if (assessing.signal.aborted) throw error;
    return null;
  }
}

/**
 * What the recorder's microphones are worth over the stretch that a match covers, and which one is suggested; null
 * where the stretch is too short or the file has too many channels. About 34 s of sound are read, where there is the most
 * speech. Throws what opening and reading throw.
 */
export async function assessTracks(
  pair: LaidPair,
  camera: Pick<SyncSource, 'durationSeconds'>,
  recorder: SyncSource,
  assessing: Assessing,
): Promise<ChannelChoice | null> {
  const { kernel, openTracks, scratchFolder, cancelFlag, signal } = assessing;
  const range = recorderRange(pair, camera, recorder);
  if (!range || range.to - range.from < leastSeconds) return null;
  lastScratch += 1;
  const scratchPath = join(scratchFolder, `tracks-${lastScratch}.pcm`);
  try {
    const tracks = await openTracks(recorder.input, {
      fromSeconds: range.from,
      toSeconds: range.to,
      scratchPath,
      signal,
    });
    const { pcm, sampleRate } = tracks;
    if (pcm.channelCount > mostChannels) return null;
    const length = Math.min(windowSeconds, range.to - range.from);
    const begins = await kernel.syncSpeechWindows(recorder.native, {
      fromSeconds: range.from,
      toSeconds: range.to,
      windowSeconds: length,
      most: pcm.channelCount > manyChannels ? mostWindows / 2 : mostWindows,
    });
    const starts = begins.map((seconds) => Math.round((seconds - tracks.fromSeconds) * sampleRate));
    const windowFrames = Math.floor(length * sampleRate);
    const measures = await kernel.syncAssessTracks(pcm, { sampleRate, windowFrames, starts }, cancelFlag);
    signal.throwIfAborted();
    return chooseChannel(measures, recorder.input.channelNames ?? tracks.names, pair.inverted);
  } finally {
    await rm(scratchPath, { force: true });
  }
}

/** The recorder seconds under the camera, over all pieces of the match. */
function recorderRange(
  pair: LaidPair,
  camera: Pick<SyncSource, 'durationSeconds'>,
  recorder: SyncSource,
): { readonly from: number; readonly to: number } | null {
  const pieces = pair.segments?.length ? pair.segments : [pair];
  const lines = pieces.map(({ offsetSamplesAt48k, driftPpm }) => ({
    offsetSeconds: offsetSamplesAt48k / 48_000,
    driftPpm,
  }));
  const [first, last] = [lines[0]!, lines.at(-1)!];
  const covered = coveredCamera(first, camera.durationSeconds, recorder.durationSeconds);
  if (!covered) return null;
  const from = Math.max(0, recorderSecondsAt(first, covered.from));
  const to = Math.min(recorder.durationSeconds, recorderSecondsAt(last, camera.durationSeconds));
  return to > from ? { from, to } : null;
}
