import { toErrorReport } from '../../src-shared/rpc/error.ts';
import type { Running } from './begin-recording.ts';
import type { Recorder, RecordingEnd } from './recorder.ts';

/** A recording that rolls no more: what is known of it besides its files. */
export type EndedRecording = {
  /** What ended it before its time, in sentences; none: somebody stopped it. */
  readonly problems: readonly string[];
  readonly lost: Pick<RecordingEnd, 'lostSamples' | 'gaps'>;
  /** Where its end punched out, along the roll; null: it was out already, or nobody knows. The document has not noted it. */
  readonly punchOutSample: number | null;
  /** How often the device dropped what came in, while it recorded. */
  readonly inputOverflows: number;
  /** See {@link RecordingEnd}. */
  readonly whenWritten: RecordingEnd['whenWritten'];
};

type Problem = { readonly message: string };

/**
 * Stops rolling and recording at a device clock, now when null, and closes the files. It writes nothing to the document,
 * so that a disk without room for that does not keep it rolling, and never throws: whatever the engine says, what it has
 * written is there.
 */
export async function endRecording(
  recorder: Recorder,
  running: Running,
  atClock: number | null,
  failure: Problem | null,
): Promise<EndedRecording> {
  const { rolled, roundTripSamples, recordingId } = running;
  const facts = await recorder.facts().catch(() => null);
  // The clock of a device that was opened since says nothing of this one.
  const isOther = facts !== null && facts.session !== running.session;
  const clock = isOther ? null : (atClock ?? facts?.clock ?? null);
  const isOut = clock === null || !running.isPunchedIn;
  const ended = {
    punchOutSample: isOut ? null : rolled.startSample + (clock - rolled.startClock),
    inputOverflows: facts && !isOther ? Math.max(0, facts.inputOverflows - running.inputOverflows) : 0,
  };
  const problems = failure ? [failure.message] : [];
  await recorder.stop().catch(() => undefined);
  await recorder.beepBefore(null).catch(() => undefined);
  try {
    // What was heard last comes in a round trip later.
    const end = await recorder.end(recordingId, clock === null ? null : clock + roundTripSamples);
    const { problem, whenWritten, ...lost } = end;
    if (problem) problems.push(problem.message);
    return { ...ended, problems, lost, whenWritten };
  } catch (error) {
    if (!failure) problems.push(toErrorReport(error).message);
    return { ...ended, problems, lost: { lostSamples: 0, gaps: [] }, whenWritten: null };
  }
}
