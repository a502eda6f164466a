import { useEffect, useId, useRef, useState } from 'react';
import type { MeterPoint } from '../../src-shared/engine/live-engine.ts';
import { useSession } from '../app/session.ts';
import { FLOOR_DB, type MeterState, QUIET_METER, scalePosition, stepMeter } from '../meters/meter-ballistics.ts';
import { figure } from '../ui/figure.ts';
import './level-meter.css';

/** So often the level is told to those who do not see it. */
const TOLD_EVERY_MS = 500;

/** A lying meter of one or two points of the engine, with the held peak in figures and a light that keeps a clip. */
export function LevelMeter({ label, points }: { readonly label: string; readonly points: readonly MeterPoint[] }) {
  const session = useSession();
  const { engine } = session;
  const bars = useRef<(HTMLDivElement | null)[]>([]);
  const holds = useRef<(HTMLDivElement | null)[]>([]);
  const figures = useRef<HTMLSpanElement>(null);
  const meter = useRef<HTMLDivElement>(null);
  const id = useId();
  const [isClipped, setClipped] = useState(false);
  const key = points.map(({ kind, id: channel }) => `${kind} ${channel}`).join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says which points they are; the list is another one with each render.
  useEffect(() => {
    const owner = {};
    engine.meters.show(owner, points);
    let states: readonly MeterState[] = points.map(() => QUIET_METER);
    let beforeMs = performance.now();
    let toldMs = 0;
    let animation = 0;
    const step = (nowMs: number) => {
      animation = requestAnimationFrame(step);
      const elapsed = Math.min(0.5, Math.max(0, (nowMs - beforeMs) / 1000));
      beforeMs = nowMs;
      states = states.map((state, at) => stepMeter(state, engine.meters.peakOf(points[at]!), nowMs / 1000, elapsed));
      states.forEach(({ levelDb, heldDb }, at) => {
        const bar = bars.current[at];
        const hold = holds.current[at];
        if (bar) bar.style.clipPath = `inset(0 ${(1 - scalePosition(levelDb)) * 100}% 0 0)`;
        if (hold) {
          hold.style.left = `${scalePosition(heldDb) * 100}%`;
          hold.hidden = heldDb <= FLOOR_DB;
        }
      });
      const heldDb = Math.max(...states.map((state) => state.heldDb));
      const text = heldDb <= FLOOR_DB ? '−∞' : figure(heldDb, 1);
      if (figures.current && figures.current.textContent !== text) figures.current.textContent = text;
      setClipped(points.some((point) => engine.meters.isClipped(point)));
      if (nowMs - toldMs < TOLD_EVERY_MS || !meter.current) return;
      toldMs = nowMs;
      meter.current.setAttribute('aria-valuenow', String(Math.round(heldDb)));
      meter.current.setAttribute('aria-valuetext', heldDb <= FLOOR_DB ? 'silent' : `${figure(heldDb, 1)} dBFS`);
    };
    animation = requestAnimationFrame(step);
    return () => {
      cancelAnimationFrame(animation);
      engine.meters.hide(owner);
    };
  }, [engine, key]);

  return (
    <div className="level">
      {/* biome-ignore lint/a11y/useSemanticElements: the browser draws its own bar in a <meter>, without ballistics. */}
      <div
        ref={meter}
        id={id}
        className="level-bars"
        role="meter"
        aria-label={label}
        aria-valuemin={FLOOR_DB}
        aria-valuemax={0}
        aria-valuenow={FLOOR_DB}
      >
        {points.map((point, at) => (
          <div key={`${point.kind} ${point.id}`} className="level-bar">
            <div
              className="level-fill"
              ref={(element) => {
                bars.current[at] = element;
              }}
            />
            <div
              className="level-hold"
              ref={(element) => {
                holds.current[at] = element;
              }}
            />
          </div>
        ))}
      </div>
      <span ref={figures} className="level-figure figures" aria-hidden="true">
        −∞
      </span>
      <button
        type="button"
        className="level-clip"
        data-clipped={isClipped || undefined}
        tabIndex={isClipped ? 0 : -1}
        aria-label={isClipped ? `${label}: clipped, reset` : `${label}: not clipped`}
        title={isClipped ? 'Full scale was reached. Click to reset every clip.' : 'Lights when full scale is reached'}
        onClick={() => {
          // Nothing is kept of it where no device runs.
          if (engine.isRunning) void session.client.engine.clearClipped().catch(() => undefined);
        }}
      />
    </div>
  );
}
