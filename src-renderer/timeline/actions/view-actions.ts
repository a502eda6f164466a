import { selectedClips, spanOf } from '../clip-targets.ts';
import { pixelOfSample } from '../coordinates.ts';
import { note } from '../send-command.ts';
import type { TimelineContext } from '../timeline-context.ts';
import { TIMELINE_TOOLS, type TimelineTool, TRACK_HEIGHT_NAMES } from '../timeline-view.ts';
import type { TimelineAction } from './timeline-action.ts';

/** Actions that change only how the timeline is looked at: zoom, tools, snap, heights. */

export const TOOL_TITLES: Readonly<Record<TimelineTool, string>> = {
  smart: 'Smart tool',
  trim: 'Trim tool',
  split: 'Split tool',
  slip: 'Slip tool',
  range: 'Range tool',
  fade: 'Fade tool',
  gain: 'Gain tool',
  hand: 'Hand tool',
  zoom: 'Zoom tool',
};

/** Zooms around the cursor where it is in sight, else around the middle. */
function zoom(context: TimelineContext, factor: number): void {
  const view = context.view.getState();
  const x = pixelOfSample(view.cursorSample, view);
  view.zoomBy(factor, x >= 0 && x <= view.viewportWidth ? x : view.viewportWidth / 2);
}

function changeHeights(context: TimelineContext, direction: 1 | -1): void {
  const view = context.view.getState();
  const next = TRACK_HEIGHT_NAMES[TRACK_HEIGHT_NAMES.indexOf(view.defaultTrackHeight) + direction];
  if (next) view.setAllTrackHeights(next);
}

function changeActiveHeight(context: TimelineContext, direction: 1 | -1): void {
  const view = context.view.getState();
  if (view.activeTrackId === null) return;
  const present = view.trackHeights[view.activeTrackId] ?? view.defaultTrackHeight;
  const next = TRACK_HEIGHT_NAMES[TRACK_HEIGHT_NAMES.indexOf(present) + direction];
  if (next) view.setTrackHeight([view.activeTrackId], next);
}

export const VIEW_ACTIONS: readonly TimelineAction[] = [
  { id: 'zoom.in', title: 'Zoom in', run: (context) => zoom(context, 0.5) },
  { id: 'zoom.out', title: 'Zoom out', run: (context) => zoom(context, 2) },
  {
    id: 'zoom.fit',
    title: 'Zoom to the whole programme',
    run: (context) => context.view.getState().zoomToRange(0, Math.max(48_000, context.mirror.endSample())),
  },
  {
    id: 'zoom.selection',
    title: 'Zoom to selection',
    run: (context) => {
      const view = context.view.getState();
      const span = view.range ?? spanOf(selectedClips(context));
      if (!span) return note(context, 'Nothing is selected to zoom to.');
      return view.zoomToRange(span.fromSample, span.toSample);
    },
  },
  {
    id: 'zoom.samples',
    title: 'Zoom to single samples at cursor',
    run: (context) => {
      const { cursorSample, viewportWidth, zoomToRange } = context.view.getState();
      const half = Math.round(viewportWidth / 32);
      zoomToRange(Math.max(0, cursorSample - half), cursorSample + half);
    },
  },
  {
    id: 'zoom.waveformsTaller',
    title: 'Waveforms taller',
    run: ({ view }) => view.getState().setWaveformScale(view.getState().waveformScale * Math.SQRT2),
  },
  {
    id: 'zoom.waveformsShorter',
    title: 'Waveforms shorter',
    run: ({ view }) => view.getState().setWaveformScale(view.getState().waveformScale / Math.SQRT2),
  },
  {
    id: 'zoom.waveformsReset',
    title: 'Waveforms at true height',
    run: ({ view }) => view.getState().setWaveformScale(1),
  },
  { id: 'zoom.tracksTaller', title: 'All tracks taller', run: (context) => changeHeights(context, 1) },
  { id: 'zoom.tracksShorter', title: 'All tracks shorter', run: (context) => changeHeights(context, -1) },
  { id: 'zoom.trackTaller', title: 'Active track taller', run: (context) => changeActiveHeight(context, 1) },
  { id: 'zoom.trackShorter', title: 'Active track shorter', run: (context) => changeActiveHeight(context, -1) },
  ...TIMELINE_TOOLS.map(
    (tool): TimelineAction => ({
      id: `tool.${tool}`,
      title: TOOL_TITLES[tool],
      run: ({ view }) => view.getState().setTool(tool),
    }),
  ),
  {
    id: 'snap.toggle',
    title: 'Snap on or off',
    run: ({ view }) => view.getState().setSnap({ enabled: !view.getState().snap.enabled }),
  },
  {
    id: 'snap.grid',
    title: 'Snap grid: frame, second, off',
    run: ({ view }) => {
      const { grid } = view.getState().snap;
      view.getState().setSnap({ grid: grid === 'frame' ? 'second' : grid === 'second' ? 'off' : 'frame' });
    },
  },
  {
    id: 'snap.clipEdges',
    title: 'Snap to clip edges on or off',
    run: ({ view }) => view.getState().setSnap({ clipEdges: !view.getState().snap.clipEdges }),
  },
  {
    id: 'view.feetFrames',
    title: 'Feet and frames ruler on or off',
    run: ({ view }) => view.getState().setShowFeetFrames(!view.getState().showFeetFrames),
  },
  {
    id: 'view.filmGauge',
    title: 'Feet and frames of 35 mm 4-perf or of 16 mm',
    run: ({ view }) => view.getState().setFilmGauge(view.getState().filmGauge === '35mm-4perf' ? '16mm' : '35mm-4perf'),
  },
  {
    id: 'view.followPlayhead',
    title: 'Follow playback on or off',
    run: ({ view }) => view.getState().setFollowPlayhead(!view.getState().followPlayhead),
  },
];
