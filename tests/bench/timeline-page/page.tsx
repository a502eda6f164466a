import { createRoot } from 'react-dom/client';
import { applyCommand } from '../../../src-shared/edit/apply-command.ts';
import { type Command, type CommandInput, commandSchema } from '../../../src-shared/edit/commands.ts';
import { type DocumentRows, MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { type RowDiff, reverseDiff } from '../../../src-shared/edit/row-diff.ts';
import { TABLE_NAMES } from '../../../src-shared/model/rows.ts';
import type { DocumentSnapshot } from '../../../src-shared/rpc/media-routes.ts';
import '../../../src-renderer/ui/theme.css';
import { Mirror } from '../../../src-renderer/project/mirror.ts';
import type { TimelineStage } from '../../../src-renderer/timeline/canvas/stage.ts';
import { Timeline } from '../../../src-renderer/timeline/Timeline.tsx';
import { TIMELINE_ACTIONS } from '../../../src-renderer/timeline/timeline-actions.ts';
import type { TimelineContext, TimelineNotice } from '../../../src-renderer/timeline/timeline-context.ts';
import { createTimelineView } from '../../../src-renderer/timeline/timeline-view.ts';
import { madeUpProject } from './project.ts';

/** The timeline by itself, over a document in this page: no host, no database, so that only drawing is measured. */

/** Rows as the host sends them. */
function snapshotOf(rows: DocumentRows): DocumentSnapshot {
  const tables: Record<string, DocumentSnapshot['tables'][string]> = {};
  for (const name of TABLE_NAMES) {
    const list = (rows[name] ?? []) as readonly Record<string, unknown>[];
    const columns = Object.keys(list[0] ?? { id: 0 });
    tables[name] = { columns, rows: list.map((row) => columns.map((column) => row[column])) };
  }
  return { seq: 0, canUndo: null, canRedo: null, tables };
}

const query = new URLSearchParams(location.search);
const rows = madeUpProject(
  Number(query.get('tracks') ?? 128),
  Number(query.get('clips') ?? 5000),
  Number(query.get('hours') ?? 2),
);
const snapshot = snapshotOf(rows);
const loadBegun = performance.now();
const mirror = new Mirror();
mirror.load(snapshot);
const loadMs = performance.now() - loadBegun;
const kept = MemoryDocument.fromSnapshot(snapshot);
const done: { label: string; diff: RowDiff }[] = [];
const notices: TimelineNotice[] = [];
const sent: Command[] = [];

function commit(label: string, diff: RowDiff): { seq: number } {
  const seq = mirror.seq + 1;
  mirror.apply({ seq, label, diff: diff as never, canUndo: done.at(-1)?.label ?? null, canRedo: null });
  return { seq };
}

const context: TimelineContext = {
  mirror,
  view: createTimelineView({ activeTrackId: 1 }),
  transport: {
    positionSamples: () => context.view.getState().cursorSample,
    playing: () => false,
    locate: (sample) => context.view.getState().setCursor(sample),
  },
  commands: {
    apply: async (input: CommandInput) => {
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

let stage: TimelineStage | null = null;
const firstPicture = new Promise<number>((resolve) => {
  const wait = async () => {
    const figures = stage && (await stage.measure());
    if (figures && figures.frames > 0) resolve(performance.now() - loadBegun);
    else requestAnimationFrame(wait);
  };
  requestAnimationFrame(wait);
});
const keepStage = (given: TimelineStage | null) => {
  stage = given;
};

createRoot(document.getElementById('root')!).render(
  <Timeline context={context} media={{ baseUrl: location.origin, token: 'bench' }} onStage={keepStage} />,
);

/** Runs `step` once a display frame for a time; answers the page's frame intervals and the worker's figures. */
async function animate(milliseconds: number, step: (share: number) => void) {
  await stage!.measure();
  const pageIntervalMs: number[] = [];
  const begun = performance.now();
  let last = 0;
  await new Promise<void>((resolve) => {
    const frame = (now: number) => {
      if (last > 0) pageIntervalMs.push(now - last);
      last = now;
      const share = (performance.now() - begun) / milliseconds;
      if (share >= 1) return resolve();
      step(share);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  return { pageIntervalMs, ...(await stage!.measure()) };
}

Object.assign(window, {
  timelineBench: {
    context,
    sent,
    notices,
    loadMs,
    firstPicture,
    animate,
    awaited: async () => (await stage!.measure()).awaited,
    run: (id: string) => TIMELINE_ACTIONS.find((action) => action.id === id)!.run(context),
  },
});
