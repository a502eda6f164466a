import { useEffect, useRef } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { useProject, useRows } from '../project/open-project.ts';
import { VirtualList, type VirtualListHandle } from '../ui/VirtualList.tsx';
import { driftDealtWith } from './drift-dealt-with.ts';
import { ReviewRow } from './ReviewRow.tsx';
import { useReview, useReviewState } from './review.ts';
import { passesFilter, REVIEW_FILTERS, type ReviewSort } from './review-order.ts';

const ROW_PIXELS = 40;

const COLUMNS: readonly (readonly [sort: ReviewSort, title: string, hint: string])[] = [
  ['camera', 'Camera / recorder', 'By the camera clip’s name'],
  ['method', 'How', 'By what spoke for the match'],
  ['offset', 'Offset', 'By where the camera starts in the recorder’s file'],
  ['drift', 'Drift', 'By the size of the drift'],
  ['residual', 'Error H M T', 'By the largest error at head, middle and tail, in milliseconds'],
  ['confidence', 'Sure', 'By confidence: the chance that the match is right'],
  ['status', 'State', 'By what was decided'],
];

/** All results: the doubtful first, or by any column; those that pass a filter and a word. */
export function ReviewList() {
  const review = useReview();
  const { mirror } = useProject();
  const matches = useRows('sync_match');
  useRows('source');
  const state = useReviewState(
    useShallow(({ sort, descending, filter, text, cursorId, selectedIds, acceptingIds }) => ({
      sort,
      descending,
      filter,
      text,
      cursorId,
      selectedIds,
      acceptingIds,
    })),
  );
  const list = useRef<VirtualListHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const rows = review.rows();
  const cursor = review.cursorIndex();
  const cursorRow = rows[cursor];
  const clock = mirror.clock();
  const driftOf = (match: SyncMatchRow) => {
    const camera = mirror.get('source', match.cameraSourceId);
    const recorder = match.recorderSourceId === null ? null : mirror.get('source', match.recorderSourceId);
    return camera && driftDealtWith(match, camera, recorder);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the row under the cursor is kept in sight when it or the order changes.
  useEffect(() => {
    review.settle();
    list.current?.scrollToIndex(cursor);
  }, [review, cursorRow?.id, cursor]);
  const hasRows = rows.length > 0;
  useEffect(() => {
    // Results that come while nothing else is worked with are what is wanted next.
    const busy = document.activeElement;
    if (hasRows && (busy === null || busy === document.body || busy.matches('.review'))) box.current?.focus();
  }, [hasRows]);

  const sortBy = (sort: ReviewSort) => {
    // Once, turned round, then doubt again.
    if (state.sort !== sort) review.set({ sort, descending: false });
    else if (!state.descending) review.set({ descending: true });
    else review.set({ sort: 'doubt', descending: false });
  };

  const heading = ([sort, title, hint]: (typeof COLUMNS)[number]) => (
    <button
      key={sort}
      type="button"
      className={`review-column review-column-${sort}`}
      aria-pressed={state.sort === sort}
      aria-label={`Sort by ${title}${state.sort === sort ? (state.descending ? ', descending' : ', ascending') : ''}`}
      title={`${hint}; again: the other way; a third time: by doubt`}
      onClick={() => sortBy(sort)}
    >
      {title}
      {state.sort === sort ? <span aria-hidden="true">{state.descending ? ' ▾' : ' ▴'}</span> : null}
    </button>
  );

  return (
    <section className="review-results" aria-label="Results">
      <div className="review-filters">
        <fieldset className="bar-group" aria-label="Show">
          {REVIEW_FILTERS.map(([filter, title]) => (
            <button
              key={filter}
              type="button"
              className="review-filter"
              aria-pressed={state.filter === filter}
              onClick={() => review.set({ filter })}
            >
              {title}{' '}
              <span className="figures dim">{matches.filter((match) => passesFilter(match, filter)).length}</span>
            </button>
          ))}
        </fieldset>
        <input
          className="input review-find"
          type="search"
          placeholder="Find a clip…"
          aria-label="Find in the results"
          value={state.text}
          onChange={(event) => review.set({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' && event.key !== 'Enter' && event.key !== 'ArrowDown') return;
            if (event.key === 'Escape') review.set({ text: '' });
            event.preventDefault();
            event.stopPropagation();
            box.current?.focus();
          }}
        />
      </div>
      <fieldset className="review-columns" aria-label="Sort by">
        {COLUMNS.slice(0, 3).map(heading)}
        <span className="review-stack">{COLUMNS.slice(3, 5).map(heading)}</span>
        {COLUMNS.slice(5).map(heading)}
      </fieldset>
      <div
        ref={box}
        className="review-list"
        role="listbox"
        aria-label={state.sort === 'doubt' ? 'Sync results, least sure first' : 'Sync results'}
        aria-multiselectable
        aria-activedescendant={cursorRow ? `match-${cursorRow.id}` : undefined}
        tabIndex={0}
      >
        {rows.length === 0 ? <p className="review-none dim">No result passes this filter.</p> : null}
        <VirtualList
          handle={list}
          count={rows.length}
          rowHeightPixels={ROW_PIXELS}
          row={(index) => {
            const match = rows[index]!;
            return (
              <ReviewRow
                key={match.id}
                match={match}
                camera={review.nameOf(match.cameraSourceId)}
                recorder={match.recorderSourceId === null ? null : review.nameOf(match.recorderSourceId)}
                drift={driftOf(match)}
                clock={clock}
                isCursor={index === cursor}
                isAccepting={state.acceptingIds.has(match.id)}
                isSelected={index === cursor || state.selectedIds.has(match.id)}
                onPick={(event) => {
                  if (event.ctrlKey || event.metaKey) review.toggleSelected(match);
                  else review.moveTo(index, event.shiftKey);
                  box.current?.focus();
                }}
              />
            );
          }}
        />
      </div>
    </section>
  );
}
