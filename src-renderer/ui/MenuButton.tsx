import { type ReactNode, useRef, useState } from 'react';
import { Button } from './Button.tsx';
import type { IconName } from './Icon.tsx';
import { type MenuItem, PopupMenu } from './PopupMenu.tsx';

type MenuButtonProps = {
  readonly icon?: IconName;
  /** Of the button and of its menu. */
  readonly label: string;
  readonly hint: string;
  readonly className?: string;
  /** Something chosen in the menu is at work. */
  readonly pressed?: boolean;
  readonly groups: readonly (readonly MenuItem[])[];
  readonly children?: ReactNode;
};

/** A button that opens a menu beneath it, and closes it again. */
export function MenuButton({ icon, label, hint, className, pressed, groups, children }: MenuButtonProps) {
  const [place, setPlace] = useState<{ readonly x: number; readonly y: number } | null>(null);
  // A press on the button first closes the menu like any press elsewhere; its click must not open it again.
  const wasOpen = useRef(false);
  const close = useRef(() => setPlace(null));
  return (
    <>
      <Button
        look="quiet"
        {...(icon ? { icon } : {})}
        {...(className ? { className } : {})}
        {...(pressed ? { pressed } : {})}
        hint={hint}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={place !== null}
        onPointerDownCapture={() => {
          wasOpen.current = place !== null;
        }}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setPlace(wasOpen.current ? null : { x: box.left, y: box.bottom + 4 });
          wasOpen.current = false;
        }}
      >
        {children}
      </Button>
      {place ? <PopupMenu {...place} label={label} groups={groups} onClose={close.current} /> : null}
    </>
  );
}
