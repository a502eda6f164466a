import {
  type AudioSettings,
  audioSettingsSchema,
  type Calibration,
  DEFAULT_MONITOR_SETTINGS,
  type DeviceListing,
  type EngineEvent,
  type EngineStatus,
  type MeterPoint,
  type MonitorSettings,
  type Telemetry,
  type TrackInput,
} from '../../src-shared/engine/live-engine.ts';
import { type ErrorReport, TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import { AudioProcessClient } from '../engine/process/audio-process-client.ts';
import type { AudioEvent, AudioMethod, ParamsOf, ResultOf } from '../engine/process/messages.ts';
import type { NativeScene, NativeTelemetry } from '../engine/process/native-engine.ts';
import type { Project } from '../project/project.ts';
import { AudioSettingsFile, roundTripKey } from './audio-settings-file.ts';
import { Broadcast } from './broadcast.ts';
import type { DocumentService } from './document-service.ts';
import { type EngineChange, EngineEvents } from './engine-events.ts';
import { type LivePlan, nativeMonitor, nativeScene } from './live-scene.ts';
import { MeterViews } from './meter-views.ts';
import type { OpenMediaService } from './open-media.ts';
import type { ProjectService } from './project-service.ts';

/** Commits that come together are compiled once. */
const PLAN_WAIT_MS = 8;
/** An audio process that dies so often within a minute is not started again by itself. */
const MOST_RESTARTS_A_MINUTE = 3;

const NO_PLAN: LivePlan = {
  plan: { sampleRate: 48_000, lengthSamples: 0, sources: [], tracks: [], stems: [] },
  trackIds: [],
};

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

/**
 * The live engine as the rest of the host knows it: opens the chosen device in the audio process, keeps the engine on the
 * document as it is edited, and says how it is. When the audio process dies it starts another and opens the device
 * again; nothing else of the host waits for it.
 */
export class AudioService {
  /** Each change of {@link status}. */
  readonly statusChanged = new Broadcast<EngineStatus>();
  /** Thirty times a second while a device runs. */
  readonly telemetryTold = new Broadcast<NativeTelemetry>();
  private readonly kept: AudioSettingsFile;
  private readonly projects: ProjectService;
  private readonly media: OpenMediaService;
  private readonly process: AudioProcessClient;
  private readonly feed = new EngineEvents();
  private readonly meterViews = new MeterViews();
  private readonly recentDeaths: number[] = [];
  private now: EngineStatus = OFF;
  private latest: NativeTelemetry | null = null;
  private live: LivePlan = NO_PLAN;
  private planIsKnown = false;
  private planTimer: NodeJS.Timeout | null = null;
  private sceneTurn: Promise<unknown> = Promise.resolve();
  private openTurn: Promise<unknown> = Promise.resolve();
  private wantsDevice = false;
  private inputs: readonly TrackInput[] = [];
  private monitorNow: MonitorSettings = DEFAULT_MONITOR_SETTINGS;
  private beeps: NativeScene['beeps'] = [];
  private armedKey = '';
  private listing: DeviceListing | null = null;

  constructor(settingsFolder: string, projects: ProjectService, documents: DocumentService, media: OpenMediaService) {
    this.kept = new AudioSettingsFile(settingsFolder);
    this.projects = projects;
    this.media = media;
    this.process = new AudioProcessClient({ event: (event) => this.take(event), died: () => this.died() });
    documents.committed.on(() => this.planSoon());
    projects.listen({ opened: (project) => this.projectOpened(project), closing: () => this.projectClosing() });
  }

  get status(): EngineStatus {
    return this.now;
  }

  get settings(): AudioSettings {
    return this.kept.settings;
  }

  /** Why the defaults are in use though there are settings; null: nothing to say. */
  get settingsNotice(): string | null {
    return this.kept.notice;
  }

  get monitor(): MonitorSettings {
    return this.monitorNow;
  }

  get trackInputs(): readonly TrackInput[] {
    return this.inputs;
  }

  /** As the audio process told it last; null while no device runs. */
  get telemetry(): NativeTelemetry | null {
    return this.now.state === 'running' ? this.latest : null;
  }

  /** Of the running audio process; for tests and the command line. */
  get processId(): number | undefined {
    return this.process.processId;
  }

  /** Asks the audio process; see `AudioProcessClient.call`. Throws `engine-off` while no device runs. */
  call<Method extends AudioMethod>(method: Method, params: ParamsOf<Method>): Promise<ResultOf<Method>> {
    if (this.now.state !== 'running') throw engineOff(this.now);
    return this.process.call(method, params);
  }

  /** The same whether a device runs or not: for what may still be asked once it is gone. */
  readonly processCall = <Method extends AudioMethod>(
    method: Method,
    params: ParamsOf<Method>,
  ): Promise<ResultOf<Method>> => {
    if (this.process.processId === undefined) throw engineOff(this.now);
    return this.process.call(method, params);
  };

  /** Names of the open device's inputs. */
  get inputNames(): readonly string[] {
    const { input, inputChannels } = this.now;
    const listed = this.listing?.devices.find((one) => one.name === input?.name && one.hostApi === input?.hostApi);
    return Array.from({ length: inputChannels }, (_, at) => listed?.inputChannels[at] ?? `Input ${at + 1}`);
  }

  async devices(): Promise<DeviceListing> {
    this.listing = await this.process.call('listDevices', null);
    return this.listing;
  }

  /** Keeps the settings; where a device runs and another device, rate or buffer was chosen, that is opened. */
  async setSettings(settings: AudioSettings): Promise<AudioSettings> {
    const before = this.kept.settings;
    const next = audioSettingsSchema.parse(settings);
    await this.kept.setSettings(next);
    this.feed.change({ type: 'settings', settings: next });
    const reopens = (['input', 'output', 'sampleRate', 'framesPerBuffer'] as const).some(
      (field) => JSON.stringify(before[field]) !== JSON.stringify(next[field]),
    );
    if (reopens && this.wantsDevice) await this.open();
    else await this.sendScene();
    if (before.preRecordSeconds !== next.preRecordSeconds) await this.sendArmed();
    return next;
  }

  /**
   * Opens the chosen device, at the rate of the open project, and closes the one before; also takes one back that was
   * lost. Resolves with the state that came of it: a refusal is told in `problem`, not thrown.
   */
  open(): Promise<EngineStatus> {
    this.wantsDevice = true;
    return this.inTurn(() => this.openNow());
  }

  async close(): Promise<EngineStatus> {
    this.wantsDevice = false;
    return this.inTurn(async () => {
      if (this.process.processId !== undefined) await this.process.call('close', null).catch(() => {});
      return this.change({ ...OFF, restarts: this.now.restarts });
    });
  }

  /** Ends the audio process, by force where it does not end by itself. */
  async end(): Promise<void> {
    this.wantsDevice = false;
    if (this.planTimer) clearTimeout(this.planTimer);
    await this.process.end();
    this.change({ ...OFF, restarts: this.now.restarts });
    this.feed.end();
  }

  /** Sends ten impulses from an output through a cable to an input, and keeps the round trip for this device. */
  async calibrate(output: number, input: number): Promise<Calibration> {
    const measured = await this.call('calibrate', { output, input, count: 10 });
    await this.kept.setRoundTrip(roundTripKey(this.now), measured.roundTripSamples);
    this.change({ roundTripSamples: measured.roundTripSamples });
    return measured;
  }

  async setMonitor(monitor: MonitorSettings): Promise<MonitorSettings> {
    this.monitorNow = monitor;
    this.feed.change({ type: 'monitor', monitor });
    if (this.now.state === 'running') {
      await this.process.call('setMonitor', nativeMonitor(monitor));
      await this.sendScene();
    }
    return monitor;
  }

  /** Inputs and modes are kept for this machine and project, arming is not. Armed inputs are being listened to from here on. */
  async setTrackInputs(inputs: readonly TrackInput[]): Promise<readonly TrackInput[]> {
    const project = this.projects.require();
    this.takeInputs(inputs);
    await this.kept.setInputs(
      project.id,
      inputs.map(({ armed: _, ...kept }) => kept),
    );
    await this.sendArmed();
    await this.sendScene();
    return this.inputs;
  }

  /** Tones at samples of the timeline, until others are set. */
  async setBeeps(beeps: NativeScene['beeps']): Promise<void> {
    this.beeps = beeps;
    await this.sendScene();
  }

  /** What this view shows from now on; its telemetry says by the version when it does. */
  async watchMeters(viewId: string, points: readonly MeterPoint[]): Promise<{ metersVersion: number }> {
    const metersVersion = this.meterViews.watch(viewId, points);
    await this.sendScene();
    return { metersVersion };
  }

  async *events(viewId: string, signal?: AbortSignal): AsyncGenerator<EngineEvent> {
    try {
      const current: EngineChange[] = [
        { type: 'status', status: this.now },
        { type: 'settings', settings: this.kept.settings },
        { type: 'monitor', monitor: this.monitorNow },
        { type: 'trackInputs', trackInputs: [...this.inputs] },
      ];
      for await (const event of this.feed.follow(current, signal)) {
        if (event.type !== 'telemetry') yield event;
        else yield { type: 'telemetry', telemetry: this.telemetryFor(viewId, event.telemetry) };
      }
    } finally {
      this.meterViews.forget(viewId);
    }
  }

  async clearClipped(): Promise<void> {
    this.meterViews.clearClipped();
    await this.call('clearClipped', null);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.openTurn.then(work);
    this.openTurn = done.catch(() => {});
    return done;
  }

  private async openNow(): Promise<EngineStatus> {
    const { input, output, framesPerBuffer } = this.kept.settings;
    if (!this.wantsDevice) return this.now;
    const sampleRate = this.projectRate() ?? this.kept.settings.sampleRate;
    if (!input && !output) return this.change({ ...OFF, restarts: this.now.restarts, problem: NO_DEVICE });
    this.change({ state: 'opening', problem: null, input, output, sampleRate, framesPerBuffer });
    try {
      await this.devices();
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
        roundTripSamples: this.kept.roundTripOf(roundTripKey(opened)) ?? null,
      });
      this.planIsKnown = false;
      this.armedKey = '';
      await this.process.call('setMonitor', nativeMonitor(this.monitorNow));
      await this.sendArmed();
      await this.compileAndSend();
    } catch (error) {
      // A process that died meanwhile has been told of already, and is being started again.
      const report = toErrorReport(error);
      if (report.code !== 'audio-process-ended') this.change({ state: 'failed', problem: report });
    }
    return this.now;
  }

  private projectRate(): number | null {
    return this.projects.current() ? (this.projects.require().reader.get('project', 1)?.sampleRate ?? null) : null;
  }

  private async projectOpened(project: Project): Promise<void> {
    this.takeInputs(this.kept.inputsOf(project.id).map((kept) => ({ ...kept, armed: false })));
    if (this.now.state !== 'running') return;
    if (this.projectRate() === this.now.sampleRate) await this.compileAndSend();
    else void this.open();
  }

  private async projectClosing(): Promise<void> {
    if (this.planTimer) clearTimeout(this.planTimer);
    this.planTimer = null;
    this.takeInputs([]);
    this.beeps = [];
    this.live = NO_PLAN;
    this.planIsKnown = false;
    if (this.now.state !== 'running') return;
    try {
      await this.process.call('stop', null);
      await this.sendArmed();
      await this.sendScene();
    } catch {
      // The audio process is gone, and with it all that was to be stopped.
    }
  }

  private planSoon(): void {
    if (this.now.state !== 'running' || this.planTimer) return;
    this.planTimer = setTimeout(() => {
      this.planTimer = null;
      void this.compileAndSend();
    }, PLAN_WAIT_MS);
  }

  /** Compiles the document and has it played; a plan that is refused leaves the one before playing and is told. */
  private async compileAndSend(): Promise<void> {
    try {
      if (this.projects.current()) {
        this.live = await this.media.require().livePlan();
        this.planIsKnown = false;
      }
      await this.sendScene();
      if (this.now.refusedPlan) this.change({ refusedPlan: null });
    } catch (error) {
      const report = toErrorReport(error);
      if (report.code !== 'audio-process-ended') this.change({ refusedPlan: report });
    }
  }

  private sendScene(): Promise<void> {
    const sent = this.sceneTurn.then(async () => {
      if (this.now.state !== 'running') return;
      const plan = this.live.plan.sampleRate === this.now.sampleRate ? this.live : this.emptyPlan();
      const planIsKnown = this.planIsKnown;
      this.planIsKnown = true;
      try {
        await this.process.call(
          'setScene',
          nativeScene({
            live: plan,
            planIsKnown,
            inputs: this.inputs,
            monitor: this.monitorNow,
            settings: this.kept.settings,
            meters: this.meterViews.points,
            metersVersion: this.meterViews.version,
            beeps: this.beeps,
            inputChannels: this.now.inputChannels,
            outputChannels: this.now.outputChannels,
          }),
        );
      } catch (error) {
        this.planIsKnown = false;
        throw error;
      }
    });
    this.sceneTurn = sent.catch(() => {});
    return sent;
  }

  private emptyPlan(): LivePlan {
    return { ...NO_PLAN, plan: { ...NO_PLAN.plan, sampleRate: this.now.sampleRate } };
  }

  /** Listens to the inputs of armed tracks, so that a take may begin before its key. */
  private async sendArmed(): Promise<void> {
    if (this.now.state !== 'running') return;
    const armed = this.inputs.filter((input) => input.armed).flatMap(({ inputs }) => inputs);
    await this.arm(armed, this.kept.settings.preRecordSeconds);
  }

  /** Keeps these inputs in memory from here on; what is listened to already goes on. Refused while recording. */
  async arm(inputs: readonly number[], preRecordSeconds: number): Promise<void> {
    const channels = [...new Set(inputs)].filter((input) => input < this.now.inputChannels).sort((a, b) => a - b);
    const key = JSON.stringify([channels, preRecordSeconds]);
    if (key === this.armedKey) return;
    if (channels.length === 0) await this.call('disarm', null);
    else await this.call('arm', { channels, preRecordSeconds });
    this.armedKey = key;
  }

  private take(event: AudioEvent): void {
    switch (event.type) {
      case 'telemetry':
        this.latest = event.telemetry;
        this.meterViews.latch(event.telemetry);
        this.feed.telemetry(event.telemetry);
        this.telemetryTold.emit(event.telemetry);
        break;
      case 'troubles':
        this.change({ sourceTroubles: event.troubles });
        break;
      case 'lost':
        this.change({ state: 'lost', problem: deviceLost(this.now, event.message) });
        break;
      case 'hung':
        this.change({ state: 'lost', problem: deviceLost(this.now, `The driver hangs (${event.during}).`) });
        break;
    }
  }

  private died(): void {
    const hadDevice = this.now.state === 'running' || this.now.state === 'opening';
    this.planIsKnown = false;
    this.armedKey = '';
    this.latest = null;
    this.change({ state: 'lost', problem: PROCESS_DIED, restarts: this.now.restarts + 1 });
    if (!hadDevice || !this.wantsDevice || !this.mayStartAgain()) return;
    void this.open();
  }

  private mayStartAgain(): boolean {
    const at = performance.now();
    while (this.recentDeaths.length > 0 && at - (this.recentDeaths[0] as number) > 60_000) this.recentDeaths.shift();
    return this.recentDeaths.push(at) <= MOST_RESTARTS_A_MINUTE;
  }

  private takeInputs(inputs: readonly TrackInput[]): void {
    this.inputs = inputs;
    this.feed.change({ type: 'trackInputs', trackInputs: [...inputs] });
  }

  private change(part: Partial<EngineStatus>): EngineStatus {
    this.now = { ...this.now, ...part };
    this.feed.change({ type: 'status', status: this.now });
    this.statusChanged.emit(this.now);
    return this.now;
  }

  private telemetryFor(viewId: string, native: NativeTelemetry): Telemetry {
    const { meters, clipped, metersVersion } = this.meterViews.select(viewId, native);
    return {
      clock: native.clock,
      clockNs: native.clockNs,
      phase: native.rolling ? 'rolling' : 'stopped',
      timelineSample: native.timelineSample,
      speed: native.speed,
      loop: native.loop,
      punchedIn: native.punchedIn,
      loadMean: native.loadMean,
      loadPeak: native.loadPeak,
      losses: {
        inputOverflows: native.inputOverflows,
        outputUnderflows: native.outputUnderflows,
        missedFrames: native.missedFrames,
        recordLostFrames: native.recordLostFrames,
      },
      disk: {
        readySeconds: native.readySeconds,
        heldBytes: native.heldBytes,
        recordRing: native.recordRing,
        recordRingPeak: native.recordRingPeak,
        freeBytes: native.freeBytes,
        secondsToFull: native.secondsToFull,
      },
      metersVersion,
      meters,
      clipped,
      armed: native.armed,
      recordings: native.recordings,
    };
  }
}

const NO_DEVICE: ErrorReport = {
  code: 'no-device-chosen',
  message: 'No audio device is chosen. The project is untouched.',
  remedy: 'Choose one in the audio settings.',
};

const PROCESS_DIED: ErrorReport = {
  code: 'audio-process-died',
  message: 'The audio engine ended unexpectedly. The project is untouched, and what was recorded until then is kept.',
  remedy: 'It is started anew by itself. If it does not come back, take the device back in the audio settings.',
};

function deviceLost(status: EngineStatus, cause: string): ErrorReport {
  const name = status.output?.name ?? status.input?.name ?? 'The audio device';
  const words = cause.trim().replace(/[.\s]*$/, '');
  return {
    code: 'device-lost',
    message: `“${name}” went away: ${words}. The project is untouched, and what was recorded until then is kept.`,
    remedy: 'Connect it again and take it back, or choose another one in the audio settings.',
  };
}

function engineOff(status: EngineStatus): TwopopError {
  return new TwopopError(
    status.problem ?? {
      code: 'engine-off',
      message: 'No audio device is open. Nothing was changed.',
      remedy: 'Open one in the audio settings.',
    },
  );
}
