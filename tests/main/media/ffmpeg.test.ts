import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findFfmpeg, requireFfmpeg, runFfmpeg } from '../../../src-main/media/ffmpeg.ts';
import { importFiles } from '../../../src-main/media/import-files.ts';
import { probeFile } from '../../../src-main/media/probe-file.ts';
import { ffmpeg, ownFolder, testKey, writeWave } from './made-media.ts';

const folder = ownFolder();
const { PATH, FFMPEG_BIN } = process.env;
const isBundled = (() => {
  try {
    return typeof createRequire(import.meta.url)('ffmpeg-static') === 'string';
  } catch {
    return false;
  }
})();
if (isBundled) console.warn('SKIPPED: ffmpeg-static is installed, so a machine without ffmpeg cannot be played here');

afterEach(async () => {
  process.env.PATH = PATH;
  if (FFMPEG_BIN === undefined) delete process.env.FFMPEG_BIN;
  else process.env.FFMPEG_BIN = FFMPEG_BIN;
  await findFfmpeg({ refresh: true });
});

it('the program that FFMPEG_BIN names comes first', async () => {
  const { path } = await requireFfmpeg();
  process.env.FFMPEG_BIN = path;
  process.env.PATH = '';
  expect(await findFfmpeg({ refresh: true })).toMatchObject({ path, version: expect.stringMatching(/\d/) });
});

it('a program that is no ffmpeg is passed over', async () => {
  const { path } = await requireFfmpeg();
  process.env.FFMPEG_BIN = process.execPath;
  expect(await findFfmpeg({ refresh: true })).toMatchObject({ path });
});

describe.skipIf(isBundled)('without ffmpeg', () => {
  it('one clear error says how to get it; WAV at the project’s rate is imported all the same', async () => {
    const wave = writeWave(join(folder, 'works.wav'), { frameCount: 1000 });
    ffmpeg('-i', wave, join(folder, 'needs.flac'));
    process.env.PATH = '';
    delete process.env.FFMPEG_BIN;
    expect(await findFfmpeg({ refresh: true })).toBeNull();
    expect(await probeFile(wave)).toMatchObject({ frames: 1000 });
    const summary = await importFiles({
      paths: [wave, join(folder, 'needs.flac')],
      mode: 'copy',
      projectFolder: join(folder, 'project'),
      sampleRate: 48_000,
      key: testKey,
      onImported: () => {},
    });
    expect(summary.items[0]).toMatchObject({ state: 'done' });
    expect(summary.items[1]).toMatchObject({
      state: 'failed',
      error: { code: 'ffmpeg-missing', remedy: expect.stringContaining('apt-get install ffmpeg') },
    });
  });
});

it('a failed run names the file without its folder, and what ffmpeg said', async () => {
  const path = join(folder, 'odd.txt');
  writeFileSync(path, 'x');
  const failed = runFfmpeg(path, ['-loglevel', 'error', '-i', `file:${path}`, '-no-such-option', '-f', 'null', '-']);
  await expect(failed).rejects.toMatchObject({
    code: expect.stringMatching(/^(ffmpeg-failed|media-)/),
    message: expect.stringContaining('odd.txt'),
  });
});

it('an abort ends a run that would take hours', async () => {
  const stop = new AbortController();
  const args = ['-f', 'lavfi', '-i', 'anoisesrc=d=100000', '-f', 'null', '-'];
  const run = runFfmpeg('noise', args, { signal: stop.signal, onProgressSeconds: () => stop.abort() });
  await expect(run).rejects.toMatchObject({ code: 'media-cancelled' });
});
