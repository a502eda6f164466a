import { Dialog } from '../ui/Dialog.tsx';
import type { BoundAction } from './action.ts';
import { IS_MAC, KEYMAPS, keyLabel } from './keymap.ts';
import { type KeymapName, usePreferences } from './preferences.ts';
import './palette.css';

/** All keys of the chosen keymap, and the choice. */
export function ShortcutSheet({
  actions,
  onClose,
}: {
  readonly actions: readonly BoundAction[];
  readonly onClose: () => void;
}) {
  const name = usePreferences((preferences) => preferences.keymap);
  const set = usePreferences((preferences) => preferences.set);
  const keymap = KEYMAPS[name];
  const groups = new Map<string, BoundAction[]>();
  for (const action of actions) {
    if (!keymap.keys[action.id]?.length) continue;
    const group = groups.get(action.group);
    if (group) group.push(action);
    else groups.set(action.group, [action]);
  }
  return (
    <Dialog title="Keyboard shortcuts" widthPixels={980} onClose={onClose}>
      <label className="shortcuts-pick">
        Keymap
        <select className="input" value={name} onChange={(event) => set({ keymap: event.target.value as KeymapName })}>
          {Object.entries(KEYMAPS).map(([key, each]) => (
            <option key={key} value={key}>
              {each.name}
            </option>
          ))}
        </select>
        <span className="dim">Commands without a key are in the command palette.</span>
      </label>
      <div className="shortcuts-columns">
        {[...groups].map(([group, list]) => (
          <section key={group} className="shortcuts-group">
            <h3>{group}</h3>
            {list.map((action) => (
              <div key={action.id} className="shortcuts-row">
                <span>{action.title}</span>
                <span>
                  {keymap.keys[action.id]!.map((key) => (
                    <kbd key={key}>{keyLabel(key, IS_MAC)}</kbd>
                  ))}
                </span>
              </div>
            ))}
          </section>
        ))}
      </div>
    </Dialog>
  );
}
