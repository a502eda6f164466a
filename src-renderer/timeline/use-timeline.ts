import { useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { TableName } from '../../src-shared/model/rows.ts';
import type { TimelineContext } from './timeline-context.ts';
import type { TimelineView } from './timeline-view.ts';

/** What a selector picks of the view; rendered again when that changes. */
export function useTimelineView<T>(context: TimelineContext, select: (view: TimelineView) => T): T {
  return useStore(context.view, select);
}

/** Renders again whenever a table of the mirror changes; the number itself means nothing. */
export function useTableVersion(context: TimelineContext, table: TableName): number {
  return useSyncExternalStore(
    (changed) => context.mirror.subscribe((change) => change.tables.has(table) && changed()),
    () => context.mirror.tableVersion(table),
  );
}
