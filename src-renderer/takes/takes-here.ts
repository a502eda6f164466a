import type { DocumentReader } from '../../src-shared/edit/document.ts';
import type { ClipRow, TakeRow } from '../../src-shared/model/rows.ts';
import type { TimelineViewState } from '../timeline/timeline-view.ts';

/** Which takes lie where, and what of them is heard. Positions are samples of the timeline. */

export type Span = { readonly fromSample: number; readonly toSample: number };

/** Where takes are asked for: a selected range, the selected clips, or all of the active track. */
export type TakeScope = {
  readonly kind: 'range' | 'clips' | 'track';
  /** By track; a whole track has no spans. */
  readonly spansByTrack: ReadonlyMap<number, readonly Span[]>;
};

type Reader = Pick<DocumentReader, 'get' | 'all'> & { clipsOfSource(sourceId: number): readonly ClipRow[] };

/** The place that is looked at; null where no track is active and nothing is selected. */
export function scopeOfView(
  reader: Pick<DocumentReader, 'get'>,
  view: Pick<TimelineViewState, 'range' | 'selectedClipIds' | 'activeTrackId'>,
): TakeScope | null {
  const { range, selectedClipIds, activeTrackId } = view;
  if (range) {
    const span = { fromSample: range.fromSample, toSample: range.toSample };
    return { kind: 'range', spansByTrack: new Map(range.trackIds.map((id) => [id, [span]])) };
  }
  const clips = [...selectedClipIds].flatMap((id) => reader.get('clip', id) ?? []);
  if (clips.length > 0) {
    const byTrack = Map.groupBy(clips, ({ trackId }) => trackId as number);
    return { kind: 'clips', spansByTrack: new Map([...byTrack].map(([id, some]) => [id, some.map(spanOfClip)])) };
  }
  return activeTrackId === null ? null : { kind: 'track', spansByTrack: new Map([[activeTrackId, []]]) };
}

/** The takes that lie there, newest first; one that is being recorded lies wherever its track is. */
export function takesHere(takes: readonly TakeRow[], scope: TakeScope | null): readonly TakeRow[] {
  if (!scope) return [];
  const isHere = (take: TakeRow) => {
    const spans = scope.spansByTrack.get(take.trackId);
    const punch = punchOf(take);
    return spans !== undefined && (spans.length === 0 || !punch || spans.some((span) => overlap(span, punch) > 0));
  };
  return takes.filter(isHere).sort((a, b) => b.pass - a.pass || b.id - a.id);
}

/** What was recorded together with a take: the same stretch of the same pass, on each of its tracks. */
export function takesOfPass(takes: readonly TakeRow[], take: TakeRow): readonly TakeRow[] {
  return takes.filter(
    (other) =>
      other.pass === take.pass &&
      other.startSample === take.startSample &&
      other.punchInSample === take.punchInSample &&
      other.sourceId !== null,
  );
}

/** What was punched; null while it is not known. */
export function punchOf({ state, punchInSample, punchOutSample }: TakeRow): Span | null {
  if (state === 'recording' || punchInSample === null || punchOutSample === null) return null;
  return { fromSample: punchInSample, toSample: punchOutSample };
}

/** All that the file has, around the punch too; null while it is being recorded. */
export function extentOf(reader: Pick<DocumentReader, 'get'>, take: TakeRow): Span | null {
  const source = take.sourceId === null ? null : reader.get('source', take.sourceId);
  if (!source) return null;
  return { fromSample: Math.max(0, take.startSample), toSample: take.startSample + source.lengthSamples };
}

/**
 * What of a take is put on the timeline when it is used there: the selected range as far as the file reaches, else the
 * punch. Null where nothing of it was recorded there, and while it is being recorded.
 */
export function usedSpan(reader: Pick<DocumentReader, 'get'>, take: TakeRow, scope: TakeScope | null): Span | null {
  const extent = extentOf(reader, take);
  const wanted = scope?.kind === 'range' ? scope.spansByTrack.get(take.trackId)?.[0] : undefined;
  if (!extent || !wanted) return extent && punchOf(take);
  const fromSample = Math.max(extent.fromSample, wanted.fromSample);
  const toSample = Math.min(extent.toSample, wanted.toSample);
  return toSample > fromSample ? { fromSample, toSample } : null;
}

/** How much of a take's punch is on its track, in place: all of it, a part, or none. */
export function usageOf(reader: Reader, take: TakeRow): 'whole' | 'part' | 'none' {
  const punch = punchOf(take);
  if (!punch || take.sourceId === null) return 'none';
  const used = reader
    .clipsOfSource(take.sourceId)
    .filter((clip) => clip.trackId === take.trackId && clip.startSample - clip.sourceInSample === take.startSample)
    .reduce((sum, clip) => sum + overlap(spanOfClip(clip), punch), 0);
  if (used <= 0) return 'none';
  return used >= punch.toSample - punch.fromSample ? 'whole' : 'part';
}

function spanOfClip({ startSample, lengthSamples }: ClipRow): Span {
  return { fromSample: startSample, toSample: startSample + lengthSamples };
}

/** How many samples two spans have in common; 0 for those that lie apart. */
function overlap(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.toSample, b.toSample) - Math.max(a.fromSample, b.fromSample));
}
