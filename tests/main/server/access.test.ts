import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Access, isToken, makeToken, refuseForeign, refuseTokenless } from '../../../src-main/server/access.ts';

const token = makeToken();
const access: Access = { token, host: '127.0.0.1:4500', origins: new Set(['http://127.0.0.1:4500']) };
const request = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;

describe('the launch token', () => {
  test('is 32 random bytes, fresh each time', () => {
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(makeToken()).not.toBe(token);
  });

  test('is known by itself alone', () => {
    expect(isToken(token, token)).toBe(true);
    for (const wrong of [
      '',
      null,
      undefined,
      token.slice(1),
      `${token}0`,
      token.toUpperCase(),
      `${token.slice(0, 63)}é`,
    ]) {
      expect(isToken(wrong === token ? '' : wrong, token)).toBe(false);
    }
    fc.assert(fc.property(fc.string(), (text) => !isToken(text, token)));
  });

  test('comes as a bearer', () => {
    expect(refuseTokenless(request({ authorization: `Bearer ${token}` }), access)).toBeNull();
    expect(refuseTokenless(request({}), access)).toMatchObject({ status: 401 });
    expect(refuseTokenless(request({ authorization: token }), access)).toMatchObject({ status: 401 });
    expect(refuseTokenless(request({ authorization: `Basic ${token}` }), access)).toMatchObject({ status: 401 });
  });
});

describe('Host and Origin', () => {
  const own = { host: '127.0.0.1:4500' };

  test('are exact', () => {
    expect(refuseForeign(request({ ...own, origin: 'http://127.0.0.1:4500' }), access, true)).toBeNull();
    for (const host of [
      'localhost:4500',
      '127.0.0.1',
      '127.0.0.1:4501',
      'evil.example:4500',
      '127.0.0.1:4500.evil.example',
    ]) {
      expect(refuseForeign(request({ host }), access, false)).toMatchObject({ status: 403 });
    }
    for (const origin of ['null', 'http://evil.example', 'https://127.0.0.1:4500', 'http://127.0.0.1:45000', '']) {
      expect(refuseForeign(request({ ...own, origin }), access, false)).toMatchObject({ status: 403 });
    }
  });

  test('an Origin may be missing only where browsers need not send one', () => {
    expect(refuseForeign(request(own), access, false)).toBeNull();
    expect(refuseForeign(request(own), access, true)).toMatchObject({ status: 403, reason: 'no Origin' });
  });
});
