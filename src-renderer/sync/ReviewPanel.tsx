import { useEffect, useMemo, useRef, useState } from 'react';
import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { useDialogs } from '../app/dialogs.ts';
import { useSession } from '../app/session.ts';
import { attempt, useProject, useRows } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { Progress } from '../ui/Progress.tsx';
import { VirtualList, type VirtualListHandle } from '../ui/VirtualList.tsx';
import { ReviewRow } from './ReviewRow.tsx';
import { acceptable, orderForReview, silentPictures, syncReadiness } from './review-order.ts';
import { startSync } from './start-sync.ts';
import './review.css';

const ROW_PIXELS = 44;
const THRESHOLDS = [0, 0.5, 0.75, 0.9, 0.95, 0.99] as const;

/** Results of sync to be looked at: the doubtful first, each accepted or rejected, or all that are sure at once. */
export function ReviewPanel() {
  const project = useProject();
  const session = useSession();
  const matches = useRows('sync_match');
  const sources = useRows('source');
  const pictures = useRows('picture');
  const silent = useMemo(() => silentPictures(pictures, sources), [pictures, sources]);
  const job = session.store((state) => state.jobs.findLast((candidate) => candidate.kind === 'sync'));
  const [cursorId, setCursorId] = useState<number | null>(null);
  const [minimum, setMinimum] = useState(0.9);
  const list = useRef<VirtualListHandle>(null);
  const listBox = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLElement>(null);
  // Opened by key or by button, it is what is worked in next: Tab goes on to its list.
  useEffect(() => panel.current?.focus(), []);

  const names = useMemo(() => new Map(sources.map((source) => [source.id as number, source.name])), [sources]);
  const ordered = useMemo(() => orderForReview(matches, (id) => names.get(id) ?? ''), [matches, names]);
  const sure = acceptable(matches, minimum);
  const count = (status: SyncMatchRow['status']) => matches.filter((match) => match.status === status).length;
  const cursor = Math.max(
    0,
    ordered.findIndex((match) => match.id === cursorId),
  );
  const running = job && (job.state === 'running' || job.state === 'queued') ? job : null;
  const { readOnly } = project.info;

  const move = (to: number) => {
    const index = Math.min(ordered.length - 1, Math.max(0, to));
    setCursorId(ordered[index]?.id ?? null);
    list.current?.scrollToIndex(index);
  };
  const decide = (match: SyncMatchRow | undefined, kind: 'sync.accept' | 'sync.reject') => {
    if (!match || readOnly || match.recorderSourceId === null) return;
    const wanted = kind === 'sync.accept' ? match.status !== 'accepted' : match.status === 'proposed';
    if (!wanted) return;
    // The next one to look at takes the cursor: the one decided moves to the end of the list.
    setCursorId(ordered[cursor + 1]?.id ?? ordered[cursor - 1]?.id ?? null);
    void project.apply({ kind, matchIds: [match.id] });
  };
  const hasRows = ordered.length > 0;
  useEffect(() => {
    // Results that come while nothing else is worked with are what is wanted next.
    const busy = document.activeElement;
    if (hasRows && (busy === null || busy === document.body || busy === panel.current)) listBox.current?.focus();
  }, [hasRows]);

  return (
    <section className="review" aria-label="Sync review" ref={panel} tabIndex={-1}>
      <header className="review-head">
        <h2>Sync review</h2>
        <span className="dim figures">
          {matches.length > 0
            ? `${count('proposed')} to review · ${count('unmatched')} unmatched · ${count('accepted')} accepted`
            : ''}
        </span>
        <span className="review-space" />
        {count('proposed') > 0 ? (
          <>
            <label className="check">
              at least
              <select
                className="input review-threshold"
                value={minimum}
                onChange={(event) => setMinimum(Number(event.target.value))}
              >
                {THRESHOLDS.map((value) => (
                  <option key={value} value={value}>
                    {value === 0 ? 'any' : `${Math.round(value * 100)} %`}
                  </option>
                ))}
              </select>
            </label>
            <Button
              look="primary"
              icon="check"
              disabled={sure.length === 0 || readOnly}
              onClick={() => project.apply({ kind: 'sync.accept', matchIds: [...sure] })}
            >
              Accept {sure.length}
            </Button>
          </>
        ) : null}
        <Button icon="sync" disabled={running !== null || readOnly} onClick={() => startSync(project)}>
          {matches.length > 0 ? 'Sync again' : 'Sync'}
        </Button>
        <Button
          look="quiet"
          icon="close"
          hint="Close the review"
          onClick={() => useDialogs.setState({ reviewOpen: false })}
        />
      </header>
      {running ? (
        <div className="review-running">
          <Progress label={running.label} value={running.progress} />
          <span className="dim figures">
            {running.detail || running.label} {Math.round(running.progress * 100)} %
          </span>
          <Button onClick={() => attempt(() => session.client.jobs.cancel({ jobId: running.id }))}>Cancel</Button>
        </div>
      ) : null}
      {job?.state === 'failed' && job.error ? (
        <p className="review-failed selectable">
          {job.error.message} <span className="dim">{job.error.remedy}</span>
        </p>
      ) : null}
      {matches.length === 0 ? (
        <ReviewEmpty busy={running !== null} />
      ) : (
        <div
          ref={listBox}
          className="review-list"
          role="listbox"
          aria-label="Sync results, least sure first"
          aria-activedescendant={ordered[cursor] ? `match-${ordered[cursor].id}` : undefined}
          tabIndex={0}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') move(cursor + 1);
            else if (event.key === 'ArrowUp') move(cursor - 1);
            else if (event.key === 'Home') move(0);
            else if (event.key === 'End') move(ordered.length - 1);
            else if (event.target !== event.currentTarget) return;
            else if (event.key === 'Enter') decide(ordered[cursor], 'sync.accept');
            else if (event.key === 'Delete' || event.key === 'Backspace') decide(ordered[cursor], 'sync.reject');
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          <VirtualList
            handle={list}
            count={ordered.length}
            rowHeightPixels={ROW_PIXELS}
            row={(index) => {
              const match = ordered[index]!;
              return (
                <ReviewRow
                  key={match.id}
                  match={match}
                  camera={names.get(match.cameraSourceId) ?? '?'}
                  recorder={match.recorderSourceId === null ? null : (names.get(match.recorderSourceId) ?? '?')}
                  isCursor={index === cursor}
                  readOnly={readOnly}
                  onSelect={() => setCursorId(match.id)}
                  onAccept={() => decide(match, 'sync.accept')}
                  onReject={() => decide(match, 'sync.reject')}
                />
              );
            }}
          />
        </div>
      )}
      {matches.length > 0 && silent.length > 0 ? (
        <p className="review-silent" title={silent.join(', ')}>
          No sound (MOS), so nothing to sync: {silent.join(', ')}
        </p>
      ) : null}
      <div className="review-foot dim">
        {matches.length > 0 ? 'Arrows move · Enter accepts · Delete rejects · each decision is one step of undo' : ''}
      </div>
    </section>
  );
}

