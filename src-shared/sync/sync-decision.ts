import type { SyncMethod } from './sync-result.ts';

/**
 * When evidence is enough, and how sure it makes. Scores are heights of a correlation over its noise. Measured on
 * generated shooting days: unrelated sounds give at most 5.3 for a line, the same voices with the same words in another
 * take at most 6.9 (after the best of a whole search was picked); the faintest true matches, speech 20 dB under the
 * noise, give 12, and 8 for the direct sound. The thresholds lie between: a false match costs more than a miss.
 */
export const LEAST_LINE_SCORE = 9;
export const LEAST_DIRECT_SCORE = 7;

/** What is more likely wrong than right is no match but a suggestion: sound that repeats fits many places alike. */
export const LEAST_CONFIDENCE = 0.5;

export type MatchEvidence = {
  /** Of the line over all windows, and of the first arrival at full rate. */
  readonly lineScore: number;
  readonly directScore: number;
  /** Seconds of camera and recorder that were laid over each other. */
  readonly overlapSeconds: number;
  /** Stretches that lie on the line, and how many had anything to say. */
  readonly supporting: number;
  readonly measured: number;
  /** Evidence of the next best place as a share of this one's, 0 when there is none. */
  readonly runnerUp: number;
  /** By how much it beats the nearest of them, window by window, in standard errors; null when there is none or
   * nothing was compared. */
  readonly rivalLead?: number | null;
  /** What the clip has of what the match's place holds and the rival's does not, as a share of what a clip recorded there
   * has; null where that was not asked or says nothing. */
  readonly ownShare?: number | null;
  /** Distance from what timecode says; null without timecode. */
  readonly timecodeErrorSeconds: number | null;
  /** How many times the camera lost or repeated sound. */
  readonly losses?: number;
  /** Slate claps that both files hold on the line. */
  readonly clapsTogether?: number;
};

/** What is known of a rival place. */
export type RivalEvidence = Pick<MatchEvidence, 'runnerUp' | 'rivalLead' | 'ownShare'>;

/** Timecode agrees when it is no further off than jam-synced clocks and whole frames make it. */
const timecodeAgreesSeconds = 0.1;

export function timecodeAgrees(evidence: Pick<MatchEvidence, 'timecodeErrorSeconds'>): boolean {
  return evidence.timecodeErrorSeconds !== null && Math.abs(evidence.timecodeErrorSeconds) <= timecodeAgreesSeconds;
}

export function isMatch(evidence: Pick<MatchEvidence, 'lineScore' | 'directScore'>): boolean {
  return evidence.lineScore >= LEAST_LINE_SCORE && evidence.directScore >= LEAST_DIRECT_SCORE;
}

/** Where a match is as likely wrong as right, in multiples of the least evidence; and how fast that turns. */
const evenMargin = 1.3;
const marginSteepness = 9;
/** What timecode that agrees leaves of a doubt: it has nothing to do with the sound. */
const agreeingDoubt = 0.2;
/** What doubt is left of the clearest match: of some 500 none was wrong, which bears out no less than this. */
const leastDoubt = 0.004;

/**
 * The chance that a match is right to a millisecond, 0 to 1. It never falls when the evidence for the place itself grows;
 * to know more of a rival may lower it or raise it. Fitted to matches on generated days (six days of sixteen kinds of sound, and others made to be hard: clocks up to 0.2 % out of true,
 * halls, wind, clips of one to three seconds, loops, songs and retakes whose own recording is missing):
 * - Margin over the thresholds: wrong lines that sound gave (clips at a speed nobody looked for) had 1.02 to 1.25; in
 *   halls the line was right and the arrival not, at 1.43 and 1.54. Right ones are from 1.34 on, the faintest speech 20 dB
 *   under the noise at 1.42.
 * - Stretches that disagree, and less than four seconds of sound, take a little each. Of right matches each had three
 *   fifths of its stretches on the line and more.
 * - A rival place: see below.
 * - Timecode that agrees takes most of what doubt is left, as it is another witness; timecode that disagrees (it is often
 *   wrong or stripped) adds a little. A clap that both files hold on the line takes half of what the sound left open, and
 *   nothing of what a rival did: a drum falls together with itself in every bar.
 */
