import type { ErrorReport } from '../../src-shared/rpc/error.ts';
import type { AudioService } from './audio-service.ts';
import type { RecordService } from './record-service.ts';

/**
 * Ends a recording whose device, process or disk gave up, so that what there is becomes a take.
 */
export function watchRecording(audio: AudioService, records: RecordService): void {
  const isRolling = () => records.state.phase === 'rolling';
  const fail = (problem: Pick<ErrorReport, 'message'>) => {
    if (isRolling()) void records.engineFailed(problem).catch((error) => console.error('twopop:', error));
  };
  audio.statusChanged.on(({ state, problem }) => {
    if (problem && (state === 'lost' || state === 'failed')) fail(problem);
  });
  audio.telemetryTold.on(({ recordings }) => {
    const failed = recordings.find(({ phase, problem }) => phase === 'failed' && problem);
    if (failed?.problem) fail({ message: `${failed.problem.message}.` });
  });
}
