import { LEAST_DIRECT_SCORE, LEAST_LINE_SCORE, type MatchEvidence, timecodeAgrees } from './sync-decision.ts';

/** Why a match was made and how far to trust it, in words. */
export function matchReason(
  evidence: MatchEvidence,
  facts: {
    readonly inverted: boolean;
    readonly ltc: boolean;
    /** By how much one microphone of a mix on recorder track 1 hears after another; 0 where one alone is heard. */
    readonly microphonesApartMs?: number;
    readonly losses?: readonly LostSound[];
    /** Places where the clocks changed their speed. */
    readonly bends?: number;
    /** Acoustic less electrical offset, where the clock is precise enough to tell. */
    readonly acousticDelayMs?: number | null;
    /** The clocks agree, but to whole frames. */
    readonly frameQuantised?: boolean;
    /** A place that makes the match ambiguous. */
    readonly rival?: NamedPlace;
    /** Channels of the camera, from 0, that the offset is for, and those that sound and do not run together with them. */
    readonly heardAlone?: { readonly channels: readonly number[]; readonly leftOut: readonly number[] };
    /** Camera seconds of claps that the recorder file should hold and does not, though it holds others. */
    readonly clapsApart?: readonly number[];
  },
): string {
  const strength = Math.min(evidence.lineScore / LEAST_LINE_SCORE, evidence.directScore / LEAST_DIRECT_SCORE);
  const words = [
    strength >= 3 ? 'The sound matches clearly' : strength >= 1.6 ? 'The sound matches' : 'The sound matches faintly',
  ];
  words.push(` over ${formatSeconds(evidence.overlapSeconds)}`);
  if (evidence.measured > 0)
    words.push(`; ${evidence.supporting} of ${evidence.measured} stretches lie on one straight line`);
  const clock = facts.ltc ? 'the timecode in the sound' : 'timecode';
  const witnesses = [
    ...(timecodeAgrees(evidence) ? [`${clock} agrees`] : []),
    ...(evidence.clapsTogether ? [clapWords(evidence.clapsTogether)] : []),
  ];
  if (witnesses.length > 0) words.push(`, and ${witnesses.join(' and ')}`);
  if (!timecodeAgrees(evidence) && evidence.timecodeErrorSeconds !== null)
    words.push(`; ${clock} says otherwise by ${formatSeconds(Math.abs(evidence.timecodeErrorSeconds))}`);
  words.push('.');
  const [apart] = facts.clapsApart ?? [];
  if (apart !== undefined && !evidence.clapsTogether)
    words.push(` The camera hears a clap at ${formatSeconds(apart)} that the recorder file does not hold there.`);
  for (const loss of (facts.losses ?? []).slice(0, 4)) words.push(` ${lossWords(loss)}`);
  if ((facts.losses?.length ?? 0) > 4) words.push(` It lost or repeated sound ${facts.losses!.length} times in all.`);
  if (facts.bends)
    words.push(
      ` The clocks ran unevenly, as while a machine warms up: ${facts.bends + 1} straight pieces follow them.`,
    );
  if (facts.acousticDelayMs !== null && facts.acousticDelayMs !== undefined)
    words.push(` ${distanceWords(facts.acousticDelayMs)}`);
  else if (facts.frameQuantised && timecodeAgrees(evidence))
    words.push(' This timecode counts whole frames, too coarse to tell how far the camera stood.');
  if (facts.inverted) words.push(' Recorder track 1 has inverted polarity.');
  if (facts.microphonesApartMs)
    words.push(
      ` Recorder track 1 hears all twice, ${facts.microphonesApartMs.toFixed(1)} ms apart, as a mix of microphones or one over a hard surface does: the offset is that of one of the two, mostly the louder.`,
    );
  if (facts.heardAlone) words.push(` ${heardAloneWords(facts.heardAlone)}`);
  if (facts.rival) words.push(` Another place fits nearly as well (${placeWords(facts.rival)}): check it by ear.`);
  return words.join('');
}

/** Sound that a camera lost at a place of the clip; repeated sound is negative. */
export type LostSound = { readonly atSeconds: number; readonly lostSeconds: number };

function lossWords({ atSeconds, lostSeconds }: LostSound): string {
  const amount = Math.abs(lostSeconds);
  const words = amount < 1 ? `${(amount * 1000).toFixed(1)} ms` : `${amount.toFixed(2)} s`;
  return `The camera ${lostSeconds > 0 ? 'lost' : 'repeated'} ${words} of sound at ${formatSeconds(atSeconds)}; it is in sync on either side.`;
}

