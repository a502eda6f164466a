import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { BounceOutput } from '../../../src-main/engine/addon.ts';
import { loadAddon } from '../../../src-main/engine/addon.ts';
import { bounce } from '../../../src-main/engine/bounce.ts';
import { takeFinalNames } from '../../../src-main/engine/bounce-targets.ts';
import { clip, noise, plan, temporaryFolder, track, writePcm } from '../../support/render-plans.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const source = writePcm(`${folder.path}/source.wav`, 'f32', 1, noise(50_000));
const reel = plan({
  sources: [source],
  tracks: [track({ pan: -1, clips: [clip({ lengthSamples: 48_000 })] })],
});

let out = '';
let serial = 0;
beforeEach(() => {
  out = `${folder.path}/bounces ${serial++}`;
  mkdirSync(out);
});

const output = (name: string): BounceOutput => ({
  path: `${out}/${name}`,
  headerBytes: new TextEncoder().encode('HEAD'),
  channels: [{ bus: 'master', side: 'left' }],
  sampleFormat: 'f32',
  dither: false,
});
const request = (...outputs: BounceOutput[]) => ({ plan: reel, fromSample: 0, lengthSamples: 48_000, outputs });

describe('a bounce into a folder', () => {
  it('puts whole files under their final names', async () => {
    const progress: number[] = [];
    const done = {
      ...request(output('a.wav'), output('b.wav')),
      onProgress: (portion: number) => progress.push(portion),
    };
    const result = await bounce(done);
    expect(readdirSync(out)).toEqual(['a.wav', 'b.wav']);
    expect(result.outputs.map(({ path, framesWritten }) => [path, framesWritten])).toEqual([
      [`${out}/a.wav`, 48_000],
      [`${out}/b.wav`, 48_000],
    ]);
    const bytes = readFileSync(`${out}/a.wav`);
    expect(bytes.subarray(0, 4).toString()).toBe('HEAD');
    expect(bytes.subarray(4)).toEqual(readFileSync(source.path).subarray(44, 44 + 4 * 48_000));
    expect(progress.at(-1)).toBe(1);
  });

  it('keeps the file that was there until the new one is whole', async () => {
    writeFileSync(`${out}/a.wav`, 'the old bounce');
    const stop = new AbortController();
    const running = bounce({
      ...request(output('a.wav')),
      overwrite: true,
      lengthSamples: 48_000 * 3600,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(out)).toEqual(['a.wav']);
    expect(readFileSync(`${out}/a.wav`, 'utf8')).toBe('the old bounce');
  });

  it('does not begin when it is already cancelled', async () => {
    const running = bounce({ ...request(output('a.wav')), signal: AbortSignal.abort(new Error('no more')) });
    await expect(running).rejects.toThrow('no more');
    expect(readdirSync(out)).toEqual([]);
  });

  it('refuses to write over a source of the project, and two files under one name', async () => {
    const over = bounce(request({ ...output('a.wav'), path: source.path }));
    await expect(over).rejects.toMatchObject({ code: 'bounce-over-source' });
    await expect(bounce(request(output('a'), output('a')))).rejects.toMatchObject({ code: 'bounce-same-name' });
    expect(existsSync(source.path)).toBe(true);
  });

  it('refuses a source through a linked folder, under a second name, and one that is offline', async () => {
    symlinkSync(folder.path, `${out}/linked`);
    linkSync(source.path, `${out}/second.wav`);
    const own = `${out}/own`;
    mkdirSync(own);
    symlinkSync(own, `${out}/to own`);
    const before = readFileSync(source.path);
    const ways = [`${out}/linked/source.wav`, `${out}/second.wav`, `${out}/to own/offline.wav`];
    for (const path of ways) {
      const running = bounce({
        ...request({ ...output('a'), path }),
        overwrite: true,
        protectedFiles: () => [`${own}/offline.wav`],
      });
      await expect(running, path).rejects.toMatchObject({ code: 'bounce-over-source' });
    }
    expect(readFileSync(source.path)).toEqual(before);
  });

  it('refuses a file of the project that the plan does not play', async () => {
    writeFileSync(`${out}/a.wav`, 'not on the timeline');
    const running = bounce({ ...request(output('a.wav')), overwrite: true, protectedFiles: () => [`${out}/a.wav`] });
    await expect(running).rejects.toMatchObject({ code: 'bounce-over-source' });
    expect(readFileSync(`${out}/a.wav`, 'utf8')).toBe('not on the timeline');
  });

  it('writes nothing into or below a protected folder, whatever way leads there', async () => {
    mkdirSync(`${out}/Audio Files/below`, { recursive: true });
    symlinkSync(`${out}/Audio Files/below`, `${out}/linked`);
    for (const folderPath of [
      `${out}/Audio Files`,
      `${out}/Audio Files/below`,
      `${out}/linked`,
      `${out}/x/../linked`,
    ]) {
      const running = bounce({
        ...request({ ...output('a'), path: `${folderPath}/a.wav` }),
        protectedFolders: [`${out}/Audio Files`],
      });
      await expect(running, folderPath).rejects.toMatchObject({ code: 'bounce-project-folder' });
    }
    expect(readdirSync(`${out}/Audio Files/below`)).toEqual([]);
  });

  it('replaces an earlier file only when it may, and never a folder', async () => {
    writeFileSync(`${out}/a.wav`, 'the old bounce');
    mkdirSync(`${out}/b.wav`);
    await expect(bounce(request(output('a.wav')))).rejects.toMatchObject({ code: 'bounce-exists' });
    const both = { ...request(output('a.wav'), output('b.wav')), overwrite: true };
    await expect(bounce(both)).rejects.toMatchObject({ code: 'bounce-exists' });
    expect(readFileSync(`${out}/a.wav`, 'utf8')).toBe('the old bounce');
    await bounce({ ...request(output('a.wav')), overwrite: true });
    expect(readFileSync(`${out}/a.wav`)).toHaveLength(4 + 4 * 48_000);
    expect(readdirSync(out).sort()).toEqual(['a.wav', 'b.wav']);
  });

  it('beside another one of the same name does not mix with it: the later to end is refused', async () => {
    const ended = await Promise.allSettled([bounce(request(output('a.wav'))), bounce(request(output('a.wav')))]);
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(ended.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'bounce-exists' } });
    expect(readdirSync(out)).toEqual(['a.wav']);
    expect(readFileSync(`${out}/a.wav`)).toHaveLength(4 + 4 * 48_000);
  });

  it('says before it starts that the disk is too small', async () => {
    const running = bounce({ ...request(output('a.wav')), lengthSamples: 2 ** 50 });
    await expect(running).rejects.toMatchObject({ code: 'disk-full', message: expect.stringContaining('GB are free') });
    expect(readdirSync(out)).toEqual([]);
  });

  it('into a folder that is not there says so, with what to do', async () => {
    const running = bounce(request({ ...output('a.wav'), path: `${out}/none/a.wav` }));
    await expect(running).rejects.toMatchObject({ code: 'file-missing', remedy: expect.stringMatching(/another one/) });
  });

  it('names a missing source and goes on', async () => {
    const gone = { ...source, path: `${folder.path}/gone.wav` };
    const { problems } = await bounce({ ...request(output('a.wav')), plan: { ...reel, sources: [gone] } });
    expect(problems).toMatchObject([{ path: gone.path, kind: 'missing' }]);
    expect(existsSync(`${out}/a.wav`)).toBe(true);
  });
});

