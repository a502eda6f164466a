import type { PictureRow, SourceRow, SyncMatchRow } from '../../src-shared/model/rows.ts';
import { isByHand } from '../../src-shared/sync/ambiguity.ts';
import { readDerivation } from '../../src-shared/sync/source-derivation.ts';
import { sampleToFrame } from '../../src-shared/time/frame-rate.ts';
import { formatTimecode, type ProjectClock } from '../../src-shared/time/timecode.ts';

export type SyncState = 'synced' | 'proposed' | 'unmatched' | 'rejected' | 'none';
export type BinRole = SourceRow['role'] | 'picture';

/** One line of the bin: a source, or a picture without sound. */
export type BinRow = {
  /** `source/ID` or `picture/ID`. */
  readonly key: string;
  readonly sourceId: number | null;
  readonly pictureId: number | null;
  readonly name: string;
  readonly role: BinRole;
  /** '' where the file carries no timecode. */
  readonly timecode: string;
  readonly timeReferenceSamples: number | null;
  readonly length: string;
  readonly lengthSamples: number;
  readonly channelCount: number;
  readonly channels: string;
  readonly sceneTake: string;
  readonly circled: boolean;
  readonly sync: SyncState;
  /** Of a camera's proposed match, 0 to 1; of several the least sure. Null where there is none to review. */
  readonly confidence: number | null;
  readonly offline: boolean;
  /** What it was resampled from, where it did not come from a card. */
  readonly copyOf: CopyOf | null;
};

export type CopyOf = { readonly key: string; readonly name: string; readonly driftPpm: number | null };

export type BinSort = 'name' | 'role' | 'timecode' | 'length' | 'channels' | 'sceneTake' | 'circled' | 'sync';

/** Names of a source's channels; '' for those that the file does not name. */
export function channelNamesOf(source: SourceRow): readonly string[] {
  try {
    const names: unknown = JSON.parse(source.channelNames);
    if (Array.isArray(names))
      return Array.from({ length: source.channelCount }, (_, channel) => String(names[channel] ?? ''));
  } catch {
    // A name list that cannot be read is as good as none.
  }
  return Array.from({ length: source.channelCount }, () => '');
}

/** A length as timecode at the project's rate. */
export function lengthLabel(lengthSamples: number, clock: ProjectClock): string {
  return formatTimecode(sampleToFrame(lengthSamples, clock.frameRate, clock.sampleRate), {
    ...clock.frameRate,
    drop: false,
  });
}

/** The best that sync has to say of each source: an accepted match outweighs a proposed one, that one none. */
export function syncStates(matches: readonly SyncMatchRow[]): ReadonlyMap<number, SyncState> {
  const order: Readonly<Record<SyncState, number>> = { none: 0, rejected: 1, unmatched: 2, proposed: 3, synced: 4 };
  const states = new Map<number, SyncState>();
  for (const match of matches) {
    const state: SyncState = match.status === 'accepted' ? 'synced' : match.status;
    for (const id of [match.cameraSourceId, match.recorderSourceId]) {
      if (id === null) continue;
      // That a camera was not matched says nothing of the recorder it was tried against.
      if (id === match.recorderSourceId && (state === 'unmatched' || state === 'rejected')) continue;
      const before = states.get(id) ?? 'none';
      if (order[state] > order[before]) states.set(id, state);
    }
  }
  return states;
}

/** How sure the least sure proposal of each camera is; what a person laid by hand has no chance to tell. */
export function proposedConfidences(matches: readonly SyncMatchRow[]): ReadonlyMap<number, number> {
  const least = new Map<number, number>();
  for (const match of matches) {
    const { status, cameraSourceId, confidence } = match;
    if (status === 'proposed' && !isByHand(match))
      least.set(cameraSourceId, Math.min(confidence, least.get(cameraSourceId) ?? 1));
  }
  return least;
}

function copyOf(source: SourceRow, names: ReadonlyMap<number, string>): CopyOf | null {
  if (source.derivedFromId === null) return null;
  return {
    key: `source/${source.derivedFromId}`,
    name: names.get(source.derivedFromId) ?? '?',
    driftPpm: readDerivation(source.derivation)?.driftPpm ?? null,
  };
}

