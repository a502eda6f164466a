import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { RPC_PATH, RPC_SUBPROTOCOL, tokenOfSubprotocols } from '../../src-shared/rpc/connection.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { type Access, isToken, makeToken, type Refusal, refuseForeign, refuseTokenless } from './access.ts';
import { serveStaticFile } from './static-files.ts';

/** The largest message that a client may send: a batch of 100,000 commands fits. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** What a client that does not read may leave waiting here before its connection is ended. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024;

export type LoopbackOptions = {
  /** 0 takes a free one. */
  readonly port: number;
  /** Origins besides the server's own: the application's own scheme in Electron. */
  readonly foreignOrigins?: readonly string[];
  /** Where the built interface lies; null where the shell serves it by itself. */
  readonly interfaceFolder: string | null;
  /** Answers a media route, which has passed every check. Returns false when it knows no such route. */
  readonly handleMedia: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** Takes over an accepted socket; null where the interface speaks over another channel. */
  readonly acceptSocket: ((socket: WebSocket) => void) | null;
};

export type LoopbackServer = {
  readonly port: number;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly token: string;
  /** The page's address with the token in its fragment. */
  readonly pageUrl: string;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
};

/**
 * Listens on 127.0.0.1 for one launch: the built interface, the media routes and the WebSocket. Everything but the
 * interface's own files needs the launch's token; everything needs the exact Host, and a known Origin where there is
 * one. Rejects with `port-taken` when the port cannot be had.
 */
export async function startLoopbackServer(options: LoopbackOptions): Promise<LoopbackServer> {
  const token = makeToken();
  let access: Access = { token, host: '', origins: new Set() };
  let origin = '';

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A page that goes away in the middle of an answer.
      if ((error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') return;
      console.error('twopop: a request failed:', error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  // Uploads of a day's cards take as long as they take; a header or an idle connection does not.
  server.requestTimeout = 0;
  server.headersTimeout = 20_000;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const foreign = refuseForeign(request, access, false);
    if (foreign) return refuse(response, foreign);
    const path = (request.url ?? '').split(/[?#]/, 1)[0] ?? '';
    if (path.startsWith('/media/')) return answerMedia(request, response);
    if (options.interfaceFolder) return serveStaticFile(options.interfaceFolder, origin, request, response);
    response.writeHead(404).end();
  }

  async function answerMedia(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asking = request.headers.origin;
    if (asking !== undefined && asking !== origin) {
      response.setHeader('access-control-allow-origin', asking);
      response.setHeader('access-control-expose-headers', 'content-range, content-length, x-document-seq');
      response.setHeader('vary', 'origin');
    }
    if (request.method === 'OPTIONS') {
      response
        .writeHead(204, {
          'access-control-allow-methods': 'GET, HEAD, POST, PUT',
          'access-control-allow-headers': 'authorization, content-type, range',
          'access-control-allow-private-network': 'true',
          'access-control-max-age': '600',
        })
        .end();
      return;
    }
    const tokenless = refuseTokenless(request, access);
    if (tokenless) return refuse(response, tokenless);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    response.setHeader('cross-origin-resource-policy', asking === origin || !asking ? 'same-origin' : 'cross-origin');
    if (!(await options.handleMedia(request, response))) response.writeHead(404).end();
  }

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => RPC_SUBPROTOCOL,
  });

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const refusal = refuseUpgrade(request, access, options.acceptSocket !== null);
    if (refusal) {
      stream.end(`HTTP/1.1 ${refusal.status} ${refusal.reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', (error) => console.error(`twopop: a connection was ended: ${error.message}`));
      endWhenStalled(socket);
      options.acceptSocket?.(socket);
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new TwopopError(
          {
            code: 'port-taken',
            message: `Port ${options.port} of this machine could not be used (${cause.code ?? cause.message}).`,
            remedy: 'Close what uses it, or leave --port away to take a free one.',
          },
          { cause },
        ),
      ),
    );
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  access = { token, host: `127.0.0.1:${port}`, origins: new Set([origin, ...(options.foreignOrigins ?? [])]) };

  return {
    port,
    origin,
    token,
    pageUrl: `${origin}/#token=${token}`,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`Refused: ${refusal.reason}\n`);
}

function refuseUpgrade(request: IncomingMessage, access: Access, hasSockets: boolean): Refusal | null {
  const foreign = refuseForeign(request, access, true);
  if (foreign) return foreign;
  if (!hasSockets || request.url !== RPC_PATH) return { status: 403, reason: 'no such socket' };
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  if (!offered.includes(RPC_SUBPROTOCOL)) return { status: 403, reason: 'unknown subprotocol' };
  return isToken(tokenOfSubprotocols(offered), access.token) ? null : { status: 401, reason: 'wrong token' };
}

/** Ends the connection of a client that lets answers pile up, before they fill this process's memory. */
function endWhenStalled(socket: WebSocket): void {
  const watch = setInterval(() => {
    if (socket.bufferedAmount > MAX_WAITING_BYTES) socket.terminate();
  }, 1000);
  watch.unref();
  socket.on('close', () => clearInterval(watch));
}
