import { useEffect, useMemo, useRef } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { useSession } from '../app/session.ts';
import { useProject, useRows } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { Splitter } from '../ui/Splitter.tsx';
import { keepFocusInside } from './keep-focus.ts';
import { MatchDetail } from './MatchDetail.tsx';
import { ReviewHead, ReviewRunning } from './ReviewHead.tsx';
import { ReviewList } from './ReviewList.tsx';
import { useReview } from './review.ts';
import { silentPictures, syncReadiness } from './review-order.ts';
import { useReviewSelection } from './review-selection.ts';
import './detail.css';
import './review.css';

/** Results of sync to be looked at and listened to, each accepted or rejected, or all that are sure at once. */
export function ReviewPanel({ widthPixels }: { readonly widthPixels: number }) {
  const review = useReview();
  const matches = useRows('sync_match');
  const sources = useRows('source');
  const pictures = useRows('picture');
  const silent = useMemo(() => silentPictures(pictures, sources), [pictures, sources]);
  const share = usePreferences((preferences) => preferences.reviewListShare);
  const setPreference = usePreferences((preferences) => preferences.set);
  const running = useSession().store((state) =>
    state.jobs.some(({ kind, state: phase }) => kind === 'sync' && (phase === 'running' || phase === 'queued')),
  );
  const panel = useRef<HTMLElement>(null);
  // Opened by key or by button, it is what is worked in next: Tab goes on to its list.
  useEffect(() => (panel.current?.querySelector<HTMLElement>('.review-list') ?? panel.current)?.focus(), []);
  useEffect(() => {
    const element = panel.current;
    if (!element) return;
    return keepFocusInside(element, () => element.querySelector<HTMLElement>('.review-list'));
  }, []);
  useEffect(() => () => review.listening.dispose(), [review]);
  const asked = useReviewSelection((state) => state.request);
  useEffect(() => review.answer(useReviewSelection.getState(), asked), [review, asked]);
  const list = Math.round(Math.min(widthPixels - 420, Math.max(280, widthPixels * share)));

  return (
    <section className="review" aria-label="Sync review" data-focus="review" ref={panel} tabIndex={-1}>
      <ReviewHead />
      <ReviewRunning />
      {matches.length === 0 ? (
        <ReviewEmpty busy={running} />
      ) : (
        <div className="review-parts" style={{ gridTemplateColumns: `${list}px 5px minmax(0, 1fr)` }}>
          <div className="review-left">
            <ReviewList />
            {silent.length > 0 ? (
              <p className="review-silent" title={silent.join(', ')}>
                No sound (MOS), so nothing to sync: {silent.join(', ')}
              </p>
            ) : null}
          </div>
          <Splitter
            label="Width of the list of results"
            orientation="vertical"
            value={list}
            minimum={280}
            maximum={Math.max(280, widthPixels - 420)}
            direction={1}
            onChange={(pixels) => setPreference({ reviewListShare: pixels / widthPixels })}
          />
          <MatchDetail />
        </div>
      )}
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
          ? `Sync needs camera clips and recorder files: there ${cameras === 1 ? 'is' : 'are'} ${countedFiles(cameras, 'camera clip')} and ${countedFiles(recorders, 'recorder file')}. Import them, or set a source’s role in the inspector.`
          : `Press Sync to match ${countedFiles(cameras, 'camera clip')} to ${countedFiles(recorders, 'recorder file')}.`}
      </p>
    </div>
  );
}

function countedFiles(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`;
}
