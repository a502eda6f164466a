import type { SourceRow } from '../../src-shared/model/rows.ts';
import { readDerivation } from '../../src-shared/sync/source-derivation.ts';
import { channelNamesOf, lengthLabel } from '../media/bin-rows.ts';
import { placeAtCursor, placeAtTimecode } from '../media/place-source.ts';
import { driftLabel } from '../sync/review-order.ts';
import { Button } from '../ui/Button.tsx';
import { shared } from './clip-fields.ts';
import { sizeLabel } from './HostChooser.tsx';
import { useProject } from './open-project.ts';
import { ValueInput } from './ValueInput.tsx';

const ROLES = [
  ['camera', 'Camera'],
  ['recorder', 'Recorder'],
  ['other', 'Other'],
] as const satisfies readonly (readonly [SourceRow['role'], string])[];

/** The selected sources of the bin. */
export function SourceInspector({ sources }: { readonly sources: readonly SourceRow[] }) {
  const project = useProject();
  const { mirror, info } = project;
  const clock = mirror.clock();
  const source = sources[0]!;
  const one = sources.length === 1;
  const picture = source.pictureId === null ? null : mirror.get('picture', source.pictureId);
  const original = source.derivedFromId === null ? null : mirror.get('source', source.derivedFromId);
  const driftPpm = readDerivation(source.derivation)?.driftPpm;
  const role = shared(sources, (each) => each.role);
  const facts: readonly (readonly [string, string])[] = one
    ? [
        ['Length', lengthLabel(source.lengthSamples, clock)],
        ['Sound', `${source.channelCount} ch, ${source.sampleRate / 1000} kHz, ${source.bitsPerSample} bit`],
        ['Channels', channelNamesOf(source).filter(Boolean).join(', ') || 'not named'],
        ['Scene, take', [source.scene, source.take].filter(Boolean).join(' / ') || '—'],
        ['Tape', source.tape ?? '—'],
        ['Size', sizeLabel(source.sizeBytes)],
        ...(original
          ? ([
              ['Copy of', original.name],
              ['Taken out', driftPpm === undefined ? 'a drift' : `≈ ${driftLabel(driftPpm)} ppm of drift`],
            ] as const)
          : ([['From', source.originalPath]] as const)),
        ...(picture
          ? ([
              ['Picture', `${picture.widthPixels} × ${picture.heightPixels}, ${picture.frameCount} frames`],
              ['Proxy', picture.proxyPath ?? 'not made yet'],
            ] as const)
          : []),
      ]
    : [];
  return (
    <div className="inspector" data-focus="inspector">
      <div className="inspector-title">
        <strong>{one ? source.name : `${sources.length} sources`}</strong>
        {one && original ? <span className="badge">≈ resampled copy</span> : null}
        {one && source.circled ? (
          <span className="badge" data-tone="accent">
            circled
          </span>
        ) : null}
      </div>
      <div className="inspector-grid">
        {one ? (
          <>
            <span className="inspector-label">Name</span>
            <ValueInput
              label="Source name"
              value={source.name}
              disabled={info.readOnly}
              parse={(text) => text.trim() || null}
              onCommit={(text) => project.apply({ kind: 'source.rename', sourceId: source.id, name: text.trim() })}
            />
          </>
        ) : null}
        <span className="inspector-label">Role</span>
        <select
          className="input"
          aria-label="Role"
          value={role ?? ''}
          disabled={info.readOnly}
          onChange={(event) =>
            project.apply({
              kind: 'source.setRole',
              sourceIds: sources.map((each) => each.id),
              role: event.target.value as SourceRow['role'],
            })
          }
        >
          {role === null ? <option value="">several</option> : null}
          {ROLES.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        {facts.map(([label, value]) => (
          <Fact key={label} label={label} value={value} />
        ))}
      </div>
      <div className="input-row">
        <Button disabled={info.readOnly} onClick={() => placeAtCursor(project)}>
          Place at the cursor
        </Button>
        <Button disabled={info.readOnly} onClick={() => placeAtTimecode(project)}>
          At its timecode
        </Button>
      </div>
    </div>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <>
      <span className="inspector-label">{label}</span>
      <span className="inspector-value selectable figures" title={value}>
        {value}
      </span>
    </>
  );
}
