import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import { ffmpeg, ownFolder, writeWave } from './made-media.ts';

const folder = ownFolder();
const card = join(folder, 'card');
mkdirSync(card);
const child = join(import.meta.dirname, 'import-child.ts');
const copied = [1, 2, 3, 4].map((n) =>
  writeWave(
    join(card, `copied-${n}.wav`),
    { channelCount: 4, frameCount: 400_000 },
    (frame, channel) => Math.sin((frame * n) / (30 + channel)) / 2,
  ),
);
const converted = [1, 2].map((n) =>
  writeWave(
    join(card, `converted-${n}.wav`),
    { sampleRate: 44_100, frameCount: 900_000 },
    (frame) => Math.sin((frame * n) / 40) / 2,
  ),
);

function lines(text: string): Record<string, unknown>[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

describe('an import that is killed', () => {
  it('leaves no half file under a final name, and goes on to the same result', { timeout: 180_000 }, async () => {
    for (let round = 0; round < 12; round++) {
      const project = join(folder, `project-${round}`);
      mkdirSync(join(project, 'Audio Files'), { recursive: true });
      const through = new Map<string, string>();
      for (let kill = 0; ; kill++) {
        const run = spawn(process.execPath, [child, project, card], { stdio: ['ignore', 'pipe', 'inherit'] });
        let text = '';
        run.stdout.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        const timer =
          kill < 3 ? setTimeout(() => run.kill('SIGKILL'), 150 + ((round * 97 + kill * 331) % 700)) : undefined;
        await new Promise((resolve) => run.once('close', resolve));
        clearTimeout(timer);
        for (const line of lines(text)) if (line.imported) through.set(String(line.imported), String(line.path));
        for (const name of readdirSync(join(project, 'Audio Files')).filter((entry) => entry.endsWith('.wav'))) {
          const wave = (await readWaveFile(join(project, 'Audio Files', name)))!;
          expect([400_000, Math.ceil((900_000 * 48_000) / 44_100), 979_592]).toContain(wave.frames);
        }
        if (run.exitCode === 0) break;
      }
      const left = readdirSync(join(project, 'Audio Files'));
      expect(left.filter((name) => !name.endsWith('.wav'))).toEqual([]);
      // A kill between a file's acceptance and its note in the journal may import that one file twice; never lose it.
      expect(new Set(through.keys())).toEqual(new Set([...copied, ...converted]));
      for (const path of copied)
        expect(readFileSync(join(project, through.get(path)!)).equals(readFileSync(path))).toBe(true);
    }
  });
});

const small = spawnSync('unshare', ['-Urm', 'sh', '-c', 'mount -t tmpfs -o size=1m none /mnt && echo yes'], {
  encoding: 'utf8',
});
const canMount = small.stdout?.includes('yes') ?? false;
if (!canMount) console.warn('SKIPPED: no small disk can be mounted here to fill it');

it.skipIf(!canMount)(
  'a disk that fills up is one clear error a file; what fits is imported, nothing half-written stays',
  () => {
    const fits = writeWave(join(card, 'fits.wav'), { frameCount: 20_000 });
    const film = join(card, 'film.flac');
    ffmpeg('-f', 'lavfi', '-i', 'sine=440:r=48000:d=60', film);
    const inside = '/mnt/project';
    const script = `mount -t tmpfs -o size=3m none /mnt && mkdir -p ${inside} && "$0" "$@"; ls -la "${inside}/Audio Files"`;
    const text = execFileSync(
      'unshare',
      ['-Urm', 'sh', '-c', script, process.execPath, child, inside, copied[0]!, film, fits],
      { encoding: 'utf8' },
    );
    const items = lines(text).find((line) => line.items)!.items as {
      name: string;
      state: string;
      code: string | null;
    }[];
    expect(items).toEqual([
      { name: 'copied-1.wav', state: 'failed', code: 'media-disk-full' },
      { name: 'film.flac', state: 'failed', code: 'media-disk-full' },
      { name: 'fits.wav', state: 'done', code: null },
    ]);
    expect(text).toContain('fits.wav');
    expect(text).not.toMatch(/\.part|copied-1\.wav$|film\.wav$/m);
    expect(statSync(copied[0]!).size).toBeGreaterThan(3e6);
  },
);
