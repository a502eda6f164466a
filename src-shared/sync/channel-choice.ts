import { isMixdownName } from '../edit/mixdown-name.ts';
import type { TrackAssessment } from './sync-evidence.ts';

/**
 * Which of a recorder's microphones is suggested for a clip's dialogue, and why, from what was measured over the
 * stretch that the camera covers.
 *
 * The rule is a dialogue editor's. The boom is wanted where it is clean: it hears the room as the picture shows it,
 * it has no cloth on it, and it keeps its perspective. A lavalier is wanted where the boom is noisy or far. The mixdown
 * serves to compare with: what is wrong in one of its microphones is in it for good. So each track gets a fitness from
 * its signal over noise (most of it), its direct over reverberant sound and its level; clipping, cloth and handling
 * take away from it; the cleaner a boom is (from 20 to 30 dB over its noise, not far), the more of what a lavalier has
 * before it is made up for: nothing is put before a boom that is wholly clean.
 */

/** What was measured on one channel. */
export type TrackMeasure = {
  readonly levelDbfs: number;
  readonly snrDb: number;
  readonly directToReverberantDb: number | null;
  readonly clippedSamples: number;
  readonly clippedRuns: number;
  /** Against the first track that is not silent; 0 where it is not told. */
  readonly polarity: -1 | 0 | 1;
  readonly delaySeconds: number | null;
  /** The earlier channel whose sound this one's is too. */
  readonly copyOf: number | null;
  /** It is the sum of others. */
  readonly sum: boolean;
  /** Share of the time in which this channel alone is loud. */
  readonly aloneShare: number;
};

export type ChannelChoice = {
  readonly tracks: readonly TrackAssessment[];
  readonly suggestedChannel: number | null;
  readonly suggestionReason: string;
};

export type MicrophoneKind = 'boom' | 'lav' | 'mixdown' | 'timecode' | 'unknown';

const SILENT_DBFS = -90;
/** From here on noise does not show once the programme is at its level. */
const CLEAN_SNR_DB = 30;
/** Under this the noise would be heard to come and go with the cuts. */
const NOISY_SNR_DB = 20;
const DROWNED_SNR_DB = 10;
/**
 * In generated rooms of 0.25 to 0.9 s a lavalier at 0.3 m measures 12 dB and more, a boom at 0.7 m 7 to 15, and anything
 * beyond two metres about 5: further away the measure tells no difference.
 */
const CLOSE_DB = 9;
const FAR_DB = 5;
const LAV_DB = 12;
const MOST_SLOWNESS_DB = 6;
/** More signal over noise than this nobody hears. */
const HEARD_SNR_DB = 45;
/** Alone more often than this it is another speaker's microphone, not one that rustles. */
const MOST_RUSTLE = 0.15;
const LEAST_RUSTLE = 0.01;

const boomName = /\b(boom|bm|shotgun|overhead|fisher|mkh|schoeps|cmit|mini ?cmit|416)[ _-]?\d*\b/i;
const lavName = /\b(lavs?|lavalier|wire|wireless|wl|radio|rm|rf|tx|body|pack|cos|dpa|mke)[ _-]?\d*\b/i;
const timecodeName = /^(tc|ltc|smpte|time ?code)[ _-]?\d*$/i;

/** What a channel is, by the name the recordist gave it. */
export function microphoneKind(name: string): MicrophoneKind {
  const given = name.trim().replace(/_/g, ' ');
  if (isMixdownName(name.trim())) return 'mixdown';
  if (timecodeName.test(given)) return 'timecode';
  if (boomName.test(given)) return 'boom';
  return lavName.test(given) ? 'lav' : 'unknown';
}

/**
 * Assesses every channel and suggests one. `names` are the recordist's, '' or missing where there is none. No channel is
 * suggested where there is but one, where all are silent, or where none holds anything over its noise.
 * `referenceInverted` tells that the first track that is not silent has the other polarity than the camera: remarks call
 * inverted what righting turns. No delay is told where that track is a mixdown: it hears each of its microphones when
 * that one hears itself, so that each would seem to come with it.
 */
