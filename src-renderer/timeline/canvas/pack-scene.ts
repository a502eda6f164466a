import type { ClipRow, GainPointRow, TableName, Tables } from '../../../src-shared/model/rows.ts';
import { formatTimecode } from '../../../src-shared/time/timecode.ts';
import type { Draft } from '../../project/draft.ts';
import type { Mirror } from '../../project/mirror.ts';
import {
  CLIP_MUTED,
  CLIP_OFFLINE,
  CLIP_STRIDE,
  CLIP_SYNCED,
  FADE_SHAPES,
  type LaneClips,
  type MarkerFlag,
  type PictureSpan,
} from './protocol.ts';

/** Rows of the document as the worker wants them. */

/** Clips as numbers, in the order of `CLIP_FIELDS`, and the track's gain breakpoints. */
export function packLane(
  trackId: number,
  clips: readonly ClipRow[],
  points: readonly GainPointRow[],
  mirror: Mirror,
  offline: ReadonlySet<number>,
): LaneClips {
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
    numbers[at++] = mirror.get('source', clip.sourceId)?.lengthSamples ?? 0;
    numbers[at++] = clip.gainDb;
    numbers[at++] = clip.fadeInSamples;
    numbers[at++] = FADE_SHAPES.indexOf(clip.fadeInShape);
    numbers[at++] = clip.fadeOutSamples;
    numbers[at++] = FADE_SHAPES.indexOf(clip.fadeOutShape);
    numbers[at++] =
      (clip.muted ? CLIP_MUTED : 0) |
      (clip.syncMatchId !== null ? CLIP_SYNCED : 0) |
      (offline.has(clip.sourceId) ? CLIP_OFFLINE : 0);
    names.push(clip.name);
    longestSamples = Math.max(longestSamples, clip.lengthSamples);
  }
  const gainPoints = Float64Array.from(points.flatMap((point) => [point.atSample, point.gainDb]));
  return { trackId, numbers, names, longestSamples, gainPoints };
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
