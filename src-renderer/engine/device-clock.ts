/** Readings so far back are looked at. */
const WINDOW_NS = 3e9;

type Reading = { readonly clock: number; readonly clockNs: number };

/**
 * The device's sample clock between its readings. A block is never asked for too early but often too late, so the earliest
 * of the last three seconds' readings is believed; a device that runs 100 ppm off is followed within 15 samples.
 */
export class DeviceClock {
  #readings: Reading[] = [];
  #sampleRate = 0;
  #best: Reading | null = null;

  /** Forgets all: another device, or the same opened anew. */
  reset(): void {
    this.#readings = [];
    this.#best = null;
  }

  /** Takes in that the block beginning at `clock` was asked for at `clockNs` of the host. */
  read(reading: Reading, sampleRate: number): void {
    const last = this.#readings.at(-1);
    if (sampleRate !== this.#sampleRate || (last && reading.clock < last.clock)) this.reset();
    this.#sampleRate = sampleRate;
    if (last?.clock === reading.clock) return;
    this.#readings.push(reading);
    const since = reading.clockNs - WINDOW_NS;
    while (this.#readings[0]!.clockNs < since) this.#readings.shift();
    const ahead = ({ clock, clockNs }: Reading) => clock - (clockNs / 1e9) * sampleRate;
    this.#best = this.#readings.reduce((best, one) => (ahead(one) > ahead(best) ? one : best));
  }

  /** The sample that the device is at, fractional; null before the first reading. */
  clockAt(hostNs: number): number | null {
    if (!this.#best) return null;
    return this.#best.clock + ((hostNs - this.#best.clockNs) / 1e9) * this.#sampleRate;
  }
}
