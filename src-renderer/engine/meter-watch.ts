import type { MeterPoint, Telemetry } from '../../src-shared/engine/live-engine.ts';

type SendPoints = (points: readonly MeterPoint[]) => Promise<{ readonly metersVersion: number }>;

/** Components that come and go within this are one request. */
const GATHER_MS = 30;

export const meterKey = ({ kind, id }: MeterPoint) => `${kind} ${id}`;

/**
 * The meters that are on the screen: each component says which it shows, all of them together are asked of the engine,
 * each once, and read by point. What nobody shows is not computed.
 */
export class MeterWatch {
  readonly #send: SendPoints;
  readonly #wanted = new Map<object, readonly MeterPoint[]>();
  #asked: readonly MeterPoint[] = [];
  #version = -1;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #peaks = new Map<string, number>();
  #clipped = new Set<string>();

  constructor(send: SendPoints) {
    this.#send = send;
  }

  /** Shows these from now on, in place of what `owner` showed before. */
  show(owner: object, points: readonly MeterPoint[]): void {
    if (points.length === 0) this.#wanted.delete(owner);
    else this.#wanted.set(owner, points);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#ask();
    }, GATHER_MS);
  }

  hide(owner: object): void {
    this.show(owner, []);
  }

  /** Asks for everything again: the connection is another one. */
  renew(): void {
    this.#asked = [];
    this.#version = -1;
    void this.#ask();
  }

  /** The highest sample of the last telemetry frame, linear; 0 where nothing is known. */
  peakOf(point: MeterPoint): number {
    return this.#peaks.get(meterKey(point)) ?? 0;
  }

  /** Full scale was reached since clips were last cleared. */
  isClipped(point: MeterPoint): boolean {
    return this.#clipped.has(meterKey(point));
  }

  take({ metersVersion, meters, clipped }: Telemetry): void {
    if (metersVersion !== this.#version || meters.length !== this.#asked.length) return;
    this.#peaks = new Map(this.#asked.map((point, at) => [meterKey(point), meters[at]!]));
    this.#clipped = new Set(this.#asked.filter((_, at) => clipped[at]).map(meterKey));
  }

  /** No device runs: everything reads silence, and no light is on. */
  rest(): void {
    this.#peaks = new Map();
    this.#clipped = new Set();
  }

  async #ask(): Promise<void> {
    const points = new Map<string, MeterPoint>();
    for (const some of this.#wanted.values()) for (const point of some) points.set(meterKey(point), point);
    const next = [...points.values()];
    if (next.length === this.#asked.length && next.every((point, at) => meterKey(point) === meterKey(this.#asked[at]!)))
      return;
    this.#asked = next;
    this.#version = -1;
    try {
      const { metersVersion } = await this.#send(next);
      if (this.#asked === next) this.#version = metersVersion;
    } catch {
      // The connection is gone: they are asked for again with the next one.
      if (this.#asked === next) this.#asked = [];
    }
  }
}
