import type { ErrorReport } from '../../src-shared/rpc/error.ts';
import type { RecordEvent } from '../../src-shared/rpc/record-schemas.ts';
import type { AudioService } from './audio-service.ts';
import { Subscription } from './broadcast.ts';
import { durationText } from './finish-recording.ts';
import type { RecordService } from './record-service.ts';

/** Told once each, as what is being recorded fills the disk. */
const WARN_BELOW_SECONDS = [600, 120];

/** A roll that was not seen by then, after the clock it was asked for, is over already or never came. */
const MOST_LATE_SECONDS = 1;

const OPENED_ANEW = { message: 'The audio device was closed or opened anew.' };

/**
 * Ends a recording whose device, process or disk gave up, or that was left by its device in whatever way, so that what
 * there is becomes a take; and one whose transport came to the end of its post-roll. Warns while there is still time to
 * make room.
 */
export function watchRecording(audio: AudioService, records: RecordService): void {
  const isRolling = () => records.state.phase === 'rolling';
  const fail = (problem: Pick<ErrorReport, 'message'>) => {
    if (isRolling()) void records.engineFailed(problem).catch((error) => console.error('twopop:', error));
  };
  let session: number | null = null;
  const failWhereLeft = () => {
    if (session !== null && audio.session !== session) fail(audio.status.problem ?? OPENED_ANEW);
  };
  audio.statusChanged.on(failWhereLeft);
  // A roll is asked for ahead of its clock: only what was seen rolling has ended when it no longer does.
  let hasRolled = false;
  let warned = 0;
  records.changed.on(({ phase }) => {
    if (phase === 'starting') session = audio.session;
    if (isRolling()) {
      failWhereLeft();
      return;
    }
    hasRolled = false;
    warned = 0;
  });
  audio.telemetryTold.on(({ clock, recordings, rolling, timelineSample, secondsToFull }) => {
    const { underWay } = records;
    // What another device tells says nothing of this recording.
    if (!isRolling() || !underWay || audio.session !== session) return;
    const due = WARN_BELOW_SECONDS.filter((seconds) => secondsToFull >= 0 && secondsToFull < seconds).length;
    if (due > warned) {
      warned = due;
      records.warned.emit({ secondsToFull, message: fillsSoon(secondsToFull) });
    }
    const isOver = hasRolled || clock > underWay.rollClock + MOST_LATE_SECONDS * audio.status.sampleRate;
    if (isOver && !rolling) {
      hasRolled = false;
      void records.rolledOut(timelineSample).catch((error) => console.error('twopop:', error));
    } else if (rolling) hasRolled = true;
    const failed = recordings.find(({ id, phase }) => id === underWay.recordingId && phase === 'failed');
    if (failed?.problem) fail({ message: `${failed.problem.message}.` });
  });
}

function fillsSoon(seconds: number): string {
  return `The disk of the project will be full in ${durationText(seconds)}. Recording goes on; what is recorded is kept when it ends for want of room. Make room on it, or stop in time.`;
}

/** The state as it is, then each change of it and each pass that ended by itself or is about to. */
export async function* recordEvents(records: RecordService, signal?: AbortSignal): AsyncGenerator<RecordEvent> {
  const stops: (() => void)[] = [];
  const events = new Subscription<RecordEvent>(() => {
    for (const stop of stops) stop();
  });
  const copy = <T>(value: unknown) => structuredClone(value) as T;
  events.push({ type: 'state', state: copy(records.state) });
  stops.push(records.changed.on((state) => events.push({ type: 'state', state: copy(state) })));
  stops.push(records.ended.on((pass) => events.push({ type: 'ended', pass: copy(pass) })));
  stops.push(records.warned.on((warning) => events.push({ type: 'warning', ...warning })));
  if (signal?.aborted) events.close();
  signal?.addEventListener('abort', () => events.close(), { once: true });
  yield* events;
}
