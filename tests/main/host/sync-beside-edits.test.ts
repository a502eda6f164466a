import { beforeEach, describe, expect, test } from 'vitest';
import { rowsOf } from '../../../src-main/demo/demo-host.ts';
import type { Host } from '../../../src-main/host/host.ts';
import { proposalsOf } from '../../../src-main/host/sync-proposals.ts';
import { writeResults } from '../../../src-main/host/sync-results.ts';
import type { CommandInput } from '../../../src-shared/edit/commands.ts';
import { hostsUnderTest } from '../../support/hosts-under-test.ts';
import { makeDay } from '../../support/sync-day.ts';
import { ended, matchesOf, propose, RATE, sourcesOf } from '../../support/sync-project.ts';
import type { TemporaryFolder } from '../../support/temporary-folder.ts';

let number = 0;
let host: Host;
let folder: TemporaryFolder;
const hosts = hostsUnderTest('sync-beside-edits');

beforeEach(() => {
  ({ host, folder } = hosts);
});

const day = (clips: number) => makeDay(host, folder.path, `Day ${++number}`, clips);
const apply = (command: CommandInput) => host.transports.client.document.apply({ command });
const undo = () => host.transports.client.document.undo();
const redo = () => host.transports.client.document.redo();
const markers = () => rowsOf(host.demoHost.snapshot(), 'marker').map(({ name }) => name);
const mark = (name: string, atSample: number) => apply({ kind: 'marker.add', atSample, name });

/** Resolves once the document holds a result. */
const firstResult = () =>
  new Promise<void>((resolve) => {
    const stop = host.services.documents.committed.on(({ diff }) => {
      if (!diff.some(({ table }) => table === 'sync_match')) return;
      stop();
      resolve();
    });
  });

describe('editing while a sync runs', () => {
  test('undo and redo go on with the person’s own edits, and leave the results alone', async () => {
    await day(3);
    await mark('undone before', 5);
    await undo();
    const found = firstResult();
    const started = await host.transports.client.sync.start({});
    await found;
    expect(await redo()).toMatchObject({ label: 'Add marker' });
    await mark('made meanwhile', 50);
    expect((await ended(host, started)).state).toBe('done');
    const results = matchesOf(host);
    expect(results).toHaveLength(3);
    expect(await undo()).toMatchObject({ label: 'Add marker' });
    expect(markers()).toEqual(['undone before']);
    expect(await redo()).toMatchObject({ label: 'Add marker' });
    expect(markers()).toEqual(['undone before', 'made meanwhile']);
    expect(matchesOf(host)).toEqual(results);
  });

  test('results of files go with them when their import is undone', async () => {
    await day(1);
    await ended(host, await host.transports.client.sync.start({}));
    expect(matchesOf(host)).toHaveLength(1);
    while (sourcesOf(host).size > 0) expect(await undo()).not.toBeNull();
    expect(matchesOf(host)).toEqual([]);
  });

  test('an import that was undone comes back with the results that went with it, and so does what was accepted', async () => {
    await day(1);
    await ended(host, await host.transports.client.sync.start({}));
    const found = matchesOf(host);
    await apply({ kind: 'sync.accept', matchIds: [found[0]!.id] });
    const accepted = matchesOf(host);
    let steps = 0;
    while (sourcesOf(host).size > 0) {
      expect(await undo()).not.toBeNull();
      steps += 1;
    }
    expect(matchesOf(host)).toEqual([]);
    for (let step = 0; step < steps; step += 1) expect(await redo()).not.toBeNull();
    expect(matchesOf(host)).toEqual(accepted);
    expect(await redo()).toBeNull();
  });

  test('what was accepted is done again without its tie when sync has put another result in its place', async () => {
    const sources = await day(1);
    await ended(host, await host.transports.client.sync.start({}));
    await apply({ kind: 'sync.accept', matchIds: [matchesOf(host)[0]!.id] });
    await undo();
    const again = { again: true, cameraSourceIds: [sources.get('A001')!.id] };
    await ended(host, await host.transports.client.sync.start(again));
    expect(await redo()).toMatchObject({ label: 'Accept sync match' });
    expect(matchesOf(host).map(({ status }) => status)).toEqual(['proposed']);
  });

  test('a removal that was undone is done again, and takes along what sync found in between', async () => {
    const sources = await day(1);
    await apply({ kind: 'source.remove', sourceIds: [sources.get('T01')!.id] });
    await undo();
    await ended(host, await host.transports.client.sync.start({}));
    expect(matchesOf(host)).toHaveLength(1);
    expect(await redo()).toMatchObject({ label: 'Remove source' });
    expect(matchesOf(host)).toEqual([]);
    expect(sourcesOf(host).has('T01')).toBe(false);
    await undo();
    expect(sourcesOf(host).has('T01')).toBe(true);
  });

  test('a camera clip that is removed meanwhile is left out, and the others get their results', async () => {
    const sources = await day(3);
    const started = await host.transports.client.sync.start({});
    await apply({ kind: 'source.remove', sourceIds: [sources.get('A003')!.id] });
    const job = await ended(host, started);
    expect(job).toMatchObject({ state: 'done', error: null, results: ['2 of 3 camera clips matched.'] });
    expect(job.items.map(({ name, state }) => [name, state])).toEqual([
      ['A001', 'done'],
      ['A002', 'done'],
      ['A003', 'cancelled'],
    ]);
    expect(job.items[2]!.note).toBe('removed from the project meanwhile');
    expect(matchesOf(host)).toHaveLength(2);
  });

  test('camera clips whose recorder file is removed meanwhile stay without a result, and say why', async () => {
    const sources = await day(1);
    const started = await host.transports.client.sync.start({});
    await apply({ kind: 'source.remove', sourceIds: [sources.get('T01')!.id] });
    const job = await ended(host, started);
    expect(job).toMatchObject({ state: 'done', results: ['0 of 1 camera clip matched.'] });
    expect(job.items[0]).toMatchObject({ state: 'failed', error: { code: 'sync-recorder-gone' } });
    expect(matchesOf(host)).toEqual([]);
  });

  test('results of one camera clip that the document refuses keep none from another', async () => {
    const sources = await day(2);
    const [first, second, recorder] = ['A001', 'A002', 'T01'].map((name) => sources.get(name)!.id);
    const pair = {
      recorder: String(recorder),
      offsetSamplesAt48k: 100,
      driftPpm: 0,
      method: 'waveform' as const,
      confidence: 0.9,
      reason: 'The sound fits.',
      residualHeadMs: 0,
      residualMiddleMs: 0,
      residualTailMs: 0,
      inverted: false,
    };
    const gone = { recorder: '999', offsetSamplesAt48k: 5, driftPpm: 0, likeness: 0.4 };
    const proposals = [
      ...proposalsOf({ camera: String(first), pairs: [{ ...pair, camera: String(first), driftPpm: Number.NaN }] }),
      ...proposalsOf({ camera: String(second), pairs: [{ ...pair, camera: String(second), alternatives: [gone] }] }),
    ];
    const refused: [number, string][] = [];
    writeResults(host.services.documents, host.services.projects.require(), proposals, {
      replacing: [],
      onGone: () => {},
      onRefused: (camera, { code }) => refused.push([camera, code]),
    });
    expect(refused).toEqual([[first, 'command.invalid']]);
    expect(matchesOf(host)).toMatchObject([{ cameraSourceId: second, evidence: '' }]);
  });

  test('a choice made on a result that a later sync replaced is undone without harm', async () => {
    const sources = await day(1);
    const [camera, recorder] = ['A001', 'T01'].map((name) => sources.get(name)!);
    const first = await propose(host, camera!, recorder!, { offsetSamplesAt48k: RATE, driftPpm: 0 });
    await apply({ kind: 'sync.adjust', matchIds: [first], nudgeBySamplesAt48k: 5 });
    const job = await host.transports.client.sync.start({ again: true, cameraSourceIds: [camera!.id] });
    expect((await ended(host, job)).state).toBe('done');
    const results = matchesOf(host);
    expect(results).toMatchObject([{ nudgeSamplesAt48k: 0 }]);
    await undo();
    expect(matchesOf(host)).toEqual(results);
  });
});

