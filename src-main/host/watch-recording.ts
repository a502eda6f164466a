import type { ErrorReport } from '../../src-shared/rpc/error.ts';
import type { RecordEvent } from '../../src-shared/rpc/record-schemas.ts';
import type { AudioService } from './audio-service.ts';
import { Subscription } from './broadcast.ts';
import type { RecordService } from './record-service.ts';

/**
 * Ends a recording whose device, process or disk gave up, so that what there is becomes a take, and one whose transport
 * came to the end of its post-roll.
 */
export function watchRecording(audio: AudioService, records: RecordService): void {
  const isRolling = () => records.state.phase === 'rolling';
  const fail = (problem: Pick<ErrorReport, 'message'>) => {
    if (isRolling()) void records.engineFailed(problem).catch((error) => console.error('twopop:', error));
  };
  audio.statusChanged.on(({ state, problem }) => {
    if (problem && (state === 'lost' || state === 'failed')) fail(problem);
  });
  // A roll is asked for ahead of its clock: only what was seen rolling has ended when it no longer does.
  let hasRolled = false;
  records.changed.on(() => {
    if (!isRolling()) hasRolled = false;
  });
  audio.telemetryTold.on(({ recordings, rolling, timelineSample }) => {
    if (isRolling() && hasRolled && !rolling) {
      hasRolled = false;
      void records.rolledOut(timelineSample).catch((error) => console.error('twopop:', error));
    } else if (isRolling() && rolling) hasRolled = true;
    const failed = recordings.find(({ phase, problem }) => phase === 'failed' && problem);
    if (failed?.problem) fail({ message: `${failed.problem.message}.` });
  });
}

/** The state as it is, then each change of it and each pass that ended by itself. */
export async function* recordEvents(records: RecordService, signal?: AbortSignal): AsyncGenerator<RecordEvent> {
  const stops: (() => void)[] = [];
  const events = new Subscription<RecordEvent>(() => {
    for (const stop of stops) stop();
  });
  const copy = <T>(value: unknown) => structuredClone(value) as T;
  events.push({ type: 'state', state: copy(records.state) });
  stops.push(records.changed.on((state) => events.push({ type: 'state', state: copy(state) })));
  stops.push(records.ended.on((pass) => events.push({ type: 'ended', pass: copy(pass) })));
  if (signal?.aborted) events.close();
  signal?.addEventListener('abort', () => events.close(), { once: true });
  yield* events;
}
