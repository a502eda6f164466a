import { useEffect, useRef } from 'react';
import { useSession } from '../app/session.ts';
import { HISTORY_ENTRIES, type LoadEntry, loadHistoryOf, topOfScale } from './load-history.ts';

/** The load of the last minute, newest on the right: the highest as a line over the mean as an area. */
export function LoadSparkline() {
  const { engine } = useSession();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const history = loadHistoryOf(engine);
    let drawn: readonly LoadEntry[] | null = null;
    let animation = 0;
    const step = () => {
      animation = requestAnimationFrame(step);
      if (history.entries === drawn || !canvas.current) return;
      drawn = history.entries;
      drawLoad(canvas.current, drawn);
    };
    step();
    return () => cancelAnimationFrame(animation);
  }, [engine]);
  return <canvas ref={canvas} className="audio-sparkline" role="img" aria-label="Load over the last minute" />;
}

function drawLoad(element: HTMLCanvasElement, entries: readonly LoadEntry[]): void {
  const scale = window.devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = element;
  element.width = Math.round(width * scale);
  element.height = Math.round(height * scale);
  const context = element.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  context.setTransform(scale, 0, 0, scale, 0, 0);
  const left = 42;
  const x = (at: number) => left + ((at + HISTORY_ENTRIES - entries.length) / (HISTORY_ENTRIES - 1)) * (width - left);
  const top = topOfScale(entries);
  const y = (share: number) => 6 + (1 - Math.min(1, share / top)) * (height - 12);
  context.font = `10px ${style.fontFamily}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const share of [0, top / 2, top]) {
    context.fillStyle = colour('--text-3');
    context.fillText(`${share * 100} %`, left - 6, y(share));
    context.fillStyle = colour('--line');
    context.fillRect(left, Math.round(y(share)), width - left, 1);
  }
  if (entries.length === 0) return;
  context.beginPath();
  context.moveTo(x(0), y(0));
  entries.forEach(({ mean }, at) => {
    context.lineTo(x(at), y(mean));
  });
  context.lineTo(x(entries.length - 1), y(0));
  context.fillStyle = colour('--accent-ground');
  context.fill();
  context.beginPath();
  entries.forEach(({ peak }, at) => {
    if (at === 0) context.moveTo(x(0), y(peak));
    else context.lineTo(x(at), y(peak));
  });
  context.strokeStyle = colour('--warn');
  context.lineWidth = 1;
  context.stroke();
}
