import { takesToPlace } from '../../src-shared/edit/take-edits.ts';
import { toErrorReport } from '../../src-shared/rpc/error.ts';
import type { Running } from './begin-recording.ts';
import { clockOf } from './document-service.ts';
import { durationText, finishRecording } from './finish-recording.ts';
import type { Recorder, RecordingEnd } from './recorder.ts';
import { gapMarkers } from './recording-gaps.ts';
import { endNotices } from './recording-notices.ts';

export type RecordedPass = {
  readonly pass: number;
  /** Takes that were recorded, and those of them that were put on the timeline. */
  readonly takeIds: readonly number[];
  readonly placedTakeIds: readonly number[];
  /** What to tell, in sentences: what went wrong and what was kept. */
  readonly notices: readonly string[];
};

type Problem = { readonly message: string };

/**
 * Stops rolling and recording at a device clock, now when null, and closes the files; says what went wrong over it.
 * Whatever the engine says, what it has written is there.
 */
export async function endRecording(
  recorder: Recorder,
  running: Running,
  atClock: number | null,
  failure: Problem | null,
): Promise<{ readonly problems: readonly string[]; readonly lost: Pick<RecordingEnd, 'lostSamples' | 'gaps'> }> {
  const { project, pass, rolled, roundTripSamples, recordingId } = running;
  const problems: string[] = failure ? [failure.message] : [];
  let lost: Pick<RecordingEnd, 'lostSamples' | 'gaps'> = { lostSamples: 0, gaps: [] };
  const clock = atClock ?? (await recorder.facts().catch(() => null))?.clock ?? null;
  if (clock !== null && running.isPunchedIn) {
    const atSample = rolled.startSample + (clock - rolled.startClock);
    project.apply({ kind: 'take.punchOut', pass, atSample }, { undoable: false });
  }
  await recorder.stop().catch(() => undefined);
  await recorder.beepBefore(null).catch(() => undefined);
  try {
    // What was heard last comes in a round trip later.
    const { problem, ...rest } = await recorder.end(recordingId, clock === null ? null : clock + roundTripSamples);
    lost = rest;
    if (problem) problems.push(problem.message);
  } catch (error) {
    if (!failure) problems.push(toErrorReport(error).message);
  }
  return { problems, lost };
}

/** Takes in what was recorded, with a marker at each stretch that was lost. */
export async function takeIn(
  running: Running,
  { problems, lost }: Awaited<ReturnType<typeof endRecording>>,
): Promise<RecordedPass> {
  const { project, pass } = running;
  const { sampleRate } = clockOf(project);
  const rows = project.reader.all('take').filter((take) => take.pass === pass && take.state === 'recording');
  const files = await finishRecording(project, rows, {
    state: problems.length > 0 ? 'recovered' : 'done',
    // Stopped without a punch: nobody asked for that sound.
    keepUnpunched: problems.length > 0,
    isPlaced: () => true,
    notesOn: (kept) =>
      gapMarkers(
        running,
        lost.gaps,
        kept.map(({ name }) => name),
        sampleRate,
      ),
  });
  const notices = endNotices(project, problems, files);
  if (lost.lostSamples > 0) notices.push(lossNotice(lost, sampleRate));
  const takes = project.reader.all('take').filter((take) => take.pass === pass && take.state !== 'recording');
  const placed = takesToPlace(project.reader, pass).filter(({ path }) =>
    files.some((file) => file.path === path && file.outcome === 'kept'),
  );
  return { pass, takeIds: idsOf(takes), placedTakeIds: idsOf(placed), notices };
}

function lossNotice({ lostSamples, gaps }: Pick<RecordingEnd, 'lostSamples' | 'gaps'>, sampleRate: number): string {
  const lost = durationText(lostSamples / sampleRate);
  const where =
    gaps.length === 0 ? '' : gaps.length === 1 ? ', marked on the timeline' : ', each marked on the timeline';
  return `${lost} were lost between the device and the disk; there is silence in their place${where}.`;
}

function idsOf(takes: readonly { readonly id: number }[]): number[] {
  return takes.map(({ id }) => id);
}
