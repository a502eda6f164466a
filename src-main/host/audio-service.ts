import {
  type AudioSettings,
  audioSettingsSchema,
  type Calibration,
  type DeviceListing,
  type EngineEvent,
  type EngineStatus,
  type MeterPoint,
  type MonitorSettings,
  type TrackInput,
} from '../../src-shared/engine/live-engine.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import type { AudioEvent, AudioMethod, ParamsOf, ResultOf } from '../engine/process/messages.ts';
import type { NativeTelemetry } from '../engine/process/native-engine.ts';
import type { Project } from '../project/project.ts';
import { ArmedInputs } from './armed-inputs.ts';
import { recordRolling } from './audio-problems.ts';
import { AudioSettingsFile, roundTripKey } from './audio-settings-file.ts';
import { Broadcast } from './broadcast.ts';
import { beepLeadSamples, CueBeeps } from './cue-beeps.ts';
import { clockOf, type DocumentService } from './document-service.ts';
import { EngineDevice } from './engine-device.ts';
import type { EngineChange } from './engine-events.ts';
import { EngineViews } from './engine-views.ts';
import { nativeMonitor } from './live-scene.ts';
import { MonitorDesk } from './monitor-desk.ts';
import type { ProjectService } from './project-service.ts';
import type { RecordService } from './record-service.ts';
import { type LivePlans, SceneFeed } from './scene-feed.ts';

/**
 * The live engine as the rest of the host knows it: the chosen device, what is played and monitored through it, and how
 * it is. When the audio process dies another is started and the device opened again; nothing else of the host waits for
 * it.
 */
export class AudioService {
  /** Thirty times a second while a device runs. */
  readonly telemetryTold = new Broadcast<NativeTelemetry>();
  private readonly kept: AudioSettingsFile;
  private readonly projects: ProjectService;
  private readonly media: LivePlans;
  private readonly device: EngineDevice;
  private readonly views = new EngineViews((viewId) => this.viewEnded(viewId));
  private readonly beeps = new CueBeeps();
  private readonly desk: MonitorDesk;
  private readonly armed: ArmedInputs;
  private readonly scene: SceneFeed;
  private latest: NativeTelemetry | null = null;
  private isRecording = () => false;

  constructor(settingsFolder: string, projects: ProjectService, documents: DocumentService, media: LivePlans) {
    this.kept = new AudioSettingsFile(settingsFolder);
    this.desk = new MonitorDesk(this.kept, (monitor) => this.views.change({ type: 'monitor', monitor }));
    this.projects = projects;
    this.media = media;
    this.device = new EngineDevice({
      settings: () => this.kept.settings,
      sampleRate: () => this.projectClock()?.sampleRate ?? this.kept.settings.sampleRate,
      roundTripOf: (opened) => this.kept.roundTripOf(roundTripKey(opened)) ?? null,
      opened: () => this.sendAll(),
      event: (event) => this.take(event),
    });
    this.device.statusChanged.on((status) => this.views.change({ type: 'status', status }));
    this.armed = new ArmedInputs({
      device: this.device,
      kept: this.kept,
      changed: (trackInputs) => this.views.change({ type: 'trackInputs', trackInputs: [...trackInputs] }),
      isHeld: () => this.isRecording(),
    });
    this.scene = new SceneFeed({
      facts: () => this.sceneFacts(),
      compile: async () => (projects.current() ? media.require().livePlan() : null),
      send: (scene) => this.device.call('setScene', scene),
      refused: (refusedPlan) => {
        if (refusedPlan || this.status.refusedPlan) this.device.change({ refusedPlan });
      },
    });
    documents.committed.on(() => this.scene.edited());
    projects.listen({ opened: (project) => this.projectOpened(project), closing: () => this.projectClosing() });
  }

  /** The device stays open as it is from the start of a recording until it is taken in; what would change it is refused. */
  holdWhile(records: Pick<RecordService, 'state' | 'changed'>): void {
    this.isRecording = () => records.state.phase !== 'idle';
    records.changed.on(({ phase }) => {
      // What the engine refuses is told in its status.
      if (phase === 'idle') void this.armed.released().catch(() => {});
    });
  }

  get status(): EngineStatus {
    return this.device.status;
  }

  /** Each change of {@link status}. */
  get statusChanged(): Broadcast<EngineStatus> {
    return this.device.statusChanged;
  }

  /** Another number once the device that ran does no more: clocks of one say nothing of the next. */
  get session(): number {
    return this.device.session;
  }

