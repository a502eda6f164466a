import { useEffect } from 'react';
import { openDialog, useDialogs } from '../app/dialogs.ts';
import { useKeyHint } from '../app/key-hint.ts';
import { useSession } from '../app/session.ts';
import { attempt } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { dismissAbout, tellError, tellPlain } from '../ui/toasts.ts';
import { useAudioControls, useEngineStatus } from './audio-controls.ts';
import { bufferWords, devicesOf, kilohertz, stateOf } from './engine-words.ts';
import { loadHistoryOf } from './load-history.ts';
import './audio-status.css';

const LOST = 'audio-device';

/** The audio device in the status bar: opens its settings, and beside it the monitor panel. */
export function AudioStatus() {
  const session = useSession();
  const status = useEngineStatus();
  const { monitor } = useAudioControls();
  const monitorOpen = useDialogs((state) => state.monitorOpen);
  const hint = useKeyHint();
  const state = status?.state ?? 'off';
  const problem = status?.problem ?? null;
  // The load is kept from here on, so that its page has a minute to show.
  useEffect(() => void loadHistoryOf(session.engine), [session]);
  useEffect(() => {
    if (state === 'running') dismissAbout(LOST);
    else if (state === 'lost' && problem)
      tellError(
        problem,
        { label: 'Take back', run: () => void attempt(() => session.client.audio.open(), 'audio') },
        LOST,
      );
  }, [session, state, problem]);
  const backAgain = status?.deviceIsBack ? devicesOf(status) : '';
  const takeBack = hint('Take it back in the audio settings, or by its key', 'audio.open');
  useEffect(() => {
    if (backAgain) tellPlain(`“${backAgain}” is there again.`, `${takeBack}.`);
  }, [backAgain, takeBack]);
  const about =
    status && state === 'running'
      ? `${devicesOf(status)}, ${kilohertz(status.sampleRate)}, buffer ${bufferWords(status.framesPerBuffer, status.sampleRate)}`
      : 'No audio device is open';
  return (
    <span className="audio-status">
      <Button
        look="quiet"
        icon="speaker"
        hint={`${about}. ${hint('Audio settings', 'audio.settings')}`}
        onClick={() => openDialog('audio')}
      >
        <span className="audio-status-name">
          {status && state === 'running' ? devicesOf(status) : state === 'off' ? 'Audio: closed' : 'Audio'}
        </span>
        {state === 'off' || state === 'running' ? null : (
          <span className="badge" data-tone={status?.deviceIsBack ? 'warn' : stateOf(state).tone}>
            {status?.deviceIsBack ? 'is back' : stateOf(state).word}
          </span>
        )}
      </Button>
      <Button
        look="quiet"
        hint={hint('Control room, cue mix, talkback and click', 'audio.monitorPanel')}
        pressed={monitorOpen}
        onClick={() => useDialogs.setState({ monitorOpen: !monitorOpen })}
      >
        Monitor
        {monitor?.controlRoom.mute ? (
          <Flag tone="bad">mute</Flag>
        ) : monitor?.controlRoom.dim ? (
          <Flag tone="warn">dim</Flag>
        ) : null}
        {monitor?.talkback.on ? <Flag tone="bad">talk</Flag> : null}
        {monitor?.testTone.on ? <Flag tone="warn">tone</Flag> : null}
      </Button>
    </span>
  );
}

function Flag({ tone, children }: { readonly tone: 'warn' | 'bad'; readonly children: string }) {
  return (
    <span className="badge" data-tone={tone}>
      {children}
    </span>
  );
}