export function matchConfidence(evidence: MatchEvidence): number {
  const margin = Math.min(evidence.lineScore / LEAST_LINE_SCORE, evidence.directScore / LEAST_DIRECT_SCORE);
  if (margin < 1) return 0;
  let doubt = leastDoubt + 1 / (1 + Math.exp(marginSteepness * (margin - evenMargin)));
  if (evidence.measured >= 2) doubt += 0.5 * Math.max(0, 0.6 - evidence.supporting / evidence.measured);
  if (evidence.overlapSeconds < 4) doubt += 0.02 * (4 - evidence.overlapSeconds);
  // A camera that loses sound time and again is more likely one that runs at a speed nobody looked for.
  doubt += 0.1 * Math.max(0, (evidence.losses ?? 0) - 3);
  if (evidence.clapsTogether) doubt *= 0.5;
  doubt += rivalDoubt(evidence);
  if (timecodeAgrees(evidence)) doubt *= agreeingDoubt;
  else if (evidence.timecodeErrorSeconds !== null) doubt += 0.01;
  return Math.round(Math.min(1, Math.max(0, 1 - doubt)) * 1000) / 1000;
}

/** Up to this likeness a rival is told apart by a small lead; from the second on it takes much more. */
const [unlike, alike] = [0.75, 0.87];
/** The lead, in standard errors, at which a rival is as likely right as the match: for either likeness. */
const [evenLead, evenLeadAlike] = [2, 3.5];

/** The share of a place's own sound at which it is even whether the clip was recorded there; and how fast that turns. */
const evenOwnShare = 0.56;
const ownShareSteepness = 28;
/** A comparison that leaves less doubt than this is not looked into further. */
const CLEAR_RIVAL_DOUBT = 0.01;

/** Whether it is worth asking what a clip has of what one place holds and a rival does not. */
export function isOwnShareAsked(rival: Pick<MatchEvidence, 'runnerUp' | 'rivalLead'>): boolean {
  return rivalDoubt(rival) > CLEAR_RIVAL_DOUBT;
}

/**
 * The chance that a rival is the right place, or that neither is. Where the two were compared window by window, by their
 * standard errors and by how alike they are: the best of many places that hold the same playback leads the next by up to
 * 4.2 where the clip's own recording is missing, and such places have 0.87 of each other's evidence and more. The
 * right place, with voices over the playback, leads one that has 0.8 of its evidence by 4 and more, most by 6 to 18
 * (62 right and 5 wrong matches of songs and of lines read again, in three to five rooms each).
 *
 * Where it is known how much the clip has of what the match's place holds and the rival's does not, that decides: it has
 * 0.62 of it and more where it was recorded there (17 clips of songs), and of the nearest rival's comparison 0.49 and less
 * where its own recording is missing (34, the song's melody being what it has).
 */
export function rivalDoubt({ rivalLead, runnerUp, ownShare }: RivalEvidence): number {
  if (ownShare !== null && ownShare !== undefined) {
    return 1 / (1 + Math.exp(ownShareSteepness * (ownShare - evenOwnShare)));
  }
  if (rivalLead !== null && rivalLead !== undefined) {
    const likeness = Math.min(1, Math.max(0, (runnerUp - unlike) / (alike - unlike)));
    return 1 / (1 + Math.exp(1.6 * (rivalLead - evenLead - (evenLeadAlike - evenLead) * likeness)));
  }
  return runnerUp > 0.5 ? Math.min(0.5, 1.2 * (runnerUp - 0.5)) : 0;
}

/** A rival that leaves more doubt than this makes a match ambiguous: one in ten. */
const MOST_RIVAL_DOUBT = 0.1;
/**
 * A rival that leaves more doubt than this, timecode heard, makes it no match at all: the place and its rivals are offered.
 * A song whose own recording is missing must not be matched with another take of the same playback.
 */
const LARGEST_RIVAL_DOUBT = 0.25;

/** Whether evidence makes a match, or but a suggestion: what is more likely wrong than right, or fits elsewhere too. */
export function isLikely(evidence: MatchEvidence): boolean {
  const doubt = rivalDoubt(evidence) * (timecodeAgrees(evidence) ? agreeingDoubt : 1);
  return matchConfidence(evidence) >= LEAST_CONFIDENCE && doubt <= LARGEST_RIVAL_DOUBT;
}

/** Whether a rival makes a match ambiguous. The reason of a match and the list both go by this. */
export function isRivalInDoubt(rival: RivalEvidence): boolean {
  return rivalDoubt(rival) > MOST_RIVAL_DOUBT;
}

/** Whether a match's sound and a clock said the same: what makes clocks of a shoot worth believing. */
export function bearsClocksOut(method: string): boolean {
  return method.startsWith('ltc+waveform') || method.startsWith('timecode+waveform');
}

export function matchMethod(
  evidence: Pick<MatchEvidence, 'timecodeErrorSeconds' | 'clapsTogether'>,
  ltc: boolean,
): SyncMethod {
  const clap = evidence.clapsTogether ? '+clap' : '';
  if (!timecodeAgrees(evidence)) return `waveform${clap}`;
  return ltc ? `ltc+waveform${clap}` : `timecode+waveform${clap}`;
}
