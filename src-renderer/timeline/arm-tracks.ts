import type { TrackInput } from '../../src-shared/engine/live-engine.ts';
import type { TrackRow } from '../../src-shared/model/rows.ts';
import {
  armTracks,
  choiceOf,
  disarmed,
  inputOf,
  inputsOfOwnSound,
  nextMonitorMode,
  withInput,
} from '../engine/input-routing.ts';
import { openInputMenu } from './input-menu.ts';
import { note, tellRefusal } from './send-command.ts';
import type { TimelineContext } from './timeline-context.ts';

/** What a person does with the inputs of tracks: arm, choose, monitor. All of it is told where it cannot be done. */

type Hindrance = { readonly message: string; readonly remedy: string };

/** Why nothing can be armed now, in words; null: it can. */
export function armHindrance({ readOnly, engine }: TimelineContext): Hindrance | null {
  if (readOnly)
    return {
      message: 'This project is open for reading only: nothing can be recorded into it.',
      remedy: 'Close it where it is open for writing, then open it here again.',
    };
  const { status, record } = engine.store.getState();
  if (status?.state !== 'running')
    return {
      message: 'No audio device runs, so there is nothing to record from.',
      remedy: 'Choose a device and open it in the audio settings.',
    };
  return record.phase === 'idle' ? null : RECORDING;
}

const RECORDING: Hindrance = {
  message: 'A recording is under way: what is armed stays as it is.',
  remedy: 'Stop first.',
};

/** Arms these tracks, or disarms them where all of them are armed. One without an input gets the first that is free. */
export function toggleArmed(context: TimelineContext, tracks: readonly TrackRow[]): Promise<void> {
  const { list } = context.trackInputs;
  const toArm = tracks.filter((track) => !inputOf(list, track.id).armed);
  if (toArm.length > 0) return arm(context, toArm);
  const { phase } = context.engine.store.getState().record;
  if (phase !== 'idle') return told(note(context, RECORDING.message, RECORDING.remedy));
  return change(context, (inputs) => tracks.reduce((all, { id }) => withInput(all, id, { armed: false }), inputs));
}

export function disarmAll(context: TimelineContext): Promise<void> {
  const { phase } = context.engine.store.getState().record;
  if (phase !== 'idle') return told(note(context, RECORDING.message, RECORDING.remedy));
  return change(context, disarmed);
}

export function chooseInput(context: TimelineContext, trackId: number, inputs: readonly number[]): Promise<void> {
  const isArmed = inputOf(context.trackInputs.list, trackId).armed;
  if (isArmed && context.engine.store.getState().record.phase !== 'idle')
    return told(note(context, RECORDING.message, RECORDING.remedy));
  // Nothing can be recorded without an input.
  const armed = inputs.length === 0 ? { armed: false } : {};
  return change(context, (list) => withInput(list, trackId, { inputs: [...inputs], ...armed }));
}

/** Every one of the tracks is monitored as comes after the first one's mode. */
export function nextMode(context: TimelineContext, tracks: readonly TrackRow[]): Promise<void> {
  return change(context, (list) => {
    const mode = nextMonitorMode(inputOf(list, tracks[0]?.id ?? 0).mode);
    return tracks.reduce((all, { id }) => withInput(all, id, { mode }), list);
  });
}

async function arm(context: TimelineContext, tracks: readonly TrackRow[]): Promise<void> {
  const hindrance = armHindrance(context);
  if (hindrance) return told(note(context, hindrance.message, hindrance.remedy));
  const names = context.trackInputs.names.getState();
  const ownSound = inputsOfOwnSound(context.engine.store.getState().status);
  let did = armTracks([], [], 0);
  await change(context, (list) => {
    did = armTracks(list, tracks, names.length, ownSound);
    return did.list;
  });
  if (did.patched.length > 0) tellPatched(context, did.patched, names);
  const [refused] = did.refused;
  if (refused && names.length >= refused.channelCount) {
    note(
      context,
      `“${nameOf(context, refused.id)}” was not armed: the inputs that are left hear what goes out of this device, and would howl.`,
      'Choose an input in the track’s header.',
    );
    openInputMenu(refused.id);
  } else if (refused)
    note(
      context,
      `“${nameOf(context, refused.id)}” was not armed: the device has ${names.length === 0 ? 'no input' : 'one input, and the track is stereo'}.`,
      'Choose a device with more inputs in the audio settings.',
    );
}

/** What was chosen for tracks that had no input, and the way to another. */
function tellPatched(context: TimelineContext, patched: readonly TrackInput[], names: readonly string[]): void {
  const said = patched.slice(0, 4).map((one) => `“${nameOf(context, one.trackId)}” records from ${inputName(one)}`);
  const more = patched.length > said.length ? ` and ${patched.length - said.length} more` : '';
  function inputName({ inputs }: TrackInput): string {
    const { title } = choiceOf(inputs, names);
    return title.charAt(0).toLowerCase() + title.slice(1);
  }
  const [only] = patched;
  context.onNotice({
    level: 'note',
    message: `${said.join(', ')}${more}.`,
    remedy: patched.length === 1 ? '' : 'Each track’s input can be chosen in its header.',
    ...(only && patched.length === 1
      ? { action: { label: 'Another input…', run: () => openInputMenu(only.trackId) } }
      : {}),
  });
}

function nameOf({ mirror }: TimelineContext, trackId: number): string {
  return mirror.get('track', trackId)?.name ?? '?';
}

async function told(_told: null): Promise<void> {}

function change(
  context: TimelineContext,
  edit: Parameters<TimelineContext['trackInputs']['change']>[0],
): Promise<void> {
  return context.trackInputs.change(edit).catch((error) => tellRefusal(context, error));
}
