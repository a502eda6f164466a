import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCliShell } from '../../../src-main/cli/cli-shell.ts';
import { createHost, type Host } from '../../../src-main/host/host.ts';
import { findFfmpeg, runFfmpeg } from '../../../src-main/media/ffmpeg.ts';
import type { ProjectInfo } from '../../../src-shared/rpc/schemas.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeWave } from '../../support/write-wave.ts';

/** A project that came from somebody else: what lies in it must make this machine neither read, write nor delete. */
let folder: TemporaryFolder;
let host: Host;
let project: ProjectInfo;
let elsewhere = '';
const savedHome = process.env.TWOPOP_HOME;

beforeEach(async () => {
  folder = makeTemporaryFolder('strange-project');
  process.env.TWOPOP_HOME = join(folder.path, 'home');
  elsewhere = join(folder.path, 'elsewhere');
  mkdirSync(elsewhere);
  host = createHost({ shell: createCliShell(), mediaBaseUrl: () => '' });
  project = await host.transports.client.project.create({
    name: 'Strange',
    parentFolder: folder.path,
    frameRate: { numerator: 25, denominator: 1, drop: false },
    sampleRate: 48_000,
    startFrame: 0,
  });
  await host.close();
});

afterEach(async () => {
  await host.close();
  if (savedHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = savedHome;
  folder.remove();
});

const audio = () => join(project.folder, 'Audio Files');
const journal = (...lines: (object | string)[]) =>
  writeFileSync(
    join(audio(), '.import-0123456789abcdef.jsonl'),
    lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
  );

async function open(): Promise<ProjectInfo> {
  const info = await host.transports.client.project.open({ path: project.path });
  await Promise.all(host.services.jobs.list().map(({ id }) => host.services.jobs.whenEnded(id)));
  return info;
}

function plantJob(kind: string, request: string): void {
  const database = new Database(project.path);
  database
    .prepare('INSERT INTO job (id, kind, state, label, request, at) VALUES (?, ?, ?, ?, ?, ?)')
    .run('11111111-2222-4333-8444-555555555555', kind, 'queued', 'Innocent', request, new Date().toISOString());
  database.close();
}

const sourceCount = () => host.services.projects.require().reader.all('source').length;

describe.each(['Incoming', 'Audio Files', 'Picture', 'Peaks', 'Bounces', 'Backups'])(
  'a project whose “%s” is a link to another folder',
  (name) => {
    test('is opened read-only, and nothing there is deleted or written', async () => {
      mkdirSync(join(elsewhere, 'b1', 'empty'), { recursive: true });
      for (const file of ['draft.part', 'take.wav.part', 'thesis.txt', 'b1/.arriving-0123456789abcdef'])
        writeFileSync(join(elsewhere, file), 'precious');
      const before = readdirSync(elsewhere, { recursive: true }).sort();
      rmSync(join(project.folder, name), { recursive: true, force: true });
      symlinkSync(elsewhere, join(project.folder, name));
      const info = await open();
      expect(info.readOnly).toBe(true);
      expect(info.notices.join('\n')).toContain(`“${name}”`);
      expect(readdirSync(elsewhere, { recursive: true }).sort()).toEqual(before);
    });
  },
);

test('a lock that is a link to another database is not written to', async () => {
  const victim = join(elsewhere, 'cookies.sqlite');
  writeFileSync(victim, '');
  rmSync(`${project.path}-lock`, { force: true });
  symlinkSync(victim, `${project.path}-lock`);
  const info = await open();
  expect(info.readOnly).toBe(true);
  expect(readFileSync(victim, 'utf8')).toBe('');
});

test('a proxy is written neither through a link nor out of its folder', async () => {
  const ffmpeg = await findFfmpeg();
  if (!ffmpeg) {
    console.warn('PROXIES THROUGH LINKS SKIPPED: there is no ffmpeg on this machine.');
    return;
  }
  const movie = join(folder.path, 'A001.mp4');
  const args = ['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=64x36:rate=25:duration=1'];
  await runFfmpeg(movie, [...args, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', movie]);
  const victim = join(elsewhere, 'thesis.txt');
  writeFileSync(victim, 'precious');
  await host.transports.client.project.open({ path: project.path });
  host.services.imports.start([movie], 'copy');
  await Promise.all(host.services.jobs.list().map(({ id }) => host.services.jobs.whenEnded(id)));
  const made = () => host.services.projects.require().reader.get('picture', 1)?.proxyPath ?? null;
  await expect.poll(made, { timeout: 30_000 }).not.toBeNull();
  const proxy = join(project.folder, ...(made() ?? '').split('/'));
  await host.close();
  rmSync(proxy);
  symlinkSync(victim, `${proxy}.part`);
  const attended = createHost({ shell: createCliShell(), mediaBaseUrl: () => '' });
  await attended.transports.client.project.open({ path: project.path });
  await expect.poll(() => existsSync(proxy), { timeout: 30_000 }).toBe(true);
  await attended.close();
  expect(readFileSync(victim, 'utf8')).toBe('precious');

  rmSync(proxy);
  symlinkSync(elsewhere, join(project.folder, 'Picture', 'day'));
  const database = new Database(project.path);
  database.exec("UPDATE picture SET proxyPath = 'Picture/day/evil.mp4'");
  database.close();
  await attended.transports.client.project.open({ path: project.path });
  // Whether a proxy is made at all then is another matter; where there is a job, it ends.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { jobs } = attended.services;
  await Promise.all(jobs.list().map(({ id }) => jobs.whenEnded(id)));
  await attended.close();
  expect(readdirSync(elsewhere)).toEqual(['thesis.txt']);
});

test('peaks are not written through links that lie in wait for them', async () => {
  const wave = join(folder.path, 'T01.wav');
  writeWave(wave, { lengthSamples: 48_000 });
  const victim = join(elsewhere, 'thesis.txt');
  writeFileSync(victim, 'precious');
  await host.transports.client.project.open({ path: project.path });
  const { jobs, imports, media } = host.services;
  await jobs.whenEnded(imports.start([wave], 'copy'));
  const [peaks = ''] = readdirSync(join(project.folder, 'Peaks'));
  await host.close();
  const path = join(project.folder, 'Peaks', peaks);
  rmSync(path);
  symlinkSync(victim, path);
  for (let number = 1; number < 50; number++) symlinkSync(victim, `${path}.${number}.part`);
  await host.transports.client.project.open({ path: project.path });
  await media.require().peaks.tiles({ tiles: [{ sourceId: 1, channel: 0, level: 0, tile: 0 }] });
  expect(lstatSync(path).isFile()).toBe(true);
  expect(readFileSync(victim, 'utf8')).toBe('precious');
});

test('what lies in Incoming beside the batches of a page is left alone', async () => {
  mkdirSync(join(project.folder, 'Incoming', 'my notes'), { recursive: true });
  mkdirSync(join(project.folder, 'Incoming', 'b1', 'CARD'), { recursive: true });
  writeFileSync(join(project.folder, 'Incoming', 'my notes', 'novel.part'), 'precious');
  symlinkSync(elsewhere, join(project.folder, 'Incoming', 'b2'));
  writeFileSync(join(elsewhere, '.arriving-0123456789abcdef'), 'precious');
  await open();
  expect(readdirSync(join(project.folder, 'Incoming')).sort()).toEqual(['b2', 'my notes']);
  expect(existsSync(join(project.folder, 'Incoming', 'my notes', 'novel.part'))).toBe(true);
  expect(existsSync(join(elsewhere, '.arriving-0123456789abcdef'))).toBe(true);
});

describe('what a stranger’s project says was under way', () => {
  let secret = '';
  beforeEach(() => {
    secret = join(elsewhere, 'secret.wav');
    writeWave(secret, { lengthSamples: 4800 });
  });

  test('an import by its journal is not gone on with; a notice says so', async () => {
    journal({ paths: [secret], mode: 'copy' }, { writing: 'keep.wav' });
    writeFileSync(join(audio(), 'keep.wav'), 'not in the document');
    const info = await open();
    expect(info.readOnly).toBe(false);
    expect(info.notices.join('\n')).toContain('was begun on another machine');
    expect(sourceCount()).toBe(0);
    expect(readdirSync(audio())).toEqual(['keep.wav']);
  });

  test('an import by its job is not gone on with', async () => {
    plantJob('import', JSON.stringify({ paths: [secret], mode: 'copy' }));
    const info = await open();
    expect(info.notices.join('\n')).toContain('“Innocent”');
    expect(sourceCount()).toBe(0);
    await host.close();
    expect((await open()).notices).toEqual([]);
  });

  test('a signature of another machine counts for nothing', async () => {
    const request = { paths: [secret], mode: 'copy' };
    plantJob('import', JSON.stringify({ request, signature: 'ab'.repeat(32) }));
    journal({ ...request, signature: 'ab'.repeat(32) });
    await open();
    expect(sourceCount()).toBe(0);
  });

  test('the demo is not made where the file says', async () => {
    const victim = join(elsewhere, 'victim');
    plantJob('demo', JSON.stringify({ cardsFolder: victim }));
    await open();
    expect(existsSync(victim)).toBe(false);
    expect(sourceCount()).toBe(0);
  });

  test.each(['{not JSON', '12', 'null', '{"paths":{}}'])(
    'a job whose request is %s is in nobody’s way',
    async (text) => {
      plantJob('import', text);
      expect((await open()).readOnly).toBe(false);
    },
  );
});

describe('a journal line that names no file', () => {
  test.each(['..', '.', '', 'a/b.wav', '../../x.wav', 'a\\b.wav', 'x\0.wav'])(
    '%j does not keep the project from opening',
    async (writing) => {
      mkdirSync(join(audio(), 'a'));
      writeFileSync(join(audio(), 'a', 'b.wav'), 'x');
      journal({ paths: [], mode: 'copy' }, { writing }, { done: 7 }, '[]', 'null', '7');
      const info = await open();
      expect(info.readOnly).toBe(false);
      expect(existsSync(join(audio(), 'a', 'b.wav'))).toBe(true);
    },
  );

  test('a journal that is a folder becomes a notice', async () => {
    mkdirSync(join(audio(), '.import-0123456789abcdef.jsonl'));
    expect((await open()).readOnly).toBe(false);
  });
});

test('a listener that throws leaves no project half open and no lock behind', async () => {
  const stop = new Error('a listener failed');
  let failing = true;
  host.services.projects.listen({
    opened: () => {
      if (failing) throw stop;
    },
  });
  await expect(host.services.projects.open(project.path)).rejects.toBe(stop);
  expect(host.services.projects.current()).toBeNull();
  failing = false;
  expect((await open()).readOnly).toBe(false);
});
