import type { AudioDeviceName, DeviceListing } from '../../src-shared/engine/live-engine.ts';

const LOOK_EVERY_MS = 2000;

/** Looks for devices by name, again and again, until all of them are there. A look that takes long is not hurried. */
export class DeviceLookout {
  private readonly list: () => Promise<DeviceListing>;
  private readonly told: (areThere: boolean) => void;
  private wanted: readonly AudioDeviceName[] | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isLooking = false;

  /** `told`: after each look at all of them, as long as it is wanted. */
  constructor(list: () => Promise<DeviceListing>, told: (areThere: boolean) => void) {
    this.list = list;
    this.told = told;
  }

  /** Looks for these from now on, the first time after two seconds; goes on where it looks already. */
  watch(names: readonly AudioDeviceName[]): void {
    this.wanted = names;
    if (!this.isLooking && !this.timer) this.lookLater();
  }

  rest(): void {
    this.wanted = null;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private lookLater(): void {
    this.timer = setTimeout(() => void this.look(), LOOK_EVERY_MS);
    // Waiting for a device keeps no process alive.
    this.timer.unref();
  }

  private async look(): Promise<void> {
    this.timer = null;
    this.isLooking = true;
    try {
      const { devices } = await this.list();
      const isThere = (wanted: AudioDeviceName) =>
        devices.some(({ hostApi, name }) => hostApi === wanted.hostApi && name === wanted.name);
      if (this.wanted) this.told(this.wanted.every(isThere));
    } catch {
      // The audio process ended over it: its own story, told elsewhere.
    } finally {
      this.isLooking = false;
      if (this.wanted) this.lookLater();
    }
  }
}
