import type {
  AudioDeviceName,
  Calibration,
  DeviceListing,
  SourceTrouble,
} from '../../../src-shared/engine/live-engine.ts';
import type { ErrorReport } from '../../../src-shared/rpc/error.ts';
import type {
  NativeDeviceFacts,
  NativeMonitor,
  NativeRecordFile,
  NativeRoll,
  NativeScene,
  NativeTelemetry,
} from './native-engine.ts';

/** Which device to open, by name; the audio process finds it in its own list. */
export type OpenDevice = {
  readonly input: AudioDeviceName | null;
  readonly output: AudioDeviceName | null;
  readonly sampleRate: number;
  readonly framesPerBuffer: number;
};

/** What the audio process is asked, and what it answers. Sent as they are by structured clone. */
export type AudioMethods = {
  listDevices: { params: null; result: DeviceListing };
  open: { params: OpenDevice; result: NativeDeviceFacts };
  close: { params: null; result: void };
  setScene: { params: NativeScene; result: void };
  setMonitor: { params: NativeMonitor; result: void };
  roll: { params: NativeRoll; result: { startClock: number } };
  stop: { params: null; result: void };
  locate: { params: { timelineSample: number }; result: void };
  setLoop: { params: { loop: { fromSample: number; toSample: number } | null }; result: void };
  shuttle: { params: { numerator: number; denominator: number; keepPitch: boolean }; result: void };
  punch: { params: { window: { inClock: number; outClock: number | null } | null }; result: void };
  beeps: { params: { clocks: readonly number[]; lengthSamples: number; gain: number }; result: void };
  arm: { params: { channels: readonly number[]; preRecordSeconds: number }; result: void };
  disarm: { params: null; result: void };
  beginRecording: {
    params: { files: readonly NativeRecordFile[]; beginClock: number; preRecordFrames: number };
    result: { id: number };
  };
  endRecording: { params: { id: number; clock: number }; result: { ended: boolean } };
  recordingsWritten: { params: { mostWaitMs: number }; result: { written: boolean } };
  forgetRecording: { params: { id: number }; result: void };
  calibrate: { params: { output: number; input: number; count: number }; result: Calibration };
  telemetry: { params: null; result: NativeTelemetry };
  /** For tests alone: refused unless the process was started with TWOPOP_AUDIO_FAULTS=1. `block`: blocks JavaScript. */
  fault: { params: { kind: string; value: number }; result: void };
};

export type AudioMethod = keyof AudioMethods;

export type AudioRequest = {
  [Method in AudioMethod]: {
    readonly id: number;
    readonly method: Method;
    readonly params: AudioMethods[Method]['params'];
  };
}[AudioMethod];

export type AudioEvent =
  | { readonly type: 'telemetry'; readonly telemetry: NativeTelemetry }
  | { readonly type: 'lost'; readonly cause: string; readonly message: string }
  /** A driver hangs: the process ends itself after this. */
  | { readonly type: 'hung'; readonly during: string }
  | { readonly type: 'troubles'; readonly troubles: SourceTrouble[] };

export type AudioReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ErrorReport }
  | { readonly event: AudioEvent };
