import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { ClipRow, SourceRow } from '../../src-shared/model/rows.ts';
import { readDerivation } from '../../src-shared/sync/source-derivation.ts';
import { timecodeWithSubframesAt } from '../../src-shared/time/timecode.ts';
import { exactTimecodeAt } from '../../src-shared/time/timecode-entry.ts';
import { channelNamesOf, lengthLabel } from '../media/bin-rows.ts';
import { driftLabel } from '../sync/review-order.ts';
import { lengthText } from '../timeline/readout.ts';
import { durationLabel, gainLabel, parseDuration, parseGainDb, shared, timecodeCommand } from './clip-fields.ts';
import { useProject } from './open-project.ts';
import { SyncFacts } from './SyncFacts.tsx';
import { ValueInput } from './ValueInput.tsx';

const SHAPES = [
  ['linear', 'Linear'],
  ['equal-power', 'Equal power'],
  ['s-curve', 'S-curve'],
  ['slow', 'Slow'],
  ['fast', 'Fast'],
] as const satisfies readonly (readonly [ClipRow['fadeInShape'], string])[];

/** The selected clips: what they share is shown, what is typed goes to all of them as one step of undo. */
export function ClipInspector({ clips }: { readonly clips: readonly ClipRow[] }) {
  const project = useProject();
  const { mirror, info } = project;
  const clock = mirror.clock();
  const clip = clips[0]!;
  const one = clips.length === 1;
  const clipIds = clips.map((each) => each.id as number);
  const source = mirror.get('source', clip.sourceId);
  const disabled = info.readOnly;
  const send = (command: CommandInput | null) => command && project.apply(command);
  const gain = shared(clips, (each) => each.gainDb);
  const muted = shared(clips, (each) => each.muted);
  const inverted = shared(clips, (each) => each.polarityInverted);
  const timecodeField = (label: string, hint: string, field: 'start' | 'in' | 'out', at: number) => (
    <>
      <span className="inspector-label">{label}</span>
      <ValueInput
        label={hint}
        value={exactTimecodeAt(at, clock)}
        disabled={disabled}
        parse={(text) => timecodeCommand(text, field, clip, clock)}
        onCommit={(text) => send(timecodeCommand(text, field, clip, clock))}
      />
    </>
  );

  return (
    <div className="inspector" data-focus="inspector">
      <div className="inspector-title">
        <strong>{one ? clip.name : `${clips.length} clips`}</strong>
        <span className="dim">{one ? mirror.get('track', clip.trackId)?.name : ''}</span>
      </div>
      <div className="inspector-grid">
        <span className="inspector-label">Name</span>
        <ValueInput
          label="Clip name"
          value={shared(clips, (each) => each.name) ?? ''}
          placeholder="several"
          disabled={disabled}
          parse={(text) => text.trim() || null}
          onCommit={(text) => send({ kind: 'clip.rename', clipIds, name: text.trim() })}
        />
        {one ? (
          <>
            {timecodeField('Move to', 'Position: moves the clip', 'start', clip.startSample)}
            {timecodeField('Trim in', 'In: trims the start, the sound stays', 'in', clip.startSample)}
            {timecodeField(
              'Trim out',
              'Out: trims the end, the sound stays',
              'out',
              clip.startSample + clip.lengthSamples,
            )}
            <span className="inspector-label">Length</span>
            <span className="inspector-value figures" title={`${clip.lengthSamples} samples`}>
              {lengthText(clip.lengthSamples, clock)}
            </span>
          </>
        ) : null}
        <span className="inspector-label">Gain</span>
        <div className="inspector-pair" data-holds="checks">
          <ValueInput
            label="Clip gain"
            value={gain === null ? '' : gainLabel(gain)}
            placeholder="several"
            disabled={disabled}
            parse={parseGainDb}
            onCommit={(text) => send({ kind: 'clip.gain', clipIds, gainDb: parseGainDb(text) ?? 0 })}
          />
          <span className="inspector-checks">
            <label className="check">
              <input
                type="checkbox"
                checked={muted === true}
                ref={(element) => {
                  if (element) element.indeterminate = muted === null;
                }}
                disabled={disabled}
                onChange={(event) => send({ kind: 'clip.mute', clipIds, muted: event.target.checked })}
              />
              Muted
            </label>
            <label className="check" title="Inverted polarity: every sample’s sign is turned round">
              <input
                type="checkbox"
                aria-label="Inverted polarity"
                checked={inverted === true}
                ref={(element) => {
                  if (element) element.indeterminate = inverted === null;
                }}
                disabled={disabled}
                onChange={(event) => send({ kind: 'clip.polarity', clipIds, inverted: event.target.checked })}
              />
              Ø
            </label>
          </span>
        </div>
        {(['in', 'out'] as const).map((edge) => (
          <FadeFields key={edge} edge={edge} clips={clips} disabled={disabled} send={send} />
        ))}
      </div>
      <SyncFacts clips={clips} />
      {one && source ? (
        <>
          <h3>Source</h3>
          <div className="inspector-grid">
            <span className="inspector-label">File</span>
            <span className="inspector-value" title={source.originalPath}>
              {source.name}
            </span>
            <CopyFact source={source} />
            <span className="inspector-label">Channel</span>
            <span className="inspector-value">
              {clip.sourceChannel + 1} {channelNamesOf(source)[clip.sourceChannel] ?? ''}
            </span>
            <span className="inspector-label">Source in</span>
            <span className="inspector-value figures">
              {source.timeReferenceSamples === null
                ? `${lengthLabel(clip.sourceInSample, clock)} from its start`
                : timecodeWithSubframesAt(clip.sourceInSample + source.timeReferenceSamples, {
                    ...clock,
                    startFrame: 0,
                  })}
            </span>
          </div>
        </>
      ) : null}
    </div>
  );
}

