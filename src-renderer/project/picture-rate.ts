import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { PictureRow } from '../../src-shared/model/rows.ts';
import { type FrameRate, sameFrameRate } from '../../src-shared/time/frame-rate.ts';
import { formatTimecode, type ProjectClock, parseTimecode } from '../../src-shared/time/timecode.ts';

/** The rate that all pictures share where it is not the project's; null when they agree with it, differ, or are none. */
export function disagreeingRate(pictures: readonly PictureRow[], clock: ProjectClock): FrameRate | null {
  const rates = pictures.map(
    (picture): FrameRate => ({
      numerator: picture.frameRateNumerator,
      denominator: picture.frameRateDenominator,
      drop: picture.dropFrame,
    }),
  );
  const [first] = rates;
  if (!first || !rates.every((rate) => sameFrameRate(rate, first)) || sameFrameRate(first, clock.frameRate))
    return null;
  return first;
}

/** The command that gives the project another rate and keeps its start label, or the nearest one that exists there. */
export function changeRateCommand(frameRate: FrameRate, clock: ProjectClock): CommandInput {
  const label = formatTimecode(clock.startFrame, clock.frameRate);
  const startFrame = parseTimecode(label, frameRate);
  const wholeSecond = parseTimecode(`${label.slice(0, 6)}00:00`, { ...frameRate, drop: false });
  return {
    kind: 'project.update',
    frameRate: { numerator: frameRate.numerator, denominator: frameRate.denominator, drop: frameRate.drop },
    startFrame: typeof startFrame === 'number' ? startFrame : typeof wholeSecond === 'number' ? wholeSecond : 0,
  };
}
