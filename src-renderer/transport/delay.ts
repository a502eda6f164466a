/** Something that is done a little later, once. */
export class Delay {
  readonly #milliseconds: number;
  readonly #work: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(milliseconds: number, work: () => void) {
    this.#milliseconds = milliseconds;
    this.#work = work;
  }

  /** Waits from now on, or as it did where it waits already. */
  begin(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#work();
    }, this.#milliseconds);
  }

  /** Waits from now on, whatever it waited for. */
  beginAnew(): void {
    this.cancel();
    this.begin();
  }

  cancel(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
