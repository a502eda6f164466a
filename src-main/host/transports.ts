import { createRouterClient, type RouterClient } from '@orpc/server';
import { RPCHandler as MessagePortHandler } from '@orpc/server/message-port';
import { RPCHandler as WebSocketHandler } from '@orpc/server/ws';
import type { HostRouter } from './router.ts';
import { reportErrors } from './rpc-errors.ts';

type Port = Parameters<MessagePortHandler<Record<never, never>>['upgrade']>[0];
type Socket = Parameters<WebSocketHandler<Record<never, never>>['upgrade']>[0];

/** The one router over every channel there is; errors leave each in the same shape. */
export type Transports = {
  /** The same procedures in this process: for the command line. */
  readonly client: RouterClient<HostRouter>;
  serveSocket(socket: Socket): void;
  servePort(port: Port): void;
};

export function createTransports(router: HostRouter): Transports {
  const options = { clientInterceptors: [reportErrors] };
  const sockets = new WebSocketHandler(router, options);
  const ports = new MessagePortHandler(router, options);
  return {
    client: createRouterClient(router, { interceptors: [reportErrors] }),
    serveSocket: (socket) => void sockets.upgrade(socket),
    servePort: (port) => ports.upgrade(port),
  };
}
