import type { RecordingStatus, SourceTrouble } from '../../../src-shared/engine/live-engine.ts';
import { engineAddon } from '../addon.ts';

/** The live engine as the addon gives it: device, callback, pages of sound files, recorder. Nothing of it waits. */

export type NativeDeviceConfig = {
  /** `offline` gives blocks only when it is pumped: for tests. */
  readonly kind: 'portaudio' | 'virtual' | 'offline';
  readonly sampleRate: number;
  /** 0: what the driver likes. */
  readonly framesPerBuffer: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** portaudio: the library that was listed from, and the places in its list; -1: none. */
  readonly libraryPath?: string;
  readonly inputDevice?: number;
  readonly outputDevice?: number;
  /** What the driver calls the devices at those places; another one there is refused. */
  readonly inputName?: string;
  readonly outputName?: string;
  readonly clientName?: string;
  /** virtual and offline: the cable's delay, at least a block. */
  readonly latencySamples?: number;
  readonly leastBlock?: number;
  readonly mostBlock?: number;
  readonly seed?: number;
};

export type NativeDeviceFacts = {
  readonly sampleRate: number;
  /** 0: varies. */
  readonly framesPerBuffer: number;
  readonly maxFrames: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly loopBackSamples: number;
  readonly inputLatencySeconds: number;
  readonly outputLatencySeconds: number;
};

/** `controlRoom` and `cue`: index 0 is left, 1 right. */
export type NativeMeterKind =
  | 'trackLeft'
  | 'trackRight'
  | 'input'
  | 'masterLeft'
  | 'masterRight'
  | 'controlRoom'
  | 'cue';

/** What the callback plays, swapped whole. Tracks are places in the plan. */
export type NativeScene = {
  /** Bytes of `encodePlan`; undefined: the plan of the scene before. */
  readonly plan?: Uint8Array | undefined;
  readonly inputs: readonly {
    readonly track: number;
    readonly inputs: readonly number[];
    readonly mode: 'off' | 'auto' | 'input';
    readonly armed: boolean;
  }[];
  readonly cue: readonly { readonly track: number; readonly gain: number }[];
  readonly routing: {
    readonly controlRoom: readonly [number, number];
    readonly cue: readonly [number, number] | null;
    readonly talkbackInput: number | null;
  };
  /** Null keeps a place in the list and reads as silence. */
  readonly meters: readonly ({ readonly kind: NativeMeterKind; readonly index: number } | null)[];
  /** Of the list of meters: peaks are told with the version that they belong to. */
  readonly metersVersion: number;
  /** Generated tones at samples of the timeline: cue beeps. */
  readonly beeps: readonly {
    readonly timelineSample: number;
    readonly frequencyHz: number;
    readonly lengthSamples: number;
    readonly gain: number;
  }[];
  readonly click: {
    readonly on: boolean;
    readonly beatsPerMinute: number;
    readonly fromSample: number;
    readonly beatsPerBar: number;
    readonly gain: number;
  };
};

/** Linear gains; what is off has none. */
export type NativeMonitor = {
  readonly controlRoomGain: number;
  /** The control room's, besides its own, while dimmed. */
  readonly dimGain: number;
  readonly dimmed: boolean;
  readonly muted: boolean;
  readonly cueGain: number;
  /** Of inputs that are heard on a track, in the cue. */
  readonly cueInputsGain: number;
  readonly talkbackOn: boolean;
  readonly talkbackGain: number;
  readonly testTone: {
    readonly on: boolean;
    readonly output: number;
    readonly frequencyHz: number;
    readonly gain: number;
  };
};

export type NativeRoll = {
  readonly fromSample: number;
  readonly speedNumerator: number;
  readonly speedDenominator: number;
  readonly keepPitch: boolean;
  readonly loop: { readonly fromSample: number; readonly toSample: number } | null;
  readonly endSample: number | null;
  /** Armed tracks on `auto` hear their input in there; null: nothing is recorded. */
  readonly punch: { readonly fromSample: number; readonly toSample: number } | null;
  /** Begins with a fade of 5 ms; else with the very first sample. */
  readonly fadeIn: boolean;
  /** Rolls no sooner than so long after it was asked for: time to make files ready. */
  readonly leadSamples: number;
  /** Rolls no sooner than this device clock; undefined: as soon as it can. */
  readonly atClock?: number | undefined;
  /** Waits at most so long for the disk. */
  readonly mostWaitMs: number;
};

export type NativeRecordFile = {
  readonly path: string;
  /** Device channels, each among those that are armed, in the order of the file. */
  readonly channels: readonly number[];
  readonly headerBytes: Uint8Array;
  readonly layout: { readonly ds64At: number; readonly factAt: number | null; readonly dataSizeAt: number };
  readonly format: 's24' | 'f32';
};

