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
  listDevices(params: null): DeviceListing;
  open(params: OpenDevice): NativeDeviceFacts;
  close(params: null): void;
  setScene(params: NativeScene): void;
  setMonitor(params: NativeMonitor): void;
  roll(params: NativeRoll): { startClock: number };
  stop(params: null): void;
  locate(params: { timelineSample: number }): void;
  setLoop(params: { loop: { fromSample: number; toSample: number } | null }): void;
  shuttle(params: { numerator: number; denominator: number; keepPitch: boolean }): void;
  punch(params: { span: { fromSample: number; toSample: number } | null }): void;
  clearClipped(params: null): void;
  arm(params: { channels: readonly number[]; preRecordSeconds: number }): void;
  disarm(params: null): void;
  beginRecording(params: { files: readonly NativeRecordFile[]; beginClock: number; preRecordFrames: number }): {
    id: number;
  };
  endRecording(params: { id: number; clock: number }): { ended: boolean };
  recordingsWritten(params: { mostWaitMs: number }): { written: boolean };
  forgetRecording(params: { id: number }): void;
  calibrate(params: { output: number; input: number; count: number }): Calibration;
  telemetry(params: null): NativeTelemetry;
  /** For tests alone: refused unless the process was started with TWOPOP_AUDIO_FAULTS=1. `block`: blocks JavaScript. */
  fault(params: { kind: string; value: number }): void;
};

export type AudioMethod = keyof AudioMethods;
export type ParamsOf<Method extends AudioMethod> = Parameters<AudioMethods[Method]>[0];
export type ResultOf<Method extends AudioMethod> = ReturnType<AudioMethods[Method]>;

export type AudioRequest = {
  [Method in AudioMethod]: {
    readonly id: number;
    readonly method: Method;
    readonly params: ParamsOf<Method>;
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
