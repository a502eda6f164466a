import type { TakeRow } from '../../src-shared/model/rows.ts';
import { exactTimecodeAt } from '../../src-shared/time/timecode-entry.ts';
import { useProject } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { fileOfTake, showTakeFile } from './take-actions.ts';
import { inputNames, secondsText } from './take-words.ts';
import { extentOf, punchOf } from './takes-here.ts';

/** Where the chosen take lies on the timeline and on the disk, and how it came there. */
export function TakeFacts({ take }: { readonly take: TakeRow }) {
  const project = useProject();
  const clock = project.mirror.clock();
  const { sampleRate } = clock;
  const punch = punchOf(take);
  const extent = extentOf(project.mirror, take);
  const inputs = inputNames(take);
  const path = fileOfTake(project, take);
  const punched = punch
    ? `${exactTimecodeAt(punch.fromSample, clock)}, ${secondsText(punch.toSample - punch.fromSample, sampleRate)}`
    : 'being recorded';
  const milliseconds = ((take.roundTripSamples / sampleRate) * 1000).toFixed(1);
  return (
    <section className="take-facts" aria-label={`Take ${take.number}`}>
      <div className="inspector-grid">
        <span className="inspector-label">Punch</span>
        <span className="inspector-value figures" data-wraps title={punched}>
          {punched}
        </span>
        {punch && extent ? (
          <>
            <span className="inspector-label">Around it</span>
            <span className="inspector-value figures" title="Recorded before and after the punch: it can be opened up">
              {secondsText(Math.max(0, punch.fromSample - extent.fromSample), sampleRate)} before,{' '}
              {secondsText(Math.max(0, extent.toSample - punch.toSample), sampleRate)} after
            </span>
          </>
        ) : null}
        <span className="inspector-label">Recorded</span>
        <span className="inspector-value figures" title={take.recordedAt}>
          {new Date(take.recordedAt).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' })}
        </span>
        <span className="inspector-label">{inputs.length > 1 ? 'Inputs' : 'Input'}</span>
        <span className="inspector-value" title={inputs.join(', ')}>
          {inputs.join(', ') || 'not known'}
        </span>
        <span className="inspector-label">Round trip</span>
        <span className="inspector-value figures" title="From output to input: so much earlier it was laid">
          {take.roundTripSamples} smp, {milliseconds} ms
        </span>
        <span className="inspector-label">File</span>
        <span className="take-file" title={path}>
          <span className="selectable">{path.slice(project.info.folder.length + 1)}</span>
          <Button
            look="quiet"
            icon="folder"
            hint={`Show the file of take ${take.number}`}
            onClick={() => void showTakeFile(project, take)}
          />
        </span>
      </div>
    </section>
  );
}
