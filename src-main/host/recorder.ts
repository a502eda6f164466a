import type { WaveHeaderLayout } from '../media/recording-header.ts';

/** What recording asks of the live engine, and nothing else. Positions are samples; `clock` is the device's. */
export interface Recorder {
  /** The device as it is now. Throws a `TwopopError` where none runs. */
  facts(): Promise<RecorderFacts>;
  /** Keeps these inputs in memory from now on, so that what was heard before the key can be recorded. */
  arm(inputs: readonly number[], preRecordSeconds: number): Promise<void>;
  /**
   * Creates the files, waits until they are durable, and records into them from `beginClock - preRecordSamples` on: the
   * first frame of each is exactly that clock. `beginClock` may lie ahead or past. Nothing is left of any file when it
   * throws, unless the engine died of it.
   */
  begin(request: RecorderRequest): Promise<{ readonly id: number }>;
  /**
   * Rolls at normal speed: at `atClock` the engine gives out `fromSample`. Resolves with what it did; a clock that was
   * too near by then is a later one.
   */
  roll(request: {
    readonly atClock: number;
    readonly fromSample: number;
    readonly loop: Loop | null;
    readonly endSample: number | null;
    /** Where tracks on automatic monitoring hear their input; null: nowhere yet. */
    readonly punch: Loop | null;
  }): Promise<Rolled>;
  /**
   * The beeps of the monitor settings before a line, until what rolls next has stopped; null: none. Resolves with how long
   * before the line the first begins; 0 where they are off.
   */
  beepBefore(lineSample: number | null): Promise<number>;
  /** Moves where tracks on automatic monitoring hear their input while it rolls; null: nowhere. */
  punch(span: Loop | null): Promise<void>;
  /** Stops rolling. */
  stop(): Promise<void>;
  /**
   * Ends a recording before `clock`, which may lie ahead; null: with the last frame that came in, also where the device is
   * gone. Resolves when its files are complete and closed, or with `whenWritten` where the disk keeps that waiting for
   * long; throws when the engine itself is gone.
   */
  end(id: number, clock: number | null): Promise<RecordingEnd>;
}

export type Loop = { readonly fromSample: number; readonly toSample: number };
export type Rolled = { readonly startClock: number; readonly startSample: number };

export type RecorderFacts = {
  /** Counts up each time a device is opened: clocks of one say nothing of another. */
  readonly session: number;
  readonly clock: number;
  readonly sampleRate: number;
  /** From output to input: measured through a cable, else what the driver says. */
  readonly roundTripSamples: number;
  /** Names of the device's inputs. */
  readonly inputNames: readonly string[];
  /** How often the device has dropped what came in, since it was opened. */
  readonly inputOverflows: number;
  /** Null while stopped. Only at normal speed can be recorded. */
  readonly rolling: (Rolled & { readonly loop: Loop | null; readonly isNormalSpeed: boolean }) | null;
};

export type RecorderFile = {
  /** Absolute; must not exist. */
  readonly path: string;
  /** Device inputs, one a channel. */
  readonly inputs: readonly number[];
  readonly sampleFormat: 's24' | 'f32';
  readonly headerBytes: Uint8Array;
  readonly headerLayout: WaveHeaderLayout;
};

export type RecorderRequest = {
  readonly files: readonly RecorderFile[];
  readonly beginClock: number;
  readonly preRecordSamples: number;
};

export type RecordingEnd = {
  /** Silence within the files in place of what was lost between device and disk. */
  readonly lostSamples: number;
  /** Where that silence is, by the device clock of its first frame. */
  readonly gaps: readonly { readonly clock: number; readonly frames: number }[];
  /** What ended it before its time. */
  readonly problem: { readonly code: string; readonly message: string } | null;
  /**
   * The disk has not taken in all of it yet: resolves, as {@link Recorder.end} does, once it has. Until then its files
   * are the engine's. Null: they are complete.
   */
  readonly whenWritten: Promise<RecordingEnd> | null;
};
