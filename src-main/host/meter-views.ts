import type { MeterPoint } from '../../src-shared/engine/live-engine.ts';

const keyOf = ({ kind, id }: MeterPoint) => `${kind} ${id}`;

/** Peaks and clips by the list of that version. */
export type ToldMeters = {
  readonly meters: readonly number[];
  readonly clipped: readonly boolean[];
  readonly metersVersion: number;
};

/** Which meters each view shows, and all of them together for the engine: every point once. */
export class MeterViews {
  private readonly views = new Map<string, { readonly points: readonly MeterPoint[]; readonly version: number }>();
  /** Place of each point in the lists that the engine may still tell of. */
  private readonly places = new Map<number, ReadonlyMap<string, number>>();
  private all: readonly MeterPoint[] = [];
  private latest = 0;
  /** Points that clipped, kept over changes of the list, until they are cleared. */
  private readonly clippedKeys = new Set<string>();

  /** Every point that some view shows. */
  get points(): readonly MeterPoint[] {
    return this.all;
  }

  /** Of {@link points}: counts up with each change. */
  get version(): number {
    return this.latest;
  }

  /** Returns the version from which on the engine tells of these points. */
  watch(viewId: string, points: readonly MeterPoint[]): number {
    this.views.set(viewId, { points, version: this.latest + 1 });
    this.gather();
    return this.latest;
  }

  forget(viewId: string): void {
    if (this.views.delete(viewId)) this.gather();
  }

  /** Notes what clipped. */
  latch(told: ToldMeters): void {
    if (!told.clipped.includes(true)) return;
    for (const [key, place] of this.places.get(told.metersVersion) ?? []) {
      if (told.clipped[place]) this.clippedKeys.add(key);
    }
  }

  clearClipped(): void {
    this.clippedKeys.clear();
  }

  /** What the engine told, in the order in which a view asked; `metersVersion` is the view's own. */
  select(viewId: string, told: ToldMeters): { meters: number[]; clipped: boolean[]; metersVersion: number } {
    const view = this.views.get(viewId);
    const places = this.places.get(told.metersVersion);
    if (!view || !places) return { meters: [], clipped: [], metersVersion: view?.version ?? 0 };
    const at = view.points.map((point) => places.get(keyOf(point)) ?? -1);
    return {
      meters: at.map((place) => told.meters[place] ?? 0),
      clipped: view.points.map((point) => this.clippedKeys.has(keyOf(point))),
      metersVersion: view.version,
    };
  }

  private gather(): void {
    this.latest++;
    const points = new Map<string, MeterPoint>();
    for (const view of this.views.values()) for (const point of view.points) points.set(keyOf(point), point);
    this.all = [...points.values()];
    this.places.set(this.latest, new Map([...points.keys()].map((key, place) => [key, place])));
    // The engine swaps within a tenth of a second; older lists are told of no more.
    for (const version of this.places.keys()) if (version < this.latest - 16) this.places.delete(version);
  }
}
