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
import type { AudioEvent, AudioMethod, ParamsOf, ResultOf } from '../engine/process/messages.ts';
import type { NativeTelemetry } from '../engine/process/native-engine.ts';
import type { Project } from '../project/project.ts';
import { recordRolling } from './audio-problems.ts';
import { AudioSettingsFile, roundTripKey } from './audio-settings-file.ts';
import { Broadcast } from './broadcast.ts';
import { clockOf, type DocumentService } from './document-service.ts';
import { EngineDevice } from './engine-device.ts';
import type { EngineChange } from './engine-events.ts';
import { EngineScene } from './engine-scene.ts';
import { EngineViews } from './engine-views.ts';
import type { ProjectService } from './project-service.ts';
import type { RecordService } from './record-service.ts';
import type { LivePlans } from './scene-feed.ts';

/**
 * The live engine as the rest of the host knows it: the chosen device, what is played and monitored through it, and how
 * it is. When the audio process dies another is started and the device opened again; nothing else of the host waits for
 * it.
 */
export class AudioService {
  /** Thirty times a second while a device runs. */
  readonly telemetryTold = new Broadcast<NativeTelemetry>();
  private readonly kept: AudioSettingsFile;
  private readonly device: EngineDevice;
  private readonly views = new EngineViews((viewId) => this.scene.viewEnded(viewId));
  private readonly scene: EngineScene;
  private latest: NativeTelemetry | null = null;
  private isRecording = () => false;

  constructor(settingsFolder: string, projects: ProjectService, documents: DocumentService, media: LivePlans) {
    this.kept = new AudioSettingsFile(settingsFolder);
    this.device = new EngineDevice({
      settings: () => this.kept.settings,
      sampleRate: () => this.scene.projectClock?.sampleRate ?? this.kept.settings.sampleRate,
      roundTripOf: (opened) => this.kept.roundTripOf(roundTripKey(opened)) ?? null,
      opened: () => this.scene.sendAll(),
      event: (event) => this.take(event),
    });
    this.device.statusChanged.on((status) => this.views.change({ type: 'status', status }));
    this.scene = new EngineScene({
      device: this.device,
      kept: this.kept,
      projects,
      media,
      views: this.views,
      isRecording: () => this.isRecording(),
    });
    documents.committed.on(() => this.scene.edited());
    projects.listen({ opened: (project) => this.projectOpened(project), closing: () => this.scene.projectClosing() });
  }

  /** The device stays open as it is from the start of a recording until it is taken in; what would change it is refused. */
  holdWhile(records: Pick<RecordService, 'state' | 'changed'>): void {
    this.isRecording = () => records.state.phase !== 'idle';
    records.changed.on(({ phase }) => {
      // What the engine refuses is told in its status.
      if (phase === 'idle') void this.scene.released().catch(() => {});
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
    return this.scene.monitor;
  }

  get trackInputs(): readonly TrackInput[] {
    return this.scene.trackInputs;
  }

  /** As the audio process told it last; null while no device runs. */
  get telemetry(): NativeTelemetry | null {
    return this.device.isRunning ? this.latest : null;
  }

  /** The line that beeps are heard before; null: none. */
  get beepedLine(): number | null {
    return this.scene.beepedLine;
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
    else await this.scene.refresh();
    if (before.preRecordSeconds !== next.preRecordSeconds) await this.scene.listen();
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
  setMonitor(monitor: MonitorSettings, viewId: string | null = null): Promise<MonitorSettings> {
    return this.scene.setMonitor(monitor, viewId);
  }

  /**
   * Inputs and modes are kept for this machine and project, arming is not. Armed inputs are being listened to from here
   * on; while something is recorded, once that has ended.
   */
  setTrackInputs(inputs: readonly TrackInput[]): Promise<readonly TrackInput[]> {
    return this.scene.setTrackInputs(inputs);
  }

  /** Keeps these inputs in memory from here on; what is listened to already goes on. Refused while recording. */
  arm(inputs: readonly number[], preRecordSeconds: number): Promise<void> {
    return this.scene.arm(inputs, preRecordSeconds);
  }

  /**
   * The beeps of the monitor settings before this line, until what rolls next has stopped; null: none. Resolves, once the
   * engine has them, with how long before the line the first begins: 0 where they are off.
   */
  beepBefore(lineSample: number | null): Promise<number> {
    return this.scene.beepBefore(lineSample);
  }

  /** Has files heard that were away when the project was opened and are there again. */
  async findFiles(): Promise<void> {
    await this.scene.findFiles();
  }

  /** What this view shows from now on; its telemetry says by the version when it does. */
  async watchMeters(viewId: string, points: readonly MeterPoint[]): Promise<{ metersVersion: number }> {
    const metersVersion = this.views.watchMeters(viewId, points);
    await this.scene.refresh();
    return { metersVersion };
  }

  async clearClipped(): Promise<void> {
    try {
      await this.call('clearClipped', null);
    } finally {
      // Afterwards: what the engine told before it heard of this would light them again, for good.
      this.views.clearClipped();
    }
  }

  /** How it is, then each change of it, and telemetry with the meters that this view watches. */
  events(viewId: string, signal?: AbortSignal): AsyncGenerator<EngineEvent> {
    const current: EngineChange[] = [
      { type: 'status', status: this.status },
      { type: 'settings', settings: this.kept.settings },
      { type: 'monitor', monitor: this.scene.monitor },
      { type: 'trackInputs', trackInputs: [...this.scene.trackInputs] },
    ];
    return this.views.follow(viewId, current, signal);
  }

  private async projectOpened(project: Project): Promise<void> {
    this.scene.projectIs(project.id);
    const { sampleRate } = clockOf(project);
    if (this.device.isRunning && this.status.sampleRate === sampleRate) await this.scene.compile();
    // A device that refused the rate of another project may take this one.
    else void this.device.openAgain();
  }

  private mustBeFree(): void {
    if (this.isRecording()) throw recordRolling('The audio device was');
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
    this.scene.rolls(telemetry.rolling);
  }
}
