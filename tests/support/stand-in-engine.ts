import { createStore } from 'zustand/vanilla';
import { type Motion, positionAt } from '../../src-renderer/engine/engine-position.ts';
import type { EnginePlayback } from '../../src-renderer/transport/engine-playback.ts';
import {
  DEFAULT_AUDIO_SETTINGS,
  type EngineStatus,
  type Loop,
  type PlayRequestInput,
  type Speed,
  type Telemetry,
} from '../../src-shared/engine/live-engine.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';

type Options = ConstructorParameters<typeof EnginePlayback>[0];

/** How far ahead a roll begins. */
export const LEAD_SAMPLES = 960;

/**
 * A host with an engine whose clock goes on by {@link advance} alone; it rolls, goes round and stops as the engine does,
 * at once. What is asked of it is answered when the test lets it: see {@link answer}.
 */
export class StandInEngine {
  clock = 10_000;
  motion: Motion | null = null;
  standsAt = 0;
  readonly calls: string[] = [];
  /** Set to have the next play refused. */
  refusal: TwopopError | null = null;
  /** Answers wait for {@link answer}. */
  holdsAnswers = false;
  private readonly waiting: (() => void)[] = [];
  private readonly listeners = new Set<(telemetry: Telemetry) => void>();
  private told: Telemetry | null = null;
  private readonly store = createStore<{ readonly status: EngineStatus | null }>(() => ({ status: RUNNING }));

  readonly engine: Options['engine'];
  readonly transport: ReturnType<Options['client']>;

  constructor() {
    const self = this;
    this.engine = {
      get isRunning() {
        return self.store.getState().status?.state === 'running';
      },
      get telemetry() {
        return self.told;
      },
      store: this.store,
      onTelemetry: (listener) => {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
      },
      deviceClockAt: () => this.clock,
    };
    this.transport = {
      play: (request) => this.call(`play ${request.fromSample}`, () => this.roll(request)),
      stop: ({ toSample = null }) =>
        this.call('stop', () => {
          this.stand(toSample ?? this.sample());
          return { stopped: true };
        }),
      locate: ({ timelineSample }) =>
        this.call(`locate ${timelineSample}`, () => {
          if (this.motion) this.motion = { ...this.motion, startClock: this.clock, startSample: timelineSample };
          else this.standsAt = timelineSample;
          return { located: true };
        }),
      setLoop: ({ loop }) =>
        this.call(`loop ${loop ? `${loop.fromSample}..${loop.toSample}` : 'off'}`, () => {
          this.anchor({ loop });
          return { set: true };
        }),
      shuttle: ({ speed, keepPitch }) =>
        this.call(`shuttle ${speed.numerator}/${speed.denominator}${keepPitch ? ' with pitch' : ''}`, () => {
          this.anchor({ speed });
          return { rolling: true };
        }),
    } as ReturnType<Options['client']>;
  }

  /** Lets everything through that was asked for meanwhile. */
  async answer(): Promise<void> {
    for (const answer of this.waiting.splice(0)) answer();
    await settle();
  }

  /** The device goes on; nothing is told. */
  advance(samples: number): void {
    this.clock += samples;
    const { motion } = this;
    if (motion?.endSample != null && !motion.loop && this.sample() === motion.endSample) this.stand(motion.endSample);
  }

  /** Telemetry as it would be sent now. */
  tell(): void {
    const telemetry = this.telemetry();
    this.told = telemetry;
    for (const listener of this.listeners) listener(telemetry);
  }

  telemetry(): Telemetry {
    const begun = this.motion && this.clock >= this.motion.startClock ? this.motion : null;
    return {
      clock: this.clock,
      phase: begun ? 'rolling' : 'stopped',
      timelineSample: Math.floor(this.sample()),
      speed: begun ? begun.speed.numerator / begun.speed.denominator : 0,
      loop: begun?.loop ?? null,
      motion: begun && { startClock: begun.startClock, startSample: begun.startSample },
    } as Telemetry;
  }

  /** Another window plays. */
  roll({ fromSample, speed = { numerator: 1, denominator: 1 }, loop = null, endSample = null }: PlayRequestInput) {
    if (this.refusal) throw this.refusal;
    this.motion = { startClock: this.clock + LEAD_SAMPLES, startSample: fromSample, speed, loop, endSample };
    return { startClock: this.motion.startClock, startSample: fromSample };
  }

  stand(sample: number): void {
    this.standsAt = sample;
    this.motion = null;
  }

  lose(): void {
    this.store.setState({ status: { ...RUNNING, state: 'lost' } });
  }

  reopen(): void {
    this.store.setState({ status: RUNNING });
  }

  sample(): number {
    return this.motion ? positionAt(this.motion, this.clock) : this.standsAt;
  }

  private anchor(change: { readonly loop?: Loop | null; readonly speed?: Speed }): void {
    if (this.motion) this.motion = { ...this.motion, startClock: this.clock, startSample: this.sample(), ...change };
  }

  private async call<T>(what: string, work: () => T): Promise<T> {
    this.calls.push(what);
    if (this.holdsAnswers) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return work();
  }
}

const RUNNING: EngineStatus = {
  state: 'running',
  problem: null,
  input: null,
  output: null,
  sampleRate: 48_000,
  framesPerBuffer: DEFAULT_AUDIO_SETTINGS.framesPerBuffer,
  inputChannels: 2,
  outputChannels: 2,
  reportedLatencySamples: { input: 0, output: 100 },
  roundTripSamples: null,
  awaitsDevice: false,
  deviceIsBack: false,
  restarts: 0,
  sourceTroubles: [],
  refusedPlan: null,
};

/** Lets promises that are kept already run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

export function refusedByHost(): TwopopError {
  return new TwopopError({ code: 'engine-busy', message: 'The engine is busy.', remedy: 'Try again.' });
}
