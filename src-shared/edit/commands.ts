import { z } from 'zod';
import {
  decimal,
  delta,
  fadeShapeSchema,
  gainDb,
  id,
  ids,
  idsOrNone,
  name,
  pictureFieldsSchema,
  sample,
  sourceFieldsSchema,
  stem,
} from './command-fields.ts';
import { projectFrameRateSchema } from './frame-rate-schema.ts';
import { sourceMarkCommands, syncCommands } from './sync-commands.ts';
import { takeCommands } from './take-commands.ts';

/**
 * Every change that a person or a script can make to a document, as one union. A command is a wish in the field's
 * words; `applyCommand` turns it into row changes, all or none. `npx twopop run` reads the same.
 */

const projectCommands = [
  /** Renames the project or moves its start timecode; clips keep their distance from the start. */
  z.object({
    kind: z.literal('project.update'),
    name: name.optional(),
    startFrame: z.int().min(0).optional(),
    frameRate: projectFrameRateSchema.optional(),
  }),
  /**
   * Shortens what reaches beyond its picture or source, and fades longer than their clip: a way out for a file whose
   * rows contradict each other. Opening such a file does it; a sound project is left as it is.
   */
  z.object({ kind: z.literal('project.repair') }),
] as const;

const trackCommands = [
  /** Adds a track at `position` (end when left out). */
  z.object({
    kind: z.literal('track.add'),
    name,
    stem: stem.default('DX'),
    channelCount: z.union([z.literal(1), z.literal(2)]).default(1),
    position: z.int().min(0).optional(),
  }),
  z.object({
    kind: z.literal('track.update'),
    trackIds: ids,
    name: name.optional(),
    stem: stem.optional(),
    gainDb: gainDb.optional(),
    pan: decimal.min(-1).max(1).optional(),
    muted: z.boolean().optional(),
    soloed: z.boolean().optional(),
  }),
  /** Moves a track to `position`; the others close up. */
  z.object({ kind: z.literal('track.move'), trackId: id, position: z.int().min(0) }),
  /** Removes tracks with their clips, breakpoints and takes. Sources and files stay. */
  z.object({ kind: z.literal('track.remove'), trackIds: ids }),
  /** Replaces the gain breakpoints of a track in `[fromSample, toSample]` by `points`. */
  z.object({
    kind: z.literal('track.gainPoints'),
    trackId: id,
    fromSample: sample,
    toSample: sample,
    points: z.array(z.object({ atSample: sample, gainDb })).max(100_000),
  }),
] as const;

const clipCommands = [
  /** Places a piece of a source. What lies under it on the track is trimmed, split or removed to make room. */
  z.object({
    kind: z.literal('clip.add'),
    trackId: id,
    sourceId: id,
    sourceChannel: z.int().min(0).default(0),
    startSample: sample,
    /** The whole source when left out. */
    sourceInSample: sample.default(0),
    lengthSamples: z.int().positive().optional(),
    name: name.optional(),
    /** What a pasted clip brings along; the fades are held to its length. */
    gainDb: gainDb.optional(),
    fadeInSamples: sample.optional(),
    fadeInShape: fadeShapeSchema.optional(),
    fadeOutSamples: sample.optional(),
    fadeOutShape: fadeShapeSchema.optional(),
    muted: z.boolean().optional(),
    polarityInverted: z.boolean().optional(),
  }),
  /** Moves clips by `deltaSamples` and `deltaTracks` together, keeping their distances; makes room where they land. */
  z.object({ kind: z.literal('clip.move'), clipIds: ids, deltaSamples: delta, deltaTracks: z.int().default(0) }),
  /** Copies clips to the same distances further on (`deltaSamples`, `deltaTracks`). */
  z.object({ kind: z.literal('clip.duplicate'), clipIds: ids, deltaSamples: delta, deltaTracks: z.int().default(0) }),
  /** Moves one edge of clips by `deltaSamples`, as far as handles, neighbours' overlap rules and a length of 1 allow. */
  z.object({ kind: z.literal('clip.trim'), clipIds: ids, edge: z.enum(['start', 'end']), deltaSamples: delta }),
  /** Splits every listed clip that `atSample` lies inside. */
  z.object({ kind: z.literal('clip.split'), clipIds: ids, atSample: sample }),
  /** Moves the source under clips whose edges stay: positive hears later source. */
  z.object({ kind: z.literal('clip.slip'), clipIds: ids, deltaSamples: delta }),
  z.object({ kind: z.literal('clip.remove'), clipIds: ids }),
  /** Removes all sound of tracks in `[fromSample, toSample)`, splitting what crosses the edges. */
  z.object({ kind: z.literal('clip.clearRange'), trackIds: ids, fromSample: sample, toSample: sample }),
  /** Sets a fade; 0 takes it away. Held to the clip's length less the other fade. */
  z.object({
    kind: z.literal('clip.fade'),
    clipIds: ids,
    edge: z.enum(['in', 'out']),
    lengthSamples: sample,
    shape: fadeShapeSchema.optional(),
  }),
  /** A crossfade of `lengthSamples` centred on the joint of two butted clips: both reach over it, by their handles. */
  z.object({
    kind: z.literal('clip.crossfade'),
    leftClipId: id,
    rightClipId: id,
    lengthSamples: z.int().positive(),
    shape: fadeShapeSchema.default('equal-power'),
  }),
  z.object({ kind: z.literal('clip.gain'), clipIds: ids, gainDb }),
  z.object({ kind: z.literal('clip.mute'), clipIds: ids, muted: z.boolean() }),
  /** Turns the polarity of clips round, or back. */
  z.object({ kind: z.literal('clip.polarity'), clipIds: ids, inverted: z.boolean() }),
  /** Declares clips out of sync on purpose, or takes that back. */
  z.object({ kind: z.literal('clip.declareAsync'), clipIds: ids, declaredAsync: z.boolean() }),
  /** Moves synced clips back to where their sync puts them; clips that have no such place stay. Makes room as a move does. */
  z.object({ kind: z.literal('clip.resync'), clipIds: ids }),
  z.object({ kind: z.literal('clip.rename'), clipIds: ids, name }),
] as const;

