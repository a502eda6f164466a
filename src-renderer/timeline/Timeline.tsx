import { useCallback, useEffect, useRef, useState } from 'react';
import './timeline.css';
import './overlay.css';
import { followTakeLayers } from '../takes/take-layers.ts';
import { AccessibleGrid } from './AccessibleGrid.tsx';
import { ActionMenu, type MenuRequest, menuFor } from './ActionMenu.tsx';
import { TimelineStage } from './canvas/stage.ts';
import { EmptyLanes } from './EmptyLanes.tsx';
import { TimelineOverlay } from './overlay.ts';
import { PointerController } from './pointer-controller.ts';
import { HorizontalScrollBar, VerticalScrollBar } from './ScrollBars.tsx';
import { ToolBar } from './ToolBar.tsx';
import { TrackHeaders } from './TrackHeaders.tsx';
import type { TimelineContext, TimelineMedia } from './timeline-context.ts';
import { TRACK_HEIGHTS } from './timeline-view.ts';
import { headerRows } from './track-layout.ts';

/**
 * The timeline: tools, ruler, picture track, audio lanes and their headers. It draws from the mirror, changes the
 * document only through `context.commands`, and keeps what is seen and selected in `context.view`.
 *
 * Mount it in a sized box; it fills it. Make `context` once for each open project (`createTimelineView()` for the view)
 * and hand the same object to the keymap and the palette, which run `TIMELINE_ACTIONS` on it. `offlineSourceIds` are
 * sources whose files are missing; their clips are hatched.
 */
export type TimelineProps = {
  readonly context: TimelineContext;
  readonly media: TimelineMedia;
  readonly offlineSourceIds?: ReadonlySet<number>;
  /** Work that is about to fill an empty timeline: told there instead of what to do. */
  readonly underway?: { readonly title: string; readonly detail: string } | null;
  /** Is given the painted stage once it is there, and null when it goes: for measuring its frames. */
  readonly onStage?: (stage: TimelineStage | null) => void;
};

const NONE: ReadonlySet<number> = new Set();

/** The whole programme across, and tracks as tall as lets all of them be seen, if that is possible. */
function showAll({ mirror, view }: TimelineContext): void {
  const state = view.getState();
  state.setContentEnd(mirror.endSample());
  state.zoomToRange(0, mirror.endSample());
  const room = state.viewportHeight - headerRows(state.showFeetFrames).lanesTop;
  const fits = (['large', 'medium', 'small'] as const).find(
    (height) => mirror.tracks().length * TRACK_HEIGHTS[height] <= room,
  );
  state.setAllTrackHeights(fits ?? 'medium');
}

export function Timeline({ context, media, offlineSourceIds = NONE, underway = null, onStage }: TimelineProps) {
  const stageBox = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<TimelineStage | null>(null);
  const [menu, setMenu] = useState<MenuRequest | null>(null);
  const closeMenu = useCallback(() => setMenu(null), []);
  const { baseUrl, token } = media;

  useEffect(() => {
    const host = stageBox.current;
    if (!host) return;
    const made = new TimelineStage(host, context, { baseUrl, token });
    const overlay = new TimelineOverlay(host, context, () => made.lanes());
    const pointer = new PointerController(host, context, made, overlay, (hit, event) =>
      setMenu({ x: event.clientX, y: event.clientY, actionIds: menuFor(hit) }),
    );
    const fitToBox = () => {
      const { width, height } = host.getBoundingClientRect();
      context.view.getState().setViewport(Math.floor(width), Math.floor(height));
      made.resize(Math.floor(width), Math.floor(height), window.devicePixelRatio || 1);
      overlay.wake();
    };
    const sizes = new ResizeObserver(fitToBox);
    sizes.observe(host);
    fitToBox();
    // Another display or another page zoom changes the pixel ratio without changing the size.
    window.addEventListener('resize', fitToBox);
    const measureContent = (isOpening = false) => {
      const end = context.mirror.endSample();
      // What first comes onto an empty timeline is shown whole, be it by opening a project or by accepting sync. Whoever
      // records onto it has set out the view already.
      const isNew = context.view.getState().contentEndSample === 0 && end > 0;
      if (isNew && (isOpening || context.mirror.all('take').length === 0)) showAll(context);
      else context.view.getState().setContentEnd(end);
    };
    measureContent(true);
    const stopMeasuring = context.mirror.subscribe(() => measureContent());
    const stopLayers = followTakeLayers(context);
    setStage(made);
    return () => {
      stopLayers();
      stopMeasuring();
      window.removeEventListener('resize', fitToBox);
      sizes.disconnect();
      pointer.dispose();
      overlay.dispose();
      made.dispose();
      setStage(null);
    };
  }, [context, baseUrl, token]);

  useEffect(() => stage?.setOffline(offlineSourceIds), [stage, offlineSourceIds]);
  useEffect(() => onStage?.(stage), [stage, onStage]);

  return (
    <section
      className="timeline"
      aria-label="Timeline"
      data-focus="timeline"
      data-read-only={context.readOnly || undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the timeline is worked by keys once it has the focus
      tabIndex={0}
    >
      <ToolBar context={context} />
      <div className="timeline-main">
        <TrackHeaders context={context} onMenu={setMenu} />
        <div className="timeline-stage" ref={stageBox}>
          <EmptyLanes context={context} underway={underway} />
          <AccessibleGrid context={context} />
        </div>
        <VerticalScrollBar context={context} />
      </div>
      <HorizontalScrollBar context={context} />
      {menu && <ActionMenu context={context} request={menu} onClose={closeMenu} />}
    </section>
  );
}
