import type { TrackInput } from '../../src-shared/engine/live-engine.ts';
import type { AudioSettingsFile } from './audio-settings-file.ts';
import type { EngineDevice } from './engine-device.ts';

export type ArmedInputsOptions = {
  readonly device: EngineDevice;
  readonly kept: AudioSettingsFile;
  readonly changed: (inputs: readonly TrackInput[]) => void;
  /** Whether something is recorded now. */
  readonly isHeld: () => boolean;
};

/** Where tracks record from, and which of the device's inputs are listened to for it. */
export class ArmedInputs {
  private readonly options: ArmedInputsOptions;
  private now: readonly TrackInput[] = [];
  /** What the engine listens to, and how much it keeps. */
  private sent = '';
  private isWaiting = false;

  constructor(options: ArmedInputsOptions) {
    this.options = options;
  }

  get inputs(): readonly TrackInput[] {
    return this.now;
  }

  /** Another project is open, or none: its inputs as they were chosen on this machine, none of them armed. */
  projectIs(projectId: string | null): void {
    this.set(
      projectId === null ? [] : this.options.kept.inputsOf(projectId).map((kept) => ({ ...kept, armed: false })),
    );
  }

  /** Inputs and modes are kept for this machine and project, arming is not. */
  async choose(projectId: string, inputs: readonly TrackInput[]): Promise<void> {
    this.set(inputs);
    await this.options.kept.setInputs(
      projectId,
      inputs.map(({ armed: _, ...kept }) => kept),
    );
  }

  /** The engine was opened anew: it listens to nothing. */
  engineIsNew(): void {
    this.sent = '';
  }

  /**
   * Listens to the inputs of armed tracks, so that a take may begin before its key. What is recorded now goes on with the
   * inputs that it has; others are listened to once it has ended.
   */
  async send(): Promise<void> {
    const { device, kept, isHeld } = this.options;
    this.isWaiting = isHeld();
    if (!device.isRunning || this.isWaiting) return;
    const armed = this.now.filter((input) => input.armed).flatMap(({ inputs }) => inputs);
    await this.arm(armed, kept.settings.preRecordSeconds);
  }

  /** Nothing is recorded any more. */
  async released(): Promise<void> {
    if (this.isWaiting) await this.send();
  }

  /** Keeps these inputs in memory from here on; what is listened to already goes on. Refused while recording. */
  async arm(inputs: readonly number[], preRecordSeconds: number): Promise<void> {
    const { device } = this.options;
    const channels = [...new Set(inputs)].filter((input) => input < device.status.inputChannels).sort((a, b) => a - b);
    const wanted = JSON.stringify([channels, preRecordSeconds]);
    if (wanted === this.sent) return;
    if (channels.length === 0) await device.call('disarm', null);
    else await device.call('arm', { channels, preRecordSeconds });
    this.sent = wanted;
  }

  private set(inputs: readonly TrackInput[]): void {
    this.now = inputs;
    this.options.changed(inputs);
  }
}
