import { createStore } from 'zustand/vanilla';

/** Whether talkback is held open by hand on this page, and goes off when it is let go of. */
export const talkHeld = createStore<{ readonly held: boolean }>(() => ({ held: false }));

/** The same switch of talkback, for what holds it instead of latching it. */
export function heldTalk(talk: (on: boolean) => void): (on: boolean) => void {
  return (on) => {
    talkHeld.setState({ held: on });
    talk(on);
  };
}

/** What talkback needs of the window: so that it is heard of when a key is let go of, or can no longer be. */
export type TalkWindow = Pick<Window, 'addEventListener' | 'removeEventListener'> & {
  readonly document: Pick<Document, 'addEventListener' | 'removeEventListener' | 'visibilityState'>;
};

/**
 * Talks while a key is held. Talking ends when that key is let go of, and also when the window loses the keyboard or is
 * hidden, because the key would then be let go of unheard. Returns the way to end it early.
 */
export function holdToTalk(code: string, talk: (on: boolean) => void, page: TalkWindow): () => void {
  let talking = true;
  const end = () => {
    if (!talking) return;
    talking = false;
    page.removeEventListener('keyup', letGo, true);
    page.removeEventListener('blur', end);
    page.removeEventListener('pagehide', end);
    page.document.removeEventListener('visibilitychange', hidden);
    talk(false);
  };
  const letGo = (event: Event) => {
    if ((event as KeyboardEvent).code === code) end();
  };
  const hidden = () => {
    if (page.document.visibilityState === 'hidden') end();
  };
  page.addEventListener('keyup', letGo, true);
  page.addEventListener('blur', end);
  page.addEventListener('pagehide', end);
  page.document.addEventListener('visibilitychange', hidden);
  talk(true);
  return end;
}
