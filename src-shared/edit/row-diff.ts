import type { TableName, Tables } from '../model/rows.ts';

/** One row's change: added (`before` null), removed (`after` null) or updated. */
export type RowChange<T extends TableName = TableName> = {
  [K in T]: {
    readonly table: K;
    readonly id: number;
    readonly before: Tables[K] | null;
    readonly after: Tables[K] | null;
  };
}[T];

/** What a commit did to the document: at most one change a row, in no order that matters. */
export type RowDiff = readonly RowChange[];

/** The diff that undoes a diff. */
export function reverseDiff(diff: RowDiff): RowDiff {
  return diff.map((change) => ({ ...change, before: change.after, after: change.before }) as RowChange).reverse();
}

/**
 * What a diff that was logged earlier means for the rows as they are now, where other commits have written since: of a
 * row that it updates, only the fields that it changes; nothing for a row that is gone. Over rows as they were when it
 * was logged, it is the diff itself.
 */
export function rebaseDiff(diff: RowDiff, current: (table: TableName, id: number) => object | null): RowDiff {
  const rebased: RowChange[] = [];
  for (const change of diff) {
    const now = current(change.table, change.id);
    if (change.before !== null && now === null) continue;
    const after = change.before && change.after && now ? withChanges(now, change.before, change.after) : change.after;
    if (!sameRow(now, after)) rebased.push({ ...change, before: now, after } as RowChange);
  }
  return rebased;
}

/** `row` with those fields of `after` that differ from `before`. */
function withChanges(row: object, before: object, after: object): object {
  const was = before as Record<string, unknown>;
  const changed = Object.entries(after).filter(([name, value]) => !Object.is(was[name], value));
  return { ...row, ...Object.fromEntries(changed) };
}

/** The one diff that does what `diffs` do one after the other; rows that end as they began are left out. */
export function squashDiffs(diffs: readonly RowDiff[]): RowDiff {
  const merged = new Map<string, RowChange>();
  for (const change of diffs.flat()) {
    const key = `${change.table}/${change.id}`;
    const earlier = merged.get(key);
    merged.set(key, earlier ? ({ ...change, before: earlier.before } as RowChange) : change);
  }
  return [...merged.values()].filter((change) => !sameRow(change.before, change.after));
}

/**
 * A diff as it is logged and sent: of sync results whose evidence stays as it is, without that. It is most of such a row,
 * and an edit of hundreds would carry it twice for each.
 */
export function lightDiff(diff: RowDiff): RowDiff {
  return diff.map((change) => {
    if (change.table !== 'sync_match' || !change.before || !change.after) return change;
    if (change.before.evidence !== change.after.evidence) return change;
    const { evidence: _before, ...before } = change.before;
    const { evidence: _after, ...after } = change.after;
    return { ...change, before, after } as RowChange;
  });
}

/** A light diff with what was left out, from the rows as they are before it. */
export function wholeDiff(diff: RowDiff, current: (table: TableName, id: number) => object | null): RowDiff {
  return diff.map((change) => {
    if (change.table !== 'sync_match' || !change.before || !change.after || 'evidence' in change.after) return change;
    const held = current(change.table, change.id) as Tables['sync_match'] | null;
    const evidence = held?.evidence ?? '';
    return {
      ...change,
      before: { ...(change.before as object), evidence },
      after: { ...(change.after as object), evidence },
    } as RowChange;
  });
}

/** Whether two rows hold the same values; rows are one level of plain values. */
export function sameRow(a: object | null, b: object | null): boolean {
  if (a === b) return true;
  if (!a || !b) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.is(left[key], right[key]));
}
