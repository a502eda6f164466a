import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import {
  formatSeconds,
  LEAST_CONFIDENCE,
  LEAST_LINE_SCORE,
  type MatchEvidence,
  matchConfidence,
  matchMethod,
  matchReason,
  noSoundReason,
} from '../../src-shared/sync/sync-decision.ts';
import {
  recorderSecondsAt,
  type SyncAlternative,
  type SyncPair,
  type SyncResult,
  type SyncSkipped,
  type SyncUnmatched,
} from '../../src-shared/sync/sync-result.ts';
import { timecodeOffset } from '../../src-shared/sync/timecode-candidates.ts';
import type { VerifiedMatch } from './line-verification.ts';
import { type CameraMatches, matchCamera } from './match-camera.ts';
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

type Matching = { readonly kernel: SyncKernel; readonly cancelFlag: Int32Array; readonly signal: AbortSignal };

async function decideCamera(
  camera: SyncSource,
  recorders: readonly SyncSource[],
  matching: Matching,
): Promise<{ pairs: SyncPair[] } | SyncUnmatched> {
  const { id } = camera.input;
  const silence = noSoundReason(camera.summary);
  if (silence) return { camera: id, reason: silence };
  if (recorders.length === 0) return { camera: id, reason: 'There is no recorder file with sound to compare with.' };
  if (camera.onlyLtc) return matchByLtc(camera, recorders);
  const found = await matchCamera({ camera, recorders, ...matching });
  if (found.matches.length === 0) return { camera: id, ...thinEvidence(camera, found) };
  const pairs = found.matches.map((match, index) => pairOf(camera, match, found.rivals[index] ?? []));
  const likely = pairs.filter((pair) => pair.confidence >= LEAST_CONFIDENCE);
  if (likely.length > 0) return { pairs: likely };
  return { camera: id, ...ambiguous(pairs[0]!) };
}

/** A camera whose sound is timecode alone is laid by that clock; no waveform can bear it out. */
function matchByLtc(camera: SyncSource, recorders: readonly SyncSource[]): { pairs: SyncPair[] } | SyncUnmatched {
  const { id } = camera.input;
  const clock = camera.ltc!;
  const pairs = recorders.flatMap((recorder): SyncPair[] => {
    const offset = timecodeOffset(
      { startSeconds: clock.secondsAtZero, durationSeconds: camera.durationSeconds },
      { startSeconds: recorder.input.startSeconds, durationSeconds: recorder.durationSeconds },
      1,
    );
    if (offset === null) return [];
    return [
      {
        camera: id,
        recorder: recorder.input.id,
        offsetSamplesAt48k: offset * 48_000,
        driftPpm: clock.driftPpm,
        method: 'ltc',
        confidence: 0.9,
        reason: `The camera recorded timecode alone; ${clock.words} words of it put the clip here. No sound confirms it.`,
        residualHeadMs: 0,
        residualMiddleMs: 0,
        residualTailMs: 0,
        inverted: false,
      },
    ];
  });
  if (pairs.length > 0) return { pairs };
  return { camera: id, reason: 'The camera recorded timecode alone, and no recorder file was running at that time.' };
}

/** From this share of the least evidence on, an unmatched clip is told where it might belong. */
const suggestedShare = 0.85;

function thinEvidence(camera: SyncSource, found: CameraMatches): Pick<SyncUnmatched, 'reason' | 'suggestion'> {
  const { nearest } = found;
  if (camera.summary.levelRangeDb < 3)
    return { reason: 'The clip holds only steady noise: too little in common with any recorder file.' };
  const reason = 'No recorder file holds this sound: nothing in common with any of them.';
  if (!nearest || nearest.track.score < suggestedShare * LEAST_LINE_SCORE) return { reason };
  return {
    reason: 'Too little in common with any recorder file to be sure.',
    suggestion: { ...alternative(nearest, nearest.track.score / LEAST_LINE_SCORE), method: 'waveform' },
  };
}

/** A place that fits, among others that fit as well: the person decides. */
function ambiguous(pair: SyncPair): Pick<SyncUnmatched, 'reason' | 'suggestion'> {
  const { recorder, offsetSamplesAt48k, driftPpm, method } = pair;
  return {
    reason: pair.alternatives?.length
      ? 'The sound fits several places nearly alike, as music that repeats does: none of them is sure.'
      : 'Too little in common with any recorder file to be sure.',
    suggestion: { recorder, offsetSamplesAt48k, driftPpm, likeness: 1, method },
  };
}

function alternative(place: CameraMatches['nearest'] & object, likeness: number): SyncAlternative {
  return {
    recorder: place.recorder.input.id,
    offsetSamplesAt48k: place.track.offsetSeconds * 48_000,
    driftPpm: place.track.driftPpm,
    likeness: Math.round(Math.min(1, likeness) * 100) / 100,
  };
}

function pairOf(camera: SyncSource, match: VerifiedMatch, rivals: CameraMatches['rivals'][number]): SyncPair {
  const { recorder, lines } = match;
  const first = lines[0]!;
  const clockOffset = timecodeOffset(
    { startSeconds: camera.ltc?.secondsAtZero ?? camera.input.startSeconds, durationSeconds: camera.durationSeconds },
    { startSeconds: recorder.input.startSeconds, durationSeconds: recorder.durationSeconds },
    Number.NEGATIVE_INFINITY,
  );
  const evidence: MatchEvidence = {
    lineScore: match.lineScore,
    directScore: match.directScore,
    overlapSeconds: lines.reduce((sum, line) => sum + line.to - line.from, 0),
    supporting: lines.reduce((sum, line) => sum + line.fit.supporting, 0),
    measured: lines.reduce((sum, line) => sum + line.measured, 0),
    runnerUp: rivals[0]?.likeness ?? 0,
    timecodeErrorSeconds: clockOffset === null ? null : first.offsetSeconds - clockOffset,
  };
  const ltc = camera.ltc !== null;
  const rival = rivals[0];
  const facts = {
    inverted: first.inverted,
    segments: lines.length,
    ltc,
    ...(rival
      ? {
          rival: `${rival.place.recorder.input.id} at ${formatSeconds(Math.max(0, recorderSecondsAt(rival.place.track, match.from)))}`,
        }
      : {}),
  };
  const tail = lines.at(-1)!;
  return {
    camera: camera.input.id,
    recorder: recorder.input.id,
    offsetSamplesAt48k: first.offsetSeconds * 48_000,
    driftPpm: first.driftPpm,
    method: matchMethod(evidence, ltc),
    confidence: matchConfidence(evidence),
    reason: matchReason(evidence, facts),
    residualHeadMs: first.fit.residualHeadSeconds * 1000,
    residualMiddleMs: first.fit.residualMiddleSeconds * 1000,
    residualTailMs: tail.fit.residualTailSeconds * 1000,
    inverted: first.inverted,
    ...(rivals.length ? { alternatives: rivals.map(({ place, likeness }) => alternative(place, likeness)) } : {}),
    ...(lines.length > 1
      ? {
          segments: lines.map((line, index) => ({
            fromSeconds: index === 0 ? 0 : line.from,
            offsetSamplesAt48k: line.offsetSeconds * 48_000,
            driftPpm: line.driftPpm,
          })),
        }
      : {}),
  };
}
