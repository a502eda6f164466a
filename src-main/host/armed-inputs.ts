import type { TrackInput } from '../../src-shared/engine/live-engine.ts';
import type { EngineDevice } from './engine-device.ts';

/** Where tracks record from, and which of the device's inputs are listened to for it. */
export class ArmedInputs {
  private readonly device: EngineDevice;
  private readonly changed: (inputs: readonly TrackInput[]) => void;
  private now: readonly TrackInput[] = [];
  /** What the engine listens to, and how much it keeps. */
  private sent = '';

  constructor(device: EngineDevice, changed: (inputs: readonly TrackInput[]) => void) {
    this.device = device;
    this.changed = changed;
  }

  get inputs(): readonly TrackInput[] {
    return this.now;
  }

  set(inputs: readonly TrackInput[]): void {
    this.now = inputs;
    this.changed(inputs);
  }

  /** The engine was opened anew: it listens to nothing. */
  engineIsNew(): void {
    this.sent = '';
  }

  /** Listens to the inputs of armed tracks, so that a take may begin before its key. */
  async send(preRecordSeconds: number): Promise<void> {
    if (!this.device.isRunning) return;
    const armed = this.now.filter((input) => input.armed).flatMap(({ inputs }) => inputs);
    await this.arm(armed, preRecordSeconds);
  }

  /** Keeps these inputs in memory from here on; what is listened to already goes on. Refused while recording. */
  async arm(inputs: readonly number[], preRecordSeconds: number): Promise<void> {
    const channels = [...new Set(inputs)]
      .filter((input) => input < this.device.status.inputChannels)
      .sort((a, b) => a - b);
    const wanted = JSON.stringify([channels, preRecordSeconds]);
    if (wanted === this.sent) return;
    if (channels.length === 0) await this.device.call('disarm', null);
    else await this.device.call('arm', { channels, preRecordSeconds });
    this.sent = wanted;
  }
}
