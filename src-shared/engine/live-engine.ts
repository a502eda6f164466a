import { z } from 'zod';
import { errorReportSchema } from '../rpc/schemas.ts';

/**
 * What host, audio process and interface say to each other about the live engine. Positions are samples of the timeline,
 * `clock` counts samples of the device since it was opened, `clockNs` is the machine's monotonic clock in nanoseconds.
 * Device channels count from 0.
 */

const channel = z.int().min(0).max(1023);
const sample = z.int();
const gainDb = z.number().min(-144).max(24);

/** A device is known by its host API and its name, never by its place in a list. */
export const audioDeviceNameSchema = z.object({ hostApi: z.string().min(1), name: z.string().min(1) });

export const listedDeviceSchema = audioDeviceNameSchema.extend({
  /** Names in order; "Input 1" where the driver has none. */
  inputChannels: z.array(z.string()),
  outputChannels: z.array(z.string()),
  defaultSampleRate: z.number(),
  lowInputLatencySeconds: z.number(),
  lowOutputLatencySeconds: z.number(),
});

/** The devices of this machine; `problem` says why there are none but the virtual one. */
export const deviceListingSchema = z.object({
  devices: z.array(listedDeviceSchema),
  problem: errorReportSchema.nullable(),
});

/** The device without hardware: what is sent to its output n comes back at its input n. */
export const VIRTUAL_DEVICE = { hostApi: 'Virtual', name: 'Loop-back (no hardware)' } as const;

export const audioSettingsSchema = z.object({
  input: audioDeviceNameSchema.nullable(),
  /** Of the same host API as `input`. */
  output: audioDeviceNameSchema.nullable(),
  /** Where no project is open; an open project has its own rate. */
  sampleRate: z.int().min(8000).max(384_000),
  /** 0: what the driver likes. */
  framesPerBuffer: z.union([z.literal(0), z.int().min(16).max(4096)]),
  /** Output channels that the control room hears, left and right. */
  controlRoom: z.tuple([channel, channel]),
  /** Output channels of the talent's cue mix; null: there is none. */
  cue: z.tuple([channel, channel]).nullable(),
  /** The input with the talkback microphone. */
  talkbackInput: channel.nullable(),
  /** What was said so long before the record key is in the take. */
  preRecordSeconds: z.number().min(0).max(60),
  /** Of recorded files. */
  sampleFormat: z.enum(['s24', 'f32']),
});

export const DEFAULT_AUDIO_SETTINGS: AudioSettings = {
  input: null,
  output: null,
  sampleRate: 48_000,
  framesPerBuffer: 256,
  controlRoom: [0, 1],
  cue: null,
  talkbackInput: null,
  preRecordSeconds: 5,
  sampleFormat: 's24',
};

export const ENGINE_STATES = ['off', 'opening', 'running', 'lost', 'failed'] as const;

/** A source that is silent in part or in whole, and why. */
export const sourceTroubleSchema = z.object({
  path: z.string(),
  trouble: z.enum(['missing', 'unreadable', 'too-short', 'changed']),
  message: z.string(),
});

export const engineStatusSchema = z.object({
  /** off: no device chosen or closed. lost: the device went away while it ran. failed: it could not be opened. */
  state: z.enum(ENGINE_STATES),
  problem: errorReportSchema.nullable(),
  input: audioDeviceNameSchema.nullable(),
  output: audioDeviceNameSchema.nullable(),
  sampleRate: z.int(),
  /** 0: varies. */
  framesPerBuffer: z.int(),
  inputChannels: z.int(),
  outputChannels: z.int(),
  /** As the driver says: a first guess only. */
  reportedLatencySamples: z.object({ input: z.int(), output: z.int() }),
  /** Measured through a cable for these devices, rate and buffer; null: not calibrated. */
  roundTripSamples: z.int().nullable(),
  /**
   * The chosen device is not there and is looked for by its name every two seconds; `problem` says why. It is not taken
   * by itself: `audio.open` does, whenever it is asked.
   */
  awaitsDevice: z.boolean(),
  /** The device that is waited for was found: `audio.open` takes it back. */
  deviceIsBack: z.boolean(),
  /** Counts up each time the audio process was started anew because it had died. */
  restarts: z.int(),
  sourceTroubles: z.array(sourceTroubleSchema),
  /** The last plan that the engine refused; the one before it plays on. */
  refusedPlan: errorReportSchema.nullable(),
});

export const loopSchema = z.object({ fromSample: sample, toSample: sample });

