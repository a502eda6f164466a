import { useState } from 'react';
import type { MarkerRow } from '../../src-shared/model/rows.ts';
import { timecodeAt } from '../../src-shared/time/timecode.ts';
import { Button } from '../ui/Button.tsx';
import { VirtualList } from '../ui/VirtualList.tsx';
import { useProject, useRows } from './open-project.ts';
import './panels.css';

const ROW_PIXELS = 26;

/** The project's markers in order of time: go to, rename, remove. */
export function MarkersPanel() {
  const project = useProject();
  const markers = [...useRows('marker')].sort((a, b) => a.atSample - b.atSample);
  useRows('project');
  const clock = project.mirror.clock();
  const [editingId, setEditingId] = useState<number | null>(null);
  const { readOnly } = project.info;

  const goTo = (marker: MarkerRow) => {
    project.transport.locate(marker.atSample);
    project.view.getState().reveal(marker.atSample);
  };
  const add = () =>
    project.apply({
      kind: 'marker.add',
      atSample: Math.max(0, Math.round(project.transport.positionSamples())),
      name: `Marker ${markers.length + 1}`,
    });

  return (
    <div className="panel">
      <div className="panel-tools">
        <span className="dim">{markers.length > 0 ? `${markers.length} markers` : ''}</span>
        <Button icon="marker" disabled={readOnly} onClick={add}>
          Add at the playhead
        </Button>
      </div>
      {markers.length === 0 ? (
        <div className="empty">
          <strong>No markers</strong>
          <p>A marker names a moment. Add one at the playhead, also while it plays.</p>
        </div>
      ) : (
        <VirtualList
          count={markers.length}
          rowHeightPixels={ROW_PIXELS}
          row={(index) => {
            const marker = markers[index]!;
            const timecode = timecodeAt(marker.atSample, clock);
            return (
              <div key={marker.id} className="panel-row">
                <button type="button" className="panel-link figures" onClick={() => goTo(marker)} title="Go there">
                  {timecode}
                </button>
                {editingId === marker.id ? (
                  <NameInput
                    marker={marker}
                    onDone={(name) => {
                      setEditingId(null);
                      if (name && name !== marker.name)
                        void project.apply({ kind: 'marker.update', markerId: marker.id, name });
                    }}
                  />
                ) : (
                  <button
                    type="button"
                    className="panel-name"
                    title={marker.comment || 'Rename'}
                    disabled={readOnly}
                    onClick={() => setEditingId(marker.id)}
                  >
                    {marker.name}
                  </button>
                )}
                <Button
                  look="quiet"
                  icon="close"
                  hint={`Remove ${marker.name}`}
                  disabled={readOnly}
                  onClick={() => project.apply({ kind: 'marker.remove', markerIds: [marker.id] })}
                />
              </div>
            );
          }}
        />
      )}
    </div>
  );
}

function NameInput({ marker, onDone }: { readonly marker: MarkerRow; readonly onDone: (name: string | null) => void }) {
  const [name, setName] = useState(marker.name);
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the person asked for this field by pressing the name.
      autoFocus
      className="input"
      aria-label="Marker name"
      maxLength={200}
      value={name}
      onChange={(event) => setName(event.target.value)}
      onBlur={() => onDone(name.trim() || null)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') onDone(name.trim() || null);
        if (event.key === 'Escape') onDone(null);
      }}
    />
  );
}
