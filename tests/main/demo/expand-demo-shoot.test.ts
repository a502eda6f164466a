import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoShoot, readDemoShoot } from '../../../src-main/demo/demo-shoot.ts';
import { type ExpandedShoot, expandDemoShoot } from '../../../src-main/demo/expand-demo-shoot.ts';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';

const shootFolder = join(import.meta.dirname, '../../../assets/demo-shoot');
let folder: string;
let shoot: DemoShoot;
let expanded: ExpandedShoot;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twopop-demo-'));
  shoot = await readDemoShoot(shootFolder);
  expanded = await expandDemoShoot({ shootFolder, targetFolder: folder });
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function allFiles(): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => /\./.test(basename(name))).sort();
}

describe('the cards of the demo shoot', () => {
  it('hold every camera clip and recorder file under its name, and no half file', async () => {
    expect(expanded.cardFolders.map((path) => basename(path))).toEqual(['CAMERA A', 'CAMERA B', 'SOUND']);
    const wanted = [...shoot.cameras, ...shoot.recordings].map(({ card, name }) => join(card, name));
    expect(await allFiles()).toEqual([...wanted, '.expanded.json'].sort());
  });

  it('hold recorder files that say what the shoot says of them', async () => {
    for (const [index, recording] of shoot.recordings.entries()) {
      const wave = (await readWaveFile(expanded.recorderFiles[index]!))!;
      expect(wave.metadata).toMatchObject({
        scene: recording.scene,
        take: recording.take,
        tape: recording.tape,
        circled: recording.circled,
        timeReference: recording.timeReferenceSamples,
        frameRate: shoot.frameRate,
        trackNames: ['Boom', 'MARA', 'THEO', 'Mix'],
      });
      expect(wave.frames).toBe(recording.lengthSamples);
      expect(wave.format).toMatchObject({ channelCount: 4, sampleRate: 48_000, bitsPerSample: 24 });
      expect(wave.notices).toEqual([]);
    }
  });

  it('are left alone when they are whole', async () => {
    const before = await Promise.all(expanded.recorderFiles.map(async (path) => (await stat(path)).ino));
    await expandDemoShoot({ shootFolder, targetFolder: folder });
    expect(await Promise.all(expanded.recorderFiles.map(async (path) => (await stat(path)).ino))).toEqual(before);
  });

  it('are completed when a file is cut short, missing or was never finished, byte for byte', async () => {
    const [first, second] = expanded.recorderFiles as [string, string];
    const camera = expanded.cameraFiles[0]!;
    const before = await Promise.all([first, second, camera].map((path) => readFile(path)));
    await truncate(first, 100_000);
    await rm(second);
    await rm(camera);
    await writeFile(`${second}.1234abcd.part`, 'half');
    await expandDemoShoot({ shootFolder, targetFolder: folder });
    const after = await Promise.all([first, second, camera].map((path) => readFile(path)));
    expect(after.map((bytes, index) => bytes.equals(before[index]!))).toEqual([true, true, true]);
    expect((await allFiles()).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('are made again when the stamp is of another shoot', async () => {
    const path = expanded.cameraFiles[0]!;
    await utimes(path, 1, 1);
    await writeFile(join(folder, '.expanded.json'), JSON.stringify({ shoot: 'another', files: {} }));
    await expandDemoShoot({ shootFolder, targetFolder: folder });
    expect((await stat(path)).mtimeMs).toBeGreaterThan(1000);
  });

  it('can be broken off, and go on later', async () => {
    const target = await mkdtemp(join(tmpdir(), 'twopop-demo-'));
    try {
      const abort = new AbortController();
      const onProgress = (_: number, name: string) => {
        if (name === '12T02.WAV') abort.abort();
      };
      await expect(
        expandDemoShoot({ shootFolder, targetFolder: target, signal: abort.signal, onProgress }),
      ).rejects.toThrow();
      expect((await readdir(join(target, 'SOUND'))).sort()).toEqual(['12T01.WAV']);
      const again = await expandDemoShoot({ shootFolder, targetFolder: target });
      expect((await stat(again.recorderFiles[1]!)).size).toBe((await stat(expanded.recorderFiles[1]!)).size);
    } finally {
      await rm(target, { recursive: true });
    }
  });

  it('are refused in plain words when the shoot is not there', async () => {
    const target = await mkdtemp(join(tmpdir(), 'twopop-demo-'));
    await expect(expandDemoShoot({ shootFolder: target, targetFolder: target })).rejects.toMatchObject({
      code: 'demo-damaged',
    });
    await rm(target, { recursive: true });
  });
});
