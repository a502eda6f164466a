import { createStore, type StoreApi } from 'zustand/vanilla';

export type DraftedSettingsOptions<T> = {
  /** As the host has them; null before it has said so. */
  readonly host: () => T | null;
  /** Keeps them and says what they are then. */
  readonly send: (settings: T) => Promise<T>;
  /** What the host made of them: from here on {@link host} answers it. */
  readonly adopt: (settings: T) => void;
  /** A refusal; what was asked for is taken back. */
  readonly onRefused: (error: unknown) => void;
  /** At most one request in so long. */
  readonly everyMs?: number;
};

/** Thirty a second: more than a hand on a fader can hear, and few enough for the host. */
const EVERY_MS = 33;

type Patch<T> = (settings: T) => T;

/**
 * Settings that are shown as they were set here at once, and sent whole, one request after the other: what changes
 * meanwhile waits and goes with the next, so that a fader is never drawn back under the hand by an answer to an older
 * request.
 */
export class DraftedSettings<T extends object> {
  /** What is to be shown: the host's, with the changes on them that it has not answered yet. */
  readonly shown: StoreApi<{ readonly settings: T | null }>;
  readonly #options: DraftedSettingsOptions<T>;
  readonly #patches = new Map<string, Patch<T>>();
  #sending = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: DraftedSettingsOptions<T>) {
    this.#options = options;
    this.shown = createStore<{ settings: T | null }>(() => ({ settings: options.host() }));
  }

  /** The host's settings have changed, whoever changed them. */
  refresh(): void {
    const host = this.#options.host();
    this.shown.setState({ settings: host && this.#patched(host) });
  }

  /** Changes one thing, known by `key`: a later change of the same takes the place of this one. */
  change(key: string, patch: Patch<T>): void {
    if (!this.#options.host()) return;
    // Last of all, also where an older one of this key was: patches may look at each other's fields.
    this.#patches.delete(key);
    this.#patches.set(key, patch);
    this.refresh();
    this.#sendSoon();
  }

  /** Sends what waits now, without keeping to the rate: the page is going away. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    void this.#send();
  }

  #patched(host: T): T {
    let settings = host;
    for (const patch of this.#patches.values()) settings = patch(settings);
    return settings;
  }

  #sendSoon(): void {
    if (this.#sending || this.#timer !== null) return;
    const waitMs = Math.max(0, this.#sentAtMs + (this.#options.everyMs ?? EVERY_MS) - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#send();
    }, waitMs);
  }

  async #send(): Promise<void> {
    const host = this.#options.host();
    if (!host || this.#patches.size === 0) return;
    const sent = new Map(this.#patches);
    this.#sending = true;
    this.#sentAtMs = performance.now();
    try {
      this.#options.adopt(await this.#options.send(this.#patched(host)));
    } catch (error) {
      this.#options.onRefused(error);
    }
    this.#sending = false;
    for (const [key, patch] of sent) if (this.#patches.get(key) === patch) this.#patches.delete(key);
    this.refresh();
    if (this.#patches.size > 0) this.#sendSoon();
  }
}
