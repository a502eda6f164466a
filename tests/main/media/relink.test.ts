import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashFile } from '../../../src-main/media/content-hash.ts';
import { findOfflineSources, offlineSources } from '../../../src-main/media/relink.ts';
import { ownFolder, writeWave } from './made-media.ts';

const folder = ownFolder();
mkdirSync(join(folder, 'old'));
mkdirSync(join(folder, 'new', 'deeper'), { recursive: true });
const original = writeWave(join(folder, 'old', 'T01.wav'), { frameCount: 5000 });
const { sha256, sizeBytes } = await hashFile(original);
const source = { sourceId: 7, name: 'T01', path: 'Audio Files/T01.wav', contentHash: sha256, sizeBytes };

it('a file is offline when it is gone or has another size', async () => {
  writeFileSync(join(folder, 'shorter.wav'), 'x');
  const list = [original, join(folder, 'gone.wav'), join(folder, 'shorter.wav')].map((absolutePath) => ({
    absolutePath,
    sizeBytes,
  }));
  expect((await offlineSources(list)).map(({ absolutePath }) => absolutePath)).toEqual([
    list[1]!.absolutePath,
    list[2]!.absolutePath,
  ]);
});

it('a moved and renamed file is found by its content, not by its name', async () => {
  copyFileSync(original, join(folder, 'new', 'deeper', 'renamed.wav'));
  const other = readFileSync(original);
  other[other.length - 1]! ^= 1;
  writeFileSync(join(folder, 'new', 'T01.wav'), other);
  const missing = { ...source, sourceId: 8, contentHash: '0'.repeat(64) };
  const fractions: number[] = [];
  const found = await findOfflineSources(join(folder, 'new'), [source, missing], {
    onProgress: (fraction) => void fractions.push(fraction),
  });
  expect(found).toEqual([{ sourceId: 7, path: join(folder, 'new', 'deeper', 'renamed.wav') }]);
  expect(fractions.at(-1)).toBe(1);
});

it('one file serves every source of its content', async () => {
  const found = await findOfflineSources(join(folder, 'old'), [source, { ...source, sourceId: 9 }]);
  expect(found.map(({ sourceId }) => sourceId)).toEqual([7, 9]);
});

it('looking can be cancelled', async () => {
  await expect(findOfflineSources(folder, [source], { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'media-cancelled',
  });
});
