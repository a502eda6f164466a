import { chmodSync, existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { rowsOf } from '../../../src-main/demo/demo-host.ts';
import type { Host } from '../../../src-main/host/host.ts';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import { waveFloats } from '../../../src-main/media/wave-samples.ts';
import { connectToHost } from '../../support/host-client.ts';
import { hostsUnderTest } from '../../support/hosts-under-test.ts';
import { startNodeHost } from '../../support/node-host-process.ts';
import {
  clickEverySecond,
  ended,
  makeSyncProject,
  matchesOf,
  propose,
  RATE,
  sourcesOf,
} from '../../support/sync-project.ts';
import type { TemporaryFolder } from '../../support/temporary-folder.ts';

let number = 0;
let host: Host;
let folder: TemporaryFolder;
const hosts = hostsUnderTest('accept');

beforeEach(() => {
  ({ host, folder } = hosts);
});

const DRIFT_PPM = 60;
const OFFSET = 20 * RATE + 0.37;

/** Two camera clips within one recorder file of four minutes; the first drifts, the second hardly does. */
async function twoClips() {
  const sources = await makeSyncProject(host, folder.path, `Reel ${++number}`, {
    cameras: { A001: { seconds: 180 }, A002: { seconds: 20 } },
    recorders: { T01: { seconds: 240 } },
  });
  const [first, second, recorder] = ['A001', 'A002', 'T01'].map((name) => sources.get(name)!);
  const drifting = await propose(host, first!, recorder!, { offsetSamplesAt48k: OFFSET, driftPpm: DRIFT_PPM });
  const steady = await propose(host, second!, recorder!, { offsetSamplesAt48k: 100 * RATE, driftPpm: 0.1 });
  const project = (await host.transports.client.project.current())!;
  const audioFolder = join(project.folder, 'Audio Files');
  return { recorder: recorder!, drifting, steady, project, audioFolder };
}

const clipsOf = () => rowsOf(host.demoHost.snapshot(), 'clip');
const accept = (matchIds: number[], driftCorrection: 'resample' | 'cut' | 'none') =>
  host.transports.client.sync.accept({ matchIds, driftCorrection });

describe('accepting with drift corrected by resampling', () => {
  test('makes a copy at the camera’s speed, places it to a sample, and is one step of undo', async () => {
    const { recorder, drifting, steady, project, audioFolder } = await twoClips();
    const filesBefore = readdirSync(audioFolder);
    const seqBefore = host.demoHost.snapshot().seq;
    const job = await ended(host, await accept([drifting, steady], 'resample'));
    expect(job).toMatchObject({ state: 'done', error: null, kind: 'accept' });
    expect(job.items.map(({ state, note }) => [state, note])).toEqual([
      ['done', undefined],
      ['done', 'no drift to correct'],
    ]);
    expect(job.results).toEqual(['2 sync matches accepted, 1 of them resampled to the camera’s speed.']);
    expect(host.demoHost.snapshot().seq).toBe(seqBefore + 1);

    const copies = rowsOf(host.demoHost.snapshot(), 'source').filter(({ derivedFromId }) => derivedFromId !== null);
    expect(copies).toHaveLength(1);
    const [copy] = copies;
    const derivation = JSON.parse(copy!.derivation) as { fromSample: number; driftPpm: number };
    expect(copy).toMatchObject({
      name: 'T01 (A001)',
      path: 'Audio Files/T01 (A001).wav',
      derivedFromId: recorder.id,
      role: 'recorder',
      bitsPerSample: 24,
      channelCount: 2,
      scene: '12',
      take: '3',
      channelNames: recorder.channelNames,
      timeReferenceSamples: recorder.timeReferenceSamples! + derivation.fromSample,
      originalPath: recorder.originalPath,
    });
    // Handles of 8 to 10 s, or to the file's ends.
    expect(derivation.fromSample).toBeGreaterThanOrEqual(10 * RATE);
    expect(derivation.fromSample).toBeLessThanOrEqual(12 * RATE);
    expect(Math.abs(derivation.driftPpm - DRIFT_PPM)).toBeLessThan(1e-6);
    const wave = (await readWaveFile(join(project.folder, copy!.path)))!;
    expect(wave.frames).toBe(copy!.lengthSamples);
    expect(wave.sizeBytes).toBe(copy!.sizeBytes);
    expect(wave.metadata).toMatchObject({ trackNames: ['Boom', 'Lav'], timeReference: copy!.timeReferenceSamples });
    expect(wave.bext?.description).toMatch(/^Resampled by Twopop from T01\.wav by \+60\.0000 ppm to run with A001$/);

    // Each click of the recorder lies on the timeline where the camera's clock has it.
    const clips = clipsOf().filter(({ sourceId, sourceChannel }) => sourceId === copy!.id && sourceChannel === 0);
    expect(clips).toHaveLength(1);
    const [clip] = clips;
    const heard: number[] = [];
    for await (const chunk of waveFloats(wave, { channels: 0 })) for (const value of chunk) heard.push(value);
    for (const click of [21, 100, 190]) {
      const cameraSample = (click * RATE + RATE / 2 - OFFSET) / (1 + DRIFT_PPM * 1e-6);
      const expected = cameraSample;
      const near = Math.round(expected) - clip!.startSample + clip!.sourceInSample;
      const around = [-1, 0, 1].map((step) => heard[near + step]!);
      const [before = 0, at = 0, after = 0] = around.map((value) => Math.log(value));
      const peak = near + (0.5 * (before - after)) / (before - 2 * at + after);
      const placed = peak - clip!.sourceInSample + clip!.startSample;
      expect(Math.abs(placed - expected), `click ${click}`).toBeLessThan(0.1);
    }

    await host.transports.client.document.undo();
    expect(matchesOf(host).every(({ status }) => status === 'proposed')).toBe(true);
    expect(sourcesOf(host).has('T01 (A001)')).toBe(false);
    expect(existsSync(join(audioFolder, 'T01 (A001).wav'))).toBe(true);
    await host.transports.client.document.redo();
    expect(sourcesOf(host).get('T01 (A001)')).toEqual(copy);
    expect(readdirSync(audioFolder).sort()).toEqual([...filesBefore, 'T01 (A001).wav'].sort());
  });

  test('takes the copy again that an undone acceptance has left, as long as nothing about it has changed', async () => {
    const { drifting, audioFolder } = await twoClips();
    const { client } = host.transports;
    await ended(host, await accept([drifting], 'resample'));
    const copy = sourcesOf(host).get('T01 (A001)')!;
    const { mtimeMs } = statSync(join(audioFolder, 'T01 (A001).wav'));
    await client.document.undo();
    await ended(host, await accept([drifting], 'resample'));
    expect(sourcesOf(host).get('T01 (A001)')).toMatchObject({ ...copy, id: expect.any(Number) });
    expect(statSync(join(audioFolder, 'T01 (A001).wav')).mtimeMs).toBe(mtimeMs);

    await client.document.undo();
    await client.document.apply({
      command: { kind: 'sync.adjust', matchIds: [drifting], nudgeBySamplesAt48k: 7 * RATE },
    });
    await ended(host, await accept([drifting], 'resample'));
    expect(sourcesOf(host).get('T01 (A001)')!.path).toBe('Audio Files/T01 (A001)-2.wav');
  });

  test('leaves no second copy where the same is accepted twice at once', async () => {
    const { drifting, audioFolder } = await twoClips();
    const jobs = await Promise.all([accept([drifting], 'resample'), accept([drifting], 'resample')]);
    const results = await Promise.all(jobs.map(async (job) => (await ended(host, job)).results));
    expect(results).toEqual([
      ['1 sync match accepted, 1 of them resampled to the camera’s speed.'],
      ['Nothing was to be accepted: it is on the timeline already.'],
    ]);
    const copies = [...sourcesOf(host).values()].filter(({ derivedFromId }) => derivedFromId !== null);
    expect(copies).toHaveLength(1);
    expect(readdirSync(audioFolder).filter((name) => name.startsWith('T01 (A001)'))).toHaveLength(1);
  });

  test('accepts nothing and leaves nothing when it is cancelled', async () => {
    const { drifting, steady, audioFolder } = await twoClips();
    const filesBefore = readdirSync(audioFolder);
    const { jobId } = await accept([drifting, steady], 'resample');
    const stop = host.services.jobs.changes.on((job) => {
      if (job.id === jobId && job.progress > 0.1) host.services.jobs.cancel(jobId);
    });
    const job = await ended(host, { jobId });
    stop();
    expect(job.state).toBe('cancelled');
    expect(readdirSync(audioFolder)).toEqual(filesBefore);
    expect(matchesOf(host).every(({ status }) => status === 'proposed')).toBe(true);
    expect(clipsOf()).toEqual([]);
  });

  test('accepts nothing when a recorder file is offline, and says so', async () => {
    const { recorder, drifting, project, audioFolder } = await twoClips();
    renameSync(join(project.folder, recorder.path), join(folder.path, 'away.wav'));
    const filesBefore = readdirSync(audioFolder);
    const job = await ended(host, await accept([drifting], 'resample'));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'media-missing' } });
    expect(job.error?.message).toMatch(/^“T01” is offline: .*No match was accepted\.$/);
    expect(job.items[0]).toMatchObject({ state: 'failed', error: { code: 'media-missing' } });
    expect(readdirSync(audioFolder)).toEqual(filesBefore);
    expect(matchesOf(host).every(({ status }) => status === 'proposed')).toBe(true);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'accepts nothing when the project’s folder may not be written to, and says so',
    async () => {
      const { drifting, audioFolder } = await twoClips();
      chmodSync(audioFolder, 0o555);
      const job = await ended(host, await accept([drifting], 'resample'));
      chmodSync(audioFolder, 0o755);
      expect(job).toMatchObject({ state: 'failed', error: { code: 'media-write-failed' } });
      expect(job.error?.message).toMatch(/No match was accepted\.$/);
      expect(matchesOf(host).every(({ status }) => status === 'proposed')).toBe(true);
    },
  );

  test('keeps to its own project when another is opened meanwhile', async () => {
    const { drifting, project, audioFolder } = await twoClips();
    const filesBefore = readdirSync(audioFolder);
    await accept([drifting], 'resample');
    await makeSyncProject(host, folder.path, `Reel ${++number}`, { cameras: {}, recorders: {} });
    expect(matchesOf(host)).toEqual([]);
    expect(readdirSync(audioFolder)).toEqual(filesBefore);
    await host.transports.client.project.open({ path: project.path });
    expect(matchesOf(host).every(({ status }) => status === 'proposed')).toBe(true);
    expect(host.services.jobs.list()).toEqual([]);
  });
});

