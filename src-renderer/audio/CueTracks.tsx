import { useMemo, useState } from 'react';
import { useRows } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { VirtualList } from '../ui/VirtualList.tsx';
import { type AudioControls, changeCueTrack } from './audio-controls.ts';
import { Fader } from './Fader.tsx';

const ROW_PIXELS = 28;
const MOST_ROWS_SHOWN = 6;

/** How loud each track is for the talent; what is not set apart is as loud as in the mix. */
export function CueTracks({
  controls,
  gains,
}: {
  readonly controls: AudioControls;
  readonly gains: readonly { readonly trackId: number; readonly gainDb: number }[];
}) {
  const rows = useRows('track');
  const tracks = useMemo(() => [...rows].sort((a, b) => a.position - b.position), [rows]);
  const byTrack = useMemo(() => new Map(gains.map(({ trackId, gainDb }) => [trackId, gainDb])), [gains]);
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const shown = wanted === '' ? tracks : tracks.filter(({ name }) => name.toLowerCase().includes(wanted));
  const set = tracks.filter(({ id }) => byTrack.has(id));
  return (
    <div className="cue-tracks">
      <div className="cue-tracks-head">
        <input
          className="input"
          type="search"
          aria-label="Find a track of the cue mix"
          placeholder="Find a track…"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button
          look="quiet"
          disabled={set.length === 0}
          hint="Every track as loud as in the mix"
          onClick={() => {
            for (const { id } of set) changeCueTrack(controls, id, 0);
          }}
        >
          Reset {set.length > 0 ? set.length : ''}
        </Button>
      </div>
      {shown.length === 0 ? (
        <p className="dim">{tracks.length === 0 ? 'There are no tracks yet.' : 'No track is called that.'}</p>
      ) : (
        <div className="cue-tracks-list" style={{ height: Math.min(shown.length, MOST_ROWS_SHOWN) * ROW_PIXELS }}>
          <VirtualList
            count={shown.length}
            rowHeightPixels={ROW_PIXELS}
            row={(index) => {
              const track = shown[index]!;
              const gainDb = byTrack.get(track.id) ?? 0;
              return (
                <div key={track.id} className="cue-track" style={{ height: ROW_PIXELS }}>
                  <span className="cue-track-name" title={track.name}>
                    {track.name}
                  </span>
                  <Fader
                    label={`${track.name} in the cue mix`}
                    gainDb={gainDb}
                    onChange={(next) => changeCueTrack(controls, track.id, next)}
                  />
                  <Button
                    look="quiet"
                    icon="undo"
                    disabled={gainDb === 0}
                    hint={`Set ${track.name} back to 0 dB`}
                    onClick={() => changeCueTrack(controls, track.id, 0)}
                  />
                </div>
              );
            }}
          />
        </div>
      )}
    </div>
  );
}
