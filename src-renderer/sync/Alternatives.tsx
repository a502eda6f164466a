import { useProject } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { useKeyHint } from './DetailBar.tsx';
import { useReview, useReviewState } from './review.ts';
import { chooseAlternative, lookAt } from './review-decisions.ts';
import { offsetLabels } from './review-order.ts';
import type { ShownMatch } from './shown-match.ts';

/** Other places that fit: each can be looked at and listened to before it is taken. */
export function Alternatives({ shown }: { readonly shown: ShownMatch }) {
  const review = useReview();
  const { mirror, info } = useProject();
  const hint = useKeyHint();
  const lookedAt = useReviewState((state) => state.lookedAt);
  const { alternatives } = shown.evidence;
  if (alternatives.length === 0) return null;
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
            <span className="figures dim">{offsetLabels(shown.match, mirror.clock()).frames} · the match</span>
          </li>
        )}
        {alternatives.map((place, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an alternative is known by its number, also to the command.
          <li key={index} data-shown={lookedAt === index ? '' : undefined}>
            <button
              type="button"
              className="link"
              aria-pressed={lookedAt === index}
              title={hint('Look at it and listen to it', 'review.nextAlternative')}
              onClick={() => lookAt(review, index)}
            >
              {mirror.get('source', place.recorderSourceId)?.name ?? '?'}
            </button>
            <span
              className="figures dim"
              title="Where the camera starts in it; its evidence as a share of the best one’s"
            >
              {offsetLabels({ ...shown.match, offsetSamplesAt48k: place.offsetSamplesAt48k }, mirror.clock()).frames}
              {unmatched ? ' · likeness ' : ' · '}
              {Math.round(place.likeness * 100)} %{unmatched ? '' : ' as strong'}
            </span>
            <Button
              disabled={info.readOnly || shown.match.status === 'accepted'}
              aria-label={`Take place ${index + 1}`}
              hint={hint('Take this place', 'review.chooseAlternative')}
              onClick={() => chooseAlternative(review, index)}
            >
              Take
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
