import type { EngineStatus } from '../../src-shared/engine/live-engine.ts';
import { type ErrorReport, TwopopError } from '../../src-shared/rpc/error.ts';

/** What the host says of an audio device that is not there, or no more. */

export const NO_DEVICE: ErrorReport = {
  code: 'no-device-chosen',
  message: 'No audio device is chosen. The project is untouched.',
  remedy: 'Choose one in the audio settings.',
};

export const PROCESS_DIED: ErrorReport = {
  code: 'audio-process-died',
  message: 'The audio engine ended unexpectedly. The project is untouched, and what was recorded until then is kept.',
  remedy: 'It is started anew by itself. If it does not come back, take the device back in the audio settings.',
};

export const PROCESS_KEEPS_DYING: ErrorReport = {
  code: 'audio-process-keeps-dying',
  message:
    'The audio engine ended unexpectedly again and again within a minute, so it is not started anew by itself any more. The project is untouched, and what was recorded until then is kept.',
  remedy: 'Take the device back, or choose another one in the audio settings.',
};

export function deviceLost(status: EngineStatus, cause: string): ErrorReport {
  const name = status.output?.name ?? status.input?.name ?? 'The audio device';
  const words = cause.trim().replace(/[.\s]*$/, '');
  return {
    code: 'device-lost',
    message: `“${name}” went away: ${words}. The project is untouched, and what was recorded until then is kept.`,
    remedy: 'Connect it again and take it back, or choose another one in the audio settings.',
  };
}

/** What is refused while something is recorded: a take lies where its roll began, on the clock of its device. */
export function recordRolling(whatWasLeft: string): TwopopError {
  return new TwopopError({
    code: 'record-rolling',
    message: `A recording is under way and goes on. ${whatWasLeft} left as it is.`,
    remedy: 'Stop first.',
  });
}

/** The library did not come back from looking for devices; the audio process was ended for it. */
export function listingHangs(): TwopopError {
  return new TwopopError({
    code: 'device-hung',
    message: 'The audio system of this machine does not answer. The project is untouched.',
    remedy: 'Disconnect the device that hangs, or restart its driver, and try again.',
  });
}

/** What is asked of an engine that is off: its problem where there is one. */
export function engineOff(status: EngineStatus): TwopopError {
  return new TwopopError(
    status.problem ?? {
      code: 'engine-off',
      message: 'No audio device is open. Nothing was changed.',
      remedy: 'Open one in the audio settings.',
    },
  );
}
