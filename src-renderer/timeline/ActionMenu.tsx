import { type MenuItem, PopupMenu } from '../ui/PopupMenu.tsx';
import type { TimelineHit } from './hit-test.ts';
import { TIMELINE_ACTIONS } from './timeline-actions.ts';
import type { TimelineContext } from './timeline-context.ts';

/** Where a menu was asked for, and what for. Screen pixels. */
export type MenuRequest = { readonly x: number; readonly y: number; readonly actionIds: readonly string[] };

/** A gap between groups. */
const GAP = '';

const CLIP_MENU = [
  'clip.splitAtCursor',
  'clip.trimStartToCursor',
  'clip.trimEndToCursor',
  GAP,
  'clip.toggleMute',
  'clip.gainReset',
  'clip.crossfade',
  'clip.removeFades',
  'clip.fadeShape.linear',
  'clip.fadeShape.equal-power',
  'clip.fadeShape.s-curve',
  'clip.fadeShape.slow',
  'clip.fadeShape.fast',
  GAP,
  'clip.resync',
  'clip.toggleAsync',
  'clip.togglePolarity',
  'sync.showMatch',
  GAP,
  'edit.cut',
  'edit.copy',
  'clip.duplicate',
  'clip.delete',
  GAP,
  'select.rangeOfClips',
  'zoom.selection',
] as const;

const LANE_MENU = [
  'edit.paste',
  'edit.clearRange',
  GAP,
  'select.track',
  'select.fromCursor',
  'select.inRange',
  'select.rangeAllTracks',
  GAP,
  'zoom.selection',
  'zoom.fit',
] as const;

const RULER_MENU = [
  'marker.add',
  'marker.previous',
  'marker.next',
  GAP,
  'select.markIn',
  'select.markOut',
  'view.feetFrames',
  'zoom.fit',
] as const;

/** Actions of a track, for its header. */
export const TRACK_MENU: readonly string[] = [
  'track.toggleMute',
  'track.toggleSolo',
  'track.clearSolo',
  GAP,
  'track.arm',
  'track.chooseInput',
  'track.monitorMode',
  'track.showTakes',
  GAP,
  'track.moveUp',
  'track.moveDown',
  'zoom.trackTaller',
  'zoom.trackShorter',
  GAP,
  'track.addMono',
  'track.addStereo',
  'track.remove',
];

const TAKE_MENU = ['take.use', 'take.usePass', GAP, 'take.circle', 'take.remove', GAP, 'track.showTakes'] as const;

/** The actions that suit what lies under the pointer. */
export function menuFor(hit: TimelineHit): readonly string[] {
  switch (hit.on) {
    case 'clip':
      return CLIP_MENU;
    case 'marker':
      return ['marker.remove', ...RULER_MENU];
    case 'ruler':
    case 'marker-row':
      return RULER_MENU;
    case 'take':
      return hit.takeId === null ? ['track.showTakes'] : TAKE_MENU;
    case 'lane':
    case 'picture':
    case 'picture-lane':
    case 'outside':
      return LANE_MENU;
  }
}

type ActionMenuProps = {
  readonly context: TimelineContext;
  readonly request: MenuRequest;
  readonly onClose: () => void;
};

/** A menu of named actions. */
export function ActionMenu({ context, request, onClose }: ActionMenuProps) {
  const groups: MenuItem[][] = [[]];
  for (const id of request.actionIds) {
    if (id === GAP) {
      groups.push([]);
      continue;
    }
    const action = TIMELINE_ACTIONS.find((candidate) => candidate.id === id);
    if (action) groups.at(-1)?.push({ id, title: action.title, run: () => void action.run(context) });
  }
  return <PopupMenu x={request.x} y={request.y} label="Actions" groups={groups} onClose={onClose} />;
}
