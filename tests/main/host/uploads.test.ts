import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findFfmpeg, runFfmpeg } from '../../../src-main/media/ffmpeg.ts';
import type { Job, ProjectInfo } from '../../../src-shared/rpc/schemas.ts';
import { type Hosted, startHosted } from '../../contract/hosted.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeWave } from '../../support/write-wave.ts';

let folder: TemporaryFolder;
let hosted: Hosted;
let project: ProjectInfo;
const savedHome = process.env.TWOPOP_HOME;

beforeEach(async () => {
  folder = makeTemporaryFolder('uploads');
  process.env.TWOPOP_HOME = join(folder.path, 'home');
  hosted = await startHosted('MessagePort');
  project = await hosted.client.project.create({
    name: 'Uploads',
    parentFolder: folder.path,
    frameRate: { numerator: 25, denominator: 1, drop: false },
    sampleRate: 48_000,
    startFrame: 0,
  });
});

afterEach(async () => {
  await hosted.end();
  if (savedHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = savedHome;
  folder.remove();
});

async function upload(name: string, body: Buffer | string): Promise<string> {
  const response = await fetch(`${hosted.server.origin}/media/upload?batch=b1&path=${encodeURIComponent(name)}`, {
    method: 'PUT',
    body: Uint8Array.from(Buffer.from(body as Buffer)),
    headers: { authorization: `Bearer ${hosted.server.token}` },
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { path: string }).path;
}

async function importPaths(paths: string[]): Promise<Job> {
  const { jobId } = await hosted.client.media.import({ paths, mode: 'copy' });
  return (await hosted.host.services.jobs.whenEnded(jobId)) as Job;
}

function wave(loudness: number): Buffer {
  const path = join(folder.path, 'made.wav');
  writeWave(path, { lengthSamples: 4800, sampleAt: (sample) => ((sample % 50) / 100) * loudness });
  return readFileSync(path);
}

const incoming = () => join(project.folder, 'Incoming');

describe('names of dropped files', () => {
  test('that become one do not overwrite each other', async () => {
    const paths = [await upload('CARD/a:b.wav', 'one'), await upload('CARD/a?b.wav', 'two')];
    paths.push(await upload('CARD/a_b.wav', 'three'));
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['one', 'two', 'three']);
    expect(readdirSync(join(incoming(), 'b1', 'CARD')).sort()).toEqual(['a_b-2.wav', 'a_b-3.wav', 'a_b.wav']);
    expect(readdirSync(join(incoming(), 'b1'))).toEqual(['CARD']);
  });

  test('that arrive at once do not, either', async () => {
    const texts = Array.from({ length: 12 }, (_, index) => `take ${index} `.repeat(20_000));
    const paths = await Promise.all(texts.map((text) => upload('take.wav', text)));
    expect(new Set(paths).size).toBe(12);
    expect(paths.map((path) => readFileSync(path, 'utf8') === texts[paths.indexOf(path)])).not.toContain(false);
  });
});

describe('dropped files after their import', () => {
  test('leave nothing behind: imported, already there, or failed', async () => {
    const sound = wave(0.5);
    const paths = [
      await upload('CARD/one.wav', sound),
      await upload('CARD/again.wav', sound),
      await upload('CARD/DAY/broken.wav', 'this is no sound'),
    ];
    const job = await importPaths(paths);
    expect(job.items.map(({ state }) => state)).toEqual(['done', 'done', 'failed']);
    expect(existsSync(incoming())).toBe(false);
  });

  test('go when the import is cancelled while it waits or runs', async () => {
    const first = await upload('one.wav', wave(0.5));
    const second = await upload('two.wav', wave(0.6));
    const ids: string[] = [];
    for (const path of [first, second]) {
      const { jobId } = await hosted.client.media.import({ paths: [path], mode: 'copy' });
      ids.push(jobId);
    }
    for (const jobId of ids.toReversed()) await hosted.client.jobs.cancel({ jobId });
    await Promise.all(ids.map((id) => hosted.host.services.jobs.whenEnded(id)));
    await expect.poll(() => existsSync(incoming())).toBe(false);
  });

  test('stay for an import that goes on when the project opens again', async () => {
    const path = await upload('one.wav', wave(0.5));
    await hosted.client.media.import({ paths: [path], mode: 'copy' });
    await hosted.client.project.close();
    await hosted.client.project.open({ path: project.path });
    const { jobs, projects } = hosted.host.services;
    await Promise.all(jobs.list().map(({ id }) => jobs.whenEnded(id)));
    expect(projects.require().reader.all('source')).toHaveLength(1);
    expect(existsSync(incoming())).toBe(false);
  });
});

test('an import of dropped files that goes on does not miss those that are through', async () => {
  const paths: string[] = [];
  for (let number = 0; number < 20; number++) paths.push(await upload(`take ${number}.wav`, wave(0.2 + number / 50)));
  await hosted.client.media.import({ paths, mode: 'copy' });
  const { jobs, projects } = hosted.host.services;
  await expect.poll(() => projects.require().reader.all('source').length, { interval: 5 }).toBeGreaterThan(1);
  await hosted.client.project.close();
  expect(existsSync(incoming())).toBe(true);
  await hosted.client.project.open({ path: project.path });
  const ended = await Promise.all(jobs.list().map(({ id }) => jobs.whenEnded(id)));
  expect(ended.map((job) => job?.state)).toEqual(['done']);
  expect(ended.flatMap((job) => job?.items.filter(({ error }) => error) ?? [])).toEqual([]);
  expect(projects.require().reader.all('source')).toHaveLength(20);
  expect(existsSync(incoming())).toBe(false);
});

describe('a dropped camera clip', async () => {
  const ffmpeg = await findFfmpeg();
  if (!ffmpeg) console.warn('DROPPED CAMERA CLIPS SKIPPED: there is no ffmpeg on this machine.');

  test.skipIf(!ffmpeg)('is kept once, in Picture/Originals, also when the project is moved', async () => {
    const movie = join(folder.path, 'made.mp4');
    const args = ['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=1'];
    const sound = ['-f', 'lavfi', '-i', 'sine=frequency=300:sample_rate=48000:duration=1', '-shortest'];
    await runFfmpeg(movie, [...args, ...sound, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', movie]);
    const bytes = readFileSync(movie);
    const job = await importPaths([await upload('CARD/A001.MP4', bytes), await upload('CARD/copy.mp4', bytes)]);
    expect(job.items.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(existsSync(incoming())).toBe(false);
    const { reader } = hosted.host.services.projects.require();
    const [picture] = reader.all('picture');
    expect(picture?.originalPath).toMatch(/^Picture\/Originals\/A001-[0-9a-f]{12}\.mp4$/);
    expect(reader.all('source')[0]?.originalPath).toBe(picture?.originalPath);
    const original = join(project.folder, ...(picture?.originalPath ?? '').split('/'));
    expect(readFileSync(original).equals(bytes)).toBe(true);
    expect(statSync(original).nlink).toBe(1);
    expect(readdirSync(join(project.folder, 'Picture', 'Originals'))).toHaveLength(1);

    const made = () => hosted.host.services.projects.require().reader.get('picture', 1)?.proxyPath ?? null;
    await expect.poll(made, { timeout: 30_000 }).not.toBeNull();
    const proxyPath = made() ?? '';
    await hosted.client.project.close();
    const moved = `${project.folder} moved`;
    renameSync(project.folder, moved);
    const proxy = join(moved, ...proxyPath.split('/'));
    rmSync(proxy);
    await hosted.client.project.open({ path: moved });
    await expect.poll(() => existsSync(proxy), { timeout: 30_000 }).toBe(true);
  });
});
