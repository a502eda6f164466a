import { describe, expect, test } from 'vitest';
import { heldTalk, holdToTalk, type TalkWindow, talkHeld } from '../../../src-renderer/audio/talkback.ts';

/** As much of a window as talkback hears of. */
function windowOf() {
  const page = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' as DocumentVisibilityState });
  const window = Object.assign(page, { document }) as unknown as TalkWindow;
  const said: boolean[] = [];
  return {
    window,
    said,
    talk: (on: boolean) => void said.push(on),
    letGo: (code: string) => page.dispatchEvent(Object.assign(new Event('keyup'), { code })),
    happens: (type: string) => page.dispatchEvent(new Event(type)),
    hide() {
      document.visibilityState = 'hidden';
      document.dispatchEvent(new Event('visibilitychange'));
    },
  };
}

describe('talkback by a held key', () => {
  test('lasts from the press to letting go of that very key', () => {
    const page = windowOf();
    holdToTalk('Backquote', page.talk, page.window);
    expect(page.said).toEqual([true]);
    page.letGo('KeyA');
    expect(page.said).toEqual([true]);
    page.letGo('Backquote');
    expect(page.said).toEqual([true, false]);
  });

  test.each([
    ['the window loses the keyboard', (page: ReturnType<typeof windowOf>) => page.happens('blur')],
    ['the page goes away', (page: ReturnType<typeof windowOf>) => page.happens('pagehide')],
    ['the page is hidden', (page: ReturnType<typeof windowOf>) => page.hide()],
  ])('ends when %s, and only once', (_when, happen) => {
    const page = windowOf();
    holdToTalk('Backquote', page.talk, page.window);
    happen(page);
    expect(page.said).toEqual([true, false]);
    page.letGo('Backquote');
    expect(page.said).toEqual([true, false]);
  });

  test('can be ended by what began it', () => {
    const page = windowOf();
    const end = holdToTalk('Space', page.talk, page.window);
    end();
    end();
    expect(page.said).toEqual([true, false]);
  });
});

test('talkback that is held is known from one that is latched', () => {
  const said: boolean[] = [];
  const talk = heldTalk((on) => said.push(on));
  talk(true);
  expect(talkHeld.getState().held).toBe(true);
  talk(false);
  expect(talkHeld.getState().held).toBe(false);
  expect(said).toEqual([true, false]);
});
