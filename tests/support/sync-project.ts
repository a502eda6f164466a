import { join } from 'node:path';
import { rowsOf } from '../../src-main/demo/demo-host.ts';
import type { Host } from '../../src-main/host/host.ts';
import type { SourceRow, SyncMatchRow } from '../../src-shared/model/rows.ts';
import type { Job } from '../../src-shared/rpc/schemas.ts';
import { writeWave } from './write-wave.ts';

export const RATE = 48_000;

/** A short loud impulse each second of a recorder file, a quieter one on its second channel. */
export const clickEverySecond = (sample: number, channel: number): number => {
  const distance = (sample % RATE) - RATE / 2;
  return Math.abs(distance) > 200 ? 0 : (channel === 0 ? 0.8 : 0.4) * Math.exp(-0.5 * (distance / 12) ** 2);
};

/** What a camera and a recorder of the day are, by name: lengths in seconds. */
export type Day = {
  readonly cameras: Readonly<Record<string, { seconds: number; valueAt?: (sample: number) => number }>>;
  readonly recorders: Readonly<
    Record<string, { seconds: number; valueAt?: (sample: number, channel: number) => number }>
  >;
};

/** Makes a project of sounds alone: WAVs whose roles are set by hand. Resolves with the sources by name. */
export async function makeSyncProject(
  host: Host,
  folder: string,
  name: string,
  day: Day,
): Promise<Map<string, SourceRow>> {
  const { client } = host.transports;
  await client.project.create({
    name,
    parentFolder: folder,
    frameRate: { numerator: 25, denominator: 1, drop: false },
    sampleRate: RATE,
    startFrame: 0,
  });
  const paths: string[] = [];
  for (const [file, { seconds, valueAt }] of Object.entries(day.cameras)) {
    const path = join(folder, `${file}.wav`);
    writeWave(path, { lengthSamples: seconds * RATE, ...(valueAt ? { sampleAt: valueAt } : {}) });
    paths.push(path);
  }
  for (const [file, { seconds, valueAt = clickEverySecond }] of Object.entries(day.recorders)) {
    const path = join(folder, `${file}.wav`);
    writeWave(path, {
      lengthSamples: seconds * RATE,
      channelCount: 2,
      sampleAt: valueAt,
      bext: { timeReference: 36_000 * RATE, description: 'sSCENE=12' },
      ixml: { scene: '12', take: '3', timeReference: 36_000 * RATE, trackNames: ['Boom', 'Lav'] },
    });
    paths.push(path);
  }
  if (paths.length === 0) return new Map();
  const { jobId } = await client.media.import({ paths, mode: 'copy' });
  const job = await host.services.jobs.whenEnded(jobId);
  if (job?.state !== 'done') throw new Error(`import: ${JSON.stringify(job?.error)}`);
  const sources = sourcesOf(host);
  const sourceIds = Object.keys(day.cameras).map((camera) => sources.get(camera)!.id);
  await client.document.apply({ command: { kind: 'source.setRole', sourceIds, role: 'camera' } });
  return sourcesOf(host);
}

export function sourcesOf(host: Host): Map<string, SourceRow> {
  return new Map(rowsOf(host.demoHost.snapshot(), 'source').map((row) => [row.name, row]));
}

export function matchesOf(host: Host): SyncMatchRow[] {
  return rowsOf(host.demoHost.snapshot(), 'sync_match');
}

/** Writes a match down as sync would. Resolves with its id. */
export async function propose(
  host: Host,
  camera: SourceRow,
  recorder: SourceRow | null,
  line: { offsetSamplesAt48k: number; driftPpm: number; evidence?: string },
): Promise<number> {
  await host.transports.client.document.apply({
    command: {
      kind: 'sync.propose',
      matches: [
        {
          cameraSourceId: camera.id,
          recorderSourceId: recorder?.id ?? null,
          status: recorder ? 'proposed' : 'unmatched',
          ...line,
          method: 'waveform',
          confidence: 0.99,
          reason: recorder ? 'The sound fits.' : 'Nothing like it was recorded.',
          residualHeadMs: 0,
          residualMiddleMs: 0,
          residualTailMs: 0,
        },
      ],
    },
  });
  return matchesOf(host).find(({ cameraSourceId }) => cameraSourceId === camera.id)!.id;
}

export async function ended(host: Host, { jobId }: { jobId: string }): Promise<Job> {
  return (await host.services.jobs.whenEnded(jobId))!;
}
