import { floorDivide, roundDivide, type SamplePosition, toSafeNumber } from './sample-position.ts';

/** An exact frame rate `numerator / denominator` frames a second, and whether labels are drop-frame. */
export type FrameRate = { readonly numerator: number; readonly denominator: number; readonly drop: boolean };

function rate(numerator: number, denominator: number, drop = false): FrameRate {
  return { numerator, denominator, drop };
}

/** Every rate that a project can have, by the name shown to people. */
export const FRAME_RATES = {
  '23.976': rate(24000, 1001),
  '24': rate(24, 1),
  '25': rate(25, 1),
  '29.97 NDF': rate(30000, 1001),
  '29.97 DF': rate(30000, 1001, true),
  '30': rate(30, 1),
  '30 DF': rate(30, 1, true),
  '47.952': rate(48000, 1001),
  '48': rate(48, 1),
  '50': rate(50, 1),
  '59.94 NDF': rate(60000, 1001),
  '59.94 DF': rate(60000, 1001, true),
  '60': rate(60, 1),
  '100': rate(100, 1),
  '119.88 NDF': rate(120000, 1001),
  '119.88 DF': rate(120000, 1001, true),
  '120': rate(120, 1),
} as const satisfies Record<string, FrameRate>;

export type FrameRateName = keyof typeof FRAME_RATES;

/** The name of a rate in {@link FRAME_RATES}, else `numerator/denominator` with `DF` where it drops. */
export function frameRateName(frameRate: FrameRate): string {
  for (const [name, known] of Object.entries(FRAME_RATES)) if (sameFrameRate(known, frameRate)) return name;
  return `${frameRate.numerator}/${frameRate.denominator}${frameRate.drop ? ' DF' : ''}`;
}

/** Whether two rates count and label alike (24/1 and 48/2 are the same rate). */
export function sameFrameRate(a: FrameRate, b: FrameRate): boolean {
  return a.numerator * b.denominator === b.numerator * a.denominator && a.drop === b.drop;
}

/** Whether a rate is one of {@link FRAME_RATES}, however its fraction is written. */
export function isProjectFrameRate(frameRate: FrameRate): boolean {
  return Object.values(FRAME_RATES).some((known) => sameFrameRate(known, frameRate));
}

/** Labels in a counted second: 24 for 24000/1001, 30 for 30000/1001, drop or not. */
export function countingBase(frameRate: FrameRate): number {
  return Math.ceil(frameRate.numerator / frameRate.denominator);
}

/** The first sample of a frame: `round(frame * sampleRate * denominator / numerator)`, exact integers throughout. */
export function frameToSample(frame: number, frameRate: FrameRate, sampleRate: number): SamplePosition {
  return toSafeNumber(
    roundDivide(BigInt(frame) * BigInt(sampleRate) * BigInt(frameRate.denominator), BigInt(frameRate.numerator)),
  );
}

/**
 * The frame that a sample lies in: the last frame whose first sample ({@link frameToSample}) is not after it. So
 * `sampleToFrame(frameToSample(n)) === n` for every n, also where a frame starts between two samples.
 */
export function sampleToFrame(sample: SamplePosition, frameRate: FrameRate, sampleRate: number): number {
  const frame = toSafeNumber(
    floorDivide(BigInt(sample) * BigInt(frameRate.numerator), BigInt(sampleRate) * BigInt(frameRate.denominator)),
  );
  return frameToSample(frame + 1, frameRate, sampleRate) <= sample ? frame + 1 : frame;
}

/** The nearest frame boundary to a sample, as a sample. */
export function snapToFrame(sample: SamplePosition, frameRate: FrameRate, sampleRate: number): SamplePosition {
  const frame = sampleToFrame(sample, frameRate, sampleRate);
  const before = frameToSample(frame, frameRate, sampleRate);
  const after = frameToSample(frame + 1, frameRate, sampleRate);
  return sample - before < after - sample ? before : after;
}

/** Reads `24000/1001`, `25`, `23.976`, `23.98`, `29.97`, `59.94`, each with an optional `ND`, `NDF` or `DF`; null if none. */
export function parseFrameRate(text: string): FrameRate | null {
  const match = /^\s*0*(\d+(?:\.\d+)?)(?:\s*\/\s*(\d+))?\s*-?\s*(NDF|ND|DF)?\s*(?:fps)?\s*$/i.exec(text);
  if (!match) return null;
  const drop = match[3]?.toUpperCase() === 'DF';
  const value = Number(match[1]);
  if (match[2]) {
    const denominator = Number(match[2]);
    if (!Number.isInteger(value) || value <= 0 || denominator <= 0) return null;
    return { numerator: value, denominator, drop };
  }
  if (value <= 0) return null;
  if (Number.isInteger(value)) return { numerator: value, denominator: 1, drop };
  // A decimal rate is a label for its base times 1000/1001: 23.976, 23.98, 29.97, 47.952, 59.94, 119.88.
  const base = Math.ceil(value);
  const exact = (base * 1000) / 1001;
  if (Math.abs(exact - value) > 0.006) return null;
  return { numerator: base * 1000, denominator: 1001, drop };
}
