import type { ActionEnvironment, AppAction } from '../app/action.ts';
import { openDialog, useDialogs } from '../app/dialogs.ts';
import type { Session } from '../app/session.ts';
import { attempt } from '../project/open-project.ts';
import { audioControlsOf, changeMonitor } from './audio-controls.ts';
import { showAudioPage } from './audio-page.ts';
import { heldTalk, holdToTalk } from './talkback.ts';

function always(id: string, title: string, run: AppAction['run']): AppAction {
  return { id, title, needsProject: false, run };
}

/** Turns something of the monitoring over; nothing while it is not known how it stands. */
function toggle(section: 'talkback' | 'click', session: Session): void {
  const controls = audioControlsOf(session);
  const { settings } = controls.monitor.shown.getState();
  if (settings) changeMonitor(controls, section, { on: !settings[section].on });
}

function toggleControlRoom(field: 'dim' | 'mute', session: Session): void {
  const controls = audioControlsOf(session);
  const { settings } = controls.monitor.shown.getState();
  if (settings) changeMonitor(controls, 'controlRoom', { [field]: !settings.controlRoom[field] });
}

/** By a key it is held; from the palette, where nothing can be held, it latches. */
function talk({ session }: ActionEnvironment, press?: KeyboardEvent): void {
  if (!press) toggle('talkback', session);
  else if (!press.repeat)
    holdToTalk(
      press.code,
      heldTalk((on) => changeMonitor(audioControlsOf(session), 'talkback', { on })),
      window,
    );
}

/** The audio device and what is heard through it. */
export const AUDIO_ACTIONS: readonly AppAction[] = [
  always('audio.settings', 'Audio settings', () => showAudioPage('settings')),
  always('audio.calibrate', 'Calibrate the audio device', () => showAudioPage('calibrate')),
  always('audio.engineState', 'State of the audio engine', () => showAudioPage('engine')),
  always('audio.open', 'Open the audio device, or take it back', ({ session }) =>
    attempt(() => session.client.audio.open(), 'audio'),
  ),
  always('audio.close', 'Close the audio device', ({ session }) =>
    attempt(() => session.client.audio.close(), 'audio'),
  ),
  {
    id: 'audio.monitorPanel',
    title: 'Show or hide the monitor panel',
    needsProject: true,
    run: () => useDialogs.setState(({ monitorOpen }) => ({ monitorOpen: !monitorOpen })),
  },
  always('audio.dim', 'Dim the control room', ({ session }) => toggleControlRoom('dim', session)),
  always('audio.mute', 'Mute the control room', ({ session }) => toggleControlRoom('mute', session)),
  always('audio.talkback', 'Talk to the talent while the key is held', talk),
  always('audio.talkbackLatch', 'Talkback on or off', ({ session }) => toggle('talkback', session)),
  always('audio.click', 'Click on or off', ({ session }) => toggle('click', session)),
  always('help.audio', 'How audio, calibration and recording work', () => openDialog('help-audio')),
];
