import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FilmGauge } from '../../src-shared/time/feet-frames.ts';
import { clampOrigin, originToShow, zoomAround, zoomToRange } from './coordinates.ts';

/**
 * How the timeline is looked at: zoom, scroll, heights, selection, tool. Nothing here belongs to the document: undo
 * does not touch it, and two windows may differ.
 */

/** Heights of a track lane in CSS pixels. */
export const TRACK_HEIGHTS = { mini: 22, small: 40, medium: 64, large: 112, huge: 200 } as const;
export type TrackHeight = keyof typeof TRACK_HEIGHTS;
export const TRACK_HEIGHT_NAMES = Object.keys(TRACK_HEIGHTS) as readonly TrackHeight[];

/**
 * `smart` moves, trims, fades or sets gain by what is under the pointer; the others do one thing. `range` selects time,
 * `split` cuts, `slip` moves the source under the clip, `hand` scrolls, `zoom` draws a span to zoom to.
 */
export const TIMELINE_TOOLS = ['smart', 'trim', 'split', 'slip', 'range', 'fade', 'gain', 'hand', 'zoom'] as const;
export type TimelineTool = (typeof TIMELINE_TOOLS)[number];

/** A span of time on some tracks. `fromSample < toSample`. */
export type TimeRange = {
  readonly fromSample: number;
  readonly toSample: number;
  readonly trackIds: readonly number[];
};

export type SnapGrid = 'frame' | 'second' | 'off';
export type SnapSettings = {
  readonly enabled: boolean;
  readonly grid: SnapGrid;
  readonly clipEdges: boolean;
  readonly cursor: boolean;
  readonly markers: boolean;
};

export type TimelineViewState = {
  readonly samplesPerPixel: number;
  /** The sample at the left edge of the lanes; not whole while zoomed in. */
  readonly originSample: number;
  /** Pixels scrolled down in the lanes. */
  readonly scrollTop: number;
  readonly viewportWidth: number;
  readonly viewportHeight: number;
  /** One past the last sample there is to see; keeps scrolling and zooming out within reason. */
  readonly contentEndSample: number;
  readonly defaultTrackHeight: TrackHeight;
  readonly trackHeights: Readonly<Record<number, TrackHeight>>;
  /** How many rows of takes are shown below a track's lane; tracks that are not named show none. */
  readonly takeLayers: Readonly<Record<number, number>>;
  /** Magnifies waveforms: 1 draws full scale at the lane's full height. */
  readonly waveformScale: number;
  readonly selectedClipIds: ReadonlySet<number>;
  readonly range: TimeRange | null;
  /** Where editing and playing start. */
  readonly cursorSample: number;
  readonly activeTrackId: number | null;
  readonly snap: SnapSettings;
  readonly tool: TimelineTool;
  readonly showFeetFrames: boolean;
  /** What feet and frames are counted in, here and in the counter. */
  readonly filmGauge: FilmGauge;
  readonly followPlayhead: boolean;
};

export type TimelineViewActions = {
  setViewport(width: number, height: number): void;
  setContentEnd(sample: number): void;
  scrollTo(originSample: number, scrollTop?: number): void;
  scrollByPixels(deltaX: number, deltaY: number): void;
  /** Scales the zoom by `factor` (over 1 zooms out), keeping the sample at pixel `anchorX` in place. */
  zoomBy(factor: number, anchorX: number): void;
  /** Shows `[fromSample, toSample)` with a little room at either side. */
  zoomToRange(fromSample: number, toSample: number): void;
  /** Scrolls only where `sample` is not in sight. */
  reveal(sample: number): void;
  setTrackHeight(trackIds: readonly number[], height: TrackHeight): void;
  setAllTrackHeights(height: TrackHeight): void;
  setTakeLayers(rows: Readonly<Record<number, number>>): void;
  setWaveformScale(scale: number): void;
  selectClips(clipIds: Iterable<number>): void;
  selectRange(range: TimeRange | null): void;
  setCursor(sample: number): void;
  setActiveTrack(trackId: number | null): void;
  setSnap(change: Partial<SnapSettings>): void;
  setTool(tool: TimelineTool): void;
  setShowFeetFrames(show: boolean): void;
  setFilmGauge(gauge: FilmGauge): void;
  setFollowPlayhead(follow: boolean): void;
};

