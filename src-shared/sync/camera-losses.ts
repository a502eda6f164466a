import type { EffectivePiece } from './effective-line.ts';

/** A place at which a camera lost samples (`lostSeconds` positive) or repeated them. */
export type CameraLoss = { readonly cameraSeconds: number; readonly lostSeconds: number };

/**
 * Two lines of one match also meet where clocks merely change their speed; what their fits leave between them there is
 * under this, and no camera loses so little.
 */
const LEAST_LOSS_SECONDS = 0.00025;

/** Where a match's lines jump: the places at which its camera lost or repeated samples, in order. */
export function cameraLosses(line: readonly EffectivePiece[]): CameraLoss[] {
  return line.flatMap((piece, index) => {
    const before = line[index - 1];
    if (!before) return [];
    const byOffset = (piece.offsetSamplesAt48k - before.offsetSamplesAt48k) / 48_000;
    const bySpeed = piece.fromSeconds * (piece.driftPpm - before.driftPpm) * 1e-6;
    const lostSeconds = byOffset + bySpeed;
    return Math.abs(lostSeconds) < LEAST_LOSS_SECONDS ? [] : [{ cameraSeconds: piece.fromSeconds, lostSeconds }];
  });
}
