import { AudioProcessClient } from '../../src-main/engine/process/audio-process-client.ts';
import type { AudioEvent } from '../../src-main/engine/process/messages.ts';
import type { NativeScene, NativeTelemetry } from '../../src-main/engine/process/native-engine.ts';
import { makeRecordingHeader } from '../../src-main/media/recording-header.ts';
import { VIRTUAL_DEVICE } from '../../src-shared/engine/live-engine.ts';

/** The virtual device's input that counts the device's clock: see native/src/device/synthetic-input.h. */
export const COUNTER_INPUT = 4;
export const counterAt = (clock: number) => (clock % 1_048_576) / 1_048_576 - 0.5;

export const OPEN_VIRTUAL = {
  input: VIRTUAL_DEVICE,
  output: VIRTUAL_DEVICE,
  sampleRate: 48_000,
  framesPerBuffer: 256,
};

export const SILENT_SCENE: NativeScene = {
  inputs: [],
  cue: [],
  routing: { controlRoom: [0, 1], cue: null, talkbackInput: null },
  meters: [],
  metersVersion: 0,
  beeps: [],
  click: { on: false, beatsPerMinute: 120, fromSample: 0, beatsPerBar: 4, gain: 0 },
};

/** A roll at speed 1 that waits for the disk. */
export function rollFrom(fromSample: number) {
  return {
    fromSample,
    speedNumerator: 1,
    speedDenominator: 1,
    keepPitch: false,
    loop: null,
    endSample: null,
    punch: null,
    fadeIn: false,
    leadSamples: 0,
    mostWaitMs: 1000,
  };
}

/** A file of 32-bit float, and the bytes before its first sample. */
export function floatFile(path: string, channels: readonly number[]) {
  const { bytes, layout } = makeRecordingHeader({ format: 'f32', channelCount: channels.length, sampleRate: 48_000 });
  return { file: { path, channels, headerBytes: bytes, layout, format: 'f32' as const }, headerBytes: bytes.length };
}

/** An audio process that accepts faults, and everything that it told. */
export class AudioProcessRig {
  readonly events: AudioEvent[] = [];
  readonly deaths: { signal: string | null; status: number | null }[] = [];
  readonly client: AudioProcessClient;
  private wake: () => void = () => {};

  constructor() {
    process.env.TWOPOP_AUDIO_FAULTS = '1';
    this.client = new AudioProcessClient({
      event: (event) => {
        this.events.push(event);
        this.wake();
      },
      died: (how) => {
        this.deaths.push(how);
        this.wake();
      },
    });
  }

  async end(): Promise<void> {
    await this.client.end();
    delete process.env.TWOPOP_AUDIO_FAULTS;
  }

  /** Resolves as soon as `found` finds something, looked for whenever the process tells something. */
  async until<T>(found: () => T | undefined): Promise<T> {
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  event<Type extends AudioEvent['type']>(type: Type): Promise<AudioEvent & { type: Type }> {
    return this.until(() => this.events.find((event): event is AudioEvent & { type: Type } => event.type === type));
  }

  /** The first telemetry so far, or from here on, that is so. */
  told(is: (telemetry: NativeTelemetry) => boolean): Promise<NativeTelemetry> {
    return this.until(() =>
      this.events.flatMap((event) => (event.type === 'telemetry' ? [event.telemetry] : [])).find(is),
    );
  }
}
