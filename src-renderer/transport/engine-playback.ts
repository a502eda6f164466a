import type { StoreApi } from 'zustand/vanilla';
import type { EngineStatus, Loop, Speed, Telemetry } from '../../src-shared/engine/live-engine.ts';
import { toErrorReport } from '../../src-shared/rpc/error.ts';
import type { HostClient } from '../app/connection.ts';
import { type Motion, positionAt } from '../engine/engine-position.ts';
import type { Playback, PlaybackEvents, PlaybackRequest } from './playback.ts';
import { paceOf, speedOfValue } from './speeds.ts';

/** What of the engine's link is needed to play through it. */
export type PlaybackEngine = {
  readonly isRunning: boolean;
  readonly telemetry: Telemetry | null;
  readonly store: StoreApi<{ readonly status: EngineStatus | null }>;
  onTelemetry(listener: (telemetry: Telemetry) => void): () => void;
  deviceClockAt(pageMs: number): number | null;
};

type EnginePlaybackOptions = {
  readonly engine: PlaybackEngine;
  /** Throws while there is no connection. */
  readonly client: () => Pick<HostClient['transport'], 'play' | 'stop' | 'locate' | 'setLoop' | 'shuttle'>;
};

type Command<T> = (transport: ReturnType<EnginePlaybackOptions['client']>) => Promise<T>;

/** What was asked for and not sent yet when a stop came. */
class Overtaken extends Error {}

type Run = {
  /** Null: begun by someone else. */
  readonly request: PlaybackRequest | null;
  /** Null until the engine has said when it begins. */
  motion: Motion | null;
  /** What is still heard when the engine has gone over to `motion`; null: nothing, it was sent elsewhere. */
  before: Motion | null;
  /** It was sent there, and the engine has not said yet that it went. */
  sentTo: { readonly sample: number; readonly atMs: number } | null;
};

/** What was told of before a stop or a short sound of ours may still arrive for so long. */
const SETTLE_MS = 400;
/** An engine that does not say by then that it went elsewhere was there already. */
const MOST_MOVE_MS = 250;

/**
 * Plays through the engine of the host. Every window looks at the same engine: what another one, or a recording, made it
 * do is followed by its telemetry. Between two of these the position comes from the device's clock.
 */
export class EnginePlayback implements Playback {
  readonly mostSpeed = 8;
  readonly #engine: PlaybackEngine;
  readonly #client: EnginePlaybackOptions['client'];
  readonly #events: PlaybackEvents;
  readonly #unsubscribe: readonly (() => void)[];
  #run: Run | null = null;
  #lastSample = 0;
  #ignoresRollingUntilMs = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #stops = 0;
  #nextSound: (() => Promise<unknown>) | null = null;
  #soundsUnderWay = false;

  constructor({ engine, client }: EnginePlaybackOptions, events: PlaybackEvents) {
    this.#engine = engine;
    this.#client = client;
    this.#events = events;
    this.#unsubscribe = [
      engine.onTelemetry((telemetry) => this.#take(telemetry)),
      engine.store.subscribe(() => this.#lookForLoss()),
    ];
  }

  get isRunning(): boolean {
    return this.#engine.isRunning;
  }

  play(request: PlaybackRequest): void {
    const run: Run = { request, motion: null, before: null, sentTo: null };
    this.#run = run;
    this.#lastSample = request.fromSample;
    this.#ignoresRollingUntilMs = 0;
    const { fromSample, speed, keepPitch, loop, endSample, beepsBeforeSample } = request;
    this.#send((transport) =>
      transport.play({ fromSample, speed, keepPitch, loop, endSample, beepsBeforeSample }),
    ).then(
      (rolled) => {
        if (this.#run !== run) return;
        run.motion = { ...rolled, speed, loop, endSample };
        this.#events.onStarted();
      },
      (error) => {
        if (this.#run !== run) return;
        this.#run = null;
        if (isStopped(error)) this.#events.onEnded(this.#lastSample);
        else this.#events.onError(error);
      },
    );
  }

  locate(sample: number): void {
    const run = this.#run;
    if (!run) return;
    if (!run.motion) {
      if (run.request) this.play({ ...run.request, fromSample: sample });
      return;
    }
    run.sentTo = { sample, atMs: performance.now() };
    this.#tell((transport) => transport.locate({ timelineSample: sample }));
  }

  setLoop(loop: Loop | null): void {
    const run = this.#run;
    if (run && !run.motion && run.request) this.play({ ...run.request, loop });
    else if (run) this.#tell((transport) => transport.setLoop({ loop }));
  }

  changeSpeed(speed: Speed, keepPitch: boolean): void {
    const run = this.#run;
    if (run && !run.motion && run.request) this.play({ ...run.request, speed, keepPitch });
    else if (run) this.#tell((transport) => transport.shuttle({ speed, keepPitch }));
  }

  stop(standAtSample: number): void {
    this.release();
    this.#tell(async (transport) => {
      await transport.stop({ toSample: standAtSample });
      this.#ignoresRollingUntilMs = performance.now() + SETTLE_MS;
    }, true);
  }

  /** Takes no part in what rolls any more, and leaves its stopping to someone else. */
  release(): void {
    this.#run = null;
    this.#ignoresRollingUntilMs = performance.now() + 5 * SETTLE_MS;
  }

