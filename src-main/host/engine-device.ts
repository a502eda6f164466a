import type { AudioSettings, DeviceListing, EngineStatus } from '../../src-shared/engine/live-engine.ts';
import { toErrorReport } from '../../src-shared/rpc/error.ts';
import { AudioProcessClient } from '../engine/process/audio-process-client.ts';
import type { AudioEvent, AudioMethod, ParamsOf, ResultOf } from '../engine/process/messages.ts';
import { deviceLost, engineOff, listingHangs, NO_DEVICE, PROCESS_DIED, PROCESS_KEEPS_DYING } from './audio-problems.ts';
import { Broadcast } from './broadcast.ts';
import { DeviceLookout } from './device-lookout.ts';

/** An audio process that dies so often within a minute is not started again by itself. */
const MOST_RESTARTS_A_MINUTE = 3;
/** Looking for devices takes seconds on some machines; later than that it does not come back. */
const LISTING_WAIT_MS = 15_000;

const OFF: EngineStatus = {
  state: 'off',
  problem: null,
  input: null,
  output: null,
  sampleRate: 0,
  framesPerBuffer: 0,
  inputChannels: 0,
  outputChannels: 0,
  reportedLatencySamples: { input: 0, output: 0 },
  roundTripSamples: null,
  awaitsDevice: false,
  deviceIsBack: false,
  restarts: 0,
  sourceTroubles: [],
  refusedPlan: null,
};

export type EngineDeviceOptions = {
  readonly settings: () => AudioSettings;
  /** That the device is to be opened at now. */
  readonly sampleRate: () => number;
  /** Measured for what was opened; null: never. */
  readonly roundTripOf: (
    opened: Pick<EngineStatus, 'input' | 'output' | 'sampleRate' | 'framesPerBuffer'>,
  ) => number | null;
  /** It runs, and knows nothing yet of what it is to play. */
  readonly opened: () => Promise<void>;
  /** What the audio process tells besides the loss of its device. */
  readonly event: (event: Exclude<AudioEvent, { readonly type: 'lost' | 'hung' }>) => void;
};

/**
 * The chosen device in the audio process: opens and closes it, waits for one that went away, and starts a process that
 * died anew unless it dies over and over.
 */
export class EngineDevice {
  /** Each change of {@link status}. */
  readonly statusChanged = new Broadcast<EngineStatus>();
  private readonly options: EngineDeviceOptions;
  private readonly process: AudioProcessClient;
  private readonly lookout: DeviceLookout;
  private readonly recentDeaths: number[] = [];
  private isGivenUp = false;
  private wanted = false;
  /** For good: the host is closing. */
  private isEnding = false;
  private now: EngineStatus = OFF;
  private sessions = 0;
  private turn: Promise<unknown> = Promise.resolve();
  private listing: DeviceListing | null = null;

  constructor(options: EngineDeviceOptions) {
    this.options = options;
    this.process = new AudioProcessClient({ event: (event) => this.take(event), died: () => this.died() });
    this.lookout = new DeviceLookout(
      () => this.list(),
      (deviceIsBack) => {
        if (deviceIsBack !== this.now.deviceIsBack) this.change({ deviceIsBack });
      },
    );
  }

  get status(): EngineStatus {
    return this.now;
  }

  get isRunning(): boolean {
    return this.now.state === 'running';
  }

  /** Another number once a device that ran does no more, whether it is closed, lost or opened anew. */
  get session(): number {
    return this.sessions;
  }

  /** Whether it is to be open, also while it is not there. */
  get isWanted(): boolean {
    return this.wanted;
  }

  /** Of the running audio process. */
  get processId(): number | undefined {
    return this.process.processId;
  }

  /** Names of the open device's inputs. */
  get inputNames(): readonly string[] {
    const { input, inputChannels } = this.now;
    const listed = this.listing?.devices.find((one) => one.name === input?.name && one.hostApi === input?.hostApi);
    return Array.from({ length: inputChannels }, (_, at) => listed?.inputChannels[at] ?? `Input ${at + 1}`);
  }

  /** Asks the audio process; see `AudioProcessClient.call`. Throws `engine-off`, or why it is, while no device runs. */
  call<Method extends AudioMethod>(method: Method, params: ParamsOf<Method>): Promise<ResultOf<Method>> {
    if (!this.isRunning) throw engineOff(this.now);
    return this.process.call(method, params);
  }

  /** The same whether a device runs or not; throws where there is no audio process at all. */
  processCall<Method extends AudioMethod>(method: Method, params: ParamsOf<Method>): Promise<ResultOf<Method>> {
    if (this.isEnding || this.process.processId === undefined) throw engineOff(this.now);
    return this.process.call(method, params);
  }

