import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { EngineStatus, MeterPoint, MonitorSettings } from '../../src-shared/engine/live-engine.ts';
import { openDialog, useDialogs } from '../app/dialogs.ts';
import { useKeyHint } from '../app/key-hint.ts';
import { Button } from '../ui/Button.tsx';
import { type AudioControls, changeMonitor, useAudioControls, useEngineStatus } from './audio-controls.ts';
import { Beeps } from './Beeps.tsx';
import { CueTracks } from './CueTracks.tsx';
import { Fader } from './Fader.tsx';
import { LevelMeter } from './LevelMeter.tsx';
import { Line, Missing, Part } from './MonitorParts.tsx';
import { NumberInput } from './NumberInput.tsx';
import { TalkButton } from './TalkButton.tsx';
import { heldTalk, talkHeld } from './talkback.ts';
import './audio.css';
import './monitor-panel.css';

const CONTROL_ROOM: readonly MeterPoint[] = [
  { kind: 'controlRoomLeft', id: 0 },
  { kind: 'controlRoomRight', id: 0 },
];
const CUE: readonly MeterPoint[] = [
  { kind: 'cueLeft', id: 0 },
  { kind: 'cueRight', id: 0 },
];
const BEATS = Array.from({ length: 16 }, (_, at) => at + 1);

/** What is heard in the control room and by the talent: in the inspector's place, or over the timeline where that is hidden. */
export function MonitorPanel({ isFloating = false }: { readonly isFloating?: boolean }) {
  const { controls, monitor, settings } = useAudioControls();
  const status = useEngineStatus();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  const close = () => useDialogs.setState({ monitorOpen: false });
  return (
    <section
      ref={panel}
      className="monitor-panel"
      data-floating={isFloating || undefined}
      aria-label="Monitor"
      data-focus="monitor"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <header>
        <h2>Monitor</h2>
        <Button look="quiet" icon="close" hint="Close (Esc)" onClick={close} />
      </header>
      {monitor && settings ? (
        <div className="monitor-body">
          {status?.state === 'running' ? null : <Closed status={status} />}
          <ControlRoom controls={controls} monitor={monitor} />
          <Cue controls={controls} monitor={monitor} hasOutputs={settings.cue !== null} />
          <Talkback controls={controls} monitor={monitor} hasInput={settings.talkbackInput !== null} />
          <Click controls={controls} monitor={monitor} />
          <Beeps controls={controls} beeps={monitor.beeps} />
        </div>
      ) : null}
    </section>
  );
}

type PartProps = { readonly controls: AudioControls; readonly monitor: MonitorSettings };

function Closed({ status }: { readonly status: EngineStatus | null }) {
  return (
    <p className="monitor-note">
      <span>
        {status?.state === 'lost' ? 'The audio device is lost.' : 'No audio device is open.'} This is kept, and heard
        once one is.
      </span>
      <Button onClick={() => openDialog('audio')}>Audio settings</Button>
    </p>
  );
}

function ControlRoom({ controls, monitor }: PartProps) {
  const hint = useKeyHint();
  const { gainDb, dim, mute } = monitor.controlRoom;
  return (
    <Part name="Control room">
      <LevelMeter label="Control room" points={CONTROL_ROOM} />
      <Line label="Level">
        <Fader
          label="Control room level"
          gainDb={gainDb}
          onChange={(next) => changeMonitor(controls, 'controlRoom', { gainDb: next })}
        />
      </Line>
      <div className="monitor-buttons">
        <Button
          pressed={dim}
          hint={hint('20 dB softer', 'audio.dim')}
          onClick={() => changeMonitor(controls, 'controlRoom', { dim: !dim })}
        >
          Dim
        </Button>
        <Button
          pressed={mute}
          hint={hint('Silences the control room alone', 'audio.mute')}
          onClick={() => changeMonitor(controls, 'controlRoom', { mute: !mute })}
        >
          Mute
        </Button>
      </div>
    </Part>
  );
}

function Cue({ controls, monitor, hasOutputs }: PartProps & { readonly hasOutputs: boolean }) {
  const { cue } = monitor;
  return (
    <Part name="Cue mix for the talent">
      {hasOutputs ? null : <Missing text="No outputs are chosen for it: nobody hears it." />}
      <LevelMeter label="Cue mix" points={CUE} />
      <Line label="Level">
        <Fader
          label="Cue mix level"
          gainDb={cue.gainDb}
          onChange={(gainDb) => changeMonitor(controls, 'cue', { gainDb })}
        />
      </Line>
      <Line label="Own voice">
        <Fader
          label="Inputs in the cue mix"
          gainDb={cue.inputsGainDb}
          onChange={(inputsGainDb) => changeMonitor(controls, 'cue', { inputsGainDb })}
        />
      </Line>
      <CueTracks controls={controls} gains={cue.tracks} />
    </Part>
  );
}

function Talkback({ controls, monitor, hasInput }: PartProps & { readonly hasInput: boolean }) {
  const hint = useKeyHint();
  const { on, gainDb } = monitor.talkback;
  const talk = (next: boolean) => changeMonitor(controls, 'talkback', { on: next });
  const { held } = useStore(talkHeld);
  return (
    <Part name="Talkback">
      {hasInput ? null : <Missing text="No talkback microphone is chosen." />}
      <div className="monitor-buttons">
        <TalkButton
          on={on && held}
          hint={hint('The talent hears you while it is held', 'audio.talkback')}
          onTalk={heldTalk(talk)}
        />
        <Button
          pressed={on && !held}
          hint={hint('Stays on until it is pressed again', 'audio.talkbackLatch')}
          onClick={() => talk(!on)}
        >
          Latch
        </Button>
      </div>
      <Line label="Level">
        <Fader
          label="Talkback level"
          gainDb={gainDb}
          onChange={(next) => changeMonitor(controls, 'talkback', { gainDb: next })}
        />
      </Line>
    </Part>
  );
}

function Click({ controls, monitor }: PartProps) {
  const hint = useKeyHint();
  const { on, beatsPerMinute, beatsPerBar, gainDb } = monitor.click;
  return (
    <Part name="Click">
      <div className="monitor-buttons">
        <Button
          pressed={on}
          hint={hint('Heard while it rolls, never recorded', 'audio.click')}
          onClick={() => changeMonitor(controls, 'click', { on: !on })}
        >
          {on ? 'On' : 'Off'}
        </Button>
        <span className="monitor-number">
          <NumberInput
            value={beatsPerMinute}
            minimum={20}
            maximum={400}
            step={1}
            aria-label="Beats per minute"
            onCommit={(next) => changeMonitor(controls, 'click', { beatsPerMinute: next })}
          />
          a minute
        </span>
        <span className="monitor-number">
          <select
            className="input"
            aria-label="Beats per bar"
            value={beatsPerBar}
            onChange={(event) => changeMonitor(controls, 'click', { beatsPerBar: Number(event.target.value) })}
          >
            {BEATS.map((beats) => (
              <option key={beats}>{beats}</option>
            ))}
          </select>
          a bar
        </span>
      </div>
      <Line label="Level">
        <Fader
          label="Click level"
          gainDb={gainDb}
          restDb={-12}
          onChange={(next) => changeMonitor(controls, 'click', { gainDb: next })}
        />
      </Line>
    </Part>
  );
}
