import { z } from 'zod';
import { DRIFT_CORRECTIONS, STEMS } from '../model/rows.ts';
import { isPictureRate, pictureRatePart, projectFrameRateSchema } from './frame-rate-schema.ts';
import { oneLineFromFile, oneLineText } from './one-line-text.ts';

/**
 * Every change that a person or a script can make to a document, as one union. A command is a wish in the field's
 * words; `applyCommand` turns it into row changes, all or none. `npx twopop run` reads the same.
 */

const id = z.int().positive();
const ids = z.array(id).min(1).max(200_000);
const idsOrNone = z.array(id).max(200_000).default([]);
const sample = z
  .int()
  .min(0)
  .max(2 ** 45);
const delta = z
  .int()
  .min(-(2 ** 45))
  .max(2 ** 45);
const name = oneLineText(200);
/** A file may be called anything that its disk allows. */
const nameFromFile = oneLineFromFile(200).min(1);
/** A number that need not be whole. Minus zero becomes zero, as SQLite and JSON would make it: rows then stay equal. */
const decimal = z.number().overwrite((value) => value + 0);
const gainDb = decimal.min(-144).max(24);
export const fadeShapeSchema = z.enum(['linear', 'equal-power', 's-curve', 'slow', 'fast']);
const stem = z.enum(STEMS);

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
  /** Removes tracks with their clips and breakpoints. Sources stay. */
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

const nullableText = oneLineFromFile(4000).nullable();

/** What import found out about a file: the rows of `source` and `picture` less their ids. Sent by jobs. */
export const sourceFieldsSchema = z.object({
  name: nameFromFile,
  role: z.enum(['camera', 'recorder', 'other']),
  path: z.string().min(1).max(4096),
  linked: z.boolean(),
  originalPath: z.string().max(4096),
  contentHash: z.string().max(128),
  sizeBytes: z.int().min(0),
  channelCount: z.int().min(1).max(1024),
  sampleRate: z.int().positive(),
  bitsPerSample: z.int().positive(),
  lengthSamples: sample,
  timeReferenceSamples: z.int().nullable(),
  scene: nullableText,
  take: nullableText,
  tape: nullableText,
  circled: z.boolean().nullable(),
  channelNames: z.string().max(100_000),
  metadata: z.string().max(4_000_000),
});

export const pictureFieldsSchema = z
  .object({
    name: nameFromFile,
    originalPath: z.string().max(4096),
    proxyPath: z.string().max(4096).nullable(),
    contentHash: z.string().max(128),
    frameRateNumerator: pictureRatePart,
    frameRateDenominator: pictureRatePart,
    dropFrame: z.boolean(),
    variableFrameRate: z.boolean(),
    frameCount: z.int().min(0),
    widthPixels: z.int().min(0),
    heightPixels: z.int().min(0),
    startFrame: z.int().nullable(),
  })
  .refine(isPictureRate, { error: 'the frame rate is above 1000 or the picture too long for a timeline' });

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
  /** Says where a picture's proxy lies. Clips stay as they are, however many frames it holds. Sent by the proxy job. */
  z.object({ kind: z.literal('picture.setProxy'), pictureId: id, proxyPath: z.string().min(1).max(4096) }),
  /** Points a picture at the file where its original was found again: absolute, or inside the project folder. */
  z.object({ kind: z.literal('picture.relink'), pictureId: id, originalPath: z.string().min(1).max(4096) }),
  /** Removes sources (with their pictures) and pictures without sound that no clip uses. Files stay on disk. */
  z.object({ kind: z.literal('source.remove'), sourceIds: idsOrNone, pictureIds: idsOrNone }),
] as const;

export const syncMatchFieldsSchema = z.object({
  cameraSourceId: id,
  recorderSourceId: id.nullable(),
  status: z.enum(['proposed', 'accepted', 'rejected', 'unmatched']),
  offsetSamplesAt48k: decimal,
  driftPpm: decimal,
  method: z.string().max(100),
  confidence: decimal.min(0).max(1),
  reason: z.string().max(2000),
  residualHeadMs: decimal,
  residualMiddleMs: decimal,
  residualTailMs: decimal,
  inverted: z.boolean().default(false),
  clockOffsetSamplesAt48k: decimal.nullable().default(null),
  /** JSON of `SyncEvidence`. */
  evidence: z.string().max(200_000).default(''),
});

const syncCommands = [
  /** Replaces all results that were not accepted for the cameras named in `matches`. Sent by the sync job. */
  z.object({ kind: z.literal('sync.propose'), matches: z.array(syncMatchFieldsSchema).max(100_000) }),
  /**
   * Accepts matches: the camera's picture and scratch go on the timeline (where they are, if they are there already,
   * else after everything else, on a frame), and each recorder channel on the track of its name, in sync.
   */
  z.object({
    kind: z.literal('sync.accept'),
    matchIds: ids,
    driftCorrection: z.enum(DRIFT_CORRECTIONS).default('none'),
    /** For `resample`: the resampled file of each match that has one, and how it lies on the recorder's. Sent by the job. */
    corrected: z
      .array(
        z.object({
          matchId: id,
          source: sourceFieldsSchema,
          derivation: z.object({ fromSample: decimal, driftPpm: decimal }),
        }),
      )
      .max(100_000)
      .default([]),
    /** For `cut`: where each match's recorder file may be cut, samples of that file in order. Sent by the job. */
    pauses: z
      .array(z.object({ matchId: id, atSamples: z.array(sample).max(100_000) }))
      .max(100_000)
      .default([]),
  }),
  z.object({ kind: z.literal('sync.reject'), matchIds: ids }),
  /** Takes another of the places in the match's evidence (or an unmatched clip's); method becomes `by hand`. */
  z.object({ kind: z.literal('sync.choose'), matchId: id, alternative: z.int().min(0) }),
  /**
   * What the person sets on matches; fields left out stay. A nudge is added to the one before. Clips that an accepted
   * match placed follow: their source slips, they turn round, or the one that is heard changes.
   */
  z.object({
    kind: z.literal('sync.adjust'),
    matchIds: ids,
    nudgeBySamplesAt48k: decimal.optional(),
    followsClock: z.boolean().optional(),
    rightsPolarity: z.boolean().optional(),
    chosenChannel: z.int().min(0).nullable().optional(),
  }),
  /** Lays a recorder file under a camera clip by a mark on each: the marks fall together, without drift, `by hand`. */
  z.object({ kind: z.literal('sync.byMarks'), cameraMarkId: id, recorderMarkId: id }),
] as const;

const sourceMarkCommands = [
  z.object({ kind: z.literal('sourceMark.add'), sourceId: id, atSample: sample, name }),
  z.object({ kind: z.literal('sourceMark.update'), markId: id, atSample: sample.optional(), name: name.optional() }),
  z.object({ kind: z.literal('sourceMark.remove'), markIds: ids }),
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
