import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renameDurably } from '../../../src-main/files/rename-durably.ts';

const synced: string[] = [];
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    open: vi.fn(async (path: string, flags: string) => {
      const handle = await real.open(path, flags);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        synced.push(path);
        await sync();
      };
      return handle;
    }),
  };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rename-durably-'));
  synced.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a renamed file takes the place of the one that was there', async () => {
  writeFileSync(join(folder, 'a'), 'new');
  writeFileSync(join(folder, 'b'), 'old');
  await renameDurably(join(folder, 'a'), join(folder, 'b'));
  expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('new');
  expect(existsSync(join(folder, 'a'))).toBe(false);
});

test.skipIf(process.platform === 'win32')('both folders of a renamed file are brought to the disk', async () => {
  mkdirSync(join(folder, 'other'));
  writeFileSync(join(folder, 'a'), 'new');
  await renameDurably(join(folder, 'a'), join(folder, 'other', 'a'));
  expect(synced).toEqual([join(folder, 'other'), folder]);
});

test('a rename that fails is told, and nothing is synced', async () => {
  await expect(renameDurably(join(folder, 'missing'), join(folder, 'b'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(synced).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  'a file system that cannot sync folders does not make a rename fail',
  async () => {
    writeFileSync(join(folder, 'a'), 'new');
    vi.mocked(open).mockRejectedValueOnce(Object.assign(new Error('no'), { code: 'EINVAL' }));
    await renameDurably(join(folder, 'a'), join(folder, 'b'));
    expect(existsSync(join(folder, 'b'))).toBe(true);
  },
);

test.skipIf(process.platform === 'win32')('a disk that fails while syncing is told', async () => {
  writeFileSync(join(folder, 'a'), 'new');
  vi.mocked(open).mockRejectedValueOnce(Object.assign(new Error('no'), { code: 'EIO' }));
  await expect(renameDurably(join(folder, 'a'), join(folder, 'b'))).rejects.toMatchObject({ code: 'EIO' });
});
