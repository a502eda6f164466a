import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCliShell } from '../../../src-main/cli/cli-shell.ts';
import { createHost, type Host } from '../../../src-main/host/host.ts';
import type { SyncMatchRow } from '../../../src-shared/model/rows.ts';
import { readEvidence, syncEvidenceSchema } from '../../../src-shared/sync/sync-evidence.ts';
import { connectToHost } from '../../support/host-client.ts';
import { startNodeHost } from '../../support/node-host-process.ts';
import { ended, makeSyncProject, matchesOf, RATE, sourcesOf } from '../../support/sync-project.ts';
import { hear, talk } from '../../support/sync-sounds.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeWave } from '../../support/write-wave.ts';

const CLIP_SECONDS = 20;
const CLIPS = 6;

let folder: TemporaryFolder;
let host: Host;
let number = 0;
const savedHome = process.env.TWOPOP_HOME;
const take = talk(30 * CLIPS, 5);

beforeAll(() => {
  folder = makeTemporaryFolder('sync-job');
  process.env.TWOPOP_HOME = join(folder.path, 'home');
});

afterAll(() => {
  if (savedHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = savedHome;
  folder.remove();
});

beforeEach(() => {
  host = createHost({ shell: createCliShell(), mediaBaseUrl: () => '', unattended: true });
});

afterEach(() => host.close());

/** Six clips of one take, and one of something else that nobody recorded. */
async function day(name = `Day ${++number}`) {
  const clips = Array.from({ length: CLIPS }, (_, index) => {
    const heard = hear(take, { offsetSeconds: 3 + index * 25, seconds: CLIP_SECONDS, driftPpm: 30, noiseLevel: 0.002 });
    return [`A00${index + 1}`, { seconds: CLIP_SECONDS, valueAt: (sample: number) => heard[sample] ?? 0 }] as const;
  });
  const other = talk(CLIP_SECONDS, 77);
  return makeSyncProject(host, folder.path, name, {
    cameras: {
      ...Object.fromEntries(clips),
      B001: { seconds: CLIP_SECONDS, valueAt: (sample) => other[sample] ?? 0 },
    },
    recorders: {
      T01: { seconds: take.length / RATE, valueAt: (sample, channel) => (take[sample] ?? 0) / (channel + 1) },
    },
  });
}

const start = (request: { again?: boolean; cameraSourceIds?: number[] } = {}) =>
  host.transports.client.sync.start(request);
const undo = () => host.transports.client.document.undo();
const byCamera = (matches: readonly SyncMatchRow[]) => matches.map(({ cameraSourceId }) => cameraSourceId).sort();

describe('a sync of a day', () => {
  test('matches clip by clip, tells of each, and goes into the document in few steps', async () => {
    const sources = await day();
    const seqBefore = host.demoHost.snapshot().seq;
    const told: number[] = [];
    const stop = host.services.jobs.changes.on((job) => void (job.kind === 'sync' && told.push(job.progress)));
    const job = await ended(host, await start());
    stop();
    expect(job).toMatchObject({ state: 'done', error: null, results: ['6 of 7 camera clips matched.'] });
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(job.items.map(({ name, state, note }) => [name, state, note?.split(':')[0]])).toEqual([
      ...Array.from({ length: CLIPS }, (_, index) => [`A00${index + 1}`, 'done', 'matched with T01']),
      ['B001', 'done', 'unmatched'],
    ]);
    const matches = matchesOf(host);
    expect(matches).toHaveLength(7);
    for (let index = 0; index < CLIPS; index++) {
      const match = matches.find(({ cameraSourceId }) => cameraSourceId === sources.get(`A00${index + 1}`)!.id)!;
      expect(match).toMatchObject({ status: 'proposed', recorderSourceId: sources.get('T01')!.id, inverted: false });
      expect(Math.abs(match.offsetSamplesAt48k - (3 + index * 25) * RATE)).toBeLessThan(1);
      expect(match.evidence === '' || syncEvidenceSchema.safeParse(JSON.parse(match.evidence)).success).toBe(true);
      const { alternatives } = readEvidence(match.evidence);
      expect(alternatives.every(({ recorderSourceId }) => recorderSourceId === sources.get('T01')!.id)).toBe(true);
    }
    const alone = matches.find(({ status }) => status === 'unmatched')!;
    expect(alone).toMatchObject({ cameraSourceId: sources.get('B001')!.id, recorderSourceId: null });
    expect(alone.reason).not.toBe('');
    expect(host.demoHost.snapshot().seq - seqBefore).toBeLessThanOrEqual(2 + CLIPS);
    // What sync found by itself is no step of undo.
    expect((await undo())?.label).not.toMatch(/^Sync/);
    expect(matchesOf(host)).toEqual(matches);
  });

  test('says of sound files without a role that they were not searched, at its end and with each clip it could not match', async () => {
    await makeSyncProject(host, folder.path, `Day ${++number}`, {
      cameras: { C001: { seconds: 6, valueAt: (sample) => take[sample] ?? 0 } },
      recorders: { R01: { seconds: 8 } },
    });
    const plain = join(folder.path, 'PLAIN_T02.wav');
    writeWave(plain, { lengthSamples: 8 * RATE, sampleAt: (sample) => take[sample] ?? 0 });
    await ended(host, await host.transports.client.media.import({ paths: [plain], mode: 'copy' }));
    const job = await ended(host, await start());
    expect(job.results).toEqual([
      '0 of 1 camera clip matched.',
      '1 sound file has no role and was not searched: PLAIN_T02. In the inspector, set the role of what a recorder made.',
    ]);
    expect(matchesOf(host)[0]!.reason).toMatch(/ 1 sound file has no role and was not searched: PLAIN_T02\.$/);
  });

  test('keeps what was decided when it is cancelled, goes on with the rest, and passes over what has a result', async () => {
    const sources = await day();
    const { jobId } = await start();
    const stop = host.services.jobs.changes.on((job) => {
      if (job.items.filter(({ state }) => state === 'done').length >= 2) host.services.jobs.cancel(jobId);
    });
    const cancelled = await ended(host, { jobId });
    stop();
    expect(cancelled.state).toBe('cancelled');
    const kept = matchesOf(host);
    expect(kept.length).toBeGreaterThanOrEqual(2);
    expect(kept.length).toBeLessThan(7);
    const left = 7 - kept.length;
    expect(cancelled.results.at(-1)).toBe(
      `${left} camera ${left === 1 ? 'clip' : 'clips'} not decided yet. Start sync again to go on with them.`,
    );
    expect(cancelled.items.filter(({ state }) => state === 'done')).toHaveLength(kept.length);

    const rest = await ended(host, await start());
    expect(rest.items).toHaveLength(left);
    expect(rest.results[0]).toContain(`${kept.length} camera clips with a result were passed over.`);
    const all = matchesOf(host);
    expect(byCamera(all)).toHaveLength(7);
    expect(all.filter(({ id }) => kept.some((row) => row.id === id))).toEqual(kept);

    await expect(start()).rejects.toMatchObject({
      data: {
        code: 'sync-all-decided',
        message: 'All 7 camera clips have a sync result already, 1 of them without a match. Nothing was changed.',
      },
    });
    const one = sources.get('A001')!.id;
    await expect(start({ cameraSourceIds: [one] })).rejects.toMatchObject({ data: { code: 'sync-all-decided' } });
    const again = await ended(host, await start({ again: true, cameraSourceIds: [one] }));
    expect(again.items).toHaveLength(1);
    const anew = matchesOf(host);
    expect(byCamera(anew)).toEqual(byCamera(all));
    expect(anew.find(({ cameraSourceId }) => cameraSourceId === one)!.id).not.toBe(
      all.find(({ cameraSourceId }) => cameraSourceId === one)!.id,
    );
  });

  test('is done once where it is started twice', async () => {
    const sources = await day();
    const cameraSourceIds = ['A001', 'A002'].map((name) => sources.get(name)!.id);
    const started = await Promise.all([start({ cameraSourceIds }), start({ cameraSourceIds })]);
    const [first, second] = await Promise.all(started.map((job) => ended(host, job)));
    expect(first!.results).toEqual(['2 of 2 camera clips matched.']);
    expect(second).toMatchObject({
      state: 'done',
      items: [],
      results: ['2 camera clips had a result by now and were passed over.'],
    });
    expect(matchesOf(host)).toHaveLength(2);
  });

  test('writes no result for clips whose files are away, and names the recorder files that could not be searched', async () => {
    const sources = await day();
    const project = (await host.transports.client.project.current())!;
    const fileOf = (name: string) => join(project.folder, sources.get(name)!.path);
    const cameraSourceIds = ['A001', 'A002'].map((name) => sources.get(name)!.id);
    renameSync(fileOf('A002'), `${fileOf('A002')}.away`);
    const job = await ended(host, await start({ cameraSourceIds }));
    expect(job.items.map(({ state, error }) => [state, error?.code])).toEqual([
      ['done', undefined],
      ['failed', 'media-missing'],
    ]);
    expect(byCamera(matchesOf(host))).toEqual([cameraSourceIds[0]]);
    const gone = await ended(host, await start({ cameraSourceIds }));
    expect(gone).toMatchObject({ state: 'failed', error: { code: 'sync-offline' } });

    renameSync(`${fileOf('A002')}.away`, fileOf('A002'));
    renameSync(fileOf('T01'), `${fileOf('T01')}.away`);
    expect(await ended(host, await start({ cameraSourceIds }))).toMatchObject({
      state: 'failed',
      error: { code: 'sync-offline', message: 'The recorder file cannot be found. Nothing was changed.' },
    });
    renameSync(`${fileOf('T01')}.away`, fileOf('T01'));
    expect((await ended(host, await start({ cameraSourceIds }))).state).toBe('done');
    expect(byCamera(matchesOf(host))).toEqual(cameraSourceIds);
  });

  test('says of a recorder file that was offline that it was not searched, and looks there once it is back', async () => {
    const sources = await makeSyncProject(host, folder.path, `Day ${++number}`, {
      cameras: {
        D001: { seconds: CLIP_SECONDS, valueAt: (sample) => take[sample + 40 * RATE] ?? 0 },
        D002: { seconds: CLIP_SECONDS, valueAt: () => 0 },
      },
      recorders: {
        R02: { seconds: 20 },
        R03: { seconds: 70, valueAt: (sample) => take[sample + 20 * RATE] ?? 0 },
      },
    });
    const { folder: projectFolder } = (await host.transports.client.project.current())!;
    const file = join(projectFolder, sources.get('R03')!.path);
    renameSync(file, `${file}.away`);
    const first = await ended(host, await start());
    expect(first.results).toEqual(['0 of 2 camera clips matched.']);
    const resultOf = (name: string) =>
      matchesOf(host).find(({ cameraSourceId }) => cameraSourceId === sources.get(name)!.id)!;
    expect(resultOf('D001').reason).toMatch(/ 1 recorder file was offline and not searched: R03\.$/);
    expect(resultOf('D002').reason).toBe('The clip is silent: its sound track holds nothing but digital silence.');
    await expect(start()).rejects.toMatchObject({
      data: {
        code: 'sync-all-decided',
        message:
          'All 2 camera clips have a sync result already, 2 of them without a match. 1 recorder file was offline and not searched: R03. Nothing was changed.',
      },
    });

    renameSync(`${file}.away`, file);
    const second = await ended(host, await start());
    expect(second.items.map(({ name }) => name)).toEqual(['D001']);
    expect(second.results).toEqual([
      '1 of 1 camera clip matched. 1 camera clip with a result was passed over.',
      '1 camera clip without a match was looked at again: 1 recorder file had not been searched for it, R03.',
    ]);
    expect(resultOf('D001')).toMatchObject({ status: 'proposed', recorderSourceId: sources.get('R03')!.id });
    await expect(start()).rejects.toMatchObject({ data: { code: 'sync-all-decided' } });
  });

  test('writes nothing of a file that could not be read, and looks again when it can', async () => {
    const sources = await makeSyncProject(host, folder.path, `Day ${++number}`, {
      cameras: {
        F001: { seconds: CLIP_SECONDS, valueAt: (sample) => take[sample + 40 * RATE] ?? 0 },
        F002: { seconds: CLIP_SECONDS, valueAt: (sample) => take[sample + 5 * RATE] ?? 0 },
        F003: { seconds: CLIP_SECONDS, valueAt: (sample) => take[sample + 60 * RATE] ?? 0 },
      },
      recorders: {
        R06: { seconds: 30, valueAt: (sample) => take[sample] ?? 0 },
        R07: { seconds: 70, valueAt: (sample) => take[sample + 35 * RATE] ?? 0 },
      },
    });
    const { folder: projectFolder } = (await host.transports.client.project.current())!;
    const broken = ['R07', 'F003'].map((name) => join(projectFolder, sources.get(name)!.path));
    const whole = broken.map((path) => readFileSync(path));
    for (const path of broken) writeFileSync(path, 'the disk gives something else');
    const first = await ended(host, await start());
    expect(first.items.map(({ state }) => state)).toEqual(['done', 'done', 'failed']);
    expect(first.warnings.join()).toContain('R07');
    expect(byCamera(matchesOf(host))).toEqual([sources.get('F001')!.id, sources.get('F002')!.id]);
    expect(matchesOf(host).find(({ status }) => status === 'unmatched')!.reason).toMatch(
      / 1 recorder file was unreadable and not searched: R07\.$/,
    );

    for (const [index, path] of broken.entries()) writeFileSync(path, whole[index]!);
    const second = await ended(host, await start());
    expect(second.items.map(({ name }) => name)).toEqual(['F001', 'F003']);
    expect(matchesOf(host).map(({ status }) => status)).toEqual(['proposed', 'proposed', 'proposed']);
  });

  test('looks again for what it could not match when a recorder file was imported since', async () => {
    await makeSyncProject(host, folder.path, `Day ${++number}`, {
      cameras: { E001: { seconds: CLIP_SECONDS, valueAt: (sample) => take[sample + 40 * RATE] ?? 0 } },
      recorders: { R04: { seconds: 20 } },
    });
    await ended(host, await start());
    expect(matchesOf(host)[0]!.status).toBe('unmatched');
    await expect(start()).rejects.toMatchObject({ data: { code: 'sync-all-decided' } });
    const late = join(folder.path, 'R05.wav');
    writeWave(late, {
      lengthSamples: 70 * RATE,
      sampleAt: (sample) => take[sample + 20 * RATE] ?? 0,
      bext: { timeReference: 36_000 * RATE, description: 'sSCENE=12' },
      ixml: { scene: '12', take: '4', timeReference: 36_000 * RATE, trackNames: ['Boom'] },
    });
    await ended(host, await host.transports.client.media.import({ paths: [late], mode: 'copy' }));
    expect(sourcesOf(host).get('R05')!.role).toBe('recorder');
    const job = await ended(host, await start());
    expect(job.results[0]).toBe('1 of 1 camera clip matched.');
    expect(matchesOf(host)[0]).toMatchObject({ status: 'proposed', recorderSourceId: sourcesOf(host).get('R05')!.id });
  });

  test('leaves accepted and rejected results alone, and copies that were resampled here', async () => {
    const sources = await day();
    const [first, second] = ['A001', 'A002'].map((name) => sources.get(name)!.id);
    await ended(host, await start({ cameraSourceIds: [first!, second!] }));
    const [one, two] = matchesOf(host);
    const accepting = await host.transports.client.sync.accept({ matchIds: [one!.id], driftCorrection: 'resample' });
    expect((await ended(host, accepting)).state).toBe('done');
    await host.transports.client.document.apply({ command: { kind: 'sync.reject', matchIds: [two!.id] } });
    const before = matchesOf(host);
    const job = await ended(host, await start());
    expect(job.items.map(({ name }) => name)).toEqual(['A003', 'A004', 'A005', 'A006', 'B001']);
    expect(matchesOf(host).filter(({ id }) => before.some((row) => row.id === id))).toEqual(before);
    const copies = new Set(
      [...sourcesOf(host).values()].filter(({ derivedFromId }) => derivedFromId).map(({ id }) => id),
    );
    expect(copies.size).toBe(1);
    expect(
      matchesOf(host).some(
        ({ recorderSourceId }) => recorderSourceId !== null && copies.has(recorderSourceId as never),
      ),
    ).toBe(false);
  });

  test('keeps what was decided when another project is opened meanwhile', async () => {
    await day();
    const { path } = (await host.transports.client.project.current())!;
    await start();
    while (
      !host.services.jobs
        .list()
        .some(({ kind, items }) => kind === 'sync' && items.some(({ state }) => state === 'done'))
    )
      await new Promise((done) => setTimeout(done, 20));
    await makeSyncProject(host, folder.path, `Day ${++number}`, { cameras: {}, recorders: {} });
    expect(matchesOf(host)).toEqual([]);
    const { notices } = await host.transports.client.project.open({ path });
    expect(notices).toContain(
      'A sync was broken off. What it had found is kept; start sync again to go on with the other clips.',
    );
    const kept = matchesOf(host);
    expect(kept.length).toBeGreaterThan(0);
    expect(host.services.jobs.list()).toEqual([]);
    await ended(host, await start());
    expect(byCamera(matchesOf(host))).toHaveLength(7);

    await start({ again: true });
    await makeSyncProject(host, folder.path, `Day ${++number}`, { cameras: {}, recorders: {} });
    const reopened = await host.transports.client.project.open({ path });
    expect(reopened.notices).toContain(
      'A sync that looked at camera clips anew was broken off. What it had found is kept, and the other clips have the results they had; sync them again to have them looked at, too.',
    );
    expect(byCamera(matchesOf(host))).toHaveLength(7);
  });
});

describe('a sync whose host is killed', () => {
  test('keeps what it had written, is not started unasked, and goes on when it is started again', async () => {
    await day('Killed');
    const { path } = (await host.transports.client.project.current())!;
    await host.close();
    const home = process.env.TWOPOP_HOME!;
    const first = await startNodeHost({ home, project: path });
    const before = await connectToHost(first.origin, first.token);
    const { seq } = (await before.client.project.current())!;
    await before.client.sync.start({});
    for await (const change of await before.client.document.changes({ sinceSeq: seq })) if (change.seq > seq) break;
    await first.kill();
    before.close();

    await host.transports.client.project.open({ path });
    expect(host.services.jobs.list()).toEqual([]);
    const kept = matchesOf(host);
    expect(kept.length).toBeGreaterThan(0);
    if (kept.length < 7) {
      await ended(host, await start());
      expect(matchesOf(host).filter(({ id }) => kept.some((row) => row.id === id))).toEqual(kept);
    }
    expect(byCamera(matchesOf(host))).toHaveLength(7);
    await host.services.projects.close();
    expect((await host.transports.client.project.open({ path })).notices).toEqual([]);
  });
});