  /** Makes ready to play from there, while nothing rolls. */
  stand(sample: number): void {
    if (this.#run || performance.now() < this.#ignoresRollingUntilMs) return;
    if (this.#engine.telemetry?.phase !== 'stopped') return;
    this.#send((transport) => transport.locate({ timelineSample: sample, onlyAtRest: true })).catch(() => undefined);
  }

  /** Plays one short span without rolling as far as anyone here sees; of several in a row the last. */
  sound(fromSample: number, lengthSamples: number): void {
    if (this.#run) return;
    const lengthMs = (lengthSamples / (this.#engine.store.getState().status?.sampleRate || 48_000)) * 1000;
    this.#nextSound = () => {
      this.#ignoresRollingUntilMs = performance.now() + 1_000 + SETTLE_MS + lengthMs;
      return this.#send((transport) =>
        transport.play({ fromSample, endSample: fromSample + lengthSamples, fadeIn: true }),
      );
    };
    if (!this.#soundsUnderWay) void this.#sounds();
  }

  positionSamples(atMs: number): number | null {
    const run = this.#run;
    if (!run) return null;
    if (run.sentTo) return run.sentTo.sample;
    if (!run.motion) return run.request?.fromSample ?? this.#lastSample;
    const clock = this.#engine.deviceClockAt(atMs);
    if (clock === null) return this.#lastSample;
    const latency = this.#engine.store.getState().status?.reportedLatencySamples.output ?? 0;
    const heardClock = clock - latency;
    return positionAt(run.before && heardClock < run.motion.startClock ? run.before : run.motion, heardClock);
  }

  dispose(): void {
    for (const stop of this.#unsubscribe) stop();
    // What someone else plays, or what is recorded, goes on without this window.
    if (this.#run?.request) this.#send((transport) => transport.stop({}), true).catch(() => undefined);
    this.#run = null;
  }

  /**
   * One command after another: none overtakes one that waits for the disk. But a stop does, and what waits to be sent then
   * never is.
   */
  #send<T>(work: Command<T>, isStop = false): Promise<T> {
    const before = this.#turn;
    if (isStop) this.#stops += 1;
    const stops = this.#stops;
    const whenDue = isStop ? Promise.resolve() : before;
    const done = whenDue.then(() => {
      if (this.#stops !== stops && !isStop) throw new Overtaken();
      return work(this.#client());
    });
    this.#turn = Promise.allSettled([before, done]);
    return done;
  }

  #tell(work: Command<unknown>, isStop = false): void {
    this.#send(work, isStop).catch((error) => {
      // A device that is gone is told of by its status.
      if (this.#engine.isRunning && !isStopped(error)) this.#events.onError(error);
    });
  }

  async #sounds(): Promise<void> {
    this.#soundsUnderWay = true;
    while (this.#nextSound) {
      const sound = this.#nextSound;
      this.#nextSound = null;
      await sound().catch(() => undefined);
    }
    this.#soundsUnderWay = false;
  }

  #take(telemetry: Telemetry): void {
    const { clock, phase, timelineSample } = telemetry;
    const run = this.#run;
    if (!run) {
      if (phase === 'stopped' || performance.now() < this.#ignoresRollingUntilMs) return;
      this.#run = { request: null, motion: motionOf(telemetry, null), before: null, sentTo: null };
      this.#lastSample = timelineSample;
      this.#events.onRolling(telemetry.speed);
      return;
    }
    // What was before it began says nothing of it.
    if (!run.motion || clock < run.motion.startClock) return;
    this.#lastSample = timelineSample;
    if (phase === 'stopped') {
      this.#run = null;
      this.#events.onEnded(timelineSample);
    } else if (telemetry.speed < 0 && timelineSample <= 0) {
      // A shuttle that turned round on its way has no end of its own.
      this.stop(0);
      this.#events.onEnded(0);
    } else if (!agrees(run.motion, telemetry)) {
      run.before = run.sentTo ? null : run.motion;
      run.motion = motionOf(telemetry, run.motion.endSample);
      run.sentTo = null;
      this.#events.onRolling(telemetry.speed);
    } else if (run.sentTo && performance.now() - run.sentTo.atMs > MOST_MOVE_MS) run.sentTo = null;
  }

  #lookForLoss(): void {
    if (!this.#run || this.#engine.isRunning) return;
    this.#run = null;
    this.#events.onLost(this.#lastSample);
  }
}

/** A stop came before it: whoever asked for that wants no word of it. */
function isStopped(error: unknown): boolean {
  return error instanceof Overtaken || toErrorReport(error).code === 'roll-stopped';
}

function motionOf({ clock, timelineSample, motion, speed, loop }: Telemetry, endSample: number | null): Motion {
  const isAhead = endSample !== null && (speed > 0 ? timelineSample < endSample : timelineSample > endSample);
  return {
    ...(motion ?? { startClock: clock, startSample: timelineSample }),
    speed: speedOfValue(speed),
    loop,
    endSample: isAhead ? endSample : null,
  };
}

/** Whether the engine rolls as this motion says. */
function agrees(motion: Motion, { motion: told, speed, loop }: Telemetry): boolean {
  return (
    told?.startClock === motion.startClock &&
    told.startSample === motion.startSample &&
    Math.abs(paceOf(motion.speed) - speed) < 1e-9 &&
    motion.loop?.fromSample === loop?.fromSample &&
    motion.loop?.toSample === loop?.toSample
  );
}
