import type { PictureRow, SourceRow, SyncMatchRow, SyncStatus } from '../../src-shared/model/rows.ts';
import { isAmbiguous, isByHand, isSureEnough } from '../../src-shared/sync/ambiguity.ts';
import { openCameras } from '../../src-shared/sync/open-cameras.ts';
import { figure } from '../ui/figure.ts';
import { offsetInForce } from './offset-labels.ts';

const STATUS_ORDER: Readonly<Record<SyncStatus, number>> = { proposed: 0, unmatched: 1, rejected: 2, accepted: 3 };

/**
 * Results in the order in which a person looks at them: proposals with the least sure first, then what was not matched,
 * then what was decided. Equal ones by the camera's name.
 */
export function orderForReview(
  matches: readonly SyncMatchRow[],
  nameOf: (sourceId: number) => string,
): readonly SyncMatchRow[] {
  return [...matches].sort(
    (a, b) =>
      STATUS_ORDER[a.status] - STATUS_ORDER[b.status] ||
      assurance(a) - assurance(b) ||
      nameOf(a.cameraSourceId).localeCompare(nameOf(b.cameraSourceId), undefined, { numeric: true }) ||
      a.id - b.id,
  );
}

/** What the list can be sorted by: `doubt` is the order in which a person looks at results. */
export type ReviewSort = 'doubt' | 'camera' | 'method' | 'offset' | 'drift' | 'residual' | 'confidence' | 'status';
export type ReviewFilter = 'all' | 'doubt' | 'unmatched' | 'accepted';

export const REVIEW_FILTERS: readonly (readonly [ReviewFilter, string])[] = [
  ['all', 'All'],
  ['doubt', 'In doubt'],
  ['unmatched', 'Unmatched'],
  ['accepted', 'Accepted'],
];

/** What proposals are sorted by: their confidence, but an ambiguous one is never among the sure. */
function assurance(match: SyncMatchRow): number {
  return isAmbiguous(match) ? Math.min(match.confidence, SURE - 0.001) : match.confidence;
}

/** Below this a proposal is in doubt; at and above it is sure. */
export const SURE = 0.9;

/** Whether a result passes the filter: `doubt` shows proposals that are not sure or ambiguous. */
export function passesFilter(match: SyncMatchRow, filter: ReviewFilter): boolean {
  if (filter === 'doubt') return match.status === 'proposed' && assurance(match) < SURE;
  if (filter === 'unmatched') return match.status === 'unmatched';
  if (filter === 'accepted') return match.status === 'accepted';
  return true;
}

/** Whether the sounds were compared over the clip: what lies by timecode alone or by hand has no error to tell. */
export function isMeasured(match: SyncMatchRow): boolean {
  return match.method.split('+').includes('waveform');
}

/** Whether timecode can be followed in place of the sound: where a clock says another offset than the sound or the person. */
export function canFollowClock(match: SyncMatchRow): boolean {
  return (
    match.recorderSourceId !== null && match.clockOffsetSamplesAt48k !== null && (isMeasured(match) || isByHand(match))
  );
}

/** The largest of the three residuals, whichever way; -1 where nothing was measured. */
export function worstResidualMs(match: SyncMatchRow): number {
  if (!isMeasured(match)) return -1;
  return Math.max(Math.abs(match.residualHeadMs), Math.abs(match.residualMiddleMs), Math.abs(match.residualTailMs));
}

