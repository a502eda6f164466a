import { isInSync } from '../../src-shared/edit/sync-relation.ts';
import type { ClipRow } from '../../src-shared/model/rows.ts';
import { isByHand } from '../../src-shared/sync/ambiguity.ts';
import { offsetInForce, offsetLabels } from '../sync/offset-labels.ts';
import { driftLabel, isMeasured, residualLabel, surenessLabel } from '../sync/review-order.ts';
import { showInReview } from '../sync/review-selection.ts';
import { syncOffText } from '../timeline/readout.ts';
import { Button } from '../ui/Button.tsx';
import { useProject } from './open-project.ts';
import { driftWords, followsWords, methodWords, microphoneWords, pieceWords } from './sync-words.ts';

type Tone = 'good' | 'bad' | 'accent' | undefined;

/** What the sync of the selected clips is, and what can be done about it. Nothing for clips that no sync placed. */
export function SyncFacts({ clips }: { readonly clips: readonly ClipRow[] }) {
  const { mirror, apply, info } = useProject();
  const synced = clips.filter((clip) => clip.syncMatchId !== null);
  const clip = synced[0];
  const match = clip?.syncMatchId == null ? null : mirror.get('sync_match', clip.syncMatchId);
  if (!clip || !match) return null;
  const { sampleRate } = mirror.clock();
  const clipIds = synced.map((each) => each.id as number);
  const relations = synced.map((each) => mirror.syncRelation(each));
  const outOfSync = relations.filter((relation) => relation && !isInSync(relation, sampleRate)).length;
  const unplaced = relations.filter((relation) => relation === null).length;
  const declared = synced.filter((each) => each.declaredAsync).length;
  return (
    <>
      <h3>Sync</h3>
      {clips.length === 1 ? (
        <div className="inspector-grid">
          <span className="inspector-label">Relation</span>
          <Relation clip={clip} />
        </div>
      ) : (
        <p className="inspector-why">
          {synced.length} of {clips.length} clips placed by sync: {synced.length - outOfSync - unplaced} in sync,{' '}
          {outOfSync} elsewhere{declared > 0 ? ` (${declared} declared asynchronous)` : ''}
          {unplaced > 0 ? `, ${unplaced} without their camera on the timeline` : ''}.
        </p>
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={declared === synced.length}
          ref={(element) => {
            if (element) element.indeterminate = declared > 0 && declared < synced.length;
          }}
          disabled={info.readOnly}
          onChange={(event) => apply({ kind: 'clip.declareAsync', clipIds, declaredAsync: event.target.checked })}
        />
        Asynchronous on purpose
      </label>
      <div className="input-row inspector-actions">
        <Button
          disabled={info.readOnly || outOfSync === 0}
          hint={outOfSync === 0 ? 'Nothing is out of sync' : 'Move where the sync puts it'}
          onClick={() => apply({ kind: 'clip.resync', clipIds })}
        >
          Back into sync
        </Button>
        <Button onClick={() => showInReview(match.id)}>Show in review</Button>
      </div>
      {clips.length === 1 ? <MatchFacts clip={clip} /> : null}
    </>
  );
}

function MatchFacts({ clip }: { readonly clip: ClipRow }) {
  const { mirror } = useProject();
  const match = mirror.get('sync_match', clip.syncMatchId ?? 0);
  if (!match) return null;
  const nameOf = (id: number | null) => (id === null ? '?' : (mirror.get('source', id)?.name ?? '?'));
  const clock = mirror.clock();
  const offset = offsetLabels(offsetInForce(match), clock);
  const source = mirror.get('source', clip.sourceId);
  const facts: readonly (readonly [string, string, string?])[] = [
    ['Camera', nameOf(match.cameraSourceId)],
    ['Recorder', nameOf(match.recorderSourceId)],
    ['By', isByHand(match) ? 'hand' : `${methodWords(match.method)}, ${surenessLabel(match)}`],
    ['Offset', offset.timecode, `${offset.samples} samples`],
    ['Drift', driftWords(match, source, driftLabel)],
    ['Follows', followsWords(match)],
    ['Piece', pieceWords(match, clip, source, clock.sampleRate)],
    ['Microphone', microphoneWords(match, clip, source)],
    ['Residuals', isMeasured(match) ? `${residualLabel(match)} ms` : '', 'Error of the match at head, middle and tail'],
  ];
  return (
    <>
      <div className="inspector-grid">
        {facts.map(([label, value, title]) =>
          value === '' ? null : <Fact key={label} label={label} value={value} {...(title ? { title } : {})} />,
        )}
      </div>
      {match.reason ? <p className="inspector-why">{match.reason}</p> : null}
    </>
  );
}

/** Whether the clip lies where its sync puts it, in the words and colours of its badge on the timeline. */
function Relation({ clip }: { readonly clip: ClipRow }) {
  const { mirror } = useProject();
  const relation = mirror.syncRelation(clip);
  const clock = mirror.clock();
  let [text, tone]: [string, Tone] = ['its camera is not on the timeline here', undefined];
  if (relation && isInSync(relation, clock.sampleRate)) [text, tone] = ['in sync', 'good'];
  else if (relation) {
    const off = syncOffText(relation.errorSamples, clock);
    [text, tone] = clip.declaredAsync ? [`async ${off}`, 'accent'] : [`out of sync ${off}`, 'bad'];
  }
  const samples = relation?.errorSamples ?? 0;
  return (
    <span className="inspector-value" title={relation ? `${Math.abs(samples)} samples ${direction(samples)}` : text}>
      {relation ? (
        <span className="badge figures" data-tone={tone}>
          {text}
        </span>
      ) : (
        text
      )}
    </span>
  );
}

function direction(samples: number): string {
  return samples < 0 ? 'early' : samples > 0 ? 'late' : 'off';
}

function Fact({ label, value, title }: { readonly label: string; readonly value: string; readonly title?: string }) {
  return (
    <>
      <span className="inspector-label">{label}</span>
      <span className="inspector-value selectable figures" data-wraps title={title ?? value}>
        {value}
      </span>
    </>
  );
}
