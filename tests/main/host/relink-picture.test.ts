import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createCliShell } from '../../../src-main/cli/cli-shell.ts';
import { createHost, type Host } from '../../../src-main/host/host.ts';
import type { CommandInput } from '../../../src-shared/edit/commands.ts';
import { countedPicture, ffmpeg } from '../media/made-media.ts';

let folder: string;
let host: Host;
let previousHome: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twopop-relink-'));
  previousHome = process.env.TWOPOP_HOME;
  process.env.TWOPOP_HOME = join(folder, 'home');
  host = createHost({ shell: createCliShell(), mediaBaseUrl: () => '' });
});

afterEach(async () => {
  await host.close();
  if (previousHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = previousHome;
  rmSync(folder, { recursive: true, force: true });
});

it('a picture without proxy whose original moved is found by its content, and gets its proxy', {
  timeout: 60_000,
}, async () => {
  const card = join(folder, 'CARD');
  mkdirSync(card);
  const clip = join(card, 'A001.mov');
  ffmpeg(...countedPicture('25', 1), '-c:v', 'libx264', clip);
  const { client } = host.transports;
  const frameRate = { numerator: 25, denominator: 1, drop: false };
  const project = await client.project.create({
    name: 'Moved',
    parentFolder: folder,
    frameRate,
    sampleRate: 48_000,
    startFrame: 0,
  });
  const { jobId } = await client.media.import({ paths: [card], mode: 'copy' });
  await host.services.jobs.whenEnded(jobId);
  const proxies = () => client.jobs.list().then((jobs) => jobs.filter(({ kind }) => kind === 'proxy'));
  await vi.waitFor(async () => expect((await proxies())[0]?.state).toBe('done'), { timeout: 30_000 });
  // The proxy is lost, and the card was copied elsewhere under another name.
  const proxy = () => host.services.projects.require().reader.all('picture')[0]!;
  rmSync(join(project.folder, proxy().proxyPath!));
  mkdirSync(join(folder, 'SHUTTLE', 'day 1'), { recursive: true });
  const found = join(folder, 'SHUTTLE', 'day 1', 'renamed.mov');
  renameSync(clip, found);
  writeFileSync(join(folder, 'SHUTTLE', 'A001.mov'), 'another one');
  expect(await client.media.offlineSources()).toEqual([{ sourceId: null, pictureId: 1, name: 'A001', path: clip }]);
  const relink = await client.media.relink({ folder: join(folder, 'SHUTTLE') });
  const ended = await host.services.jobs.whenEnded(relink.jobId);
  expect(ended).toMatchObject({ state: 'done', results: ['1 of 1 offline files found.'] });
  expect(proxy().originalPath).toBe(found);
  expect(await client.media.offlineSources()).toEqual([]);
  await vi.waitFor(() => expect(existsSync(join(project.folder, proxy().proxyPath!))).toBe(true), { timeout: 30_000 });
  const command: CommandInput = { kind: 'source.remove', pictureIds: [1] };
  await client.document.apply({ command });
  expect(host.services.projects.require().reader.all('picture')).toEqual([]);
});
