import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { rowsOf } from '../../../src-main/demo/demo-host.ts';
import type { Host } from '../../../src-main/host/host.ts';
import type { CommandInput } from '../../../src-shared/edit/commands.ts';
import type { DriftCorrection } from '../../../src-shared/model/rows.ts';
import { hostsUnderTest } from '../../support/hosts-under-test.ts';
import { ended, makeSyncProject, matchesOf, propose, RATE, sourcesOf } from '../../support/sync-project.ts';
import type { TemporaryFolder } from '../../support/temporary-folder.ts';

let number = 0;
let host: Host;
let folder: TemporaryFolder;
const hosts = hostsUnderTest('accept-decisions');

beforeEach(() => {
  ({ host, folder } = hosts);
});

type Line = { readonly fromSeconds: number; readonly offsetSamplesAt48k: number; readonly driftPpm: number };

/** A camera clip of a minute within a recorder file of two, that drift apart, and another place that fits. */
async function clip({ segments = [], valueAt }: { segments?: Line[]; valueAt?: (sample: number) => number } = {}) {
  const sources = await makeSyncProject(host, folder.path, `Reel ${++number}`, {
    cameras: { A001: { seconds: 60 } },
    recorders: { T01: { seconds: 120, ...(valueAt ? { valueAt } : {}) } },
  });
  const [camera, recorder] = ['A001', 'T01'].map((name) => sources.get(name)!);
  const other = { recorderSourceId: recorder!.id, offsetSamplesAt48k: 40 * RATE, driftPpm: 60, likeness: 0.9 };
  const evidence = JSON.stringify({ alternatives: [other], segments });
  const line = segments[0] ?? { offsetSamplesAt48k: 20 * RATE, driftPpm: 60 };
  const { offsetSamplesAt48k, driftPpm } = line;
  const matchId = await propose(host, camera!, recorder!, { offsetSamplesAt48k, driftPpm, evidence });
  const project = (await host.transports.client.project.current())!;
  return { camera: camera!, recorder: recorder!, matchId, audioFolder: join(project.folder, 'Audio Files') };
}

const apply = (command: CommandInput) => host.transports.client.document.apply({ command });
const accept = (matchId: number, driftCorrection: DriftCorrection = 'resample') =>
  host.transports.client.sync.accept({ matchIds: [matchId], driftCorrection });
const clips = () => rowsOf(host.demoHost.snapshot(), 'clip');
const copies = () => [...sourcesOf(host).values()].filter(({ derivedFromId }) => derivedFromId !== null);

describe('deciding otherwise while a match is being accepted', () => {
  const decisions: [string, (matchId: number) => CommandInput, string][] = [
    ['rejecting it', (matchId) => ({ kind: 'sync.reject', matchIds: [matchId] }), 'rejected'],
    ['nudging it', (matchId) => ({ kind: 'sync.adjust', matchIds: [matchId], nudgeBySamplesAt48k: 1920 }), 'proposed'],
    [
      'taking another place in the same file',
      (matchId) => ({ kind: 'sync.choose', matchId, alternative: 0 }),
      'proposed',
    ],
  ];
  test.each(decisions)('%s stands: nothing is accepted and no copy stays', async (_, decide, status) => {
    const { matchId, audioFolder } = await clip();
    const filesBefore = readdirSync(audioFolder);
    const started = await accept(matchId);
    await apply(decide(matchId));
    const job = await ended(host, started);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'sync.changed' } });
    expect(job.error?.message).toMatch(/"A001" was .* while it was being accepted\./);
    expect(matchesOf(host)).toMatchObject([{ status }]);
    expect(clips()).toEqual([]);
    expect(copies()).toEqual([]);
    expect(readdirSync(audioFolder)).toEqual(filesBefore);
    // As it is now it can be accepted.
    expect((await ended(host, await accept(matchId))).state).toBe('done');
    expect(matchesOf(host)).toMatchObject([{ status: 'accepted', driftCorrection: 'resample' }]);
  });
});

