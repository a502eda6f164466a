import { expect, test } from 'vitest';
import { HISTORY_ENTRIES, LoadHistory, topOfScale } from '../../../src-renderer/audio/load-history.ts';

test('a quarter of a second becomes one entry: its mean and its highest', () => {
  const history = new LoadHistory();
  history.take({ loadMean: 0.1, loadPeak: 0.2 }, 0);
  history.take({ loadMean: 0.3, loadPeak: 0.9 }, 100);
  expect(history.entries).toEqual([]);
  history.take({ loadMean: 0.2, loadPeak: 0.1 }, 250);
  expect(history.entries).toHaveLength(1);
  expect(history.entries[0]!.mean).toBeCloseTo(0.2, 9);
  expect(history.entries[0]!.peak).toBe(0.9);
});

test('only the last minute is kept, and nothing of a device that was open before', () => {
  const history = new LoadHistory();
  for (let at = 0; at < 9000; at++) history.take({ loadMean: 0, loadPeak: at }, (at * 1000) / 30);
  expect(history.entries).toHaveLength(HISTORY_ENTRIES);
  expect(history.entries.at(-1)!.peak).toBeGreaterThan(8980);
  history.clear();
  expect(history.entries).toEqual([]);
});

test('the scale is as low as the highest load lets it be, so that a small one is seen', () => {
  const scaleOf = (peak: number) =>
    topOfScale([
      { mean: 0, peak: 0.01 },
      { mean: 0, peak },
    ]);
  expect([0, 0.1, 0.11, 0.3, 0.5, 0.6, 1, 3].map(scaleOf)).toEqual([0.1, 0.1, 0.25, 0.5, 0.5, 1, 1, 1]);
  expect(topOfScale([])).toBe(0.1);
});
