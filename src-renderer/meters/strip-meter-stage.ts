import { inputOf } from '../engine/input-routing.ts';
import type { TimelineContext } from '../timeline/timeline-context.ts';
import type { Lane } from '../timeline/track-layout.ts';
import { FLOOR_DB, type MeterState, scalePosition } from './meter-ballistics.ts';
import { layOutStrips, MeterBank, type Strip } from './strip-meters.ts';

/** Of the canvas, in CSS pixels: two bars and the gap between them stand in it. */
export const STRIP_METER_WIDTH = 12;
const BARS_LEFT = 1;
const BAR_WIDTH = 4;
const BAR_GAP = 1;

/** Scrolling asks the engine for other meters once it has come to rest. */
const WATCH_AFTER_MS = 150;

const ZONES = [
  [FLOOR_DB, -20, '--good'],
  [-20, -6, '--warn'],
  [-6, 0, '--bad'],
] as const;

/**
 * The meters of all headers in sight on one canvas. It asks the engine for these meters and no others, moves while a
 * device runs, and rests when nothing on it does. The preview has no meters of tracks: all of them are silent then.
 */
export class StripMeterStage {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: TimelineContext;
  readonly #onClipped: (trackIds: readonly number[]) => void;
  readonly #bank = new MeterBank();
  readonly #colours = new Map<string, string>();
  readonly #endings: (() => void)[];
  #lanes: readonly Lane[] = [];
  #strips: readonly Strip[] = [];
  #keys: readonly string[] = [];
  #clippedKey = '';
  #dirty = true;
  #frame = 0;
  #watchTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(canvas: HTMLCanvasElement, context: TimelineContext, onClipped: (trackIds: readonly number[]) => void) {
    this.#canvas = canvas;
    this.#context = context;
    this.#onClipped = onClipped;
    const { engine, view } = context;
    const sizes = new ResizeObserver(() => this.#wake());
    sizes.observe(canvas);
    this.#endings = [
      () => sizes.disconnect(),
      engine.onTelemetry(() => this.#take()),
      engine.store.subscribe((state, before) => {
        if (state.trackInputs !== before.trackInputs || state.status?.state !== before.status?.state) this.#layOut();
      }),
      view.subscribe((now, before) => now.scrollTop !== before.scrollTop && this.#wake()),
    ];
  }

  /** The lanes in sight, from the top of the first lane of all. */
  setLanes(lanes: readonly Lane[]): void {
    this.#lanes = lanes;
    this.#layOut();
  }

  dispose(): void {
    for (const end of this.#endings) end();
    if (this.#watchTimer) clearTimeout(this.#watchTimer);
    if (this.#frame) cancelAnimationFrame(this.#frame);
    this.#context.engine.meters.hide(this);
  }

  #layOut(): void {
    const { engine } = this.#context;
    const { trackInputs } = engine.store.getState();
    this.#strips = layOutStrips(this.#lanes, (trackId) => inputOf(trackInputs, trackId));
    this.#keys = this.#strips.flatMap(({ keys }) => keys);
    this.#watchTimer ??= setTimeout(() => {
      this.#watchTimer = null;
      engine.meters.show(this, engine.isRunning ? this.#strips.flatMap(({ points }) => points) : []);
    }, WATCH_AFTER_MS);
    if (!engine.isRunning) this.#tellClipped([]);
    this.#wake();
  }

  #take(): void {
    const { meters } = this.#context.engine;
    const clipped: number[] = [];
    for (const { trackId, points, keys } of this.#strips) {
      for (const [at, point] of points.entries()) this.#bank.take(keys[at]!, meters.peakOf(point));
      if (points.some((point) => meters.isClipped(point))) clipped.push(trackId);
    }
    this.#tellClipped(clipped);
    this.#frame ||= requestAnimationFrame(this.#step);
  }

  #tellClipped(trackIds: readonly number[]): void {
    const key = trackIds.join();
    if (key === this.#clippedKey) return;
    this.#clippedKey = key;
    this.#onClipped(trackIds);
  }

  #wake(): void {
    this.#dirty = true;
    this.#frame ||= requestAnimationFrame(this.#step);
  }

  readonly #step = (nowMs: number): void => {
    this.#frame = 0;
    const moved = this.#bank.step(this.#keys, nowMs / 1000);
    if (moved || this.#dirty) this.#draw();
    this.#dirty = false;
    if (moved) this.#frame ||= requestAnimationFrame(this.#step);
  };

  #draw(): void {
    const canvas = this.#canvas;
    const context = canvas.getContext('2d');
    if (!context) return;
    const scale = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = canvas;
    const width = Math.round(clientWidth * scale);
    const height = Math.round(clientHeight * scale);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, clientWidth, clientHeight);
    const scrollTop = Math.round(this.#context.view.getState().scrollTop);
    for (const strip of this.#strips) {
      const top = strip.top - scrollTop;
      if (top + strip.height < 0 || top > clientHeight) continue;
      const barWidth = strip.keys.length === 1 ? 2 * BAR_WIDTH + BAR_GAP : BAR_WIDTH;
      for (const [at, key] of strip.keys.entries()) {
        const x = BARS_LEFT + at * (BAR_WIDTH + BAR_GAP);
        this.#drawBar(context, this.#bank.state(key), x, top, barWidth, strip.height);
      }
    }
  }

  #drawBar(
    context: CanvasRenderingContext2D,
    meter: MeterState,
    x: number,
    top: number,
    width: number,
    height: number,
  ): void {
    const y = (db: number) => top + height * (1 - scalePosition(db));
    context.fillStyle = this.#colour('--ground-0');
    context.fillRect(x, top, width, height);
    for (const [from, to, name] of ZONES) {
      const upper = Math.min(meter.levelDb, to);
      if (upper <= from) break;
      context.fillStyle = this.#colour(name);
      context.fillRect(x, y(upper), width, y(from) - y(upper));
    }
    if (meter.heldDb > FLOOR_DB) {
      context.fillStyle = this.#colour('--text');
      context.fillRect(x, Math.round(y(meter.heldDb)), width, 1);
    }
  }

  #colour(name: string): string {
    let colour = this.#colours.get(name);
    if (colour === undefined) {
      colour = getComputedStyle(this.#canvas).getPropertyValue(name).trim();
      this.#colours.set(name, colour);
    }
    return colour;
  }
}
