import { useEffect, useRef, useState } from 'react';
import type { TrackRow } from '../../src-shared/model/rows.ts';
import { STRIP_METER_WIDTH, StripMeterStage } from '../meters/strip-meter-stage.ts';
import { type MenuRequest, TRACK_MENU } from './ActionMenu.tsx';
import { sendCommand } from './send-command.ts';
import { LayersHeader } from './TakeButtons.tsx';
import { TrackHeader } from './TrackHeader.tsx';
import { InputMenu } from './TrackInputButtons.tsx';
import type { TimelineContext } from './timeline-context.ts';
import {
  FEET_RULER_HEIGHT,
  headerRows,
  laneIndexAt,
  lanesBetween,
  layOutLanes,
  MARKER_ROW_HEIGHT,
  PICTURE_LANE_HEIGHT,
  RULER_HEIGHT,
} from './track-layout.ts';
import { useTableVersion, useTimelineView } from './use-timeline.ts';
import './track-headers.css';

const NONE: readonly number[] = [];

/** Headers this far out of sight are kept, so that a scroll finds them made. */
const MARGIN = 240;

type TrackHeadersProps = {
  readonly context: TimelineContext;
  readonly onMenu: (request: MenuRequest) => void;
};

/** The column beside the lanes: names of the rows above, then a header for each track in sight. */
export function TrackHeaders({ context, onMenu }: TrackHeadersProps) {
  useTableVersion(context, 'track');
  useTimelineView(context, (view) => view.trackHeights);
  useTimelineView(context, (view) => view.defaultTrackHeight);
  useTimelineView(context, (view) => view.takeLayers);
  useTableVersion(context, 'take');
  const showFeetFrames = useTimelineView(context, (view) => view.showFeetFrames);
  const filmGauge = useTimelineView(context, (view) => view.filmGauge);
  const height = useTimelineView(context, (view) => view.viewportHeight);
  const scrollStep = useTimelineView(context, (view) => Math.floor(view.scrollTop / (MARGIN / 2)) * (MARGIN / 2));
  const activeTrackId = useTimelineView(context, (view) => view.activeTrackId);
  const scroller = useRef<HTMLDivElement>(null);
  const meters = useRef<HTMLCanvasElement>(null);
  const [stage, setStage] = useState<StripMeterStage | null>(null);
  const [clipped, setClipped] = useState<readonly number[]>(NONE);
  const [drag, setDrag] = useState<{ trackId: number; position: number } | null>(null);

  useEffect(() => {
    const place = () => {
      if (scroller.current)
        scroller.current.style.transform = `translateY(${-Math.round(context.view.getState().scrollTop)}px)`;
    };
    place();
    return context.view.subscribe((view, before) => view.scrollTop !== before.scrollTop && place());
  }, [context]);

  useEffect(() => {
    const made = new StripMeterStage(meters.current!, context, setClipped);
    setStage(made);
    return () => made.dispose();
  }, [context]);

  const { mirror } = context;
  const lanes = layOutLanes(mirror.tracks(), context.view.getState());
  const room = height - headerRows(showFeetFrames).lanesTop;
  const inSight = lanesBetween(lanes, scrollStep - MARGIN, scrollStep + room + 2 * MARGIN);

  const inSightKey = inSight.map(({ trackId, top, height }) => `${trackId} ${top} ${height}`).join();
  const laneList = useRef(inSight);
  laneList.current = inSight;
  // biome-ignore lint/correctness/useExhaustiveDependencies: lanes are laid out anew with each render, but mostly alike
  useEffect(() => stage?.setLanes(laneList.current), [stage, inSightKey]);

  /** Where a track dragged to a height on the screen would go. */
  function positionAt(clientY: number): number {
    const top = scroller.current?.getBoundingClientRect().top ?? 0;
    return Math.min(lanes.length - 1, Math.max(0, laneIndexAt(lanes, clientY - top)));
  }

  function drop(track: TrackRow, clientY: number): void {
    setDrag(null);
    const position = positionAt(clientY);
    if (position !== track.position) void sendCommand(context, { kind: 'track.move', trackId: track.id, position });
  }

  const tabStopId = inSight.some(({ trackId }) => trackId === activeTrackId) ? activeTrackId : inSight[0]?.trackId;
  const target = drag && lanes[drag.position];
  const dragged = drag ? mirror.get('track', drag.trackId) : null;
  return (
    <div className="timeline-headers">
      <div className="timeline-row-name" style={{ height: RULER_HEIGHT }}>
        Timecode
      </div>
      {showFeetFrames && (
        <div className="timeline-row-name" style={{ height: FEET_RULER_HEIGHT }}>
          Feet + frames, {filmGauge === '16mm' ? '16 mm' : '35 mm'}
        </div>
      )}
      <div className="timeline-row-name" style={{ height: MARKER_ROW_HEIGHT }}>
        Markers
      </div>
      <div className="timeline-row-name timeline-row-picture" style={{ height: PICTURE_LANE_HEIGHT }}>
        <span className="timeline-strip" style={{ background: '#6d7888' }} />
        Picture
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what the menu holds is in the palette and has keys */}
      <div
        className="timeline-header-window"
        onContextMenu={(event) => {
          event.preventDefault();
          const lane = lanes[laneIndexAt(lanes, event.clientY - (scroller.current?.getBoundingClientRect().top ?? 0))];
          if (lane) context.view.getState().setActiveTrack(lane.trackId);
          const actionIds = lane ? TRACK_MENU : ['track.addMono', 'track.addStereo'];
          onMenu({ x: event.clientX, y: event.clientY, actionIds });
        }}
      >
        <div className="timeline-header-scroller" ref={scroller}>
          {inSight.map((lane) =>
            lane.layersHeight > 0 ? <LayersHeader key={`takes ${lane.trackId}`} context={context} lane={lane} /> : null,
          )}
          {inSight.map((lane) => (
            <TrackHeader
              key={lane.trackId}
              context={context}
              track={mirror.get('track', lane.trackId)!}
              top={lane.top}
              height={lane.height}
              active={lane.trackId === activeTrackId}
              isTabStop={lane.trackId === tabStopId}
              dragged={drag?.trackId === lane.trackId}
              clipped={clipped.includes(lane.trackId)}
              onDrag={(clientY) => setDrag({ trackId: lane.trackId, position: positionAt(clientY) })}
              onDrop={(clientY) => drop(mirror.get('track', lane.trackId)!, clientY)}
              onDragEnd={() => setDrag(null)}
            />
          ))}
          {target && dragged && target.trackId !== dragged.id && (
            <div
              className="timeline-drop-line"
              style={{ top: target.index > dragged.position ? target.top + target.height - 1 : target.top - 1 }}
            />
          )}
        </div>
        <canvas className="timeline-strip-meters" ref={meters} style={{ width: STRIP_METER_WIDTH }} />
      </div>
      <InputMenu context={context} />
    </div>
  );
}
