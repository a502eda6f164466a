import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import { offsetLabels } from './offset-labels.ts';
import type { OtherPlace } from './shown-match.ts';

type Standing = Pick<OtherPlace, 'likeness' | 'former'>;

/** How another place stands against the best one; of the one that was left for another, that. */
export function standingLabel(place: Standing, isUnmatched: boolean): string {
  if (place.former) return 'where it lay before';
  const percent = `${Math.round(place.likeness * 100)} %`;
  return isUnmatched ? `likeness ${percent}` : `${percent} as strong`;
}

/**
 * What is said of another place while it is looked at, in place of the match's reason. `matchedName` is the recorder file
 * of the match; null where nothing was matched.
 */
export function otherPlaceWords(
  place: Standing & Pick<OtherPlace, 'offsetSamplesAt48k'>,
  matchedName: string | null,
  clock: ProjectClock,
): string {
  const labels = offsetLabels(place.offsetSamplesAt48k, clock);
  const starts = `the camera starts at ${labels.timecode} (${labels.samples} samples)`;
  const standing = standingLabel(place, matchedName === null);
  if (matchedName === null) return `A place where it might belong: ${starts}, ${standing}.`;
  if (place.former) return `Another place, not the match on ${matchedName}: ${starts}, ${standing}.`;
  return `Another place, not the match: ${starts}, ${standing} as the match on ${matchedName}.`;
}
