import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import { noSoundReason } from '../../src-shared/sync/sync-reasons.ts';
import type { SyncPair, SyncResult, SyncSkipped, SyncUnmatched } from '../../src-shared/sync/sync-result.ts';
import { decideCamera } from './decide-camera.ts';
import type { OpenSyncAudio, SyncInput, SyncProgress } from './sync-input.ts';
import { loadSyncKernel, type SyncKernel } from './sync-kernel.ts';
import { listenToCamera, listenToRecorder, type SyncSource } from './sync-source.ts';

export type SyncClipsOptions = {
  readonly cameras: readonly SyncInput[];
  readonly recorders: readonly SyncInput[];
  readonly openAudio: OpenSyncAudio;
  readonly onProgress?: (progress: SyncProgress) => void;
  readonly signal?: AbortSignal;
  /** Files decoded and clips matched at the same time; 2 when left out. */
  readonly workerCount?: number;
  /** Where decoded sound is kept while syncing, about 7 MB a minute of every file; the system's temporary folder. */
  readonly scratchFolder?: string;
  readonly kernel?: SyncKernel;
};

/**
 * Finds for every camera clip the recorder file or files that recorded the same sound, and the straight line between
 * their clocks. A file that cannot be read is reported and the rest go on. Throws `sync-cancelled` when aborted; the
 * scratch files are gone either way.
 */
export async function syncClips(options: SyncClipsOptions): Promise<SyncResult> {
  const { cameras, recorders, openAudio, onProgress } = options;
  const kernel = options.kernel ?? loadSyncKernel();
  const workers = Math.max(1, Math.floor(options.workerCount ?? 2));
  const signal = options.signal ?? new AbortController().signal;
  const cancelFlag = new Int32Array(new SharedArrayBuffer(4));
  const cancel = () => Atomics.store(cancelFlag, 0, 1);
  if (signal.aborted) throw cancelled();
  signal.addEventListener('abort', cancel, { once: true });
  const scratchFolder = await mkdtemp(join(options.scratchFolder ?? tmpdir(), 'twopop-sync-'));
  const sources: SyncSource[] = [];
  try {
    const skipped: SyncSkipped[] = [];
    const unmatched = new Map<string, SyncUnmatched>();
    const heardCameras = new Map<string, SyncSource>();
    const heardRecorders: SyncSource[] = [];
    const files = [
      ...recorders.map((input) => ({ input, recorder: true })),
      ...cameras.map((input) => ({ input, recorder: false })),
    ];
    let done = 0;
    await forEachLimited(files, workers, async ({ input, recorder }) => {
      signal.throwIfAborted();
      const listening = { kernel, openAudio, scratchFolder, signal };
      try {
        const source = await (recorder ? listenToRecorder : listenToCamera)(input, listening);
        sources.push(source);
        const silence = noSoundReason(source.summary);
        if (recorder && silence) skipped.push({ recorder: input.id, reason: silence.replace('The clip', 'The file') });
        else if (recorder) heardRecorders.push(source);
        else heardCameras.set(input.id, source);
      } catch (error) {
        if (signal.aborted) throw error;
        const reason = unreadableReason(error);
        if (recorder) skipped.push({ recorder: input.id, reason });
        else unmatched.set(input.id, { camera: input.id, reason });
      }
      done += 1;
      onProgress?.({ stage: 'listening', done, total: files.length, id: input.id });
    });
    // The order of files must not decide anything.
    const order = new Map(recorders.map((input, index) => [input.id, index]));
    heardRecorders.sort((a, b) => order.get(a.input.id)! - order.get(b.input.id)!);

    const pairs = new Map<string, SyncPair[]>();
    done = 0;
    await forEachLimited(cameras, workers, async (input) => {
      signal.throwIfAborted();
      const camera = heardCameras.get(input.id);
      if (camera) {
        const outcome = await decideCamera(camera, heardRecorders, { kernel, cancelFlag, signal });
        if ('pairs' in outcome) pairs.set(input.id, outcome.pairs);
        else unmatched.set(input.id, outcome);
      }
      done += 1;
      onProgress?.({ stage: 'matching', done, total: cameras.length, id: input.id });
    });
    signal.throwIfAborted();
    return {
      pairs: cameras.flatMap((input) => pairs.get(input.id) ?? []),
      unmatched: cameras.flatMap((input) => unmatched.get(input.id) ?? []),
      skipped,
      ltc: Object.fromEntries(
        [...heardCameras.values()].flatMap((camera) =>
          camera.ltc ? [[camera.input.id, camera.ltc.secondsAtZero]] : [],
        ),
      ),
    };
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw error;
  } finally {
    cancel();
    signal.removeEventListener('abort', cancel);
    for (const source of sources) source.native.dispose();
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

function cancelled(): TwopopError {
  return new TwopopError({
    code: 'sync-cancelled',
    message: 'Sync was cancelled.',
    remedy: 'Nothing was changed. Start it again when you like.',
  });
}

function unreadableReason(error: unknown): string {
  const report = toErrorReport(error);
  if (report.code.endsWith('no-samples')) return 'The clip has no sound.';
  return report.code === 'internal' ? 'The file could not be read.' : report.message;
}

async function forEachLimited<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lanes = Array.from({ length: Math.min(limit, items.length) }, async () => {
    while (next < items.length) {
      const item = items[next]!;
      next += 1;
      await work(item);
    }
  });
  const ends = await Promise.allSettled(lanes);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
