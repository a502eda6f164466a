import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import type { Project } from '../project/project.ts';
import { finishRecording } from './finish-recording.ts';
import {
  type ArmedTrack,
  AUDIO_FOLDER,
  ENDLESS_SAMPLE,
  heardSpan,
  lineOf,
  planRecording,
  type RecordingPlan,
  type RecordStart,
} from './plan-recording.ts';
import type { Loop, Recorder, RecorderFacts, Rolled } from './recorder.ts';

/** A recording that is under way. */
export type Running = {
  readonly project: Project;
  readonly recordingId: number;
  readonly pass: number;
  /** Of the device that it began on. */
  readonly session: number;
  readonly trackIds: readonly number[];
  readonly rolled: Rolled;
  readonly roundTripSamples: number;
  /** How often the device had dropped what came in, when it began. */
  readonly inputOverflows: number;
  readonly loop: Loop | null;
  isPunchedIn: boolean;
  /** Where the last punch began, as positions run along the roll. */
  punchInSample: number;
};

/**
 * rolls: it is under way. late: creating the files took longer than the lead, or what rolled went elsewhere meanwhile;
 * nothing is left of them. calledOff: stopped before it rolled, and nothing is left. unsure: nobody can say whether it
 * rolled after all, so what is in the files is to be taken in before the error is told.
 */
export type Begun =
  | { readonly outcome: 'rolls'; readonly running: Running }
  | { readonly outcome: 'late' }
  | { readonly outcome: 'calledOff' }
  | { readonly outcome: 'unsure'; readonly running: Running; readonly error: unknown };

/** What had rolled no longer when a stop came to it is nothing that anybody performed. */
const CALLED_OFF_SECONDS = 0.1;

/** Makes the folder, and has the inputs listened to. */
export async function makeReady(
  project: Project,
  recorder: Recorder,
  tracks: readonly ArmedTrack[],
  preRecordSeconds: number,
): Promise<void> {
  await mkdir(join(project.folder, AUDIO_FOLDER), { recursive: true });
  const inputs = [...new Set(tracks.flatMap((track) => track.inputs))].sort((a, b) => a - b);
  await recorder.arm(inputs, preRecordSeconds);
}

/**
 * Notes the files in the document, has them created and made durable, and only then rolls: `leadSeconds` from now, or
 * not at all where that was too short. Where it throws, nothing is left.
 */
export async function beginRecording(
  project: Project,
  recorder: Recorder,
  request: RecordStart,
  tracks: readonly ArmedTrack[],
  { leadSeconds, isCalledOff }: { readonly leadSeconds: number; readonly isCalledOff: () => boolean },
): Promise<Begun> {
  if (isCalledOff()) return { outcome: 'calledOff' };
  const line = lineOf(request);
  // What rolls already keeps the beeps that it was rolled with.
  const keepsBeeps = line === null && (await recorder.facts()).rolling !== null;
  const beepLeadSamples = keepsBeeps ? 0 : await recorder.beepBefore(line);
  const facts = await recorder.facts();
  const plan = await planRecording(project, request, tracks, facts, { leadSeconds, beepLeadSamples });
  const running = await create(project, recorder, plan, facts);
  running.isPunchedIn = request.punch === 'now';
  if (facts.rolling) {
    const { rolled, loop } = plan;
    if (!rollsAlong((await recorder.facts()).rolling, facts.rolling)) {
      await giveUp(recorder, running);
      return { outcome: 'late' };
    }
    await hear(recorder, request.punch === 'now' ? heardFrom(rolled.startSample, loop) : heardSpan(request));
    return { outcome: 'rolls', running };
  }
  if (isCalledOff()) {
    await giveUp(recorder, running);
    return { outcome: 'calledOff' };
  }
  try {
    if (await rolls(recorder, request, plan)) {
      const { clock, sampleRate } = await recorder.facts();
      const heardSamples = clock - plan.rolled.startClock;
      if (!isCalledOff() || heardSamples > CALLED_OFF_SECONDS * sampleRate) return { outcome: 'rolls', running };
      await recorder.stop();
      await giveUp(recorder, running);
      return { outcome: 'calledOff' };
    }
  } catch (error) {
    const now = await recorder.facts().catch(() => null);
    if (!now || now.rolling) return { outcome: 'unsure', running, error };
    await giveUp(recorder, running);
    if (isCalledOff()) return { outcome: 'calledOff' };
    throw error;
  }
  await giveUp(recorder, running);
  return { outcome: 'late' };
}

