import { matchKeybindingPress, parseKeybinding } from 'tinykeys';
import mediaComposerLike from '../../assets/keymaps/media-composer-like.json';
import proToolsLike from '../../assets/keymaps/pro-tools-like.json';
import twopop from '../../assets/keymaps/twopop.json';
import type { KeymapName } from './preferences.ts';

/** Keys by action: data in `assets/keymaps`. `$mod` is Command on a Mac, Control elsewhere. */
export type Keymap = { readonly name: string; readonly keys: Readonly<Record<string, readonly string[]>> };

export const KEYMAPS: Readonly<Record<KeymapName, Keymap>> = {
  twopop,
  'pro-tools-like': proToolsLike,
  'media-composer-like': mediaComposerLike,
};

type Binding = { readonly actionId: string; readonly press: ReturnType<typeof parseKeybinding>[number] };

/** A keymap ready to look presses up in. Only single presses, no sequences. */
export function compileKeymap(keymap: Keymap): readonly Binding[] {
  return Object.entries(keymap.keys).flatMap(([actionId, keys]) =>
    keys.flatMap((key) => parseKeybinding(key).map((press) => ({ actionId, press }))),
  );
}

/** Where a press falls: keys of the review are its own, and may mean something else elsewhere. */
export type KeyScope = 'review' | 'elsewhere';

export function scopeOfAction(actionId: string): KeyScope {
  return actionId.startsWith('review.') ? 'review' : 'elsewhere';
}

/** What keys do in the review besides its own actions: nothing there edits clips or tracks that are out of mind. */
const EVERYWHERE = /^(app|audio|bin|bounce|help|media|picture|sync|view)\.|^edit\.(undo|redo)$/;

/** The action that a key press means where it falls; null when it means none. */
export function actionOfPress(
  event: KeyboardEvent,
  bindings: readonly Binding[],
  scope: KeyScope = 'elsewhere',
): string | null {
  const meant = bindings.filter(({ press }) => matchKeybindingPress(event, press)).map(({ actionId }) => actionId);
  const own = meant.find((actionId) => scopeOfAction(actionId) === scope);
  return (scope === 'elsewhere' ? own : (own ?? meant.find((actionId) => EVERYWHERE.test(actionId)))) ?? null;
}

/** The scope of what has the focus. */
export function scopeOfFocus(target: EventTarget | null): KeyScope {
  return target instanceof Element && target.closest('[data-focus="review"]') ? 'review' : 'elsewhere';
}

/** Whether a press belongs to what has the focus: text being written, a list that is moved in, a button being pressed. */
export function belongsToFocus(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return false;
  // Beneath a dialog nothing is worked on, wherever the focus has come to.
  if (target.closest('dialog') || target.ownerDocument.querySelector('dialog:modal')) return true;
  const command = event.ctrlKey || event.metaKey || event.altKey;
  if (target.closest('input, textarea, select, [contenteditable]')) {
    const range = target instanceof HTMLInputElement && ['checkbox', 'radio', 'range'].includes(target.type);
    if (range) return event.key === ' ' || event.key.startsWith('Arrow');
    return !/^F\d+$/.test(event.key) && (!command || /^[acvxyz]$/i.test(event.key) || event.key.startsWith('Arrow'));
  }
  if (command) return false;
  if (event.key === 'Enter' || event.key === ' ') return Boolean(target.closest('button, summary, a'));
  if (event.key === 'Tab') return !target.closest('[data-focus="timeline"]') && target !== document.body;
  return false;
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Space: 'Space',
  Comma: ',',
  Period: '.',
  Minus: '−',
  Equal: '=',
  BracketLeft: '[',
  BracketRight: ']',
  Semicolon: ';',
  Quote: '’',
  Slash: '/',
  Backslash: '\\',
  Backquote: '`',
  Escape: 'Esc',
  Delete: 'Del',
  NumpadEnter: 'Num Enter',
  NumpadMultiply: 'Num *',
  NumpadAdd: 'Num +',
  NumpadSubtract: 'Num −',
  NumpadDecimal: 'Num .',
};

/** A key as people read it: `$mod+Shift+KeyZ` is `Ctrl+Shift+Z`, or `⌘⇧Z` on a Mac. */
export function keyLabel(key: string, isMac: boolean): string {
  const parts = key.split('+').map((part) => {
    if (part === '$mod') return isMac ? '⌘' : 'Ctrl';
    if (part === 'Shift') return isMac ? '⇧' : 'Shift';
    if (part === 'Alt') return isMac ? '⌥' : 'Alt';
    if (part === 'Control') return isMac ? '⌃' : 'Ctrl';
    const known = KEY_NAMES[part];
    if (known) return known;
    const name = part.replace(/^(Key|Digit)/, '').replace(/^Numpad/, 'Num ');
    return name.length === 1 ? name.toUpperCase() : name;
  });
  return parts.join(isMac ? '' : '+');
}

/** The first key of an action as people read it; '' when it has none. */
export function keyOfAction(actionId: string, keymap: Keymap): string {
  const key = keymap.keys[actionId]?.[0];
  return key ? keyLabel(key, IS_MAC) : '';
}

/** Whether this machine has a Command key. */
export const IS_MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);
