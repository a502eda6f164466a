import { useKeyHint } from '../app/key-hint.ts';
import { useProject } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { offsetInForce, offsetLabels } from './offset-labels.ts';
import { besideOf, standingLabel } from './other-place.ts';
import { useReview, useReviewState } from './review.ts';
import { chooseAlternative, lookAt } from './review-decisions.ts';
import { ACCEPTING_HINT } from './review-locks.ts';
import type { ShownMatch } from './shown-match.ts';

/** Other places that fit: each can be looked at and listened to before it is taken. */
export function Alternatives({ shown }: { readonly shown: ShownMatch }) {
  const review = useReview();
  const { mirror, info } = useProject();
  const hint = useKeyHint();
  const lookedAt = useReviewState((state) => state.lookedAt);
  const accepting = useReviewState((state) => state.acceptingIds.has(shown.match.id));
  const choosing = useReviewState((state) => state.choosingId !== null);
  const { others } = shown;
  if (others.length === 0) return null;
  const unmatched = shown.match.recorderSourceId === null;
  return (
    <section className="alternatives" aria-label="Other places">
      <h3>{unmatched ? 'Where it might belong' : 'Other places that fit'}</h3>
      <ul>
        {unmatched ? null : (
          <li data-shown={lookedAt === null ? '' : undefined}>
            <button
              type="button"
              className="link"
              aria-pressed={lookedAt === null}
              onClick={() => lookAt(review, null)}
            >
              {mirror.get('source', shown.match.recorderSourceId!)?.name ?? '?'}
            </button>
            <span className="figures dim">
              {offsetLabels(offsetInForce(shown.match), mirror.clock()).frames} · the match
            </span>
          </li>
        )}
        {others.map(({ index, recorder, ...place }, at) => (
          <li key={index} data-shown={lookedAt === index ? '' : undefined}>
            <button
              type="button"
              className="link"
              aria-pressed={lookedAt === index}
              title={hint('Look at it and listen to it', 'review.nextAlternative')}
              onClick={() => lookAt(review, index)}
            >
              {recorder.name}
            </button>
            <span className="figures dim" title="Where the camera starts in it, and how much speaks for it">
              {offsetLabels(place.offsetSamplesAt48k, mirror.clock()).frames}
              {` · ${standingLabel(place, besideOf(shown))}`}
            </span>
            <Button
              disabled={info.readOnly || shown.match.status === 'accepted' || accepting || choosing}
              aria-label={`Take place ${at + 1}`}
              hint={accepting ? ACCEPTING_HINT : hint('Take this place', 'review.chooseAlternative')}
              onClick={(event) => {
                // The second press of a double click would take back what the first did: the places have changed under it.
                if (event.detail < 2) chooseAlternative(review, index);
              }}
            >
              Take
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
