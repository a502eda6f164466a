import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { createHost, type Host } from '../../src-main/host/host.ts';
import { type LoopbackServer, startLoopbackServer } from '../../src-main/server/loopback-server.ts';
import { createNodeShell } from '../../src-main/server/node-shell.ts';
import { connectToHost, type HostClient } from '../support/host-client.ts';

export type Hosted = {
  readonly host: Host;
  readonly server: LoopbackServer;
  readonly client: HostClient;
  /** Another view of the same host. */
  connectAnother(): Promise<HostClient>;
  end(): Promise<void>;
};

export const TRANSPORTS = ['WebSocket', 'MessagePort'] as const;

/** A host in this process behind one of its two transports. */
export async function startHosted(transport: (typeof TRANSPORTS)[number]): Promise<Hosted> {
  let server: LoopbackServer | null = null;
  const host = createHost({ shell: createNodeShell(), mediaBaseUrl: () => server?.origin ?? '' });
  const started = await startLoopbackServer({
    port: 0,
    interfaceFolder: null,
    handleMedia: (request, response) => host.handleMedia(request, response),
    acceptSocket: (socket) => host.transports.serveSocket(socket),
  });
  server = started;
  const closers: (() => void)[] = [];
  const connect = async (): Promise<HostClient> => {
    if (transport === 'WebSocket') {
      const connection = await connectToHost(started.origin, started.token);
      closers.push(connection.close);
      return connection.client;
    }
    const { port1, port2 } = new MessageChannel();
    host.transports.servePort(port1);
    port1.start();
    const link = new PortLink({ port: port2 });
    port2.start();
    closers.push(() => port2.close());
    return createORPCClient<HostClient>(link);
  };
  return {
    host,
    server: started,
    client: await connect(),
    connectAnother: connect,
    async end() {
      for (const close of closers) close();
      await host.close();
      await started.close();
    },
  };
}
