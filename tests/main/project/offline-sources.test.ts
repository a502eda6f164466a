import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { offlineAmong } from '../../../src-main/project/project-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twopop-offline-'));
  mkdirSync(join(folder, 'Audio Files', 'folder.wav'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a source is offline when its file is gone, is no file, or has another size', () => {
  writeFileSync(join(folder, 'Audio Files', 'whole.wav'), '12345');
  writeFileSync(join(folder, 'Audio Files', 'replaced.wav'), '123456');
  const sources = ['whole', 'replaced', 'gone', 'folder'].map((name) => ({
    name,
    path: `Audio Files/${name}.wav`,
    linked: false,
    sizeBytes: 5,
  }));
  const offline = offlineAmong(join(folder, 'Reel.twopop'), sources);
  expect(offline.map(({ name }) => name)).toEqual(['replaced', 'gone', 'folder']);
});
