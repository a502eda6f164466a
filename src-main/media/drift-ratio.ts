import { LARGEST_DRIFT_PPM } from '../../src-shared/sync/sync-limits.ts';

/** Whole-number rates whose quotient is a change of speed. */
export type DriftRatio = {
  readonly numerator: number;
  readonly denominator: number;
  /** Of the quotient itself, which is what a resampler is given: (numerator / denominator - 1) * 1e6. */
  readonly driftPpm: number;
};

/** How far the quotient may be from what was asked: 2 h at 96 kHz end less than a ten-thousandth of a sample off. */
const CLOSE_ENOUGH = 1e-13;
/** Under what ffmpeg takes for a rate, with room for products of two of them. */
const LARGEST_RATE = 2 ** 30;

/**
 * The smallest whole numbers whose quotient is `1 + driftPpm * 1e-6` to 1e-13: ffmpeg names rates as integers, and
 * 48000 to 48005 is as near as 48 kHz comes to 100 ppm. The convergents of the continued fraction are tried in turn.
 * `driftPpm` must be within ±{@link LARGEST_DRIFT_PPM}, give or take what a quotient of whole numbers takes.
 */
export function driftRatio(driftPpm: number): DriftRatio {
  if (!(Math.abs(driftPpm) <= LARGEST_DRIFT_PPM + 1e-6)) throw new RangeError(`${driftPpm} ppm is no drift`);
  // The fraction of the difference from 1 keeps digits that the quotient itself would lose.
  const wanted = driftPpm * 1e-6;
  let [before, beforeDenominator, now, nowDenominator] = [1, 0, Math.floor(wanted), 1];
  let rest = wanted - Math.floor(wanted);
  while (rest > 1e-15 && Math.abs(now / nowDenominator - wanted) > CLOSE_ENOUGH) {
    const whole = Math.floor(1 / rest);
    rest = 1 / rest - whole;
    const next = whole * now + before;
    const nextDenominator = whole * nowDenominator + beforeDenominator;
    if (nextDenominator + Math.abs(next) > LARGEST_RATE) break;
    [before, beforeDenominator, now, nowDenominator] = [now, nowDenominator, next, nextDenominator];
  }
  return { numerator: nowDenominator + now, denominator: nowDenominator, driftPpm: (now / nowDenominator) * 1e6 };
}
