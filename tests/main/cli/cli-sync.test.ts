import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceRow, SyncMatchRow } from '../../../src-shared/model/rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { hear, talk } from '../../support/sync-sounds.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeWave } from '../../support/write-wave.ts';

const RATE = 48_000;

let folder: TemporaryFolder;
let reel = '';

const cli = (args: string[], input?: string) =>
  runCli(args, { home: join(folder.path, 'home'), ...(input === undefined ? {} : { input }) });

type Shown = { tables: { source: SourceRow[]; sync_match: SyncMatchRow[] } };
const shown = async () => (await cli(['show', reel, '--json'])).json<Shown>().tables;

beforeAll(async () => {
  folder = makeTemporaryFolder('cli-sync');
  reel = join(folder.path, 'Reel');
  const take = talk(100, 3);
  const [first, second] = [4, 50].map((offsetSeconds) =>
    hear(take, { offsetSeconds, seconds: 40, driftPpm: 25, noiseLevel: 0.002 }),
  );
  const path = (name: string) => join(folder.path, name);
  writeWave(path('A001.wav'), { lengthSamples: 40 * RATE, sampleAt: (sample) => first![sample] ?? 0 });
  writeWave(path('A002.wav'), { lengthSamples: 40 * RATE, sampleAt: (sample) => second![sample] ?? 0 });
  writeWave(path('T01.wav'), { lengthSamples: take.length, sampleAt: (sample) => take[sample] ?? 0 });
  expect((await cli(['new', reel])).code).toBe(0);
  expect((await cli(['import', reel, path('A001.wav'), path('A002.wav'), path('T01.wav')])).code).toBe(0);
  const { source } = await shown();
  const roles = source.map(({ id, name }) =>
    JSON.stringify({ kind: 'source.setRole', sourceIds: [id], role: name === 'T01' ? 'recorder' : 'camera' }),
  );
  expect((await cli(['run', reel, '-'], roles.join('\n'))).code).toBe(0);
});

afterAll(() => folder.remove());

describe('sync of a project from the command line', () => {
  test('syncs, says when everything has a result, and accepts what is there', async () => {
    const synced = await cli(['sync', reel]);
    expect(synced).toMatchObject({ code: 0 });
    expect(synced.output).toContain('2 of 2 camera clips matched.');
    const before = (await shown()).sync_match;
    expect(before.map(({ status }) => status)).toEqual(['proposed', 'proposed']);

    const again = await cli(['sync', reel]);
    expect(again).toMatchObject({ code: 0 });
    expect(again.errors).toContain('All 2 camera clips have a sync result already. Nothing was changed. With --again');
    expect((await shown()).sync_match).toEqual(before);
    expect((await cli(['sync', reel, '--drift', 'guess'])).code).toBe(2);

    const accepted = await cli(['sync', reel, '--accept-above', '0.5']);
    expect(accepted.code).toBe(0);
    expect(accepted.output).toContain('2 sync matches accepted, 2 of them resampled to the camera’s speed.');
    const after = await shown();
    expect(after.sync_match.map(({ driftCorrection }) => driftCorrection)).toEqual(['resample', 'resample']);
    expect(after.source.filter(({ derivedFromId }) => derivedFromId !== null)).toHaveLength(2);

    const anew = await cli(['sync', reel, '--again']);
    expect(anew.output).toContain('2 of 2 camera clips matched.');
    expect((await shown()).sync_match).toEqual(after.sync_match);
  });

  test('a file of commands can accept with the drift corrected, and undo that', async () => {
    expect(await cli(['run', reel, '-'], '{"kind":"undo"}')).toMatchObject({ code: 0 });
    const { sync_match } = await shown();
    expect(sync_match.map(({ status }) => status)).toEqual(['proposed', 'proposed']);
    const command = { kind: 'sync.accept', matchIds: sync_match.map(({ id }) => id), driftCorrection: 'resample' };
    const ran = await cli(['run', reel, '-', '--json'], JSON.stringify(command));
    expect(ran.code).toBe(0);
    const { applied } = ran.json<{ applied: { label: string; added: { table: string }[] }[] }>();
    expect(applied[0]!.label).toBe('Accept 2 sync matches');
    expect(applied[0]!.added.filter(({ table }) => table === 'source')).toHaveLength(2);
    const after = await shown();
    expect(after.sync_match.map(({ driftCorrection }) => driftCorrection)).toEqual(['resample', 'resample']);

    const refused = await cli(['run', reel, '-', '--json'], JSON.stringify({ ...command, matchIds: [999] }));
    expect(refused.code).toBe(1);
    expect(refused.json<{ failed: { error: { code: string } } }>().failed.error.code).toBe('sync_match.missing');
  });

  test('accepts by confidence nothing that is ambiguous, and says so', async () => {
    expect(await cli(['run', reel, '-'], '{"kind":"undo"}')).toMatchObject({ code: 0 });
    const { sync_match } = await shown();
    const [first, second] = sync_match;
    const place = {
      recorderSourceId: first!.recorderSourceId,
      offsetSamplesAt48k: 5,
      driftPpm: 0,
      likeness: 0.97,
      lead: 0.2,
    };
    const {
      id: _,
      nudgeSamplesAt48k,
      followsClock,
      rightsPolarity,
      chosenChannel,
      driftCorrection,
      ...fields
    } = first!;
    const evidence = JSON.stringify({ alternatives: [place] });
    const propose = { kind: 'sync.propose', matches: [{ ...fields, evidence }] };
    expect(await cli(['run', reel, '-'], JSON.stringify(propose))).toMatchObject({ code: 0 });

    const accepted = await cli(['sync', reel, '--accept-above', '0.5', '--drift', 'none']);
    expect(accepted.code).toBe(0);
    expect(accepted.errors).toContain(
      '1 match of that confidence was not accepted: another place fits nearly as well.',
    );
    const after = (await shown()).sync_match;
    expect(after.find(({ id }) => id === second!.id)!.status).toBe('accepted');
    expect(after.find(({ cameraSourceId }) => cameraSourceId === first!.cameraSourceId)!.status).toBe('proposed');
  });
});