function heardAloneWords(heard: { readonly channels: readonly number[]; readonly leftOut: readonly number[] }): string {
  const { channels, leftOut } = heard;
  const those = `${leftOut.length === 1 ? 'channel' : 'channels'} ${numbered(leftOut)}`;
  const [does, was] = leftOut.length === 1 ? ['does', 'was'] : ['do', 'were'];
  const its = `${channels.length === 1 ? 'channel' : 'channels'} ${numbered(channels)}`;
  return `The offset is that of camera ${its}; camera ${those} ${does} not run together with it and ${was} left out.`;
}

function numbered(channels: readonly number[]): string {
  return channels.map((channel) => channel + 1).join(', ');
}

function distanceWords(acousticDelayMs: number): string {
  const late = -acousticDelayMs;
  if (Math.abs(late) < 1) return 'By timecode the camera hears it at the same moment.';
  const metres = (Math.abs(late) * 0.343).toFixed(1);
  return `By timecode the camera hears it ${Math.abs(late).toFixed(1)} ms ${late > 0 ? 'later' : 'earlier'}: ${metres} m of air, no error.`;
}

function clapWords(count: number): string {
  return count === 1 ? 'the clap falls together' : `${count} claps fall together`;
}

export function formatSeconds(seconds: number): string {
  if (seconds >= 90) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return seconds >= 10 ? `${Math.round(seconds)} s` : `${seconds.toFixed(1)} s`;
}

/** What is known of a clip's sound before anything is compared. */
export type SoundLevels = { readonly frames: number; readonly peak: number; readonly soundingShare: number };

/** Why a clip cannot be matched by its sound at all; null when it can be tried. */
export function noSoundReason(levels: SoundLevels): string | null {
  if (levels.frames === 0) return NO_SOUND;
  if (levels.peak < 1e-5 || levels.soundingShare < 0.002) return SILENT;
  return levels.frames < 0.5 * 48_000 ? TOO_SHORT : null;
}

const NO_SOUND = 'The clip has no sound.';
const SILENT = 'The clip is silent: its sound track holds nothing but digital silence.';
const TOO_SHORT = 'The clip is shorter than half a second: too little to compare.';

/** Whether a clip was matched with nothing for what itself lacks: no other recorder file would change that. */
export function isOfClipAlone(reason: string): boolean {
  return [NO_SOUND, SILENT, TOO_SHORT].includes(reason);
}

/** A place on a recorder file, as reasons name it. */
export type NamedPlace = {
  readonly recorder: string;
  /** Where on the recorder file the clip would begin; a clip that began before it is named by the file's start. */
  readonly seconds: number;
};

function placeWords({ recorder, seconds }: NamedPlace): string {
  return `${recorder} at ${formatSeconds(Math.max(0, seconds))}`;
}

/** The best place that was not good enough, and how near it came. */
export type NearestPlace = NamedPlace & {
  /** Stretches of the clip whose sound lies there, of those compared. */
  readonly agreeing: number;
  readonly compared: number;
  readonly lineScore: number;
};

/** From this share of the least evidence on, an unmatched clip is told where it might belong. */
export const SUGGESTED_SHARE = 0.85;

/** Why a clip with sound was matched with nothing. `levelRangeDb` is how much its level moves. */
export function thinEvidenceReason(levelRangeDb: number, nearest: NearestPlace | null): string {
  if (levelRangeDb < 3) return 'The clip holds only steady noise: too little in common with any recorder file.';
  if (!nearest || nearest.lineScore < SUGGESTED_SHARE * LEAST_LINE_SCORE)
    return 'No recorder file holds this sound: nothing in common with any of them.';
  const { agreeing, compared } = nearest;
  const count = `${agreeing} of ${compared} ${compared === 1 ? 'stretch' : 'stretches'}`;
  const doubt =
    nearest.lineScore < LEAST_LINE_SCORE || 2 * agreeing < compared
      ? `but only ${count} ${agreeing === 1 ? 'agrees' : 'agree'}`
      : `where ${count} ${agreeing === 1 ? 'agrees' : 'agree'}, but too faintly to tell when the sound arrives`;
  return `Too little in common with any recorder file to be sure. Nearest is ${placeWords(nearest)}, ${doubt}.`;
}

/** Why a clip that fits a place was not matched with it: other places fit as well, or too little of it agrees. */
export function doubtfulReason(
  place: NamedPlace,
  rivals: readonly NamedPlace[],
  stretches: { readonly supporting: number; readonly measured: number },
): string {
  if (rivals.length > 0) {
    const places = [place, ...rivals.slice(0, 2)].map(placeWords).join(', ');
    return `The sound fits several places nearly alike, as music that repeats does: ${places}. None of them is sure.`;
  }
  return (
    `Too little in common with any recorder file to be sure. Nearest is ${placeWords(place)}, ` +
    `where ${stretches.supporting} of ${stretches.measured} stretches agree.`
  );
}
