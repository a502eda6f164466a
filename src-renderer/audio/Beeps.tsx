import type { BeepSettings } from '../../src-shared/engine/live-engine.ts';
import { Button } from '../ui/Button.tsx';
import { type AudioControls, changeMonitor } from './audio-controls.ts';
import { Fader } from './Fader.tsx';
import { Line, Part } from './MonitorParts.tsx';
import { NumberInput } from './NumberInput.tsx';

const COUNTS = Array.from({ length: 12 }, (_, at) => at + 1);

/** The beeps that lead the talent into a line: the line is where the next one would be. */
export function Beeps({ controls, beeps }: { readonly controls: AudioControls; readonly beeps: BeepSettings }) {
  const change = (part: Partial<BeepSettings>) => changeMonitor(controls, 'beeps', part);
  const { on, count, interval, length, frequencyHz, gainDb } = beeps;
  return (
    <Part name="Cue beeps">
      <div className="monitor-buttons">
        <Button
          pressed={on}
          hint="Heard before a punch by a selection, in the control room and in the cue mix; never recorded"
          onClick={() => change({ on: !on })}
        >
          {on ? 'On' : 'Off'}
        </Button>
        <span className="monitor-number">
          <select
            className="input"
            aria-label="Number of beeps"
            value={count}
            onChange={(event) => change({ count: Number(event.target.value) })}
          >
            {COUNTS.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
          of
          <NumberInput
            value={frequencyHz}
            minimum={20}
            maximum={20_000}
            step={10}
            aria-label="Frequency of the beeps, Hz"
            onCommit={(next) => change({ frequencyHz: next })}
          />
          Hz
        </span>
      </div>
      <Span
        label="Interval"
        name="Interval of the beeps"
        span={interval}
        onChange={(next) => change({ interval: next })}
      />
      <Span label="Length" name="Length of a beep" span={length} onChange={(next) => change({ length: next })} />
      <Line label="Level">
        <Fader label="Level of the beeps" gainDb={gainDb} restDb={-20} onChange={(next) => change({ gainDb: next })} />
      </Line>
    </Part>
  );
}

type BeepSpan = BeepSettings['interval'];

function Span({
  label,
  name,
  span,
  onChange,
}: {
  readonly label: string;
  readonly name: string;
  readonly span: BeepSpan;
  readonly onChange: (span: BeepSpan) => void;
}) {
  return (
    <Line label={label}>
      <span className="monitor-number">
        <NumberInput
          value={span.count}
          minimum={1}
          maximum={10_000}
          step={span.unit === 'frames' ? 1 : 10}
          isWhole
          aria-label={name}
          onCommit={(count) => onChange({ ...span, count })}
        />
        <select
          className="input monitor-unit"
          aria-label={`${name}: unit`}
          value={span.unit}
          onChange={(event) => onChange({ ...span, unit: event.target.value as BeepSpan['unit'] })}
        >
          <option value="milliseconds">milliseconds</option>
          <option value="frames">frames</option>
        </select>
      </span>
    </Line>
  );
}
