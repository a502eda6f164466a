import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../src-shared/rpc/schemas.ts';
import { makeSyncProject, matchesOf, propose, RATE, sourcesOf } from '../support/sync-project.ts';
import { hear, talk } from '../support/sync-sounds.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { type Hosted, startHosted, TRANSPORTS } from './hosted.ts';

const CLIPS = 14;
const CLIP_SECONDS = 15;

let folder: TemporaryFolder;
const savedHome = process.env.TWOPOP_HOME;
const take = talk(20 * CLIPS, 5);

beforeAll(() => {
  folder = makeTemporaryFolder('sync-contract');
  process.env.TWOPOP_HOME = join(folder.path, 'home');
});

afterAll(() => {
  if (savedHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = savedHome;
  folder.remove();
});

describe.each(TRANSPORTS)('sync over a %s', (transport) => {
  let hosted: Hosted;
  let number = 0;

  beforeEach(async () => {
    hosted = await startHosted(transport);
  });

  afterEach(() => hosted.end());

  const open = (job: Job) => job.state === 'queued' || job.state === 'running';

  /** Each state that a job was told in, as a view hears it, to its end; `see` may act on one. */
  async function follow(jobId: string, see: (job: Job) => unknown = () => {}): Promise<Job[]> {
    const told: Job[] = [];
    for await (const job of await hosted.client.jobs.events()) {
      if (job.id !== jobId) continue;
      told.push(job);
      await see(job);
      if (!open(job)) break;
    }
    return told;
  }

  const project = () => {
    const clips = Array.from({ length: CLIPS }, (_, index) => {
      const heard = hear(take, { offsetSeconds: 2 + index * 17, seconds: CLIP_SECONDS, noiseLevel: 0.002 });
      return [`A${index + 1}`, { seconds: CLIP_SECONDS, valueAt: (sample: number) => heard[sample] ?? 0 }] as const;
    });
    return makeSyncProject(hosted.host, folder.path, `${transport} ${++number}`, {
      cameras: Object.fromEntries(clips),
      recorders: { T01: { seconds: take.length / RATE, valueAt: (sample) => take[sample] ?? 0 } },
    });
  };

  test('sends matches as they are found, keeps them when it is cancelled, and goes on', async () => {
    await project();
    const { seq } = (await hosted.client.project.current())!;
    const view = await hosted.connectAnother();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const change of await view.document.changes({ sinceSeq: seq }))
        for (const { table, after } of change.diff)
          if (table === 'sync_match' && after) seen.push(String(after.status));
    })().catch(() => {});
    const { jobId } = await hosted.client.sync.start({});
    const told = await follow(jobId, async (job) => {
      if (open(job) && job.items.some(({ state }) => state === 'done')) await hosted.client.jobs.cancel({ jobId });
    });
    expect(told.at(-1)).toMatchObject({ kind: 'sync', state: 'cancelled' });
    const kept = matchesOf(hosted.host);
    expect(kept.length).toBeGreaterThan(0);

    if (kept.length < CLIPS) {
      const again = await follow((await hosted.client.sync.start({})).jobId);
      expect(again.at(-1)?.state).toBe('done');
      expect(again.at(-1)?.items).toHaveLength(CLIPS - kept.length);
    }
    expect(matchesOf(hosted.host)).toHaveLength(CLIPS);
    while (seen.length < CLIPS) await new Promise((done) => setTimeout(done, 10));
    expect(seen).toEqual(Array.from({ length: CLIPS }, () => 'proposed'));
    await expect(hosted.client.sync.start({})).rejects.toMatchObject({ data: { code: 'sync-all-decided' } });
    await hosted.client.project.close();
    await watching;
  });

  test.each(['resample', 'cut', 'none'] as const)(
    'accepts with the drift corrected by: %s',
    async (driftCorrection) => {
      const sources = await makeSyncProject(hosted.host, folder.path, `${transport} ${++number}`, {
        cameras: { A001: { seconds: 90 } },
        recorders: { T01: { seconds: 120 } },
      });
      const line = { offsetSamplesAt48k: 12_345.6, driftPpm: 80 };
      const matchId = await propose(hosted.host, sources.get('A001')!, sources.get('T01')!, line);
      const { jobId } = await hosted.client.sync.accept({ matchIds: [matchId], driftCorrection });
      const told = await follow(jobId);
      expect(told.at(-1)).toMatchObject({ kind: 'accept', state: 'done', progress: 1, error: null });
      expect(matchesOf(hosted.host)).toMatchObject([{ status: 'accepted', driftCorrection }]);
      expect(sourcesOf(hosted.host).has('T01 (A001)')).toBe(driftCorrection === 'resample');
      await hosted.client.document.undo();
      expect(matchesOf(hosted.host)).toMatchObject([{ status: 'proposed' }]);
    },
  );

  test('accepts nothing when accepting is cancelled', async () => {
    const sources = await makeSyncProject(hosted.host, folder.path, `${transport} ${++number}`, {
      cameras: { A001: { seconds: 170 } },
      recorders: { T01: { seconds: 200 } },
    });
    const line = { offsetSamplesAt48k: 12_345.6, driftPpm: 80 };
    const matchId = await propose(hosted.host, sources.get('A001')!, sources.get('T01')!, line);
    const { jobId } = await hosted.client.sync.accept({ matchIds: [matchId], driftCorrection: 'resample' });
    expect(await hosted.client.jobs.cancel({ jobId })).toEqual({ cancelled: true });
    expect((await follow(jobId)).at(-1)?.state).toBe('cancelled');
    expect(matchesOf(hosted.host)).toMatchObject([{ status: 'proposed' }]);
    expect(sourcesOf(hosted.host).size).toBe(2);
  });
});