export type NativeTelemetry = {
  readonly phase: 'closed' | 'opening' | 'open' | 'running' | 'lost' | 'hung';
  readonly clock: number;
  readonly clockNs: number;
  readonly rolling: boolean;
  readonly timelineSample: number;
  readonly speed: number;
  /** While it rolls: timeline sample `fromSample` is given out at `startClock`, and it went on from there. */
  readonly motion: { readonly startClock: number; readonly fromSample: number };
  readonly punchedIn: boolean;
  readonly loop: { readonly fromSample: number; readonly toSample: number } | null;
  readonly loadMean: number;
  readonly loadPeak: number;
  readonly inputOverflows: number;
  readonly outputUnderflows: number;
  readonly missedFrames: number;
  readonly lateCommands: number;
  readonly recordLostFrames: number;
  readonly readySeconds: number;
  readonly heldBytes: number;
  readonly recordRing: number;
  readonly recordRingPeak: number;
  readonly freeBytes: number;
  readonly secondsToFull: number;
  readonly metersVersion: number;
  readonly meters: number[];
  readonly clipped: boolean[];
  readonly armed: boolean;
  /** Of the oldest frame that a recording may still begin with; -1: none came in yet. */
  readonly oldestClock: number;
  readonly capturedClock: number;
  readonly recordings: RecordingStatus[];
  readonly troublesVersion: number;
};

export type NativeEvent =
  | { readonly type: 'lost'; readonly cause: string; readonly message: string }
  | { readonly type: 'hung'; readonly during: string };

export type NativeAudioEngine = {
  /** Opens and starts; closes what was open. Rejects with the codes of a device's refusal. */
  open(config: NativeDeviceConfig): Promise<NativeDeviceFacts>;
  close(): Promise<void>;
  /** Swaps the scene as soon as what it plays next is in memory, after 40 ms at the latest. `plan-invalid` keeps the old. */
  setScene(scene: NativeScene): Promise<void>;
  setMonitor(monitor: NativeMonitor): void;
  /**
   * At what device clock it begins. The transport's calls come to an end once the callback has taken them, so that
   * telemetry asked for afterwards tells of it (the offline device: when it is pumped). One is asked for after the other
   * has ended; only a stop may come at any time, and what was asked to roll before it then rejects with `roll-stopped`.
   * They reject with `device-closed` where the device is lost or closed meanwhile.
   */
  roll(request: NativeRoll): Promise<{ startClock: number }>;
  stop(): Promise<void>;
  /** Stands there, ready to roll. */
  locate(timelineSample: number): Promise<void>;
  setLoop(loop: { readonly fromSample: number; readonly toSample: number } | null): Promise<void>;
  shuttle(numerator: number, denominator: number, keepPitch: boolean): Promise<void>;
  /** Changes where armed tracks hear their input while it rolls. */
  punch(span: { readonly fromSample: number; readonly toSample: number } | null): Promise<void>;
  clearClipped(): void;
  arm(channels: readonly number[], preRecordSeconds: number): Promise<void>;
  disarm(): Promise<void>;
  beginRecording(
    files: readonly NativeRecordFile[],
    beginClock: number,
    preRecordFrames: number,
  ): Promise<{ id: number }>;
  endRecording(id: number, clock: number): Promise<boolean>;
  /** Waits until all that came in is written and all that ended is complete; false: not within that time. */
  recordingsWritten(mostWaitMs: number): Promise<boolean>;
  forgetRecording(id: number): Promise<void>;
  calibrate(output: number, input: number, count: number): Promise<{ roundTrips: number[]; peak: number }>;
  telemetry(): NativeTelemetry;
  sourceTroubles(): SourceTrouble[];
  /** For tests: `stall`, `unplug`, `hang` of the virtual device, `writer-stall` in ms, `disk-full` in bytes. */
  fault(kind: string, value: number): void;
  /** The offline device alone. */
  pump(frames: number): Promise<void>;
  /** Lets go of everything; nothing may be called afterwards. */
  dispose(): void;
};

type LiveAddon = {
  AudioEngine: new (
    options: { readonly memoryBytes?: number },
    onEvent: (event: NativeEvent) => void,
  ) => NativeAudioEngine;
};

/** Makes the engine of this process. Throws `engine-not-built`. */
export function createNativeEngine(onEvent: (event: NativeEvent) => void, memoryBytes?: number): NativeAudioEngine {
  const addon = engineAddon() as unknown as LiveAddon;
  return new addon.AudioEngine(memoryBytes === undefined ? {} : { memoryBytes }, onEvent);
}
