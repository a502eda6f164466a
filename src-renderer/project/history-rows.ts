import type { HistoryEntry } from '../../src-shared/rpc/schemas.ts';

/** A line of the history: one commit, or several alike that followed each other. */
export type HistoryRow = {
  readonly newest: HistoryEntry;
  readonly oldestSeq: number;
  readonly count: number;
};

/**
 * Commits as the list shows them, newest first. What was done many times in a row, be it a nudge or the product's own
 * making of proxies, is one line with its count: it must not push everything else out of sight.
 */
export function historyRows(entries: readonly HistoryEntry[]): readonly HistoryRow[] {
  const rows: HistoryRow[] = [];
  for (const entry of [...entries].sort((a, b) => b.seq - a.seq)) {
    const last = rows.at(-1);
    if (last && last.newest.kind === entry.kind && last.newest.label === entry.label)
      rows[rows.length - 1] = { newest: last.newest, oldestSeq: entry.seq, count: last.count + 1 };
    else rows.push({ newest: entry, oldestSeq: entry.seq, count: 1 });
  }
  return rows;
}
