import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeScratchFolder } from '../../../src-main/sync/scratch-folder.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;

beforeAll(() => {
  folder = makeTemporaryFolder('scratch');
});
afterAll(() => folder.remove());

test('what a killed process left behind is removed, what a running one uses and what is nobody’s stays', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const make = (name: string) => {
    const path = join(folder.path, name);
    mkdirSync(path);
    writeFileSync(join(path, 'tracks.pcm'), 'x');
    return path;
  };
  const dead = make(`twopop-sync-${pid}-abc`);
  const deadToo = make(`twopop-assess-${pid}-abc`);
  const alive = make(`twopop-sync-${process.pid}-abc`);
  const other = make('twopop-sync-engine-abc');
  const scratch = await makeScratchFolder('sync', folder.path);
  expect(scratch).toContain(`twopop-sync-${process.pid}-`);
  expect([dead, deadToo, alive, other].map(existsSync)).toEqual([false, false, true, true]);
});
