import { isByHand } from '../../src-shared/sync/ambiguity.ts';
import { useKeyHint } from '../app/key-hint.ts';
import { useProject } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { figure } from '../ui/figure.ts';
import { metresOfDelay } from './nudge.ts';
import { offsetInForce, offsetLabels } from './offset-labels.ts';
import { type Beside, besideOf, standingLabel } from './other-place.ts';
import { Witnesses } from './ReviewRow.tsx';
import { useReview, useReviewState } from './review.ts';
import { adjustMatches } from './review-decisions.ts';
import { ACCEPTING_HINT } from './review-locks.ts';
import { canFollowClock, driftLabel, isMeasured, residualLabel } from './review-order.ts';
import type { OtherPlace, ShownMatch } from './shown-match.ts';

/** Where the camera lies on the recorder's file: by its sound and, where one is known, by a clock. */
export function MatchFacts({ shown }: { readonly shown: ShownMatch }) {
  const { mirror } = useProject();
  const { match } = shown;
  if (!shown.recorder) return null;
  if (shown.lookedAt) return <OtherPlaceFacts place={shown.lookedAt} beside={besideOf(shown)} />;
  const labels = offsetLabels(match.offsetSamplesAt48k, mirror.clock());
  const standing = { ...match, nudgeSamplesAt48k: shown.nudgeSamplesAt48k };
  const changed = match.followsClock || shown.nudgeSamplesAt48k !== 0;
  const inForce = changed ? offsetLabels(offsetInForce(standing), mirror.clock()) : null;
  return (
    <section className="facts" aria-label="Offset and drift">
      <h3>Where it lies</h3>
      <dl>
        <dt>How</dt>
        <dd className="witnesses">
          <Witnesses method={match.method} />
        </dd>
        <dt>{isMeasured(match) ? 'By sound' : isByHand(match) ? 'By hand' : 'Offset'}</dt>
        <dd className="figures selectable">
          <span className="whole-figure">{labels.timecode}</span> <span className="dim">{labels.samples} samples</span>
        </dd>
        {inForce ? (
          <>
            <dt title="Where it lies now, by what is followed and with the nudge">In force</dt>
            <dd className="figures selectable">
              <span className="whole-figure">{inForce.timecode}</span>{' '}
              <span className="dim">{inForce.samples} samples</span>
            </dd>
          </>
        ) : null}
        <dt>Drift</dt>
        <dd className="figures selectable">{driftLabel(match.driftPpm, 2)} ppm</dd>
        <dt title="How far the sound lies from the line: head / middle / tail">Error</dt>
        <dd className="figures selectable" title="Head / middle / tail">
          {isMeasured(match) ? `${residualLabel(match)} ms` : 'not measured'}
        </dd>
      </dl>
      {canFollowClock(match) && match.clockOffsetSamplesAt48k !== null ? (
        <ClockChoice shown={shown} clockOffset={match.clockOffsetSamplesAt48k} />
      ) : null}
    </section>
  );
}

/** Where it would lie at another place that is looked at: nothing of the match is told under its name. */
function OtherPlaceFacts({ place, beside }: { readonly place: OtherPlace; readonly beside: Beside }) {
  const { mirror } = useProject();
  const labels = offsetLabels(place.offsetSamplesAt48k, mirror.clock());
  return (
    <section className="facts" aria-label="Offset and drift">
      <h3>Where it would lie</h3>
      <dl>
        <dt>Offset</dt>
        <dd className="figures selectable">
          <span className="whole-figure">{labels.timecode}</span> <span className="dim">{labels.samples} samples</span>
        </dd>
        <dt>Drift</dt>
        <dd className="figures selectable">{driftLabel(place.driftPpm, 2)} ppm</dd>
        <dt>Evidence</dt>
        <dd>{standingLabel(place, beside)}</dd>
      </dl>
    </section>
  );
}

function ClockChoice({ shown, clockOffset }: { readonly shown: ShownMatch; readonly clockOffset: number }) {
  const review = useReview();
  const { mirror, info } = useProject();
  const hint = useKeyHint();
  const { match } = shown;
  const accepting = useReviewState((state) => state.acceptingIds.has(match.id));
  const clock = mirror.clock();
  // The very place that following it leads to: a delay that was measured in the middle of the clip is not rounded twice.
  const labels = offsetLabels(offsetInForce({ ...match, followsClock: true, nudgeSamplesAt48k: 0 }), clock);
  // The farther the camera, the later it hears, the earlier its clap lies on the recorder's file by sound.
  const { acousticDelayMs } = shown.evidence;
  const cameraLateMs =
    acousticDelayMs === null || isByHand(match) ? (clockOffset - match.offsetSamplesAt48k) / 48 : -acousticDelayMs;
  const targets = review.targets().filter(canFollowClock);
  const follow = (followsClock: boolean) => adjustMatches(review, targets, { followsClock });
  return (
    <div className="clock">
      <dl>
        <dt>By timecode</dt>
        <dd className="figures selectable">
          <span className="whole-figure">{labels.timecode}</span> <span className="dim">{labels.samples} samples</span>
        </dd>
        <dt>Difference</dt>
        <dd className="figures selectable">{figure(cameraLateMs, 2)} ms</dd>
      </dl>
      <p className="dim">
        {isByHand(match)
          ? 'So far from timecode is where you laid it.'
          : distanceText(cameraLateMs, acousticDelayMs !== null)}
      </p>
      <fieldset className="bar-group" aria-label="Which offset is followed">
        <Button
          pressed={!match.followsClock}
          disabled={info.readOnly || accepting}
          hint={
            accepting
              ? ACCEPTING_HINT
              : hint(isByHand(match) ? 'Where you laid it' : 'The sounds fall together', 'review.followClock')
          }
          onClick={() => follow(false)}
        >
          {isByHand(match) ? 'Follow your hand' : 'Follow the sound'}
        </Button>
        <Button
          pressed={match.followsClock}
          disabled={info.readOnly || accepting}
          hint={
            accepting
              ? ACCEPTING_HINT
              : hint(
                  'The electrical offset: the recorder’s sound comes as early as it was spoken',
                  'review.followClock',
                )
          }
          onClick={() => follow(true)}
        >
          Follow timecode
        </Button>
      </fieldset>
      {targets.length > 1 ? <p className="dim">For all {targets.length} selected that have timecode.</p> : null}
    </div>
  );
}

/** What a delay of the camera against the clock says of its distance. */
export function distanceText(cameraLateMs: number, isPrecise: boolean): string {
  const metres = Math.abs(metresOfDelay(cameraLateMs));
  const far = metres < 1 ? metres.toFixed(2) : metres.toFixed(1);
  if (!isPrecise && cameraLateMs < 0)
    return 'By timecode the camera heard it earlier than the recorder, so this is no distance: timecode counts whole frames, and clocks that were set or locked differently are off by some.';
  if (!isPrecise)
    return `Timecode counts whole frames, so a difference below a frame says nothing (as a distance it would be about ${far} m).`;
  if (Math.abs(cameraLateMs) < 0.3) return 'Camera and microphone heard it at the same distance.';
  return cameraLateMs > 0
    ? `The camera heard it later: about ${far} m farther away than the microphone. That is distance, not an error.`
    : `The recorder’s microphone heard it later: about ${far} m farther away than the camera.`;
}
