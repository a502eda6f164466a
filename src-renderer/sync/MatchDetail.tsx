import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { isByHand } from '../../src-shared/sync/ambiguity.ts';
import { useKeyHint } from '../app/key-hint.ts';
import { useProject, useRows } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { Alternatives } from './Alternatives.tsx';
import { DetailBar, HandBar, NudgeBar } from './DetailBar.tsx';
import { ErrorPlot } from './ErrorPlot.tsx';
import { HandMarks } from './HandMarks.tsx';
import { toggleHand } from './hand-sync.ts';
import { MatchFacts } from './MatchFacts.tsx';
import { Microphones } from './Microphones.tsx';
import { besideOf, otherPlaceWords } from './other-place.ts';
import { PlacePicture } from './PlacePicture.tsx';
import { ACCEPTING_BADGE, STATUS_BADGES, type StatusBadge, Witnesses } from './ReviewRow.tsx';
import { useReview, useReviewState } from './review.ts';
import { acceptTargets, chooseAlternative, lookAt, rejectTargets, syncAgain } from './review-decisions.ts';
import { ACCEPTING_HINT } from './review-locks.ts';
import { confidenceTone, surenessLabel } from './review-order.ts';
import type { ShownMatch } from './shown-match.ts';
import { TraceBox } from './TraceBox.tsx';

/** Everything about the result under the cursor: seen, heard, nudged, decided. */
export function MatchDetail() {
  const review = useReview();
  useRows('sync_match');
  useRows('source');
  useRows('source_mark');
  useReviewState((state) => state);
  const shown = review.shown();
  if (!shown) return <section className="detail" aria-label="The result" />;
  const byHand = review.state.hand !== null;
  return (
    <section className="detail" aria-label="The result">
      <DetailHead shown={shown} />
      <div className="detail-body">
        <div className="detail-main">
          <DetailBar shown={shown} />
          {review.state.lookedAt !== null ? <LookedAt shown={shown} /> : null}
          <TraceBox shown={shown} />
          {byHand ? <HandBar /> : shown.recorder ? <NudgeBar shown={shown} /> : <Unmatched />}
          {byHand || !shown.recorder ? null : <ErrorPlot shown={shown} />}
        </div>
        <div className="detail-side">
          <PlacePicture shown={shown} />
          {byHand ? (
            <HandMarks shown={shown} />
          ) : (
            <>
              <Alternatives shown={shown} />
              <MatchFacts shown={shown} />
              <Microphones shown={shown} />
            </>
          )}
        </div>
      </div>
    </section>
  );
}

function DetailHead({ shown }: { readonly shown: ShownMatch }) {
  const review = useReview();
  const { info, mirror } = useProject();
  const hint = useKeyHint();
  const { match, camera, recorder, lookedAt } = shown;
  const matched = match.recorderSourceId === null ? null : mirror.get('source', match.recorderSourceId);
  const reason = lookedAt
    ? otherPlaceWords(lookedAt, matched?.name ?? null, mirror.clock(), besideOf(shown))
    : match.reason;
  const badge = review.state.acceptingIds.has(match.id) ? ACCEPTING_BADGE : STATUS_BADGES[match.status];
  const targets = review.targets();
  const many = targets.length > 1;
  const { acceptingIds } = review.state;
  const free = targets.filter((row) => !acceptingIds.has(row.id));
  const isAccepting = acceptingIds.has(match.id);
  // Asked for by name, a clip is looked at whatever was done with it.
  const again = targets.some(isByHand) ? '; where you laid it stays as another place' : '';
  const open = free.filter((row) => row.recorderSourceId !== null && row.status !== 'accepted').length;
  return (
    <header className="detail-head">
      <div className="detail-names">
        <h3>
          <span data-of="camera">{camera.name}</span>
          <span className="dim"> on </span>
          {recorder ? <span data-of="recorder">{recorder.name}</span> : <span className="dim">no recorder file</span>}
        </h3>
        {lookedAt ? (
          <span className="badge" data-tone="warn">
            another place
          </span>
        ) : (
          <MatchBadges match={match} status={badge} />
        )}
      </div>
      <p
        className="detail-reason selectable"
        data-unmatched={match.recorderSourceId === null ? '' : undefined}
        title={reason}
      >
        {reason}
      </p>
      <div className="detail-decide">
        <Button
          look="quiet"
          icon="sync"
          disabled={info.readOnly || free.length === 0}
          hint={
            free.length === 0
              ? ACCEPTING_HINT
              : hint(
                  `${many ? `Sync these ${targets.length} again` : 'Sync this clip again'}${again}`,
                  'review.syncAgain',
                )
          }
          onClick={() => syncAgain(review)}
        />
        <Button
          pressed={review.state.hand !== null}
          disabled={info.readOnly || (isAccepting && review.state.hand === null)}
          hint={isAccepting ? ACCEPTING_HINT : hint('Find the same sound in both files yourself', 'review.byHand')}
          onClick={() => toggleHand(review)}
        >
          By hand…
        </Button>
        <Button
          icon="close"
          disabled={info.readOnly || !free.some(({ status }) => status === 'proposed' || status === 'accepted')}
          hint={free.length === 0 ? ACCEPTING_HINT : hint('Reject', 'review.reject')}
          onClick={() => rejectTargets(review)}
        >
          {many ? `Reject ${free.length}` : 'Reject'}
        </Button>
        <Button
          icon="check"
          disabled={info.readOnly || open === 0}
          hint={
            free.length === 0
              ? ACCEPTING_HINT
              : hint(
                  lookedAt && matched ? `Accept the match on ${matched.name}, not this place` : 'Accept',
                  'review.accept',
                )
          }
          aria-label={many ? `Accept ${open} selected` : 'Accept this result'}
          onClick={() => acceptTargets(review)}
        >
          {many ? `Accept ${open}` : 'Accept'}
        </Button>
      </div>
    </header>
  );
}

/** What spoke for the match, how sure it is and what became of it. */
function MatchBadges({ match, status }: { readonly match: SyncMatchRow; readonly status: StatusBadge }) {
  return (
    <>
      <span className="witnesses">
        <Witnesses method={match.method} />
      </span>
      {match.recorderSourceId === null || isByHand(match) ? null : (
        <span className="badge" data-tone={confidenceTone(match.confidence)} title="The chance that the match is right">
          {surenessLabel(match)}
        </span>
      )}
      <span className="badge detail-status" data-tone={status.tone}>
        {status.text}
      </span>
    </>
  );
}

function LookedAt({ shown }: { readonly shown: ShownMatch }) {
  const review = useReview();
  const { info } = useProject();
  const hint = useKeyHint();
  const isAccepting = review.state.acceptingIds.has(shown.match.id);
  return (
    <div className="looked-at" role="status">
      <span>
        Shown is another place that fits: <strong>{shown.recorder?.name ?? '?'}</strong>
      </span>
      <Button
        disabled={info.readOnly || shown.match.status === 'accepted' || isAccepting}
        hint={isAccepting ? ACCEPTING_HINT : hint('Take this place', 'review.chooseAlternative')}
        onClick={() => chooseAlternative(review)}
      >
        Take this place
      </Button>
      <Button onClick={() => lookAt(review, null)}>Back</Button>
    </div>
  );
}

function Unmatched() {
  return (
    <div className="detail-bar">
      <span className="dim">If you know its recorder file, lay it under this clip by hand.</span>
    </div>
  );
}
