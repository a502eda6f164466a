import { confidencePercent, confidenceTone, driftLabel } from '../sync/review-order.ts';
import type { BinRow, SyncState } from './bin-rows.ts';
import { SOURCE_DRAG_TYPE } from './source-drag.ts';

const SYNC_BADGES: Readonly<Record<SyncState, { readonly text: string; readonly tone: string } | null>> = {
  synced: { text: 'synced', tone: 'good' },
  proposed: { text: 'to review', tone: 'accent' },
  unmatched: { text: 'unmatched', tone: 'warn' },
  rejected: { text: 'rejected', tone: '' },
  none: null,
};

type BinRowProps = {
  readonly row: BinRow;
  readonly asTable: boolean;
  readonly selected: boolean;
  readonly isCursor: boolean;
  readonly onSelect: (mode: 'only' | 'extend' | 'toggle') => void;
  readonly onOpen: () => void;
};

/** One line of the bin (two where it is narrow), to be dragged to the timeline. */
export function BinRowView({ row, asTable, selected, isCursor, onSelect, onOpen }: BinRowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box has the focus and takes the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus; options are pointed at by it.
    <div
      id={`bin-${row.key}`}
      role="option"
      aria-selected={selected}
      aria-label={describe(row)}
      className="bin-row"
      data-look={asTable ? 'table' : 'card'}
      data-role={row.role}
      data-cursor={isCursor || undefined}
      data-offline={row.offline || undefined}
      data-copy={row.copyOf !== null || undefined}
      draggable={row.sourceId !== null}
      onDragStart={(event) => {
        if (!selected) onSelect('only');
        event.dataTransfer.effectAllowed = 'copy';
        event.dataTransfer.setData(SOURCE_DRAG_TYPE, String(row.sourceId));
        event.dataTransfer.setData('text/plain', row.name);
      }}
      onClick={(event) => onSelect(event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only')}
      onDoubleClick={onOpen}
    >
      {asTable ? <TableCells row={row} /> : <CardLines row={row} />}
    </div>
  );
}

function TableCells({ row }: { readonly row: BinRow }) {
  return (
    <>
      <span className="bin-name" title={row.name}>
        <RoleMark row={row} />
        {row.name}
        <CopyBadge row={row} />
        <OfflineBadge row={row} />
      </span>
      <span className="dim">{row.copyOf ? 'copy' : row.role}</span>
      <span className="figures">{row.timecode || '—'}</span>
      <span className="figures">{row.length}</span>
      <span className="figures" title={row.channels}>
        {row.channelCount || '—'}
      </span>
      <span>{row.sceneTake}</span>
      <span className="bin-circled">{row.circled ? '●' : ''}</span>
      <span>
        <SyncBadge row={row} />
      </span>
    </>
  );
}

function CardLines({ row }: { readonly row: BinRow }) {
  return (
    <>
      <span className="bin-line">
        <span className="bin-name" title={row.name}>
          <RoleMark row={row} />
          {row.name}
        </span>
        {row.circled && !row.copyOf ? (
          <span className="badge" data-tone="accent">
            circled
          </span>
        ) : null}
        <CopyBadge row={row} />
        <OfflineBadge row={row} />
        <SyncBadge row={row} />
      </span>
      <span className="bin-line dim figures">
        <span className="bin-timecode">{row.timecode || 'no timecode'}</span>
        <span>{row.length}</span>
        <span title={row.channels}>{row.channelCount > 0 ? `${row.channelCount} ch` : 'picture'}</span>
        <span className="bin-scene">{row.sceneTake}</span>
      </span>
    </>
  );
}

function RoleMark({ row }: { readonly row: BinRow }) {
  return <span className="bin-mark" data-role={row.role} aria-hidden="true" />;
}

function OfflineBadge({ row }: { readonly row: BinRow }) {
  return row.offline ? (
    <span className="badge" data-tone="bad">
      missing
    </span>
  ) : null;
}

/** What a resampled copy is: no file of a card. */
function CopyBadge({ row }: { readonly row: BinRow }) {
  if (!row.copyOf) return null;
  return (
    <span className="badge" title={copyWords(row)}>
      ≈ resampled
    </span>
  );
}

/** A proposal says how sure it is, the rest what became of it. */
function SyncBadge({ row }: { readonly row: BinRow }) {
  const badge = SYNC_BADGES[row.sync];
  if (!badge || row.copyOf) return null;
  if (row.confidence !== null)
    return (
      <span
        className="badge figures"
        data-tone={confidenceTone(row.confidence)}
        title={`Matched, ${confidencePercent(row.confidence)} % sure: to be reviewed`}
      >
        {confidencePercent(row.confidence)} %
      </span>
    );
  return (
    <span className="badge" data-tone={badge.tone}>
      {badge.text}
    </span>
  );
}

function copyWords({ copyOf }: BinRow): string {
  if (!copyOf) return '';
  const drift = copyOf.driftPpm === null ? 'a drift' : `a drift of ${driftLabel(copyOf.driftPpm)} ppm`;
  return `Resampled copy of ${copyOf.name}, made by sync to take out ${drift}. The original is untouched.`;
}

function describe(row: BinRow): string {
  return [
    row.name,
    row.role,
    row.timecode || 'no timecode',
    `length ${row.length}`,
    row.channelCount > 0 ? `${row.channelCount} channels` : '',
    row.sceneTake ? `scene and take ${row.sceneTake}` : '',
    row.circled ? 'circled' : '',
    row.copyOf ? `resampled copy of ${row.copyOf.name}` : (SYNC_BADGES[row.sync]?.text ?? ''),
    row.confidence === null ? '' : `${confidencePercent(row.confidence)} % sure`,
    row.offline ? 'file missing' : '',
  ]
    .filter(Boolean)
    .join(', ');
}