const pictureCommands = [
  z.object({
    kind: z.literal('picture.place'),
    pictureId: id,
    startSample: sample,
    sourceInFrame: z.int().min(0).default(0),
    lengthSamples: z.int().positive().optional(),
  }),
  z.object({ kind: z.literal('picture.move'), pictureClipIds: ids, deltaSamples: delta }),
  z.object({ kind: z.literal('picture.remove'), pictureClipIds: ids }),
] as const;

const sourceCommands = [
  /** Adds an imported file: its sound, its picture, or both. */
  z.object({
    kind: z.literal('source.add'),
    source: sourceFieldsSchema.nullable(),
    picture: pictureFieldsSchema.nullable(),
  }),
  z.object({ kind: z.literal('source.setRole'), sourceIds: ids, role: z.enum(['camera', 'recorder', 'other']) }),
  z.object({ kind: z.literal('source.rename'), sourceId: id, name }),
  /** Points a source at the file where it was found again. */
  z.object({ kind: z.literal('source.relink'), sourceId: id, path: z.string().min(1).max(4096), linked: z.boolean() }),
  /** Says what is in a file that came in unread, such as a take: its SHA-256, once. Sent by the job that reads it. */
  z.object({
    kind: z.literal('source.identify'),
    sourceId: id,
    contentHash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** Says where a picture's proxy lies. Clips stay as they are, however many frames it holds. Sent by the proxy job. */
  z.object({ kind: z.literal('picture.setProxy'), pictureId: id, proxyPath: z.string().min(1).max(4096) }),
  /** Points a picture at the file where its original was found again: absolute, or inside the project folder. */
  z.object({ kind: z.literal('picture.relink'), pictureId: id, originalPath: z.string().min(1).max(4096) }),
  /** Removes sources (with their pictures) and pictures without sound that no clip uses. Files stay on disk. */
  z.object({ kind: z.literal('source.remove'), sourceIds: idsOrNone, pictureIds: idsOrNone }),
] as const;

const markerCommands = [
  z.object({ kind: z.literal('marker.add'), atSample: sample, name, comment: z.string().max(4000).default('') }),
  z.object({
    kind: z.literal('marker.update'),
    markerId: id,
    atSample: sample.optional(),
    name: name.optional(),
    comment: z.string().max(4000).optional(),
  }),
  z.object({ kind: z.literal('marker.remove'), markerIds: ids }),
] as const;

export const singleCommandSchema = z.discriminatedUnion('kind', [
  ...projectCommands,
  ...trackCommands,
  ...clipCommands,
  ...pictureCommands,
  ...sourceCommands,
  ...syncCommands,
  ...sourceMarkCommands,
  ...markerCommands,
  ...takeCommands,
]);

/** Several commands as one step of undo, all or none. */
export const batchCommandSchema = z.object({
  kind: z.literal('batch'),
  label: name,
  commands: z.array(singleCommandSchema).min(1).max(100_000),
});

/** One union by `kind`, so that what is wrong is told by field. */
export const commandSchema = z.discriminatedUnion('kind', [batchCommandSchema, ...singleCommandSchema.options]);

/** A command as a handler sees it: checked, defaults filled in. */
export type SingleCommand = z.output<typeof singleCommandSchema>;
export type Command = z.output<typeof commandSchema>;
/** A command as a caller may write it: defaults may be left out. */
export type CommandInput = z.input<typeof commandSchema>;
export type CommandKind = SingleCommand['kind'];
export type CommandOf<K extends CommandKind> = Extract<SingleCommand, { kind: K }>;
