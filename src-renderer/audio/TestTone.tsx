import { useEffect } from 'react';
import type { EngineStatus, MonitorSettings } from '../../src-shared/engine/live-engine.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { type AudioControls, changeMonitor } from './audio-controls.ts';
import { ChannelSelect } from './ChannelSelect.tsx';
import { Fader } from './Fader.tsx';
import { NumberInput } from './NumberInput.tsx';

/** A sine on one output; silent again when this goes away. */
export function TestTone({
  controls,
  monitor,
  status,
  names,
}: {
  readonly controls: AudioControls;
  readonly monitor: MonitorSettings;
  readonly status: EngineStatus | null;
  readonly names: readonly string[];
}) {
  const { testTone } = monitor;
  const canSound = status?.state === 'running' && status.outputChannels > 0;
  useEffect(() => {
    const silence = () => {
      if (!controls.monitor.shown.getState().settings?.testTone.on) return;
      changeMonitor(controls, 'testTone', { on: false });
      controls.monitor.flush();
    };
    window.addEventListener('pagehide', silence);
    return () => {
      window.removeEventListener('pagehide', silence);
      silence();
    };
  }, [controls]);
  return (
    <section className="audio-tone" aria-label="Test tone">
      <h3>Test tone</h3>
      <div className="audio-tone-row">
        <Field label="Output">
          {(props) => (
            <ChannelSelect
              {...props}
              names={names}
              value={testTone.output}
              onChange={(output) => output !== null && changeMonitor(controls, 'testTone', { output })}
            />
          )}
        </Field>
        <Field label="Frequency, Hz">
          {(props) => (
            <NumberInput
              {...props}
              value={testTone.frequencyHz}
              minimum={10}
              maximum={40_000}
              step={10}
              onCommit={(frequencyHz) => changeMonitor(controls, 'testTone', { frequencyHz })}
            />
          )}
        </Field>
        <Button
          className="audio-tone-switch"
          look={testTone.on ? 'primary' : 'plain'}
          icon={testTone.on ? 'stop' : 'play'}
          pressed={testTone.on}
          disabled={!canSound}
          hint={canSound ? 'It ends when this page is left' : 'Open a device with outputs first'}
          onClick={() => changeMonitor(controls, 'testTone', { on: !testTone.on })}
        >
          {testTone.on ? 'Stop the tone' : 'Sound the tone'}
        </Button>
      </div>
      <div className="audio-line">
        <span className="audio-line-label">Level</span>
        <Fader
          label="Level of the test tone"
          gainDb={testTone.gainDb}
          maximumDb={0}
          restDb={-20}
          onChange={(gainDb) => changeMonitor(controls, 'testTone', { gainDb })}
        />
      </div>
    </section>
  );
}
