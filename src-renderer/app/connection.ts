import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import {
  ELECTRON_CONNECT,
  ELECTRON_CONNECT_REQUEST,
  type ElectronConnection,
  RPC_PATH,
  RPC_SUBPROTOCOL,
  tokenOfFragment,
  tokenSubprotocol,
} from '../../src-shared/rpc/connection.ts';
import type { contract } from '../../src-shared/rpc/contract.ts';
import { type ErrorReport, TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';

/** Every procedure of the contract, typed, as calls that reject with what {@link reportOf} reads. */
export type HostClient = ContractRouterClient<typeof contract>;

/** One living connection. `closed` resolves when it ends for whatever reason. */
export type HostLink = {
  readonly client: HostClient;
  readonly mediaToken: string;
  readonly closed: Promise<void>;
};

/** Opens a connection once, or rejects. Called again after each loss. */
export type OpenLink = () => Promise<HostLink>;

const TOKEN_KEY = 'twopop.token';

/** What came from the host or went wrong on the way, in the one shape people are shown. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof ORPCError) {
    const data = error.data as Partial<ErrorReport> | undefined;
    if (data && typeof data.message === 'string' && typeof data.remedy === 'string')
      return { code: data.code ?? 'internal', message: data.message, remedy: data.remedy };
  }
  return toErrorReport(error);
}

/**
 * The token of this launch: from the address, where it is taken away at once so that it is neither seen nor bookmarked,
 * and kept for a reload of this tab. Null when the page was opened without.
 */
export function takeToken(location: Location, storage: Storage, history: History): string | null {
  const token = tokenOfFragment(location.hash);
  if (!token) return storage.getItem(TOKEN_KEY);
  storage.setItem(TOKEN_KEY, token);
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}

/** Opens the WebSocket of the host that served this page. */
export function socketLink(origin: string, token: string): OpenLink {
  return () =>
    new Promise<HostLink>((resolve, reject) => {
      const socket = new WebSocket(origin.replace(/^http/, 'ws') + RPC_PATH, [
        RPC_SUBPROTOCOL,
        tokenSubprotocol(token),
      ]);
      const closed = new Promise<void>((done) => {
        // A task later, when the channel has ended its calls itself: aborting them before, it would send into the closed socket.
        socket.addEventListener('close', () => setTimeout(done, 0), { once: true });
      });
      socket.addEventListener(
        'open',
        () => {
          const client: HostClient = createORPCClient(
            new SocketLink({
              websocket: socket,
              interceptors: [asHostGone(() => socket.readyState !== WebSocket.OPEN)],
            }),
          );
          resolve({ client, mediaToken: token, closed });
        },
        { once: true },
      );
      closed.then(() => reject(hostGone()));
    });
}

/** Asks Electron's preload for a MessagePort. A port has no end of its own: it lives as long as the window. */
export function electronLink(page: Window): OpenLink {
  return () =>
    new Promise<HostLink>((resolve) => {
      const receive = (event: MessageEvent) => {
        const data = event.data as Partial<ElectronConnection> | null;
        const port = event.ports[0];
        if (event.source !== page || data?.kind !== ELECTRON_CONNECT || !port || !data.mediaToken) return;
        page.removeEventListener('message', receive);
        const closed = new Promise<void>((done) => {
          port.addEventListener('close', () => done(), { once: true });
        });
        const client: HostClient = createORPCClient(new PortLink({ port }));
        port.start();
        resolve({ client, mediaToken: data.mediaToken, closed });
      };
      page.addEventListener('message', receive);
      page.postMessage({ kind: ELECTRON_CONNECT_REQUEST }, page.location.origin);
    });
}

/** The way to the host for the page that runs this. Throws when a browser page was opened without its token. */
export function linkOfPage(page: Window): OpenLink {
  if (page.location.protocol === 'app:') return electronLink(page);
  // The address of a later launch, opened in this tab, differs in its fragment alone: the browser does not load it anew.
  page.addEventListener('hashchange', () => {
    if (tokenOfFragment(page.location.hash)) page.location.reload();
  });
  const token = takeToken(page.location, page.sessionStorage, page.history);
  if (!token)
    throw new TwopopError({
      code: 'no-token',
      message: 'This address lacks the key that Twopop prints when it starts.',
      remedy: 'Open the whole address, with everything after the #, from the terminal where Twopop was started.',
    });
  return socketLink(page.location.origin, token);
}

/** Calls that broke off because the connection ended say so, whatever the channel made of it. */
function asHostGone(ended: () => boolean) {
  return async <T>(call: { next(): Promise<T> }): Promise<T> => {
    try {
      return await call.next();
    } catch (error) {
      throw ended() ? hostGone() : error;
    }
  };
}

/** The error of a call made while the host cannot be reached. */
export function hostGone(): TwopopError {
  return new TwopopError({
    code: 'host-gone',
    message: 'Twopop’s host does not answer. Everything up to your last finished edit is saved.',
    remedy: 'Wait for the connection to come back, then do this again.',
  });
}
