import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { ELECTRON_CONNECT_REQUEST, type ElectronConnection } from '../../../src-shared/rpc/connection.ts';
import type { contract } from '../../../src-shared/rpc/contract.ts';

/**
 * As much of Electron's main process as the shell's entry uses, without a window: so that the built file can be run on
 * Node and asked, over the port that it hands to its page, what it has. When the page would be shown, it asks; what it
 * learnt is one JSON line on standard output. This is not Electron, and says nothing about Electron.
 */
const ipcMain = new EventEmitter();
const protocolHandlers = new Map<string, (request: Request) => Promise<Response>>();
const privileged: string[] = [];

class App extends EventEmitter {
  requestSingleInstanceLock = () => true;
  enableSandbox = () => {};
  whenReady = async () => {};
  quit(): void {
    let prevented = false;
    this.emit('before-quit', {
      preventDefault: () => {
        prevented = true;
      },
    });
    if (!prevented) process.exit(0);
  }
  exit(code: number): void {
    process.exit(code);
  }
}

const app = new App();

class BrowserWindow extends EventEmitter {
  readonly options: { webPreferences: { preload: string } };
  readonly webContents = Object.assign(new EventEmitter(), { setWindowOpenHandler: () => {} });

  constructor(options: { webPreferences: { preload: string } }) {
    super();
    this.options = options;
    app.emit('web-contents-created', {}, this.webContents);
  }

  show(): void {}
  focus(): void {}
  isMinimized = () => false;

  async loadURL(url: string): Promise<void> {
    const page = await protocolHandlers.get('app')?.(new Request(url));
    setImmediate(() => void this.ask(url, page?.status ?? 0));
  }

  private async ask(url: string, pageStatus: number): Promise<void> {
    const { connection, port } = await new Promise<{ connection: ElectronConnection; port: MessagePort }>((resolve) => {
      ipcMain.emit(ELECTRON_CONNECT_REQUEST, {
        sender: this.webContents,
        senderFrame: {
          url,
          parent: null,
          postMessage: (_channel: string, sent: ElectronConnection, ports: [MessagePort]) =>
            resolve({ connection: sent, port: ports[0] }),
        },
      });
    });
    const client = createORPCClient<ContractRouterClient<typeof contract>>(new RPCLink({ port }));
    port.start();
    const info = await client.host.info();
    const openAtStart = (await client.project.current())?.name ?? null;
    const project = await client.project.create({
      name: 'Built',
      parentFolder: process.env.TWOPOP_HOME ?? '',
      frameRate: { numerator: 25, denominator: 1, drop: false },
      sampleRate: 48000,
      startFrame: 0,
    });
    await client.document.apply({ command: { kind: 'track.add', name: 'Boom' } });
    const authorization = `Bearer ${connection.mediaToken}`;
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${info.mediaBaseUrl}/media/render?from=0&count=16`, { headers })).status;
    console.log(
      JSON.stringify({
        info,
        openAtStart,
        project,
        pageStatus,
        privileged,
        preload: this.options.webPreferences.preload,
        mediaStatus: await ask({ authorization, origin: 'app://twopop' }),
        foreignMediaStatus: await ask({ authorization, origin: 'http://evil.example' }),
      }),
    );
    app.quit();
  }
}

const session = {
  defaultSession: {
    setPermissionRequestHandler: () => {},
    setPermissionCheckHandler: () => {},
    setDevicePermissionHandler: () => {},
  },
};
const protocol = {
  registerSchemesAsPrivileged: (schemes: { scheme: string }[]) =>
    privileged.push(...schemes.map(({ scheme }) => scheme)),
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) => protocolHandlers.set(scheme, handler),
};
const Menu = { setApplicationMenu: () => {}, buildFromTemplate: () => null };
const dialog = { showOpenDialog: async () => ({ canceled: true, filePaths: [] }), showErrorBox: console.error };
const powerSaveBlocker = { start: () => 1, stop: () => {} };
const shell = { openExternal: async () => {}, showItemInFolder: () => {} };

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannel as MessageChannelMain,
  powerSaveBlocker,
  protocol,
  session,
  shell,
};
