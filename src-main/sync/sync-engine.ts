import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { type ErrorReport, TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import { bearsClocksOut } from '../../src-shared/sync/sync-decision.ts';
import { noSoundReason } from '../../src-shared/sync/sync-reasons.ts';
import type { SyncResult, SyncSkipped } from '../../src-shared/sync/sync-result.ts';
import { type OpenTracks, withTracks } from './assess-tracks.ts';
import { type ClipAhead, ClipsAhead } from './clips-ahead.ts';
import { type ClockOnlyClip, decideByClock } from './decide-by-clock.ts';
import { decideCamera } from './decide-camera.ts';
import { inLanes } from './in-lanes.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import { SpareLanes } from './spare-lanes.ts';
import type { OpenSyncAudio, SyncInput, SyncOutcome, SyncProgress } from './sync-input.ts';
import { loadSyncKernel, type SyncKernel } from './sync-kernel.ts';
import { type Listening, listenToCamera, listenToRecorder, type SyncSource } from './sync-source.ts';

export type SyncClipsOptions = {
  readonly cameras: readonly SyncInput[];
  readonly recorders: readonly SyncInput[];
  readonly openAudio: OpenSyncAudio;
  readonly onProgress?: (progress: SyncProgress) => void;
  /** Told of each camera clip as soon as it is decided, in whatever order that comes; what was told stays told. */
  readonly onDecided?: (outcome: SyncOutcome) => void;
  /** Told of each recorder file that is matched with nothing, before any clip is decided that might have been on it. */
  readonly onSkipped?: (skipped: SyncSkipped) => void;
  readonly signal?: AbortSignal;
  /** Clips worked on at the same time; as many as there are cores when left out. */
  readonly workerCount?: number;
  /**
   * Where sound is kept while syncing; the system's temporary folder. A minute of each recorder file and of each camera
   * clip being worked on takes 1.4 MB; a minute of what must be decoded first takes 5.8 MB for each channel besides, up
   * to eight short clips ahead among them.
   */
  readonly scratchFolder?: string;
  /**
   * Opens a recorder file's microphones: they are assessed, and one is suggested, for every match. Not when left out.
   */
  readonly openTracks?: OpenTracks;
  readonly kernel?: SyncKernel;
  /**
   * Camera clips whose clock an earlier sync bore out: on their card it matched another by sound, and timecode agreed.
   */
  readonly clocksBorneOut?: ReadonlySet<string>;
};

/**
 * Finds for every camera clip the recorder file or files that recorded the same sound, and the straight line between
 * their clocks. The recorder files are listened to first, then clip after clip is listened to and decided, while the
 * next few are decoded. A file that cannot be read is reported and the rest go on. The number of workers decides
 * nothing about the result. Throws `sync-cancelled` when aborted, after the outcomes decided until then were told; the
 * scratch files are gone either way.
 */
export async function syncClips(options: SyncClipsOptions): Promise<SyncResult> {
  const signal = options.signal ?? new AbortController().signal;
  if (signal.aborted) throw cancelled();
  const cancelFlag = new Int32Array(new SharedArrayBuffer(4));
  const cancel = () => Atomics.store(cancelFlag, 0, 1);
  signal.addEventListener('abort', cancel, { once: true });
  const scratchFolder = await makeScratchFolder('sync', options.scratchFolder);
  // A sync that fails ends its other work and what it had begun ahead, too.
  const ended = new AbortController();
  const stop = () => {
    cancel();
    ended.abort();
  };
  const run = new SyncRun(options, AbortSignal.any([signal, ended.signal]), stop, cancelFlag, scratchFolder);
  try {
    return await run.result();
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw error;
  } finally {
    stop();
    signal.removeEventListener('abort', cancel);
    await run.dispose();
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

class SyncRun {
  private readonly options: SyncClipsOptions;
  private readonly signal: AbortSignal;
  private readonly stop: () => void;
  private readonly cancelFlag: Int32Array;
  private readonly scratchFolder: string;
  private readonly kernel: SyncKernel;
  private readonly workers: number;
  private readonly recorders = new Map<string, SyncSource>();
  private readonly skipped = new Map<string, SyncSkipped>();
  private readonly outcomes = new Map<string, SyncOutcome>();
  private readonly clocks = new Map<string, number>();
  private readonly clockOnly = new Map<string, ClockOnlyClip>();
  private readonly clips: ClipsAhead;
  private readonly spare = new SpareLanes();
  private done = 0;

  constructor(
    options: SyncClipsOptions,
    signal: AbortSignal,
    stop: () => void,
    cancelFlag: Int32Array,
    scratchFolder: string,
  ) {
    this.options = options;
    this.signal = signal;
    this.stop = stop;
    this.cancelFlag = cancelFlag;
    this.scratchFolder = scratchFolder;
    this.kernel = options.kernel ?? loadSyncKernel();
    this.workers = Math.max(1, Math.floor(options.workerCount ?? availableParallelism()));
    this.clips = new ClipsAhead(options.cameras, (input) => this.listening(input), {
      takesLongestLast: this.workers > 1,
    });
  }

  async result(): Promise<SyncResult> {
    const { cameras, recorders } = this.options;
    const { workers } = this;
    this.clips.open();
    let hearing = recorders.length;
    const allHeard = Promise.withResolvers<void>();
    if (hearing === 0) allHeard.resolve();
    const recordersLeft = [...recorders];
    // The order in which files were done must not decide anything.
    const heardRecorders = () => recorders.flatMap((input) => this.recorders.get(input.id) ?? []);
    await inLanes(
      Math.min(workers, Math.max(recorders.length, cameras.length)),
      async () => {
        for (let input = recordersLeft.shift(); input; input = recordersLeft.shift())
          try {
            await this.hearRecorder(input);
          } finally {
            hearing -= 1;
            if (hearing === 0) allHeard.resolve();
          }
        for (let clip = this.clips.next(); clip; clip = this.clips.next())
          await this.decide(clip, allHeard.promise.then(heardRecorders));
        this.spare.add();
      },
      this.stop,
    );
    this.signal.throwIfAborted();
    const heard = heardRecorders();
    // Whether clocks can be trusted shows only when all clips with sound are decided.
    const borneOut = [...this.outcomes.values()].some(
      (outcome) => 'pairs' in outcome && outcome.pairs.some(({ method }) => bearsClocksOut(method)),
    );
    for (const clip of cameras.flatMap(({ id }) => this.clockOnly.get(id) ?? []))
      this.conclude(decideByClock(clip, heard, borneOut || (this.options.clocksBorneOut?.has(clip.id) ?? false)));
    const outcomes = cameras.flatMap((input) => this.outcomes.get(input.id) ?? []);
    return {
      pairs: outcomes.flatMap((outcome) => ('pairs' in outcome ? outcome.pairs : [])),
      unmatched: outcomes.flatMap((outcome) => {
        if ('pairs' in outcome) return [];
        const { claps, ...unmatched } = outcome;
        return [unmatched];
      }),
      skipped: recorders.flatMap((input) => this.skipped.get(input.id) ?? []),
      ltc: Object.fromEntries(
        cameras.flatMap(({ id }) => {
          const clock = this.clocks.get(id);
          return clock === undefined ? [] : [[id, clock]];
        }),
      ),
      claps: Object.fromEntries(
        outcomes.flatMap(({ camera, claps }) => (claps && claps.length > 0 ? [[camera, claps]] : [])),
      ),
    };
  }

  async dispose(): Promise<void> {
    // What was begun ahead writes no more when the scratch files go.
    await this.clips.settled();
    for (const source of this.recorders.values()) await source.release();
  }

  private async hearRecorder(input: SyncInput): Promise<void> {
    const source = await this.listen(input, (listening) => listenToRecorder(input, listening));
    if ('reason' in source) this.skip({ recorder: input.id, ...source });
    else {
      const silence = noSoundReason(source.summary);
      if (silence) {
        await source.release();
        this.skip({ recorder: input.id, reason: silence.replace('The clip', 'The file') });
      } else {
        this.recorders.set(input.id, source);
        await source.native.index();
      }
    }
    this.done += 1;
    this.tell('listening', input.id, 1);
  }

  private skip(skipped: SyncSkipped): void {
    this.skipped.set(skipped.recorder, skipped);
    this.options.onSkipped?.(skipped);
  }

  private async decide({ input, sound }: ClipAhead, heard: Promise<readonly SyncSource[]>): Promise<void> {
    const { id } = input;
    const camera = await this.listen(input, (listening) => listenToCamera(input, listening, sound));
    let outcome: SyncOutcome;
    if ('reason' in camera) outcome = { camera: id, ...camera };
    else {
      const spare = this.spare.ofClip();
      try {
        if (camera.ltc) this.clocks.set(id, camera.ltc.secondsAtZero);
        if (camera.ltc && camera.onlyLtc) {
          this.clockOnly.set(id, { id, ltc: camera.ltc, durationSeconds: camera.durationSeconds });
          return;
        }
        const recorders = await heard;
        this.signal.throwIfAborted();
        this.tell('matching', id, 0);
        const { kernel, cancelFlag, signal } = this;
        const matching = { kernel, cancelFlag, signal, spare };
        outcome = await decideCamera(camera, recorders, matching);
        const { openTracks } = this.options;
        if (openTracks)
          outcome = await withTracks(outcome, camera, recorders, {
            ...matching,
            openTracks,
            scratchFolder: this.scratchFolder,
          });
      } finally {
        await spare.settled();
        await camera.release();
      }
    }
    // A kernel that was stopped found what it found.
    this.signal.throwIfAborted();
    this.conclude(outcome);
  }

  private conclude(outcome: SyncOutcome): void {
    this.outcomes.set(outcome.camera, outcome);
    this.done += 1;
    this.options.onDecided?.(outcome);
    this.tell('matching', outcome.camera, 1);
  }

  /** The file's sound, or in words why there is none. */
  private async listen(
    input: SyncInput,
    how: (listening: Listening) => Promise<SyncSource>,
  ): Promise<SyncSource | Unheard> {
    this.signal.throwIfAborted();
    this.tell('listening', input.id, 0);
    try {
      return await how(this.listening(input));
    } catch (error) {
      if (this.signal.aborted) throw error;
      return unheard(error);
    }
  }

  private listening(input: SyncInput): Listening {
    let told = 0;
    return {
      kernel: this.kernel,
      openAudio: this.options.openAudio,
      scratchFolder: this.scratchFolder,
      signal: this.signal,
      onFraction: (fraction) => {
        if (fraction < told + 0.05) return;
        told = fraction;
        this.tell('listening', input.id, fraction);
      },
    };
  }

  private tell(stage: SyncProgress['stage'], id: string, fraction: number): void {
    const { cameras, recorders, onProgress } = this.options;
    onProgress?.({ stage, id, fraction, done: this.done, total: cameras.length + recorders.length });
  }
}

function cancelled(): TwopopError {
  return new TwopopError({
    code: 'sync-cancelled',
    message: 'Sync was cancelled.',
    remedy: 'Start it again when you like.',
  });
}

/** Why nothing was heard of a file; `unread` where it could not be read, which may be otherwise another time. */
type Unheard = { readonly reason: string; readonly unread?: ErrorReport };

function unheard(error: unknown): Unheard {
  const report = toErrorReport(error);
  if (report.code.endsWith('no-samples')) return { reason: 'The clip has no sound.' };
  const reason = report.code === 'internal' ? 'The file could not be read.' : report.message;
  return { reason, unread: { ...report, message: reason } };
}
