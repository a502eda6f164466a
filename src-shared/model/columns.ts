import type { DocumentSnapshot, SnapshotTable } from '../rpc/media-routes.ts';
import type { TableName, Tables } from './rows.ts';

/**
 * The columns of each table in the order in which the project file and the snapshot hold them. Only booleans need
 * telling apart: SQLite has none, so the file holds 0 and 1.
 */

type ColumnKind = 'boolean' | 'plain';
type Columns = { readonly [T in TableName]: { readonly [K in keyof Tables[T]]: ColumnKind } };

const KINDS: Columns = {
  project: {
    id: 'plain',
    name: 'plain',
    frameRateNumerator: 'plain',
    frameRateDenominator: 'plain',
    dropFrame: 'boolean',
    sampleRate: 'plain',
    startFrame: 'plain',
  },
  picture: {
    id: 'plain',
    name: 'plain',
    originalPath: 'plain',
    proxyPath: 'plain',
    contentHash: 'plain',
    frameRateNumerator: 'plain',
    frameRateDenominator: 'plain',
    dropFrame: 'boolean',
    variableFrameRate: 'boolean',
    frameCount: 'plain',
    widthPixels: 'plain',
    heightPixels: 'plain',
    startFrame: 'plain',
  },
  source: {
    id: 'plain',
    name: 'plain',
    role: 'plain',
    path: 'plain',
    linked: 'boolean',
    originalPath: 'plain',
    contentHash: 'plain',
    sizeBytes: 'plain',
    channelCount: 'plain',
    sampleRate: 'plain',
    bitsPerSample: 'plain',
    lengthSamples: 'plain',
    timeReferenceSamples: 'plain',
    scene: 'plain',
    take: 'plain',
    tape: 'plain',
    circled: 'boolean',
    channelNames: 'plain',
    metadata: 'plain',
    pictureId: 'plain',
    derivedFromId: 'plain',
    derivation: 'plain',
  },
  source_mark: { id: 'plain', sourceId: 'plain', atSample: 'plain', name: 'plain' },
  track: {
    id: 'plain',
    name: 'plain',
    position: 'plain',
    stem: 'plain',
    channelCount: 'plain',
    gainDb: 'plain',
    pan: 'plain',
    muted: 'boolean',
    soloed: 'boolean',
  },
  gain_point: { id: 'plain', trackId: 'plain', atSample: 'plain', gainDb: 'plain' },
  sync_match: {
    id: 'plain',
    cameraSourceId: 'plain',
    recorderSourceId: 'plain',
    status: 'plain',
    offsetSamplesAt48k: 'plain',
    driftPpm: 'plain',
    method: 'plain',
    confidence: 'plain',
    reason: 'plain',
    residualHeadMs: 'plain',
    residualMiddleMs: 'plain',
    residualTailMs: 'plain',
    inverted: 'boolean',
    clockOffsetSamplesAt48k: 'plain',
    evidence: 'plain',
    nudgeSamplesAt48k: 'plain',
    followsClock: 'boolean',
    rightsPolarity: 'boolean',
    chosenChannel: 'plain',
    driftCorrection: 'plain',
  },
  clip: {
    id: 'plain',
    trackId: 'plain',
    sourceId: 'plain',
    sourceChannel: 'plain',
    name: 'plain',
    startSample: 'plain',
    lengthSamples: 'plain',
    sourceInSample: 'plain',
    gainDb: 'plain',
    fadeInSamples: 'plain',
    fadeInShape: 'plain',
    fadeOutSamples: 'plain',
    fadeOutShape: 'plain',
    muted: 'boolean',
    syncMatchId: 'plain',
    polarityInverted: 'boolean',
    declaredAsync: 'boolean',
  },
  picture_clip: {
    id: 'plain',
    pictureId: 'plain',
    name: 'plain',
    startSample: 'plain',
    lengthSamples: 'plain',
    sourceInFrame: 'plain',
  },
  marker: { id: 'plain', atSample: 'plain', name: 'plain', comment: 'plain' },
  take: {
    id: 'plain',
    trackId: 'plain',
    sourceId: 'plain',
    path: 'plain',
    name: 'plain',
    number: 'plain',
    pass: 'plain',
    state: 'plain',
    startSample: 'plain',
    punchInSample: 'plain',
    punchOutSample: 'plain',
    loopFromSample: 'plain',
    loopToSample: 'plain',
    preRecordedSamples: 'plain',
    roundTripSamples: 'plain',
    inputChannels: 'plain',
    recordedAt: 'plain',
    begunAtSeq: 'plain',
    rating: 'plain',
    circled: 'boolean',
  },
};

/** What columns hold that came with a later layout, in rows that were logged before it. The project file's own defaults. */
const LATER_COLUMNS: { readonly [T in TableName]?: Partial<Tables[T]> } = {
  source: { derivedFromId: null, derivation: '' },
  sync_match: {
    inverted: false,
    clockOffsetSamplesAt48k: null,
    evidence: '',
    nudgeSamplesAt48k: 0,
    followsClock: false,
    rightsPolarity: false,
    chosenChannel: null,
    driftCorrection: 'none',
  },
  clip: { polarityInverted: false, declaredAsync: false },
};

/** A row as this version holds it, of one that an older version wrote to the log. */
export function completeRow<T extends TableName>(table: T, row: Tables[T] | null): Tables[T] | null {
  const later = LATER_COLUMNS[table];
  return row && later ? { ...later, ...row } : row;
}

/** Column names of a table; `id` is always the first. */
export function columnsOf(table: TableName): readonly string[] {
  return Object.keys(KINDS[table]);
}

/** Column names of a table whose values are booleans (or null). */
export function booleanColumnsOf(table: TableName): readonly string[] {
  return Object.entries(KINDS[table])
    .filter(([, kind]) => kind === 'boolean')
    .map(([name]) => name);
}

/** The rows of one table of a snapshot. Columns that this version does not know are left out. */
export function rowsOfSnapshot<T extends TableName>(snapshot: DocumentSnapshot, table: T): Tables[T][] {
  const held: SnapshotTable = snapshot.tables[table] ?? { columns: [], rows: [] };
  const places = columnsOf(table).map((name) => [name, held.columns.indexOf(name)] as const);
  return held.rows.map((values) => {
    const row: Record<string, unknown> = {};
    for (const [name, place] of places) row[name] = place < 0 ? null : values[place];
    return row as Tables[T];
  });
}
