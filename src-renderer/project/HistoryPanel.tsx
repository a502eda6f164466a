import { useEffect, useMemo, useState } from 'react';
import type { HistoryEntry } from '../../src-shared/rpc/schemas.ts';
import { useSession } from '../app/session.ts';
import { Button } from '../ui/Button.tsx';
import { VirtualList } from '../ui/VirtualList.tsx';
import { historyRows } from './history-rows.ts';
import { useProject, useSeq } from './open-project.ts';
import './panels.css';

const SHOWN_ENTRIES = 2_000;
const ROW_PIXELS = 26;

/** Every commit of the project, newest first: commands, and what was undone and done again. */
export function HistoryPanel() {
  const project = useProject();
  const session = useSession();
  const seq = useSeq();
  const [entries, setEntries] = useState<readonly HistoryEntry[]>([]);
  const phase = session.store((state) => state.phase);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each commit makes the list longer.
  useEffect(() => {
    let current = true;
    if (phase !== 'open') return;
    session.client.document.history({ limit: SHOWN_ENTRIES }).then(
      (list) => current && setEntries(list),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [session, seq, phase]);

  const rows = useMemo(() => historyRows(entries), [entries]);
  const { canUndo, canRedo } = project.mirror;
  return (
    <div className="panel">
      <div className="panel-tools">
        <Button icon="undo" disabled={!canUndo || project.info.readOnly} onClick={() => project.undo()}>
          Undo
        </Button>
        <Button icon="redo" disabled={!canRedo || project.info.readOnly} onClick={() => project.redo()}>
          Redo
        </Button>
      </div>
      {rows.length === 0 ? (
        <div className="empty">
          <strong>Nothing done yet</strong>
          <p>Every edit is saved as it is made and listed here. Undo has no limit and outlives a restart.</p>
        </div>
      ) : (
        <VirtualList
          count={rows.length}
          rowHeightPixels={ROW_PIXELS}
          row={(index) => {
            const { newest: entry, oldestSeq, count } = rows[index]!;
            return (
              <div
                key={entry.seq}
                className="panel-row"
                data-kind={entry.kind}
                title={count > 1 ? `${entry.label}, ${count} times: commits ${oldestSeq} to ${entry.seq}` : entry.label}
              >
                <span className="figures dim panel-seq">{entry.seq}</span>
                <span className="panel-name">
                  {entry.kind === 'undo' ? 'Undo: ' : entry.kind === 'redo' ? 'Redo: ' : ''}
                  {entry.label}
                  {count > 1 ? <span className="dim figures"> × {count}</span> : null}
                </span>
                <time className="figures dim" dateTime={entry.at}>
                  {new Date(entry.at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })}
                </time>
              </div>
            );
          }}
        />
      )}
    </div>
  );
}
