import type { KeyboardEvent, ReactNode } from 'react';
import { TOOL_TITLES } from './actions/view-actions.ts';
import { TIMELINE_ACTIONS } from './timeline-actions.ts';
import type { TimelineContext } from './timeline-context.ts';
import { type SnapGrid, TIMELINE_TOOLS, type TimelineTool, toolByKey } from './timeline-view.ts';
import { useTimelineView } from './use-timeline.ts';
import './tool-bar.css';

/** Strokes on 16 by 16. */
const TOOL_ICONS: Readonly<Record<TimelineTool, string>> = {
  smart: 'M4 2v11l3-2.6 2 4 1.7-.9-2-3.9H13Z',
  trim: 'M5.5 2.5H3v11h2.5M10.5 2.5H13v11h-2.5M6 8h4',
  split: 'M8 1.5v13M3 5.5l3 2.5-3 2.5M13 5.5 10 8l3 2.5',
  slip: 'M2.5 4.5h11v7h-11ZM5 8h6M6.5 6.3 4.8 8l1.7 1.7M9.5 6.3 11.2 8 9.5 9.7',
  range: 'M3 2.5v11M13 2.5v11M5.5 5h5M5.5 8h5M5.5 11h5',
  fade: 'M2 13C7 13 9 3 14 3M2 13.5h12',
  gain: 'M8 2v12M5 5l3-3 3 3M5 11l3 3 3-3M2.5 8h3M10.5 8h3',
  hand: 'M5 8.5V4a1 1 0 0 1 2 0v3-4a1 1 0 0 1 2 0v4-3a1 1 0 0 1 2 0v5c0 3-1.5 5-4 5S3.5 12 2.5 9.5c-.3-1 .9-1.6 1.5-.8Z',
  zoom: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.5 10.5 14 14M5 7h4M7 5v4',
};

function Glyph({ path }: { readonly path: string }) {
  return (
    <svg width="15" height="15" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.3" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

/** Tools, snapping and zoom, above the timeline. */
export function ToolBar({ context }: { readonly context: TimelineContext }) {
  const tool = useTimelineView(context, (view) => view.tool);
  const snap = useTimelineView(context, (view) => view.snap);
  const showFeetFrames = useTimelineView(context, (view) => view.showFeetFrames);
  const follow = useTimelineView(context, (view) => view.followPlayhead);
  const view = context.view.getState();
  /** The group is one stop of the tab key; arrows choose in it. */
  const chooseByKey = (event: KeyboardEvent<HTMLElement>) => {
    const next = toolByKey(tool, event.key);
    if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    view.setTool(next);
    event.currentTarget.querySelectorAll<HTMLElement>('[role=radio]')[TIMELINE_TOOLS.indexOf(next)]?.focus();
  };
  return (
    <div className="timeline-tools" role="toolbar" aria-label="Timeline tools">
      <div className="timeline-tool-group" role="radiogroup" aria-label="Tool" onKeyDown={chooseByKey}>
        {TIMELINE_TOOLS.map((name) => (
          // biome-ignore lint/a11y/useSemanticElements: buttons that look like tools, one of which is chosen
          <button
            key={name}
            type="button"
            className="timeline-tool"
            role="radio"
            aria-checked={tool === name}
            tabIndex={tool === name ? 0 : -1}
            aria-label={TOOL_TITLES[name]}
            title={TOOL_TITLES[name]}
            onClick={() => view.setTool(name)}
          >
            <Glyph path={TOOL_ICONS[name]} />
          </button>
        ))}
      </div>
      <div className="timeline-tool-group">
        <Press label="Snap" pressed={snap.enabled} onPress={() => view.setSnap({ enabled: !snap.enabled })}>
          Snap
        </Press>
        <select
          className="timeline-tool-select"
          aria-label="Snap grid"
          title="Snap grid"
          value={snap.grid}
          disabled={!snap.enabled}
          onChange={(event) => view.setSnap({ grid: event.target.value as SnapGrid })}
        >
          <option value="frame">Frame</option>
          <option value="second">Second</option>
          <option value="off">No grid</option>
        </select>
        <Press
          label="Snap to clip edges"
          pressed={snap.enabled && snap.clipEdges}
          onPress={() => view.setSnap({ clipEdges: !snap.clipEdges })}
        >
          Edges
        </Press>
        <Press
          label="Snap to markers"
          pressed={snap.enabled && snap.markers}
          onPress={() => view.setSnap({ markers: !snap.markers })}
        >
          Markers
        </Press>
      </div>
      <div className="timeline-tool-group" data-room="wide">
        <Press
          label="Feet and frames ruler"
          pressed={showFeetFrames}
          onPress={() => view.setShowFeetFrames(!showFeetFrames)}
        >
          Ft+Fr
        </Press>
        <Press label="Follow playback" pressed={follow} onPress={() => view.setFollowPlayhead(!follow)}>
          Follow
        </Press>
      </div>
      <span className="timeline-tools-space" />
      <div className="timeline-tool-group">
        <RunButton context={context} id="track.addMono" icon="M8 3v10M3 8h10" text="Track" />
      </div>
      <div className="timeline-tool-group" data-room="middle">
        <RunButton context={context} id="zoom.tracksShorter" icon="M3 5.5h10M3 10.5h10M8 1v2.5M8 15v-2.5" />
        <RunButton
          context={context}
          id="zoom.tracksTaller"
          icon="M3 2.5h10M3 13.5h10M8 5v6M6 6.5 8 5l2 1.5M6 9.5 8 11l2-1.5"
        />
        <RunButton context={context} id="zoom.waveformsShorter" icon="M2 8h2l1-2 2 4 2-4 2 4 1-2h2" />
        <RunButton context={context} id="zoom.waveformsTaller" icon="M2 8h2l1-5 2 10 2-10 2 10 1-5h2" />
      </div>
      <div className="timeline-tool-group">
        <RunButton
          context={context}
          id="zoom.out"
          icon="M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.5 10.5 14 14M5 7h4"
        />
        <RunButton context={context} id="zoom.in" icon={TOOL_ICONS.zoom} />
        <RunButton context={context} id="zoom.fit" icon="M2 3v10M14 3v10M4.5 8h7M6.5 6 4.5 8l2 2M9.5 6l2 2-2 2" />
      </div>
    </div>
  );
}

type PressProps = {
  readonly label: string;
  readonly pressed: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
};

function Press({ label, pressed, onPress, children }: PressProps) {
  return (
    <button
      type="button"
      className="timeline-tool"
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      onClick={onPress}
    >
      {children}
    </button>
  );
}

type RunButtonProps = {
  readonly context: TimelineContext;
  readonly id: string;
  readonly icon: string;
  readonly text?: string;
};

/** A button for a named action. */
function RunButton({ context, id, icon, text }: RunButtonProps) {
  const action = TIMELINE_ACTIONS.find((candidate) => candidate.id === id);
  if (!action) return null;
  return (
    <button
      type="button"
      className="timeline-tool"
      aria-label={action.title}
      title={action.title}
      onClick={() => void action.run(context)}
    >
      <Glyph path={icon} />
      {text}
    </button>
  );
}
