import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { MeterPoint } from '../../src-shared/engine/live-engine.ts';
import { useProject } from '../project/open-project.ts';
import { MasterPeakWatch, peakFigure } from './master-peak.ts';
import { FLOOR_DB, type MeterState, QUIET_METER, scalePosition, stepMeter } from './meter-ballistics.ts';
import './meters.css';

const MARKS_DB = [0, -3, -6, -10, -14, -20, -30, -40, -50] as const;

const POINTS = [
  { kind: 'masterLeft', id: 0 },
  { kind: 'masterRight', id: 0 },
] as const satisfies readonly MeterPoint[];

const QUIET: readonly [MeterState, MeterState] = [QUIET_METER, QUIET_METER];

/**
 * Sample peak of the mix's two sides, before the monitor gain: as the engine has it while a device runs, else as the
 * preview does. Above it the highest peak since it was last cleared.
 */
export function MasterMeter() {
  const { transport, session } = useProject();
  const { engine } = session;
  const runs = useStore(engine.store, ({ status }) => status?.state === 'running');
  const canvas = useRef<HTMLCanvasElement>(null);
  const [watch] = useState(() => new MasterPeakWatch());
  const [peak, setPeak] = useState(watch.peak);
  const meters = useRef(QUIET);

  useEffect(() => {
    if (!runs) return;
    const owner = {};
    engine.meters.show(owner, POINTS);
    return () => engine.meters.hide(owner);
  }, [engine, runs]);

  useEffect(() => {
    let before = performance.now() / 1000;
    let animation = 0;
    let drawn = '';
    let heard: [number, number] = [0, 0];
    // Telemetry may come twice between two frames of the display: the higher of them counts.
    const stopListening = engine.onTelemetry(() => {
      const told = POINTS.map((point) => engine.meters.peakOf(point));
      heard = [Math.max(heard[0], told[0]!), Math.max(heard[1], told[1]!)];
    });
    const step = () => {
      animation = requestAnimationFrame(step);
      const now = performance.now() / 1000;
      const peaks = runs ? heard : transport.peaks();
      heard = [0, 0];
      const elapsed = Math.min(0.5, now - before);
      before = now;
      const [left, right] = meters.current;
      meters.current = [stepMeter(left, peaks[0], now, elapsed), stepMeter(right, peaks[1], now, elapsed)];
      const latched = runs ? POINTS.some((point) => engine.meters.isClipped(point)) : null;
      setPeak(watch.step(Math.max(...peaks), latched, now));
      const element = canvas.current;
      if (!element) return;
      const levels = meters.current.map(({ levelDb, heldDb }) => `${levelDb}/${heldDb}`).join('/');
      const key = `${element.clientWidth}x${element.clientHeight}/${levels}`;
      if (key !== drawn) drawMeter(element, meters.current);
      drawn = key;
    };
    step();
    return () => {
      stopListening();
      cancelAnimationFrame(animation);
    };
  }, [transport, engine, runs, watch]);

  const clear = () => {
    meters.current = QUIET;
    setPeak(watch.clear(performance.now() / 1000));
    void engine.clearClipped();
  };
  const { clipped } = peak;
  const figure = peakFigure(peak);
  return (
    <section className="meter" aria-label={`Master meter, sample peak, of the ${runs ? 'audio engine' : 'preview'}`}>
      <button
        type="button"
        className="meter-clip"
        data-clipped={clipped || undefined}
        title={
          clipped
            ? 'Full scale was reached. Click to put out all clip lights.'
            : 'Highest peak so far; lights when full scale is reached. Click to begin anew.'
        }
        aria-label={
          clipped ? `Clipped, highest peak ${figure} dBFS, reset` : `Not clipped, highest peak ${figure} dBFS, reset`
        }
        onClick={clear}
      >
        {figure}
      </button>
      <canvas ref={canvas} className="meter-canvas" />
      <span className="meter-foot dim" title={runs ? FROM_ENGINE : FROM_PREVIEW}>
        {runs ? 'Engine' : 'Preview'}
        <br />
        dBFS
      </span>
    </section>
  );
}

const FROM_ENGINE = 'Peaks of the mix as the audio engine sends it to the device, before dim and monitor gain';
const FROM_PREVIEW = 'Peaks of the preview: no audio device runs. Choose one in the audio settings.';

function drawMeter(element: HTMLCanvasElement, meters: readonly [MeterState, MeterState]): void {
  const scale = window.devicePixelRatio;
  const { clientWidth, clientHeight } = element;
  if (element.width !== Math.round(clientWidth * scale)) element.width = Math.round(clientWidth * scale);
  if (element.height !== Math.round(clientHeight * scale)) element.height = Math.round(clientHeight * scale);
  const context = element.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, clientWidth, clientHeight);
  const top = 6;
  const height = clientHeight - top * 2;
  const y = (db: number) => top + height * (1 - scalePosition(db));
  context.font = `9.5px ${style.fontFamily}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const db of MARKS_DB) {
    context.fillStyle = colour('--text-3');
    context.fillText(String(Math.abs(db)), 17, y(db));
    context.fillStyle = colour('--line');
    context.fillRect(20, Math.round(y(db)), clientWidth - 20, 1);
  }
  const width = (clientWidth - 24) / 2 - 1;
  meters.forEach((meter, side) => {
    const x = 22 + side * (width + 2);
    context.fillStyle = colour('--ground-0');
    context.fillRect(x, top, width, height);
    for (const [from, to, name] of [
      [FLOOR_DB, -20, '--good'],
      [-20, -6, '--warn'],
      [-6, 0, '--bad'],
    ] as const) {
      const upper = Math.min(meter.levelDb, to);
      if (upper <= from) continue;
      context.fillStyle = colour(name);
      context.fillRect(x, y(upper), width, y(from) - y(upper));
    }
    if (meter.heldDb > FLOOR_DB) {
      context.fillStyle = colour('--text');
      context.fillRect(x, Math.round(y(meter.heldDb)), width, 1);
    }
  });
}
