import type { SyncMatchRow } from '../model/rows.ts';
import { readEvidence } from './sync-evidence.ts';

/** From `fromSeconds` of camera time on, camera second t lies on recorder second offset / 48000 + t (1 + driftPpm 1e-6). */
export type EffectivePiece = {
  readonly fromSeconds: number;
  readonly offsetSamplesAt48k: number;
  readonly driftPpm: number;
};

export type Chosen = Pick<
  SyncMatchRow,
  'offsetSamplesAt48k' | 'driftPpm' | 'clockOffsetSamplesAt48k' | 'followsClock' | 'nudgeSamplesAt48k' | 'evidence'
>;

/**
 * The line or lines that a match comes to by what was measured and what the person chose: the clock instead of the
 * sound (all pieces move by as much), then the nudge. At least one piece; the first holds from -infinity on.
 */
export function effectiveLine(match: Chosen): readonly EffectivePiece[] {
  const { segments, acousticDelayMs } = readEvidence(match.evidence);
  const moved = byClock(match, acousticDelayMs) + match.nudgeSamplesAt48k;
  const pieces =
    segments.length > 1
      ? [...segments].sort((a, b) => a.fromSeconds - b.fromSeconds)
      : [{ fromSeconds: 0, offsetSamplesAt48k: match.offsetSamplesAt48k, driftPpm: match.driftPpm }];
  return pieces.map((piece, index) => ({
    ...piece,
    fromSeconds: index === 0 ? Number.NEGATIVE_INFINITY : piece.fromSeconds,
    offsetSamplesAt48k: piece.offsetSamplesAt48k + moved,
  }));
}

/**
 * How far following the clock moves the line: by the delay that is told of the sound, which was measured in the middle of
 * the clip. Two lines of somewhat other drift are further apart, or nearer, at camera time 0. Where no delay was measured
 * the clock's offset itself is followed.
 */
function byClock(match: Chosen, acousticDelayMs: number | null): number {
  if (!match.followsClock || match.clockOffsetSamplesAt48k === null) return 0;
  return acousticDelayMs === null ? match.clockOffsetSamplesAt48k - match.offsetSamplesAt48k : -acousticDelayMs * 48;
}

/**
 * What a match says of where its recorder file lies, and what was decided of it, as text that is the same as long as
 * neither changes. What takes long to make for a match (a resampled copy, its pauses) carries the text of the match that
 * it was made for.
 */
export function lineText(match: Chosen & Pick<SyncMatchRow, 'recorderSourceId' | 'status'>): string {
  const line = effectiveLine(match).map((piece) => [piece.fromSeconds, piece.offsetSamplesAt48k, piece.driftPpm]);
  return JSON.stringify([match.status, match.recorderSourceId, line]);
}
