import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { ClipRow } from '../../src-shared/model/rows.ts';
import { timecodeAt, timecodeWithSubframesAt } from '../../src-shared/time/timecode.ts';
import { channelNamesOf, lengthLabel } from '../media/bin-rows.ts';
import { confidencePercent, driftLabel, offsetLabels, residualLabel } from '../sync/review-order.ts';
import { durationLabel, gainLabel, parseDuration, parseGainDb, shared, timecodeCommand } from './clip-fields.ts';
import { useProject } from './open-project.ts';
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
  const timecodeField = (label: string, field: 'in' | 'out', at: number) => (
    <>
      <span className="inspector-label">{label}</span>
      <ValueInput
        label={`${label} timecode`}
        value={timecodeAt(at, clock)}
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
            <span className="inspector-label">Position</span>
            <ValueInput
              label="Position: moves the clip"
              value={timecodeAt(clip.startSample, clock)}
              disabled={disabled}
              parse={(text) => timecodeCommand(text, 'start', clip, clock)}
              onCommit={(text) => send(timecodeCommand(text, 'start', clip, clock))}
            />
            {timecodeField('In', 'in', clip.startSample)}
            {timecodeField('Out', 'out', clip.startSample + clip.lengthSamples)}
            <span className="inspector-label">Length</span>
            <span className="inspector-value figures" title={`${clip.lengthSamples} samples`}>
              {lengthLabel(clip.lengthSamples, clock)}
            </span>
          </>
        ) : null}
        <span className="inspector-label">Gain</span>
        <div className="inspector-pair">
          <ValueInput
            label="Clip gain"
            value={gain === null ? '' : gainLabel(gain)}
            placeholder="several"
            disabled={disabled}
            parse={parseGainDb}
            onCommit={(text) => send({ kind: 'clip.gain', clipIds, gainDb: parseGainDb(text) ?? 0 })}
          />
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
        </div>
        {(['in', 'out'] as const).map((edge) => (
          <FadeFields key={edge} edge={edge} clips={clips} disabled={disabled} send={send} />
        ))}
      </div>
      {one && source ? (
        <>
          <h3>Source</h3>
          <div className="inspector-grid">
            <span className="inspector-label">File</span>
            <span className="inspector-value" title={source.originalPath}>
              {source.name}
            </span>
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
          <SyncFacts clip={clip} />
        </>
      ) : null}
    </div>
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

function SyncFacts({ clip }: { readonly clip: ClipRow }) {
  const { mirror } = useProject();
  const match = clip.syncMatchId === null ? null : mirror.get('sync_match', clip.syncMatchId);
  if (!match) return null;
  const camera = mirror.get('source', match.cameraSourceId)?.name ?? '?';
  const recorder = match.recorderSourceId === null ? '?' : (mirror.get('source', match.recorderSourceId)?.name ?? '?');
  const offset = offsetLabels(match, mirror.clock());
  return (
    <>
      <h3>Sync</h3>
      <div className="inspector-grid">
        <span className="inspector-label">Camera</span>
        <span className="inspector-value">{camera}</span>
        <span className="inspector-label">Recorder</span>
        <span className="inspector-value">{recorder}</span>
        <span className="inspector-label">By</span>
        <span className="inspector-value">
          {match.method}, {confidencePercent(match.confidence)} % sure
        </span>
        <span className="inspector-label">Offset</span>
        <span className="inspector-value figures" title={`${offset.samples} samples`}>
          {offset.timecode}
        </span>
        <span className="inspector-label">Drift</span>
        <span className="inspector-value figures">{driftLabel(match.driftPpm)} ppm</span>
        <span className="inspector-label">Residuals</span>
        <span className="inspector-value figures" title="Head, middle and tail">
          {residualLabel(match)} ms
        </span>
      </div>
      {match.reason ? <p className="inspector-why">{match.reason}</p> : null}
    </>
  );
}
