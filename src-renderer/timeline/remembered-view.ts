import type { StoreApi } from 'zustand/vanilla';
import type { Mirror } from '../project/mirror.ts';
import type { TimelineView, TimelineViewState } from './timeline-view.ts';

/**
 * Where someone was in a project: zoom, scroll, cursor, selection, tool. Kept in this browser for the project that was
 * looked at last, so that a page that is loaded again goes on where it was.
 */

const STORAGE_KEY = 'twopop.timeline-view';
const VERSION = 1;
const WRITE_DELAY_MS = 300;

type Kept = Omit<TimelineViewState, 'selectedClipIds' | 'viewportWidth' | 'viewportHeight'> & {
  readonly selectedClipIds: readonly number[];
};
type Remembered = { readonly version: number; readonly projectPath: string; readonly view: Kept };

/** What is remembered of a project's view; nothing when another was looked at since. What no longer exists is left out. */
export function recallView(projectPath: string, mirror: Mirror, storage: Storage): Partial<TimelineViewState> {
  try {
    const remembered = JSON.parse(storage.getItem(STORAGE_KEY) ?? 'null') as Remembered | null;
    if (remembered?.version !== VERSION || remembered.projectPath !== projectPath) return {};
    const { view } = remembered;
    const figures = [view.samplesPerPixel, view.originSample, view.scrollTop, view.cursorSample, view.contentEndSample];
    if (!figures.every(Number.isFinite) || view.samplesPerPixel <= 0) return {};
    const exists = (trackId: number | null) => trackId !== null && mirror.get('track', trackId) !== null;
    return {
      ...view,
      selectedClipIds: new Set(view.selectedClipIds.filter((id) => mirror.get('clip', id))),
      range: view.range?.trackIds.every(exists) ? view.range : null,
      activeTrackId: exists(view.activeTrackId) ? view.activeTrackId : (mirror.tracks()[0]?.id ?? null),
    };
  } catch {
    return {};
  }
}

/** Keeps the view as it changes, and at last when the page goes. Returns what ends it. */
export function rememberView(projectPath: string, view: StoreApi<TimelineView>, storage: Storage): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const write = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    const { selectedClipIds, viewportWidth, viewportHeight, ...rest } = view.getState();
    const remembered: Remembered = {
      version: VERSION,
      projectPath,
      // Functions do not go into JSON: the actions fall away by themselves.
      view: { ...rest, selectedClipIds: [...selectedClipIds].slice(0, 10_000) },
    };
    try {
      storage.setItem(STORAGE_KEY, JSON.stringify(remembered));
    } catch {
      // A full or forbidden storage costs only this convenience.
    }
  };
  const stop = view.subscribe(() => {
    timer ??= setTimeout(write, WRITE_DELAY_MS);
  });
  window.addEventListener('pagehide', write);
  return () => {
    stop();
    window.removeEventListener('pagehide', write);
    if (timer) write();
  };
}
