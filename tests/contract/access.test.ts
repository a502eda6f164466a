import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { MAX_FRAME_BYTES } from '../../src-main/server/loopback-server.ts';
import { RPC_PATH, RPC_SUBPROTOCOL, tokenSubprotocol } from '../../src-shared/rpc/connection.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { type Hosted, startHosted } from './hosted.ts';

let folder: TemporaryFolder;
let hosted: Hosted;
let projectFolder = '';
const savedHome = process.env.TWOPOP_HOME;

beforeAll(async () => {
  folder = makeTemporaryFolder('access');
  process.env.TWOPOP_HOME = join(folder.path, 'home');
  hosted = await startHosted('WebSocket');
  const project = await hosted.client.project.create({
    name: 'Guarded',
    parentFolder: folder.path,
    frameRate: { numerator: 25, denominator: 1, drop: false },
    sampleRate: 48000,
    startFrame: 0,
  });
  projectFolder = project.folder;
});

afterAll(async () => {
  await hosted.end();
  if (savedHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = savedHome;
  folder.remove();
});

/** How the server answers an attempt to open a socket: 101, or the status of its refusal. */
async function socketStatus(options: {
  origin?: string | undefined;
  host?: string;
  protocols?: string[];
  path?: string;
}): Promise<number> {
  const { server } = hosted;
  const socket = new WebSocket(
    `ws://127.0.0.1:${server.port}${options.path ?? RPC_PATH}`,
    options.protocols ?? [RPC_SUBPROTOCOL, tokenSubprotocol(server.token)],
    {
      ...('origin' in options
        ? options.origin === undefined
          ? {}
          : { origin: options.origin }
        : { origin: server.origin }),
      ...(options.host ? { headers: { host: options.host } } : {}),
    },
  );
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      socket.on('error', () => {});
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
}

/** A media request with whatever headers; fetch would set Host by itself. */
async function mediaStatus(path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  const request = httpRequest({ host: '127.0.0.1', port: hosted.server.port, path, method, headers });
  request.end();
  const [response] = await once(request, 'response');
  response.resume();
  return response.statusCode;
}

describe('the socket', () => {
  test('opens for its own page with the token', async () => {
    expect(await socketStatus({})).toBe(101);
  });

  test('refuses a wrong or missing token', async () => {
    const { token } = hosted.server;
    const wrong = token.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    for (const protocols of [
      [RPC_SUBPROTOCOL, tokenSubprotocol(wrong)],
      [RPC_SUBPROTOCOL, tokenSubprotocol('')],
      [RPC_SUBPROTOCOL, tokenSubprotocol(token.slice(1))],
      [RPC_SUBPROTOCOL],
    ]) {
      expect(await socketStatus({ protocols })).toBe(401);
    }
    expect(await socketStatus({ protocols: [tokenSubprotocol(token)] })).toBe(403);
  });

  test('refuses a missing or foreign Origin', async () => {
    const { port } = hosted.server;
    for (const origin of [
      undefined,
      'null',
      'http://evil.example',
      `http://localhost:${port}`,
      `https://127.0.0.1:${port}`,
    ]) {
      expect(await socketStatus({ origin })).toBe(403);
    }
  });

  test('refuses a foreign Host', async () => {
    const { port } = hosted.server;
    for (const host of ['evil.example', `localhost:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`]) {
      expect(await socketStatus({ host })).toBe(403);
    }
  });

  test('is at its own path only', async () => {
    for (const path of ['/', '/rpc/', '/rpc?x=1', '/media/document']) expect(await socketStatus({ path })).toBe(403);
  });

  test('is ended by an oversized frame, and the host goes on', async () => {
    const { server } = hosted;
    const socket = new WebSocket(
      `ws://127.0.0.1:${server.port}${RPC_PATH}`,
      [RPC_SUBPROTOCOL, tokenSubprotocol(server.token)],
      { origin: server.origin },
    );
    await once(socket, 'open');
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    socket.send(Buffer.alloc(MAX_FRAME_BYTES + 1));
    const [code] = await closed;
    expect([1006, 1009]).toContain(code);
    expect(await hosted.client.project.current()).not.toBeNull();
  });

  test('takes nonsense without falling over', async () => {
    const { server } = hosted;
    for (const message of [
      '',
      '{',
      '[]',
      'null',
      '{"i":1}',
      JSON.stringify({ i: '1', p: { u: '/../../x' } }),
      '\0\0',
      'x'.repeat(1e6),
    ]) {
      const socket = new WebSocket(
        `ws://127.0.0.1:${server.port}${RPC_PATH}`,
        [RPC_SUBPROTOCOL, tokenSubprotocol(server.token)],
        { origin: server.origin },
      );
      await once(socket, 'open');
      socket.send(message);
      socket.send(Buffer.from(message));
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.terminate();
    }
    expect(await hosted.client.project.current()).not.toBeNull();
  });

  test('takes raw bytes that are not HTTP', async () => {
    const raw = connect(hosted.server.port, '127.0.0.1');
    await once(raw, 'connect');
    raw.on('error', () => {});
    const closed = once(raw, 'close');
    raw.end('\x16\x03\x01 this is not HTTP\r\n\r\n');
    raw.resume();
    await closed;
    expect(await hosted.client.project.current()).not.toBeNull();
  });
});

describe('the media routes', () => {
  const own = () => ({ host: `127.0.0.1:${hosted.server.port}`, authorization: `Bearer ${hosted.server.token}` });

  test('answer with the token, whether or not there is an Origin', async () => {
    expect(await mediaStatus('/media/document', own())).toBe(200);
    expect(await mediaStatus('/media/document', { ...own(), origin: hosted.server.origin })).toBe(200);
  });

  test.each(['/media/document', '/media/picture/1', '/media/render?from=0&count=1', '/media/nothing'])(
    '%s refuses a wrong token, a foreign Host and a foreign Origin',
    async (path) => {
      expect(await mediaStatus(path, { ...own(), authorization: 'Bearer 00' })).toBe(401);
      expect(await mediaStatus(path, { host: own().host })).toBe(401);
      expect(await mediaStatus(path, { ...own(), host: 'evil.example' })).toBe(403);
      expect(await mediaStatus(path, { ...own(), host: `localhost:${hosted.server.port}` })).toBe(403);
      expect(await mediaStatus(path, { ...own(), origin: 'http://evil.example' })).toBe(403);
      expect(await mediaStatus(path, { ...own(), origin: 'null' })).toBe(403);
    },
  );

  test('no path leads to a file outside', async () => {
    for (const path of [
      '/media/../../../etc/passwd',
      '/media/%2e%2e/%2e%2e/etc/passwd',
      '/media/picture/../../../../etc/passwd',
      '/media/picture/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
      '/media/picture/1%00',
      '/media/picture//etc/passwd',
      '/media/picture-index/..%5c..%5cx',
      '/media/samples?source=../../x&channel=0&from=0&count=1',
    ]) {
      expect([400, 404]).toContain(await mediaStatus(path, own()));
    }
  });

  test('an upload stays below the project folder, and nothing half-arrived stays', async () => {
    const put = (query: string, body: string) =>
      fetch(`${hosted.server.origin}/media/upload?${query}`, {
        method: 'PUT',
        body,
        headers: { authorization: `Bearer ${hosted.server.token}` },
      });
    const good = await put(`batch=b1&path=${encodeURIComponent('CARD/Größe 1.wav')}`, 'sound');
    expect(good.status).toBe(200);
    const { path } = (await good.json()) as { path: string };
    expect(path).toBe(join(projectFolder, 'Incoming', 'b1', 'CARD', 'Größe 1.wav'));
    expect(existsSync(path)).toBe(true);
    for (const query of [
      'batch=b1&path=../../x.wav',
      'batch=../..&path=x.wav',
      'batch=b1&path=/etc/x.wav',
      'batch=b1&path=a%2F..%2F..%2Fx.wav',
      'batch=b1&path=C:%5Cx.wav',
      'batch=&path=x.wav',
      'path=x.wav',
    ]) {
      expect((await put(query, 'x')).status).toBe(400);
    }
    // Broken off: the announced length never comes.
    const raw = connect(hosted.server.port, '127.0.0.1');
    await once(raw, 'connect');
    raw.write(
      `PUT /media/upload?batch=b2&path=cut.wav HTTP/1.1\r\nHost: ${own().host}\r\nAuthorization: ${own().authorization}\r\nContent-Length: 100000\r\n\r\n`,
    );
    raw.write('x'.repeat(5000));
    const cut = join(projectFolder, 'Incoming', 'b2');
    await expect.poll(() => existsSync(cut) && readdirSync(cut)).toEqual([expect.stringMatching(/^\.arriving-/)]);
    raw.destroy();
    await expect.poll(() => readdirSync(cut)).toEqual([]);
  });

  test('other methods are refused', async () => {
    expect(await mediaStatus('/media/document', own(), 'DELETE')).toBe(405);
    expect(await mediaStatus('/media/upload?batch=b&path=x', own(), 'POST')).toBe(405);
  });

  test('say what is wrong with a request', async () => {
    const ask = async (path: string, options: RequestInit = {}) => {
      const response = await fetch(hosted.server.origin + path, {
        ...options,
        headers: { authorization: `Bearer ${hosted.server.token}` },
      });
      return { status: response.status, report: (await response.json()) as { code: string; message: string } };
    };
    expect(await ask('/media/render?from=x&count=1')).toMatchObject({ status: 400, report: { code: 'bad-request' } });
    expect(await ask('/media/render?from=0&count=99999999')).toMatchObject({ status: 400 });
    expect(await ask('/media/samples?source=1&channel=0&from=0&count=1')).toMatchObject({ status: 404 });
    expect(await ask('/media/peaks', { method: 'POST', body: '{' })).toMatchObject({ status: 400 });
    expect(await ask('/media/peaks', { method: 'POST', body: '{"tiles":[{"sourceId":-1}]}' })).toMatchObject({
      status: 400,
    });
    expect(await ask('/media/peaks', { method: 'POST', body: `"${'x'.repeat(2e6)}"` })).toMatchObject({ status: 400 });
  });
});

describe('a host without a project', () => {
  test('has no media', async () => {
    mkdirSync(join(folder.path, 'empty'), { recursive: true });
    writeFileSync(join(folder.path, 'empty', 'x'), '');
    const other = await startHosted('WebSocket');
    try {
      const response = await fetch(`${other.server.origin}/media/document`, {
        headers: { authorization: `Bearer ${other.server.token}` },
      });
      expect(response.status).toBe(409);
      expect(await response.json()).toMatchObject({ code: 'no-project' });
    } finally {
      await other.end();
    }
  });
});
