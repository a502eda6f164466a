import type { Calibration } from '../../../src-shared/engine/live-engine.ts';
import { type ErrorReport, TwopopError, toErrorReport } from '../../../src-shared/rpc/error.ts';
import { deviceProblem } from '../devices/device-problem.ts';
import { deviceConfigOf, listDevices } from './find-device.ts';
import type { AudioEvent, AudioMethod, AudioReply, AudioRequest, ParamsOf, ResultOf } from './messages.ts';
import { createNativeEngine, type NativeAudioEngine } from './native-engine.ts';

const TELEMETRY_MS = 1000 / 30;
/** Looking for devices takes seconds where there are many; a driver that takes longer does not come back. */
const LONGEST_LOOK_MS = 10_000;

type Handlers = {
  [Method in AudioMethod]: (params: ParamsOf<Method>) => ResultOf<Method> | Promise<ResultOf<Method>>;
};

/** Does what the host asks of the audio process: owns the engine, and tells of it thirty times a second while it runs. */
export class AudioWorker {
  private readonly tell: (event: AudioEvent) => void;
  private made: NativeAudioEngine | null = null;
  private telemetryTimer: NodeJS.Timeout | null = null;
  private troublesVersion = 0;
  private hasComplained = false;
  private recorderTurn: Promise<unknown> = Promise.resolve();
  private transportTurn: Promise<unknown> = Promise.resolve();
  private stopsAsked = 0;

  constructor(tell: (event: AudioEvent) => void) {
    this.tell = tell;
  }

  /** The answer to a request; null to what is none. Never rejects: what is being recorded goes on whatever was asked. */
  async answer(request: unknown): Promise<AudioReply | null> {
    const { id, method, params } = (request ?? {}) as Partial<AudioRequest>;
    if (typeof id !== 'number') return null;
    try {
      if (typeof method !== 'string' || !Object.hasOwn(this.handlers, method)) {
        throw new Error(`the audio process knows no “${String(method)}”`);
      }
      const handler = this.handlers[method] as (params: unknown) => unknown;
      return { id, result: (await handler(params)) ?? null };
    } catch (error) {
      return { id, error: toAudioErrorReport(error) };
    }
  }

  /** Completes what is being recorded and lets go of the device. */
  async end(): Promise<void> {
    if (this.telemetryTimer) clearInterval(this.telemetryTimer);
    const engine = this.made;
    if (!engine) return;
    await engine.disarm();
    await engine.close();
    engine.dispose();
  }

  private get engine(): NativeAudioEngine {
    this.made ??= createNativeEngine((event) => this.tell(event));
    return this.made;
  }

  private readonly handlers: Handlers = {
    listDevices: () => this.look(listDevices()),
    open: async (params) => {
      // Devices are listed afresh only while none is open, and have other places in the list then.
      await this.engine.close().catch(() => {});
      const facts = await this.engine.open(await this.look(deviceConfigOf(params)));
      this.telemetryTimer ??= setInterval(() => this.report(), TELEMETRY_MS);
      return facts;
    },
    close: async () => {
      if (this.telemetryTimer) clearInterval(this.telemetryTimer);
      this.telemetryTimer = null;
      await this.engine.close();
    },
    setScene: (scene) => this.engine.setScene(scene),
    setMonitor: (monitor) => this.engine.setMonitor(monitor),
    roll: (request) => this.unlessStopped(() => this.engine.roll(request)),
    stop: () => this.stop(),
    locate: ({ timelineSample }) => this.inTransportTurn(() => this.engine.locate(timelineSample)),
    setLoop: ({ loop }) => this.inTransportTurn(() => this.engine.setLoop(loop)),
    shuttle: ({ numerator, denominator, keepPitch }) =>
      this.unlessStopped(() => this.engine.shuttle(numerator, denominator, keepPitch)),
    punch: ({ span }) => this.inTransportTurn(() => this.engine.punch(span)),
    clearClipped: () => this.engine.clearClipped(),
    arm: ({ channels, preRecordSeconds }) => this.inTurn(() => this.engine.arm(channels, preRecordSeconds)),
    disarm: () => this.inTurn(() => this.engine.disarm()),
    beginRecording: ({ files, beginClock, preRecordFrames }) =>
      this.inTurn(() => this.engine.beginRecording(files, beginClock, preRecordFrames)),
    endRecording: ({ id, clock }) => this.inTurn(async () => ({ ended: await this.engine.endRecording(id, clock) })),
    recordingsWritten: async ({ mostWaitMs }) => ({ written: await this.engine.recordingsWritten(mostWaitMs) }),
    forgetRecording: ({ id }) => this.inTurn(() => this.engine.forgetRecording(id)),
    calibrate: async ({ output, input, count }) => calibrationOf(await this.engine.calibrate(output, input, count)),
    telemetry: () => this.engine.telemetry(),
    fault: ({ kind, value }) => this.fault(kind, value),
  };

