import { useEffect, useMemo, useRef, useState } from 'react';
import { openDialog } from '../app/dialogs.ts';
import { useProject, useRows } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { VirtualList, type VirtualListHandle } from '../ui/VirtualList.tsx';
import { BinRowView } from './BinRowView.tsx';
import { arrangeBin, type BinRow, type BinSort, binRows } from './bin-rows.ts';
import { useBinSelection } from './bin-selection.ts';
import { chooseAndImport } from './import-media.ts';
import { useOfflineSources } from './offline-sources.ts';
import { placeAtCursor } from './place-source.ts';
import { useUnderway } from './underway.ts';
import './bin.css';

const COLUMNS: readonly { readonly by: BinSort; readonly title: string }[] = [
  { by: 'name', title: 'Name' },
  { by: 'role', title: 'Role' },
  { by: 'timecode', title: 'Timecode' },
  { by: 'length', title: 'Length' },
  { by: 'channels', title: 'Ch' },
  { by: 'sceneTake', title: 'Scene / take' },
  { by: 'circled', title: '○' },
  { by: 'sync', title: 'Sync' },
];

/** Below this width a row takes two lines. */
const TABLE_WIDTH_PIXELS = 655;
const TABLE_ROW_PIXELS = 24;
const CARD_ROW_PIXELS = 42;

