import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../../src-main/host/host.ts';
import { RecordService } from '../../../src-main/host/record-service.ts';
import { peaksPerTile } from '../../../src-shared/engine/peak-file.ts';
import { liveHost } from '../../support/live-host.ts';
import { temporaryFolder } from '../../support/project-files.ts';
import { PumpedRecorder } from '../../support/pumped-recorder.ts';
import { recordStart } from '../../support/recording-stage.ts';

const RATE = 48_000;

async function stage(home: string): Promise<Host> {
  const host = liveHost(home);
  const frameRate = { numerator: 25, denominator: 1, drop: false };
  const { projects } = host.services;
  await projects.create({ name: 'Stage', parentFolder: home, frameRate, sampleRate: RATE, startFrame: 0 });
  for (const name of ['Boom', 'Lav']) projects.require().apply({ kind: 'track.add', name });
  return host;
}

const bothTracks = [
  { trackId: 1, inputs: [0] },
  { trackId: 2, inputs: [1] },
];

async function record(host: Host): Promise<void> {
  const recorder = new PumpedRecorder();
  const records = new RecordService(host.services.projects, recorder, async () => 1e12);
  await records.start(recordStart({ tracks: bothTracks }));
  recorder.advance(3 * RATE);
  await records.stop();
}

const sourcesOf = (host: Host) => host.services.projects.require().reader.all('source');
const jobsOf = (host: Host) => host.services.jobs.list().filter(({ kind }) => kind === 'take');
const peakFiles = (host: Host) =>
  readdirSync(join(host.services.projects.require().folder, 'Peaks'))
    .filter((name) => name.endsWith('.peaks'))
    .sort();

/** The highest of its first tile. */
async function highest(host: Host, sourceId: number): Promise<number> {
  const pairs = await host.services.media.require().peaks.tiles({
    tiles: [{ sourceId, channel: 0, level: 0, tile: 0 }],
  });
  expect(pairs).toHaveLength(2 * peaksPerTile);
  return Math.max(...pairs);
}

test('takes are on the timeline at once, and are read by a job of their own: peaks, then what is in them', async () => {
  const host = await stage(temporaryFolder());
  await record(host);
  expect(sourcesOf(host).map(({ contentHash }) => contentHash)).toEqual(['', '']);
  const [job] = jobsOf(host);
  expect(job).toMatchObject({ label: 'Read 2 takes', state: expect.stringMatching(/queued|running/) });
  // A view need not wait for the job.
  expect(await highest(host, 1)).toBeGreaterThan(0);
  const done = await host.services.jobs.whenEnded(job?.id ?? '');
  expect(done).toMatchObject({ state: 'done', items: [{ state: 'done' }, { state: 'done' }] });
  const project = host.services.projects.require();
  for (const source of sourcesOf(host)) {
    const sha256 = createHash('sha256')
      .update(readFileSync(project.sourcePath(source)))
      .digest('hex');
    expect(source.contentHash).toBe(sha256);
  }
  expect(peakFiles(host)).toEqual(
    sourcesOf(host)
      .map(({ contentHash }) => `${contentHash}.peaks`)
      .sort(),
  );
  expect(await highest(host, 2)).toBeGreaterThan(0);
  // What the product found out by itself is no step of undo.
  expect(project.canUndo).toBe('Record 2 takes');
});

test('takes that were not read when the project was closed are when it opens, also recovered ones', async () => {
  const home = temporaryFolder();
  const first = await stage(home);
  await record(first);
  const { path } = first.services.projects.require();
  await first.close();
  const second = liveHost(home);
  await second.services.projects.open(path);
  for (const { id } of jobsOf(second)) await second.services.jobs.whenEnded(id);
  expect(sourcesOf(second).map(({ contentHash }) => contentHash.length)).toEqual([64, 64]);
});

test('cancelled, it leaves the takes as they are, and reads the next ones', async () => {
  const host = await stage(temporaryFolder());
  await record(host);
  const [job] = jobsOf(host);
  host.services.jobs.cancel(job?.id ?? '');
  expect(await host.services.jobs.whenEnded(job?.id ?? '')).toMatchObject({ state: 'cancelled' });
  expect(sourcesOf(host).map(({ contentHash }) => contentHash)).toContain('');
  await record(host);
  const next = jobsOf(host).at(-1);
  expect(next?.id).not.toBe(job?.id);
  await host.services.jobs.whenEnded(next?.id ?? '');
  const read = sourcesOf(host).slice(2);
  expect(read.map(({ contentHash }) => contentHash.length)).toEqual([64, 64]);
});

test('a take that was moved away is found again by what is in it', async () => {
  const home = temporaryFolder();
  const host = await stage(home);
  await record(host);
  for (const { id } of jobsOf(host)) await host.services.jobs.whenEnded(id);
  const project = host.services.projects.require();
  const [source] = sourcesOf(host);
  if (!source) throw new Error('nothing was recorded');
  await mkdir(join(home, 'elsewhere'));
  renameSync(project.sourcePath(source), join(home, 'elsewhere', 'other name.wav'));
  expect(host.services.relinks.offlineSources()).toHaveLength(1);
  await host.services.jobs.whenEnded(host.services.relinks.start(join(home, 'elsewhere')));
  expect(host.services.relinks.offlineSources()).toEqual([]);
  expect(existsSync(project.sourcePath(sourcesOf(host)[0] ?? source))).toBe(true);
});
