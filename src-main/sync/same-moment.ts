import { LEAST_LINE_SCORE } from '../../src-shared/sync/sync-decision.ts';
import { recorderSecondsAt, type SyncLine } from '../../src-shared/sync/sync-result.ts';
import type { VerifiedMatch } from './line-verification.ts';
import type { Matching } from './match-candidates.ts';
import { compareOwn, LEAST_OWN_HEIGHT, LEAST_OWN_WINDOWS } from './own-share.ts';
import { intersection, longestLine } from './rival-places.ts';
import type { RivalsResult } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';
import { trackPlace } from './track-place.ts';

/**
 * Two machines that ran at the same time hear the same breath and the same chair, so their files are alike in every
 * window. Measured in the middle window: 55 to 84. Takes of one playback, which share the music, have 20 to 55 on most
 * days but 60 to 78 where the voice is 10 dB under the song: below this files are of two moments, above it one must ask.
 */
const sameMomentScore = 52;
/** Where both files' timecodes put them at the same moment too, half of that is enough; where they do not, nothing is. */
const sameMomentScoreByClock = 16;
const sameClockSeconds = 2;
/** Two microphones of one set stand within ten metres. */
const acousticSeconds = 0.03;

/**
 * Whether two places of a clip, on two files, are one moment recorded by two machines: then both are right. `lead` is by
 * how much the match beats the rival window by window. Where no timecode bears it out, the clip must not tell the two
 * apart: it would be recorded at the one and not at the other.
 */
export async function isSameMoment(
  matching: Matching,
  match: VerifiedMatch,
  rival: VerifiedMatch,
  lead: number,
): Promise<boolean> {
  const { kernel, cancelFlag } = matching;
  if (rival.recorder === match.recorder) return false;
  const range = intersection(match, rival);
  if (!range || range.to - range.from < 1) return false;
  const [a, b] = [longestLine(match), longestLine(rival)];
  const clocks = clockDifference(match.recorder, rival.recorder);
  if (areClocksApart(match, { recorder: rival.recorder, track: b })) return false;
  const stretch = (1 + a.driftPpm * 1e-6) / (1 + b.driftPpm * 1e-6);
  const line = {
    offsetSeconds: a.offsetSeconds - b.offsetSeconds * stretch,
    driftPpm: (stretch - 1) * 1e6,
    toleranceSeconds: acousticSeconds,
    driftRangePpm: 20,
  };
  const track = await trackPlace({ kernel, cancelFlag, camera: rival.recorder, recorder: match.recorder }, line, {
    from: recorderSecondsAt(b, range.from),
    to: recorderSecondsAt(b, range.to),
  });
  if (!track.found || track.score < LEAST_LINE_SCORE) return false;
  const levels = track.windows.map((window) => window.cameraLevel).sort((x, y) => x - y);
  const spoken = 0.3 * levels[Math.floor(0.8 * (levels.length - 1))]!;
  const scores = track.windows
    .filter((window) => window.cameraLevel >= spoken)
    .map((window) => window.score)
    .sort((x, y) => x - y);
  const median = scores[scores.length >> 1] ?? 0;
  if (clocks !== null) return median >= sameMomentScoreByClock;
  if (median < sameMomentScore) return false;
  return isEvenBetween(await compareOwn(matching, match, rival.recorder, longestLine(rival)), lead);
}

/** Whether both files tell a time and these put the two places at different moments. */
export function areClocksApart(
  match: VerifiedMatch,
  place: { readonly recorder: SyncSource; readonly track: SyncLine },
): boolean {
  const clocks = clockDifference(match.recorder, place.recorder);
  const middle = (match.from + match.to) / 2;
  const apart = recorderSecondsAt(longestLine(match), middle) - recorderSecondsAt(place.track, middle);
  return clocks !== null && Math.abs(apart - clocks) > sameClockSeconds;
}

/** Files that differ by no more than this, 25 dB under what they share, are copies but for noise and the clocks. */
const mostCopyOwn = 0.003;
/** Of the sound of either file so much may be its own where the files are said to be the same but for noise. */
const mostNoiseOwn = 0.05;
/** What a clip has of either file's own sound stands no higher than this, in each window, where that is noise. */
const mostNoiseHeight = 3.4;
/** Between two microphones of one moment a clip is even: no further apart than this, window by window, ... */
const evenLead = 0.75;
/** ... and with no less than this of the one's own sound beside the other's. */
const evenHeights = 0.7;

/**
 * Whether a clip tells two files apart as little as it does two machines of one moment. Measured on 20 to 44 s of clip:
 * - Of a boom and its backup 20 cm beside it, each holds 0.04 and less of its own, and the clip has 2.8 of that per
 *   window and less (6 pairs), though it may lead by 7.8 for being the fainter. Takes of a song with so little of their
 *   own (0.04 to 0.1) have 3.9 and more of it in the clip.
 * - Microphones in two places of a room hold 0.02 to 0.25 of their own, the clip having of the one 0.76 and more of what
 *   it has of the other, at leads of 0.5 and less (4 pairs). Takes with the clip's own recording among them are 0.4 of
 *   each other and less; two takes of which neither is the clip's own are up to 0.9 of each other, at leads of 1 and more.
 *
 * A clip too short to ask that of (some 9 s) must not lead at all.
 */
export function isEvenBetween(own: RivalsResult, lead: number): boolean {
  const count = own.windows.length;
  if (!own.found || count < LEAST_OWN_WINDOWS) return Math.abs(lead) < evenLead;
  const [least, most] = [Math.min(own.first, own.second), Math.max(own.first, own.second)];
  const share = Math.max(own.firstOwn, own.secondOwn);
  if (share <= mostCopyOwn) return true;
  const noise = share <= mostNoiseOwn && most < mostNoiseHeight * Math.sqrt(count);
  return noise || (Math.abs(lead) < evenLead && least >= LEAST_OWN_HEIGHT && least >= evenHeights * most);
}

/**
 * What to add to a moment of the second file to get the first's, by their timecodes; null when either is silent on it, or
 * when both begin at zero, as every file of a recorder without a clock does.
 */
function clockDifference(first: SyncSource, second: SyncSource): number | null {
  const [a, b] = [first.input.startSeconds, second.input.startSeconds];
  if (a === null || a === undefined || b === null || b === undefined || (a === 0 && b === 0)) return null;
  const day = 86_400;
  const difference = (((b - a) % day) + day) % day;
  return difference > day / 2 ? difference - day : difference;
}
