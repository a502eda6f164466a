import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from './Button.tsx';
import { keepFocusInDialog } from './dialog-focus.ts';

type DialogProps = {
  readonly title: string;
  readonly widthPixels?: number;
  readonly onClose: () => void;
  /** Called on Enter in a field and by the foot's submit button; makes the dialog a form. */
  readonly onSubmit?: () => void;
  readonly foot?: ReactNode;
  readonly children: ReactNode;
};

/** A modal dialog: focus stays in it, Escape closes it, focus returns to where it was. */
export function Dialog({ title, widthPixels = 480, onClose, onSubmit, foot, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      // The browser gives the focus to the first control, which is the one that closes.
      const first = dialog.querySelector<HTMLElement>(
        '.dialog-body :is(input, select, [tabindex="0"]), .dialog-foot button',
      );
      first?.focus();
    }
    const stopKeeping = dialog ? keepFocusInDialog(dialog) : null;
    return () => {
      stopKeeping?.();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className="dialog"
      // What is pressed between its controls leaves the keys with it.
      tabIndex={-1}
      aria-label={title}
      style={{ ['--dialog-width' as string]: `${widthPixels}px` }}
      onCancel={(event) => {
        if (event.target !== ref.current) return;
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') {
          event.preventDefault();
          onClose();
        }
      }}
    >
      <form
        method="dialog"
        style={{ display: 'contents' }}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit?.();
        }}
      >
        <header className="dialog-head">
          <h2>{title}</h2>
          <Button look="quiet" icon="close" hint="Close (Esc)" onClick={onClose} />
        </header>
        <div className="dialog-body">{children}</div>
        {foot ? <footer className="dialog-foot">{foot}</footer> : null}
      </form>
    </dialog>
  );
}