  get settings(): AudioSettings {
    return this.kept.settings;
  }

  /** Why the defaults are in use though there are settings; null: nothing to say. */
  get settingsNotice(): string | null {
    return this.kept.notice;
  }

  get monitor(): MonitorSettings {
    return this.desk.settings;
  }

  get trackInputs(): readonly TrackInput[] {
    return this.armed.inputs;
  }

  /** As the audio process told it last; null while no device runs. */
  get telemetry(): NativeTelemetry | null {
    return this.device.isRunning ? this.latest : null;
  }

  /** The line that beeps are heard before; null: none. */
  get beepedLine(): number | null {
    return this.beeps.lineSample;
  }

  /** Of the running audio process; for tests and the command line. */
  get processId(): number | undefined {
    return this.device.processId;
  }

  /** Names of the open device's inputs. */
  get inputNames(): readonly string[] {
    return this.device.inputNames;
  }

  /** Asks the audio process; see `AudioProcessClient.call`. Throws `engine-off` while no device runs. */
  call<Method extends AudioMethod>(method: Method, params: ParamsOf<Method>): Promise<ResultOf<Method>> {
    return this.device.call(method, params);
  }

  /** The same whether a device runs or not: for what may still be asked once it is gone. */
  readonly processCall = <Method extends AudioMethod>(
    method: Method,
    params: ParamsOf<Method>,
  ): Promise<ResultOf<Method>> => this.device.processCall(method, params);

  devices(): Promise<DeviceListing> {
    return this.device.list();
  }

  /**
   * Keeps the settings; where a device is open or waited for and another one, rate or buffer was chosen, that is opened.
   * Then it throws `record-rolling`, and nothing is kept, while something is recorded.
   */
  async setSettings(settings: AudioSettings): Promise<AudioSettings> {
    const before = this.kept.settings;
    const next = audioSettingsSchema.parse(settings);
    const isOther = (['input', 'output', 'sampleRate', 'framesPerBuffer'] as const).some(
      (field) => JSON.stringify(before[field]) !== JSON.stringify(next[field]),
    );
    const reopens = isOther && this.device.isWanted;
    if (reopens) this.mustBeFree();
    await this.kept.setSettings(next);
    this.views.change({ type: 'settings', settings: next });
    if (reopens) await this.device.open();
    else await this.scene.scene();
    if (before.preRecordSeconds !== next.preRecordSeconds) await this.armed.send();
    return next;
  }

  /**
   * Opens the chosen device, at the rate of the open project, and closes the one before; also takes one back that was
   * lost. Resolves with the state that came of it: a refusal is told in `problem`, not thrown. Throws `record-rolling`
   * while something is recorded.
   */
  async open(): Promise<EngineStatus> {
    this.mustBeFree();
    return this.device.open();
  }

  /**
   * Opens the device that was chosen at an earlier launch; one that is not there is waited for. Where none was ever
   * chosen nothing happens, and nothing is said.
   */
  async openRemembered(): Promise<EngineStatus> {
    const { input, output } = this.kept.settings;
    return input || output ? this.open() : this.status;
  }

  /** Throws `record-rolling` while something is recorded. */
  async close(): Promise<EngineStatus> {
    this.mustBeFree();
    return this.device.close();
  }

  /** Ends the audio process, by force where it does not end by itself. */
  async end(): Promise<void> {
    await this.device.end();
    await this.kept.settled();
    this.views.end();
  }

  /** Sends ten impulses from an output through a cable to an input, and keeps the round trip for this device. */
  async calibrate(output: number, input: number): Promise<Calibration> {
    this.mustBeFree();
    const measured = await this.call('calibrate', { output, input, count: 10 });
    await this.kept.setRoundTrip(roundTripKey(this.status), measured.roundTripSamples);
    this.device.change({ roundTripSamples: measured.roundTripSamples });
    return measured;
  }

  /**
   * What was set is kept for the next launch, but for what would startle then. Talkback ends with the view that switched
   * it on, where it is one that follows the {@link events}.
   */
  async setMonitor(monitor: MonitorSettings, viewId: string | null = null): Promise<MonitorSettings> {
    this.desk.set(monitor, this.projects.current()?.id ?? null, viewId);
    if (this.device.isRunning) {
      await this.call('setMonitor', nativeMonitor(monitor));
      await this.scene.scene();
    }
    return monitor;
  }