describe('accepting whose host is killed', () => {
  test('leaves no file behind and nothing accepted once the project is opened again', async () => {
    const { recorder, drifting, project, audioFolder } = await twoClips();
    const filesBefore = readdirSync(audioFolder);
    await host.close();
    const killed = await startNodeHost({ home: process.env.TWOPOP_HOME!, project: project.path });
    const { client, close } = await connectToHost(killed.origin, killed.token);
    await client.sync.accept({ matchIds: [drifting], driftCorrection: 'resample' });
    const isBegun = () => readdirSync(audioFolder).some((name) => name.startsWith('T01 (A001).wav'));
    while (!isBegun()) await new Promise((done) => setTimeout(done, 5));
    await killed.kill();
    close();
    expect(isBegun()).toBe(true);

    await host.transports.client.project.open({ path: project.path });
    expect(readdirSync(audioFolder)).toEqual(filesBefore);
    expect(host.services.jobs.list()).toEqual([]);
    expect(matchesOf(host).every(({ status }) => status === 'proposed')).toBe(true);
    expect(sourcesOf(host).get('T01')).toEqual(recorder);
    expect((await ended(host, await accept([drifting], 'resample'))).state).toBe('done');
    expect(readdirSync(audioFolder).sort()).toEqual([...filesBefore, 'T01 (A001).wav'].sort());
  });
});

