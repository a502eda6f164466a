import { z } from 'zod';
import { loopSchema } from '../engine/live-engine.ts';

/** Recording as it crosses between host and interface. Positions are samples of the timeline. */

const sampleFormat = z.enum(['s24', 'f32']);

export const recordStartSchema = z.object({
  /** Inputs of the device, one a channel of the track. */
  tracks: z
    .array(z.object({ trackId: z.int().positive(), inputs: z.array(z.int().min(0)).max(2) }))
    .min(1)
    .max(256),
  sampleFormat,
  preRecordSeconds: z.number().min(0).max(60),
  /** In the names of the files; the date where there is none. */
  scene: z.string().max(100).nullable(),
  /** How to roll where nothing rolls yet; while it rolls, it rolls on as it does. */
  roll: z.object({
    fromSample: z.int(),
    preRollSamples: z.int().min(0),
    postRollSamples: z.int().min(0),
    loop: loopSchema.nullable(),
  }),
  /**
   * A range, in a loop in each of its laps; `now`: from the key to stop; `by-hand`: from punchIn to punchOut, as often as it
   * is done.
   */
  punch: z.union([z.object({ inSample: z.int(), outSample: z.int() }), z.enum(['now', 'by-hand'])]),
});

export const recordStateSchema = z.object({
  phase: z.enum(['idle', 'starting', 'rolling', 'finishing']),
  /** Of the takes that are being recorded. */
  pass: z.int().nullable(),
  trackIds: z.array(z.int()),
  isPunchedIn: z.boolean(),
  /** How it was asked for; null while idle. A span ends by itself, and has no punches of its own. */
  punch: z.enum(['span', 'now', 'by-hand']).nullable(),
});

export const recordedPassSchema = z.object({
  pass: z.int(),
  takeIds: z.array(z.int()),
  /** Of them those that were put on the timeline. */
  placedTakeIds: z.array(z.int()),
  /** What went wrong and what was kept, in sentences. */
  notices: z.array(z.string()),
  /** It was broken off, or sound of it was lost: its notices are to stay until they are read. */
  isTroubled: z.boolean().optional(),
});

export const recordSpaceRequestSchema = z.object({ trackIds: z.array(z.int().positive()).max(256), sampleFormat });

/**
 * `ended`: a pass that ended by itself, as its transport came to its end or the device, the audio process or the disk
 * gave up; and one that had ended before and could only now be taken in, beside whatever is recorded meanwhile. `warning`:
 * the disk will be full in so many seconds, told once below ten minutes and once below two while it records on.
 */
export const recordEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: recordStateSchema }),
  z.object({ type: z.literal('ended'), pass: recordedPassSchema }),
  z.object({ type: z.literal('warning'), secondsToFull: z.number(), message: z.string() }),
]);

export type RecordEvent = z.output<typeof recordEventSchema>;
export type RecordStart = z.output<typeof recordStartSchema>;
export type RecordState = z.output<typeof recordStateSchema>;
export type RecordedPass = z.output<typeof recordedPassSchema>;
