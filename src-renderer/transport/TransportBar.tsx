import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { type FilmGauge, formatFeetFrames } from '../../src-shared/time/feet-frames.ts';
import { frameRateName, sampleToFrame } from '../../src-shared/time/frame-rate.ts';
import { timecodeWithSubframesAt } from '../../src-shared/time/timecode.ts';
import { positionOfEntry } from '../../src-shared/time/timecode-entry.ts';
import { useProject, useRows } from '../project/open-project.ts';
import { changeRateCommand, disagreeingRate } from '../project/picture-rate.ts';
import { Button } from '../ui/Button.tsx';
import { speedLabel } from './speeds.ts';
import { useTransportPreferences } from './transport-preferences.ts';
import './transport.css';

/** The buttons of playback. */
export function TransportBar() {
  const { transport } = useProject();
  const state = useStore(transport.store);
  const playing = state.phase !== 'stopped';
  const { returnOnStop, set } = useTransportPreferences();
  return (
    <div className="transport" role="toolbar" aria-label="Preview playback">
      <Button look="quiet" icon="start" hint="Go to the start" onClick={() => transport.locate(0)} />
      <Button
        look="quiet"
        icon="back"
        hint="Shuttle back (again: faster)"
        pressed={state.speed < 0}
        onClick={() => transport.shuttle(-1)}
      />
      <Button
        className="transport-play"
        icon={playing ? 'stop' : 'play'}
        hint={playing ? 'Stop' : 'Play'}
        pressed={playing}
        onClick={() => transport.toggle()}
      />
      <Button
        look="quiet"
        icon="forward"
        hint="Shuttle forward (again: faster)"
        pressed={state.speed > 1}
        onClick={() => transport.shuttle(1)}
      />
      <Button
        look="quiet"
        icon="loop"
        hint="Loop the selection"
        pressed={state.looping}
        onClick={() => transport.setLooping(!state.looping)}
      />
      <Button
        look="quiet"
        icon="return"
        hint="After stop, return to where playing began"
        pressed={returnOnStop}
        onClick={() => set({ returnOnStop: !returnOnStop })}
      />
      <span className="transport-speed figures" aria-live="polite">
        {state.phase === 'starting' ? '…' : speedLabel(state.speed)}
      </span>
    </div>
  );
}

const GAUGES: Readonly<Record<FilmGauge, { readonly title: string; readonly next: FilmGauge }>> = {
  '35mm-4perf': { title: '35 mm 4-perf', next: '16mm' },
  '16mm': { title: '16 mm', next: '35mm-4perf' },
};

/** The big counter: timecode with subframes, rate and drop badge, feet and frames. Click to type where to go. */
export function Counter() {
  const { mirror, transport, view, apply, info } = useProject();
  useRows('project');
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
    <div className="counter">
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

/** How loud the preview is listened to; neither meter nor bounce follows it. */
export function MonitorGain() {
  const { transport } = useProject();
  const gainDb = useStore(transport.store, (state) => state.monitorGainDb);
  return (
    <label className="monitor" title="How loud you listen. Changes neither the meter nor a bounce.">
      <span className="dim">Monitor</span>
      <input
        type="range"
        min={-60}
        max={12}
        step={1}
        value={gainDb}
        aria-label="Monitor gain"
        onChange={(event) => transport.setMonitorGainDb(Number(event.target.value))}
        onDoubleClick={() => transport.setMonitorGainDb(0)}
      />
      <span className="figures monitor-value">{gainDb <= -60 ? 'off' : `${gainDb > 0 ? '+' : ''}${gainDb} dB`}</span>
    </label>
  );
}

/** The honest name of what plays, with what is wrong with it. */
export function PreviewStatus() {
  const { transport, session } = useProject();
  const { phase, underruns } = useStore(transport.store);
  const engine = session.store((state) => state.hostInfo?.engineAvailable ?? false);
  return (
    <span
      className="preview-status"
      title="The native engine renders the mix; the browser plays it through Tone. A bounce is rendered by the engine alone."
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
