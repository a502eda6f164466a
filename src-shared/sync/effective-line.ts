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
 * sound (all pieces move by the difference), then the nudge. At least one piece; the first holds from -infinity on.
 */
export function effectiveLine(match: Chosen): readonly EffectivePiece[] {
  const byClock =
    match.followsClock && match.clockOffsetSamplesAt48k !== null
      ? match.clockOffsetSamplesAt48k - match.offsetSamplesAt48k
      : 0;
  const moved = byClock + match.nudgeSamplesAt48k;
  const { segments } = readEvidence(match.evidence);
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
 * What a match says of where its recorder file lies, and what was decided of it, as text that is the same as long as
 * neither changes. What takes long to make for a match (a resampled copy, its pauses) carries the text of the match that
 * it was made for.
 */
export function lineText(match: Chosen & Pick<SyncMatchRow, 'recorderSourceId' | 'status'>): string {
  const line = effectiveLine(match).map((piece) => [piece.fromSeconds, piece.offsetSamplesAt48k, piece.driftPpm]);
  return JSON.stringify([match.status, match.recorderSourceId, line]);
}