describe('final names', () => {
  it('are taken by all files or by none: what was there comes back', async () => {
    for (const name of ['a', 'b', 'c']) writeFileSync(`${out}/${name}.part`, `new ${name}`);
    writeFileSync(`${out}/a`, 'old a');
    rmSync(`${out}/c.part`);
    const files = ['a', 'b', 'c'].map((name) => ({ part: `${out}/${name}.part`, path: `${out}/${name}` }));
    await expect(takeFinalNames(files, true)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readFileSync(`${out}/a`, 'utf8')).toBe('old a');
    expect(existsSync(`${out}/b`)).toBe(false);
    expect(readdirSync(out)).toEqual(['a']);
  });

  it('are not taken from a file that came meanwhile', async () => {
    for (const name of ['a', 'b']) writeFileSync(`${out}/${name}.part`, `new ${name}`);
    writeFileSync(`${out}/b`, 'came meanwhile');
    const files = ['a', 'b'].map((name) => ({ part: `${out}/${name}.part`, path: `${out}/${name}` }));
    await expect(takeFinalNames(files, false)).rejects.toMatchObject({ code: 'bounce-exists' });
    expect(existsSync(`${out}/a`)).toBe(false);
    expect(readFileSync(`${out}/b`, 'utf8')).toBe('came meanwhile');
  });
});

describe('an engine that was not built', () => {
  it('is one clear error with the command that builds it', () => {
    expect(() => loadAddon('../../native/build/Release/not-built.node')).toThrow(
      expect.objectContaining({ code: 'engine-not-built', remedy: expect.stringContaining('npm run postinstall') }),
    );
  });
});
