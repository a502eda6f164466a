import type { FadeShape } from '../engine/render-plan.ts';
import type {
  ClipId,
  GainPointId,
  MarkerId,
  PictureClipId,
  PictureId,
  SourceId,
  SourceMarkId,
  SyncMatchId,
  TakeId,
  TrackId,
} from './ids.ts';

/**
 * The rows of the document: what a project is. All times are integer samples at the project's rate unless the name
 * says otherwise; timeline sample 0 is the project's start timecode. A row is one level of plain values, as it lies
 * in the project file; `null` is "the file does not say".
 */

/** Always exactly one, id 1. */
export type ProjectRow = {
  readonly id: 1;
  readonly name: string;
  readonly frameRateNumerator: number;
  readonly frameRateDenominator: number;
  readonly dropFrame: boolean;
  readonly sampleRate: number;
  /** Frame number, counted from midnight, of timeline sample 0. */
  readonly startFrame: number;
};

export type SourceRole = 'camera' | 'recorder' | 'other';

/**
 * An audio file of the project. `path` is relative to the project folder, with `/`, unless `linked`, then absolute.
 * A picture's sound is a source of role `camera` whose `pictureId` names the picture.
 */
export type SourceRow = {
  readonly id: SourceId;
  readonly name: string;
  readonly role: SourceRole;
  readonly path: string;
  readonly linked: boolean;
  /** Where it came from, absolute, for people and for relinking. */
  readonly originalPath: string;
  /** SHA-256 of the sound file, hex; how it is found again after it moved. */
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly channelCount: number;
  readonly sampleRate: number;
  readonly bitsPerSample: number;
  readonly lengthSamples: number;
  /** Samples since midnight at the project's rate (BWF TimeReference or container timecode), where the file says. */
  readonly timeReferenceSamples: number | null;
  readonly scene: string | null;
  readonly take: string | null;
  readonly tape: string | null;
  readonly circled: boolean | null;
  /** JSON array of channel names, one a channel; '' where the file does not say. */
  readonly channelNames: string;
  /** JSON of everything else the probe found (bext, iXML as text, cues), kept for delivery. */
  readonly metadata: string;
  readonly pictureId: PictureId | null;
  /** The source that this one was resampled from to take out a drift; null for what came from a card. */
  readonly derivedFromId: SourceId | null;
  /** JSON {@link SourceDerivation}; '' for what came from a card. */
  readonly derivation: string;
};

/** How a resampled source lies on its original: its sample k is the original's sample `fromSample + k (1 + driftPpm 1e-6)`. */
export type SourceDerivation = { readonly fromSample: number; readonly driftPpm: number };

/** A place in a source that a person marked, such as a clap: by one on each, two files are synced by hand. */
export type SourceMarkRow = {
  readonly id: SourceMarkId;
  readonly sourceId: SourceId;
  /** Source samples. */
  readonly atSample: number;
  readonly name: string;
};

/**
 * A picture file and its all-intra proxy. Rates are exact. `frameCount` is what import found in the file; it bounds the
 * picture's clips and never changes. A proxy may hold a few frames more or fewer; beyond them its last one is shown.
 */
export type PictureRow = {
  readonly id: PictureId;
  readonly name: string;
  readonly originalPath: string;
  /** Relative to the project folder; null until made. */
  readonly proxyPath: string | null;
  readonly contentHash: string;
  readonly frameRateNumerator: number;
  readonly frameRateDenominator: number;
  readonly dropFrame: boolean;
  readonly variableFrameRate: boolean;
  readonly frameCount: number;
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Frame number from midnight of the first frame at the picture's own rate; null when the file has no timecode. */
  readonly startFrame: number | null;
};

export const STEMS = ['DX', 'ADR', 'FOL', 'FX', 'BG', 'MX', 'PFX'] as const;
export type Stem = (typeof STEMS)[number];

/** An audio track. `channelCount` 1 or 2. `position` orders tracks top to bottom, 0 first, without gaps. */
export type TrackRow = {
  readonly id: TrackId;
  readonly name: string;
  readonly position: number;
  readonly stem: Stem;
  readonly channelCount: 1 | 2;
  readonly gainDb: number;
  /** -1 left to 1 right. */
  readonly pan: number;
  readonly muted: boolean;
  readonly soloed: boolean;
};

/** A breakpoint of a track's gain: amplitude is a straight line between points. One a sample a track. */
export type GainPointRow = {
  readonly id: GainPointId;
  readonly trackId: TrackId;
  readonly atSample: number;
  readonly gainDb: number;
};

/**
 * A piece of a source on a track. A mono track hears `sourceChannel`; a stereo track that one and the next.
 * `startSample >= 0`, `lengthSamples > 0`, `0 <= sourceInSample`, `sourceInSample + lengthSamples <=` the source's
 * length; `fadeInSamples + fadeOutSamples <= lengthSamples`.
 */
export type ClipRow = {
  readonly id: ClipId;
  readonly trackId: TrackId;
  readonly sourceId: SourceId;
  readonly sourceChannel: number;
  readonly name: string;
  readonly startSample: number;
  readonly lengthSamples: number;
  readonly sourceInSample: number;
  readonly gainDb: number;
  readonly fadeInSamples: number;
  readonly fadeInShape: FadeShape;
  readonly fadeOutSamples: number;
  readonly fadeOutShape: FadeShape;
  readonly muted: boolean;
  /** Played with every sample's sign turned round. */
  readonly polarityInverted: boolean;
  /** The accepted sync that put it here, if any. */
  readonly syncMatchId: SyncMatchId | null;
  /** Out of sync on purpose: being away from where its sync puts it is no error. */
  readonly declaredAsync: boolean;
};

