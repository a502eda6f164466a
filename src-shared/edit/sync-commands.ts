import { z } from 'zod';
import { DRIFT_CORRECTIONS } from '../model/rows.ts';
import { trackAssessmentSchema } from '../sync/sync-evidence.ts';
import { LARGEST_DRIFT_PPM, LARGEST_OFFSET_SAMPLES } from '../sync/sync-limits.ts';
import { decimal, id, ids, idsOrNone, name, sample, sourceFieldsSchema } from './command-fields.ts';

/** Commands of sync: results, what a person decides of them, and marks on sources. */

const offsetSamples = decimal.min(-LARGEST_OFFSET_SAMPLES).max(LARGEST_OFFSET_SAMPLES);
const driftPpm = decimal.min(-LARGEST_DRIFT_PPM).max(LARGEST_DRIFT_PPM);

export const syncMatchFieldsSchema = z.object({
  cameraSourceId: id,
  recorderSourceId: id.nullable(),
  status: z.enum(['proposed', 'accepted', 'rejected', 'unmatched']),
  offsetSamplesAt48k: offsetSamples,
  driftPpm,
  method: z.string().max(100),
  confidence: decimal.min(0).max(1),
  reason: z.string().max(2000),
  residualHeadMs: decimal,
  residualMiddleMs: decimal,
  residualTailMs: decimal,
  inverted: z.boolean().default(false),
  clockOffsetSamplesAt48k: offsetSamples.nullable().default(null),
  /** JSON of `SyncEvidence`. */
  evidence: z.string().max(200_000).default(''),
});

export const syncCommands = [
  /**
   * Replaces results of the cameras named in `matches`. Sent by the sync job. What was accepted stays, and so does what a
   * person decided (laid by hand, adjusted, rejected) except of the cameras in `replacing`, which they asked for: there a
   * place that was laid by hand becomes the first of the others.
   */
  z.object({
    kind: z.literal('sync.propose'),
    matches: z.array(syncMatchFieldsSchema).max(100_000),
    replacing: idsOrNone,
  }),
  /**
   * Accepts matches: the camera's picture and scratch go on the timeline (where they are, if they are there already,
   * else after everything else, on a frame), and each recorder channel on the track of its name, in sync.
   */
  z.object({
    kind: z.literal('sync.accept'),
    matchIds: ids,
    driftCorrection: z.enum(DRIFT_CORRECTIONS).default('none'),
    /** What each match said (`lineText`) when the job began: refused if it says something else, or was rejected, since. */
    madeFor: z
      .array(z.object({ matchId: id, line: z.string().max(200_000) }))
      .max(100_000)
      .default([]),
    /**
     * For `resample`: the resampled files of each match that has some, and how each lies on the recorder's. Sent by the
     * job. `pieces` are those of the match's line (`effectiveLine`, from 0) that the copy is for: all when left out.
     */
    corrected: z
      .array(
        z.object({
          matchId: id,
          /** What it was made from: refused if the match has got another recorder file since. */
          recorderSourceId: id.optional(),
          pieces: z.array(z.int().min(0)).max(1000).optional(),
          source: sourceFieldsSchema,
          derivation: z.object({ fromSample: offsetSamples, driftPpm }),
        }),
      )
      .max(100_000)
      .default([]),
    /** For `cut`: where each match's recorder file may be cut, samples of that file in order. Sent by the job. */
    pauses: z
      .array(z.object({ matchId: id, recorderSourceId: id.optional(), atSamples: z.array(sample).max(100_000) }))
      .max(100_000)
      .default([]),
  }),
  z.object({ kind: z.literal('sync.reject'), matchIds: ids }),
  /**
   * Takes another of the places in the match's evidence (or an unmatched clip's); method becomes `by hand`, or what it
   * was where the match had that place before. `place` says which one is meant: nothing is done where the match has it
   * already, and refused where another stands at that number by now.
   */
  z.object({
    kind: z.literal('sync.choose'),
    matchId: id,
    alternative: z.int().min(0),
    place: z.object({ recorderSourceId: id, offsetSamplesAt48k: decimal }).optional(),
  }),
  /**
   * What the person sets on matches; fields left out stay. A nudge is added to the one before. Clips that an accepted
   * match placed follow: their source slips, they turn round, or the one that is heard changes.
   */
  z.object({
    kind: z.literal('sync.adjust'),
    matchIds: ids,
    nudgeBySamplesAt48k: offsetSamples.optional(),
    followsClock: z.boolean().optional(),
    rightsPolarity: z.boolean().optional(),
    chosenChannel: z.int().min(0).nullable().optional(),
  }),
  /**
   * Keeps what was found of the recorder's microphones for a match that a person laid. Sent by the product. Nothing is done
   * where the match is gone, has another line (`lineText`) by now, or where its microphones are known.
   */
  z.object({
    kind: z.literal('sync.assess'),
    matchId: id,
    line: z.string().max(200_000),
    tracks: z.array(trackAssessmentSchema).max(256),
    suggestedChannel: z.int().min(0).nullable(),
    suggestionReason: z.string().max(500),
  }),
  /** Lays a recorder file under a camera clip by a mark on each: the marks fall together, `by hand`; what is known of the two files, such as their drift, stays. */
  z.object({ kind: z.literal('sync.byMarks'), cameraMarkId: id, recorderMarkId: id }),
] as const;

export const sourceMarkCommands = [
  z.object({ kind: z.literal('sourceMark.add'), sourceId: id, atSample: sample, name }),
  z.object({ kind: z.literal('sourceMark.update'), markId: id, atSample: sample.optional(), name: name.optional() }),
  z.object({ kind: z.literal('sourceMark.remove'), markIds: ids }),
] as const;
