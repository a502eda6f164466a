import { useEffect, useRef, useState } from 'react';
import { useProject } from '../project/open-project.ts';
import { FLOOR_DB, type MeterState, QUIET_METER, scalePosition, stepMeter } from './meter-ballistics.ts';
import './meters.css';

const MARKS_DB = [0, -3, -6, -10, -14, -20, -30, -40, -50] as const;

/** Sample peak of the preview's two sides, before the monitor gain. */
export function MasterMeter() {
  const { transport } = useProject();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [clipped, setClipped] = useState(false);
  const [maximumDb, setMaximumDb] = useState(FLOOR_DB);
  const meters = useRef<[MeterState, MeterState]>([QUIET_METER, QUIET_METER]);

  useEffect(() => {
    let before = performance.now() / 1000;
    let animation = 0;
    let highest = FLOOR_DB;
    let drawn = '';
    const step = () => {
      animation = requestAnimationFrame(step);
      const now = performance.now() / 1000;
      const peaks = transport.peaks();
      meters.current = [0, 1].map((side) =>
        stepMeter(meters.current[side]!, peaks[side]!, now, Math.min(0.5, now - before)),
      ) as [MeterState, MeterState];
      before = now;
      const [left, right] = meters.current;
      const top = Math.max(left.heldDb, right.heldDb);
      if (Math.abs(top - highest) > 0.05) {
        highest = top;
        setMaximumDb(top);
      }
      if (left.clipped || right.clipped) setClipped(true);
      const element = canvas.current;
      if (!element) return;
      const key = `${element.clientWidth}x${element.clientHeight}/${left.levelDb}/${right.levelDb}/${left.heldDb}/${right.heldDb}`;
      if (key !== drawn) drawMeter(element, meters.current);
      drawn = key;
    };
    step();
    return () => cancelAnimationFrame(animation);
  }, [transport]);

  return (
    <section className="meter" aria-label="Master meter, sample peak">
      <button
        type="button"
        className="meter-clip"
        data-clipped={clipped || undefined}
        title={clipped ? 'Full scale was reached. Click to reset.' : 'Lights when full scale is reached'}
        aria-label={clipped ? 'Clipped, reset' : 'Not clipped'}
        onClick={() => {
          meters.current = [QUIET_METER, QUIET_METER];
          setClipped(false);
        }}
      >
        {maximumDb > FLOOR_DB ? maximumDb.toFixed(1) : '−∞'}
      </button>
      <canvas ref={canvas} className="meter-canvas" />
      <span className="meter-foot dim">dBFS</span>
    </section>
  );
}

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
