import { expect, test } from 'vitest';
import { historyRows } from '../../../src-renderer/project/history-rows.ts';
import type { HistoryEntry } from '../../../src-shared/rpc/schemas.ts';

const entry = (seq: number, label: string, kind: HistoryEntry['kind'] = 'command') =>
  ({ seq, label, kind, at: '2026-03-01T10:00:00Z' }) satisfies HistoryEntry;

test('what was done again and again is one line with its count, the newest first', () => {
  const rows = historyRows([
    entry(1, 'Import'),
    entry(2, 'Make picture proxy'),
    entry(3, 'Make picture proxy'),
    entry(4, 'Make picture proxy'),
    entry(5, 'Move 1 clip'),
    entry(6, 'Make picture proxy'),
  ]);
  expect(rows.map(({ newest, oldestSeq, count }) => [newest.label, oldestSeq, newest.seq, count])).toEqual([
    ['Make picture proxy', 6, 6, 1],
    ['Move 1 clip', 5, 5, 1],
    ['Make picture proxy', 2, 4, 3],
    ['Import', 1, 1, 1],
  ]);
});

test('taking back and doing are told apart', () => {
  expect(historyRows([entry(1, 'Move 1 clip'), entry(2, 'Move 1 clip', 'undo')])).toHaveLength(2);
});
