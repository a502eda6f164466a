/**
 * Time in Twopop: a position is an integer count of samples at the project's rate, nothing else. This folder owns
 * positions, frame rates, timecode, feet and frames, and pull ratios. It never rounds through seconds.
 */

/** An integer count of samples at the project's rate, counted from the project's start. */
export type SamplePosition = number & { readonly __unit?: 'samples' };

/** `floor(a / b)` for integers of any sign; `b` must be positive. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/** `round(a / b)` with halves away from minus infinity (`floor(a/b + 1/2)`); `b` must be positive. */
export function roundDivide(a: bigint, b: bigint): bigint {
  return floorDivide(2n * a + b, 2n * b);
}

/** Narrows a BigInt to a Number; throws a RangeError past 2^53, where integers stop being exact. */
export function toSafeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is beyond the exact integers (2^53)`);
  return number;
}

/** Converts a sample count between rates, rounded to the nearest sample of the target rate. */
export function convertSamples(samples: number, fromRate: number, toRate: number): SamplePosition {
  if (fromRate === toRate) return samples;
  return toSafeNumber(roundDivide(BigInt(samples) * BigInt(toRate), BigInt(fromRate)));
}
