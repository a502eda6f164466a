import { useEffect, useRef, useState } from 'react';
import { Dialog } from '../ui/Dialog.tsx';
import { VirtualList, type VirtualListHandle } from '../ui/VirtualList.tsx';
import type { BoundAction } from './action.ts';
import { KEYMAPS, keyOfAction } from './keymap.ts';
import { searchActions } from './palette-search.ts';
import { usePreferences } from './preferences.ts';
import './palette.css';

/** Every command by name, with its key; type, arrow, Enter. */
export function CommandPalette({
  actions,
  onClose,
}: {
  readonly actions: readonly BoundAction[];
  readonly onClose: () => void;
}) {
  const [text, setText] = useState('');
  const [cursor, setCursor] = useState(0);
  const keymap = KEYMAPS[usePreferences((preferences) => preferences.keymap)];
  const list = useRef<VirtualListHandle>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const found = searchActions(
    actions.filter((action) => action.id !== 'app.palette'),
    text,
  );
  const run = (action: BoundAction | undefined) => {
    if (!action) return;
    onClose();
    // After the dialog has given the focus back, so that the action finds it where it was.
    setTimeout(() => action.run(), 0);
  };
  const move = (to: number) => {
    const index = Math.min(found.length - 1, Math.max(0, to));
    setCursor(index);
    list.current?.scrollToIndex(index);
  };
  return (
    <Dialog title="Commands" widthPixels={560} onClose={onClose} onSubmit={() => run(found[cursor])}>
      <input
        ref={input}
        className="input palette-input"
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={found[cursor] ? `palette-${found[cursor].id}` : undefined}
        aria-label="Find a command"
        placeholder="Find a command…"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setCursor(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') move(cursor + 1);
          else if (event.key === 'ArrowUp') move(cursor - 1);
          else if (event.key === 'PageDown') move(cursor + 10);
          else if (event.key === 'PageUp') move(cursor - 10);
          else return;
          event.preventDefault();
        }}
      />
      <div id="palette-list" className="palette-list" role="listbox" aria-label="Commands">
        {found.length === 0 ? <p className="palette-none dim">No command is called that.</p> : null}
        <VirtualList
          handle={list}
          count={found.length}
          rowHeightPixels={28}
          row={(index) => {
            const action = found[index]!;
            const key = keyOfAction(action.id, keymap);
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the text field has the focus and takes the keys.
              // biome-ignore lint/a11y/useFocusableInteractive: the text field has the focus; options are pointed at by it.
              <div
                key={action.id}
                id={`palette-${action.id}`}
                role="option"
                aria-selected={index === cursor}
                className="palette-row"
                onMouseMove={() => setCursor(index)}
                onClick={() => run(action)}
              >
                <span className="palette-group dim">{action.group}</span>
                <span className="palette-title">{action.title}</span>
                {key ? <kbd>{key}</kbd> : null}
              </div>
            );
          }}
        />
      </div>
    </Dialog>
  );
}
