import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APP_SCHEME_PRIVILEGES, answerAppRequest } from '../../../src-main/electron/app-protocol.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;

beforeAll(() => {
  folder = makeTemporaryFolder('app-protocol');
  mkdirSync(join(folder.path, 'renderer', 'assets'), { recursive: true });
  writeFileSync(join(folder.path, 'renderer', 'index.html'), '<p>page</p>');
  writeFileSync(join(folder.path, 'renderer', 'assets', 'page.js'), 'code');
  writeFileSync(join(folder.path, 'secret'), 'secret');
});

afterAll(() => folder.remove());

const ask = (url: string, method = 'GET') =>
  answerAppRequest(new Request(url, { method }), join(folder.path, 'renderer'), 'http://127.0.0.1:4500');

describe('app://twopop', () => {
  test('serves the built page under its policy', async () => {
    const page = await ask('app://twopop/');
    expect(page.status).toBe(200);
    expect(await page.text()).toBe('<p>page</p>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain(
      "connect-src 'self' http://127.0.0.1:4500 ws://127.0.0.1:4500",
    );
    expect((await ask('app://twopop/assets/page.js')).headers.get('content-type')).toBe(
      'text/javascript; charset=utf-8',
    );
  });

  test.each([
    'app://twopop/missing',
    'app://other/index.html',
    'app://twopop/..%2fsecret',
    'app://twopop/assets/%2e%2e/%2e%2e/secret',
    'app://twopop/assets',
  ])('has nothing at %s', async (url) => {
    expect((await ask(url)).status).toBe(404);
  });

  test('answers no other method', async () => {
    expect((await ask('app://twopop/', 'POST')).status).toBe(404);
  });

  test('is a secure origin that may fetch', () => {
    expect(APP_SCHEME_PRIVILEGES).toMatchObject({
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true },
    });
  });
});