  /** The recorder's calls wait for disks on threads of their own: they are done in the order in which they were asked for. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.recorderTurn.then(work);
    this.recorderTurn = done.catch(() => {});
    return done;
  }

  /** The transport's calls are taken by the engine in the order in which they were asked for; a roll waits for the disk. */
  private inTransportTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.transportTurn.then(work);
    this.transportTurn = done.catch(() => {});
    return done;
  }

  private unlessStopped<T>(work: () => Promise<T>): Promise<T> {
    const { stopsAsked } = this;
    return this.inTransportTurn(async () => {
      if (this.stopsAsked !== stopsAsked) {
        throw Object.assign(new Error('The transport was stopped before it rolled'), { code: 'roll-stopped' });
      }
      return await work();
    });
  }

  /** Waits for nothing: what was asked to roll before it will not. What is asked afterwards comes after it. */
  private stop(): Promise<void> {
    this.stopsAsked += 1;
    const before = this.transportTurn;
    const done = this.engine.stop();
    this.transportTurn = Promise.allSettled([before, done]);
    return done;
  }

  /** What looks for devices; where a driver hangs in that, it is refused and this process is of no use any more. */
  private async look<T>(looking: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const hangs = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const message = 'an audio driver did not come back from being looked for';
        reject(Object.assign(new Error(message), { code: 'device-hung' }));
        this.tell({ type: 'hung', during: 'list' });
      }, LONGEST_LOOK_MS);
    });
    try {
      return await Promise.race([looking, hangs]);
    } finally {
      clearTimeout(timer);
    }
  }

  private report(): void {
    try {
      this.tellState();
    } catch (error) {
      // What is being recorded goes on without.
      if (!this.hasComplained) console.error('the state of the audio engine could not be told:', error);
      this.hasComplained = true;
    }
  }

  private tellState(): void {
    const telemetry = this.engine.telemetry();
    this.tell({ type: 'telemetry', telemetry });
    if (telemetry.troublesVersion === this.troublesVersion) return;
    this.troublesVersion = telemetry.troublesVersion;
    this.tell({ type: 'troubles', troubles: this.engine.sourceTroubles() });
  }

  private fault(kind: string, value: number): void {
    if (process.env.TWOPOP_AUDIO_FAULTS !== '1') throw new Error('faults are for tests');
    if (kind !== 'block') {
      this.engine.fault(kind, value);
      return;
    }
    const until = performance.now() + value;
    // Nothing of JavaScript runs meanwhile, as in a long collection of garbage.
    while (performance.now() < until);
  }
}

/** The middle of the round trips, and how far they lie apart. */
function calibrationOf({ roundTrips, peak }: { roundTrips: number[]; peak: number }): Calibration {
  const sorted = [...roundTrips].sort((a, b) => a - b);
  return {
    roundTrips,
    roundTripSamples: sorted[sorted.length >> 1] as number,
    spreadSamples: (sorted.at(-1) as number) - (sorted[0] as number),
    peak,
  };
}

/** Refusals of a device, which have their own remedies. */
const DEVICE_CODES = new Set([
  'library-missing',
  'device-missing',
  'device-busy',
  'permission-refused',
  'rate-refused',
  'channels-refused',
  'host-apis-differ',
  'device-hung',
  'device-failed',
]);

const remedies: Record<string, string> = {
  'device-closed': 'Open the device in the audio settings.',
  'plan-invalid': 'The last mix that was understood plays on. Undo the last edit and report this with the log.',
  'engine-busy': 'Try again in a moment.',
  'roll-stopped': 'Play again to roll.',
  'calibrate-no-signal': 'Connect a cable from that output to that input, turn both up, and calibrate again.',
  'calibrate-rolling': 'Stop first, then calibrate.',
  'capture-not-armed': 'Arm a track first.',
  'capture-busy': 'Stop recording first.',
  'capture-bad-request': 'Nothing was recorded. Disarm the tracks, arm them again, and report this with the log.',
  'capture-no-memory': 'Nothing was recorded. Arm fewer tracks, or shorten the pre-record.',
  'disk-full': 'Nothing was recorded. Free some space, or move the project to another disk.',
  'file-denied': 'Nothing was recorded. Make the folder of the project writable.',
  'file-missing': 'Nothing was recorded. Bring the folder of the project back to where it was.',
  'file-exists':
    'Nothing was recorded: a file of that name is there and was left alone. Record again under another name.',
  'file-failed': 'Nothing was recorded. Check that the disk is connected and sound.',
};

function toAudioErrorReport(error: unknown): ErrorReport {
  if (error instanceof TwopopError) return error.toJSON();
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code !== 'string') return toErrorReport(error);
  const remedy = remedies[code];
  if (!remedy) return DEVICE_CODES.has(code) ? deviceProblem({ code, message: String(message) }) : toErrorReport(error);
  const text = String(message);
  return { code, message: /[.!?]$/.test(text) ? text : `${text}.`, remedy };
}