describe('accepting otherwise', () => {
  test('leaves the drift where it is asked to, and writes no file', async () => {
    const { drifting, steady, audioFolder } = await twoClips();
    const filesBefore = readdirSync(audioFolder);
    const job = await ended(host, await accept([drifting, steady], 'none'));
    expect(job.state).toBe('done');
    expect(job.results).toEqual(['2 sync matches accepted, 1 of them left with its drift.']);
    expect(matchesOf(host).map(({ status, driftCorrection }) => [status, driftCorrection])).toEqual([
      ['accepted', 'none'],
      ['accepted', 'none'],
    ]);
    expect(readdirSync(audioFolder)).toEqual(filesBefore);
  });

  test('cuts at pauses of the recorder file where it is asked to', async () => {
    const { recorder, drifting } = await twoClips();
    const job = await ended(host, await accept([drifting], 'cut'));
    expect(job).toMatchObject({ state: 'done', error: null });
    const pieces = clipsOf()
      .filter(({ sourceId, sourceChannel }) => sourceId === recorder.id && sourceChannel === 0)
      .sort((a, b) => a.startSample - b.startSample);
    expect(pieces.length).toBeGreaterThan(1);
    // No piece begins in a click.
    for (const { sourceInSample } of pieces.slice(1)) expect(clickEverySecond(sourceInSample, 0)).toBe(0);
  });

  test('refuses at once what cannot be accepted', async () => {
    const { drifting } = await twoClips();
    const unmatched = await propose(host, sourcesOf(host).get('A002')!, null, { offsetSamplesAt48k: 0, driftPpm: 0 });
    await expect(accept([drifting, unmatched], 'resample')).rejects.toMatchObject({ data: { code: 'sync.unmatched' } });
    await expect(accept([999], 'resample')).rejects.toMatchObject({ data: { code: 'sync_match.missing' } });
    expect(matchesOf(host).filter(({ status }) => status === 'accepted')).toEqual([]);
  });
});

test('a clip over two recorder files whose drift is dealt with in two ways says so', async () => {
  const sources = await makeSyncProject(host, folder.path, `Reel ${++number}`, {
    cameras: { A001: { seconds: 180 } },
    recorders: { T01: { seconds: 90 }, T02: { seconds: 91 } },
  });
  const [camera, first, second] = ['A001', 'T01', 'T02'].map((name) => sources.get(name)!);
  const one = await propose(host, camera!, first!, { offsetSamplesAt48k: 0, driftPpm: DRIFT_PPM });
  expect((await ended(host, await accept([one], 'none'))).warnings).toEqual([]);
  await propose(host, camera!, second!, { offsetSamplesAt48k: -90 * RATE, driftPpm: DRIFT_PPM });
  const two = matchesOf(host).find(({ status }) => status === 'proposed')!;
  const job = await ended(host, await accept([two.id], 'resample'));
  expect(job.state).toBe('done');
  expect(job.warnings).toEqual([
    'A001: T02 was resampled, T01 before was left with its drift. Both lie in sync as far as that goes; to have one way for the clip, undo both and accept them together.',
  ]);
});
