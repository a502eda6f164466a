import type { ClipRow, GainPointRow, TableName, Tables } from '../../../src-shared/model/rows.ts';
import { formatTimecode } from '../../../src-shared/time/timecode.ts';
import type { Draft } from '../../project/draft.ts';
import type { Mirror } from '../../project/mirror.ts';
import { syncOffText } from '../readout.ts';
import {
  CLIP_DECLARED_ASYNC,
  CLIP_IN_SYNC,
  CLIP_INVERTED,
  CLIP_MUTED,
  CLIP_OFFLINE,
  CLIP_OUT_OF_SYNC,
  CLIP_RESAMPLED,
  CLIP_STRIDE,
  FADE_SHAPES,
  type LaneClips,
  type MarkerFlag,
  type PictureSpan,
} from './protocol.ts';

/** Rows of the document as the worker wants them. */

/** Samples that a clip lies later than its sync puts it, 0 within tolerance; null where nothing can be said. */
export type SyncOffset = (clip: ClipRow) => number | null;

/** Clips as numbers, in the order of `CLIP_FIELDS`, and the track's gain breakpoints. */
export function packLane(
  trackId: number,
  clips: readonly ClipRow[],
  points: readonly GainPointRow[],
  mirror: Mirror,
  offline: ReadonlySet<number>,
  syncOffset: SyncOffset,
): LaneClips {
  const clock = mirror.clock();
  const badges = new Map<number, string>();
  const numbers = new Float64Array(clips.length * CLIP_STRIDE);
  const names: string[] = [];
  let longestSamples = 0;
  let at = 0;
  for (const clip of clips) {
    numbers[at++] = clip.id;
    numbers[at++] = clip.startSample;
    numbers[at++] = clip.lengthSamples;
    numbers[at++] = clip.sourceId;
    numbers[at++] = clip.sourceChannel;
    numbers[at++] = clip.sourceInSample;
    const source = mirror.get('source', clip.sourceId);
    numbers[at++] = source?.lengthSamples ?? 0;
    numbers[at++] = clip.gainDb;
    numbers[at++] = clip.fadeInSamples;
    numbers[at++] = FADE_SHAPES.indexOf(clip.fadeInShape);
    numbers[at++] = clip.fadeOutSamples;
    numbers[at++] = FADE_SHAPES.indexOf(clip.fadeOutShape);
    const off = clip.syncMatchId === null ? null : syncOffset(clip);
    if (off) badges.set(names.length, `${clip.declaredAsync ? 'async ' : ''}${syncOffText(off, clock)}`);
    numbers[at++] =
      (clip.muted ? CLIP_MUTED : 0) |
      (offline.has(clip.sourceId) ? CLIP_OFFLINE : 0) |
      syncFlag(clip, off) |
      (clip.polarityInverted ? CLIP_INVERTED : 0) |
      (source && source.derivedFromId !== null ? CLIP_RESAMPLED : 0);
    names.push(clip.name);
    longestSamples = Math.max(longestSamples, clip.lengthSamples);
  }
  const gainPoints = Float64Array.from(points.flatMap((point) => [point.atSample, point.gainDb]));
  return { trackId, numbers, names, badges, longestSamples, gainPoints };
}

/** What lies in sync is in sync, whatever was declared of it. */
function syncFlag(clip: ClipRow, off: number | null): number {
  if (off === null) return 0;
  if (off === 0) return CLIP_IN_SYNC;
  return clip.declaredAsync ? CLIP_DECLARED_ASYNC : CLIP_OUT_OF_SYNC;
}

/** Rows of a small table as they would be after a draft. */
function draftedRows<T extends TableName>(mirror: Mirror, draft: Draft | null, table: T): readonly Tables[T][] {
  const drafted = new Map<number, Tables[T] | null>();
  for (const change of draft?.diff ?? [])
    if (change.table === table) drafted.set(change.id, change.after as Tables[T] | null);
  if (drafted.size === 0) return mirror.all(table);
  const rows = mirror.all(table).filter((row) => !drafted.has(row.id));
  for (const row of drafted.values()) if (row) rows.push(row);
  return rows;
}

/** Picture clips with the timecode that their own file has at their start. */
export function pictureSpans(mirror: Mirror, draft: Draft | null): PictureSpan[] {
  return draftedRows(mirror, draft, 'picture_clip').map((clip) => {
    const { startSample, lengthSamples, name } = clip;
    const picture = mirror.get('picture', clip.pictureId);
    if (!picture || picture.startFrame === null) return { startSample, lengthSamples, name, timecode: '' };
    const rate = {
      numerator: picture.frameRateNumerator,
      denominator: picture.frameRateDenominator,
      drop: picture.dropFrame,
    };
    return {
      startSample,
      lengthSamples,
      name,
      timecode: formatTimecode(picture.startFrame + clip.sourceInFrame, rate),
    };
  });
}

export function markerFlags(mirror: Mirror, draft: Draft | null): MarkerFlag[] {
  return draftedRows(mirror, draft, 'marker').map(({ atSample, name }) => ({ atSample, name }));
}
