import type { MediaAccess } from '../app/session.ts';
import { PeakStore } from '../timeline/canvas/peak-store.ts';
import { SampleStore } from '../timeline/canvas/sample-store.ts';
import { drawLane } from './draw-lane.ts';
import { loudestTogether, type TraceColumns, type TraceSound, traceColumns } from './trace-columns.ts';
import { secondsAtPixel, type TraceView } from './trace-view.ts';

/** One sound drawn in a lane. */
export type LaneTrace = { readonly sound: TraceSound; readonly color: string };

/** A line through a lane with a name: a clap, a mark, the place, what is heard. */
export type LaneLine = {
  readonly seconds: number;
  readonly kind: 'place' | 'clap' | 'mark' | 'chosen-mark' | 'piece' | 'edge';
  readonly label: string;
  /** Its name stands a line higher, clear of those of the other sound. */
  readonly isRaised?: boolean;
};

/** A strip of time with sounds laid over each other in it. */
export type Lane = {
  readonly name: string;
  readonly view: TraceView;
  readonly traces: readonly LaneTrace[];
  readonly lines: readonly LaneLine[];
  readonly originSeconds: number;
  readonly frameSeconds: number;
  readonly active: boolean;
  readonly framesNamed: boolean;
};

export type TraceScene = {
  readonly lanes: readonly Lane[];
  /** What is heard now, in seconds of each lane; null while nothing is. */
  readonly heard: () => readonly (number | null)[];
  /** Whether sound is playing, so that what is heard must be followed. */
  readonly playing: boolean;
  /** Called once with where both sounds of the first lane are loud, as soon as that can be seen. */
  readonly onLoudest: ((seconds: number) => void) | null;
};

const HEARD_COLOR = '#f4f5f6';

/** Draws lanes on a canvas outside of React, from sound fetched as it comes into sight. */
export class TraceStage {
  readonly #canvas: HTMLCanvasElement;
  readonly #peaks: PeakStore;
  readonly #samples: SampleStore;
  readonly #observer: ResizeObserver;
  #scene: TraceScene | null = null;
  #animation = 0;
  #drawn: HTMLCanvasElement = document.createElement('canvas');
  #stale = true;

  constructor(canvas: HTMLCanvasElement, media: MediaAccess) {
    this.#canvas = canvas;
    const again = () => this.#invalidate();
    this.#peaks = new PeakStore(media.baseUrl, media.token, again);
    this.#samples = new SampleStore(media.baseUrl, media.token, again);
    this.#observer = new ResizeObserver(again);
    this.#observer.observe(canvas);
  }

  /** Shows a scene from the next display frame on. */
  show(scene: TraceScene): void {
    this.#scene = scene;
    this.#invalidate();
  }

  dispose(): void {
    this.#observer.disconnect();
    cancelAnimationFrame(this.#animation);
    this.#scene = null;
  }

  #invalidate(): void {
    this.#stale = true;
    if (this.#animation === 0) this.#animation = requestAnimationFrame(() => this.#frame());
  }

  #frame(): void {
    this.#animation = 0;
    const scene = this.#scene;
    if (!scene) return;
    if (this.#stale) this.#draw(scene);
    const context = this.#canvas.getContext('2d');
    if (!context) return;
    context.drawImage(this.#drawn, 0, 0);
    this.#drawHeard(context, scene);
    if (scene.playing) this.#animation = requestAnimationFrame(() => this.#frame());
  }

  #draw(scene: TraceScene): void {
    this.#stale = false;
    const ratio = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(this.#canvas.clientWidth * ratio));
    const height = Math.max(1, Math.round(this.#canvas.clientHeight * ratio));
    for (const canvas of [this.#canvas, this.#drawn])
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
      }
    const context = this.#drawn.getContext('2d');
    if (!context) return;
    this.#peaks.beginFrame();
    this.#samples.beginFrame();
    const stores = { peaks: this.#peaks, samples: this.#samples };
    const laneHeight = height / Math.max(1, scene.lanes.length);
    for (const [index, lane] of scene.lanes.entries()) {
      const columns = lane.traces.map(({ sound, color }) => ({
        color,
        sound,
        columns: traceColumns(stores, sound, lane.view, width),
      }));
      const top = Math.round(index * laneHeight);
      drawLane(context, lane, columns, { top, height: Math.round(laneHeight), width, ratio });
      if (index === 0)
        this.#tellLoudest(
          scene,
          lane,
          columns.map((trace) => trace.columns),
          width,
        );
    }
    this.#canvas.dataset.awaited = String(this.#peaks.awaited + this.#samples.awaited);
    this.#peaks.endFrame();
    this.#samples.endFrame();
  }

  #tellLoudest(scene: TraceScene, lane: Lane, columns: readonly TraceColumns[], width: number): void {
    const [camera, recorder] = columns;
    if (!scene.onLoudest || !camera || !recorder || this.#peaks.awaited + this.#samples.awaited > 0) return;
    const x = loudestTogether(camera, recorder);
    if (x === null) return;
    const tell = scene.onLoudest;
    const seconds = secondsAtPixel(x + 0.5, lane.view, width);
    setTimeout(() => tell(seconds), 0);
  }

  #drawHeard(context: CanvasRenderingContext2D, scene: TraceScene): void {
    const heard = scene.heard();
    this.#canvas.dataset.heard = heard[0] == null ? '' : heard[0].toFixed(4);
    const ratio = window.devicePixelRatio || 1;
    const laneHeight = this.#canvas.height / Math.max(1, scene.lanes.length);
    context.fillStyle = HEARD_COLOR;
    for (const [index, lane] of scene.lanes.entries()) {
      const seconds = heard[index] ?? null;
      if (seconds === null) continue;
      const x = ((seconds - lane.view.centreSeconds) / lane.view.spanSeconds + 0.5) * this.#canvas.width;
      context.fillRect(Math.round(x), index * laneHeight, Math.max(1, ratio), laneHeight);
    }
  }
}
