import { describe, expect, test } from 'vitest';
import { APP_ACTIONS } from '../../../src-renderer/app/app-actions.ts';
import { actionOfPress, compileKeymap, KEYMAPS, keyLabel, scopeOfAction } from '../../../src-renderer/app/keymap.ts';
import { TIMELINE_ACTIONS } from '../../../src-renderer/timeline/timeline-actions.ts';

const IDS = new Set([...APP_ACTIONS, ...TIMELINE_ACTIONS].map((action) => action.id));

/** What the six steps of the main job need: without a key they could not be done by keyboard alone. */
const MUST_HAVE_KEYS = [
  'app.palette',
  'app.shortcuts',
  'edit.undo',
  'edit.redo',
  'edit.copy',
  'edit.paste',
  'media.import',
  'sync.start',
  'sync.review',
  'bounce.open',
  'transport.toggle',
  'transport.shuttleBack',
  'transport.pause',
  'transport.shuttleForward',
  'transport.frameBack',
  'transport.frameForward',
  'transport.goTo',
  'clip.splitAtCursor',
  'clip.trimStartToCursor',
  'clip.trimEndToCursor',
  'clip.nudgeFrameEarlier',
  'clip.nudgeFrameLater',
  'clip.slipFrameEarlier',
  'clip.slipFrameLater',
  'clip.delete',
  'clip.fadeInToCursor',
  'clip.fadeOutToCursor',
  'clip.gainUp',
  'clip.gainDown',
  'snap.toggle',
  'zoom.in',
  'zoom.out',
  'zoom.fit',
  'select.all',
  'select.none',
  'select.markIn',
  'select.markOut',
  'view.bin',
  'view.focusTimeline',
  'view.focusInspector',
] as const;

/** A key in one spelling: `KeyM` and `m` are the same press, and the order of modifiers is no difference. */
function canonical(key: string): string {
  const parts = key.split('+');
  const last = parts.pop() ?? '';
  return [...parts.sort(), last.replace(/^(Key|Digit)/, '').toLowerCase()].join('+');
}

function press(key: string, code: string, modifiers: Partial<KeyboardEvent> = {}): KeyboardEvent {
  const held = (name: string) =>
    Boolean({ Control: modifiers.ctrlKey, Shift: modifiers.shiftKey, Alt: modifiers.altKey }[name]);
  return {
    key,
    code,
    ctrlKey: false,
    shiftKey: false,
    altKey: false,
    metaKey: false,
    ...modifiers,
    getModifierState: held,
  } as KeyboardEvent;
}

describe.each(Object.entries(KEYMAPS))('the keymap %s', (_file, keymap) => {
  test('lists every action there is and no other', () => {
    expect(Object.keys(keymap.keys).filter((id) => !IDS.has(id))).toEqual([]);
    expect([...IDS].filter((id) => !(id in keymap.keys))).toEqual([]);
  });

  test('gives no key to two actions in one place: the review has keys of its own', () => {
    const owners = new Map<string, string[]>();
    for (const [id, keys] of Object.entries(keymap.keys))
      for (const key of keys) {
        const press = `${scopeOfAction(id)} ${canonical(key)}`;
        owners.set(press, [...(owners.get(press) ?? []), id]);
      }
    expect([...owners].filter(([, ids]) => ids.length > 1)).toEqual([]);
  });

  test('has a key for everything that the main job needs', () => {
    expect(MUST_HAVE_KEYS.filter((id) => (keymap.keys[id] ?? []).length === 0)).toEqual([]);
  });

  test('uses single presses that can be read out', () => {
    for (const key of Object.values(keymap.keys).flat()) {
      expect(key).not.toContain(' ');
      expect(keyLabel(key, false)).not.toBe('');
    }
  });

  test('takes nothing that a browser will not give', () => {
    const kept = ['$mod+w', '$mod+t', '$mod+n', '$mod+tab', '$mod+q', 'f11'];
    expect(
      Object.values(keymap.keys)
        .flat()
        .map(canonical)
        .filter((key) => kept.includes(key)),
    ).toEqual([]);
  });
});

test('every action id is unique among the application and the timeline', () => {
  const all = [...APP_ACTIONS, ...TIMELINE_ACTIONS].map((action) => action.id);
  expect(all.length).toBe(new Set(all).size);
});

describe('a key press', () => {
  const bindings = compileKeymap(KEYMAPS.twopop);

  test('finds its action by letter or by place, with exactly its modifiers', () => {
    expect(actionOfPress(press('l', 'KeyL'), bindings)).toBe('transport.shuttleForward');
    expect(actionOfPress(press(' ', 'Space'), bindings)).toBe('transport.toggle');
    expect(actionOfPress(press('z', 'KeyZ', { ctrlKey: true }), bindings)).toBe('edit.undo');
    expect(actionOfPress(press('Z', 'KeyZ', { ctrlKey: true, shiftKey: true }), bindings)).toBe('edit.redo');
    expect(actionOfPress(press('µ', 'KeyQ', { altKey: true }), bindings)).toBeNull();
  });
});

describe('a key press in the sync review', () => {
  const bindings = compileKeymap(KEYMAPS.twopop);

  test('means the review’s action, whatever it means elsewhere', () => {
    expect(actionOfPress(press(' ', 'Space'), bindings, 'review')).toBe('review.play');
    expect(actionOfPress(press('Delete', 'Delete'), bindings, 'review')).toBe('review.reject');
    expect(actionOfPress(press('Delete', 'Delete'), bindings)).toBe('clip.delete');
  });

  test('still undoes and opens windows, but never edits clips', () => {
    expect(actionOfPress(press('z', 'KeyZ', { ctrlKey: true }), bindings, 'review')).toBe('edit.undo');
    expect(actionOfPress(press('b', 'KeyB', { ctrlKey: true }), bindings, 'review')).toBe('bounce.open');
    expect(actionOfPress(press('b', 'KeyB'), bindings)).toBe('clip.splitAtCursor');
    expect(actionOfPress(press('b', 'KeyB'), bindings, 'review')).toBeNull();
  });

  test('elsewhere never means an action of the review', () => {
    expect(actionOfPress(press('h', 'KeyH'), bindings)).toBeNull();
  });
});

test('every action of the review has a key in every keymap', () => {
  for (const keymap of Object.values(KEYMAPS))
    for (const id of [...IDS].filter((id) => id.startsWith('review.')))
      expect(keymap.keys[id]?.length).toBeGreaterThan(0);
});

test('keys are read out in the platform’s way', () => {
  expect(keyLabel('$mod+Shift+z', false)).toBe('Ctrl+Shift+Z');
  expect(keyLabel('$mod+Shift+z', true)).toBe('⌘⇧Z');
  expect(keyLabel('$mod+Alt+KeyV', false)).toBe('Ctrl+Alt+V');
  expect(keyLabel('ArrowLeft', false)).toBe('←');
  expect(keyLabel('Numpad4', false)).toBe('Num 4');
});
