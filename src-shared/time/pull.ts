import { roundDivide, toSafeNumber } from './sample-position.ts';

/** A change of playing speed as an exact ratio: 1000/1001 plays 0.1 % slow. */
export type PullRatio = { readonly numerator: number; readonly denominator: number };

/**
 * The pulls of the field: film 24 to video 23.976 and back (0.1 %), 24 to 25 and back (4.1667 %), 23.976 to 25 and
 * back (4.2708 %).
 */
export const PULLS = {
  'pull-down': { numerator: 1000, denominator: 1001 },
  'pull-up': { numerator: 1001, denominator: 1000 },
  '24-to-25': { numerator: 25, denominator: 24 },
  '25-to-24': { numerator: 24, denominator: 25 },
  '23.976-to-25': { numerator: 25025, denominator: 24000 },
  '25-to-23.976': { numerator: 24000, denominator: 25025 },
} as const satisfies Record<string, PullRatio>;

/** The ratio that undoes a pull. */
export function inversePull(pull: PullRatio): PullRatio {
  return { numerator: pull.denominator, denominator: pull.numerator };
}

/** The length that `samples` take when played at the pulled speed, rounded to the nearest sample. */
export function pulledLength(samples: number, pull: PullRatio): number {
  return toSafeNumber(roundDivide(BigInt(samples) * BigInt(pull.denominator), BigInt(pull.numerator)));
}

/** The rate at which samples made at `sampleRate` play when pulled: 48048 pulled down is 48000. Hertz, may be fractional. */
export function pulledSampleRate(sampleRate: number, pull: PullRatio): number {
  return (sampleRate * pull.numerator) / pull.denominator;
}

/** The pull between the rate a file was digitised at and the rate it declares; null when they agree. */
export function pullOfRates(digitizerRate: number, fileRate: number): PullRatio | null {
  return digitizerRate === fileRate ? null : { numerator: fileRate, denominator: digitizerRate };
}
