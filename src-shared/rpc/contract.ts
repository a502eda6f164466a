import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { commandSchema } from '../edit/commands.ts';
import {
  audioSettingsSchema,
  calibrationSchema,
  deviceListingSchema,
  engineEventSchema,
  engineStatusSchema,
  loopSchema,
  meterPointSchema,
  monitorSettingsSchema,
  playRequestSchema,
  rolledSchema,
  speedSchema,
  trackInputSchema,
} from '../engine/live-engine.ts';
import { DRIFT_CORRECTIONS } from '../model/rows.ts';
import {
  recordEventSchema,
  recordedPassSchema,
  recordSpaceRequestSchema,
  recordStartSchema,
  recordStateSchema,
} from './record-schemas.ts';
import {
  applyResultSchema,
  bounceRequestSchema,
  documentChangeSchema,
  folderEntrySchema,
  historyEntrySchema,
  hostInfoSchema,
  jobSchema,
  newProjectSchema,
  projectInfoSchema,
} from './schemas.ts';

/**
 * Everything that the interface and the command line may ask of the host, and every event it sends. Served over a
 * MessagePort (Electron) and a WebSocket (Node host) from one router. Large bytes (the document snapshot, peaks,
 * samples, picture, rendered sound, dropped files) go over `media-routes.ts` instead.
 */

/** Every failure is this one typed error: what happened and was kept, what to do. */
const procedure = oc.errors({
  TWOPOP: { status: 400, data: z.object({ code: z.string(), message: z.string(), remedy: z.string() }) },
});

/** The project that the caller shows; whatever is open when left out. */
const shownProject = z.object({ projectId: z.string().optional() }).optional();

const jobStarted = z.object({ jobId: z.string() });