export function chooseChannel(
  measures: readonly TrackMeasure[],
  names: readonly string[] = [],
  referenceInverted = false,
): ChannelChoice {
  const given = measures.map((_, channel) => names[channel]?.trim() ?? '');
  // Of three that add up any is a sum of the others where one is inverted: a name says which.
  const mixdownNamed = given.some((name) => microphoneKind(name) === 'mixdown');
  const slow = slownessDb(measures, given);
  const judged = measures.map((measure, channel) => judge(measure, channel, given[channel]!, { mixdownNamed, slow }));
  const candidates = judged
    .filter(({ usable }) => usable)
    .sort((a, b) => b.fitness - a.fitness || Number(b.cleanBoom) - Number(a.cleanBoom) || a.channel - b.channel);
  const [best] = candidates;
  const among = {
    wrongPolarity: referenceInverted ? 1 : -1,
    delaysTold: judged.find(({ silent }) => !silent)?.mixdown !== true,
  };
  const tracks = judged.map((track) => assessment(track, judged, among));
  if (!best || measures.length < 2) return { tracks, suggestedChannel: null, suggestionReason: '' };
  return { tracks, suggestedChannel: best.channel, suggestionReason: reasonFor(best, judged).slice(0, 500) };
}

type Judged = {
  readonly measure: TrackMeasure;
  readonly channel: number;
  readonly name: string;
  readonly kind: MicrophoneKind;
  readonly silent: boolean;
  readonly mixdown: boolean;
  readonly rustles: boolean;
  /** Direct over reverberant sound, what slow talkers take from it given back. */
  readonly roomDb: number | null;
  readonly isFar: boolean;
  readonly cleanBoom: boolean;
  readonly fitness: number;
  /** It can be suggested at all. */
  readonly usable: boolean;
};

/**
 * Talkers whose words end slowly make every microphone measure further away than it is. A lavalier does not lie further
 * than the chest: what it lacks there is added to all.
 */
function slownessDb(measures: readonly TrackMeasure[], names: readonly string[]): number {
  const lavs = measures.flatMap(({ directToReverberantDb, levelDbfs }, channel) =>
    microphoneKind(names[channel]!) === 'lav' && levelDbfs > SILENT_DBFS ? (directToReverberantDb ?? []) : [],
  );
  return lavs.length > 0 ? Math.min(MOST_SLOWNESS_DB, Math.max(0, LAV_DB - Math.max(...lavs))) : 0;
}

function judge(
  measure: TrackMeasure,
  channel: number,
  name: string,
  among: { readonly mixdownNamed: boolean; readonly slow: number },
): Judged {
  const kind = microphoneKind(name);
  const silent = measure.levelDbfs <= SILENT_DBFS;
  const mixdown = kind === 'mixdown' || (measure.sum && kind === 'unknown' && !among.mixdownNamed);
  const rustles = measure.aloneShare >= LEAST_RUSTLE && measure.aloneShare <= MOST_RUSTLE;
  const told = measure.directToReverberantDb;
  const roomDb = told === null ? null : told + among.slow;
  const isFar = roomDb !== null && roomDb < FAR_DB;
  const cleanBoom = kind === 'boom' && measure.snrDb >= NOISY_SNR_DB && !isFar && measure.clippedRuns === 0;
  const room = roomDb ?? CLOSE_DB;
  let fitness = 0.55 * ramp(measure.snrDb, 5, 40) + 0.35 * ramp(room, -2, 14) + 0.1 * ramp(measure.levelDbfs, -60, -30);
  if (cleanBoom)
    fitness += (1 - fitness) * ramp(measure.snrDb, NOISY_SNR_DB, CLEAN_SNR_DB) * ramp(room, FAR_DB, FAR_DB + 2);
  if (measure.clippedRuns > 0) fitness *= 1 - 0.6 * ramp(Math.log10(1 + measure.clippedRuns), 0, 2);
  if (rustles) fitness *= 1 - 0.25 * ramp(measure.aloneShare, 0, 0.06);
  if (mixdown) fitness *= 0.6;
  const dead = silent || kind === 'timecode';
  return {
    ...{ measure, channel, name, kind, silent, mixdown, rustles, roomDb, isFar, cleanBoom },
    fitness: dead ? 0 : Math.round(Math.min(1, Math.max(0, fitness)) * 1000) / 1000,
    usable: !dead && measure.snrDb >= 6 && measure.copyOf === null,
  };
}

