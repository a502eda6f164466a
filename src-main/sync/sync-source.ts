import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type LtcClock, readLtcClock } from '../../src-shared/sync/ltc-clock.ts';
import type { OpenSyncAudio, SyncAudio, SyncInput } from './sync-input.ts';
import type { NativeSyncSource, SourceSummary, SyncKernel } from './sync-kernel.ts';

/** A file that was listened to. */
export type SyncSource = {
  readonly input: SyncInput;
  readonly native: NativeSyncSource;
  readonly summary: SourceSummary;
  readonly durationSeconds: number;
  /** The clock of timecode found in the sound. */
  readonly ltc: LtcClock | null;
  /** Every channel is timecode: there is nothing to compare. */
  readonly onlyLtc: boolean;
  /** Of a camera: the channels that the offset is for, where others that sound do not run together with them. */
  readonly heardAlone?: { readonly channels: readonly number[]; readonly leftOut: readonly number[] };
  /** Lets go of the sound and of its scratch files; nothing may be asked of `native` after it. */
  readonly release: () => Promise<void>;
};

export type Listening = {
  readonly kernel: SyncKernel;
  readonly openAudio: OpenSyncAudio;
  readonly scratchFolder: string;
  readonly signal: AbortSignal;
  /** How much of the file has been heard, 0 to 1; not every step of it. */
  readonly onFraction?: (fraction: number) => void;
};

let lastScratch = 0;

/** A file's sound that is being opened, maybe decoded, ahead of being listened to. */
export type OpeningSound = { readonly scratchPath: string; readonly audio: Promise<SyncAudio> };

/** Begins to open the sound of a file: one channel, or all of them. */
export function openSound(
  input: SyncInput,
  { openAudio, scratchFolder, signal, onFraction }: Listening,
  how: Pick<Parameters<OpenSyncAudio>[1], 'channel' | 'turn' | 'onPlanned'> = {},
): OpeningSound {
  lastScratch += 1;
  const scratchPath = join(scratchFolder, `${lastScratch}`);
  const audio = openAudio(input, {
    scratchPath: decodedPath(scratchPath),
    signal,
    ...how,
    ...(onFraction ? { onFraction } : {}),
  }).catch(async (error: unknown) => {
    await rm(decodedPath(scratchPath), { force: true });
    throw error;
  });
  // Whoever comes for it is told.
  audio.catch(() => {});
  return { scratchPath, audio };
}

function decodedPath(scratchPath: string): string {
  return `${scratchPath}.pcm`;
}

/**
 * Decodes a recorder file's track 1; where that is silent, or a dead microphone's steady noise, the first of its tracks
 * that is neither. A file that has none stays with track 1.
 */
export async function listenToRecorder(input: SyncInput, listening: Listening): Promise<SyncSource> {
  const first = await listen(input, listening, { channel: 0 });
  if (isAlive(first)) return first;
  const all = await listen(input, listening, {});
  const { channels } = all.summary;
  await all.release();
  for (let channel = 1; channel < channels.length; channel++) {
    // Loud and steady sound is no dead microphone: a machine hall, a band.
    if (channels[channel]!.peak < silentPeak || channels[channel]!.rms < 4 * first.summary.rms) continue;
    const next = await listen(input, listening, { channel });
    if (isAlive(next)) {
      await first.release();
      return next;
    }
    await next.release();
  }
  return first;
}

/** Below -100 dBFS nothing was recorded. */
const silentPeak = 1e-5;

function isAlive({ summary }: SyncSource): boolean {
  return summary.peak >= silentPeak && summary.levelRangeDb >= steadyDb;
}

/**
 * Both channels of a camera's own stereo microphone give 0.95 and more, a wireless microphone beside it 0.1 and less.
 */
const runsTogether = 0.5;
/** Under this a channel would cancel the first: the same sound with the other polarity. */
const cancels = -0.3;
/** A channel this far under the loudest (-26 dB) is an input with nothing on it. */
const unused = 0.05;
/** Less movement of the level than this is steady noise. */
const steadyDb = 3;

