import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openSyncAudio, openSyncTracks, readSyncStart } from '../../../src-main/host/sync-audio.ts';
import { collectFiles } from '../../../src-main/media/collect-files.ts';
import { parseSyncArguments, syncCommand, syncResultLines } from '../../../src-main/sync/sync-cli.ts';
import type { SyncPair } from '../../../src-shared/sync/sync-result.ts';

const folder = mkdtempSync(join(tmpdir(), 'twopop-sync-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the arguments of sync', () => {
  it('take several files behind one option, and options more than once', () => {
    expect(parseSyncArguments(['--cameras', 'a', 'b', '--recorders', 'x', '--cameras=c', '--json', '-'])).toEqual({
      cameras: ['a', 'b', 'c'],
      recorders: ['x'],
      json: '-',
      workers: availableParallelism(),
      timecode: true,
      tracks: false,
    });
  });

  it('leave timecode unread when told to', () => {
    const args = ['--no-timecode', '--tracks', '--cameras', 'a', '--recorders', 'x', '--workers', '3'];
    expect(parseSyncArguments(args)).toMatchObject({ workers: 3, timecode: false, tracks: true });
  });

  it.each([
    [[]],
    [['a.mov']],
    [['--cameras', 'a']],
    [['--recorders', 'a']],
    [['--cameras', 'a', '--recorders', 'b', '--fast']],
    [['--cameras', 'a', '--recorders', 'b', '--workers', '0']],
  ])('refuse %j', (args) => {
    expect(() => parseSyncArguments(args)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

async function run(args: readonly string[]) {
  let printed = '';
  const code = await syncCommand({
    args,
    openAudio: openSyncAudio,
    openTracks: openSyncTracks,
    readStart: readSyncStart,
    filesBelow: async (below) => (await collectFiles([below])).map(({ path }) => path),
    write: (text) => {
      printed += text;
    },
    writeFile: async (path, text) => writeFileSync(path, text),
  });
  return { code, printed };
}

describe('sync from the command line', () => {
  it('names each file that is not media, once, in plain words', async () => {
    const [letter, empty] = [join(folder, 'letter.mov'), join(folder, 'empty.wav')];
    writeFileSync(letter, 'Dear editor, the card is in the post.\n'.repeat(50));
    writeFileSync(empty, '');
    const { code, printed } = await run(['--cameras', letter, '--recorders', empty, '--json', '-']);
    expect(code).toBe(1);
    const result = JSON.parse(printed);
    expect(result.pairs).toEqual([]);
    expect(result.unmatched.map(({ camera }: { camera: string }) => camera)).toEqual([letter]);
    expect(result.skipped).toHaveLength(1);
    for (const { reason } of [...result.unmatched, ...result.skipped]) {
      expect(reason.length).toBeGreaterThan(10);
      expect(reason).not.toContain('\n');
    }
  });

  it('refuses a path that is not there, and a folder without media, before anything is listened to', async () => {
    const letter = join(folder, 'letter.mov');
    writeFileSync(letter, 'Dear editor');
    const missing = join(folder, 'missing.mov');
    for (const args of [
      ['--cameras', letter, missing, '--recorders', letter],
      ['--cameras', letter, '--recorders', missing],
    ])
      await expect(run(args)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(missing) });
    const empty = mkdtempSync(join(folder, 'empty-'));
    await expect(run(['--cameras', empty, '--recorders', letter])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('no media file'),
    });
  });

  it('takes the media files below a folder', async () => {
    const card = mkdtempSync(join(folder, 'card-'));
    for (const name of ['A002.mov', 'A001.mov', 'index.xml']) writeFileSync(join(card, name), 'Dear editor');
    const { printed } = await run(['--cameras', card, '--recorders', join(card, 'A001.mov'), '--json', '-']);
    expect(JSON.parse(printed).unmatched.map(({ camera }: { camera: string }) => camera)).toEqual([
      join(card, 'A001.mov'),
      join(card, 'A002.mov'),
    ]);
  });

  it('rounds percents down, as the review does', () => {
    const pair: SyncPair = {
      ...{ camera: 'a', recorder: 'b', offsetSamplesAt48k: 0, driftPpm: 0, method: 'waveform', confidence: 0.998 },
      ...{ reason: '', residualHeadMs: 0, residualMiddleMs: 0, residualTailMs: 0, inverted: false },
    };
    expect(syncResultLines({ pairs: [pair], unmatched: [], skipped: [], ltc: {} })).toContain(' 99 %');
  });

  it('prints its help', async () => {
    expect((await run(['--help'])).printed).toContain('--recorders FILE...');
  });

  const shared = fileURLToPath(new URL('../../../../shared/sync/', import.meta.url));
  const possible =
    existsSync(join(shared, 'gen.py')) &&
    spawnSync('python3', ['-c', 'import numpy, scipy']).status === 0 &&
    spawnSync('espeak-ng', ['--version']).status === 0 &&
    spawnSync('ffmpeg', ['-version']).status === 0;
  if (!possible)
    console.warn('SKIPPED: a generated shooting day needs ../shared/sync, python3 with scipy, espeak-ng and ffmpeg.');

  it.skipIf(!possible)(
    'matches a generated day to the sample, orphans and silence apart',
    { timeout: 180_000 },
    async () => {
      const made = spawnSync(
        'python3',
        [join(shared, 'gen.py'), '--seed', '5', '--out', folder, '--jobs', '2', '--only', 'orphan,retake,silent'],
        { encoding: 'utf8' },
      );
      expect(made.stderr).toBe('');
      const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
      const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'));
      for (const bin of manifest.bins) {
        const path = (clip: { path: string }) => join(folder, clip.path);
        const { printed } = await run([
          '--cameras',
          ...bin.cameras.map(path),
          '--recorders',
          ...bin.recorders.map(path),
          '--json',
          '-',
        ]);
        const result = JSON.parse(printed);
        const pairs = truth.pairs.filter((pair: { bin: string }) => pair.bin === bin.id);
        expect(result.pairs).toHaveLength(pairs.length);
        for (const pair of pairs) {
          const file = (clips: { id: string; path: string }[], id: string) =>
            path(clips.find((clip) => clip.id === id)!);
          const found = result.pairs.find(
            (other: { camera: string }) => other.camera === file(bin.cameras, pair.camera),
          );
          expect(found.recorder).toBe(file(bin.recorders, pair.recorder));
          expect(Math.abs(found.offset_samples_at_48k - pair.offset_samples_at_48k)).toBeLessThan(1);
        }
      }
    },
  );
});
