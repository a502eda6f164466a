import type { ClipPainter } from './draw-clip.ts';
import { PeakStore } from './peak-store.ts';
import { PixelSurface } from './pixel-surface.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { SampleStore } from './sample-store.ts';
import { drawScene, type Scene } from './scene.ts';
import { TextStamps } from './text-stamps.ts';

/**
 * Paints the timeline away from the page: a picture in memory, put on an OffscreenCanvas. On software rendering this
 * is several times quicker than canvas paths or WebGL, and the page stays free for the pointer.
 */

type WorkerScope = {
  onmessage: ((event: { data: ToWorker }) => void) | null;
  postMessage(message: FromWorker): void;
};
const scope = globalThis as unknown as WorkerScope;

/** New texts a frame; each costs about 0.1 ms. */
const TEXTS_PER_FRAME = 40;

const scene: Scene = {
  clock: { frameRate: { numerator: 24, denominator: 1, drop: false }, sampleRate: 48_000, startFrame: 0 },
  view: {
    originSample: 0,
    samplesPerPixel: 1000,
    scrollTop: 0,
    waveformScale: 1,
    showFeetFrames: false,
    filmGauge: '35mm-4perf',
    hoveredClipId: null,
  },
  lanes: [],
  clips: new Map(),
  picture: [],
  markers: [],
};

let target: OffscreenCanvasRenderingContext2D | null = null;
let stores: { peaks: PeakStore; samples: SampleStore } | null = null;
let surface: PixelSurface | null = null;
let text: TextStamps | null = null;
let fontFamily = 'sans-serif';
let pixelRatio = 1;
let selected: ReadonlySet<number> = new Set();
/** Something has changed since the last frame. */
let stale = false;
let frameRequested = false;
let paintMs: number[] = [];
let intervalMs: number[] = [];
let frames = 0;
let lastFrameAt = 0;

/** Draws at the worker's next display frame. */
function requestFrame(): void {
  stale = true;
  if (frameRequested) return;
  frameRequested = true;
  requestAnimationFrame(() => {
    frameRequested = false;
    if (stale) drawFrame();
  });
}

/**
 * Draws as soon as the messages that have already come are read. A view comes from the page's own display frame: to wait
 * for another one here would show it late, and now and then not at all. When drawing falls behind, the views that have
 * piled up meanwhile are read first, so only the newest is drawn.
 */
const soon = new MessageChannel();
let soonRequested = false;
soon.port1.onmessage = () => {
  soonRequested = false;
  if (stale) drawFrame();
};

function drawSoon(): void {
  stale = true;
  if (soonRequested) return;
  soonRequested = true;
  soon.port2.postMessage(null);
}

function drawFrame(): void {
  stale = false;
  if (!target || !surface || !text || !stores) return;
  const begun = performance.now();
  const { view } = scene;
  const samplesPerPixel = view.samplesPerPixel / pixelRatio;
  const painter: ClipPainter = {
    surface,
    stores,
    text,
    pixelRatio,
    samplesPerPixel,
    originPixel: Math.round(view.originSample / samplesPerPixel),
    waveformScale: view.waveformScale,
    selected,
    hoveredClipId: view.hoveredClipId,
  };
  stores.peaks.beginFrame();
  stores.samples.beginFrame();
  text.allow(TEXTS_PER_FRAME);
  surface.unclip();
  drawScene(scene, painter);
  stores.peaks.endFrame();
  stores.samples.endFrame();
  target.putImageData(surface.image, 0, 0);
  if (text.refused > 0) requestFrame();
  const done = performance.now();
  frames++;
  if (paintMs.length < 10_000) {
    paintMs.push(done - begun);
    if (lastFrameAt > 0) intervalMs.push(begun - lastFrameAt);
  }
  lastFrameAt = begun;
}

function setSize(width: number, height: number, ratio: number): void {
  if (!target) return;
  const deviceWidth = Math.max(1, Math.round(width * ratio));
  const deviceHeight = Math.max(1, Math.round(height * ratio));
  target.canvas.width = deviceWidth;
  target.canvas.height = deviceHeight;
  surface = new PixelSurface(deviceWidth, deviceHeight);
  if (!text || ratio !== pixelRatio) text = new TextStamps(ratio, fontFamily);
  pixelRatio = ratio;
  // The canvas was cleared: fill it in the same task, so that no empty frame is seen.
  drawFrame();
}

function receive(message: ToWorker): void {
  switch (message.type) {
    case 'start':
      target = message.canvas.getContext('2d', { alpha: false });
      if (!target) throw new Error('The browser gave no 2D context for the timeline');
      fontFamily = message.fontFamily;
      stores = {
        peaks: new PeakStore(message.baseUrl, message.token, requestFrame),
        samples: new SampleStore(message.baseUrl, message.token, requestFrame),
      };
      return;
    case 'size':
      setSize(message.width, message.height, message.pixelRatio);
      return;
    case 'view':
      scene.view = message.view;
      drawSoon();
      return;
    case 'clock':
      scene.clock = message.clock;
      break;
    case 'lanes': {
      scene.lanes = message.lanes;
      const kept = new Set(message.lanes.map((lane) => lane.trackId));
      for (const trackId of scene.clips.keys()) if (!kept.has(trackId)) scene.clips.delete(trackId);
      break;
    }
    case 'clips':
      for (const lane of message.lanes) scene.clips.set(lane.trackId, lane);
      break;
    case 'picture':
      scene.picture = message.spans;
      break;
    case 'markers':
      scene.markers = message.markers;
      break;
    case 'selection':
      selected = new Set(message.clipIds);
      break;
    case 'forget':
      stores?.peaks.forget(message.sourceIds);
      stores?.samples.forget(message.sourceIds);
      break;
    case 'measure': {
      const awaited = (stores?.peaks.awaited ?? 0) + (stores?.samples.awaited ?? 0) + (stale ? 1 : 0);
      scope.postMessage({ type: 'figures', figures: { frames, paintMs, intervalMs, awaited } });
      frames = 0;
      paintMs = [];
      intervalMs = [];
      lastFrameAt = 0;
      return;
    }
  }
  requestFrame();
}

scope.onmessage = ({ data }) => {
  try {
    receive(data);
  } catch (error) {
    scope.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
};
