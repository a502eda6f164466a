import type { Session, WebContents } from 'electron';
import { APP_ORIGIN } from './app-protocol.ts';

/** What a page of ours may ask the system for: sound output by its own choice of device, and writing the clipboard. */
const ALLOWED_PERMISSIONS: ReadonlySet<string> = new Set([
  'clipboard-sanitized-write',
  'speaker-selection',
  'fullscreen',
]);

/** Denies every permission but those of the list, and those to the application's own page alone. */
export function guardPermissions(
  session: Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'>,
): void {
  session.setPermissionRequestHandler((contents, permission, grant) => {
    grant(isOwnAddress(contents.getURL()) && ALLOWED_PERMISSIONS.has(permission));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => isOwnAddress(origin) && ALLOWED_PERMISSIONS.has(permission),
  );
  session.setDevicePermissionHandler(() => false);
}

/** Keeps a page where it is: no navigation elsewhere, no new windows, no embedded views. */
export function guardNavigation(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!isOwnAddress(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isOwnAddress(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Whether an address is of the application's own page. */
export function isOwnAddress(address: string): boolean {
  try {
    const url = new URL(address);
    // `URL.origin` of an unknown scheme is 'null' outside Chromium, so the parts are compared.
    return `${url.protocol}//${url.host}` === APP_ORIGIN;
  } catch {
    return false;
  }
}
