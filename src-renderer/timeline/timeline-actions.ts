import { CLIP_ACTIONS } from './actions/clip-actions.ts';
import { CLIPBOARD_ACTIONS } from './actions/clipboard-actions.ts';
import { INPUT_ACTIONS } from './actions/input-actions.ts';
import { SELECTION_ACTIONS } from './actions/selection-actions.ts';
import { SYNC_ACTIONS } from './actions/sync-actions.ts';
import { TAKE_ACTIONS } from './actions/take-actions.ts';
import type { TimelineAction } from './actions/timeline-action.ts';
import { TRACK_ACTIONS } from './actions/track-actions.ts';
import { VIEW_ACTIONS } from './actions/view-actions.ts';

export type { TimelineAction };

/** Everything that can be done on the timeline without a pointer. Keymaps and the palette know these by `id`. */
export const TIMELINE_ACTIONS: readonly TimelineAction[] = [
  ...CLIP_ACTIONS,
  ...SYNC_ACTIONS,
  ...CLIPBOARD_ACTIONS,
  ...SELECTION_ACTIONS,
  ...TRACK_ACTIONS,
  ...INPUT_ACTIONS,
  ...TAKE_ACTIONS,
  ...VIEW_ACTIONS,
];
