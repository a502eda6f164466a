import { MEDIA_ROUTES } from '../../../src-shared/rpc/media-routes.ts';

/** Blocks of sound itself, for zooms at which a peak is wider than a pixel. */

export const SAMPLES_PER_BLOCK = 16_384;
/** 64 KB each: 48 MB. */
const MAX_BLOCKS = 768;
const BLOCKS_PER_REQUEST = 16;
const REQUESTS_AT_ONCE = 4;
const RETRY_MS = 2500;

type Block = { readonly samples: Float32Array; lastFrame: number };
type Run = { readonly sourceId: number; readonly channel: number; readonly first: number; count: number };

export class SampleStore {
  readonly #url: string;
  readonly #token: string;
  readonly #onArrival: () => void;
  readonly #blocks = new Map<number, Block>();
  readonly #underWay = new Set<number>();
  #wanted: Run[] = [];
  #requests = 0;
  #frame = 0;
  /** When a block that could not be had may be asked for again. */
  readonly #notBefore = new Map<number, number>();
  #generation = 0;

  constructor(baseUrl: string, token: string, onArrival: () => void) {
    this.#url = baseUrl + MEDIA_ROUTES.samples;
    this.#token = token;
    this.#onArrival = onArrival;
  }

  beginFrame(): void {
    this.#frame++;
    this.#wanted = [];
  }

  /** A block of a source's channel if it is here, else null and it is noted as wanted. */
  find(sourceId: number, channel: number, block: number): Float32Array | null {
    const key = blockKey(sourceId, channel, block);
    const found = this.#blocks.get(key);
    if (found) {
      found.lastFrame = this.#frame;
      return found.samples;
    }
    if (!this.#underWay.has(key) && !this.#isPutOff(key)) this.#want(sourceId, channel, block);
    return null;
  }

  get awaited(): number {
    return this.#underWay.size + this.#wanted.reduce((sum, run) => sum + run.count, 0);
  }

  endFrame(): void {
    while (this.#wanted.length > 0 && this.#requests < REQUESTS_AT_ONCE) void this.#fetch(this.#wanted.shift()!);
    if (this.#blocks.size > MAX_BLOCKS) {
      const byAge = [...this.#blocks].sort(([, a], [, b]) => a.lastFrame - b.lastFrame);
      for (const [key] of byAge.slice(0, MAX_BLOCKS / 4)) this.#blocks.delete(key);
    }
  }

  forget(sourceIds: readonly number[] | null): void {
    this.#generation++;
    const gone = sourceIds && new Set(sourceIds);
    for (const key of this.#blocks.keys()) if (!gone || gone.has(Math.floor(key / 2 ** 31))) this.#blocks.delete(key);
    this.#notBefore.clear();
  }

  #want(sourceId: number, channel: number, block: number): void {
    const last = this.#wanted.at(-1);
    const follows =
      last?.sourceId === sourceId &&
      last.channel === channel &&
      last.first + last.count === block &&
      last.count < BLOCKS_PER_REQUEST;
    if (follows) last.count++;
    else if (!this.#isWanted(sourceId, channel, block))
      this.#wanted.push({ sourceId, channel, first: block, count: 1 });
  }

  #isPutOff(key: number): boolean {
    const until = this.#notBefore.get(key);
    return until !== undefined && performance.now() < until;
  }

  #isWanted(sourceId: number, channel: number, block: number): boolean {
    return this.#wanted.some(
      (run) =>
        run.sourceId === sourceId && run.channel === channel && block >= run.first && block < run.first + run.count,
    );
  }

  async #fetch(run: Run): Promise<void> {
    this.#requests++;
    const generation = this.#generation;
    const keys = Array.from({ length: run.count }, (_, index) =>
      blockKey(run.sourceId, run.channel, run.first + index),
    );
    for (const key of keys) this.#underWay.add(key);
    try {
      const from = run.first * SAMPLES_PER_BLOCK;
      const query = `?source=${run.sourceId}&channel=${run.channel}&from=${from}&count=${run.count * SAMPLES_PER_BLOCK}`;
      const response = await fetch(this.#url + query, { headers: { Authorization: `Bearer ${this.#token}` } });
      if (!response.ok) throw new Error(`Samples answered ${response.status}`);
      const received = new Float32Array(await response.arrayBuffer());
      if (generation === this.#generation)
        for (const [index, key] of keys.entries()) {
          // Past the source's end the answer may be shorter: the rest is silence.
          const samples = new Float32Array(SAMPLES_PER_BLOCK);
          samples.set(received.subarray(index * SAMPLES_PER_BLOCK, (index + 1) * SAMPLES_PER_BLOCK));
          this.#blocks.set(key, { samples, lastFrame: this.#frame });
        }
    } catch {
      for (const key of keys) this.#notBefore.set(key, performance.now() + RETRY_MS);
      setTimeout(this.#onArrival, RETRY_MS + 20);
    } finally {
      this.#requests--;
      for (const key of keys) this.#underWay.delete(key);
      this.#onArrival();
    }
  }
}

function blockKey(sourceId: number, channel: number, block: number): number {
  return (sourceId * 1024 + channel) * 2 ** 21 + block;
}
