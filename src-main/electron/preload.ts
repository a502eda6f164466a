import { contextBridge, ipcRenderer, webUtils } from 'electron';
// A sandboxed preload may load nothing but electron: the build puts this file and what it imports into one.
import { ELECTRON_CONNECT, ELECTRON_CONNECT_REQUEST, FILE_BRIDGE } from '../../src-shared/rpc/connection.ts';

/** The preload's page, as far as it is needed: this root has no DOM types. */
type Page = {
  readonly location: { readonly origin: string };
  addEventListener(
    type: 'message',
    listener: (event: { source: unknown; origin: string; data: unknown }) => void,
  ): void;
  postMessage(message: unknown, targetOrigin: string, transfer: readonly unknown[]): void;
};

/** Where a file dropped on the page lies: what a page may not know by itself. '' for one that lies nowhere. */
contextBridge.exposeInMainWorld(FILE_BRIDGE, { pathOfFile: (file: unknown) => webUtils.getPathForFile(file as never) });

/** Asks for the port when the page says that it listens, and passes it on. Nothing else crosses here. */
const page = globalThis as unknown as Page;

page.addEventListener('message', ({ source, origin, data }) => {
  if (source !== page || origin !== page.location.origin) return;
  if ((data as { kind?: unknown } | null)?.kind === ELECTRON_CONNECT_REQUEST)
    ipcRenderer.send(ELECTRON_CONNECT_REQUEST);
});

ipcRenderer.on(ELECTRON_CONNECT, (event, connection) => {
  page.postMessage(connection, page.location.origin, event.ports);
});
