import type { CameraLoss } from '../../src-shared/sync/camera-losses.ts';
import type { SyncResidual } from '../../src-shared/sync/sync-evidence.ts';

/** The scale of the error over a clip: never finer than a tenth of a millisecond, so that noise does not look like error. */
export type PlotScale = { readonly limitMs: number; readonly ticksMs: readonly number[] };

const LIMITS_MS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

/** The smallest even scale that holds nine tenths of the weight; what lies beyond is drawn at the edge. */
export function plotScale(residuals: readonly SyncResidual[]): PlotScale {
  const sized = residuals
    .map(({ lagMs, weight }) => ({ size: Math.abs(lagMs), weight }))
    .sort((a, b) => a.size - b.size);
  const all = sized.reduce((sum, { weight }) => sum + weight, 0);
  let wanted = 0;
  let held = 0;
  for (const { size, weight } of sized) {
    wanted = size;
    held += weight;
    if (held >= all * 0.9) break;
  }
  const limitMs = LIMITS_MS.find((limit) => limit >= wanted * 1.2) ?? LIMITS_MS.at(-1)!;
  return { limitMs, ticksMs: [-limitMs, 0, limitMs] };
}

/** Share of the height, 0 top to 1 bottom, at which a lag is drawn: late below. Held at the edges. */
export function plotShare(lagMs: number, scale: PlotScale): number {
  return 0.5 + (Math.min(1, Math.max(-1, lagMs / scale.limitMs)) * 0.9) / 2;
}

/** Radius in pixels of a dot: its area is its weight. */
export function dotRadius(weight: number): number {
  return 1.2 + 2.8 * Math.sqrt(Math.min(1, Math.max(0, weight)));
}

/** `2,400 samples (50 ms) lost at 1:12.4`, samples at 48 kHz. */
export function lostLabel({ lostSeconds }: CameraLoss, placeLabel: string): string {
  const count = Math.round(Math.abs(lostSeconds) * 48_000).toLocaleString('en-US');
  const size = Number(Math.abs(lostSeconds * 1000).toFixed(2));
  return `${count} samples (${size} ms) ${lostSeconds >= 0 ? 'lost' : 'repeated'} at ${placeLabel}`;
}