/** A piece of picture on the one picture track. Starts and lengths in timeline samples, `sourceInFrame` in its frames. */
export type PictureClipRow = {
  readonly id: PictureClipId;
  readonly pictureId: PictureId;
  readonly name: string;
  readonly startSample: number;
  readonly lengthSamples: number;
  readonly sourceInFrame: number;
};

export type MarkerRow = {
  readonly id: MarkerId;
  readonly atSample: number;
  readonly name: string;
  readonly comment: string;
};

export type SyncStatus = 'proposed' | 'accepted' | 'rejected' | 'unmatched';

/**
 * One result of sync for one camera source: a match with a recorder source, or (`unmatched`, `recorderSourceId` null)
 * why there is none. recorder seconds = offset / 48000 + camera seconds * (1 + driftPpm * 1e-6).
 */
export type SyncMatchRow = {
  readonly id: SyncMatchId;
  readonly cameraSourceId: SourceId;
  readonly recorderSourceId: SourceId | null;
  readonly status: SyncStatus;
  readonly offsetSamplesAt48k: number;
  readonly driftPpm: number;
  /** Witnesses joined by `+` (see `SyncMethod`); '' when unmatched. */
  readonly method: string;
  /** 0 to 1: the chance that the match is right. */
  readonly confidence: number;
  readonly reason: string;
  readonly residualHeadMs: number;
  readonly residualMiddleMs: number;
  readonly residualTailMs: number;
  /** Recorder track 1 has the other polarity than the camera. */
  readonly inverted: boolean;
  /** The electrical offset, by timecode or LTC, that is told apart from the acoustic one; null where no clock says. */
  readonly clockOffsetSamplesAt48k: number | null;
  /** JSON {@link SyncEvidence} (`sync-evidence.ts`): pieces, alternatives, error over the clip, microphones. */
  readonly evidence: string;
  /** What the person chose: see {@link effectiveLine} (`effective-line.ts`) for what the first two come to. */
  readonly nudgeSamplesAt48k: number;
  readonly followsClock: boolean;
  /** Accepted clips of channels with inverted polarity are turned round. */
  readonly rightsPolarity: boolean;
  /** The one microphone that is heard, the others placed muted; null: all are heard. */
  readonly chosenChannel: number | null;
  /** How an accepted match's drift was dealt with. */
  readonly driftCorrection: DriftCorrection;
};

/** `resample`: a copy resampled to the camera's clock; `cut`: cut at pauses and shifted; `none`: left, right in the middle. */
export const DRIFT_CORRECTIONS = ['resample', 'cut', 'none'] as const;
export type DriftCorrection = (typeof DRIFT_CORRECTIONS)[number];

/** `recording`: its file is being written, or was when the process ended; `recovered`: repaired from the bytes on disk. */
export const TAKE_STATES = ['recording', 'done', 'recovered'] as const;
export type TakeState = (typeof TAKE_STATES)[number];

/**
 * One attempt that was recorded on a track: a stretch of a file, kept as a layer whether it is on the timeline or not.
 * Several takes may be stretches of one file: each lap of a loop, each punch of one roll.
 *
 * Sample k of the file belongs at timeline sample `startSample + k`, so a clip of the take from timeline sample t on has
 * `sourceInSample = t - startSample`; what was recorded outside of the punch is handles. `startSample` is compensated by
 * the round trip, and negative where the file begins before the timeline does.
 *
 * While the state is `recording` there is no source, positions go on along the roll (a loop does not take them back), and
 * a punch that is not known yet is null. After that all of them are on the timeline,
 * `0 <= punchInSample < punchOutSample` lie inside the source, and no loop is named.
 */
export type TakeRow = {
  readonly id: TakeId;
  readonly trackId: TrackId;
  /** Null exactly while recording. */
  readonly sourceId: SourceId | null;
  /** Of the file that was recorded into, relative to the project folder, with `/`. Never changes; the source's may. */
  readonly path: string;
  readonly name: string;
  /** Counts a track's takes, from 1. */
  readonly number: number;
  /** Counts the recordings of the project, from 1: tracks recorded together, laps and punches share theirs. */
  readonly pass: number;
  readonly state: TakeState;
  readonly startSample: number;
  readonly punchInSample: number | null;
  readonly punchOutSample: number | null;
  /** The loop that it is being recorded over. */
  readonly loopFromSample: number | null;
  readonly loopToSample: number | null;
  /** How much of the file's beginning was heard before recording began. */
  readonly preRecordedSamples: number;
  /** From output to input, by which it was moved: measured through a cable, else what the device says. */
  readonly roundTripSamples: number;
  /** JSON array of the names of the device's inputs, one a channel of the file. */
  readonly inputChannels: string;
  /** When it began: ISO 8601, UTC. */
  readonly recordedAt: string;
  /** The last commit before it began. */
  readonly begunAtSeq: number;
  /** 0 to 5; 0 is not rated. */
  readonly rating: number;
  readonly circled: boolean;
};

/** The document's tables and their rows. */
export type Tables = {
  readonly project: ProjectRow;
  readonly source: SourceRow;
  readonly source_mark: SourceMarkRow;
  readonly picture: PictureRow;
  readonly track: TrackRow;
  readonly gain_point: GainPointRow;
  readonly clip: ClipRow;
  readonly picture_clip: PictureClipRow;
  readonly marker: MarkerRow;
  readonly sync_match: SyncMatchRow;
  readonly take: TakeRow;
};

export type TableName = keyof Tables;

/** In the order in which rows may be inserted without breaking a reference. */
export const TABLE_NAMES = [
  'project',
  'picture',
  'source',
  'source_mark',
  'track',
  'gain_point',
  'sync_match',
  'clip',
  'picture_clip',
  'marker',
  'take',
] as const satisfies readonly TableName[];
