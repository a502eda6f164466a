import type { TrackRow } from '../../src-shared/model/rows.ts';
import { layersOfTrack, showLayers } from '../takes/take-layers.ts';
import type { TimelineContext } from './timeline-context.ts';
import { type Lane, TAKE_LAYER_HEIGHT } from './track-layout.ts';
import { useTimelineView } from './use-timeline.ts';

type TakesButtonProps = {
  readonly context: TimelineContext;
  readonly track: TrackRow;
  readonly tabIndex: number;
};

/** How many takes a track has; shows them below it. Nothing where it has none. */
export function TakesButton({ context, track, tabIndex }: TakesButtonProps) {
  const shown = useTimelineView(context, (view) => view.takeLayers[track.id] !== undefined);
  const count = context.mirror.all('take').filter((take) => take.trackId === track.id).length;
  if (count === 0 && !shown) return null;
  return (
    <button
      type="button"
      className="timeline-takes"
      tabIndex={tabIndex}
      aria-pressed={shown}
      aria-label={`Takes of ${track.name}: ${count}`}
      title={shown ? 'Hide the takes below the track' : 'Show the takes below the track'}
      onClick={() => showLayers(context, [track.id], !shown)}
    >
      {count} {count === 1 ? 'take' : 'takes'}
    </button>
  );
}

/** What stands beside the rows of takes below a lane: the takes of each, and the way to hide them. */
export function LayersHeader({ context, lane }: { readonly context: TimelineContext; readonly lane: Lane }) {
  const rows = layersOfTrack(context.mirror, lane.trackId);
  const name = context.mirror.get('track', lane.trackId)?.name ?? '';
  return (
    <div className="timeline-layers-header" style={{ top: lane.top + lane.height, height: lane.layersHeight }}>
      {rows.length === 0 ? <div className="timeline-layers-row dim">No takes yet</div> : null}
      {rows.map((takes, row) => (
        <div key={takes[0]?.id ?? row} className="timeline-layers-row" style={{ height: TAKE_LAYER_HEIGHT }}>
          {takes.length === 1 ? 'Take' : 'Takes'} {takes.map(({ number }) => number).join(', ')}
        </div>
      ))}
      <button
        type="button"
        className="timeline-layers-close"
        aria-label={`Hide the takes below ${name}`}
        title="Hide the takes"
        onClick={() => showLayers(context, [lane.trackId], false)}
      >
        ×
      </button>
    </div>
  );
}
