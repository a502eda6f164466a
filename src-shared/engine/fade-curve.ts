import type { FadeShape } from './render-plan.ts';

/**
 * The gain of a fade at `u`, from 0 (silence) to 1 (full level); a fade-out runs it backwards. What is drawn, and
 * the same formulas as `native/src/dsp/fade-curve.h`.
 *
 * | shape | formula | level at the midpoint |
 * |---|---|---|
 * | linear | `u` | -6 dB: constant amplitude across a crossfade of correlated sound |
 * | equal-power | `sin(u * pi / 2)` | -3 dB: constant power across a crossfade of uncorrelated sound |
 * | s-curve | `(1 - cos(u * pi)) / 2` | -6 dB, flat at both ends |
 * | slow | `u^2` | -12 dB |
 * | fast | `1 - (1 - u)^2` | -2.5 dB |
 */
export function fadeGain(shape: FadeShape, u: number): number {
  switch (shape) {
    case 'linear':
      return u;
    case 'equal-power':
      return Math.sin((u * Math.PI) / 2);
    case 's-curve':
      return 0.5 - 0.5 * Math.cos(u * Math.PI);
    case 'slow':
      return u * u;
    case 'fast':
      return 1 - (1 - u) * (1 - u);
  }
}
