import { usePreferences } from '../app/preferences.ts';

/** Opens the list of takes on the left, and moves there where that is wanted. */
export function showTakes(moves = true): void {
  usePreferences.getState().set({ leftTab: 'takes', leftOpen: true });
  if (moves) requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-focus="left"]')?.focus());
}