/** What to do while there are no results. */
function ReviewEmpty({ busy }: { readonly busy: boolean }) {
  const project = useProject();
  const sources = useRows('source');
  const { cameras, recorders } = syncReadiness(sources);
  const unnamed = sources.filter((source) => source.role === 'other' && source.pictureId === null);
  if (busy) return <div className="empty" />;
  if (cameras > 0 && recorders === 0 && unnamed.length > 0)
    return (
      <div className="empty">
        <strong>Which are the recorder files?</strong>
        <p>
          {unnamed.length === 1 ? 'A sound file does' : `${unnamed.length} sound files do`} not say what recorded{' '}
          {unnamed.length === 1 ? 'it' : 'them'}. Sync matches camera clips to recorder files.
        </p>
        <Button
          disabled={project.info.readOnly}
          onClick={() =>
            project.apply({
              kind: 'source.setRole',
              sourceIds: unnamed.map((source) => source.id),
              role: 'recorder',
            })
          }
        >
          Use {unnamed.length === 1 ? 'it as a recorder file' : `all ${unnamed.length} as recorder files`}
        </Button>
      </div>
    );
  return (
    <div className="empty">
      <strong>No sync results yet</strong>
      <p>
        {cameras === 0 || recorders === 0
          ? `Sync needs camera clips and recorder files: there are ${cameras} and ${recorders}. Import them, or set a source’s role in the inspector.`
          : `Press Sync to match ${cameras} camera ${cameras === 1 ? 'clip' : 'clips'} to ${recorders} recorder ${recorders === 1 ? 'file' : 'files'}.`}
      </p>
    </div>
  );
}
