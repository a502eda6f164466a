/**
 * Keeps the focus in an open modal dialog. A control that is replaced, or that goes dark under its own press, drops the
 * focus onto the page, where Esc closes nothing; then what stands in its place takes it, else the dialog itself until
 * there is such a thing. Returns the way to stop.
 */
export function keepFocusInDialog(dialog: HTMLDialogElement): () => void {
  let place: Element | null = null;
  /** The dialog holds the focus for a control that is not there at the moment. */
  let isWaiting = false;
  let frame = 0;
  const remember = ({ target }: FocusEvent) => {
    if (target === dialog || !(target instanceof Element)) return;
    place = target.parentElement;
    isWaiting = false;
  };
  const look = () => {
    const { activeElement } = document;
    const isDropped = activeElement === null || activeElement === document.body;
    if (!dialog.open || (!isDropped && !(isWaiting && activeElement === dialog))) return;
    // Another dialog may stand above this one, which cares for itself.
    if (isDropped && [...document.querySelectorAll('dialog:modal')].at(-1) !== dialog) return;
    const next = place?.isConnected ? place.querySelector<HTMLElement>(FOCUSABLE) : null;
    if (next) next.focus();
    else if (isDropped) {
      dialog.focus();
      isWaiting = true;
    }
  };
  // The browser lets go of what went dark only when it has drawn the page again.
  const lookSoon = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(look);
    });
  };
  const observer = new MutationObserver(lookSoon);
  observer.observe(dialog, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['disabled', 'inert'],
  });
  dialog.addEventListener('focusin', remember);
  dialog.addEventListener('focusout', lookSoon);
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
    dialog.removeEventListener('focusin', remember);
    dialog.removeEventListener('focusout', lookSoon);
  };
}

const FOCUSABLE = ':is(button, input, select, textarea, [tabindex="0"]):not(:disabled)';
