import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCliShell } from '../../../src-main/cli/cli-shell.ts';
import { rowsOf } from '../../../src-main/demo/demo-host.ts';
import { fillDemoProject } from '../../../src-main/demo/fill-demo-project.ts';
import { type DemoReport, runDemo } from '../../../src-main/demo/run-demo.ts';
import { createHost, type Host } from '../../../src-main/host/host.ts';

let home: string;
let previousHome: string | undefined;
let host: Host;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'twopop-demo-'));
  previousHome = process.env.TWOPOP_HOME;
  process.env.TWOPOP_HOME = home;
  host = createHost({ shell: createCliShell(), mediaBaseUrl: () => '' });
});

afterAll(async () => {
  await host.close();
  if (previousHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = previousHome;
  await rm(home, { recursive: true, force: true });
});

describe('the demo, run without a display', () => {
  const lines: string[] = [];
  let report: DemoReport;

  beforeAll(async () => {
    const folder = join(home, 'run');
    report = await runDemo(host.demoHost, {
      shootFolder: host.services.demo.shootFolder,
      folder,
      say: (line) => lines.push(line),
    });
  }, 300_000);

  it('finds nothing wrong', () => {
    expect(report.problems).toEqual([]);
    expect(lines.at(-1)).toBe('Everything is as it should be.');
  });

  it('matches every recorded clip to 0.1 ms and says why two have no match', () => {
    const matched = report.verdicts.filter(({ recorder }) => recorder !== null);
    expect(matched).toHaveLength(7);
    for (const { camera, errorHeadMs, errorTailMs } of matched) {
      expect(Math.max(Math.abs(errorHeadMs!), Math.abs(errorTailMs!)), camera).toBeLessThan(0.1);
    }
    const others = report.verdicts.filter(({ recorder }) => recorder === null);
    expect(others.map(({ camera }) => camera)).toEqual(['A001C006', 'B001C003']);
    expect(others.every(({ reason }) => reason.length > 10)).toBe(true);
  });

  it('bounces the master and each microphone, with every clap in its place to a sample', () => {
    expect(report.bounced.map(({ channelNames }) => channelNames)).toEqual([
      ['Master L', 'Master R'],
      ['Boom', 'MARA', 'THEO'],
    ]);
    expect(report.claps).toHaveLength(7);
    for (const { camera, expectedSample, foundSample } of report.claps) {
      expect(Math.abs(foundSample! - expectedSample), camera).toBeLessThan(1);
    }
  });
});

describe('the demo project of a first launch', () => {
  it('is filled when it is opened while nothing was ever done in it', async () => {
    const { projects, jobs } = host.services;
    const request = { parentFolder: join(home, 'projects'), sampleRate: 48_000, startFrame: 86_400 } as const;
    const frameRate = { numerator: 24_000, denominator: 1001, drop: false };
    await mkdir(request.parentFolder, { recursive: true });
    await host.transports.client.project.create({ ...request, name: 'Lamplight demo', frameRate });
    await projects.close();
    const opened = await host.transports.client.project.openDemo();
    expect(jobs.list().map(({ kind }) => kind)).toEqual(['demo']);
    await projects.close();
    await rm(opened.folder, { recursive: true });
  });

  it('goes on where it was broken off, is filled once, and opens again as it was left', async () => {
    const { jobs, projects } = host.services;
    const made = await host.transports.client.project.openDemo();
    const first = jobs.list().find(({ kind }) => kind === 'demo')!;
    // Broken off as soon as something is imported.
    while (rowsOf(host.demoHost.snapshot(), 'picture').length === 0) await new Promise((done) => setTimeout(done, 20));
    await projects.close();
    expect((await jobs.whenEnded(first.id))?.state ?? 'cancelled').toBe('cancelled');

    const again = await host.transports.client.project.openDemo();
    expect(again.path).toBe(made.path);
    for (const { id, kind } of jobs.list()) if (kind !== 'proxy') await jobs.whenEnded(id);
    const { shootFolder } = host.services.demo;
    const filled = await fillDemoProject(host.demoHost, {
      shootFolder,
      cardsFolder: join(home, 'projects', 'Lamplight cards'),
    });
    expect(filled.importJob).toBeNull();
    expect(filled.syncJob).toBeNull();

    const snapshot = host.demoHost.snapshot();
    const names = rowsOf(snapshot, 'picture').map(({ name }) => name);
    expect(names).toHaveLength(9);
    expect(new Set(names).size).toBe(9);
    const recorders = rowsOf(snapshot, 'source').filter(({ role }) => role === 'recorder');
    expect(recorders.filter(({ derivedFromId }) => derivedFromId === null)).toHaveLength(4);
    expect(recorders.filter(({ derivedFromId }) => derivedFromId !== null)).toHaveLength(7);
    expect(rowsOf(snapshot, 'sync_match').filter(({ status }) => status === 'accepted')).toHaveLength(7);
    expect(
      rowsOf(snapshot, 'track')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['Boom', 'MARA', 'Mix', 'Scratch', 'THEO']);

    const { seq } = snapshot;
    await projects.close();
    await host.transports.client.project.openDemo();
    expect(jobs.list().filter(({ kind }) => kind === 'demo')).toEqual([]);
    expect(host.demoHost.snapshot().seq).toBeGreaterThanOrEqual(seq);
  }, 300_000);
});