/** Every source, and every picture that has no sound, as the bin lists them. */
export function binRows(
  sources: readonly SourceRow[],
  pictures: readonly PictureRow[],
  matches: readonly SyncMatchRow[],
  offline: { readonly sourceIds: ReadonlySet<number>; readonly pictureIds: ReadonlySet<number> },
  clock: ProjectClock,
): BinRow[] {
  const states = syncStates(matches);
  const confidences = proposedConfidences(matches);
  const names = new Map(sources.map((source) => [source.id as number, source.name]));
  const heard = new Set(sources.map((source) => source.pictureId));
  const rows: BinRow[] = sources.map((source) => ({
    key: `source/${source.id}`,
    sourceId: source.id,
    pictureId: source.pictureId,
    name: source.name,
    role: source.role,
    timecode:
      source.timeReferenceSamples === null
        ? ''
        : formatTimecode(
            sampleToFrame(source.timeReferenceSamples, clock.frameRate, clock.sampleRate),
            clock.frameRate,
          ),
    timeReferenceSamples: source.timeReferenceSamples,
    length: lengthLabel(source.lengthSamples, clock),
    lengthSamples: source.lengthSamples,
    channelCount: source.channelCount,
    channels: channelNamesOf(source).filter(Boolean).join(', '),
    sceneTake: [source.scene, source.take].filter(Boolean).join(' / '),
    circled: source.circled === true,
    sync: states.get(source.id) ?? 'none',
    confidence: states.get(source.id) === 'proposed' ? (confidences.get(source.id) ?? null) : null,
    copyOf: copyOf(source, names),
    offline:
      offline.sourceIds.has(source.id) || (source.pictureId !== null && offline.pictureIds.has(source.pictureId)),
  }));
  for (const picture of pictures) {
    if (heard.has(picture.id)) continue;
    const rate = { numerator: picture.frameRateNumerator, denominator: picture.frameRateDenominator };
    rows.push({
      key: `picture/${picture.id}`,
      sourceId: null,
      pictureId: picture.id,
      name: picture.name,
      role: 'picture',
      timecode:
        picture.startFrame === null ? '' : formatTimecode(picture.startFrame, { ...rate, drop: picture.dropFrame }),
      timeReferenceSamples: null,
      length: formatTimecode(picture.frameCount, { ...rate, drop: false }),
      lengthSamples: Math.round((picture.frameCount * rate.denominator * clock.sampleRate) / rate.numerator),
      channelCount: 0,
      channels: '',
      sceneTake: '',
      circled: false,
      sync: 'none',
      confidence: null,
      copyOf: null,
      offline: offline.pictureIds.has(picture.id),
    });
  }
  return rows;
}

const COLLATOR = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const SYNC_ORDER: Readonly<Record<SyncState, number>> = { unmatched: 0, proposed: 1, rejected: 2, none: 3, synced: 4 };

function compare(a: BinRow, b: BinRow, by: BinSort): number {
  switch (by) {
    case 'timecode':
      // What has no timecode stands after what has.
      return (a.timecode === '' ? 1 : 0) - (b.timecode === '' ? 1 : 0) || COLLATOR.compare(a.timecode, b.timecode);
    case 'length':
      return a.lengthSamples - b.lengthSamples;
    case 'channels':
      return a.channelCount - b.channelCount;
    case 'circled':
      return Number(b.circled) - Number(a.circled);
    case 'sync':
      return SYNC_ORDER[a.sync] - SYNC_ORDER[b.sync];
    default:
      return COLLATOR.compare(a[by], b[by]);
  }
}

/**
 * Rows whose name, scene, take, role or channels contain every word of `filter`, in order; ties by name. A resampled copy
 * stands under what it was made from, however the rest is sorted.
 */
export function arrangeBin(
  rows: readonly BinRow[],
  filter: string,
  by: BinSort,
  descending: boolean,
): readonly BinRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows.filter((row) => {
    const copy = row.copyOf ? 'resampled copy' : '';
    const text =
      `${row.name} ${row.sceneTake} ${row.role} ${row.channels} ${row.timecode} ${row.sync} ${copy}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const sign = descending ? -1 : 1;
  found.sort((a, b) => sign * compare(a, b, by) || COLLATOR.compare(a.name, b.name));
  const keys = new Set(found.map((row) => row.key));
  const copies = new Map<string, BinRow[]>();
  const originals: BinRow[] = [];
  for (const row of found)
    if (row.copyOf && keys.has(row.copyOf.key))
      copies.set(row.copyOf.key, [...(copies.get(row.copyOf.key) ?? []), row]);
    else originals.push(row);
  return originals.flatMap((row) => [row, ...(copies.get(row.key) ?? [])]);
}
