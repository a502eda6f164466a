import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProject } from '../../src-main/project/create-project.ts';
import { connect, prepareForWriting } from '../../src-main/project/database.ts';
import { SqliteDocument } from '../../src-main/project/sqlite-document.ts';
import type { RowChange } from '../../src-shared/edit/row-diff.ts';
import type { ClipRow, TrackRow } from '../../src-shared/model/rows.ts';
import { STEMS } from '../../src-shared/model/rows.ts';
import { sourceRow } from './document-samples.ts';
import { seededRandom } from './seeded-random.ts';

export type BigProject = { readonly file: string; readonly folder: string; readonly trackIds: readonly number[] };

/**
 * Makes a project file of many clips in one go, past the commands: `clipCount` clips of 1 to 20 s, spread evenly over
 * `trackCount` mono tracks with gaps of up to 2 s, some with fades and gain, from 64 sources of an hour that exist only
 * as rows. The same arguments give the same rows. A hundred thousand clips take half a second.
 */
export async function makeBigProject(options: {
  trackCount: number;
  clipCount: number;
  parentFolder?: string;
  name?: string;
}): Promise<BigProject> {
  const { trackCount, clipCount, name = `Big ${options.clipCount}` } = options;
  const parentFolder = options.parentFolder ?? mkdtempSync(join(tmpdir(), 'twopop-big-'));
  const project = await createProject(
    {
      name,
      parentFolder,
      frameRate: { numerator: 24000, denominator: 1001, drop: false },
      sampleRate: 48000,
      startFrame: 86400,
    },
    { keepBackups: 0 },
  );
  const { path: file, folder } = project;
  await project.close();
  const database = connect(file, { readOnly: false });
  prepareForWriting(database);
  const document = new SqliteDocument(database);
  database.transaction(() => document.writeDiff(bigRows(trackCount, clipCount)))();
  database.close();
  return { file, folder, trackIds: Array.from({ length: trackCount }, (_, index) => index + 1) };
}

const HOUR_SAMPLES = 3600 * 48000;

/** The rows of a big project but its project row, as additions. */
export function bigRows(trackCount: number, clipCount: number): RowChange[] {
  const random = seededRandom(trackCount * 1_000_003 + clipCount);
  const below = (count: number) => Math.floor(random() * count);
  const changes: RowChange[] = [];
  for (let id = 1; id <= 64; id += 1) {
    const name = `T${String(id).padStart(3, '0')}`;
    const after = sourceRow(id, { name, role: 'recorder', lengthSamples: HOUR_SAMPLES });
    changes.push({ table: 'source', id, before: null, after });
  }
  for (let id = 1; id <= trackCount; id += 1) {
    const stem = STEMS[id % STEMS.length] ?? 'DX';
    const mix = { gainDb: 0, pan: 0, muted: false, soloed: false };
    const after: TrackRow = { id, name: `Track ${id}`, position: id - 1, stem, channelCount: 1, ...mix };
    changes.push({ table: 'track', id, before: null, after });
  }
  const ends = new Array<number>(trackCount).fill(0);
  for (let id = 1; id <= clipCount; id += 1) {
    const trackIndex = (id - 1) % trackCount;
    const startSample = (ends[trackIndex] ?? 0) + below(96_000);
    const lengthSamples = 48_000 + below(19 * 48_000);
    ends[trackIndex] = startSample + lengthSamples;
    const after: ClipRow = {
      id,
      trackId: trackIndex + 1,
      sourceId: 1 + below(64),
      sourceChannel: below(2),
      name: `Clip ${id}`,
      startSample,
      lengthSamples,
      sourceInSample: below(HOUR_SAMPLES - lengthSamples),
      gainDb: below(4) === 0 ? -below(12) : 0,
      fadeInSamples: below(3) * 480,
      fadeInShape: 'equal-power',
      fadeOutSamples: below(3) * 960,
      fadeOutShape: 'linear',
      muted: false,
      polarityInverted: false,
      syncMatchId: null,
      declaredAsync: false,
    };
    changes.push({ table: 'clip', id, before: null, after });
  }
  return changes;
}
