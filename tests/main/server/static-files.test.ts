import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { contentSecurityPolicy, findStaticFile } from '../../../src-main/server/static-files.ts';

let folder = '';

beforeAll(() => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'twopop-static-')));
  folder = join(base, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(base, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'index.html'), 'page');
  writeFileSync(join(folder, 'assets', 'a b.js'), 'code');
  symlinkSync(join(base, 'secret.txt'), join(folder, 'link.txt'));
});

describe('the built interface', () => {
  test('is found by its paths', async () => {
    expect(await findStaticFile(folder, '/')).toBe(join(folder, 'index.html'));
    expect(await findStaticFile(folder, '/assets/a%20b.js')).toBe(join(folder, 'assets', 'a b.js'));
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/assets/..\\..\\secret.txt',
    '/link.txt',
    '/%00',
    '/%zz',
    '/assets',
    '//etc/passwd',
    '/missing.js',
  ])('nothing outside it is: %s', async (path) => {
    expect(await findStaticFile(folder, path)).toBeNull();
  });

  test('may load itself and its own host alone', () => {
    const policy = contentSecurityPolicy('http://127.0.0.1:4500');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:4500 ws://127.0.0.1:4500");
    expect(policy).not.toMatch(/unsafe-eval'(?<!wasm-unsafe-eval')|\*|https:/);
  });
});
