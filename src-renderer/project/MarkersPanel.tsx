import { useRef, useState } from 'react';
import type { MarkerRow } from '../../src-shared/model/rows.ts';
import { timecodeAt } from '../../src-shared/time/timecode.ts';
import { exactTimecodeAt } from '../../src-shared/time/timecode-entry.ts';
import { Button } from '../ui/Button.tsx';
import { VirtualList } from '../ui/VirtualList.tsx';
import { useProject, useRows } from './open-project.ts';
import './panels.css';

const ROW_PIXELS = 26;

/** The project's markers in order of time: go to, rename, comment, remove. */
export function MarkersPanel() {
  const project = useProject();
  const markers = [...useRows('marker')].sort((a, b) => a.atSample - b.atSample);
  useRows('project');
  const clock = project.mirror.clock();
  const [editing, setEditing] = useState<{ readonly id: number; readonly field: 'name' | 'comment' } | null>(null);
  const isEditing = (marker: MarkerRow, field: 'name' | 'comment') =>
    editing?.id === marker.id && editing.field === field;
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
                <button
                  type="button"
                  className="panel-link figures"
                  onClick={() => goTo(marker)}
                  title={`Go to ${exactTimecodeAt(marker.atSample, clock)}`}
                >
                  {timecode}
                </button>
                {isEditing(marker, 'name') ? (
                  <TextInput
                    label="Marker name"
                    text={marker.name}
                    maxLength={200}
                    onDone={(name) => {
                      setEditing(null);
                      if (name && name !== marker.name)
                        void project.apply({ kind: 'marker.update', markerId: marker.id, name });
                    }}
                  />
                ) : (
                  <button
                    type="button"
                    className="panel-name"
                    title="Rename"
                    disabled={readOnly}
                    onClick={() => setEditing({ id: marker.id, field: 'name' })}
                  >
                    {marker.name}
                  </button>
                )}
                {isEditing(marker, 'comment') ? (
                  <TextInput
                    label={`Comment of ${marker.name}`}
                    text={marker.comment}
                    maxLength={4000}
                    onDone={(comment) => {
                      setEditing(null);
                      if (comment !== null && comment !== marker.comment)
                        void project.apply({ kind: 'marker.update', markerId: marker.id, comment });
                    }}
                  />
                ) : (
                  <button
                    type="button"
                    className="panel-name dim"
                    title={marker.comment || 'Add a comment'}
                    aria-label={`Comment of ${marker.name}: ${marker.comment || 'none'}`}
                    disabled={readOnly}
                    onClick={() => setEditing({ id: marker.id, field: 'comment' })}
                  >
                    {marker.comment || 'Add a comment'}
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

type TextInputProps = {
  readonly label: string;
  readonly text: string;
  readonly maxLength: number;
  /** Null where the person went back. */
  readonly onDone: (text: string | null) => void;
};

function TextInput({ label, text, maxLength, onDone }: TextInputProps) {
  const [value, setValue] = useState(text);
  const ended = useRef(false);
  // Enter and Escape take the field away, which may blur it: that is no second answer.
  const end = (answer: string | null) => {
    if (!ended.current) onDone(answer);
    ended.current = true;
  };
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the person asked for this field by pressing the text.
      autoFocus
      className="input"
      aria-label={label}
      maxLength={maxLength}
      value={value}
      onChange={(event) => setValue(event.target.value)}
      onBlur={() => end(value.trim())}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') end(value.trim());
        if (event.key === 'Escape') end(null);
      }}
    />
  );
}
