import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashFile } from '../../../src-main/media/content-hash.ts';
import { findOfflineSources } from '../../../src-main/media/relink.ts';
import { ownFolder, writeWave } from './made-media.ts';

const folder = ownFolder();
mkdirSync(join(folder, 'old'));
mkdirSync(join(folder, 'new', 'deeper'), { recursive: true });
const original = writeWave(join(folder, 'old', 'T01.wav'), { frameCount: 5000 });
const { sha256, sizeBytes } = await hashFile(original);
const source = { key: 's7', name: 'T01', path: 'Audio Files/T01.wav', contentHash: sha256, sizeBytes };

it('a moved and renamed file is found by its content, not by its name', async () => {
  copyFileSync(original, join(folder, 'new', 'deeper', 'renamed.wav'));
  const other = readFileSync(original);
  other[other.length - 1]! ^= 1;
  writeFileSync(join(folder, 'new', 'T01.wav'), other);
  const missing = { ...source, key: 's8', contentHash: '0'.repeat(64) };
  const fractions: number[] = [];
  const found = await findOfflineSources(join(folder, 'new'), [source, missing], {
    onProgress: (fraction) => void fractions.push(fraction),
  });
  expect(found).toEqual([{ key: 's7', path: join(folder, 'new', 'deeper', 'renamed.wav') }]);
  expect(fractions.at(-1)).toBe(1);
});

it('one file serves every source of its content', async () => {
  const found = await findOfflineSources(join(folder, 'old'), [source, { ...source, key: 's9' }]);
  expect(found.map(({ key }) => key)).toEqual(['s7', 's9']);
});

it('a file of unknown size is looked for among those of its kind', async () => {
  const unknown = { ...source, path: '/cards/T99.WAV', sizeBytes: null };
  const found = await findOfflineSources(join(folder, 'new'), [unknown]);
  expect(found).toEqual([{ key: 's7', path: join(folder, 'new', 'deeper', 'renamed.wav') }]);
  expect(await findOfflineSources(join(folder, 'new'), [{ ...unknown, path: '/cards/T99.mov' }])).toEqual([]);
});

it('looking can be cancelled', async () => {
  await expect(findOfflineSources(folder, [source], { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'media-cancelled',
  });
});
