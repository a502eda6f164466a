import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  powerSaveBlocker,
  protocol,
  session,
  shell,
} from 'electron';
import { createHost } from '../host/host.ts';
import { startLoopbackServer } from '../server/loopback-server.ts';
import { APP_ORIGIN, APP_SCHEME, APP_SCHEME_PRIVILEGES, answerAppRequest } from './app-protocol.ts';
import { createElectronShell } from './electron-shell.ts';
import { menuTemplate } from './menu.ts';
import { guardNavigation, guardPermissions } from './page-guard.ts';
import { handOverPorts } from './port-handover.ts';
import { windowOptions } from './window-options.ts';

/**
 * Electron's entry: one window, one host, one MessagePort between them. Everything that can be tried without Electron's
 * program lies in the files beside this one.
 */
const HERE = dirname(fileURLToPath(import.meta.url));
const INTERFACE_FOLDER = join(HERE, '..', 'renderer');
const HOMEPAGE = 'https://twopop.example';

let window: BrowserWindow | null = null;

async function start(): Promise<void> {
  let mediaOrigin = '';
  const host = createHost({
    shell: createElectronShell({ dialog, shell, powerSaveBlocker, window: () => window }),
    mediaBaseUrl: () => mediaOrigin,
  });
  const server = await startLoopbackServer({
    port: 0,
    foreignOrigins: [APP_ORIGIN],
    interfaceFolder: null,
    handleMedia: (request, response) => host.handleMedia(request, response),
    acceptSocket: null,
  });
  mediaOrigin = server.origin;

  guardPermissions(session.defaultSession);
  protocol.handle(APP_SCHEME, (request) => answerAppRequest(request, INTERFACE_FOLDER, mediaOrigin));
  handOverPorts({
    ipc: ipcMain,
    isOwnWindow: (event) => window !== null && event.sender === window.webContents,
    makeChannel: () => new MessageChannelMain(),
    mediaToken: server.token,
    serve: (port) => host.transports.servePort(port),
  });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate(process.platform, () => void shell.openExternal(HOMEPAGE))),
  );

  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    // The project is closed, and its running jobs remembered, before the process goes.
    event.preventDefault();
    closed = true;
    Promise.allSettled([host.close(), server.close()]).then(() => app.quit());
  });

  // Before the page asks what is open; what the demo is made of comes by a job.
  await host.openAtFirstLaunch();
  host.openAudio();
  window = new BrowserWindow(windowOptions(join(HERE, 'preload.cjs')));
  window.once('ready-to-show', () => window?.show());
  window.once('closed', () => {
    window = null;
  });
  await window.loadURL(`${APP_ORIGIN}/`);
}

if (app.requestSingleInstanceLock()) {
  protocol.registerSchemesAsPrivileged([APP_SCHEME_PRIVILEGES]);
  app.enableSandbox();
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('web-contents-created', (_event, contents) => guardNavigation(contents));
  app.on('window-all-closed', () => app.quit());
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      console.error('twopop: the workstation could not start:', error);
      dialog.showErrorBox('Twopop could not start', error instanceof Error ? error.message : String(error));
      app.exit(1);
    });
} else {
  app.quit();
}
