/** Asks the host for its monotonic clock, in nanoseconds. */
export type AskClock = () => Promise<number>;

const FIRST_PINGS = 8;
const PING_EVERY_MS = 5_000;
/** A measurement counts for so long: the two clocks may drift apart by some ppm. */
const MEASUREMENT_LIVES_MS = 60_000;

type Measurement = { readonly roundTripMs: number; readonly offsetNs: number; readonly atMs: number };

/**
 * The host's monotonic clock as this page's `performance.now()`: half way of the ping with the smallest round trip of the
 * last minute, which errs by at most half of that round trip.
 */
export class HostClock {
  readonly #now: () => number;
  #measurements: Measurement[] = [];
  #best: Measurement | null = null;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether anything was measured yet. */
  get isSet(): boolean {
    return this.#best !== null;
  }

  /** Nanoseconds of the host's clock at a time of this page; null before the first ping came back. */
  hostNs(pageMs: number): number | null {
    return this.#best ? pageMs * 1e6 + this.#best.offsetNs : null;
  }

  /** Pings until `signal` aborts: some at once, then one every five seconds. Rejects when a ping does. */
  async follow(ask: AskClock, signal: AbortSignal): Promise<void> {
    for (let count = 1; !signal.aborted; count++) {
      await this.measure(ask);
      if (count >= FIRST_PINGS) await pause(PING_EVERY_MS, signal);
    }
  }

  /** One ping. */
  async measure(ask: AskClock): Promise<void> {
    const sentMs = this.#now();
    const hostNs = await ask();
    const atMs = this.#now();
    this.#measurements.push({
      roundTripMs: atMs - sentMs,
      offsetNs: hostNs - ((sentMs + atMs) / 2) * 1e6,
      atMs,
    });
    this.#measurements = this.#measurements.filter((one) => atMs - one.atMs <= MEASUREMENT_LIVES_MS);
    this.#best = this.#measurements.reduce((best, one) => (one.roundTripMs < best.roundTripMs ? one : best));
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