function ramp(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}

/** What holds for all channels of a file. */
type Among = {
  /** The polarity of a channel against the reference that is inverted against the camera. */
  readonly wrongPolarity: number;
  readonly delaysTold: boolean;
};

function assessment(track: Judged, all: readonly Judged[], among: Among): TrackAssessment {
  const { measure } = track;
  const delaySeconds = among.delaysTold ? measure.delaySeconds : null;
  return {
    channel: track.channel,
    levelDbfs: round(Math.max(-144, measure.levelDbfs), 1),
    snrDb: round(measure.snrDb, 1),
    directToReverberantDb: measure.directToReverberantDb === null ? null : round(measure.directToReverberantDb, 1),
    clippedSamples: measure.clippedSamples,
    polarity: measure.polarity,
    delayMs: delaySeconds === null ? null : round(delaySeconds * 1000, 3),
    mixdown: track.mixdown,
    fitness: track.fitness,
    remark: remarkOn(track, all, among),
  };
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits + 0;
}

/** In plain words, the gravest first. */
function remarkOn(track: Judged, all: readonly Judged[], { wrongPolarity }: Among): string {
  const { measure } = track;
  if (track.silent) return 'silent';
  if (track.kind === 'timecode') return 'timecode';
  const words: string[] = [];
  if (measure.clippedRuns > 0) words.push(clipWords(measure.clippedRuns));
  if (measure.polarity === wrongPolarity) words.push('inverted against the camera');
  if (track.mixdown) words.push('mixdown of the others');
  else if (measure.copyOf !== null) words.push(`the same sound as ${nameOf(all[measure.copyOf], 'track')}`);
  const noise = noiseWords(track);
  if (noise) words.push(noise);
  if (!track.mixdown) words.push(...roomWords(track, all));
  if (track.rustles) words.push('cloth or handling now and then');
  else if (measure.aloneShare > MOST_RUSTLE) words.push('hears what no other does: another speaker, or wind');
  return words.join(', ') || 'usable';
}

/** How it stands over its noise; '' where that is neither good nor bad, or clipping belies it. */
function noiseWords({ measure, cleanBoom }: Judged): string {
  if (measure.snrDb < DROWNED_SNR_DB) return 'hardly over its noise';
  if (measure.snrDb < NOISY_SNR_DB) return 'noisy';
  if (measure.clippedRuns > 0) return '';
  if (measure.snrDb >= CLEAN_SNR_DB) return 'clean';
  return cleanBoom ? 'clean enough' : '';
}

function clipWords(runs: number): string {
  return runs === 1 ? 'clips once' : `clips ${runs.toLocaleString('en-US')} times`;
}

function roomWords(track: Judged, all: readonly Judged[]): string[] {
  const room = track.roomDb;
  if (room === null) return [];
  const others = all.filter(
    (other) => other !== track && !other.silent && !other.mixdown && other.measure.copyOf === null,
  );
  const told = others.flatMap(({ roomDb }) => roomDb ?? []);
  // A decibel is what the measure itself wanders.
  const driest = told.length > 0 && told.length === others.length && told.every((value) => value <= room - 1);
  if (driest && track.measure.copyOf === null) return ['closest and driest'];
  return room >= CLOSE_DB ? ['dry'] : track.isFar ? ['far: much of the room'] : [];
}