/**
 * Decodes a camera clip to a mono mix of the first channel that sounds and those that run together with it: a
 * microphone elsewhere, or one that comes late over the air, would pull the offset to itself. Channels that carry
 * timecode and those that would cancel the first are left out, too. Where the first holds but steady noise, the next is
 * listened to. The first seconds mostly tell; a clip that turns out otherwise is listened to again.
 */
export async function listenToCamera(
  input: SyncInput,
  listening: Listening,
  opening?: OpeningSound,
): Promise<SyncSource> {
  const first = await listen(input, listening, opening ? { opening } : {});
  const { channels } = first.summary;
  const clocks = channels.map((channel) => clockOf(channel.ltcWords));
  const ltc = clocks.find((clock) => clock !== null) ?? null;
  const mixable = channels.flatMap((_, index) => (clocks[index] || index >= 64 ? [] : [index]));
  if (mixable.length === 0 && channels.length > 0) return { ...first, ltc, onlyLtc: true };
  const loudest = Math.max(0, ...mixable.map((index) => channels[index]!.rms));
  const sounding = mixable.filter((index) => channels[index]!.rms > 0 && channels[index]!.rms >= unused * loudest);
  if (sounding.length === 0) return { ...first, ltc };
  let source = first;
  for (const [tried, reference] of sounding.entries()) {
    const inStep = mixable.filter(
      (index) =>
        index === reference ||
        // Likeness is known to the very first channel alone.
        (reference === 0 && channels[index]!.correlationWithFirst >= runsTogether),
    );
    if (inStep.join() !== source.summary.mixed.join()) {
      await source.release();
      source = await listen(input, listening, { mixed: inStep });
    }
    if (source.summary.levelRangeDb >= steadyDb || tried === sounding.length - 1) {
      const leftOut = sounding.filter(
        (index) => !inStep.includes(index) && !(reference === 0 && channels[index]!.correlationWithFirst <= cancels),
      );
      return { ...source, ltc, ...(leftOut.length > 0 ? { heardAlone: { channels: inStep, leftOut } } : {}) };
    }
  }
  return { ...source, ltc };
}

function clockOf(words: SourceSummary['channels'][number]['ltcWords']): LtcClock | null {
  return readLtcClock(
    words.map((word) => ({
      ...word,
      atSeconds: word.startSample / 48_000,
      lengthSeconds: word.lengthSamples / 48_000,
    })),
  );
}

/** Frames of a file that are heard in one go: a minute and a half. */
const heardFrames = 1 << 22;

async function listen(
  input: SyncInput,
  listening: Listening,
  how: { readonly channel?: number; readonly mixed?: readonly number[]; readonly opening?: OpeningSound },
): Promise<SyncSource> {
  const { kernel, signal, onFraction } = listening;
  const { channel, mixed } = how;
  const { scratchPath, audio: opening } =
    how.opening ?? openSound(input, listening, channel === undefined ? {} : { channel });
  const { pcm, channels } = await opening;
  const heard = channels ?? Array.from({ length: pcm.channelCount }, (_, index) => index);
  const native = new kernel.SyncSource(scratchPath, heard, channel === undefined ? (mixed ?? null) : [0], pcm);
  const release = async () => {
    native.dispose();
    await rm(decodedPath(scratchPath), { force: true });
  };
  try {
    for (let left = pcm.frames; left > 0; ) {
      left = await native.hear(heardFrames);
      signal.throwIfAborted();
      onFraction?.(1 - left / pcm.frames);
    }
    signal.throwIfAborted();
    const summary = await native.finish();
    return { input, native, summary, durationSeconds: summary.frames / 48_000, ltc: null, onlyLtc: false, release };
  } catch (error) {
    await release();
    throw error;
  }
}
