import { expect, test } from 'vitest';
import { HISTORY_ENTRIES, LoadHistory } from '../../../src-renderer/audio/load-history.ts';

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
