const KEPT = 31;
/** Before enough refreshes were seen; most screens. */
const FIRST_GUESS_MS = 1000 / 60;

/** How long the screen shows one image: the median of the last refreshes, so that one that was missed does not count. */
export class RefreshPeriod {
  #lastMs: number | null = null;
  #periods: number[] = [];
  #median = FIRST_GUESS_MS;

  get milliseconds(): number {
    return this.#median;
  }

  /** Takes in the time stamp of an animation frame. */
  take(atMs: number): void {
    const period = this.#lastMs === null ? 0 : atMs - this.#lastMs;
    this.#lastMs = atMs;
    if (period <= 0) return;
    this.#periods = [...this.#periods.slice(1 - KEPT), period];
    const sorted = this.#periods.toSorted((a, b) => a - b);
    if (sorted.length >= 5) this.#median = sorted[sorted.length >> 1]!;
  }
}
