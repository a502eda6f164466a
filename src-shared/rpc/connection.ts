/**
 * How an interface finds and proves itself to its host.
 *
 * In a browser, the Node host serves the page and puts the launch's token into the URL's fragment (`#token=HEX`, never
 * sent over the network by itself). The page opens a WebSocket at `/rpc` on its own origin with two subprotocols,
 * `RPC_SUBPROTOCOL` and `tokenSubprotocol(token)`, and sends the token as `Authorization: Bearer TOKEN` with each
 * request to a media route.
 *
 * In Electron, the preload hands the page one MessagePort: a `message` event of the page's own window whose `data` is
 * an {@link ElectronConnection} and whose `ports[0]` is the port. The page asks for it, once it listens, by posting
 * `{ kind: ELECTRON_CONNECT_REQUEST }` to its own window.
 */
export const RPC_PATH = '/rpc';
export const RPC_SUBPROTOCOL = 'twopop';

const TOKEN_SUBPROTOCOL_PREFIX = 'twopop.token.';

/** The subprotocol that carries the token (64 hexadecimal digits). */
export function tokenSubprotocol(token: string): string {
  return TOKEN_SUBPROTOCOL_PREFIX + token;
}

/** The token that a list of offered subprotocols carries; null when none does. */
export function tokenOfSubprotocols(protocols: Iterable<string>): string | null {
  for (const protocol of protocols) {
    if (protocol.startsWith(TOKEN_SUBPROTOCOL_PREFIX)) return protocol.slice(TOKEN_SUBPROTOCOL_PREFIX.length);
  }
  return null;
}

/** Reads `#token=HEX` of a page's address; null when it has none. */
export function tokenOfFragment(fragment: string): string | null {
  return /(?:^#?|&)token=([0-9a-f]{64})(?:&|$)/.exec(fragment)?.[1] ?? null;
}

export const ELECTRON_CONNECT_REQUEST = 'twopop-connect-request';
export const ELECTRON_CONNECT = 'twopop-connect';

export type ElectronConnection = { readonly kind: typeof ELECTRON_CONNECT; readonly mediaToken: string };

/** Electron's preload puts a {@link FileBridge} on the page's window under this name; a browser has none. */
export const FILE_BRIDGE = 'twopopFiles';

export type FileBridge = { readonly pathOfFile: (file: unknown) => string };
