import type { EngineEvent, MeterPoint } from '../../src-shared/engine/live-engine.ts';
import type { NativeTelemetry } from '../engine/process/native-engine.ts';
import { type EngineChange, EngineEvents } from './engine-events.ts';
import { MeterViews } from './meter-views.ts';
import { viewTelemetry } from './view-telemetry.ts';

/** Everyone who looks at the engine: what each is told, and which meters each shows. */
export class EngineViews {
  private readonly feed = new EngineEvents();
  private readonly meters = new MeterViews();
  private readonly gone: (viewId: string) => void;

  /** `gone`: a view follows no more. */
  constructor(gone: (viewId: string) => void) {
    this.gone = gone;
  }

  /** What the engine is to meter: every point that some view shows. Counted by `metersVersion`. */
  get metered(): { readonly meters: readonly MeterPoint[]; readonly metersVersion: number } {
    return { meters: this.meters.points, metersVersion: this.meters.version };
  }

  change(change: EngineChange): void {
    this.feed.change(change);
  }

  telemetry(telemetry: NativeTelemetry): void {
    this.meters.latch(telemetry);
    this.feed.telemetry(telemetry);
  }

  /** Returns the version from which on the engine meters these points. */
  watchMeters(viewId: string, points: readonly MeterPoint[]): number {
    return this.meters.watch(viewId, points);
  }

  clearClipped(): void {
    this.meters.clearClipped();
  }

  /** `current` first, then what comes, until `signal` aborts; the view's meters are forgotten with it. */
  async *follow(
    viewId: string,
    current: readonly EngineChange[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<EngineEvent> {
    try {
      for await (const event of this.feed.follow(current, signal)) {
        if (event.type !== 'telemetry') yield event;
        else {
          const { telemetry } = event;
          yield { type: 'telemetry', telemetry: viewTelemetry(telemetry, this.meters.select(viewId, telemetry)) };
        }
      }
    } finally {
      this.meters.forget(viewId);
      this.gone(viewId);
    }
  }

  /** Ends what everyone follows. */
  end(): void {
    this.feed.end();
  }
}
