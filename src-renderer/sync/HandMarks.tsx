import type { SourceMarkRow, SourceRow } from '../../src-shared/model/rows.ts';
import { channelNamesOf } from '../media/bin-rows.ts';
import { useProject, useRows } from '../project/open-project.ts';
import { ValueInput } from '../project/ValueInput.tsx';
import { Button } from '../ui/Button.tsx';
import { chooseHandRecorder, chooseMark, handCandidates } from './hand-sync.ts';
import { handChannel } from './listening.ts';
import { useReview, useReviewState } from './review.ts';
import type { HandTrace } from './review-state.ts';
import type { ShownMatch } from './shown-match.ts';
import { minutesLabel } from './trace-view.ts';

/** Which recorder file is laid under the clip by hand, and the marks of both. */
export function HandMarks({ shown }: { readonly shown: ShownMatch }) {
  const review = useReview();
  const hand = useReviewState((state) => state.hand);
  const sources = useRows('source');
  if (!hand) return null;
  const recorder = sources.find((source) => source.id === hand.recorderSourceId) ?? null;
  const names = recorder ? channelNamesOf(recorder) : [];
  return (
    <section className="hand" aria-label="Lay together by hand">
      <h3>By hand</h3>
      <label className="hand-field">
        Recorder file
        <select
          className="input"
          aria-label="Recorder file"
          value={hand.recorderSourceId ?? ''}
          onChange={(event) => chooseHandRecorder(review, Number(event.target.value))}
        >
          {recorder ? null : <option value="">none</option>}
          {handCandidates(sources).map((source) => (
            <option key={source.id} value={source.id}>
              {source.name}
            </option>
          ))}
        </select>
      </label>
      {recorder && recorder.channelCount > 1 ? (
        <label className="hand-field">
          Microphone
          <select
            className="input"
            aria-label="Microphone"
            value={handChannel(review)}
            onChange={(event) => review.set({ recorderChannel: Number(event.target.value) })}
          >
            {names.map((name, channel) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a channel is known by its number.
              <option key={channel} value={channel}>
                {name || `Track ${channel + 1}`}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <Marks trace="camera" source={shown.camera} chosenId={hand.cameraMarkId} />
      {recorder ? <Marks trace="recorder" source={recorder} chosenId={hand.recorderMarkId} /> : null}
    </section>
  );
}

function Marks({
  trace,
  source,
  chosenId,
}: {
  readonly trace: HandTrace;
  readonly source: SourceRow;
  readonly chosenId: number | null;
}) {
  const review = useReview();
  const { info, apply } = useProject();
  const marks = useRows('source_mark')
    .filter((mark) => mark.sourceId === source.id)
    .sort((a, b) => a.atSample - b.atSample);
  const title = trace === 'camera' ? 'Marks of the camera clip' : 'Marks of the recorder file';
  const rename = (mark: SourceMarkRow, name: string) =>
    void apply({ kind: 'sourceMark.update', markId: mark.id, name: name.trim() });
  return (
    <div className="hand-marks">
      <span className="dim">{title}</span>
      {marks.length === 0 ? <span className="dim">none yet</span> : null}
      <ul aria-label={title}>
        {marks.map((mark) => (
          <li key={mark.id}>
            <input
              type="radio"
              name={`mark-${trace}`}
              aria-label={`Use ${mark.name}`}
              checked={mark.id === chosenId}
              onChange={() => chooseMark(review, trace, mark)}
            />
            <ValueInput
              label={`Name of ${mark.name}`}
              value={mark.name}
              parse={(text) => (text.trim() === '' ? null : text)}
              onCommit={(text) => rename(mark, text)}
              disabled={info.readOnly}
            />
            <span className="figures dim">{minutesLabel(mark.atSample / source.sampleRate, 0.01)}</span>
            <Button
              look="quiet"
              icon="close"
              hint={`Remove ${mark.name}`}
              disabled={info.readOnly}
              onClick={() => void apply({ kind: 'sourceMark.remove', markIds: [mark.id] })}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
