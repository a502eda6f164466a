const KEPT = 120;
/** Before two refreshes were seen; most screens. */
const FIRST_GUESS_MS = 1000 / 60;
/** No screen is faster; time stamps nearer to each other are of one refresh. */
const LEAST_MS = 1.5;
/** Refreshes that were missed are whole periods longer; anything below is the screen's own unsteadiness. */
const STEADY = 1.4;

/**
 * How long the screen shows one image, from the time stamps of animation frames. A page under load misses refreshes, most
 * of them at times: the shortest of the last ones are the screen's.
 */
export class RefreshPeriod {
  #lastMs: number | null = null;
  #intervals: number[] = [];
  #milliseconds = FIRST_GUESS_MS;

  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Takes in the time stamp of an animation frame. */
  take(atMs: number): void {
    const interval = this.#lastMs === null ? 0 : atMs - this.#lastMs;
    this.#lastMs = atMs;
    if (interval < LEAST_MS) return;
    this.#intervals.push(interval);
    if (this.#intervals.length > KEPT) this.#intervals.shift();
    const shortest = Math.min(...this.#intervals);
    let sum = 0;
    let count = 0;
    for (const one of this.#intervals) {
      if (one > shortest * STEADY) continue;
      sum += one;
      count++;
    }
    this.#milliseconds = sum / count;
  }
}
