import { type KeyboardEvent, memo, useCallback, useEffect, useRef, useState } from 'react';
import { isInSync } from '../../src-shared/edit/sync-relation.ts';
import type { ClipRow } from '../../src-shared/model/rows.ts';
import { exactTimecodeAt } from '../../src-shared/time/timecode-entry.ts';
import { activateTrack } from './actions/track-actions.ts';
import { clipEndSample } from './clip-targets.ts';
import { pixelOfSample, sampleAtPixel } from './coordinates.ts';
import { syncOffText } from './readout.ts';
import type { TimelineContext } from './timeline-context.ts';
import { headerRows, lanesBetween, layOutLanes } from './track-layout.ts';
import { useTimelineView } from './use-timeline.ts';

/**
 * The painted clips as a grid for screen readers and tests: a row for each track in sight, a cell for each clip, named
 * by clip, in, out and track, lying where the clip is seen. It follows once the view has come to rest, so a pan or a
 * zoom never waits for it.
 */

const MAX_CELLS = 600;
const SETTLE_MS = 180;

type Cell = {
  readonly clip: ClipRow;
  readonly left: number;
  readonly width: number;
  readonly label: string;
  /** What its sound is to the picture; '' where nothing is claimed. */
  readonly relation: string;
};
type Row = {
  readonly trackId: number;
  readonly name: string;
  readonly top: number;
  readonly height: number;
  readonly cells: readonly Cell[];
};

/** `clip INT_01, in 01:00:02:00 to out 01:00:04:12 +480 smp, track DX 1`. */
export function cellLabel(clip: ClipRow, trackName: string, context: TimelineContext): string {
  const clock = context.mirror.clock();
  const place = `in ${exactTimecodeAt(clip.startSample, clock)} to out ${exactTimecodeAt(clipEndSample(clip), clock)}`;
  const muted = clip.muted ? ', muted' : '';
  return `clip ${clip.name}, ${place}, track ${trackName}${muted}`;
}

/** `in sync`, `out of sync +2 fr`, `asynchronous on purpose +12 fr`, `polarity inverted`; '' where there is nothing to say. */
export function relationWords(clip: ClipRow, { mirror }: TimelineContext): string {
  const relation = mirror.syncRelation(clip);
  const clock = mirror.clock();
  const words: string[] = [];
  if (relation) {
    if (isInSync(relation, clock.sampleRate)) words.push('in sync');
    else
      words.push(
        `${clip.declaredAsync ? 'asynchronous on purpose' : 'out of sync'} ${syncOffText(relation.errorSamples, clock)}`,
      );
  }
  if (clip.polarityInverted) words.push('polarity inverted');
  if (mirror.get('source', clip.sourceId)?.derivedFromId) words.push('plays a resampled copy');
  return words.join(', ');
}

/** The rows and cells in sight, at most {@link MAX_CELLS} clips from the top on. */
export function rowsInSight(context: TimelineContext): readonly Row[] {
  const { mirror } = context;
  const view = context.view.getState();
  const { lanesTop } = headerRows(view.showFeetFrames);
  const lanes = layOutLanes(mirror.tracks(), view);
  const from = Math.max(0, Math.floor(view.originSample));
  const to = Math.max(from + 1, Math.ceil(sampleAtPixel(view.viewportWidth, view)));
  let left = MAX_CELLS;
  return lanesBetween(lanes, view.scrollTop, view.scrollTop + view.viewportHeight - lanesTop).map((lane) => {
    const { name } = mirror.get('track', lane.trackId)!;
    const clips = mirror.clipsOnTrack(lane.trackId, from, to).slice(0, left);
    left -= clips.length;
    const cells = clips.map((clip) => {
      const start = Math.max(0, pixelOfSample(clip.startSample, view));
      const end = Math.min(view.viewportWidth, pixelOfSample(clipEndSample(clip), view));
      const label = cellLabel(clip, name, context);
      return { clip, left: start, width: Math.max(1, end - start), label, relation: relationWords(clip, context) };
    });
    return { trackId: lane.trackId, name, top: lanesTop + lane.top - view.scrollTop, height: lane.height, cells };
  });
}

