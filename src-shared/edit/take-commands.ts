import { z } from 'zod';
import { delta, id, ids, name, sample, sourceFieldsSchema } from './command-fields.ts';

/**
 * Commands of recording. Those up to `take.discard` are sent by the product while it records and are no steps of undo:
 * what was recorded is never undone, only where it was placed.
 */

const place = delta.nullable().default(null);

export const takeCommands = [
  /** Notes, before anything is recorded, which files a pass goes into: one a track. */
  z.object({
    kind: z.literal('take.begin'),
    takes: z
      .array(
        z.object({
          trackId: id,
          name,
          path: z.string().min(1).max(4096),
          number: z.int().positive(),
          startSample: delta,
          /** What is to be kept of it, along the roll; null: not known yet. */
          punchInSample: place,
          punchOutSample: place,
          loopFromSample: place,
          loopToSample: place,
          preRecordedSamples: sample.default(0),
          roundTripSamples: delta.default(0),
          inputChannels: z.array(z.string().max(200)).max(1024).default([]),
          recordedAt: z.string().max(40),
          begunAtSeq: z.int().min(0).default(0),
        }),
      )
      .min(1)
      .max(1024),
  }),
  /** The person punched in, at a place along the roll: the first time, once more in the same files, or ahead of a planned punch. */
  z.object({ kind: z.literal('take.punchIn'), pass: z.int().positive(), atSample: delta }),
  /** The person punched out, also ahead of a planned end. */
  z.object({ kind: z.literal('take.punchOut'), pass: z.int().positive(), atSample: delta }),
  /**
   * Turns what was recorded into sources and takes: for each file its source (null where nothing can be kept of it) and
   * the stretches that were punched, oldest first (see `takeSpans`). Places nothing.
   */
  z.object({
    kind: z.literal('take.finish'),
    files: z
      .array(
        z.object({
          path: z.string().min(1).max(4096),
          state: z.enum(['done', 'recovered']).default('done'),
          source: sourceFieldsSchema.nullable(),
          spans: z.array(z.object({ startSample: delta, punchInSample: sample, punchOutSample: sample })).max(100_000),
        }),
      )
      .min(1)
      .max(1024),
  }),
  /** Forgets takes of which nothing was recorded. */
  z.object({ kind: z.literal('take.discard'), takeIds: ids }),
  /** Puts the newest takes of a pass on their tracks (or some of them), at their exact punches; what lies there makes room. */
  z.object({ kind: z.literal('take.place'), pass: z.int().positive(), trackIds: ids.optional() }),
  /**
   * Puts a take, or a part of it, on its track: `[fromSample, toSample)` of the timeline, its punch when left out; it may
   * reach into what was recorded around the punch. A comp is made of several.
   */
  z.object({
    kind: z.literal('take.promote'),
    takeId: id,
    fromSample: sample.optional(),
    toSample: sample.optional(),
  }),
  z.object({ kind: z.literal('take.rename'), takeId: id, name }),
  /** Rates takes 0 to 5, circles them, or both. */
  z.object({
    kind: z.literal('take.rate'),
    takeIds: ids,
    rating: z.int().min(0).max(5).optional(),
    circled: z.boolean().optional(),
  }),
  /** Takes takes out of the layers. Clips, sources and files stay. */
  z.object({ kind: z.literal('take.delete'), takeIds: ids }),
] as const;
