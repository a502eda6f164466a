import { Fragment, type KeyboardEvent, useEffect, useRef } from 'react';
import './popup-menu.css';

export type MenuItem = {
  readonly id: string;
  readonly title: string;
  /** Said beside it. */
  readonly detail?: string;
  /** Of items of which one is chosen: whether this is it. */
  readonly chosen?: boolean;
  readonly run: () => void;
};

type PopupMenuProps = {
  /** Where it was asked for, in screen pixels. */
  readonly x: number;
  readonly y: number;
  readonly label: string;
  /** Groups of items, with a line between them. */
  readonly groups: readonly (readonly MenuItem[])[];
  /** Said below them. */
  readonly note?: string;
  readonly onClose: () => void;
};

/** A menu at a place; arrows, Home and End move, Enter runs, Escape or a press elsewhere closes. */
export function PopupMenu({ x, y, label, groups, note, onClose }: PopupMenuProps) {
  const menu = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = menu.current!;
    const before = document.activeElement;
    const box = element.getBoundingClientRect();
    element.style.left = `${Math.max(0, Math.min(x, window.innerWidth - box.width - 4))}px`;
    element.style.top = `${Math.max(0, Math.min(y, window.innerHeight - box.height - 4))}px`;
    const first = element.querySelector<HTMLElement>('[aria-checked="true"]') ?? element.querySelector('button');
    first?.focus({ focusVisible: false } as FocusOptions);
    const pressElsewhere = (event: PointerEvent) => !element.contains(event.target as Node) && onClose();
    window.addEventListener('pointerdown', pressElsewhere, { capture: true });
    window.addEventListener('blur', onClose);
    return () => {
      window.removeEventListener('pointerdown', pressElsewhere, { capture: true });
      window.removeEventListener('blur', onClose);
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, [x, y, onClose]);

  function press(event: KeyboardEvent): void {
    event.stopPropagation();
    const buttons = [...menu.current!.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (event.key === 'ArrowDown') buttons[(at + 1) % buttons.length]?.focus();
    else if (event.key === 'ArrowUp') buttons[(at - 1 + buttons.length) % buttons.length]?.focus();
    else if (event.key === 'Home') buttons[0]?.focus();
    else if (event.key === 'End') buttons.at(-1)?.focus();
    else return;
    event.preventDefault();
  }

  return (
    <div className="popup-menu" role="menu" aria-label={label} ref={menu} onKeyDown={press} tabIndex={-1}>
      {groups.map((items, group) => (
        <Fragment key={items[0]?.id ?? group}>
          {group > 0 ? <hr /> : null}
          {items.map((item) => (
            <button
              key={item.id}
              type="button"
              {...(item.chosen === undefined
                ? { role: 'menuitem' }
                : { role: 'menuitemradio', 'aria-checked': item.chosen })}
              onClick={() => {
                onClose();
                item.run();
              }}
            >
              {item.title}
              {item.detail ? <span className="popup-menu-detail">{item.detail}</span> : null}
            </button>
          ))}
        </Fragment>
      ))}
      {note ? <p className="popup-menu-note">{note}</p> : null}
    </div>
  );
}
