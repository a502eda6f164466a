import { useState } from 'react';
import type { AudioSettings, EngineStatus } from '../../src-shared/engine/live-engine.ts';
import { useSession } from '../app/session.ts';
import { attempt } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { useIsRecording } from './audio-controls.ts';
import { bufferWords, devicesOf, kilohertz, stateOf } from './engine-words.ts';

/** How the device is, what is wrong with it, and the way to open, close or take it back. */
export function StatusStrip({
  status,
  settings,
}: {
  readonly status: EngineStatus | null;
  readonly settings: AudioSettings | null;
}) {
  const { client } = useSession();
  const [isClosing, setClosing] = useState(false);
  const isRecording = useIsRecording();
  if (!status) return <div className="audio-strip" />;
  const { state, problem, awaitsDevice, deviceIsBack } = status;
  const isChosen = Boolean(settings?.input ?? settings?.output);
  const close = async () => {
    setClosing(true);
    await attempt(() => client.audio.close());
    setClosing(false);
  };
  const open = () => attempt(() => client.audio.open(), 'audio');
  return (
    <div className="audio-strip" data-state={deviceIsBack ? 'back' : state}>
      <span className="badge" data-tone={deviceIsBack ? 'warn' : stateOf(state).tone} role="status">
        {isClosing ? 'closing…' : deviceIsBack ? 'is back' : stateOf(state).word}
      </span>
      <div className="audio-strip-text">
        {deviceIsBack ? (
          <span role="status">{devicesOf(status)} is there again: take it back to go on.</span>
        ) : problem ? (
          <Problem {...problem} />
        ) : (
          <span>{sentence(status, isChosen)}</span>
        )}
        {isRecording ? (
          <span className="dim" role="status">
            {' '}
            Something is being recorded: device, rate and buffer stay as they are until you stop.
          </span>
        ) : null}
        {awaitsDevice && !deviceIsBack ? <span className="dim"> It is looked for every two seconds.</span> : null}
      </div>
      {state === 'running' || state === 'lost' || awaitsDevice ? (
        <Button disabled={isClosing || isRecording} onClick={close}>
          {state === 'running' ? 'Close the device' : 'Give it up'}
        </Button>
      ) : null}
      {state === 'running' ? null : (
        <Button look="primary" disabled={!isChosen || isRecording || state === 'opening'} onClick={open}>
          {state === 'lost' || awaitsDevice ? 'Take back' : state === 'failed' ? 'Open again' : 'Open'}
        </Button>
      )}
    </div>
  );
}

function Problem({ message, remedy }: { readonly message: string; readonly remedy: string }) {
  return (
    <span role="alert">
      {message} <span className="dim">{remedy}</span>
    </span>
  );
}

function sentence(status: EngineStatus, isChosen: boolean): string {
  const { state, sampleRate, framesPerBuffer } = status;
  if (state === 'opening') return `Opening ${devicesOf(status)} at ${kilohertz(sampleRate)}…`;
  if (state === 'running')
    return `${devicesOf(status)} at ${kilohertz(sampleRate)}, buffer ${bufferWords(framesPerBuffer, sampleRate)}`;
  return isChosen
    ? 'The device is closed: playback is the preview in the browser, and nothing can be recorded.'
    : 'No device is chosen yet: playback is the preview in the browser, and nothing can be recorded.';
}
