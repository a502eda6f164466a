import type { Session, WebContents } from 'electron';
import { describe, expect, test } from 'vitest';
import { guardNavigation, guardPermissions, isOwnAddress } from '../../../src-main/electron/page-guard.ts';

type Handlers = {
  request: Parameters<Session['setPermissionRequestHandler']>[0];
  check: Parameters<Session['setPermissionCheckHandler']>[0];
  device: Parameters<Session['setDevicePermissionHandler']>[0];
};

function guardedSession(): Handlers {
  const handlers = {} as Handlers;
  guardPermissions({
    setPermissionRequestHandler: (handler) => {
      handlers.request = handler;
    },
    setPermissionCheckHandler: (handler) => {
      handlers.check = handler;
    },
    setDevicePermissionHandler: (handler) => {
      handlers.device = handler;
    },
  });
  return handlers;
}

function isGranted(address: string, permission: string): boolean {
  let granted: boolean | null = null;
  const contents = { getURL: () => address } as WebContents;
  guardedSession().request?.(
    contents,
    permission as never,
    (answer) => {
      granted = answer;
    },
    {} as never,
  );
  return granted === true;
}

describe('permissions', () => {
  test.each([
    'media',
    'geolocation',
    'notifications',
    'midi',
    'midiSysex',
    'openExternal',
    'display-capture',
    'hid',
    'usb',
    'serial',
    'unknown',
  ])('%s is denied even to our own page', (permission) => {
    expect(isGranted('app://twopop/', permission)).toBe(false);
    expect(guardedSession().check?.(null, permission as never, 'app://twopop', {} as never)).toBe(false);
  });

  test('what the page needs is granted to our own page alone', () => {
    expect(isGranted('app://twopop/', 'clipboard-sanitized-write')).toBe(true);
    expect(isGranted('https://evil.example/', 'clipboard-sanitized-write')).toBe(false);
    expect(isGranted('app://twopop.evil/', 'clipboard-sanitized-write')).toBe(false);
    expect(guardedSession().check?.(null, 'speaker-selection', 'app://twopop', {} as never)).toBe(true);
    expect(guardedSession().check?.(null, 'speaker-selection', 'http://127.0.0.1:4500', {} as never)).toBe(false);
  });

  test('no device is handed out', () => {
    expect(guardedSession().device?.({} as never)).toBe(false);
  });
});

describe('navigation', () => {
  type Listener = (event: { url?: string; preventDefault(): void }) => void;
  const guarded = () => {
    const listeners = new Map<string, Listener>();
    let open: unknown;
    guardNavigation({
      on: (name: string, listener: Listener) => listeners.set(name, listener),
      setWindowOpenHandler: (handler: (details: never) => unknown) => {
        open = handler({} as never);
      },
    } as never);
    const isPrevented = (name: string, url = '') => {
      let prevented = false;
      listeners.get(name)?.({
        url,
        preventDefault: () => {
          prevented = true;
        },
      });
      return prevented;
    };
    return { isPrevented, open };
  };

  test('stays on our own page', () => {
    const { isPrevented } = guarded();
    for (const name of ['will-navigate', 'will-redirect']) {
      expect(isPrevented(name, 'app://twopop/index.html')).toBe(false);
      for (const url of [
        'https://evil.example/',
        'file:///etc/passwd',
        'app://other/',
        'javascript:alert(1)',
        'data:text/html,x',
        '',
      ]) {
        expect(isPrevented(name, url)).toBe(true);
      }
    }
    expect(isPrevented('will-attach-webview')).toBe(true);
  });

  test('opens no window', () => {
    expect(guarded().open).toEqual({ action: 'deny' });
  });

  test.each([
    ['app://twopop/', true],
    ['app://twopop/assets/x.js', true],
    ['app://twopop:80/', false],
    ['app://twopop@evil/', false],
    ['http://twopop/', false],
    ['', false],
  ])('%j is our own: %s', (address, expected) => {
    expect(isOwnAddress(address)).toBe(expected);
  });
});
