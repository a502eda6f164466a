import { describe, expect, test } from 'vitest';
import {
  loudestTogether,
  type TraceSound,
  type TraceStores,
  traceColumns,
} from '../../../src-renderer/sync/trace-columns.ts';
import { ownClock } from '../../../src-renderer/sync/trace-view.ts';
import { SAMPLES_PER_BLOCK } from '../../../src-renderer/timeline/canvas/sample-store.ts';
import { peaksPerTile, samplesPerPeakAt } from '../../../src-shared/engine/peak-file.ts';

/** Stores that hold one sound, its peaks made from its samples. */
function storesOf(sound: Float32Array): TraceStores {
  return {
    samples: {
      find: (_source, _channel, block) => {
        const samples = new Float32Array(SAMPLES_PER_BLOCK);
        samples.set(sound.subarray(block * SAMPLES_PER_BLOCK, (block + 1) * SAMPLES_PER_BLOCK));
        return samples;
      },
    },
    peaks: {
      find: (_source, _channel, level, tile) => {
        const peaks = new Int16Array(peaksPerTile * 2);
        for (let peak = 0; peak < peaksPerTile; peak++) {
          const size = samplesPerPeakAt(level);
          const part = sound.subarray((tile * peaksPerTile + peak) * size, (tile * peaksPerTile + peak + 1) * size);
          let [low, high] = [0, 0];
          for (const sample of part) {
            low = Math.min(low, sample);
            high = Math.max(high, sample);
          }
          peaks[peak * 2] = Math.floor(low * 32_768);
          peaks[peak * 2 + 1] = Math.min(32_767, Math.floor(high * 32_768));
        }
        return { peaks, level, tile };
      },
    },
  };
}

const LENGTH = 480_000;
const knock = new Float32Array(LENGTH);
knock[240_000] = 0.5;
knock[240_001] = -0.25;
const traceOf = (change: Partial<TraceSound> = {}): TraceSound => ({
  sourceId: 1,
  channel: 0,
  lengthSamples: LENGTH,
  pieces: ownClock(48_000),
  inverted: false,
  ...change,
});

describe('a trace', () => {
  const stores = storesOf(knock);

  test('shows a knock under its own pixel, from peaks and from samples alike', () => {
    for (const spanSeconds of [10, 1, 0.1, 0.01]) {
      const columns = traceColumns(stores, traceOf(), { centreSeconds: 5.000_01, spanSeconds }, 1000);
      const loud = [...columns.highs.keys()].filter((x) => columns.highs[x]! > 0.2);
      expect(Math.abs(loud[0]! - 500)).toBeLessThanOrEqual(2);
      expect(columns.peak).toBeCloseTo(0.5, 3);
    }
  });

  test('of an inverted channel that is righted is turned round', () => {
    const view = { centreSeconds: 5, spanSeconds: 1 };
    const columns = traceColumns(stores, traceOf({ inverted: true }), view, 1000);
    expect(Math.min(...columns.lows)).toBeCloseTo(-0.5, 3);
    expect(Math.max(...columns.highs)).toBeCloseTo(0.25, 3);
  });

  test('is empty where the sound has not begun or is over', () => {
    const columns = traceColumns(stores, traceOf(), { centreSeconds: 0, spanSeconds: 1 }, 100);
    expect([...columns.highs.subarray(0, 49)].every(Number.isNaN)).toBe(true);
    expect(Number.isNaN(columns.highs[60]!)).toBe(false);
  });

  test('is a line between samples once they are wider than pixels', () => {
    const view = { centreSeconds: 240_000.5 / 48_000, spanSeconds: 10 / 48_000 };
    const columns = traceColumns(stores, traceOf(), view, 1000);
    expect(columns.isLine).toBe(true);
    expect(columns.highs[500]).toBeCloseTo(0.125, 2);
  });

  test('waits for sound that is not here yet', () => {
    const none: TraceStores = { samples: { find: () => null }, peaks: { find: () => null } };
    expect(traceColumns(none, traceOf(), { centreSeconds: 5, spanSeconds: 1 }, 100).peak).toBe(0);
  });
});

test('the place to look at without a landmark is where both sounds are loud, not where one is', () => {
  const sound = (values: readonly number[]) => ({
    lows: Float32Array.from(values, (value) => -value),
    highs: Float32Array.from(values),
    peak: Math.max(...values),
    isLine: false,
  });
  expect(loudestTogether(sound([1, 0.1, 0.8, 0.2]), sound([0, 0.05, 0.04, 0.01]))).toBe(2);
  expect(loudestTogether(sound([1, 0]), sound([0, 0]))).toBeNull();
});