/** Results that pass the filter and hold every word of `text` in a name, method or reason, sorted. Unmatched ones come last by a figure. */
export function reviewRows(
  matches: readonly SyncMatchRow[],
  nameOf: (sourceId: number) => string,
  how: {
    readonly sort: ReviewSort;
    readonly descending: boolean;
    readonly filter: ReviewFilter;
    readonly text: string;
  },
): readonly SyncMatchRow[] {
  const words = how.text.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = matches.filter((match) => {
    if (!passesFilter(match, how.filter)) return false;
    if (words.length === 0) return true;
    const recorder = match.recorderSourceId === null ? '' : nameOf(match.recorderSourceId);
    const said = `${nameOf(match.cameraSourceId)} ${recorder} ${match.method} ${match.reason}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
  const ordered = orderForReview(kept, nameOf);
  if (how.sort === 'doubt') return how.descending ? [...ordered].reverse() : ordered;
  const compare = comparisons(nameOf)[how.sort];
  const way = how.descending ? -1 : 1;
  const figures = how.sort !== 'camera' && how.sort !== 'status';
  return [...ordered].sort((a, b) => {
    const without = figures ? Number(a.recorderSourceId === null) - Number(b.recorderSourceId === null) : 0;
    return without || way * compare(a, b);
  });
}

type Compare = (a: SyncMatchRow, b: SyncMatchRow) => number;

function comparisons(nameOf: (sourceId: number) => string): Readonly<Record<Exclude<ReviewSort, 'doubt'>, Compare>> {
  return {
    camera: (a, b) => nameOf(a.cameraSourceId).localeCompare(nameOf(b.cameraSourceId), undefined, { numeric: true }),
    method: (a, b) => a.method.localeCompare(b.method),
    offset: (a, b) => offsetInForce(a) - offsetInForce(b),
    drift: (a, b) => Math.abs(a.driftPpm) - Math.abs(b.driftPpm),
    residual: (a, b) => worstResidualMs(a) - worstResidualMs(b),
    confidence: (a, b) => a.confidence - b.confidence,
    status: (a, b) => STATUS_ORDER[a.status] - STATUS_ORDER[b.status],
  };
}

/** What spoke for a match, as words for badges; where there is little room, short ones. */
export function witnesses(method: string, isShort = false): readonly string[] {
  const words: Readonly<Record<string, string>> = isShort
    ? { timecode: 'TC', ltc: 'LTC', waveform: 'wave' }
    : { timecode: 'timecode', ltc: 'LTC' };
  return method
    .split('+')
    .filter(Boolean)
    .map((witness) => words[witness] ?? witness);
}

/** The proposals that are at least as sure as `minimum` (0 to 1), neither ambiguous nor laid by hand. */
export function acceptable(matches: readonly SyncMatchRow[], minimum: number): readonly number[] {
  return matches.filter((match) => isSureEnough(match, minimum)).map((match) => match.id);
}

/** How many proposals of at least that confidence are left out of accepting all at once, and why. */
export function heldBack(
  matches: readonly SyncMatchRow[],
  minimum: number,
): { readonly ambiguous: number; readonly byHand: number } {
  const proposed = matches.filter((match) => match.status === 'proposed' && match.recorderSourceId !== null);
  return {
    ambiguous: proposed.filter((match) => match.confidence >= minimum && isAmbiguous(match)).length,
    byHand: proposed.filter(isByHand).length,
  };
}

/** What is held back, to go on a hint: `. Not among them: 2 ambiguous; accept those one by one or selected`; '' for none. */
export function heldBackWords({ ambiguous, byHand }: ReturnType<typeof heldBack>): string {
  const said = [ambiguous > 0 ? `${ambiguous} ambiguous` : '', byHand > 0 ? `${byHand} laid by hand` : ''];
  const words = said.filter(Boolean).join(', ');
  return words ? `. Not among them: ${words}; accept those one by one or selected` : '';
}

/** `+12.3`, with the sign always shown. */
export function driftLabel(driftPpm: number, digits = 1): string {
  return figure(driftPpm, digits, 'always');
}

/** Head, middle and tail residual in milliseconds. */
export function residualLabel(match: SyncMatchRow): string {
  return [match.residualHeadMs, match.residualMiddleMs, match.residualTailMs]
    .map((value) => figure(value, 2))
    .join(' / ');
}

/** Whole percents of confidence, rounded down: only certainty is 100 %. */
export function confidencePercent(confidence: number): number {
  return Math.floor(confidence * 100);
}

/** How sure a match is, in words: `97 % sure`, `by hand` where a person laid it, '' where nothing was matched. */
export function surenessLabel(match: SyncMatchRow): string {
  if (match.recorderSourceId === null) return '';
  return isByHand(match) ? 'by hand' : `${confidencePercent(match.confidence)} % sure`;
}

/** Names of the pictures without sound (MOS): camera clips that sync has nothing to listen to. */
export function silentPictures(pictures: readonly PictureRow[], sources: readonly SourceRow[]): readonly string[] {
  const heard = new Set(sources.map((source) => source.pictureId));
  return pictures.filter((picture) => !heard.has(picture.id)).map((picture) => picture.name);
}

/** How sure, as people are told by colour: 0.9 and up is sure, below 0.6 is in doubt. */
export function confidenceTone(confidence: number): 'good' | 'warn' | 'bad' {
  return confidence >= 0.9 ? 'good' : confidence >= 0.6 ? 'warn' : 'bad';
}

/** What sync has to work with: it needs at least one camera and one recorder. */
export function syncReadiness(sources: readonly SourceRow[]): { readonly cameras: number; readonly recorders: number } {
  return {
    cameras: sources.filter((source) => source.role === 'camera').length,
    // What sync itself resampled is no file of a card.
    recorders: sources.filter((source) => source.role === 'recorder' && source.derivedFromId === null).length,
  };
}

/** The camera clips, by their ids, that sync looked at and found no recorder file for. */
export function unmatchedCameras(matches: readonly SyncMatchRow[]): readonly number[] {
  const found = new Set(matches.filter(({ status }) => status !== 'unmatched').map((match) => match.cameraSourceId));
  const sought = new Set(matches.map((match) => match.cameraSourceId));
  return [...sought].filter((cameraSourceId) => !found.has(cameraSourceId));
}

/**
 * Camera clips, by their ids, that pressing Sync has something to do for: those without a result, and those without a
 * match for which some recorder file that is there (not among `offlineIds`) was not searched.
 */
export function camerasToSync(
  sources: readonly SourceRow[],
  matches: readonly SyncMatchRow[],
  offlineIds: ReadonlySet<number>,
): readonly number[] {
  const idsOf = (role: SourceRow['role']) =>
    sources
      .filter((source) => source.role === role && source.derivedFromId === null && !offlineIds.has(source.id))
      .map(({ id }) => id as number);
  const recorderIds = idsOf('recorder');
  if (recorderIds.length === 0) return [];
  const { fresh, unsearched } = openCameras(idsOf('camera'), matches, recorderIds);
  return [...fresh, ...unsearched];
}

/** How far sync is: camera clips with a result, those without one, and how many of all have no recorder file. */
export function syncProgress(
  sources: readonly SourceRow[],
  matches: readonly SyncMatchRow[],
): { readonly cameras: number; readonly decided: number; readonly undecided: number; readonly unmatched: number } {
  const results = new Set<number>(matches.map((match) => match.cameraSourceId));
  const { cameras } = syncReadiness(sources);
  const decided = sources.filter((source) => source.role === 'camera' && results.has(source.id)).length;
  const unmatched = matches.filter((match) => match.status === 'unmatched').length;
  return { cameras, decided, undecided: cameras - decided, unmatched };
}
