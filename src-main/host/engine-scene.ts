import type { MonitorSettings, TrackInput } from '../../src-shared/engine/live-engine.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import { ArmedInputs } from './armed-inputs.ts';
import type { AudioSettingsFile } from './audio-settings-file.ts';
import { beepLeadSamples, CueBeeps } from './cue-beeps.ts';
import { clockOf } from './document-service.ts';
import type { EngineDevice } from './engine-device.ts';
import type { EngineViews } from './engine-views.ts';
import { nativeMonitor } from './live-scene.ts';
import { MonitorDesk } from './monitor-desk.ts';
import type { ProjectService } from './project-service.ts';
import { type LivePlans, SceneFeed } from './scene-feed.ts';

export type EngineSceneOptions = {
  readonly device: EngineDevice;
  readonly kept: AudioSettingsFile;
  readonly projects: ProjectService;
  readonly media: LivePlans;
  readonly views: EngineViews;
  /** Whether something is recorded now. */
  readonly isRecording: () => boolean;
};

/** What the engine is to play, to listen to and to let be heard: the document, inputs of tracks, monitoring and beeps. */
export class EngineScene {
  private readonly options: EngineSceneOptions;
  private readonly beeps = new CueBeeps();
  private readonly desk: MonitorDesk;
  private readonly armed: ArmedInputs;
  private readonly feed: SceneFeed;

  constructor(options: EngineSceneOptions) {
    this.options = options;
    const { device, kept, projects, media, views, isRecording } = options;
    this.desk = new MonitorDesk(kept, (monitor) => views.change({ type: 'monitor', monitor }));
    this.armed = new ArmedInputs({
      device,
      kept,
      changed: (trackInputs) => views.change({ type: 'trackInputs', trackInputs: [...trackInputs] }),
      isHeld: isRecording,
    });
    this.feed = new SceneFeed({
      facts: () => this.facts(),
      compile: async () => (projects.current() ? media.require().livePlan() : null),
      send: (scene) => device.call('setScene', scene),
      refused: (refusedPlan) => {
        if (refusedPlan || device.status.refusedPlan) device.change({ refusedPlan });
      },
    });
  }

  get monitor(): MonitorSettings {
    return this.desk.settings;
  }

  get trackInputs(): readonly TrackInput[] {
    return this.armed.inputs;
  }

  /** The line that beeps are heard before; null: none. */
  get beepedLine(): number | null {
    return this.beeps.lineSample;
  }

  /** Of the open project; null without one. */
  get projectClock(): ProjectClock | null {
    const { projects } = this.options;
    return projects.current() ? clockOf(projects.require()) : null;
  }

  /** See `AudioService.setMonitor`. */
  async setMonitor(monitor: MonitorSettings, viewId: string | null): Promise<MonitorSettings> {
    const { device, projects } = this.options;
    this.desk.set(monitor, projects.current()?.id ?? null, viewId);
    if (device.isRunning) {
      await device.call('setMonitor', nativeMonitor(monitor));
      await this.feed.scene();
    }
    return monitor;
  }

  /** A view follows no more: what it alone held is let go of. */
  viewEnded(viewId: string): void {
    const monitor = this.desk.without(viewId);
    // An engine that is gone lets nothing be heard.
    if (monitor) void this.setMonitor(monitor, null).catch(() => {});
  }

  /** See `AudioService.setTrackInputs`. */
  async setTrackInputs(inputs: readonly TrackInput[]): Promise<readonly TrackInput[]> {
    await this.armed.choose(this.options.projects.require().id, inputs);
    await this.armed.send();
    await this.feed.scene();
    return this.armed.inputs;
  }

  /** Has the inputs of armed tracks listened to; while something is recorded, once that has ended. */
  listen(): Promise<void> {
    return this.armed.send();
  }

  /** Nothing is recorded any more. */
  released(): Promise<void> {
    return this.armed.released();
  }

  /** See `AudioService.arm`. */
  arm(inputs: readonly number[], preRecordSeconds: number): Promise<void> {
    return this.armed.arm(inputs, preRecordSeconds);
  }

  /** See `AudioService.beepBefore`. */
  async beepBefore(lineSample: number | null): Promise<number> {
    if (lineSample === null && this.beeps.lineSample === null) return 0;
    this.beeps.before(lineSample);
    await this.feed.scene();
    const { projectClock } = this;
    return lineSample === null || !projectClock ? 0 : beepLeadSamples(this.desk.settings.beeps, projectClock);
  }

  /** As the engine rolls now: beeps end with the roll that they were for. */
  rolls(isRolling: boolean): void {
    if (this.beeps.hasEnded(isRolling)) void this.beepBefore(null).catch(() => {});
  }

  /** The document was edited. */
  edited(): void {
    this.feed.edited();
  }

  /** Compiles the document as it is now and resolves when it is played, or was refused. */
  compile(): Promise<void> {
    return this.feed.compile();
  }

  /** See `AudioService.findFiles`. */
  async findFiles(): Promise<void> {
    const { projects, media } = this.options;
    if (projects.current() && (await media.require().findMissing())) await this.feed.compile();
  }

  /** Has all that is not the document heard as it is now. Throws what the engine refuses. */
  refresh(): Promise<void> {
    return this.feed.scene();
  }

  /** To an engine that knows nothing yet. */
  async sendAll(): Promise<void> {
    this.feed.engineIsNew();
    this.armed.engineIsNew();
    await this.options.device.call('setMonitor', nativeMonitor(this.desk.settings));
    await this.armed.send();
    await this.feed.compile();
  }

  /** Inputs and cue gains are those of this project from here on. */
  projectIs(projectId: string): void {
    this.armed.projectIs(projectId);
    this.desk.projectIs(projectId);
  }

  /** The project is about to be closed: nothing of it is played or listened to any more. */
  async projectClosing(): Promise<void> {
    const { device } = this.options;
    await this.feed.clear();
    this.armed.projectIs(null);
    this.desk.projectIs(null);
    this.beeps.before(null);
    if (!device.isRunning) return;
    try {
      await device.call('stop', null);
      await this.armed.send();
      await this.feed.scene();
    } catch {
      // The audio process is gone, and with it all that was to be stopped.
    }
  }

  private facts() {
    const { device, kept, views } = this.options;
    if (!device.isRunning) return null;
    const { inputChannels, outputChannels, sampleRate } = device.status;
    return {
      inputs: this.armed.inputs,
      monitor: this.desk.settings,
      settings: kept.settings,
      ...views.metered,
      beeps: this.beeps.tones(this.desk.settings.beeps, this.projectClock),
      inputChannels,
      outputChannels,
      sampleRate,
    };
  }
}