export type TimelineView = TimelineViewState & TimelineViewActions;

/** A view as it is when a project opens: frames and clip edges catch, medium tracks, a minute across. */
export function createTimelineView(initial: Partial<TimelineViewState> = {}): StoreApi<TimelineView> {
  return createStore<TimelineView>()((set, get) => ({
    samplesPerPixel: 2400,
    originSample: 0,
    scrollTop: 0,
    viewportWidth: 1200,
    viewportHeight: 600,
    contentEndSample: 0,
    defaultTrackHeight: 'medium',
    trackHeights: {},
    takeLayers: {},
    waveformScale: 1,
    selectedClipIds: new Set(),
    range: null,
    cursorSample: 0,
    activeTrackId: null,
    snap: { enabled: true, grid: 'frame', clipEdges: true, cursor: true, markers: true },
    tool: 'smart',
    showFeetFrames: false,
    filmGauge: '35mm-4perf',
    followPlayhead: true,
    ...initial,

    setViewport: (viewportWidth, viewportHeight) => {
      const state = get();
      if (state.viewportWidth !== viewportWidth || state.viewportHeight !== viewportHeight)
        set({ viewportWidth, viewportHeight });
    },
    setContentEnd: (contentEndSample) => {
      if (get().contentEndSample !== contentEndSample) set({ contentEndSample });
    },
    scrollTo: (originSample, scrollTop) =>
      set((state) => ({
        originSample: clampOrigin(originSample, state),
        scrollTop: Math.max(0, scrollTop ?? state.scrollTop),
      })),
    scrollByPixels: (deltaX, deltaY) =>
      set((state) => ({
        originSample: clampOrigin(state.originSample + deltaX * state.samplesPerPixel, state),
        scrollTop: Math.max(0, state.scrollTop + deltaY),
      })),
    zoomBy: (factor, anchorX) => set((state) => zoomAround(state, factor, anchorX)),
    zoomToRange: (fromSample, toSample) => set((state) => zoomToRange(state, fromSample, toSample)),
    reveal: (sample) => set((state) => ({ originSample: originToShow(state, sample) })),
    setTrackHeight: (trackIds, height) =>
      set((state) => {
        const trackHeights = { ...state.trackHeights };
        for (const id of trackIds) trackHeights[id] = height;
        return { trackHeights };
      }),
    setAllTrackHeights: (height) => set({ defaultTrackHeight: height, trackHeights: {} }),
    setTakeLayers: (takeLayers) => set({ takeLayers }),
    setWaveformScale: (scale) => set({ waveformScale: Math.min(64, Math.max(0.25, scale)) }),
    selectClips: (clipIds) => set({ selectedClipIds: new Set(clipIds) }),
    selectRange: (range) => set({ range: range && range.toSample > range.fromSample ? range : null }),
    setCursor: (sample) => set({ cursorSample: Math.max(0, Math.round(sample)) }),
    setActiveTrack: (activeTrackId) => set({ activeTrackId }),
    setSnap: (change) => set((state) => ({ snap: { ...state.snap, ...change } })),
    setTool: (tool) => set({ tool }),
    setShowFeetFrames: (showFeetFrames) => set({ showFeetFrames }),
    setFilmGauge: (filmGauge) => set({ filmGauge }),
    setFollowPlayhead: (followPlayhead) => set({ followPlayhead }),
  }));
}

/** The lane height of a track in CSS pixels. */
export function trackHeightPixels(state: TimelineViewState, trackId: number): number {
  return TRACK_HEIGHTS[state.trackHeights[trackId] ?? state.defaultTrackHeight];
}

/** The tool that a key chooses in the group of tools: arrows go round, Home and End to its ends; null for other keys. */
export function toolByKey(tool: TimelineTool, key: string): TimelineTool | null {
  const count = TIMELINE_TOOLS.length;
  const at = TIMELINE_TOOLS.indexOf(tool);
  if (key === 'ArrowRight' || key === 'ArrowDown') return TIMELINE_TOOLS[(at + 1) % count]!;
  if (key === 'ArrowLeft' || key === 'ArrowUp') return TIMELINE_TOOLS[(at + count - 1) % count]!;
  if (key === 'Home') return TIMELINE_TOOLS[0]!;
  return key === 'End' ? TIMELINE_TOOLS[count - 1]! : null;
}
