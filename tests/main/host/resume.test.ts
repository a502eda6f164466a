import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentSnapshot } from '../../../src-shared/rpc/media-routes.ts';
import type { Job } from '../../../src-shared/rpc/schemas.ts';
import { connectToHost, type HostConnection } from '../../support/host-client.ts';
import { startNodeHost } from '../../support/node-host-process.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeWave } from '../../support/write-wave.ts';

/** Enough sound for an import to be caught in the middle. */
const FILES = 40;
const LENGTH_SAMPLES = 48_000 * 60;

let folder: TemporaryFolder;
let card = '';

beforeAll(() => {
  folder = makeTemporaryFolder('resume');
  card = join(folder.path, 'CARD');
  mkdirSync(card);
  for (let number = 0; number < FILES; number++) {
    writeWave(join(card, `take ${number}.wav`), {
      lengthSamples: LENGTH_SAMPLES,
      sampleAt: (sample) => ((sample + number * 37) % 211) / 1000,
    });
  }
});

afterAll(() => folder.remove());

const newProject = (name: string) => ({
  name,
  parentFolder: folder.path,
  frameRate: { numerator: 25, denominator: 1, drop: false },
  sampleRate: 48000 as const,
  startFrame: 0,
});

async function sourceNames(connection: HostConnection): Promise<string[]> {
  const snapshot = (await (await connection.fetchMedia('/media/document')).json()) as DocumentSnapshot;
  const table = snapshot.tables.source;
  const column = table?.columns.indexOf('name') ?? -1;
  return (table?.rows ?? []).map((row) => String(row[column]));
}

async function untilEnded(connection: HostConnection, kind: Job['kind']): Promise<Job> {
  for await (const job of await connection.client.jobs.events()) {
    if (job.kind === kind && job.state !== 'queued' && job.state !== 'running') return job;
  }
  throw new Error('the events ended before the job did');
}

describe('an import whose host is killed', () => {
  test.each(['kill', 'stop'] as const)('goes on when the project is opened again (%s)', async (how) => {
    const home = join(folder.path, `home-${how}`);
    const first = await startNodeHost({ home });
    const before = await connectToHost(first.origin, first.token);
    const project = await before.client.project.create(newProject(`Reel ${how}`));
    await before.client.media.import({ paths: [card], mode: 'copy' });
    let came = 0;
    for await (const change of await before.client.document.changes({ sinceSeq: 0 })) {
      came = change.seq;
      if (came >= 3) break;
    }
    await first[how]();
    before.close();

    const second = await startNodeHost({ home, project: project.path });
    try {
      const after = await connectToHost(second.origin, second.token);
      const early = await sourceNames(after);
      expect(early.length).toBeGreaterThanOrEqual(came);
      expect(early.length).toBeLessThan(FILES);
      const job = await untilEnded(after, 'import');
      expect(job.state).toBe('done');
      const names = await sourceNames(after);
      expect(names).toHaveLength(FILES);
      expect(new Set(names).size).toBe(FILES);
      const audio = readdirSync(join(project.folder, 'Audio Files'));
      expect(audio.filter((name) => name.endsWith('.wav'))).toHaveLength(FILES);
      expect(audio.filter((name) => !name.endsWith('.wav'))).toEqual([]);
      after.close();
    } finally {
      await second.stop();
    }

    const third = await startNodeHost({ home, project: project.path });
    const quiet = await connectToHost(third.origin, third.token);
    expect(await quiet.client.jobs.list()).toEqual([]);
    quiet.close();
    await third.stop();
  });
});