describe('accepting a match whose clocks changed their speed', () => {
  const segments = [
    { fromSeconds: 0, offsetSamplesAt48k: 20 * RATE, driftPpm: 100 },
    { fromSeconds: 30, offsetSamplesAt48k: 21 * RATE, driftPpm: -100 },
  ];

  test('makes a copy for each speed, and lays each under its own piece', async () => {
    const { matchId, recorder } = await clip({ segments });
    const job = await ended(host, await accept(matchId));
    expect(job).toMatchObject({ state: 'done', error: null, items: [{ state: 'done', progress: 1 }] });
    expect(job.results).toEqual(['1 sync match accepted, 1 of them resampled to the camera’s speed.']);
    const made = copies();
    expect(made.map(({ derivedFromId }) => derivedFromId)).toEqual([recorder.id, recorder.id]);
    const drifts = made.map(({ derivation }) => (JSON.parse(derivation) as { driftPpm: number }).driftPpm);
    expect(drifts.map(Math.round)).toEqual([100, -100]);
    const placed = clips()
      .filter(({ syncMatchId, sourceChannel }) => syncMatchId === matchId && sourceChannel === 0)
      .sort((a, b) => a.startSample - b.startSample);
    expect(placed.map(({ sourceId }) => sourceId)).toEqual(made.map(({ id }) => id));
  });

  test('cuts each piece at pauses, though the two speeds even out', async () => {
    const { matchId } = await clip({ segments });
    const job = await ended(host, await accept(matchId, 'cut'));
    expect(job.results).toEqual(['1 sync match accepted, 1 of them cut at pauses.']);
    expect(job.warnings).toEqual([]);
    const placed = clips().filter(({ syncMatchId, sourceChannel }) => syncMatchId === matchId && sourceChannel === 0);
    expect(placed.length).toBeGreaterThan(4);
  });
});

describe('what is told of accepting', () => {
  /** Noise that never pauses. */
  const noise = (sample: number) => 0.3 * Math.sin(sample * 12.9898 + Math.sin(sample * 0.01) * 50);

  test('names the clip that has no pause to cut at, and how far off it is left', async () => {
    const { matchId } = await clip({ valueAt: noise });
    const job = await ended(host, await accept(matchId, 'cut'));
    expect(job).toMatchObject({ state: 'done', results: ['1 sync match accepted, 1 of them left with its drift.'] });
    expect(job.warnings).toEqual([
      'A001: T01 has no pause near enough to cut at, so its sound is up to 1.8 ms off at the ends of a clip. Correct it by resampling instead.',
    ]);
    expect(job.items[0]!.note).toMatch(/^no pause near enough to cut at/);
    expect(matchesOf(host)).toMatchObject([{ status: 'accepted', driftCorrection: 'none' }]);
  });

  test.each(['cut', 'resample'] as const)('a recorder file that is damaged is not called offline (%s)', async (how) => {
    const { matchId, audioFolder, recorder } = await clip();
    writeFileSync(join(audioFolder, '..', recorder.path), 'not a wave file at all');
    const job = await ended(host, await accept(matchId, how));
    expect(job.state).toBe('failed');
    expect(job.error?.message).not.toContain('offline');
    expect(job.error?.code).toBe('media-unsupported');
    expect(matchesOf(host)).toMatchObject([{ status: 'proposed' }]);
  });
});

describe('accepting a match again that was rejected since', () => {
  test('takes the copy that the project has of it, and makes no other', async () => {
    const { matchId, audioFolder } = await clip();
    await ended(host, await accept(matchId));
    const [copy] = copies();
    const files = readdirSync(audioFolder);
    await apply({ kind: 'sync.reject', matchIds: [matchId] });
    const job = await ended(host, await accept(matchId));
    expect(job.results).toEqual(['1 sync match accepted, 1 of them resampled to the camera’s speed.']);
    expect(copies()).toEqual([copy]);
    expect(readdirSync(audioFolder)).toEqual(files);
    const placed = clips().filter(({ syncMatchId, sourceId }) => syncMatchId === matchId && sourceId === copy!.id);
    expect(placed.length).toBeGreaterThan(0);
  });

  test('makes the copy anew where its file is gone', async () => {
    const { matchId, audioFolder } = await clip();
    await ended(host, await accept(matchId));
    rmSync(join(audioFolder, 'T01 (A001).wav'));
    await apply({ kind: 'sync.reject', matchIds: [matchId] });
    expect((await ended(host, await accept(matchId))).state).toBe('done');
    expect(readdirSync(audioFolder).filter((name) => name.startsWith('T01 (A001)'))).toHaveLength(1);
  });
});