export const contract = {
  host: {
    info: procedure.output(hostInfoSchema),
    /** Folders and media files of a folder on the host's machine, for its own file chooser. */
    listFolder: procedure
      .input(z.object({ path: z.string() }))
      .output(z.object({ path: z.string(), parent: z.string().nullable(), entries: z.array(folderEntrySchema) })),
    /** The shell's own dialog; null where the shell has none (use `listFolder`) or it was cancelled. */
    choose: procedure
      .input(z.object({ what: z.enum(['media', 'folder', 'project']), title: z.string() }))
      .output(z.object({ available: z.boolean(), paths: z.array(z.string()) })),
    /**
     * Keeps the machine awake, also beyond the time in which something plays, records or is taken in: then it always is.
     * The newest wish of any view holds; `awake` says whether it is kept awake now.
     */
    keepAwake: procedure.input(z.object({ awake: z.boolean() })).output(z.object({ awake: z.boolean() })),
    revealFile: procedure.input(z.object({ path: z.string() })).output(z.object({ revealed: z.boolean() })),
  },
  project: {
    create: procedure.input(newProjectSchema).output(projectInfoSchema),
    open: procedure.input(z.object({ path: z.string() })).output(projectInfoSchema),
    close: procedure.output(z.object({ closed: z.boolean() })),
    current: procedure.output(projectInfoSchema.nullable()),
    /** Makes (or opens again) the demo project from the shoot in `assets`. */
    openDemo: procedure.output(projectInfoSchema),
    backup: procedure.output(z.object({ path: z.string() })),
    /** Sends the project again whenever another is opened, created or closed. */
    events: procedure.output(eventIterator(projectInfoSchema.nullable())),
  },
  document: {
    /**
     * `projectId` is the project that the caller shows, `baseSeq` the commit it has seen last: an edit made on another
     * project, or on a later state of this one than there is, is refused. Without them it goes to whatever is open.
     */
    apply: procedure
      .input(z.object({ command: commandSchema, projectId: z.string().optional(), baseSeq: z.int().optional() }))
      .output(applyResultSchema),
    undo: procedure.input(shownProject).output(applyResultSchema.nullable()),
    redo: procedure.input(shownProject).output(applyResultSchema.nullable()),
    history: procedure.input(z.object({ limit: z.int().min(1).max(10_000) })).output(z.array(historyEntrySchema)),
    /** Every commit after `sinceSeq`, first those missed, then as they happen. */
    changes: procedure.input(z.object({ sinceSeq: z.int() })).output(eventIterator(documentChangeSchema)),
  },
  media: {
    import: procedure
      .input(
        z.object({
          /** Files or whole folders on the host's machine. */
          paths: z.array(z.string()).min(1).max(10_000),
          /** `copy` into Audio Files, or `link` in place what needs no converting. */
          mode: z.enum(['copy', 'link']),
        }),
      )
      .output(jobStarted),
    /** Looks for offline sources below a folder, by content. */
    relink: procedure.input(z.object({ folder: z.string() })).output(jobStarted),
    /** Sources whose file is gone or has another size, and pictures that have neither proxy nor original. */
    offlineSources: procedure.output(
      z.array(
        z.object({
          sourceId: z.int().nullable(),
          pictureId: z.int().nullable(),
          name: z.string(),
          path: z.string(),
        }),
      ),
    ),
  },
  sync: {
    /**
     * Cameras against recorders of the project; all when left out. Results arrive as `sync_match` rows while it runs;
     * what was found before a cancel stays. Cameras that have a result are passed over, so that starting goes on where
     * it was left; `again` looks at them anew (accepted matches stay).
     */
    start: procedure
      .input(
        z.object({
          cameraSourceIds: z.array(z.int()).optional(),
          recorderSourceIds: z.array(z.int()).optional(),
          again: z.boolean().optional(),
        }),
      )
      .output(jobStarted),
    /** Accepts matches as one undoable command after correcting their drift as asked; cancelled, nothing is accepted. */
    accept: procedure
      .input(z.object({ matchIds: z.array(z.int()).min(1).max(100_000), driftCorrection: z.enum(DRIFT_CORRECTIONS) }))
      .output(jobStarted),
  },
  bounce: {
    start: procedure.input(bounceRequestSchema).output(jobStarted),
  },
  /** The audio device of this machine, and what is heard through it. */
  audio: {
    /** What there is to choose from; as it was before the device was opened while one runs. */
    devices: procedure.output(deviceListingSchema),
    /** `notice` says why these are the defaults though there is a file of settings. */
    settings: procedure.output(z.object({ settings: audioSettingsSchema, notice: z.string().nullable() })),
    /** Keeps them for this machine; a device that runs is opened again where it has to be. */
    setSettings: procedure.input(audioSettingsSchema).output(audioSettingsSchema),
    /**
     * Opens the chosen device, also one that was lost. A refusal is told in the status. While something is recorded or
     * taken in, this, `close`, `calibrate` and settings that open another device are refused with `record-rolling`.
     */
    open: procedure.output(engineStatusSchema),
    close: procedure.output(engineStatusSchema),
    /** Ten impulses from an output through a cable to an input; the round trip is kept for this device, rate and buffer. */
    calibrate: procedure.input(z.object({ output: z.int().min(0), input: z.int().min(0) })).output(calibrationSchema),
    monitor: procedure.output(monitorSettingsSchema),
    /** `viewId`: as of `engine.events`. Talkback that a view switched on is switched off when it follows these no more. */
    setMonitor: procedure
      .input(monitorSettingsSchema.extend({ viewId: z.string().min(1).max(100).optional() }))
      .output(monitorSettingsSchema),
    /** Where the tracks of the open project record from on this machine, and which are armed. */
    trackInputs: procedure.output(z.array(trackInputSchema)),
    setTrackInputs: procedure.input(z.array(trackInputSchema).max(4096)).output(z.array(trackInputSchema)),
  },
  engine: {
    status: procedure.output(engineStatusSchema),
    /**
     * The status as it is and with each change, and telemetry thirty times a second while a device runs: the newest
     * only, with the meters that this view watches. `viewId` is of the caller's making.
     */
    events: procedure.input(z.object({ viewId: z.string().min(1).max(100) })).output(eventIterator(engineEventSchema)),
    /** What the view's telemetry has meters of, from this version on; while it follows the events. */
    watchMeters: procedure
      .input(z.object({ viewId: z.string().min(1).max(100), points: z.array(meterPointSchema).max(4096) }))
      .output(z.object({ metersVersion: z.int() })),
    clearClipped: procedure.output(z.object({ cleared: z.boolean() })),
    /** The machine's monotonic clock in nanoseconds: the clock that `clockNs` of telemetry is read from. */
    ping: procedure.output(z.object({ nowNs: z.number() })),
  },
  transport: {
    play: procedure.input(playRequestSchema).output(rolledSchema),
    /** `toSample`: stands there afterwards. */
    stop: procedure
      .input(z.object({ toSample: z.int().nullable().default(null) }))
      .output(z.object({ stopped: z.boolean() })),
    /**
     * `onlyAtRest`: makes ready to play from there, and does nothing where something rolls, is about to or is recorded.
     * `located`: whether it went there.
     */
    locate: procedure
      .input(z.object({ timelineSample: z.int(), onlyAtRest: z.boolean().default(false) }))
      .output(z.object({ located: z.boolean() })),
    setLoop: procedure.input(z.object({ loop: loopSchema.nullable() })).output(z.object({ set: z.boolean() })),
    /** Rolls at another speed from where it is; 0 stops. */
    shuttle: procedure
      .input(z.object({ speed: speedSchema, keepPitch: z.boolean() }))
      .output(z.object({ rolling: z.boolean() })),
  },
  record: {
    state: procedure.output(recordStateSchema),
    /** How long these tracks could be recorded on the project's disk. */
    space: procedure
      .input(recordSpaceRequestSchema)
      .output(z.object({ freeSeconds: z.number(), text: z.string(), isLow: z.boolean() })),
    /**
     * Rolls, unless it rolls already, and records. Nothing is left of any file when it is refused, and none when a stop
     * calls it off before it rolls: the state that it resolves with is idle then.
     */
    start: procedure.input(recordStartSchema).output(recordStateSchema),
    /** At a device clock, now when left out. */
    punchIn: procedure.input(z.object({ atClock: z.int().optional() })).output(recordStateSchema),
    punchOut: procedure.input(z.object({ atClock: z.int().optional() })).output(recordStateSchema),
    /** Stops rolling and takes in what was recorded; null when nothing was. Calls off what does not roll yet. */
    stop: procedure.input(z.object({ atClock: z.int().optional() })).output(recordedPassSchema.nullable()),
    events: procedure.output(eventIterator(recordEventSchema)),
  },
  jobs: {
    list: procedure.output(z.array(jobSchema)),
    cancel: procedure.input(z.object({ jobId: z.string() })).output(z.object({ cancelled: z.boolean() })),
    /** Every job once as it stands, then each change (at most 10 a second a job). */
    events: procedure.output(eventIterator(jobSchema)),
  },
};
