import type { StoreApi } from 'zustand/vanilla';
import { EngineLink } from '../../src-renderer/engine/engine-link.ts';
import { TrackInputsEditor } from '../../src-renderer/engine/track-inputs.ts';
import { Mirror } from '../../src-renderer/project/mirror.ts';
import type { TimelineContext, TimelineNotice } from '../../src-renderer/timeline/timeline-context.ts';
import {
  createTimelineView,
  type TimelineView,
  type TimelineViewState,
} from '../../src-renderer/timeline/timeline-view.ts';
import { applyCommand } from '../../src-shared/edit/apply-command.ts';
import { type Command, commandSchema } from '../../src-shared/edit/commands.ts';
import { type DocumentRows, MemoryDocument } from '../../src-shared/edit/memory-document.ts';
import { type RowDiff, reverseDiff } from '../../src-shared/edit/row-diff.ts';
import { TABLE_NAMES } from '../../src-shared/model/rows.ts';
import type { DocumentSnapshot } from '../../src-shared/rpc/media-routes.ts';

/** Rows as the host sends them. */
export function snapshotOf(rows: DocumentRows, seq = 0): DocumentSnapshot {
  const tables: Record<string, DocumentSnapshot['tables'][string]> = {};
  for (const name of TABLE_NAMES) {
    const list = (rows[name] ?? []) as readonly Record<string, unknown>[];
    const columns = Object.keys(list[0] ?? { id: 0 });
    tables[name] = { columns, rows: list.map((row) => columns.map((column) => row[column])) };
  }
  return { seq, canUndo: null, canRedo: null, tables };
}

export type LocalTimeline = {
  readonly context: TimelineContext;
  readonly mirror: Mirror;
  readonly view: StoreApi<TimelineView>;
  /** Every command that was sent, as the host would have read it. */
  readonly sent: Command[];
  readonly notices: TimelineNotice[];
};

/**
 * A timeline whose host is a document in this process: commands are checked, applied and come back as commits, with
 * undo, so that what is tested is the interface against the real edits.
 */
export function localTimeline(rows: DocumentRows, initial: Partial<TimelineViewState> = {}): LocalTimeline {
  const snapshot = snapshotOf(rows);
  const mirror = new Mirror();
  mirror.load(snapshot);
  const kept = MemoryDocument.fromSnapshot(snapshot);
  const done: { label: string; diff: RowDiff }[] = [];
  const sent: Command[] = [];
  const notices: TimelineNotice[] = [];
  const commit = (label: string, diff: RowDiff) => {
    const seq = mirror.seq + 1;
    mirror.apply({ seq, label, diff: diff as never, canUndo: done.at(-1)?.label ?? null, canRedo: null });
    const added = diff.filter((change) => change.before === null).map(({ table, id }) => ({ table, id }));
    return { seq, added };
  };
  const view = createTimelineView(initial);
  const engine = new EngineLink();
  const context: TimelineContext = {
    mirror,
    view,
    engine,
    trackInputs: new TrackInputsEditor(engine, {
      setTrackInputs: async (inputs) => inputs,
      devices: async () => ({ devices: [], problem: null }),
    }),
    transport: {
      positionSamples: () => view.getState().cursorSample,
      playing: () => false,
      onPlaying: () => () => undefined,
      locate: (sample) => view.getState().setCursor(sample),
    },
    commands: {
      apply: async (input) => {
        const command = commandSchema.parse(input);
        sent.push(command);
        const { result, diff } = kept.transact((writer) => applyCommand(writer, command));
        done.push({ label: result, diff });
        return commit(result, diff);
      },
      undo: async () => {
        const last = done.pop();
        if (!last) return null;
        kept.applyDiff(reverseDiff(last.diff));
        return commit(`Undo ${last.label}`, reverseDiff(last.diff));
      },
      redo: async () => null,
    },
    readOnly: false,
    onNotice: (notice) => notices.push(notice),
  };
  return { context, mirror, view, sent, notices };
}
