import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who may speak to the loopback server: one token a launch, its own exact `Host`, and named origins. */
export type Access = {
  readonly token: string;
  /** `127.0.0.1:PORT`, exactly. */
  readonly host: string;
  /** Exact origins that may ask: the server's own, or the application's in Electron. */
  readonly origins: ReadonlySet<string>;
};

export type Refusal = { readonly status: 401 | 403; readonly reason: string };

/** A fresh launch token: 32 random bytes as 64 hexadecimal digits. */
export function makeToken(): string {
  return randomBytes(32).toString('hex');
}

/** Whether `given` is the token; takes the same time wherever they differ. */
export function isToken(given: string | null | undefined, token: string): boolean {
  if (typeof given !== 'string') return false;
  const expected = Buffer.from(token);
  const offered = Buffer.alloc(expected.length);
  // A wrong length is compared too, so that the answer's time does not tell it.
  const fits = offered.write(given) === expected.length && Buffer.byteLength(given) === expected.length;
  return timingSafeEqual(offered, expected) && fits;
}

/**
 * Checks `Host` and `Origin`. A foreign or missing Host is refused (a page of another name that resolves to this
 * machine), and so is a foreign Origin; a missing Origin only where `originRequired` (WebSockets, which browsers
 * always send with one).
 */
export function refuseForeign(request: IncomingMessage, access: Access, originRequired: boolean): Refusal | null {
  if (request.headers.host !== access.host) return { status: 403, reason: 'foreign Host' };
  const origin = request.headers.origin;
  if (origin === undefined) return originRequired ? { status: 403, reason: 'no Origin' } : null;
  return access.origins.has(origin) ? null : { status: 403, reason: 'foreign Origin' };
}

/** Checks `Authorization: Bearer TOKEN`. */
export function refuseTokenless(request: IncomingMessage, access: Access): Refusal | null {
  const bearer = /^Bearer ([0-9a-f]+)$/.exec(request.headers.authorization ?? '')?.[1];
  return isToken(bearer, access.token) ? null : { status: 401, reason: 'wrong token' };
}