  /**
   * Inputs and modes are kept for this machine and project, arming is not. Armed inputs are being listened to from here
   * on; while something is recorded, once that has ended.
   */
  async setTrackInputs(inputs: readonly TrackInput[]): Promise<readonly TrackInput[]> {
    await this.armed.choose(this.projects.require().id, inputs);
    await this.armed.send();
    await this.scene.scene();
    return this.armed.inputs;
  }

  /** Keeps these inputs in memory from here on; what is listened to already goes on. Refused while recording. */
  arm(inputs: readonly number[], preRecordSeconds: number): Promise<void> {
    return this.armed.arm(inputs, preRecordSeconds);
  }

  /**
   * The beeps of the monitor settings before this line, until what rolls next has stopped; null: none. Resolves, once the
   * engine has them, with how long before the line the first begins: 0 where they are off.
   */
  async beepBefore(lineSample: number | null): Promise<number> {
    if (lineSample === null && this.beeps.lineSample === null) return 0;
    this.beeps.before(lineSample);
    await this.scene.scene();
    const clock = this.projectClock();
    return lineSample === null || !clock ? 0 : beepLeadSamples(this.desk.settings.beeps, clock);
  }

  /** Has files heard that were away when the project was opened and are there again. */
  async findFiles(): Promise<void> {
    if (this.projects.current() && (await this.media.require().findMissing())) await this.scene.compile();
  }

  /** What this view shows from now on; its telemetry says by the version when it does. */
  async watchMeters(viewId: string, points: readonly MeterPoint[]): Promise<{ metersVersion: number }> {
    const metersVersion = this.views.watchMeters(viewId, points);
    await this.scene.scene();
    return { metersVersion };
  }

  async clearClipped(): Promise<void> {
    this.views.clearClipped();
    await this.call('clearClipped', null);
  }

  /** How it is, then each change of it, and telemetry with the meters that this view watches. */
  events(viewId: string, signal?: AbortSignal): AsyncGenerator<EngineEvent> {
    const current: EngineChange[] = [
      { type: 'status', status: this.status },
      { type: 'settings', settings: this.kept.settings },
      { type: 'monitor', monitor: this.desk.settings },
      { type: 'trackInputs', trackInputs: [...this.armed.inputs] },
    ];
    return this.views.follow(viewId, current, signal);
  }

  private projectClock(): ProjectClock | null {
    return this.projects.current() ? clockOf(this.projects.require()) : null;
  }

  private async projectOpened(project: Project): Promise<void> {
    this.armed.projectIs(project.id);
    this.desk.projectIs(project.id);
    const { sampleRate } = clockOf(project);
    if (this.device.isRunning && this.status.sampleRate === sampleRate) await this.scene.compile();
    // A device that refused the rate of another project may take this one.
    else void this.device.openAgain();
  }

  private async projectClosing(): Promise<void> {
    await this.scene.clear();
    this.armed.projectIs(null);
    this.desk.projectIs(null);
    this.beeps.before(null);
    if (!this.device.isRunning) return;
    try {
      await this.call('stop', null);
      await this.armed.send();
      await this.scene.scene();
    } catch {
      // The audio process is gone, and with it all that was to be stopped.
    }
  }

  private sceneFacts() {
    if (!this.device.isRunning) return null;
    const { inputChannels, outputChannels, sampleRate } = this.status;
    return {
      inputs: this.armed.inputs,
      monitor: this.desk.settings,
      settings: this.kept.settings,
      ...this.views.metered,
      beeps: this.beeps.tones(this.desk.settings.beeps, this.projectClock()),
      inputChannels,
      outputChannels,
      sampleRate,
    };
  }

  /** To an engine that knows nothing yet. */
  private async sendAll(): Promise<void> {
    this.scene.engineIsNew();
    this.armed.engineIsNew();
    await this.call('setMonitor', nativeMonitor(this.desk.settings));
    await this.armed.send();
    await this.scene.compile();
  }

  private mustBeFree(): void {
    if (this.isRecording()) throw recordRolling('The audio device and its settings were');
  }

  private viewEnded(viewId: string): void {
    const monitor = this.desk.without(viewId);
    if (monitor) void this.setMonitor(monitor).catch(() => {});
  }

  private take(event: Exclude<AudioEvent, { readonly type: 'lost' | 'hung' }>): void {
    if (event.type === 'troubles') {
      this.device.change({ sourceTroubles: event.troubles });
      return;
    }
    const { telemetry } = event;
    this.latest = telemetry;
    this.views.telemetry(telemetry);
    this.telemetryTold.emit(telemetry);
    if (this.beeps.hasEnded(telemetry.rolling)) void this.beepBefore(null).catch(() => {});
  }
}
