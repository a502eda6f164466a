import type { Telemetry } from '../../src-shared/engine/live-engine.ts';
import type { EngineLink } from '../engine/engine-link.ts';

/** Shares of the period, 0..1: the mean and the highest of a quarter of a second. */
export type LoadEntry = { readonly mean: number; readonly peak: number };

const ENTRY_MS = 250;
/** One minute. */
export const HISTORY_ENTRIES = 240;

/** The engine's load over the last minute, newest last; shorter while it has not run for so long. */
export class LoadHistory {
  #entries: LoadEntry[] = [];
  #current: { mean: number; peak: number; count: number; atMs: number } | null = null;

  get entries(): readonly LoadEntry[] {
    return this.#entries;
  }

  take({ loadMean, loadPeak }: Pick<Telemetry, 'loadMean' | 'loadPeak'>, nowMs: number): void {
    this.#current ??= { mean: 0, peak: 0, count: 0, atMs: nowMs };
    const current = this.#current;
    current.mean += loadMean;
    current.peak = Math.max(current.peak, loadPeak);
    current.count++;
    if (nowMs - current.atMs < ENTRY_MS) return;
    this.#entries = [...this.#entries, { mean: current.mean / current.count, peak: current.peak }].slice(
      -HISTORY_ENTRIES,
    );
    this.#current = null;
  }

  clear(): void {
    this.#entries = [];
    this.#current = null;
  }
}

const TOPS = [0.1, 0.25, 0.5, 1] as const;

/** The share at the top of the scale: as low as it can be, so that a small load is seen as well. */
export function topOfScale(entries: readonly LoadEntry[]): number {
  const most = Math.max(0, ...entries.map(({ peak }) => peak));
  return TOPS.find((top) => most <= top) ?? 1;
}

const known = new WeakMap<EngineLink, LoadHistory>();

/** The history of an engine, kept from the first time that it is asked for. */
export function loadHistoryOf(engine: EngineLink): LoadHistory {
  const before = known.get(engine);
  if (before) return before;
  const history = new LoadHistory();
  engine.onTelemetry((telemetry) => history.take(telemetry, performance.now()));
  engine.store.subscribe(({ status }, { status: was }) => {
    if (status?.state === 'running' && was?.state !== 'running') history.clear();
  });
  known.set(engine, history);
  return history;
}
