import { useLayoutEffect, useRef, useState } from 'react';
import type { EngineStatus } from '../../src-shared/engine/live-engine.ts';
import { VirtualList } from '../ui/VirtualList.tsx';
import { channelLabel } from './device-choice.ts';
import { LevelMeter } from './LevelMeter.tsx';

const ROW_PIXELS = 24;
/** From so many inputs on there are as many columns as there is room for. */
export const ONE_COLUMN_INPUTS = 16;
const COLUMN_PIXELS = 270;

/** The level of every input of the open device; only those in sight are asked of the engine. */
export function InputMeters({
  status,
  names,
}: {
  readonly status: EngineStatus | null;
  readonly names: readonly string[];
}) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  const isRunning = status?.state === 'running';
  const count = isRunning ? status.inputChannels : 0;
  const columns = count > ONE_COLUMN_INPUTS ? Math.max(1, Math.floor(width / COLUMN_PIXELS)) : 1;
  const rows = Math.ceil(count / columns);
  return (
    <section className="audio-inputs" aria-label="Inputs">
      <h3>
        Inputs <span className="dim">{isRunning ? (count === 0 ? 'none' : `${count}, sample peak in dBFS`) : ''}</span>
      </h3>
      <div ref={box} className="audio-inputs-list">
        {!isRunning ? (
          <p className="audio-none dim">Open the device to see what comes in at its inputs.</p>
        ) : count === 0 ? (
          <p className="audio-none dim">
            {status.input
              ? `“${status.input.name}” has no inputs: nothing can be recorded with it.`
              : 'No input device is chosen: it plays, and nothing can be recorded.'}
          </p>
        ) : (
          <VirtualList
            count={rows}
            rowHeightPixels={ROW_PIXELS}
            row={(row) => (
              <div
                key={row}
                className="audio-inputs-row"
                style={{ height: ROW_PIXELS, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
              >
                {Array.from({ length: columns }, (_, column) => row + column * rows)
                  .filter((channel) => channel < count)
                  .map((channel) => {
                    const label = channelLabel(names, channel);
                    return (
                      <div key={channel} className="audio-input">
                        <span className="audio-input-name" title={label}>
                          {label}
                        </span>
                        <LevelMeter label={label} points={[{ kind: 'input', id: channel }]} />
                      </div>
                    );
                  })}
              </div>
            )}
          />
        )}
      </div>
    </section>
  );
}
