import { useStore } from 'zustand';
import type { EngineStatus } from '../../src-shared/engine/live-engine.ts';
import { useKeyHint } from '../app/key-hint.ts';
import { useEngineHealth, useEngineStatus } from '../audio/audio-controls.ts';
import { devicesOf, kilohertz, megabytes } from '../audio/engine-words.ts';
import type { EngineHealth } from '../engine/engine-link.ts';
import { attempt, useProject } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import './transport.css';

/** The honest name of what plays, with what is wrong with it; a lost device is taken back from here. */
export function PlaybackStatus() {
  const status = useEngineStatus();
  if (status?.state === 'running') return <EnginePlays status={status} />;
  return (
    <>
      {status && (status.state === 'lost' || status.awaitsDevice) ? <TakeBack status={status} /> : null}
      <PreviewPlays />
    </>
  );
}

function EnginePlays({ status }: { readonly status: EngineStatus }) {
  const health = useEngineHealth();
  const { framesPerBuffer } = status;
  const buffer = framesPerBuffer === 0 ? 'varying buffer' : `${framesPerBuffer}`;
  return (
    <span className="playback-status" title={aboutEngine(status, health)}>
      <span className="dim figures">
        Engine: {kilohertz(status.sampleRate)}, {buffer}
        {health ? `, ${Math.round(health.loadMean * 100)} %` : ''}
      </span>
      {health ? <Losses health={health} /> : null}
      {health && health.disk.recordRing > 0.5 ? (
        <span className="badge" data-tone="warn" title="The disk is slow: what is recorded waits in memory.">
          disk {Math.round(health.disk.recordRing * 100)} %
        </span>
      ) : null}
    </span>
  );
}

function aboutEngine(status: EngineStatus, health: EngineHealth | null): string {
  const lines = [
    `The engine plays through ${devicesOf(status)}.`,
    'Sample rate, frames a buffer, and the share of each buffer’s time that the mix takes.',
  ];
  if (health)
    lines.push(
      `Highest load lately ${Math.round(health.loadPeak * 100)} %.`,
      `${health.disk.readySeconds.toFixed(1)} s of what comes next, ${megabytes(health.disk.heldBytes)} in all, are in memory.`,
    );
  return lines.join('\n');
}

function Losses({ health }: { readonly health: EngineHealth }) {
  const { inputOverflows, outputUnderflows, missedFrames, recordLostFrames } = health.losses;
  if (inputOverflows + outputUnderflows + missedFrames + recordLostFrames === 0) return null;
  const told = [
    outputUnderflows > 0 ? `${outputUnderflows} times the device got no sound in time.` : '',
    inputOverflows > 0 ? `${inputOverflows} times sound that came in was lost.` : '',
    missedFrames > 0 ? `${missedFrames} samples of clips were not in memory in time.` : '',
    recordLostFrames > 0 ? `${recordLostFrames} recorded samples were lost before the disk took them.` : '',
  ];
  return (
    <span
      className="badge"
      data-tone={recordLostFrames > 0 || inputOverflows > 0 ? 'bad' : 'warn'}
      title={`Since the device was opened:\n${told.filter(Boolean).join('\n')}`}
    >
      losses
    </span>
  );
}

function TakeBack({ status }: { readonly status: EngineStatus }) {
  const { session } = useProject();
  const hint = useKeyHint();
  const words = status.deviceIsBack ? 'The audio device is there again: open it' : 'Try to open the audio device again';
  return (
    <Button
      look={status.deviceIsBack ? 'primary' : 'plain'}
      hint={hint(words, 'audio.open')}
      onClick={() => attempt(() => session.client.audio.open(), 'audio')}
    >
      Take back
    </Button>
  );
}

function PreviewPlays() {
  const { transport, session } = useProject();
  const { phase, underruns } = useStore(transport.store);
  const engine = session.store((state) => state.hostInfo?.engineAvailable ?? false);
  return (
    <span
      className="playback-status"
      title="No audio device is open: the native engine renders the mix and the browser plays it through Tone. A bounce is rendered by the engine alone."
    >
      <span className="dim">{engine ? 'Preview playback (Tone)' : 'No playback: the native engine was not built'}</span>
      {phase === 'starting' ? <span className="badge">rendering…</span> : null}
      {underruns > 0 ? (
        <span
          className="badge"
          data-tone="warn"
          title="Rendering did not keep up and sound paused. A bounce is not affected."
        >
          {underruns} underrun{underruns === 1 ? '' : 's'}
        </span>
      ) : null}
    </span>
  );
}
