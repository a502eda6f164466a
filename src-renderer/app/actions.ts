import { useEffect, useMemo } from 'react';
import type { OpenProject } from '../project/open-project.ts';
import { TIMELINE_ACTIONS } from '../timeline/timeline-actions.ts';
import { type BoundAction, groupOf } from './action.ts';
import { APP_ACTIONS } from './app-actions.ts';
import { actionOfPress, belongsToFocus, compileKeymap, KEYMAPS, scopeOfFocus } from './keymap.ts';
import { usePreferences } from './preferences.ts';
import type { Session } from './session.ts';

/** Every action that can be run now, each id once. The application's own stand before the timeline's. */
export function bindActions(session: Session, project: OpenProject | null): readonly BoundAction[] {
  const bound: BoundAction[] = [];
  for (const action of APP_ACTIONS) {
    if (action.needsProject && !project) continue;
    bound.push({ ...action, group: groupOf(action.id), run: (press) => action.run({ session, project }, press) });
  }
  const taken = new Set(bound.map(({ id }) => id));
  if (project)
    for (const action of TIMELINE_ACTIONS) {
      if (taken.has(action.id)) continue;
      bound.push({ ...action, group: groupOf(action.id), run: () => action.run(project.timeline) });
    }
  return bound;
}

/** The actions of the moment; also runs them by the keys of the chosen keymap. */
export function useActions(session: Session, project: OpenProject | null): readonly BoundAction[] {
  const actions = useMemo(() => bindActions(session, project), [session, project]);
  const keymap = usePreferences((preferences) => preferences.keymap);
  useEffect(() => {
    const bindings = compileKeymap(KEYMAPS[keymap]);
    const byId = new Map(actions.map((action) => [action.id, action]));
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || belongsToFocus(event)) return;
      const action = byId.get(actionOfPress(event, bindings, scopeOfFocus(event.target)) ?? '');
      if (!action) return;
      event.preventDefault();
      action.run(event);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [actions, keymap]);
  return actions;
}
