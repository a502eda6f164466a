import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, describe, expect, test } from 'vitest';
import { handOverPorts } from '../../../src-main/electron/port-handover.ts';
import { createHost, type Host } from '../../../src-main/host/host.ts';
import { createNodeShell } from '../../../src-main/server/node-shell.ts';
import { ELECTRON_CONNECT, ELECTRON_CONNECT_REQUEST } from '../../../src-shared/rpc/connection.ts';
import type { contract } from '../../../src-shared/rpc/contract.ts';

type Frame = {
  url: string;
  parent: unknown;
  postMessage(channel: string, message: unknown, ports: MessagePort[]): void;
};
type Posted = { channel: string; message: unknown; ports: MessagePort[] };

let host: Host | null = null;
const opened: MessagePort[] = [];

afterEach(async () => {
  for (const port of opened.splice(0)) port.close();
  await host?.close();
  host = null;
});

/** The hand-over with ports of worker threads in the place of Electron's. */
function handover(isOwnWindow = true) {
  let ask: ((event: { senderFrame: Frame | null }) => void) | null = null;
  const served: unknown[] = [];
  host = createHost({ shell: createNodeShell(), mediaBaseUrl: () => 'http://127.0.0.1:4500' });
  const serving = host;
  handOverPorts({
    ipc: {
      on: (channel: string, listener: never) => {
        expect(channel).toBe(ELECTRON_CONNECT_REQUEST);
        ask = listener;
      },
    } as never,
    isOwnWindow: () => isOwnWindow,
    makeChannel: () => {
      const channel = new MessageChannel();
      opened.push(channel.port1, channel.port2);
      // Electron's main ports have `start`, and give `{ data }` to `on('message')`; so do these as event targets.
      return channel as never;
    },
    mediaToken: 'secret',
    serve: (port) => {
      served.push(port);
      serving.transports.servePort(port as never);
    },
  });
  const posted: Posted[] = [];
  const frame = (url: string, parent: unknown = null): Frame => ({
    url,
    parent,
    postMessage: (channel, message, ports) => posted.push({ channel, message, ports }),
  });
  return { ask: (from: Frame | null) => ask?.({ senderFrame: from }), frame, posted, served };
}

describe('the hand-over of the port', () => {
  test('gives our own page a port on which the contract is answered', async () => {
    const { ask, frame, posted } = handover();
    ask(frame('app://twopop/'));
    expect(posted).toMatchObject([
      { channel: ELECTRON_CONNECT, message: { kind: ELECTRON_CONNECT, mediaToken: 'secret' } },
    ]);
    const [port] = posted[0]?.ports ?? [];
    if (!port) throw new Error('no port came');
    const client = createORPCClient<ContractRouterClient<typeof contract>>(new RPCLink({ port }));
    port.start();
    expect(await client.host.info()).toMatchObject({ mediaBaseUrl: 'http://127.0.0.1:4500' });
    expect(await client.project.current()).toBeNull();
  });

  test.each([
    ['another page', 'https://evil.example/', null],
    ['a page of another host of the scheme', 'app://evil/', null],
    ['a frame inside our page', 'app://twopop/', {}],
  ])('gives %s nothing', (_name, url, parent) => {
    const { ask, frame, posted, served } = handover();
    ask(frame(url, parent));
    expect(posted).toEqual([]);
    expect(served).toEqual([]);
  });

  test('gives another window nothing, nor a frame that is gone', () => {
    const foreign = handover(false);
    foreign.ask(foreign.frame('app://twopop/'));
    expect(foreign.served).toEqual([]);
    const own = handover();
    own.ask(null);
    expect(own.served).toEqual([]);
  });

  test('closes the port of the page before, when it is loaded again', async () => {
    const { ask, frame, posted } = handover();
    ask(frame('app://twopop/'));
    const [before] = posted[0]?.ports ?? [];
    const closed = new Promise<void>((resolve) => before?.once('close', resolve));
    ask(frame('app://twopop/'));
    await closed;
    expect(posted).toHaveLength(2);
  });
});
