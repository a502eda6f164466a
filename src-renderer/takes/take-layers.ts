import type { ClipRow, TakeRow } from '../../src-shared/model/rows.ts';
import type { Mirror } from '../project/mirror.ts';
import type { TimelineContext } from '../timeline/timeline-context.ts';
import { punchOf, usageOf } from './takes-here.ts';

/** Takes as layers below their track: what was recorded last on top, what it was recorded over below it. */

/** The rows of layers from the top, each with its takes by start. A take lies below all newer ones that it overlaps. */
export function layerRows(takes: readonly TakeRow[]): readonly (readonly TakeRow[])[] {
  const rows: TakeRow[][] = [];
  const newestFirst = takes.filter((take) => punchOf(take) !== null).sort((a, b) => b.pass - a.pass || b.id - a.id);
  for (const take of newestFirst) {
    const below = rows.findLastIndex((row) => row.some((other) => overlaps(take, other)));
    const row = rows[below + 1];
    if (row) row.push(take);
    else rows.push([take]);
  }
  for (const row of rows) row.sort((a, b) => startOf(a) - startOf(b));
  return rows;
}

/** The rows of layers of one track. */
export function layersOfTrack(mirror: Pick<Mirror, 'all'>, trackId: number): readonly (readonly TakeRow[])[] {
  return layerRows(mirror.all('take').filter((take) => take.trackId === trackId));
}

/** What is painted of a take: a clip of its punch, muted where nothing of it is on the timeline. Its id is the take's, negative. */
export function clipOfTake(mirror: Mirror, take: TakeRow): ClipRow {
  const punch = punchOf(take)!;
  return {
    id: -take.id,
    trackId: take.trackId,
    sourceId: take.sourceId!,
    sourceChannel: 0,
    name: `${take.number}${take.circled ? ' ◯' : ''} ${take.name}`,
    startSample: punch.fromSample,
    lengthSamples: punch.toSample - punch.fromSample,
    sourceInSample: punch.fromSample - take.startSample,
    gainDb: 0,
    fadeInSamples: 0,
    fadeInShape: 'linear',
    fadeOutSamples: 0,
    fadeOutShape: 'linear',
    muted: usageOf(mirror, take) === 'none',
    polarityInverted: false,
    syncMatchId: null,
    declaredAsync: false,
  };
}

/** Shows or hides the layers of tracks. */
export function showLayers({ mirror, view }: TimelineContext, trackIds: readonly number[], shown: boolean): void {
  const state = view.getState();
  const takeLayers = { ...state.takeLayers };
  for (const id of trackIds) {
    if (shown) takeLayers[id] = rowCount(mirror, id);
    else delete takeLayers[id];
  }
  state.setTakeLayers(takeLayers);
}

/** Keeps room for as many rows as there are, while takes come and go. Returns what ends it. */
export function followTakeLayers({ mirror, view }: TimelineContext): () => void {
  const follow = () => {
    const { takeLayers, setTakeLayers } = view.getState();
    const next: Record<number, number> = {};
    for (const id of Object.keys(takeLayers).map(Number)) if (mirror.get('track', id)) next[id] = rowCount(mirror, id);
    if (JSON.stringify(next) !== JSON.stringify(takeLayers)) setTakeLayers(next);
  };
  follow();
  return mirror.subscribe((change) => (change.tables.has('take') || change.tables.has('track')) && follow());
}

/** One row is kept where there are none, to say so. */
function rowCount(mirror: Mirror, trackId: number): number {
  return Math.max(1, layersOfTrack(mirror, trackId).length);
}

function startOf(take: TakeRow): number {
  return punchOf(take)?.fromSample ?? 0;
}

function overlaps(a: TakeRow, b: TakeRow): boolean {
  const [one, other] = [punchOf(a), punchOf(b)];
  return one !== null && other !== null && one.fromSample < other.toSample && other.fromSample < one.toSample;
}