export function AccessibleGrid({ context }: { readonly context: TimelineContext }) {
  const [rows, setRows] = useState<readonly Row[]>([]);
  const selected = useTimelineView(context, (view) => view.selectedClipIds);
  const grid = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setRows(rowsInSight(context)), SETTLE_MS);
    };
    settle();
    const stopView = context.view.subscribe((view, before) => {
      const moved =
        view.originSample !== before.originSample ||
        view.samplesPerPixel !== before.samplesPerPixel ||
        view.scrollTop !== before.scrollTop ||
        view.viewportWidth !== before.viewportWidth ||
        view.viewportHeight !== before.viewportHeight ||
        view.trackHeights !== before.trackHeights ||
        view.defaultTrackHeight !== before.defaultTrackHeight ||
        view.takeLayers !== before.takeLayers ||
        view.showFeetFrames !== before.showFeetFrames;
      if (moved) settle();
    });
    const stopMirror = context.mirror.subscribe(settle);
    return () => {
      clearTimeout(timer);
      stopView();
      stopMirror();
    };
  }, [context]);

  const firstSelected = rows.flatMap((row) => row.cells).find((cell) => selected.has(cell.clip.id));
  const tabStop = firstSelected?.clip.id ?? rows.find((row) => row.cells.length > 0)?.cells[0]?.clip.id;

  const select = useCallback(
    (clip: ClipRow, add: boolean) => {
      const view = context.view.getState();
      view.selectClips(add ? toggled(view.selectedClipIds, clip.id) : [clip.id]);
      view.selectRange(null);
      activateTrack(context, clip.trackId);
    },
    [context],
  );

  function press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-clip]');
    const clip = cell && context.mirror.get('clip', Number(cell.dataset.clip));
    if (!cell || !clip) return;
    if (event.key === 'Enter' || event.key === ' ') select(clip, event.shiftKey);
    else {
      const next = neighbourCell(grid.current!, cell, event.key);
      if (!next) return;
      next.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot lie over a canvas cell by cell
    <div
      className="timeline-grid"
      role="grid"
      aria-label="Clips in sight"
      aria-multiselectable="true"
      ref={grid}
      onKeyDown={press}
      tabIndex={-1}
    >
      {rows.map((row) => (
        <GridRow
          key={row.trackId}
          row={row}
          selectedIds={row.cells.flatMap(({ clip }) => (selected.has(clip.id) ? [clip.id] : [])).join(' ')}
          tabStop={row.cells.some(({ clip }) => clip.id === tabStop) ? tabStop : undefined}
          onSelect={select}
        />
      ))}
    </div>
  );
}

type GridRowProps = {
  readonly row: Row;
  /** Ids of the row's selected clips, as one string: a row is rendered again only when its own selection changes. */
  readonly selectedIds: string;
  readonly tabStop: number | undefined;
  readonly onSelect: (clip: ClipRow, add: boolean) => void;
};

const GridRow = memo(function GridRow({ row, selectedIds, tabStop, onSelect }: GridRowProps) {
  const selected = new Set(selectedIds.split(' ').map(Number));
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the grid
    // biome-ignore lint/a11y/useFocusableInteractive: its cells take the focus
    <div
      role="row"
      aria-label={`track ${row.name}`}
      className="timeline-grid-row"
      style={{ top: row.top, height: row.height }}
    >
      {row.cells.map((cell) => (
        // biome-ignore lint/a11y/useSemanticElements: see the grid
        <div
          key={cell.clip.id}
          role="gridcell"
          className="timeline-grid-cell"
          data-clip={cell.clip.id}
          aria-label={cell.relation ? `${cell.label}, ${cell.relation}` : cell.label}
          data-relation={cell.relation}
          aria-selected={selected.has(cell.clip.id)}
          tabIndex={cell.clip.id === tabStop ? 0 : -1}
          style={{ left: cell.left, width: cell.width }}
          onClick={(event) => onSelect(cell.clip, event.shiftKey)}
          onKeyDown={undefined}
        />
      ))}
    </div>
  );
});

function toggled(ids: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** The cell that an arrow leads to: along the row, or the nearest one in the row above or below that has any. */
function neighbourCell(grid: HTMLElement, cell: HTMLElement, key: string): HTMLElement | null {
  const row = cell.parentElement!;
  if (key === 'ArrowLeft') return cell.previousElementSibling as HTMLElement | null;
  if (key === 'ArrowRight') return cell.nextElementSibling as HTMLElement | null;
  if (key === 'Home') return row.firstElementChild as HTMLElement | null;
  if (key === 'End') return row.lastElementChild as HTMLElement | null;
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return null;
  const rows = [...grid.children];
  const step = key === 'ArrowUp' ? -1 : 1;
  for (let at = rows.indexOf(row) + step; at >= 0 && at < rows.length; at += step) {
    const cells = [...rows[at]!.children] as HTMLElement[];
    if (cells.length === 0) continue;
    const distance = (other: HTMLElement) => Math.abs(other.offsetLeft - cell.offsetLeft);
    return cells.reduce((best, other) => (distance(other) < distance(best) ? other : best));
  }
  return null;
}