  /** Throws `device-hung` where the audio system does not come back; the audio process is ended for it then. */
  async list(): Promise<DeviceListing> {
    if (this.isEnding) throw engineOff(this.now);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      void this.process.end();
    }, LISTING_WAIT_MS);
    try {
      this.listing = await this.process.call('listDevices', null);
      return this.listing;
    } catch (error) {
      throw isLate ? listingHangs() : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** See `AudioService.open`. */
  open(): Promise<EngineStatus> {
    this.recentDeaths.length = 0;
    this.isGivenUp = false;
    this.wanted = true;
    return this.inTurn(() => this.openNow());
  }

  /** Opens it as it is chosen now, where it is open or was refused; one that went away is waited for as before. */
  async openAgain(): Promise<void> {
    if (this.wanted && this.now.state !== 'lost') await this.inTurn(() => this.openNow());
  }

  close(): Promise<EngineStatus> {
    this.wanted = false;
    return this.inTurn(async () => {
      if (this.process.processId !== undefined) await this.process.call('close', null).catch(() => {});
      return this.change({ ...OFF, restarts: this.now.restarts });
    });
  }

  /** Ends the audio process, by force where it does not end by itself. */
  async end(): Promise<void> {
    this.isEnding = true;
    this.wanted = false;
    this.lookout.rest();
    // Told first: pages go on asking while it ends, and whatever is asked of the process would start another.
    this.change({ ...OFF, restarts: this.now.restarts });
    await this.process.end();
  }

  change(part: Partial<EngineStatus>): EngineStatus {
    const next = { ...this.now, ...part };
    if (this.isRunning && next.state !== 'running') this.sessions += 1;
    const isAway = next.state === 'lost' || (next.state === 'failed' && next.problem?.code === 'device-missing');
    const awaitsDevice = this.wanted && !this.isGivenUp && isAway;
    this.now = { ...next, awaitsDevice, deviceIsBack: awaitsDevice && this.now.awaitsDevice && next.deviceIsBack };
    if (awaitsDevice) this.lookout.watch([next.input, next.output].filter((device) => device !== null));
    else this.lookout.rest();
    this.statusChanged.emit(this.now);
    return this.now;
  }

  private async openNow(): Promise<EngineStatus> {
    if (!this.wanted || this.isEnding) return this.now;
    const { input, output, framesPerBuffer } = this.options.settings();
    const sampleRate = this.options.sampleRate();
    if (!input && !output) return this.change({ ...OFF, restarts: this.now.restarts, problem: NO_DEVICE });
    this.change({ state: 'opening', problem: null, input, output, sampleRate, framesPerBuffer });
    try {
      await this.list();
      const facts = await this.process.call('open', { input, output, sampleRate, framesPerBuffer });
      const opened = { input, output, sampleRate: facts.sampleRate, framesPerBuffer: facts.framesPerBuffer };
      this.change({
        ...opened,
        state: 'running',
        problem: null,
        inputChannels: facts.inputChannels,
        outputChannels: facts.outputChannels,
        reportedLatencySamples: {
          input: Math.round(facts.inputLatencySeconds * facts.sampleRate),
          output: Math.round(facts.outputLatencySeconds * facts.sampleRate),
        },
        roundTripSamples: this.options.roundTripOf(opened),
      });
      await this.options.opened();
    } catch (error) {
      // A process that died meanwhile has been told of already, and is being started again.
      const report = toErrorReport(error);
      if (report.code !== 'audio-process-ended') this.change({ state: 'failed', problem: report });
    }
    return this.now;
  }

  private take(event: AudioEvent): void {
    if (event.type === 'lost') this.lose(event.message);
    else if (event.type === 'hung') this.lose(`The driver hangs (${event.during}).`);
    else this.options.event(event);
  }

  private lose(cause: string): void {
    this.change({ state: 'lost', problem: deviceLost(this.now, cause) });
  }

  private died(): void {
    const { state, awaitsDevice, restarts } = this.now;
    this.isGivenUp = !this.mayStartAgain();
    if (state !== 'running' && state !== 'opening') {
      // Nothing was open that could be lost; where a device is waited for, it is not looked for over and over again.
      this.change(awaitsDevice && this.isGivenUp ? { problem: PROCESS_KEEPS_DYING } : {});
      return;
    }
    const startsAgain = this.wanted && !this.isGivenUp;
    this.change({
      state: 'lost',
      problem: startsAgain ? PROCESS_DIED : PROCESS_KEEPS_DYING,
      restarts: restarts + (startsAgain ? 1 : 0),
    });
    if (startsAgain) void this.inTurn(() => this.openNow());
  }

  private mayStartAgain(): boolean {
    const at = performance.now();
    while (this.recentDeaths.length > 0 && at - (this.recentDeaths[0] as number) > 60_000) this.recentDeaths.shift();
    return this.recentDeaths.push(at) <= MOST_RESTARTS_A_MINUTE;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => {});
    return done;
  }
}
