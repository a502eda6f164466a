import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import { reportOf, takeToken } from '../../../src-renderer/app/connection.ts';

const TOKEN = 'ab'.repeat(32);

function page(hash: string) {
  const kept = new Map<string, string>();
  const shown: string[] = [];
  return {
    kept,
    shown,
    take: () =>
      takeToken(
        { hash, pathname: '/', search: '' } as Location,
        {
          getItem: (key: string) => kept.get(key) ?? null,
          setItem: (key: string, value: string) => kept.set(key, value),
        } as unknown as Storage,
        { replaceState: (_state: unknown, _title: string, url: string) => shown.push(url) } as unknown as History,
      ),
  };
}

test('the token leaves the address at once and survives a reload', () => {
  const first = page(`#token=${TOKEN}`);
  expect(first.take()).toBe(TOKEN);
  expect(first.shown).toEqual(['/']);
  const reloaded = page('');
  for (const [key, value] of first.kept) reloaded.kept.set(key, value);
  expect(reloaded.take()).toBe(TOKEN);
});

test('a page opened without a token has none', () => {
  expect(page('').take()).toBeNull();
  expect(page('#token=short').take()).toBeNull();
});

test('a host’s typed error is shown as the host wrote it', () => {
  const data = { code: 'disk-full', message: 'The disk is full. Nothing was written.', remedy: 'Free some space.' };
  expect(reportOf(new ORPCError('TWOPOP', { defined: true, data }))).toEqual(data);
  expect(reportOf(new Error('odd')).code).toBe('internal');
});
