import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import { RPC_PATH, RPC_SUBPROTOCOL, tokenSubprotocol } from '../../src-shared/rpc/connection.ts';
import type { contract } from '../../src-shared/rpc/contract.ts';

export type HostClient = ContractRouterClient<typeof contract>;

export type HostConnection = {
  readonly client: HostClient;
  readonly socket: WebSocket;
  /** A media route with the token: the path with its query. */
  fetchMedia(path: string, options?: RequestInit): Promise<Response>;
  close(): void;
};

/** Connects to a Node host as its page does. */
export async function connectToHost(origin: string, token: string): Promise<HostConnection> {
  const socket = new WebSocket(origin.replace(/^http/, 'ws') + RPC_PATH, [RPC_SUBPROTOCOL, tokenSubprotocol(token)], {
    origin,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  // The link reads events as browsers give them; ws gives the same when asked for array buffers.
  socket.binaryType = 'arraybuffer';
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  return {
    client: createORPCClient<HostClient>(link),
    socket,
    fetchMedia: (path, options = {}) =>
      fetch(origin + path, { ...options, headers: { authorization: `Bearer ${token}`, ...options.headers } }),
    close: () => socket.terminate(),
  };
}
