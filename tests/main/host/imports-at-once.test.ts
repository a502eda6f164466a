import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCliShell } from '../../../src-main/cli/cli-shell.ts';
import { createHost, type Host } from '../../../src-main/host/host.ts';
import { WaveWriter } from '../../../src-main/media/wave-writer.ts';

let folder: string;
let host: Host;
let previousHome: string | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twopop-imports-'));
  previousHome = process.env.TWOPOP_HOME;
  process.env.TWOPOP_HOME = join(folder, 'home');
  host = createHost({ shell: createCliShell(), mediaBaseUrl: () => '' });
});

afterEach(async () => {
  await host.close();
  if (previousHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = previousHome;
  await rm(folder, { recursive: true, force: true });
});

it('a card that is imported twice at once is in the project once, whole', async () => {
  const card = join(folder, 'SOUND');
  await mkdir(card);
  for (let number = 1; number <= 6; number += 1) {
    const fields = { format: 's24', channelCount: 2, sampleRate: 48_000, bext: { timeReference: number } } as const;
    const writer = await WaveWriter.create(join(card, `T0${number}.WAV`), fields);
    await writer.append(new Float32Array(96_000).fill(number / 10));
    await writer.finish();
  }
  const { client } = host.transports;
  const frameRate = { numerator: 25, denominator: 1, drop: false };
  await client.project.create({ name: 'Twice', parentFolder: folder, frameRate, sampleRate: 48_000, startFrame: 0 });
  const request = { paths: [card], mode: 'copy' } as const;
  const started = await Promise.all([1, 2].map(() => client.media.import({ ...request, paths: [...request.paths] })));
  const ended = await Promise.all(started.map(({ jobId }) => host.services.jobs.whenEnded(jobId)));
  expect(ended.map((job) => job?.state)).toEqual(['done', 'done']);
  expect(ended.flatMap((job) => job?.items.filter(({ error }) => error) ?? [])).toEqual([]);
  const { columns, rows } = host.services.documents.snapshot().tables.source!;
  const names = rows.map((row) => row[columns.indexOf('name')]);
  expect(names.sort()).toEqual(['T01', 'T02', 'T03', 'T04', 'T05', 'T06']);
});
