import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { useProject } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { confidencePercent, confidenceTone, driftLabel, offsetLabels, residualLabel } from './review-order.ts';

const STATUS_BADGES: Readonly<Record<SyncMatchRow['status'], { readonly text: string; readonly tone: string }>> = {
  proposed: { text: 'to review', tone: 'accent' },
  accepted: { text: 'accepted', tone: 'good' },
  rejected: { text: 'rejected', tone: '' },
  unmatched: { text: 'unmatched', tone: 'warn' },
};

type ReviewRowProps = {
  readonly match: SyncMatchRow;
  readonly camera: string;
  /** Null when nothing was matched. */
  readonly recorder: string | null;
  readonly isCursor: boolean;
  readonly readOnly: boolean;
  readonly onSelect: () => void;
  readonly onAccept: () => void;
  readonly onReject: () => void;
};

/** One camera clip with what sync found for it, or why it found nothing. */
export function ReviewRow(props: ReviewRowProps) {
  const { match, camera, recorder, isCursor, readOnly, onSelect, onAccept, onReject } = props;
  const { mirror } = useProject();
  const badge = STATUS_BADGES[match.status];
  const percent = confidencePercent(match.confidence);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box has the focus and takes the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus; options are pointed at by it.
    <div
      id={`match-${match.id}`}
      role="option"
      aria-selected={isCursor}
      aria-label={`${camera}, ${recorder ? `matched to ${recorder}, ${percent} % sure` : `not matched: ${match.reason}`}, ${badge.text}`}
      className="review-row"
      data-status={match.status}
      onClick={onSelect}
    >
      <span className="review-pair">
        <span title={camera}>{camera}</span>
        <span className={recorder ? '' : 'dim'} title={recorder ?? ''}>
          {recorder ? `↳ ${recorder}` : '↳ no recorder file'}
        </span>
      </span>
      {recorder === null ? (
        <span className="review-why selectable">{match.reason}</span>
      ) : (
        <>
          <span className="review-two" title={match.reason}>
            <span>{match.method}</span>
            <span className="dim">{match.reason}</span>
          </span>
          <Offset match={match} clock={mirror.clock()} />
          <span className="review-two figures">
            <span>{driftLabel(match.driftPpm)} ppm</span>
            <span className="dim" title="Residual at head, middle and tail, in milliseconds">
              {residualLabel(match)} ms
            </span>
          </span>
          <span className="review-confidence" data-tone={confidenceTone(match.confidence)}>
            <span className="review-bar">
              <span style={{ width: `${percent}%` }} />
            </span>
            <span className="figures">{percent} %</span>
          </span>
        </>
      )}
      <span>
        <span className="badge" data-tone={badge.tone}>
          {badge.text}
        </span>
      </span>
      <span className="review-decide">
        {recorder !== null && match.status !== 'accepted' ? (
          <Button
            look="quiet"
            icon="check"
            hint="Accept (Enter)"
            tabIndex={-1}
            disabled={readOnly}
            onClick={onAccept}
          />
        ) : null}
        {match.status === 'proposed' && recorder !== null ? (
          <Button
            look="quiet"
            icon="close"
            hint="Reject (Delete)"
            tabIndex={-1}
            disabled={readOnly}
            onClick={onReject}
          />
        ) : null}
      </span>
    </div>
  );
}

function Offset({
  match,
  clock,
}: {
  readonly match: SyncMatchRow;
  readonly clock: Parameters<typeof offsetLabels>[1];
}) {
  const labels = offsetLabels(match, clock);
  return (
    <span className="review-two figures" title="Where the camera starts in the recorder’s file">
      <span>{labels.timecode}</span>
      <span className="dim">{labels.samples} samples</span>
    </span>
  );
}
