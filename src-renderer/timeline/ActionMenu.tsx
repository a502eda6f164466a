import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { TimelineHit } from './hit-test.ts';
import { TIMELINE_ACTIONS } from './timeline-actions.ts';
import type { TimelineContext } from './timeline-context.ts';
import './action-menu.css';

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
  'track.moveUp',
  'track.moveDown',
  'zoom.trackTaller',
  'zoom.trackShorter',
  GAP,
  'track.addMono',
  'track.addStereo',
  'track.remove',
];

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

/** A menu of named actions; arrows move, Enter runs, Escape or a press elsewhere closes. */
export function ActionMenu({ context, request, onClose }: ActionMenuProps) {
  const menu = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = menu.current!;
    const before = document.activeElement;
    const box = element.getBoundingClientRect();
    element.style.left = `${Math.max(0, Math.min(request.x, window.innerWidth - box.width - 4))}px`;
    element.style.top = `${Math.max(0, Math.min(request.y, window.innerHeight - box.height - 4))}px`;
    element.querySelector('button')?.focus({ focusVisible: false } as FocusOptions);
    const pressElsewhere = (event: PointerEvent) => !element.contains(event.target as Node) && onClose();
    window.addEventListener('pointerdown', pressElsewhere, { capture: true });
    window.addEventListener('blur', onClose);
    return () => {
      window.removeEventListener('pointerdown', pressElsewhere, { capture: true });
      window.removeEventListener('blur', onClose);
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, [request, onClose]);

  function press(event: KeyboardEvent): void {
    event.stopPropagation();
    const buttons = [...menu.current!.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (event.key === 'ArrowDown') buttons[(at + 1) % buttons.length]?.focus();
    else if (event.key === 'ArrowUp') buttons[(at - 1 + buttons.length) % buttons.length]?.focus();
    else if (event.key !== 'Enter' && event.key !== ' ') return;
    if (event.key !== 'Enter' && event.key !== ' ') event.preventDefault();
  }

  const actions = request.actionIds.map((id) => TIMELINE_ACTIONS.find((action) => action.id === id) ?? null);
  return (
    <div className="timeline-menu" role="menu" aria-label="Actions" ref={menu} onKeyDown={press} tabIndex={-1}>
      {actions.map((action, index) =>
        action ? (
          <button
            key={action.id}
            type="button"
            role="menuitem"
            onClick={() => {
              onClose();
              void action.run(context);
            }}
          >
            {action.title}
          </button>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: gaps have no name and never move
          <hr key={`gap ${index}`} />
        ),
      )}
    </div>
  );
}
