import { useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { MonitorMode, TrackInput } from '../../src-shared/engine/live-engine.ts';
import type { TrackRow } from '../../src-shared/model/rows.ts';
import { choiceOf, inputChoices, inputOf, isPatched, MONITOR_WORDS, nextMonitorMode } from '../engine/input-routing.ts';
import { type MenuItem, PopupMenu } from '../ui/PopupMenu.tsx';
import { armHindrance, chooseInput, nextMode, toggleArmed } from './arm-tracks.ts';
import { closeInputMenu, inputMenu, openInputMenu } from './input-menu.ts';
import type { TimelineContext } from './timeline-context.ts';
import './track-inputs.css';

type TrackProps = { readonly context: TimelineContext; readonly track: TrackRow };
type ControlProps = TrackProps & { readonly tabIndex: number };

function useInput({ context, track }: TrackProps): TrackInput {
  const kept = useStore(context.engine.store, ({ trackInputs }) => trackInputs.find((one) => one.trackId === track.id));
  return kept ?? inputOf([], track.id);
}

/** Latched while armed: it breathes while nothing is recorded, and is steady while it is. */
export function ArmButton({ context, track, tabIndex }: ControlProps) {
  const { armed } = useInput({ context, track });
  const recorded = useStore(
    context.engine.store,
    ({ record }) => record.phase !== 'idle' && record.trackIds.includes(track.id),
  );
  useStore(context.engine.store, ({ status, record }) => `${status?.state} ${record.phase}`);
  const hindrance = armHindrance(context);
  const hint =
    hindrance && !armed ? `${hindrance.message} ${hindrance.remedy}` : armed ? 'Disarm' : 'Arm for recording';
  return (
    <button
      type="button"
      className="timeline-toggle"
      data-state="arm"
      tabIndex={tabIndex}
      data-recording={recorded || undefined}
      aria-label={`Arm ${track.name}`}
      aria-pressed={armed}
      aria-disabled={(hindrance !== null && !armed) || undefined}
      title={`${hint}${hindrance ? '' : `: ${track.name}`}`}
      onClick={() => void toggleArmed(context, [track])}
    >
      <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true" focusable="false">
        <circle cx="4" cy="4" r="3.5" fill="currentColor" />
      </svg>
    </button>
  );
}

const MODE_LETTERS: Readonly<Record<MonitorMode, string>> = { auto: 'A', input: 'I', off: '–' };

/** Auto, input, off: a press goes on to the next. */
export function MonitorButton({ context, track, tabIndex }: ControlProps) {
  const { mode } = useInput({ context, track });
  return (
    <button
      type="button"
      className="timeline-toggle"
      data-state="monitor"
      tabIndex={tabIndex}
      data-mode={mode}
      aria-label={`Monitoring of ${track.name}: ${mode}`}
      title={`Monitoring is ${MONITOR_WORDS[mode]}. Press for ${nextMonitorMode(mode)}.`}
      onClick={() => void nextMode(context, [track])}
    >
      {MODE_LETTERS[mode]}
    </button>
  );
}

/** What the track records from; opens the menu of what it may. */
export function InputButton({ context, track, tabIndex }: ControlProps) {
  const input = useInput({ context, track });
  const names = useSyncExternalStore(context.trackInputs.names.subscribe, context.trackInputs.names.getState);
  const runs = useStore(context.engine.store, ({ status }) => status?.state === 'running');
  const choice = input.inputs.length > 0 ? choiceOf(input.inputs, names) : null;
  const wrong = runs && choice !== null && !isPatched(input, track, names.length);
  return (
    <button
      type="button"
      className="timeline-input"
      tabIndex={tabIndex}
      data-empty={choice === null || undefined}
      data-wrong={wrong || undefined}
      aria-haspopup="menu"
      aria-label={`Input of ${track.name}: ${choice?.title ?? 'none'}`}
      title={`${wrong ? 'This input does not fit the track or the device: choose another. ' : ''}${choice?.title ?? 'No input is chosen'}`}
      data-input-of={track.id}
      onClick={() => openInputMenu(track.id)}
    >
      <span>{choice?.label ?? 'No input'}</span>
    </button>
  );
}

function noteOf(inputCount: number): string {
  if (inputCount > 0) return 'The device has one input, and the track is stereo.';
  return 'No inputs: choose a device that has some and open it in the audio settings.';
}

/** The menu of inputs of one track, at its header. */
export function InputMenu({ context }: { readonly context: TimelineContext }) {
  const { trackId } = useStore(inputMenu);
  const names = useSyncExternalStore(context.trackInputs.names.subscribe, context.trackInputs.names.getState);
  const list = useStore(context.engine.store, (state) => state.trackInputs);
  const track = trackId === null ? null : context.mirror.get('track', trackId);
  if (!track) return null;
  const now = inputOf(list, track.id).inputs;
  const key = now.join();
  const item = (inputs: readonly number[], title: string): MenuItem => ({
    id: inputs.join() || 'none',
    title,
    chosen: inputs.join() === key,
    ...detailOf(inputs),
    run: () => void chooseInput(context, track.id, inputs),
  });
  function detailOf(inputs: readonly number[]): { detail?: string } {
    const other = list.find((one) => one.trackId !== track?.id && one.inputs.some((input) => inputs.includes(input)));
    const name = other && context.mirror.get('track', other.trackId)?.name;
    return name ? { detail: name } : {};
  }
  const choices = inputChoices(track.channelCount, names);
  // What was chosen on another device stays chosen, and can be seen to be.
  const kept = key !== '' && !choices.some(({ inputs }) => inputs.join() === key) ? [choiceOf(now, names)] : [];
  const groups = [[item([], 'No input')], [...kept, ...choices].map(({ inputs, title }) => item(inputs, title))].filter(
    (group) => group.length > 0,
  );
  const box = document.querySelector(`[data-header-of="${track.id}"]`)?.getBoundingClientRect();
  return (
    <PopupMenu
      x={(box?.left ?? 0) + 12}
      y={Math.min((box?.bottom ?? 0) - 2, window.innerHeight)}
      label={`Input of ${track.name}`}
      groups={groups}
      {...(choices.length > 0 ? {} : { note: noteOf(names.length) })}
      onClose={closeInputMenu}
    />
  );
}
