import { z } from 'zod';
import { projectFrameRateSchema } from '../edit/frame-rate-schema.ts';
import { oneLineText } from '../edit/one-line-text.ts';

/** Shapes that cross between host and interface, besides commands and rows. */

export const errorReportSchema = z.object({ code: z.string(), message: z.string(), remedy: z.string() });

/** What the interface must know of the host that serves it. */
export const hostInfoSchema = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'browser']),
  platform: z.string(),
  homeFolder: z.string(),
  /** Where media, peaks and the document snapshot are fetched: `http://127.0.0.1:PORT`. */
  mediaBaseUrl: z.string(),
  /** Whether the native engine was built; without it there is no bounce, preview, peaks or waveform sync. */
  engineAvailable: z.boolean(),
  /** Null when none was found; import of anything but WAV and picture proxies then say so. */
  ffmpegVersion: z.string().nullable(),
  recentProjects: z.array(z.object({ name: z.string(), path: z.string(), openedAt: z.string() })),
});

export const projectInfoSchema = z.object({
  /** Tells this project from every other, also from a copy of its folder: what an edit is sent with. */
  id: z.string(),
  name: z.string(),
  /** The `.twopop` file. */
  path: z.string(),
  folder: z.string(),
  readOnly: z.boolean(),
  /** Who holds it, when another process does; or why it is read-only. */
  readOnlyReason: z.string().nullable(),
  seq: z.int(),
  /** What opening found and did: recoveries, missing sources. */
  notices: z.array(z.string()),
});

export const newProjectSchema = z.object({
  name: z.string().min(1).max(100),
  /** The folder in which the project's own folder is made. */
  parentFolder: z.string().min(1),
  frameRate: projectFrameRateSchema,
  sampleRate: z.union([
    z.literal(44100),
    z.literal(48000),
    z.literal(88200),
    z.literal(96000),
    z.literal(176400),
    z.literal(192000),
  ]),
  startFrame: z.int().min(0),
});

const rowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** A diff as it travels; `before` and `after` are rows of the named table. */
export const rowChangeSchema = z.object({
  table: z.string(),
  id: z.int(),
  before: rowSchema.nullable(),
  after: rowSchema.nullable(),
});

/** One commit as every view sees it. Of sync results whose evidence it left as it was, that is left out. */
export const documentChangeSchema = z.object({
  seq: z.int(),
  kind: z.enum(['command', 'undo', 'redo']),
  label: z.string(),
  diff: z.array(rowChangeSchema),
  canUndo: z.string().nullable(),
  canRedo: z.string().nullable(),
});

export const applyResultSchema = z.object({
  seq: z.int(),
  label: z.string(),
  /** Rows that the command added, so that a caller can go on with them. */
  added: z.array(z.object({ table: z.string(), id: z.int() })),
});

export const historyEntrySchema = z.object({
  seq: z.int(),
  kind: z.enum(['command', 'undo', 'redo']),
  label: z.string(),
  at: z.string(),
});

export const jobItemSchema = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  progress: z.number().min(0).max(1),
  error: errorReportSchema.nullable(),
  /** What is being done with it or what came of it, in words; left out where the state says it all. */
  note: z.string().optional(),
});

/** Long work: import, reading takes that were recorded, picture proxies made in the background, sync, microphones of hand-made pairs, bounce, relink. */
export const jobSchema = z.object({
  id: z.string(),
  kind: z.enum(['import', 'take', 'proxy', 'sync', 'assess', 'accept', 'bounce', 'relink', 'demo']),
  label: z.string(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  progress: z.number().min(0).max(1),
  detail: z.string(),
  items: z.array(jobItemSchema),
  error: errorReportSchema.nullable(),
  /** What came out, for people: files written, clips matched. */
  results: z.array(z.string()),
  /** What came out is not what was asked for, for people: sources that were silent, samples that were clipped. */
  warnings: z.array(z.string()),
});

export const bounceRequestSchema = z.object({
  name: oneLineText(150),
  /** Absolute; the project's `Bounces/` when left out. */
  folder: z.string().optional(),
  fromSample: z.int().min(0),
  toSample: z.int().positive(),
  contents: z.enum(['master', 'stems', 'tracks']),
  /** Only these tracks, for `tracks`; all when left out. */
  trackIds: z.array(z.int().positive()).optional(),
  /** mono: a file a channel. stereo: a file a stem or track. poly: one file with everything as channels. */
  layout: z.enum(['mono', 'stereo', 'poly']),
  sampleFormat: z.enum(['s16', 's24', 'f32']),
  dither: z.boolean().default(true),
  /** Replaces files of the same names; refused with `bounce-exists` otherwise. */
  overwrite: z.boolean().optional(),
});

export const folderEntrySchema = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  sizeBytes: z.number(),
});

export type HostInfo = z.output<typeof hostInfoSchema>;
export type ProjectInfo = z.output<typeof projectInfoSchema>;
export type NewProject = z.output<typeof newProjectSchema>;
export type ApplyResult = z.output<typeof applyResultSchema>;
export type HistoryEntry = z.output<typeof historyEntrySchema>;
export type Job = z.output<typeof jobSchema>;
export type JobItem = z.output<typeof jobItemSchema>;
export type BounceRequest = z.output<typeof bounceRequestSchema>;
export type FolderEntry = z.output<typeof folderEntrySchema>;
