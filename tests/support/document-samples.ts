import type { CommandInput, CommandOf } from '../../src-shared/edit/commands.ts';
import { MemoryDocument } from '../../src-shared/edit/memory-document.ts';
import type { ProjectRow, SourceRow, SyncMatchRow } from '../../src-shared/model/rows.ts';

/** Small documents and fields that tests share. */

export const PROJECT_ROW: ProjectRow = {
  id: 1,
  name: 'Reel 1',
  frameRateNumerator: 24000,
  frameRateDenominator: 1001,
  dropFrame: false,
  sampleRate: 48000,
  startFrame: 86400,
};

type SourceFields = NonNullable<CommandOf<'source.add'>['source']>;
type PictureFields = NonNullable<CommandOf<'source.add'>['picture']>;

export function sourceFields(fields: Partial<SourceFields> & { name: string }): SourceFields {
  return {
    role: 'other',
    path: `Audio Files/${fields.name}.wav`,
    linked: false,
    originalPath: `/cards/${fields.name}.wav`,
    contentHash: '',
    sizeBytes: 1000,
    channelCount: 2,
    sampleRate: 48000,
    bitsPerSample: 24,
    lengthSamples: 480_000,
    timeReferenceSamples: null,
    scene: null,
    take: null,
    tape: null,
    circled: null,
    channelNames: '[]',
    metadata: '{}',
    ...fields,
  };
}

/** A source row as import writes it, not resampled from another. */
export function sourceRow(id: number, fields: Partial<SourceRow> & { name: string }): SourceRow {
  return {
    ...sourceFields({ name: fields.name }),
    pictureId: null,
    derivedFromId: null,
    derivation: '',
    ...fields,
    id,
  };
}

/** A proposed match of camera 1 and recorder 2 at offset 0 without evidence, on which nothing was chosen. */
export function matchRow(id: number, fields: Partial<SyncMatchRow> = {}): SyncMatchRow {
  return {
    cameraSourceId: 1,
    recorderSourceId: 2,
    status: 'proposed',
    offsetSamplesAt48k: 0,
    driftPpm: 0,
    method: 'waveform',
    confidence: 1,
    reason: '',
    residualHeadMs: 0,
    residualMiddleMs: 0,
    residualTailMs: 0,
    inverted: false,
    clockOffsetSamplesAt48k: null,
    evidence: '',
    nudgeSamplesAt48k: 0,
    followsClock: false,
    rightsPolarity: false,
    chosenChannel: null,
    driftCorrection: 'none',
    ...fields,
    id,
  };
}

export function pictureFields(fields: Partial<PictureFields> & { name: string }): PictureFields {
  return {
    originalPath: `/cards/${fields.name}.mov`,
    proxyPath: null,
    contentHash: '',
    frameRateNumerator: 24000,
    frameRateDenominator: 1001,
    dropFrame: false,
    variableFrameRate: false,
    frameCount: 240,
    widthPixels: 1920,
    heightPixels: 1080,
    startFrame: null,
    ...fields,
  };
}

/** Commands that make a document with mono and stereo tracks, recorder sources, and cameras with and without picture. */
export const STARTING_COMMANDS: readonly CommandInput[] = [
  { kind: 'track.add', name: 'Boom' },
  { kind: 'track.add', name: 'Lav 1' },
  { kind: 'track.add', name: 'Lav 2' },
  { kind: 'track.add', name: 'Music', stem: 'MX', channelCount: 2 },
  { kind: 'track.add', name: 'Atmos', stem: 'BG', channelCount: 2 },
  ...[1, 2, 3].map(
    (number): CommandInput => ({
      kind: 'source.add',
      source: sourceFields({
        name: `T00${number}`,
        role: 'recorder',
        channelCount: number + 1,
        lengthSamples: 100_000 * number,
        channelNames: JSON.stringify(['Boom', 'Lav 1', 'Lav 2', ''].slice(0, number + 1)),
      }),
      picture: null,
    }),
  ),
  ...[1, 2].map(
    (number): CommandInput => ({
      kind: 'source.add',
      source: sourceFields({
        name: `A00${number}`,
        role: 'camera',
        lengthSamples: 120_000,
        timeReferenceSamples: 9 - number,
      }),
      picture: pictureFields({ name: `A00${number}`, frameCount: 60 }),
    }),
  ),
];

/** A document in memory with only its project row. */
export function emptyDocument(project: Partial<ProjectRow> = {}): MemoryDocument {
  return new MemoryDocument({ project: [{ ...PROJECT_ROW, ...project, id: 1 }] });
}