describe('syncing again', () => {
  test('passes over what a person laid or set by hand, and keeps what they rejected', async () => {
    const sources = await day(3);
    const [nudged, rejected, plain, recorder] = ['A001', 'A002', 'A003', 'T01'].map((name) => sources.get(name)!);
    const line = { offsetSamplesAt48k: RATE, driftPpm: 0 };
    const ids: number[] = [];
    for (const camera of [nudged!, rejected!, plain!]) ids.push(await propose(host, camera, recorder!, line));
    await apply({ kind: 'sync.adjust', matchIds: [ids[0]!], nudgeBySamplesAt48k: 5 });
    await apply({ kind: 'sync.reject', matchIds: [ids[1]!] });
    const before = matchesOf(host);
    const job = await ended(host, await host.transports.client.sync.start({ again: true }));
    expect(job.items.map(({ name }) => name)).toEqual(['A002', 'A003']);
    expect(job.results[0]).toContain('1 camera clip laid or set by hand was passed over.');
    const after = matchesOf(host);
    expect(after.filter(({ id }) => id === ids[0] || id === ids[1])).toEqual(before.slice(0, 2));
    expect(after.find(({ cameraSourceId }) => cameraSourceId === plain!.id)!.confidence).not.toBe(0.99);
  });

  test('says that everything was set by hand, and replaces that of the clips that are named', async () => {
    const sources = await day(1);
    const [camera, recorder] = ['A001', 'T01'].map((name) => sources.get(name)!);
    const id = await propose(host, camera!, recorder!, { offsetSamplesAt48k: RATE, driftPpm: 0 });
    await apply({ kind: 'sync.adjust', matchIds: [id], nudgeBySamplesAt48k: 5 });
    await expect(host.transports.client.sync.start({ again: true })).rejects.toMatchObject({
      data: { code: 'sync-all-by-hand' },
    });
    const named = await host.transports.client.sync.start({ again: true, cameraSourceIds: [camera!.id] });
    expect((await ended(host, named)).state).toBe('done');
    expect(matchesOf(host)).toMatchObject([{ nudgeSamplesAt48k: 0, cameraSourceId: camera!.id }]);
  });
});
