import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { type FilmGauge, formatFeetFrames } from '../../src-shared/time/feet-frames.ts';
import { frameRateName, sampleToFrame } from '../../src-shared/time/frame-rate.ts';
import { timecodeWithSubframesAt } from '../../src-shared/time/timecode.ts';
import { positionOfEntry } from '../../src-shared/time/timecode-entry.ts';
import { useProject, useRows } from '../project/open-project.ts';
import { changeRateCommand, disagreeingRate } from '../project/picture-rate.ts';
import { useIsPunchedIn } from '../record/use-record.ts';
import './transport.css';

const GAUGES: Readonly<Record<FilmGauge, { readonly title: string; readonly next: FilmGauge }>> = {
  '35mm-4perf': { title: '35 mm 4-perf', next: '16mm' },
  '16mm': { title: '16 mm', next: '35mm-4perf' },
};

/** The big counter: timecode with subframes, rate and drop badge, feet and frames. Click to type where to go. */
export function Counter() {
  const { mirror, transport, view, apply, info } = useProject();
  useRows('project');
  const recording = useIsPunchedIn();
  const clock = mirror.clock();
  const otherRate = disagreeingRate(useRows('picture'), clock);
  const timecode = useRef<HTMLSpanElement>(null);
  const feet = useRef<HTMLButtonElement>(null);
  const gauge = useStore(view, (state) => state.filmGauge);
  const [editing, setEditing] = useState(false);

  useEffect(() => {
    let animation = 0;
    let shown = '';
    const step = () => {
      animation = requestAnimationFrame(step);
      const position = Math.max(0, Math.floor(transport.positionSamples()));
      const now = mirror.clock();
      const key = `${position}/${now.startFrame}/${now.frameRate.numerator}/${now.frameRate.denominator}/${now.frameRate.drop}`;
      if (!timecode.current || !feet.current) return;
      // The text is empty again after the counter was typed into.
      if (key === shown && timecode.current.textContent !== '') return;
      shown = key;
      timecode.current.textContent = timecodeWithSubframesAt(position, now);
      feet.current.textContent = formatFeetFrames(sampleToFrame(position, now.frameRate, now.sampleRate), gauge);
    };
    step();
    return () => cancelAnimationFrame(animation);
  }, [mirror, transport, gauge]);

  return (
    <div className="counter" data-recording={recording || undefined}>
      {editing ? (
        <CounterInput
          onDone={(position) => {
            setEditing(false);
            if (position === null) return;
            transport.locate(position);
            view.getState().reveal(position);
          }}
        />
      ) : (
        <button
          type="button"
          className="counter-timecode"
          data-focus="timecode"
          title="Click to type where to go"
          aria-label="Timecode, click to type where to go"
          onClick={() => setEditing(true)}
        >
          <span ref={timecode} className="figures" />
        </button>
      )}
      <div className="counter-under">
        <span
          className="badge"
          data-tone={clock.frameRate.drop ? 'warn' : undefined}
          title={
            clock.frameRate.drop
              ? 'The project’s frame rate, with drop-frame labels: two are skipped each minute but every tenth'
              : 'The project’s frame rate'
          }
        >
          {frameRateName(clock.frameRate)}
        </span>
        {otherRate && !info.readOnly ? (
          <button
            type="button"
            className="badge counter-rate"
            data-tone="warn"
            title={`All pictures run at ${frameRateName(otherRate)}, the project at ${frameRateName(clock.frameRate)}: their timecodes do not agree. Click to give the project the pictures’ rate.`}
            onClick={() => apply(changeRateCommand(otherRate, clock))}
          >
            use {frameRateName(otherRate)}?
          </button>
        ) : (
          <span className="badge">{clock.sampleRate / 1000} kHz</span>
        )}
        <button
          ref={feet}
          type="button"
          className="counter-feet figures"
          title={`Feet and frames, ${GAUGES[gauge].title}, from the reel’s start. Click for ${GAUGES[GAUGES[gauge].next].title}.`}
          onClick={() => view.getState().setFilmGauge(GAUGES[gauge].next)}
        />
      </div>
    </div>
  );
}

const PROBLEMS = {
  form: 'Not a timecode',
  range: 'Out of range',
  'dropped-label': 'Drop-frame has no such label',
} as const;

function CounterInput({ onDone }: { readonly onDone: (position: number | null) => void }) {
  const { mirror, transport } = useProject();
  const [from] = useState(() => Math.max(0, Math.floor(transport.positionSamples())));
  const [text, setText] = useState(() => timecodeWithSubframesAt(from, mirror.clock()).slice(0, 11));
  const position = positionOfEntry(text, mirror.clock(), from);
  const problem = typeof position === 'string' ? PROBLEMS[position] : position < 0 ? 'Before the start' : '';
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  return (
    <input
      ref={input}
      className="counter-input"
      aria-label="Go to timecode"
      aria-invalid={problem !== ''}
      title={problem || '1000 is ten seconds, +12 is twelve frames on. Enter goes there, Esc leaves.'}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => onDone(null)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') onDone(null);
        if (event.key === 'Enter' && problem === '') onDone(position as number);
      }}
    />
  );
}
