import { useKeyHint } from '../app/key-hint.ts';
import { useProject, useRows } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { addMark, layTogether, marksReady } from './hand-sync.ts';
import { type NudgeStep, nudgeLabels } from './nudge.ts';
import { useReview, useReviewState } from './review.ts';
import { nudge, resetNudge } from './review-decisions.ts';
import { ACCEPTING_HINT } from './review-locks.ts';
import {
  flipEars,
  goToKind,
  setEars,
  showAround,
  showWhole,
  stepPlace,
  toggleSolo,
  zoom,
} from './review-navigation.ts';
import type { ShownMatch } from './shown-match.ts';

/** Listening, nudging and looking around, above the traces. */
export function DetailBar({ shown }: { readonly shown: ShownMatch }) {
  return (
    <div className="detail-bar">
      <ListenButtons shown={shown} />
      <LookButtons />
    </div>
  );
}

function ListenButtons({ shown }: { readonly shown: ShownMatch }) {
  const review = useReview();
  const hint = useKeyHint();
  const playing = useReviewState((state) => state.playing !== 'stopped');
  const ears = useReviewState((state) => state.ears);
  const both = shown.recorder !== null || review.state.hand !== null;
  return (
    <fieldset className="bar-group" aria-label="Listen">
      <Button
        icon={playing ? 'stop' : 'loop'}
        pressed={playing}
        hint={hint(playing ? 'Stop' : 'Play round the place', 'review.play')}
        onClick={() => review.listening.toggle('loop')}
      />
      <Button
        icon="play"
        hint={hint('Play on from the place', 'review.playOn')}
        onClick={() => review.listening.toggle('on')}
      />
      {both ? (
        <>
          <Button
            hint={hint('Which is left and which is right', 'review.flip')}
            aria-label={ears === 'recorder-left' ? 'Recorder left, camera right' : 'Camera left, recorder right'}
            pressed={ears === 'camera-left' || ears === 'recorder-left'}
            onClick={() =>
              ears === 'camera' || ears === 'recorder' ? setEars(review, 'camera-left') : flipEars(review)
            }
          >
            {ears === 'recorder-left' ? 'Rec | Cam' : 'Cam | Rec'}
          </Button>
          <Button
            hint={hint('Camera only', 'review.soloCamera')}
            pressed={ears === 'camera'}
            onClick={() => toggleSolo(review, 'camera')}
          >
            Cam
          </Button>
          <Button
            hint={hint('Recorder only', 'review.soloRecorder')}
            pressed={ears === 'recorder'}
            onClick={() => toggleSolo(review, 'recorder')}
          >
            Rec
          </Button>
        </>
      ) : null}
    </fieldset>
  );
}

function LookButtons() {
  const review = useReview();
  const hint = useKeyHint();
  return (
    <>
      <fieldset className="bar-group" aria-label="Go to">
        <Button
          look="quiet"
          hint={hint('Previous place', 'review.previousPlace')}
          onClick={() => stepPlace(review, -1)}
        >
          ‹
        </Button>
        <Button hint={hint('Head', 'review.head')} onClick={() => goToKind(review, 'head')}>
          H
        </Button>
        <Button hint={hint('Middle', 'review.middle')} onClick={() => goToKind(review, 'middle')}>
          M
        </Button>
        <Button hint={hint('Tail', 'review.tail')} onClick={() => goToKind(review, 'tail')}>
          T
        </Button>
        <Button
          hint={hint('Clap or strongest transient', 'review.landmark')}
          onClick={() => goToKind(review, 'landmark')}
        >
          Clap
        </Button>
        <Button look="quiet" hint={hint('Next place', 'review.nextPlace')} onClick={() => stepPlace(review, 1)}>
          ›
        </Button>
      </fieldset>
      <fieldset className="bar-group" aria-label="Zoom">
        <Button look="quiet" hint={hint('Zoom out', 'review.zoomOut')} onClick={() => zoom(review, 0.5)}>
          −
        </Button>
        <Button look="quiet" hint={hint('Zoom in', 'review.zoomIn')} icon="plus" onClick={() => zoom(review, 2)} />
        <Button look="quiet" hint={hint('Whole clip', 'review.zoomWhole')} onClick={() => showWhole(review)}>
          Whole
        </Button>
        <Button
          look="quiet"
          hint={hint('Single samples', 'review.zoomSamples')}
          onClick={() => showAround(review, 0.002)}
        >
          Samples
        </Button>
      </fieldset>
    </>
  );
}

