/**
 * Keeps the keys with the review while it is worked in with the pointer: a press of one of its buttons takes no focus,
 * and a list that was chosen from gives it back, so without this the next key would go to the timeline. Returns the way
 * to stop.
 */
export function keepFocusInside(panel: HTMLElement, rest: () => HTMLElement | null): () => void {
  let workedInside = false;
  const goBack = () => {
    const { activeElement } = document;
    if (!workedInside || panel.contains(activeElement) || activeElement?.closest('dialog')) return;
    (rest() ?? panel).focus({ preventScroll: true });
  };
  const press = (event: PointerEvent) => {
    workedInside = event.target instanceof Node && panel.contains(event.target);
  };
  const later = () => setTimeout(goBack, 0);
  window.addEventListener('pointerdown', press, true);
  panel.addEventListener('click', later);
  panel.addEventListener('focusout', later);
  return () => {
    window.removeEventListener('pointerdown', press, true);
    panel.removeEventListener('click', later);
    panel.removeEventListener('focusout', later);
  };
}