/** Moves where the talent hears the input. An engine that is gone says so by itself, and the take goes before it. */
export async function hear(recorder: Recorder, span: Loop | null): Promise<void> {
  await recorder.punch(span).catch(() => undefined);
}

/** A punch in by hand: from there on, in a loop in every lap. */
export function heardFrom(fromSample: number, loop: Loop | null): Loop {
  return { fromSample: Math.min(fromSample, loop?.fromSample ?? fromSample), toSample: ENDLESS_SAMPLE };
}

/** Whether it still rolls as it did when it was planned: on the same way, in the same loop. */
function rollsAlong(now: RecorderFacts['rolling'], planned: NonNullable<RecorderFacts['rolling']>): boolean {
  return (
    now?.isNormalSpeed === true &&
    now.startSample - now.startClock === planned.startSample - planned.startClock &&
    now.loop?.fromSample === planned.loop?.fromSample &&
    now.loop?.toSample === planned.loop?.toSample
  );
}

async function create(
  project: Project,
  recorder: Recorder,
  plan: RecordingPlan,
  { session, roundTripSamples, inputOverflows }: RecorderFacts,
): Promise<Running> {
  const { rolled, loop, takes, files, beginClock, preRecordSamples } = plan;
  const begun = project.apply({ kind: 'take.begin', takes }, { undoable: false });
  const takeIds = begun.added.map(({ id }) => id);
  const pass = project.reader.get('take', takeIds[0] ?? 0)?.pass ?? 0;
  try {
    const { id: recordingId } = await recorder.begin({ files, beginClock, preRecordSamples });
    const trackIds = takes.map(({ trackId }) => trackId);
    const punchInSample = rolled.startSample;
    return {
      project,
      recordingId,
      pass,
      session,
      trackIds,
      rolled,
      roundTripSamples,
      inputOverflows,
      loop,
      isPunchedIn: false,
      punchInSample,
    };
  } catch (error) {
    const rows = takeIds.flatMap((id) => project.reader.get('take', id) ?? []);
    // An engine that died of it may have left files; sound that was kept from before the key is not thrown away.
    const files = await finishRecording(project, rows, { state: 'recovered', isPlaced: () => false });
    const kept = files.filter(({ frames }) => frames > 0).map(({ name }) => `“${name}”`);
    if (kept.length === 0) throw error;
    const { code, message, remedy } = toErrorReport(error);
    const all = kept.join(', ');
    throw new TwopopError({ code, message: `${message} What had come in before is kept: ${all}.`, remedy });
  }
}

/** False where it began at another clock than the files say; it is stopped again then. */
async function rolls(recorder: Recorder, request: RecordStart, { rolled, loop }: RecordingPlan): Promise<boolean> {
  const { punch, roll } = request;
  const did = await recorder.roll({
    atClock: rolled.startClock,
    fromSample: rolled.startSample,
    loop,
    endSample: typeof punch === 'object' && !loop ? punch.outSample + roll.postRollSamples : null,
    punch: heardSpan(request),
  });
  if (did.startClock === rolled.startClock && did.startSample === rolled.startSample) return true;
  await recorder.stop();
  return false;
}

/** Forgets a recording that never rolled: nothing is left of it. */
async function giveUp(recorder: Recorder, { project, pass, recordingId }: Running): Promise<void> {
  await recorder.end(recordingId, null).catch(() => undefined);
  const takes = project.reader.all('take').filter((take) => take.pass === pass);
  project.apply({ kind: 'take.discard', takeIds: takes.map(({ id }) => id) }, { undoable: false });
  for (const { path } of takes) await rm(join(project.folder, path), { force: true }).catch(() => {});
}
