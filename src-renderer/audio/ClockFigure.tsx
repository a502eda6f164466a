import { useEffect, useRef } from 'react';
import { useSession } from '../app/session.ts';

/** The device's clock as it runs: samples since it was opened, and the time they make. */
export function ClockFigure({ sampleRate }: { readonly sampleRate: number }) {
  const { engine } = useSession();
  const text = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      engine.onTelemetry(({ clock }) => {
        if (text.current) text.current.textContent = clockText(clock, sampleRate);
      }),
    [engine, sampleRate],
  );
  return <span ref={text}>{clockText(engine.telemetry?.clock ?? 0, sampleRate)}</span>;
}

function clockText(clock: number, sampleRate: number): string {
  const seconds = sampleRate > 0 ? Math.floor(clock / sampleRate) : 0;
  const part = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const time = `${part(hours)}:${part(Math.floor(seconds / 60) % 60)}:${part(seconds % 60)}`;
  return `${clock.toLocaleString('en-US')} (${time})`;
}
