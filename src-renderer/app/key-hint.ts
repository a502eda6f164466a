import { KEYMAPS, keyOfAction } from './keymap.ts';
import { usePreferences } from './preferences.ts';

/** What a button does, with the key that does it as well in the chosen keymap. */
export function useKeyHint(): (title: string, id: string) => string {
  const keymap = KEYMAPS[usePreferences((preferences) => preferences.keymap)];
  return (title, id) => {
    const key = keyOfAction(id, keymap);
    return key ? `${title} (${key})` : title;
  };
}