/** That the clip plays a resampled copy, and by how much. */
function CopyFact({ source }: { readonly source: SourceRow }) {
  const { mirror } = useProject();
  if (source.derivedFromId === null) return null;
  const driftPpm = readDerivation(source.derivation)?.driftPpm;
  return (
    <>
      <span className="inspector-label">Copy of</span>
      <span className="inspector-value" title="Resampled by sync to take out a drift; the original is untouched">
        {mirror.get('source', source.derivedFromId)?.name ?? '?'}
        {driftPpm === undefined ? '' : `, ≈ ${driftLabel(driftPpm)} ppm`}
      </span>
    </>
  );
}

type FadeProps = {
  readonly edge: 'in' | 'out';
  readonly clips: readonly ClipRow[];
  readonly disabled: boolean;
  readonly send: (command: CommandInput) => unknown;
};

function FadeFields({ edge, clips, disabled, send }: FadeProps) {
  const clock = useProject().mirror.clock();
  const clipIds = clips.map((clip) => clip.id as number);
  const length = shared(clips, (clip) => (edge === 'in' ? clip.fadeInSamples : clip.fadeOutSamples));
  const shape = shared(clips, (clip) => (edge === 'in' ? clip.fadeInShape : clip.fadeOutShape));
  return (
    <>
      <span className="inspector-label">Fade {edge}</span>
      <div className="inspector-pair">
        <ValueInput
          label={`Fade ${edge}: 120 ms, 0.5 s, 12 f`}
          value={length === null ? '' : durationLabel(length, clock.sampleRate)}
          placeholder="several"
          disabled={disabled}
          parse={(text) => parseDuration(text, clock)}
          onCommit={(text) =>
            send({ kind: 'clip.fade', clipIds, edge, lengthSamples: parseDuration(text, clock) ?? 0 })
          }
        />
        <select
          className="input"
          aria-label={`Fade ${edge} shape`}
          value={shape ?? ''}
          disabled={disabled || length === 0}
          onChange={(event) =>
            send({
              kind: 'batch',
              label: `Fade ${edge} shape`,
              commands: clips.map((clip) => ({
                kind: 'clip.fade',
                clipIds: [clip.id],
                edge,
                lengthSamples: edge === 'in' ? clip.fadeInSamples : clip.fadeOutSamples,
                shape: event.target.value as ClipRow['fadeInShape'],
              })),
            })
          }
        >
          {shape === null ? <option value="">several</option> : null}
          {SHAPES.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}
