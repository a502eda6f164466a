/**
 * Keeps the keyboard with the work: a button pressed, a list chosen from or a slider moved by the pointer does not keep
 * the focus, so that Space goes on playing instead of pressing it again. What was reached by the keyboard keeps it.
 * Dialogs are left alone. Returns the way to stop.
 */
export function keepFocusFromPointer(page: Document): () => void {
  const outsideDialogs = (target: EventTarget | null, selector: string): HTMLElement | null => {
    const element = target instanceof Element ? target.closest<HTMLElement>(selector) : null;
    return element && !element.closest('dialog') ? element : null;
  };
  const press = (event: MouseEvent) => {
    if (!outsideDialogs(event.target, 'button, summary')) return;
    event.preventDefault();
    // A field that was being written in is done with, as it would be had the button taken the focus.
    if (page.activeElement instanceof HTMLInputElement) page.activeElement.blur();
  };
  const letGo = (selector: string) => (event: Event) => {
    const control = outsideDialogs(event.target, selector);
    if (control && !control.matches(':focus-visible')) control.blur();
  };
  const chosen = letGo('select, input[type="checkbox"]');
  const slid = letGo('input[type="range"]');
  page.addEventListener('mousedown', press);
  page.addEventListener('change', chosen);
  page.addEventListener('pointerup', slid);
  return () => {
    page.removeEventListener('mousedown', press);
    page.removeEventListener('change', chosen);
    page.removeEventListener('pointerup', slid);
  };
}