export const recordingStatusSchema = z.object({
  /** Of the capture, as `record` began it. */
  id: z.int(),
  phase: z.enum(['waiting', 'recording', 'finishing', 'done', 'failed']),
  /** Device clock of the first frame of each of its files. */
  firstClock: z.int(),
  framesOnDisk: z.int(),
  framesFlushed: z.int(),
  missingHeadFrames: z.int(),
  lostFrames: z.int(),
  /** Where silence stands for what was lost, by the device clock of its first frame. */
  gaps: z.array(z.object({ clock: z.int(), frames: z.int() })).default([]),
  problem: z.object({ code: z.string(), message: z.string(), path: z.string(), clock: z.int() }).nullable(),
});

export const telemetrySchema = z.object({
  clock: z.int(),
  /** When the block that began at `clock` was asked for. */
  clockNs: z.number(),
  phase: z.enum(['stopped', 'rolling']),
  /** At `clock`; heard about the output latency later. */
  timelineSample: sample,
  /** Timeline samples per device sample; 0 while stopped. */
  speed: z.number(),
  loop: loopSchema.nullable(),
  /** While it rolls: `startSample` was given out at `startClock`, and it went on from there at this speed in this loop. */
  motion: z.object({ startClock: z.int(), startSample: sample }).nullable(),
  /** Armed tracks are being recorded. */
  punchedIn: z.boolean(),
  /** Share of a block's period that the callback takes, 0..1. */
  loadMean: z.number(),
  loadPeak: z.number(),
  losses: z.object({
    inputOverflows: z.int(),
    outputUnderflows: z.int(),
    /** Samples of clips that were not in memory when they were due. */
    missedFrames: z.int(),
    recordLostFrames: z.int(),
  }),
  disk: z.object({
    /** All that is played so long from now on is in memory. */
    readySeconds: z.number(),
    heldBytes: z.number(),
    recordRing: z.number(),
    recordRingPeak: z.number(),
    freeBytes: z.number(),
    /** Until the disk is full; -1: nothing is being recorded. */
    secondsToFull: z.number(),
  }),
  /** Of the list of meters that this view asked for last; see `engine.watchMeters`. */
  metersVersion: z.int(),
  /** Peaks since the frame before, linear, in the order asked for. */
  meters: z.array(z.number()),
  /** Whether each was at full scale or above since `engine.clearClipped`. */
  clipped: z.array(z.boolean()),
  armed: z.boolean(),
  recordings: z.array(recordingStatusSchema),
});

export const METER_KINDS = [
  'trackLeft',
  'trackRight',
  'input',
  'masterLeft',
  'masterRight',
  'controlRoomLeft',
  'controlRoomRight',
  'cueLeft',
  'cueRight',
] as const;

/** `id`: the track, or the input channel; 0 for the rest. */
export const meterPointSchema = z.object({ kind: z.enum(METER_KINDS), id: z.int().min(0) });

export const MONITOR_MODES = ['off', 'auto', 'input'] as const;

/** Where a track records from. Inputs and mode are kept by machine and project; arming never is. */
export const trackInputSchema = z.object({
  trackId: z.int().positive(),
  /** One channel, or two for a stereo track; none: the track has no input. */
  inputs: z.array(channel).max(2),
  mode: z.enum(MONITOR_MODES),
  armed: z.boolean(),
});

/** Exact: frames are those of the project. */
const beepSpanSchema = z.object({ unit: z.enum(['milliseconds', 'frames']), count: z.int().min(1).max(10_000) });

/**
 * Cue beeps before a line: the last of them one interval before it, the line where the next would be. Heard alike in the
 * control room and in the cue mix, each at its own gain, while a recording punches in by a span, and by
 * `beepsBeforeSample` of `transport.play`. It rolls early enough for all of them, but never from before the timeline's
 * start; what rolls already does not go back for them. In a loop that holds them they come again in each lap.
 */
export const beepSettingsSchema = z.object({
  on: z.boolean(),
  count: z.int().min(1).max(12),
  /** From the start of one to the start of the next. */
  interval: beepSpanSchema,
  length: beepSpanSchema,
  frequencyHz: z.number().min(20).max(20_000),
  gainDb,
});

/** Three of 1 kHz for a tenth of a second, one second apart; level as that of a 2-pop. */
export const DEFAULT_BEEPS: z.output<typeof beepSettingsSchema> = {
  on: false,
  count: 3,
  interval: { unit: 'milliseconds', count: 1000 },
  length: { unit: 'milliseconds', count: 100 },
  frequencyHz: 1000,
  gainDb: -20,
};

/**
 * What is heard besides the mix. Kept by machine, but for what would startle at the next start: dim, mute, talkback and
 * test tone are off then.
 */