/** The project's sources: found, sorted, dragged to the timeline. */
export function Bin() {
  const project = useProject();
  const sources = useRows('source');
  const pictures = useRows('picture');
  const matches = useRows('sync_match');
  const projectRow = useRows('project');
  const offline = useOfflineSources((state) => state.ids);
  const offlinePictures = useOfflineSources((state) => state.pictureIds);
  const missingCount = offline.size + offlinePictures.size;
  const underway = useUnderway();
  const selection = useBinSelection();
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<{ by: BinSort; descending: boolean }>({ by: 'name', descending: false });
  const [width, setWidth] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualListHandle>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the clock changes with the project's row.
  const all = useMemo(
    () =>
      binRows(sources, pictures, matches, { sourceIds: offline, pictureIds: offlinePictures }, project.mirror.clock()),
    [sources, pictures, matches, offline, offlinePictures, projectRow, project],
  );
  const rows = useMemo(() => arrangeBin(all, filter, sort.by, sort.descending), [all, filter, sort]);
  const asTable = width >= TABLE_WIDTH_PIXELS;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const cursor = rows.findIndex((row) => row.key === selection.cursorKey);
  const select = (index: number, mode: 'only' | 'extend' | 'toggle') => {
    const row = rows[index];
    if (!row) return;
    let keys: ReadonlySet<string> = new Set([row.key]);
    if (mode === 'toggle') {
      const next = new Set(selection.keys);
      if (!next.delete(row.key)) next.add(row.key);
      keys = next;
    } else if (mode === 'extend' && cursor >= 0) {
      const [from, to] = cursor < index ? [cursor, index] : [index, cursor];
      keys = new Set([...selection.keys, ...rows.slice(from, to + 1).map((between) => between.key)]);
    }
    useBinSelection.setState({ keys, cursorKey: row.key });
    project.view.getState().selectClips([]);
    list.current?.scrollToIndex(index);
  };
  const remove = () => {
    const sourceIds = rows.flatMap((row) => (selection.keys.has(row.key) && row.sourceId !== null ? row.sourceId : []));
    const pictureIds = rows.flatMap((row) =>
      selection.keys.has(row.key) && row.sourceId === null ? (row.pictureId ?? []) : [],
    );
    if (sourceIds.length + pictureIds.length > 0 && !project.info.readOnly)
      void project.apply({ kind: 'source.remove', sourceIds, pictureIds });
  };
  const sortBy = (by: BinSort) =>
    setSort((before) => ({ by, descending: before.by === by ? !before.descending : false }));

  return (
    <div className="bin" ref={box}>
      <div className="bin-tools">
        <input
          className="input"
          type="search"
          aria-label="Filter the bin"
          placeholder="Filter by name, scene, role…"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        {asTable ? null : (
          <select
            className="input bin-sort"
            aria-label="Sort by"
            value={sort.by}
            onChange={(event) => setSort({ by: event.target.value as BinSort, descending: false })}
          >
            {COLUMNS.map((column) => (
              <option key={column.by} value={column.by}>
                {column.by === 'circled' ? 'Circled' : column.by === 'channels' ? 'Channels' : column.title}
              </option>
            ))}
          </select>
        )}
        <Button
          icon="import"
          hint="Import media"
          disabled={project.info.readOnly}
          onClick={() => chooseAndImport(project)}
        >
          Import
        </Button>
      </div>
      {missingCount > 0 ? (
        <div className="bin-missing">
          <span>
            {missingCount === 1 ? 'One file is missing.' : `${missingCount} files are missing.`}{' '}
            {missingCount === 1 ? 'Its' : 'Their'} clips are silent or without picture.
          </span>
          <Button
            icon="link"
            hint="Look for the missing files by their content"
            disabled={project.info.readOnly}
            onClick={() => openDialog('relink')}
          >
            Relink…
          </Button>
        </div>
      ) : null}
      {asTable && rows.length > 0 ? (
        <div className="bin-head">
          {COLUMNS.map((column) => (
            <button
              key={column.by}
              type="button"
              aria-label={`Sort by ${column.by === 'circled' ? 'circled' : column.title}`}
              data-sorted={sort.by === column.by ? (sort.descending ? 'down' : 'up') : undefined}
              onClick={() => sortBy(column.by)}
            >
              {column.title}
            </button>
          ))}
        </div>
      ) : null}
      {all.length === 0 ? (
        <div className="empty">
          <strong>{underway ? underway.title : 'Nothing imported yet'}</strong>
          <p>
            {underway
              ? underway.detail
              : 'Drop camera clips, recorder files or whole cards anywhere in this window, or press Import.'}
          </p>
        </div>
      ) : rows.length === 0 ? (
        <div className="empty">
          <strong>Nothing matches “{filter}”</strong>
          <Button onClick={() => setFilter('')}>Show everything</Button>
        </div>
      ) : (
        <div
          className="bin-list"
          role="listbox"
          aria-label="Sources"
          aria-multiselectable
          aria-activedescendant={cursor >= 0 ? `bin-${rows[cursor]!.key}` : undefined}
          tabIndex={0}
          data-focus="left"
          onKeyDown={(event) => {
            const mode = event.shiftKey ? 'extend' : 'only';
            if (event.key === 'ArrowDown') select(Math.min(rows.length - 1, cursor + 1), mode);
            else if (event.key === 'ArrowUp') select(Math.max(0, cursor - 1), mode);
            else if (event.key === 'Home') select(0, mode);
            else if (event.key === 'End') select(rows.length - 1, mode);
            else if (event.key === 'a' && (event.ctrlKey || event.metaKey))
              useBinSelection.setState({ keys: new Set(rows.map((row) => row.key)) });
            else if (event.key === 'Enter') void placeAtCursor(project);
            else if (event.key === 'Delete' || event.key === 'Backspace') remove();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          <VirtualList
            handle={list}
            count={rows.length}
            rowHeightPixels={asTable ? TABLE_ROW_PIXELS : CARD_ROW_PIXELS}
            row={(index) => {
              const row = rows[index] as BinRow;
              return (
                <BinRowView
                  key={row.key}
                  row={row}
                  asTable={asTable}
                  selected={selection.keys.has(row.key)}
                  isCursor={row.key === selection.cursorKey}
                  onSelect={(mode) => select(index, mode)}
                  onOpen={() => placeAtCursor(project)}
                />
              );
            }}
          />
        </div>
      )}
      <div className="bin-foot dim">
        {all.length > 0 ? countWords(rows, all) : ''}
        {selection.keys.size > 1 ? ` · ${selection.keys.size} selected` : ''}
        {selection.keys.size > 0 ? ' · drag to the timeline, or Enter places at the cursor' : ''}
      </div>
    </div>
  );
}

/** `12 items`, `3 of 12 items`; resampled copies are no items of their own and are counted apart. */
function countWords(rows: readonly BinRow[], all: readonly BinRow[]): string {
  const copies = all.filter((row) => row.copyOf !== null).length;
  const items = all.length - copies;
  const shown = rows.filter((row) => row.copyOf === null).length;
  const counted = `${shown === items ? items : `${shown} of ${items}`} ${items === 1 ? 'item' : 'items'}`;
  return copies === 0 ? counted : `${counted} · ${copies} resampled ${copies === 1 ? 'copy' : 'copies'}`;
}
