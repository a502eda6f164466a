import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import { offsetLabels } from './offset-labels.ts';
import type { OtherPlace } from './shown-match.ts';

type Standing = Pick<OtherPlace, 'likeness' | 'former' | 'byClock'>;

/** Beside what a place stands: the match, other places of a clip that has no match, or nothing. */
export type Beside = 'match' | 'places' | 'nothing';

/** What the other places of a result stand beside. */
export function besideOf({
  match,
  others,
}: {
  match: { recorderSourceId: number | null };
  others: readonly unknown[];
}): Beside {
  if (match.recorderSourceId !== null) return 'match';
  return others.length > 1 ? 'places' : 'nothing';
}

/**
 * How another place stands: its evidence as a share of the best one's, or, where it stands alone, of what a match takes.
 * Of the one that was left for another, that; of one that timecode alone points to, that: its sound was not compared.
 */
export function standingLabel(place: Standing, beside: Beside): string {
  if (place.former) return 'where it lay before';
  if (place.byClock) return 'by timecode alone';
  const percent = `${Math.round(place.likeness * 100)} %`;
  if (beside === 'match') return `${percent} as strong`;
  if (beside === 'places') return place.likeness >= 1 ? 'fits best' : `${percent} as strong as the best`;
  return place.likeness >= 1 ? 'not sure enough' : `${percent} of what a match takes`;
}

/**
 * What is said of another place while it is looked at, in place of the match's reason. `matchedName` is the recorder file
 * of the match; null where nothing was matched.
 */
export function otherPlaceWords(
  place: Standing & Pick<OtherPlace, 'offsetSamplesAt48k'>,
  matchedName: string | null,
  clock: ProjectClock,
  beside: Beside = matchedName === null ? 'nothing' : 'match',
): string {
  const labels = offsetLabels(place.offsetSamplesAt48k, clock);
  const starts = `the camera starts at ${labels.timecode} (${labels.samples} samples)`;
  const standing = standingLabel(place, beside);
  if (matchedName === null) return `A place where it might belong: ${starts}, ${standing}.`;
  if (place.former || place.byClock) return `Another place, not the match on ${matchedName}: ${starts}, ${standing}.`;
  return `Another place, not the match: ${starts}, ${standing} as the match on ${matchedName}.`;
}
