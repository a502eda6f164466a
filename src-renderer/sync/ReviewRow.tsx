import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { isAmbiguous, isByHand } from '../../src-shared/sync/ambiguity.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import { DRIFT_DEALT_WITH, type DriftDealtWith } from './drift-dealt-with.ts';
import { offsetInForce, offsetLabels } from './offset-labels.ts';
import {
  confidencePercent,
  confidenceTone,
  driftLabel,
  isMeasured,
  residualLabel,
  surenessLabel,
  witnesses,
  worstResidualMs,
} from './review-order.ts';

export type StatusBadge = { readonly text: string; readonly tone: string };

export const STATUS_BADGES: Readonly<Record<SyncMatchRow['status'], StatusBadge>> = {
  proposed: { text: 'to review', tone: 'accent' },
  accepted: { text: 'accepted', tone: 'good' },
  rejected: { text: 'rejected', tone: '' },
  unmatched: { text: 'unmatched', tone: 'warn' },
};

/** In place of its state while a job accepts a match. */
export const ACCEPTING_BADGE = { text: 'accepting', tone: 'accent' };

type ReviewRowProps = {
  readonly match: SyncMatchRow;
  readonly camera: string;
  /** Null when nothing was matched. */
  readonly recorder: string | null;
  /** How an accepted one's drift was dealt with. */
  readonly drift: DriftDealtWith | null;
  readonly clock: ProjectClock;
  readonly isCursor: boolean;
  readonly isSelected: boolean;
  readonly isAccepting: boolean;
  readonly onPick: (event: {
    readonly shiftKey: boolean;
    readonly ctrlKey: boolean;
    readonly metaKey: boolean;
  }) => void;
};

/** One camera clip with what sync found for it, or why it found nothing. */
export function ReviewRow(props: ReviewRowProps) {
  const { match, camera, recorder, clock, drift } = props;
  const badge = props.isAccepting ? ACCEPTING_BADGE : STATUS_BADGES[match.status];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box has the focus and takes the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus; options are pointed at by it.
    <div
      id={`match-${match.id}`}
      role="option"
      aria-selected={props.isSelected}
      aria-label={`${camera}, ${recorder ? `matched to ${recorder}, ${surenessLabel(match)}` : `not matched: ${match.reason}`}, ${badge.text}${match.status === 'proposed' && isAmbiguous(match) ? ', ambiguous' : ''}${drift ? `, ${drift}` : ''}`}
      className="review-row"
      data-status={match.status}
      data-cursor={props.isCursor ? '' : undefined}
      onClick={props.onPick}
    >
      <span className="review-pair">
        <span title={camera}>{camera}</span>
        <span className={recorder ? '' : 'dim'} title={recorder ?? ''}>
          {recorder ? `↳ ${recorder}` : '↳ no recorder file'}
        </span>
      </span>
      {recorder === null ? (
        <span className="review-why">{match.reason}</span>
      ) : (
        <>
          <span className="review-how" title={`${match.method}. ${match.reason}`}>
            <Witnesses method={match.method} isShort />
          </span>
          <Figures match={match} clock={clock} />
          <Sureness match={match} />
        </>
      )}
      <span className="review-state">
        <span className="badge" data-tone={badge.tone}>
          {badge.text}
        </span>
        {match.status === 'proposed' && isAmbiguous(match) ? (
          <span className="badge" data-tone="warn" title="Other places fit nearly as well: look at them and listen">
            ambiguous
          </span>
        ) : null}
        {drift && !props.isAccepting ? (
          <span className="review-dealt dim" title={DRIFT_DEALT_WITH[drift]}>
            {drift}
          </span>
        ) : null}
      </span>
    </div>
  );
}

/** The chance that a match is right as a bar and a figure; of what a person laid, that. */
function Sureness({ match }: { readonly match: SyncMatchRow }) {
  if (isByHand(match))
    return (
      <span className="review-confidence" data-by-hand title="Laid by a person: accept it by itself or selected">
        by hand
      </span>
    );
  const percent = confidencePercent(match.confidence);
  return (
    <span className="review-confidence" data-tone={confidenceTone(match.confidence)}>
      <span className="review-bar">
        <span style={{ width: `${percent}%` }} />
      </span>
      <span className="figures">{percent} %</span>
    </span>
  );
}

/** What spoke for a match. */
export function Witnesses({ method, isShort = false }: { readonly method: string; readonly isShort?: boolean }) {
  return witnesses(method, isShort).map((witness) => (
    <span key={witness} className="badge" data-tone={witness === 'by hand' ? 'accent' : ''}>
      {witness}
    </span>
  ));
}

function Figures({ match, clock }: { readonly match: SyncMatchRow; readonly clock: ProjectClock }) {
  const labels = offsetLabels(offsetInForce(match), clock);
  const nudged = match.nudgeSamplesAt48k !== 0;
  // What was changed takes the place of the samples: there is no room for both, and those are told in the detail.
  const changed = [match.followsClock ? 'by TC' : '', nudged ? 'nudged' : ''].filter(Boolean).join(', ');
  return (
    <>
      <span
        className="review-two figures review-offset"
        title={`Where the camera starts in the recorder’s file: ${labels.samples} samples${match.followsClock ? ', by timecode' : ''}${nudged ? ', nudged' : ''}`}
      >
        <span>{labels.frames}</span>
        <span className="dim">{changed || `${labels.samples} smp`}</span>
      </span>
      <span className="review-stack">
        <span className="figures review-drift">{driftLabel(match.driftPpm)} ppm</span>
        <span
          className="review-two figures review-residual"
          data-far={worstResidualMs(match) > 1 ? '' : undefined}
          title={
            isMeasured(match)
              ? 'Error at head, middle and tail, in milliseconds'
              : 'The sounds were not compared over the clip: no error is known'
          }
        >
          {(isMeasured(match) ? residualLabel(match) : '– / – / –').split(' / ').map((figure, index) => (
            <span key={['head', 'middle', 'tail'][index]}>{figure}</span>
          ))}
        </span>
      </span>
    </>
  );
}