/** What a person would call the channel: the recordist's name, else the kind of thing and its number. */
function nameOf(track: Judged | undefined, thing = 'Track'): string {
  if (!track) return thing;
  return track.name || `${thing} ${track.channel + 1}`;
}

function reasonFor(best: Judged, all: readonly Judged[]): string {
  const rivals = all.filter(
    (other) =>
      other !== best && !other.silent && !other.mixdown && other.kind !== 'timecode' && other.measure.copyOf === null,
  );
  if (best.mixdown) return `${nameOf(best)}: no microphone of its own is better than the mixdown here.`;
  if (rivals.length === 0) return `${nameOf(best)}: the only microphone with sound here.`;
  const rival = comparedWith(best, rivals);
  const words = best.cleanBoom ? cleanBoomWords(best) : betterWords(best, rival);
  return `${nameOf(best)}: ${[...words, ...rivalWords(best, rival)].join('; ')}.`;
}

/** A person asks why not the boom; beside a boom, why not the best of the others. */
function comparedWith(best: Judged, rivals: readonly Judged[]): Judged {
  const boom = best.kind === 'boom' ? undefined : rivals.find(({ kind }) => kind === 'boom');
  return boom ?? rivals.reduce((a, b) => (b.fitness > a.fitness ? b : a));
}

function cleanBoomWords(boom: Judged): string[] {
  return [
    `${noiseWords(boom)} (${Math.round(round(boom.measure.snrDb, 1))} dB signal over noise) and in the room’s own perspective`,
  ];
}

function betterWords(best: Judged, rival: Judged): string[] {
  const words: string[] = [];
  const snr = heardSnr(best) - heardSnr(rival);
  if (snr >= 2) words.push(`${Math.round(snr)} dB more signal over noise than ${nameOf(rival, 'track')}`);
  const room = (best.measure.directToReverberantDb ?? 0) - (rival.measure.directToReverberantDb ?? 0);
  const bothTold = best.measure.directToReverberantDb !== null && rival.measure.directToReverberantDb !== null;
  if (bothTold && room >= 2)
    words.push(
      words.length ? `${Math.round(room)} dB drier` : `${Math.round(room)} dB drier than ${nameOf(rival, 'track')}`,
    );
  if (best.measure.clippedRuns === 0 && rival.measure.clippedRuns > 0) words.push('no clipping');
  if (!best.rustles && rival.rustles) words.push('no cloth or handling');
  if (words.length === 0) words.push(`about as good as ${nameOf(rival, 'track')}`);
  return [words.join(', ')];
}

function heardSnr({ measure }: Judged): number {
  return Math.min(HEARD_SNR_DB, measure.snrDb);
}

/** What the other has on it, fair and foul. */
function rivalWords(best: Judged, rival: Judged): string[] {
  const fair: string[] = [];
  const foul: string[] = [];
  const [a, b] = [best.measure, rival.measure];
  const bothTold = a.directToReverberantDb !== null && b.directToReverberantDb !== null;
  if (bothTold && b.directToReverberantDb! - a.directToReverberantDb! >= 2) fair.push('drier');
  const cleaner = heardSnr(rival) - heardSnr(best);
  if (cleaner >= 3) fair.push(`${Math.round(cleaner)} dB cleaner`);
  if (b.clippedRuns > 0) foul.push(clipWords(b.clippedRuns));
  if (b.snrDb < NOISY_SNR_DB) foul.push('is noisy');
  if (rival.rustles && !best.rustles && best.cleanBoom) foul.push('has cloth or handling on it');
  if (rival.isFar) foul.push('is far');
  const name = nameOf(rival, 'track');
  if (fair.length === 0 && foul.length === 0) return [];
  if (fair.length === 0) return best.cleanBoom || b.clippedRuns > 0 ? [`${name} ${foul.join(' and ')}`] : [];
  return [`${name} is ${fair.join(' and ')}${foul.length ? ` but ${foul.join(' and ')}` : ''}`];
}
