import { z } from 'zod';
import { FRAME_RATES, type FrameRate, isProjectFrameRate } from '../time/frame-rate.ts';
import { refuse } from './refuse.ts';

const part = z.int().positive().max(1_000_000_000);

/** A project's frame rate as it travels: any of `FRAME_RATES`. Whether that rate may drop is {@link checkProjectRate}'s. */
export const projectFrameRateSchema = z
  .object({ numerator: part, denominator: part, drop: z.boolean() })
  .refine((rate) => isProjectFrameRate({ ...rate, drop: false }), {
    error: `must be one of ${rateNames()} frames a second`,
  });

/** The parts of a picture's rate; files bring many. Bounded so that positions stay exact: see {@link isPictureRate}. */
export const pictureRatePart = part;

/** Whether a picture's rate and length can be laid on a timeline: at most 1000 frames a second, a length below 2^45 samples. */
export function isPictureRate(picture: {
  readonly frameRateNumerator: number;
  readonly frameRateDenominator: number;
  readonly frameCount: number;
}): boolean {
  const { frameRateNumerator, frameRateDenominator, frameCount } = picture;
  const fastestSampleRate = 192_000;
  return (
    frameRateNumerator <= 1000 * frameRateDenominator &&
    (frameCount * frameRateDenominator * fastestSampleRate) / frameRateNumerator <= 2 ** 45
  );
}

/** Refuses a rate that no project can have: not one of `FRAME_RATES`, or drop-frame where labels do not drop. */
export function checkProjectRate(frameRate: FrameRate): void {
  if (isProjectFrameRate(frameRate)) return;
  if (!isProjectFrameRate({ ...frameRate, drop: false })) {
    refuse(
      'project.frame-rate',
      `A project cannot run at ${frameRate.numerator}/${frameRate.denominator} frames a second.`,
      `Choose one of ${rateNames()}.`,
    );
  }
  refuse(
    'project.drop-frame',
    'Drop-frame labels exist only at 29.97, 30, 59.94 and 119.88.',
    'Choose non-drop, or another frame rate.',
  );
}

function rateNames(): string {
  const names = Object.entries(FRAME_RATES)
    .filter(([, rate]) => !rate.drop)
    .sort(([, a], [, b]) => a.numerator / a.denominator - b.numerator / b.denominator)
    .map(([name]) => name.replace(' NDF', ''));
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
