import { MEDIA_ROUTES, PEAKS_PER_TILE } from '../../../src-shared/rpc/media-routes.ts';
import { MAX_PEAK_LEVEL, tileKey } from './peak-levels.ts';

/** Tiles of the peak pyramid, fetched in batches and kept while there is room. A frame asks, the next one has. */

type Wanted = { readonly sourceId: number; readonly channel: number; readonly level: number; readonly tile: number };
type Tile = { readonly peaks: Int16Array; readonly level: number; readonly tile: number; lastFrame: number };

export type FoundTile = { readonly peaks: Int16Array; readonly level: number; readonly tile: number };

/** Min and max of each peak: 4 KB a tile, so 64 MB. */
const MAX_TILES = 16_000;
const TILES_PER_REQUEST = 1000;
const REQUESTS_AT_ONCE = 2;
const RETRY_MS = 2500;

export class PeakStore {
  readonly #url: string;
  readonly #token: string;
  readonly #onArrival: () => void;
  readonly #tiles = new Map<number, Tile>();
  #wanted = new Map<number, Wanted>();
  readonly #underWay = new Set<number>();
  #requests = 0;
  #frame = 0;
  #notBefore = 0;
  #generation = 0;

  constructor(baseUrl: string, token: string, onArrival: () => void) {
    this.#url = baseUrl + MEDIA_ROUTES.peaks;
    this.#token = token;
    this.#onArrival = onArrival;
  }

  /** Starts a frame: what earlier frames wanted and did not get is no longer asked for. */
  beginFrame(): void {
    this.#frame++;
    this.#wanted.clear();
  }

  /**
   * The best that is here of a tile: itself, else the coarser tile over it, else null. What is missing is noted as
   * wanted. `tile` counts at `level`; the answer says which level and tile it is.
   */
  find(sourceId: number, channel: number, level: number, tile: number): FoundTile | null {
    const key = tileKey(sourceId, channel, level, tile);
    const exact = this.#tiles.get(key);
    if (exact) {
      exact.lastFrame = this.#frame;
      return exact;
    }
    if (!this.#underWay.has(key)) this.#wanted.set(key, { sourceId, channel, level, tile });
    let coarseTile = tile;
    for (let coarser = level + 1; coarser <= MAX_PEAK_LEVEL; coarser++) {
      coarseTile = Math.floor(coarseTile / 4);
      const found = this.#tiles.get(tileKey(sourceId, channel, coarser, coarseTile));
      if (found) return found;
    }
    return null;
  }

  /** The tile itself, if it is here. */
  peek(sourceId: number, channel: number, level: number, tile: number): Int16Array | null {
    return this.#tiles.get(tileKey(sourceId, channel, level, tile))?.peaks ?? null;
  }

  /** How many tiles are asked for or still to be asked for. */
  get awaited(): number {
    return this.#wanted.size + this.#underWay.size;
  }

  /** Sends what the frame wanted. */
  endFrame(): void {
    while (this.#wanted.size > 0 && this.#requests < REQUESTS_AT_ONCE && performance.now() >= this.#notBefore) {
      const batch: [number, Wanted][] = [];
      for (const entry of this.#wanted) {
        batch.push(entry);
        if (batch.length === TILES_PER_REQUEST) break;
      }
      for (const [key] of batch) {
        this.#wanted.delete(key);
        this.#underWay.add(key);
      }
      void this.#fetch(batch);
    }
    if (this.#tiles.size > MAX_TILES) this.#evict();
  }

  /** Drops tiles of sources, or all. */
  forget(sourceIds: readonly number[] | null): void {
    this.#generation++;
    if (sourceIds === null) this.#tiles.clear();
    else {
      const gone = new Set(sourceIds);
      for (const key of this.#tiles.keys()) if (gone.has(sourceOfKey(key))) this.#tiles.delete(key);
    }
    this.#notBefore = 0;
  }

  async #fetch(batch: readonly [number, Wanted][]): Promise<void> {
    this.#requests++;
    const generation = this.#generation;
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ tiles: batch.map(([, wanted]) => wanted) }),
      });
      if (!response.ok) throw new Error(`Peaks answered ${response.status}`);
      const bytes = await response.arrayBuffer();
      const tileBytes = PEAKS_PER_TILE * 4;
      if (bytes.byteLength !== batch.length * tileBytes) throw new Error('Peaks came incomplete');
      if (generation === this.#generation)
        for (const [index, [key, { level, tile }]] of batch.entries()) {
          // A copy each, so that one used tile does not hold a whole answer in memory.
          const peaks = new Int16Array(bytes.slice(index * tileBytes, (index + 1) * tileBytes));
          this.#tiles.set(key, { peaks, level, tile, lastFrame: this.#frame });
        }
    } catch {
      // Not made yet, or the host is away: the body stays without a waveform and is asked for again.
      this.#notBefore = performance.now() + RETRY_MS;
      setTimeout(this.#onArrival, RETRY_MS + 20);
    } finally {
      this.#requests--;
      for (const [key] of batch) this.#underWay.delete(key);
      this.#onArrival();
    }
  }

  /** Drops the quarter that was seen longest ago. */
  #evict(): void {
    const byAge = [...this.#tiles].sort(([, a], [, b]) => a.lastFrame - b.lastFrame);
    for (const [key] of byAge.slice(0, Math.floor(MAX_TILES / 4))) this.#tiles.delete(key);
  }
}

function sourceOfKey(key: number): number {
  return Math.floor(key / 2 ** 31);
}
