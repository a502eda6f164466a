/** Asks the host for its monotonic clock, in nanoseconds. */
export type AskClock = () => Promise<number>;

const FIRST_PINGS = 8;
const PING_EVERY_MS = 2_000;
/** A measurement counts for so long: the two clocks may drift apart by some ppm. */
const MEASUREMENT_LIVES_MS = 60_000;

/** Measurements that contradict each other by no more than this do so by rounding. */
const ROUNDING_NS = 1_000;

/** What one ping leaves possible of how far the host's clock is ahead of the page's: it was read between sent and back. */
type Measurement = { readonly leastNs: number; readonly mostNs: number; readonly atMs: number };

/**
 * The host's monotonic clock as this page's `performance.now()`: the middle of what all pings of the last minute leave
 * possible together. It errs by half of the smallest round trip at most, and by less the more pings there were: one is
 * held up on its way there, another on its way back.
 */
export class HostClock {
  readonly #now: () => number;
  #measurements: Measurement[] = [];
  #offsetNs: number | null = null;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether anything was measured yet. */
  get isSet(): boolean {
    return this.#offsetNs !== null;
  }

  /** Nanoseconds of the host's clock at a time of this page; null before the first ping came back. */
  hostNs(pageMs: number): number | null {
    return this.#offsetNs === null ? null : pageMs * 1e6 + this.#offsetNs;
  }

  /** Pings until `signal` aborts: some at once, then one every two seconds. Rejects when a ping does. */
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
    this.#measurements.push({ leastNs: hostNs - atMs * 1e6, mostNs: hostNs - sentMs * 1e6, atMs });
    this.#measurements = this.#measurements.filter((one) => atMs - one.atMs <= MEASUREMENT_LIVES_MS);
    this.#offsetNs = offsetOf(this.#measurements);
  }
}

/** The newest count first: an older one that contradicts them was of clocks that have drifted since. */
function offsetOf(measurements: readonly Measurement[]): number {
  let leastNs = Number.NEGATIVE_INFINITY;
  let mostNs = Number.POSITIVE_INFINITY;
  for (const one of measurements.toReversed()) {
    const [least, most] = [Math.max(leastNs, one.leastNs), Math.min(mostNs, one.mostNs)];
    if (least > most + ROUNDING_NS) break;
    [leastNs, mostNs] = [least, most];
  }
  return (leastNs + mostNs) / 2;
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
