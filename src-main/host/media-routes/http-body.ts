import type { IncomingMessage, ServerResponse } from 'node:http';
import { TwopopError, toErrorReport } from '../../../src-shared/rpc/error.ts';

/** The error of a request whose own form is wrong. */
export function badRequest(what: string): TwopopError {
  return new TwopopError({
    code: 'bad-request',
    message: `${what} Nothing was changed.`,
    remedy: 'Reload the page, so that it is of the same version as the host, and try again.',
  });
}

/** The whole body as JSON, up to `maxBytes`; throws `bad-request`. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw badRequest(`A request of more than ${maxBytes} bytes was refused.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw badRequest('A request that is not JSON was refused.');
  }
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Samples or peaks as they lie in memory: little-endian on every machine that Node 24 runs on. */
export function sendArray(
  response: ServerResponse,
  values: Int16Array | Float32Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': bytes.length,
    ...headers,
  });
  response.end(bytes);
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  'bad-request': 400,
  'no-project': 409,
  'not-found': 404,
  'read-only': 403,
  internal: 500,
};

/** What went wrong as `{code, message, remedy}`; closes the connection when the answer has begun already. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const report = toErrorReport(error);
  if (report.code === 'internal') console.error('twopop: a media request failed:', error);
  sendJson(response, report, STATUS_OF_CODE[report.code] ?? 422);
}

/** A whole number of the query, within bounds; throws `bad-request`. */
export function integerOf(query: URLSearchParams, name: string, low: number, high: number): number {
  const text = query.get(name) ?? '';
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value) || value < low || value > high) {
    throw badRequest(`“${name}” has to be a whole number from ${low} to ${high}.`);
  }
  return value;
}
