import { z } from 'zod';
import { LARGEST_DRIFT_PPM, LARGEST_OFFSET_SAMPLES, LONGEST_FILE_SECONDS } from './sync-limits.ts';

/**
 * What speaks for a match beside its line, for the review: kept with the match as JSON. Camera seconds run on the
 * container's presentation timeline, 0 at the first picture frame.
 */

const cameraSeconds = z.number().min(-LONGEST_FILE_SECONDS).max(LONGEST_FILE_SECONDS);
const lineFields = {
  offsetSamplesAt48k: z.number().min(-LARGEST_OFFSET_SAMPLES).max(LARGEST_OFFSET_SAMPLES),
  driftPpm: z.number().min(-LARGEST_DRIFT_PPM).max(LARGEST_DRIFT_PPM),
};

const segmentSchema = z.object({
  /** Camera seconds from which on this line holds. */
  fromSeconds: cameraSeconds,
  ...lineFields,
});

const residualSchema = z.object({
  cameraSeconds,
  /** How far the sound lies from the line there; recorder late positive. */
  lagMs: z.number(),
  /** 0 to 1: how much that stretch has to say. */
  weight: z.number().min(0).max(1),
});

/** A place to look at: a clap, the strongest transient that both files hold, or the mark that a person laid it by. */
const landmarkSchema = z.object({ cameraSeconds, kind: z.enum(['clap', 'transient', 'mark']) });

/** What is known of one recorder channel over the range that the camera covers. */
export const trackAssessmentSchema = z.object({
  /** From 0. */
  channel: z.int().min(0),
  /** Loudest-tenth level of 20 ms frames, dBFS; -144 for silence. */
  levelDbfs: z.number(),
  /** Speech over the channel's own noise floor, dB. */
  snrDb: z.number(),
  /** Direct over reverberant sound, dB; null where speech is too little to tell. */
  directToReverberantDb: z.number().nullable(),
  clippedSamples: z.int().min(0),
  /** Of the correlation with the reference (track 1 unless silent): 1 in phase, -1 inverted, 0 not told. */
  polarity: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  /** How much later than the reference this channel hears the direct sound; null where it is not told, and of
   * all where the reference is a mixdown. */
  delayMs: z.number().nullable(),
  /** A mixdown of the others, by its name or by its sound. */
  mixdown: z.boolean(),
  /** How well it would serve as the dialogue's microphone, 0 to 1. */
  fitness: z.number().min(0).max(1),
  /** In words: `closest and driest`, `clips 31 times`, `silent`. */
  remark: z.string().max(500),
});

/** What the sound and the clocks say of one place. */
const measuredFields = {
  /** Two and more where the camera lost samples, in order; none where one line holds throughout. */
  segments: z.array(segmentSchema).max(1000).default([]),
  residuals: z.array(residualSchema).max(200).default([]),
  landmark: landmarkSchema.nullable().default(null),
  tracks: z.array(trackAssessmentSchema).max(256).default([]),
  suggestedChannel: z.int().min(0).nullable().default(null),
  /** Why that microphone, in words. */
  suggestionReason: z.string().max(500).default(''),
  /** Acoustic less electrical offset where a clock is precise enough to tell; null where none is. */
  acousticDelayMs: z.number().nullable().default(null),
};

/** A place that a match had before another was taken: all that was known of it, to be taken again. */
const formerMatchSchema = z.object({
  ...measuredFields,
  method: z.string().max(100),
  confidence: z.number().min(0).max(1),
  reason: z.string().max(2000),
  residualHeadMs: z.number(),
  residualMiddleMs: z.number(),
  residualTailMs: z.number(),
  inverted: z.boolean(),
  clockOffsetSamplesAt48k: lineFields.offsetSamplesAt48k.nullable(),
});

/** What a person set of an accepted clip other than its match: choices of the match leave it. */
const setByHandSchema = z.object({
  clipId: z.int().positive(),
  muted: z.boolean().optional(),
  polarityInverted: z.boolean().optional(),
});

/** How a place stands against the best one. */
const standingFields = {
  /** Its evidence as a share of the best one's. */
  likeness: z.number().min(0).max(1),
  /** How far it is behind, window by window, in standard errors; left out where that was not compared. */
  lead: z.number().optional(),
  /** What the clip has of what the best place holds and this one does not, 0 to 1; left out where unknown. */
  ownShare: z.number().min(0).max(1).optional(),
};

const alternativeSchema = z.object({
  recorderSourceId: z.int().positive(),
  ...lineFields,
  ...standingFields,
  /** Timecode alone points there: no sound was compared, and `likeness` says nothing. */
  byClock: z.boolean().optional(),
  former: formerMatchSchema.optional(),
});

const length = z
  .int()
  .min(0)
  .max(2 ** 45);

/** What is missing of an accepted clip because the match was moved and the file ran out, to be given back. */
const nudgedOffSchema = z.object({
  clipId: z.int().positive(),
  headSamples: length,
  tailSamples: length,
  /** The fades of the clip when it was whole. */
  fadeInSamples: length,
  fadeOutSamples: length,
});

export const syncEvidenceSchema = z.object({
  ...measuredFields,
  /** How the match's own place stood when a person took it among others; null where it was the best one. */
  standing: z.object(standingFields).nullable().default(null),
  /** Other places that fit, best first; for an unmatched clip where it might belong. */
  alternatives: z.array(alternativeSchema).max(50).default([]),
  /** Claps heard in the camera's sound, camera seconds. */
  claps: z.array(cameraSeconds).max(200).default([]),
  /** Of an unmatched clip, the recorder files by their sources' ids in which it was looked for; none where a search is
   * of no use, as of a silent clip. */
  searched: z.array(z.int().positive()).max(100_000).default([]),
  nudgedOff: z.array(nudgedOffSchema).max(100_000).default([]),
  setByHand: z.array(setByHandSchema).max(100_000).default([]),
});

export type SyncEvidence = z.output<typeof syncEvidenceSchema>;
export type TrackAssessment = z.output<typeof trackAssessmentSchema>;
export type NudgedOff = z.output<typeof nudgedOffSchema>;
export type SetByHand = z.output<typeof setByHandSchema>;
export type SyncLandmark = z.output<typeof landmarkSchema>;
export type SyncResidual = z.output<typeof residualSchema>;

export const NO_EVIDENCE: SyncEvidence = syncEvidenceSchema.parse({});

/** Reads the column; what an older version wrote, or nothing, reads as no evidence. */
export function readEvidence(text: string): SyncEvidence {
  return (text && parsed(text)) || NO_EVIDENCE;
}

/** Whether the column holds what this version wrote: evidence, or nothing. */
export function isReadableEvidence(text: string): boolean {
  return text === '' || parsed(text) !== null;
}

/** What is kept with an accepted match about its clips. */
type ClipNotes = Pick<SyncEvidence, 'nudgedOff' | 'setByHand'>;

/** The column with other notes about clips, empty ones left out; all else in it stays as it was written. */
export function withClipNotes(text: string, notes: Partial<ClipNotes>): string {
  const written: Record<string, unknown> = text && parsed(text) ? JSON.parse(text) : {};
  const before = JSON.stringify(written);
  for (const [name, list] of Object.entries(notes)) {
    if (list.length > 0) written[name] = list;
    else delete written[name];
  }
  const after = JSON.stringify(written);
  if (after === before) return text;
  return after === '{}' ? '' : after;
}

function parsed(text: string): SyncEvidence | null {
  try {
    return syncEvidenceSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
