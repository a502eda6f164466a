import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { importFiles } from '../../../src-main/media/import-files.ts';
import type { ImportOptions } from '../../../src-main/media/import-types.ts';
import { ownFolder, testKey, writeWave } from './made-media.ts';

const folder = ownFolder();
let projects = 0;

async function imported(paths: string[], options: Partial<ImportOptions>) {
  const projectFolder = join(folder, `project ${projects++}`);
  mkdirSync(projectFolder);
  const names: string[] = [];
  const summary = await importFiles({
    paths,
    mode: 'copy',
    projectFolder,
    sampleRate: 48_000,
    key: testKey,
    onImported: ({ originalPath }) => void names.push(basename(originalPath)),
    ...options,
  });
  return { names, summary, left: readdirSync(join(projectFolder, 'Audio Files')).sort() };
}

const wave = (name: string, loudness: number) =>
  writeWave(join(folder, name), { frameCount: 4800 }, (frame) => Math.sin(frame / 7) * loudness);

it('files come into the document in the order listed, whichever is ready first', async () => {
  const paths = Array.from({ length: 50 }, (_, index) => wave(`take ${index}.wav`, (index + 1) / 100));
  let atOnce = 0;
  let most = 0;
  const { names, summary } = await imported(paths, {
    // The first of each ten takes longest.
    buildPeaks: async ({ path }) => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, / \d?0\.wav$/.test(path) ? 150 : 1));
      atOnce--;
    },
  });
  expect(names).toEqual(paths.map((path) => basename(path)));
  expect(summary.importedCount).toBe(50);
  expect(most).toBe(2);
});

it('of two files of one content the second comes in where the first fails', async () => {
  const paths = [wave('first.wav', 0.5), wave('second.wav', 0.5)];
  const names: string[] = [];
  const { summary, left } = await imported(paths, {
    onImported: ({ originalPath }) => {
      if (basename(originalPath) === 'first.wav') throw new Error('the document refused it');
      names.push(basename(originalPath));
    },
  });
  expect(summary.items.map(({ state, note }) => [state, note])).toEqual([
    ['failed', null],
    ['done', null],
  ]);
  expect(names).toEqual(['second.wav']);
  expect(left).toEqual(['second.wav']);
});

it('of two files of one content that both could come in, the first listed does', async () => {
  const paths = [wave('one.wav', 0.4), wave('two.wav', 0.4), wave('three.wav', 0.4)];
  const { names, summary, left } = await imported(paths, {
    buildPeaks: ({ path }) => new Promise((resolve) => setTimeout(resolve, path.endsWith('one.wav') ? 100 : 1)),
  });
  expect(names).toEqual(['one.wav']);
  expect(summary).toMatchObject({ importedCount: 1, alreadyThereCount: 2, failedCount: 0 });
  expect(summary.items[1]?.note).toContain('“one.wav”');
  expect(left).toEqual(['one.wav']);
});
