import type { IpcMain, IpcMainEvent, MessageChannelMain, MessagePortMain } from 'electron';
import {
  ELECTRON_CONNECT,
  ELECTRON_CONNECT_REQUEST,
  type ElectronConnection,
} from '../../src-shared/rpc/connection.ts';
import { isOwnAddress } from './page-guard.ts';

export type PortHandover = {
  readonly ipc: Pick<IpcMain, 'on'>;
  /** The contents of our own window. */
  readonly isOwnWindow: (event: IpcMainEvent) => boolean;
  readonly makeChannel: () => Pick<MessageChannelMain, 'port1' | 'port2'>;
  readonly mediaToken: string;
  readonly serve: (port: MessagePortMain) => void;
};

/**
 * Gives the page its one port each time it asks (once a load). Only the main frame of our own window, showing our own
 * page, is answered; a reload closes the port before.
 */
export function handOverPorts({ ipc, isOwnWindow, makeChannel, mediaToken, serve }: PortHandover): void {
  let current: MessagePortMain | null = null;
  ipc.on(ELECTRON_CONNECT_REQUEST, (event) => {
    const frame = event.senderFrame;
    if (!frame || frame.parent !== null || !isOwnWindow(event) || !isOwnAddress(frame.url)) return;
    current?.close();
    const { port1, port2 } = makeChannel();
    current = port1;
    serve(port1);
    port1.start();
    const connection: ElectronConnection = { kind: ELECTRON_CONNECT, mediaToken };
    frame.postMessage(ELECTRON_CONNECT, connection, [port2]);
  });
}
