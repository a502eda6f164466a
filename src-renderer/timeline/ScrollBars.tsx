import { type PointerEvent, useRef } from 'react';
import type { TimelineContext } from './timeline-context.ts';
import { headerRows, lanesHeight, layOutLanes } from './track-layout.ts';
import { useTableVersion, useTimelineView } from './use-timeline.ts';
import './scroll-bars.css';

/** The timeline's own scroll bars: what they scroll is painted, so the browser has none to offer. */

const SMALLEST_THUMB = 24;

type BarProps = {
  readonly className: string;
  readonly length: number;
  readonly total: number;
  readonly window: number;
  readonly position: number;
  readonly horizontal: boolean;
  readonly onScroll: (position: number) => void;
};

function Bar({ className, length, total, window, position, horizontal, onScroll }: BarProps) {
  const grabbed = useRef<{ at: number; position: number } | null>(null);
  const needed = total > window + 0.5;
  const thumb = needed ? Math.max(SMALLEST_THUMB, (length * window) / total) : length;
  const travel = length - thumb;
  const offset = needed ? (Math.min(position, total - window) / (total - window)) * travel : 0;
  const along = (event: PointerEvent) => (horizontal ? event.clientX : event.clientY);
  const style = horizontal
    ? { width: `${thumb}px`, transform: `translateX(${offset}px)` }
    : { height: `${thumb}px`, transform: `translateY(${offset}px)` };
  return (
    <div
      className={className}
      aria-hidden="true"
      onPointerDown={(event) => {
        if (!needed || event.button !== 0) return;
        const box = event.currentTarget.getBoundingClientRect();
        const at = along(event) - (horizontal ? box.left : box.top);
        let from = position;
        // A press beside the thumb brings it there.
        if (at < offset || at > offset + thumb) {
          from = ((at - thumb / 2) / travel) * (total - window);
          onScroll(Math.max(0, from));
        }
        grabbed.current = { at: along(event), position: from };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!grabbed.current) return;
        const moved = along(event) - grabbed.current.at;
        const wanted = grabbed.current.position + (moved / Math.max(1, travel)) * (total - window);
        onScroll(Math.min(total - window, Math.max(0, wanted)));
      }}
      onPointerUp={() => {
        grabbed.current = null;
      }}
    >
      {needed && <div className="timeline-scroll-thumb" style={style} />}
    </div>
  );
}

export function HorizontalScrollBar({ context }: { readonly context: TimelineContext }) {
  const width = useTimelineView(context, (view) => view.viewportWidth);
  const origin = useTimelineView(context, (view) => view.originSample);
  const samplesPerPixel = useTimelineView(context, (view) => view.samplesPerPixel);
  const contentEnd = useTimelineView(context, (view) => view.contentEndSample);
  const window = width * samplesPerPixel;
  return (
    <Bar
      className="timeline-scroll-horizontal"
      horizontal
      length={width}
      total={Math.max(contentEnd + window / 2, origin + window)}
      window={window}
      position={origin}
      onScroll={(position) => context.view.getState().scrollTo(position)}
    />
  );
}

export function VerticalScrollBar({ context }: { readonly context: TimelineContext }) {
  useTableVersion(context, 'track');
  useTimelineView(context, (view) => view.trackHeights);
  useTimelineView(context, (view) => view.defaultTrackHeight);
  const height = useTimelineView(context, (view) => view.viewportHeight);
  const scrollTop = useTimelineView(context, (view) => view.scrollTop);
  const showFeetFrames = useTimelineView(context, (view) => view.showFeetFrames);
  const { lanesTop } = headerRows(showFeetFrames);
  const room = Math.max(1, height - lanesTop);
  const total = lanesHeight(layOutLanes(context.mirror.tracks(), context.view.getState()));
  return (
    <div className="timeline-scroll-column" style={{ paddingTop: `${lanesTop}px` }}>
      <Bar
        className="timeline-scroll-vertical"
        horizontal={false}
        length={room}
        total={total > room ? total + Math.min(80, room / 2) : total}
        window={room}
        position={scrollTop}
        onScroll={(position) => context.view.getState().scrollTo(context.view.getState().originSample, position)}
      />
    </div>
  );
}
