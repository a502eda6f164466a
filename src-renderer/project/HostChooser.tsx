import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { FolderEntry } from '../../src-shared/rpc/schemas.ts';
import { reportOf } from '../app/connection.ts';
import { type Session, useSession } from '../app/session.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { TypeAhead } from '../ui/type-ahead.ts';
import { VirtualList, type VirtualListHandle } from '../ui/VirtualList.tsx';
import './host-chooser.css';

export type ChooseWhat = 'media' | 'folder' | 'project';

/** Asks the shell's own dialog. `available` is false where it has none: use {@link HostChooser} then. */
export async function chooseFromShell(
  session: Session,
  what: ChooseWhat,
  title: string,
): Promise<{ available: boolean; paths: string[] }> {
  return session.client.host.choose({ what, title });
}

type ChooserProps = {
  readonly what: ChooseWhat;
  readonly title: string;
  readonly startAt: string;
  /** A choice that goes with this one, shown below the list. */
  readonly option?: ReactNode;
  readonly onChoose: (paths: string[]) => void;
  readonly onClose: () => void;
};

const ROW_PIXELS = 26;

/** Chooses files or a folder on the host's machine, where the shell has no dialog of its own. All of it works by keys. */
export function HostChooser({ what, title, startAt, option, onChoose, onClose }: ChooserProps) {
  const session = useSession();
  const [path, setPath] = useState(startAt);
  const [typed, setTyped] = useState(startAt);
  const [parent, setParent] = useState<string | null>(null);
  const [entries, setEntries] = useState<readonly FolderEntry[]>([]);
  const [problem, setProblem] = useState('');
  const [cursor, setCursor] = useState(0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [search] = useState(() => new TypeAhead());
  const list = useRef<VirtualListHandle>(null);
  const listBox = useRef<HTMLDivElement>(null);

  const go = useCallback(
    async (to: string) => {
      try {
        const listing = await session.client.host.listFolder({ path: to });
        setPath(listing.path);
        setTyped(listing.path);
        setParent(listing.parent);
        setEntries(
          listing.entries.filter(
            (entry) =>
              entry.kind === 'folder' || what === 'media' || (what === 'project' && entry.name.endsWith('.twopop')),
          ),
        );
        setChosen(new Set());
        setCursor(0);
        setProblem('');
        list.current?.scrollToIndex(0);
        return true;
      } catch (error) {
        const report = reportOf(error);
        setProblem(`${report.message} ${report.remedy}`);
        return false;
      }
    },
    [session, what],
  );

  useEffect(() => {
    // A folder that is gone must not leave the chooser empty.
    void go(startAt).then((found) => found || startAt === '' || go(''));
    listBox.current?.focus();
  }, [go, startAt]);

  const submit = () => {
    if (typed !== path) return void go(typed);
    if (what === 'folder') return onChoose(chosen.size > 0 ? [...chosen] : [path]);
    const under = entries[cursor];
    const paths = chosen.size > 0 ? [...chosen] : under ? [under.path] : [];
    if (paths.length > 0) onChoose(paths);
  };
  const open = (entry: FolderEntry) => {
    if (entry.kind === 'folder') void go(entry.path);
    else onChoose(chosen.size > 0 ? [...chosen] : [entry.path]);
  };
  const toggle = (entry: FolderEntry) => {
    const next = new Set(what === 'media' ? chosen : []);
    if (chosen.has(entry.path)) next.delete(entry.path);
    else next.add(entry.path);
    setChosen(next);
  };
  const chosenFolder = what === 'folder' ? entries.find((entry) => chosen.has(entry.path)) : undefined;
  const move = (to: number) => {
    const index = Math.min(entries.length - 1, Math.max(0, to));
    setCursor(index);
    list.current?.scrollToIndex(index);
  };

  return (
    <Dialog
      title={title}
      widthPixels={640}
      onClose={onClose}
      onSubmit={submit}
      foot={
        <>
          <span className="spread dim">
            {what === 'media'
              ? `${chosen.size} chosen · Space chooses, Enter opens a folder, Ctrl+Enter imports`
              : what === 'folder'
                ? 'A click chooses a folder, a double click opens it'
                : ''}
          </span>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={what !== 'folder' && chosen.size === 0 && typed === path}>
            {what === 'folder'
              ? `Use ${chosenFolder ? `“${chosenFolder.name}”` : 'this folder'}`
              : what === 'media'
                ? 'Import'
                : 'Open'}
          </Button>
        </>
      }
    >
      <div className="input-row">
        <Button
          icon="up"
          hint="Up one folder (Backspace)"
          disabled={parent === null}
          onClick={() => parent && go(parent)}
        />
        <Button icon="home" hint="Home folder" onClick={() => go('')} />
        <input
          className="input"
          aria-label="Folder"
          value={typed}
          aria-invalid={problem !== ''}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <div
        ref={listBox}
        className="chooser-list"
        role="listbox"
        aria-label="Files and folders"
        aria-multiselectable={what === 'media'}
        aria-activedescendant={entries[cursor] ? `chooser-${cursor}` : undefined}
        tabIndex={0}
        onKeyDown={(event) => {
          const under = entries[cursor];
          const now = performance.now();
          const plain = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
          if (plain && (event.key !== ' ' || search.typing(now))) {
            const names = entries.map((entry) => entry.name);
            move(search.press(event.key, names, cursor, now) ?? cursor);
          } else if (event.key === 'ArrowDown') move(cursor + 1);
          else if (event.key === 'ArrowUp') move(cursor - 1);
          else if (event.key === 'Home') move(0);
          else if (event.key === 'End') move(entries.length - 1);
          else if (event.key === 'Backspace') parent && go(parent);
          else if (event.key === ' ' && under) toggle(under);
          else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
          else if (event.key === 'Enter' && under) open(under);
          else return;
          event.preventDefault();
        }}
      >
        {problem ? <p className="chooser-problem">{problem}</p> : null}
        {!problem && entries.length === 0 ? (
          <p className="chooser-problem dim">Nothing to choose in this folder.</p>
        ) : null}
        <VirtualList
          handle={list}
          count={entries.length}
          rowHeightPixels={ROW_PIXELS}
          row={(index) => {
            const entry = entries[index]!;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list box has the focus and takes the keys.
              // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus; options are pointed at by it.
              <div
                key={entry.path}
                id={`chooser-${index}`}
                role="option"
                aria-selected={chosen.has(entry.path)}
                className="chooser-row"
                data-cursor={index === cursor || undefined}
                onClick={() => {
                  setCursor(index);
                  toggle(entry);
                }}
                onDoubleClick={() => open(entry)}
              >
                <Icon name={entry.kind === 'folder' ? 'folder' : 'file'} />
                <span className="chooser-name">{entry.name}</span>
                <span className="figures dim">{entry.kind === 'file' ? sizeLabel(entry.sizeBytes) : ''}</span>
              </div>
            );
          }}
        />
      </div>
      {option}
    </Dialog>
  );
}

/** A size in the unit that keeps it short, decimal as file managers count. */
export function sizeLabel(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}
