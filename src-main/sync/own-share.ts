import { isOwnShareAsked } from '../../src-shared/sync/sync-decision.ts';
import type { SyncLine } from '../../src-shared/sync/sync-result.ts';
import type { VerifiedMatch } from './line-verification.ts';
import type { Matching } from './match-candidates.ts';
import { longestLine, type Rival } from './rival-places.ts';
import type { RivalsResult } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';

/** Windows of 1.4 s, half of each in the next: 45 s of a clip without a gap, of longer ones a sample. */
const mostWindows = 64;
/** What fewer windows have in common is not told well from what is each one's own. */
export const LEAST_OWN_WINDOWS = 12;
/** Places that share less of their sound hold different things, not one song. */
const mostOwn = 0.6;
/** What the clip has of what only its place holds must stand so high over chance, in standard deviations. */
export const LEAST_OWN_HEIGHT = 20;
/** A height is right to one standard deviation: so many are laid to the rival's. */
const heightError = 2;
/** The first place's own sound must tell the two apart by so much. */
const leastContrast = 0.3;

/**
 * A rival with how much the clip has of what the match's place holds and the rival does not. Places that hold one song
 * differ by voices, steps and cloth; with the song taken away, those of the right place are in the clip, and where the
 * clip's own recording is missing those of neither are. Measured where the comparison window by window leaves a doubt;
 * the same rival where it does not, or where this says nothing.
 */
export async function withOwnShare(matching: Matching, match: VerifiedMatch, rival: Rival): Promise<Rival> {
  if (!isOwnShareAsked({ rivalLead: rival.lead, runnerUp: rival.likeness })) return rival;
  const ownShare = ownShareOf(await compareOwn(matching, match, rival.place.recorder, rival.place.track));
  return ownShare === null ? rival : { ...rival, ownShare };
}

/** What the clip has of what the match's place holds and the other does not, and the reverse: over the match's longest line. */
export function compareOwn(
  { camera, kernel, cancelFlag }: Matching,
  match: VerifiedMatch,
  other: SyncSource,
  second: SyncLine,
): Promise<RivalsResult> {
  const first = longestLine(match);
  return kernel.syncCompareRivals(
    camera.native,
    match.recorder.native,
    other.native,
    { cameraFrom: first.from, cameraTo: first.to, first, second, mostWindows },
    cancelFlag,
  );
}

/**
 * 1 where the clip has all that a clip of the first place has, 0 where it has as much of the other; null where neither
 * place speaks. Some of the song is left over where a place has sound of its own, in both alike: so it is the difference of
 * the two heights that counts, over their sum, against the same of the first place's own sound.
 */
export function ownShareOf(found: RivalsResult): number | null {
  if (!found.found || found.windows.length < LEAST_OWN_WINDOWS) return null;
  if (Math.max(found.firstOwn, found.secondOwn) > mostOwn) return null;
  if (Math.max(found.first, found.second) < LEAST_OWN_HEIGHT) return null;
  const contrast = (first: number, second: number) => (first - second) / (first + second);
  const heard = contrast(Math.max(0, found.first), Math.max(0, found.second) + heightError);
  const most = contrast(found.firstInFirst, Math.max(0, found.secondInFirst));
  return most < leastContrast ? null : Math.min(1, Math.max(0, heard / most));
}