export const monitorSettingsSchema = z.object({
  controlRoom: z.object({ gainDb, dim: z.boolean(), mute: z.boolean() }),
  cue: z.object({
    gainDb,
    /** Of inputs that are heard on a track. */
    inputsGainDb: gainDb,
    /** Tracks that are not named are heard at 0 dB. */
    tracks: z.array(z.object({ trackId: z.int().positive(), gainDb })),
  }),
  talkback: z.object({ on: z.boolean(), gainDb }),
  click: z.object({
    on: z.boolean(),
    beatsPerMinute: z.number().min(20).max(400),
    beatsPerBar: z.int().min(1).max(16),
    gainDb,
  }),
  beeps: beepSettingsSchema.default(DEFAULT_BEEPS),
  testTone: z.object({ on: z.boolean(), output: channel, frequencyHz: z.number().min(10).max(40_000), gainDb }),
});

export const DEFAULT_MONITOR_SETTINGS: MonitorSettings = {
  controlRoom: { gainDb: 0, dim: false, mute: false },
  cue: { gainDb: 0, inputsGainDb: 0, tracks: [] },
  talkback: { on: false, gainDb: 0 },
  click: { on: false, beatsPerMinute: 120, beatsPerBar: 4, gainDb: -12 },
  beeps: DEFAULT_BEEPS,
  testTone: { on: false, output: 0, frequencyHz: 1000, gainDb: -20 },
};

/** Exact: 24/25 is PAL pull-down, -1/1 plays backwards at speed. */
export const speedSchema = z.object({
  numerator: z.int().min(-1_000_000).max(1_000_000),
  denominator: z.int().min(1).max(1_000_000),
});

export const playRequestSchema = z.object({
  fromSample: sample,
  speed: speedSchema.default({ numerator: 1, denominator: 1 }),
  /** Short overlapped grains instead of resampling, up to 4x; beyond, either is pieces at twice the pitch. */
  keepPitch: z.boolean().default(false),
  loop: loopSchema.nullable().default(null),
  /** Stops there by itself, after the post-roll; null: plays on. */
  endSample: sample.nullable().default(null),
  /** Begins with a fade of 5 ms; else with the very first sample. */
  fadeIn: z.boolean().default(false),
  preRollSamples: z.int().min(0).default(0),
  postRollSamples: z.int().min(0).default(0),
  /** The line before which the beeps of the monitor settings are heard, where these are on: a rehearsal. At speed 1 alone. */
  beepsBeforeSample: sample.nullable().default(null),
});

/** What has begun to roll: at device clock `startClock` the engine gives out timeline sample `startSample`. */
export const rolledSchema = z.object({ startClock: z.int(), startSample: sample });

export const calibrationSchema = z.object({
  /** Each impulse's way from the output to the input, in samples. */
  roundTrips: z.array(z.int()),
  roundTripSamples: z.int(),
  spreadSamples: z.int(),
  /** Of the impulses as they came back, linear. */
  peak: z.number(),
});

/** Each once as it is when a view begins to follow, then each change of it, whoever made it. */
export const engineEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), status: engineStatusSchema }),
  z.object({ type: z.literal('settings'), settings: audioSettingsSchema }),
  z.object({ type: z.literal('monitor'), monitor: monitorSettingsSchema }),
  /** Of the open project; none without one. */
  z.object({ type: z.literal('trackInputs'), trackInputs: z.array(trackInputSchema) }),
  z.object({ type: z.literal('telemetry'), telemetry: telemetrySchema }),
]);

export type AudioDeviceName = z.output<typeof audioDeviceNameSchema>;
export type ListedDevice = z.output<typeof listedDeviceSchema>;
export type DeviceListing = z.output<typeof deviceListingSchema>;
export type AudioSettings = z.output<typeof audioSettingsSchema>;
export type EngineState = (typeof ENGINE_STATES)[number];
export type EngineStatus = z.output<typeof engineStatusSchema>;
export type SourceTrouble = z.output<typeof sourceTroubleSchema>;
export type Telemetry = z.output<typeof telemetrySchema>;
export type RecordingStatus = z.output<typeof recordingStatusSchema>;
export type MeterPoint = z.output<typeof meterPointSchema>;
export type MonitorMode = (typeof MONITOR_MODES)[number];
export type TrackInput = z.output<typeof trackInputSchema>;
export type BeepSettings = z.output<typeof beepSettingsSchema>;
export type MonitorSettings = z.output<typeof monitorSettingsSchema>;
export type PlayRequest = z.output<typeof playRequestSchema>;
export type PlayRequestInput = z.input<typeof playRequestSchema>;
export type Speed = z.output<typeof speedSchema>;
export type Loop = z.output<typeof loopSchema>;
export type Rolled = z.output<typeof rolledSchema>;
export type Calibration = z.output<typeof calibrationSchema>;
export type EngineEvent = z.output<typeof engineEventSchema>;
