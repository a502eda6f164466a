import type { MeterPoint, TrackInput } from '../../src-shared/engine/live-engine.ts';
import { meterKey } from '../engine/meter-watch.ts';
import type { Lane } from '../timeline/track-layout.ts';
import { type MeterState, QUIET_METER, stepMeter } from './meter-ballistics.ts';

/** The meters beside the lanes: which there are, where they stand and how they move. Heights in CSS pixels. */

/** The meter of one track: one bar for one point, two for two. */
export type Strip = {
  readonly trackId: number;
  /** From the top of the first lane, before scrolling. */
  readonly top: number;
  readonly height: number;
  readonly points: readonly MeterPoint[];
  /** Of the points, in order: what their readings are kept by. */
  readonly keys: readonly string[];
};

/** Free above and below a meter in its header. */
const MARGIN = 3;

/**
 * What a track's meter shows: what it records while it is armed or its input is always heard, else what it plays. A track
 * with one input has one bar.
 */
export function pointsOfTrack(trackId: number, input: TrackInput): readonly MeterPoint[] {
  if (input.inputs.length > 0 && (input.armed || input.mode === 'input'))
    return input.inputs.map((id) => ({ kind: 'input', id }));
  return [
    { kind: 'trackLeft', id: trackId },
    { kind: 'trackRight', id: trackId },
  ];
}

/** The meters of the lanes, each over its header's height less the line below it. */
export function layOutStrips(lanes: readonly Lane[], inputOf: (trackId: number) => TrackInput): readonly Strip[] {
  return lanes.map(({ trackId, top, height }) => {
    const points = pointsOfTrack(trackId, inputOf(trackId));
    const room = Math.max(1, height - 1 - 2 * MARGIN);
    return { trackId, top: top + MARGIN, height: room, points, keys: points.map(meterKey) };
  });
}

/** The ballistics of many meters by key. Peaks may come oftener or less often than it is drawn; the highest counts. */
export class MeterBank {
  #states = new Map<string, MeterState>();
  #peaks = new Map<string, number>();
  #steppedAt: number | null = null;

  /** A peak of a meter, linear. */
  take(key: string, peak: number): void {
    if (peak > (this.#peaks.get(key) ?? 0)) this.#peaks.set(key, peak);
  }

  /** Moves these meters on to a time, and forgets all others. Returns whether any of them moved. */
  step(keys: Iterable<string>, nowSeconds: number): boolean {
    const elapsed = this.#steppedAt === null ? 0 : Math.min(0.5, Math.max(0, nowSeconds - this.#steppedAt));
    this.#steppedAt = nowSeconds;
    const before = this.#states;
    const after = new Map<string, MeterState>();
    let moved = false;
    for (const key of keys) {
      const state = before.get(key) ?? QUIET_METER;
      const next = stepMeter(state, this.#peaks.get(key) ?? 0, nowSeconds, elapsed);
      if (next.levelDb !== state.levelDb || next.heldDb !== state.heldDb) moved = true;
      after.set(key, next);
    }
    this.#states = after;
    this.#peaks.clear();
    return moved || after.size !== before.size;
  }

  state(key: string): MeterState {
    return this.#states.get(key) ?? QUIET_METER;
  }
}