const STEPS: readonly (readonly [NudgeStep, string, string])[] = [
  ['frame', 'fr', 'Frame'],
  ['quarter', '¼', 'Quarter'],
  ['sample', 's', 'Sample'],
];

const STEP_WORDS: Readonly<Record<NudgeStep, string>> = {
  frame: 'one frame',
  quarter: 'a quarter frame',
  sample: 'one sample',
};

/** Moves the recorder's sound against the camera's, and tells how far it was moved. */
export function NudgeBar({ shown }: { readonly shown: ShownMatch }) {
  const review = useReview();
  const { mirror, info } = useProject();
  const hint = useKeyHint();
  const accepting = useReviewState((state) => state.acceptingIds.has(shown.match.id));
  const elsewhere = useReviewState((state) => state.lookedAt !== null || state.hand !== null);
  const locked = accepting || elsewhere || info.readOnly;
  const labels = nudgeLabels(shown.nudgeSamplesAt48k, mirror.clock());
  const nudged = shown.nudgeSamplesAt48k !== 0;
  const button = ([step, sign, word]: (typeof STEPS)[number], way: 1 | -1) => (
    <Button
      key={`${step}${way}`}
      disabled={locked}
      hint={
        accepting
          ? ACCEPTING_HINT
          : hint(
              `Recorder ${STEP_WORDS[step]} ${way > 0 ? 'later' : 'earlier'}`,
              `review.nudge${word}${way > 0 ? 'Later' : 'Earlier'}`,
            )
      }
      onClick={() => nudge(review, step, way)}
    >
      {way < 0 ? `‹ ${sign}` : `${sign} ›`}
    </Button>
  );
  return (
    <div className="detail-bar">
      <fieldset className="bar-group" aria-label="Nudge the recorder">
        <span className="dim">Nudge</span>
        {STEPS.map((step) => button(step, -1))}
        {[...STEPS].reverse().map((step) => button(step, 1))}
        <span className={nudged ? 'figures nudged' : 'figures dim'} role="status" title={labels.full}>
          {labels.short}
        </span>
        {nudged ? (
          <Button
            look="quiet"
            disabled={locked}
            hint={accepting ? ACCEPTING_HINT : hint('Take the nudge back', 'review.nudgeReset')}
            onClick={() => resetNudge(review)}
          >
            Reset
          </Button>
        ) : null}
      </fieldset>
    </div>
  );
}

/** What takes the place of nudging while two files are laid together by hand. */
export function HandBar() {
  const review = useReview();
  const hint = useKeyHint();
  const hand = useReviewState((state) => state.hand);
  useRows('source_mark');
  const ready = marksReady(review);
  return (
    <div className="detail-bar">
      <fieldset className="bar-group" aria-label="By hand">
        <Button
          icon="marker"
          hint={hint('Set a mark at the cursor', 'review.mark')}
          onClick={() => void addMark(review)}
        >
          Mark {hand?.active === 'recorder' ? 'the recorder' : 'the camera'}
        </Button>
        <Button
          look={ready ? 'primary' : 'plain'}
          icon="link"
          disabled={!ready}
          hint={hint('Lay the two marks on each other', 'review.layTogether')}
          onClick={() => void layTogether(review)}
        >
          Lay together
        </Button>
        <span className="dim">
          {ready
            ? 'The two marks will fall together.'
            : 'Click the same sound in both traces and mark each: a clap, a knock, a consonant.'}
        </span>
      </fieldset>
    </div>
  );
}
