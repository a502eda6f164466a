import type { Draft } from '../../project/draft.ts';
import type { MirrorChange } from '../../project/mirror.ts';
import { useChosenTake } from '../../takes/chosen-take.ts';
import { relatedTracks } from '../related-tracks.ts';
import type { TimelineContext, TimelineMedia } from '../timeline-context.ts';
import type { TimelineView } from '../timeline-view.ts';
import { headerRows, type Lane, lanesBetween, lanesHeight, layOutLanes } from '../track-layout.ts';
import { laneClips, laneShapes } from './lanes-in-sight.ts';
import { layerIds, ofLayerId } from './layer-ids.ts';
import { markerFlags, pictureSpans } from './pack-scene.ts';
import type { FrameFigures, FromWorker, LaneShape, ToWorker } from './protocol.ts';

/** Lanes this far above and below the window are sent too, so that a scroll finds them there. CSS pixels. */
const LANE_MARGIN = 400;

/**
 * The page's end of the painted timeline: owns the canvas and the worker, watches mirror and view, and once a display
 * frame sends the worker what has changed. A pan or a zoom is one message of a few numbers; a lane's clips are packed
 * and sent when it comes into sight, and again when they change.
 */
export class TimelineStage {
  readonly #context: TimelineContext;
  readonly #canvas: HTMLCanvasElement;
  readonly #worker: Worker;
  readonly #unsubscribe: (() => void)[];
  #width = 0;
  #height = 0;
  #pixelRatio = 1;
  #draft: Draft | null = null;
  #hoveredClipId: number | null = null;
  #offline: ReadonlySet<number> = new Set();
  #lanes: readonly Lane[] | null = null;
  #sentLanes = new Set<number>();
  #sentView: TimelineView | null = null;
  #viewStale = true;
  #selectionStale = false;
  #shapesStale = true;
  #clockStale = true;
  #pictureStale = true;
  #markersStale = true;
  #frame = 0;
  #answers: ((figures: FrameFigures) => void)[] = [];

  constructor(host: HTMLElement, context: TimelineContext, media: TimelineMedia) {
    this.#context = context;
    this.#canvas = document.createElement('canvas');
    this.#canvas.className = 'timeline-canvas';
    this.#canvas.setAttribute('aria-hidden', 'true');
    host.prepend(this.#canvas);
    this.#worker = new Worker(new URL('./timeline-worker.ts', import.meta.url), { type: 'module', name: 'timeline' });
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#receive(data);
    this.#worker.onerror = (event) => this.#reportFailure(event.message);
    const canvas = this.#canvas.transferControlToOffscreen();
    const fontFamily = getComputedStyle(host).fontFamily || 'sans-serif';
    this.#send({ type: 'start', canvas, baseUrl: media.baseUrl, token: media.token, fontFamily }, [canvas]);
    this.#unsubscribe = [
      context.mirror.subscribe((change) => this.#documentChanged(change)),
      context.view.subscribe((view, before) => this.#viewChanged(view, before)),
      useChosenTake.subscribe((chosen, before) => {
        if (chosen.takeId === before.takeId) return;
        this.#selectionStale = true;
        this.#schedule();
      }),
    ];
    this.#schedule();
  }

  /** Lanes as they are laid out now. */
  lanes(): readonly Lane[] {
    this.#lanes ??= layOutLanes(this.#context.mirror.tracks(), this.#context.view.getState());
    return this.#lanes;
  }

  /** How far down the lanes can be scrolled: a little past the last one. */
  maximumScrollTop(): number {
    const room = this.#height - headerRows(this.#context.view.getState().showFeetFrames).lanesTop;
    const height = lanesHeight(this.lanes());
    return height <= room ? 0 : height - room + Math.min(80, room / 2);
  }

  /** CSS pixels of the whole stage, rulers included. */
  resize(width: number, height: number, pixelRatio: number): void {
    if (width === this.#width && height === this.#height && pixelRatio === this.#pixelRatio) return;
    this.#width = width;
    this.#height = height;
    this.#pixelRatio = pixelRatio;
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#flush();
    this.#send({ type: 'size', width, height, pixelRatio });
  }

  /** Shows a draft in place of what the mirror holds; null shows the mirror again. */
  setDraft(draft: Draft | null): void {
    if (draft === this.#draft) return;
    const touched = [this.#draft, draft].flatMap((shown) =>
      shown ? [...shown.trackIds, ...relatedTracks(shown.diff, this.#context.mirror)] : [],
    );
    for (const id of touched) this.#sentLanes.delete(id);
    const tables = new Set([...(this.#draft?.diff ?? []), ...(draft?.diff ?? [])].map((change) => change.table));
    if (tables.has('picture_clip')) this.#pictureStale = true;
    if (tables.has('marker')) this.#markersStale = true;
    this.#draft = draft;
    this.#schedule();
  }

  setHovered(clipId: number | null): void {
    if (clipId === this.#hoveredClipId) return;
    this.#hoveredClipId = clipId;
    this.#viewStale = true;
    this.#schedule();
  }

  /** Sources whose files are missing: their clips are hatched. */
  setOffline(sourceIds: ReadonlySet<number>): void {
    const changed = [...sourceIds].filter((id) => !this.#offline.has(id));
    for (const id of this.#offline) if (!sourceIds.has(id)) changed.push(id);
    if (changed.length === 0) return;
    this.#offline = sourceIds;
    this.#sentLanes.clear();
    this.#send({ type: 'forget', sourceIds: changed });
    this.#schedule();
  }

  /** Frame times of the worker since this was last asked. */
  measure(): Promise<FrameFigures> {
    return new Promise((resolve) => {
      this.#answers.push(resolve);
      this.#send({ type: 'measure' });
    });
  }

  dispose(): void {
    for (const stop of this.#unsubscribe) stop();
    cancelAnimationFrame(this.#frame);
    this.#worker.terminate();
    this.#canvas.remove();
  }

  #documentChanged(change: MirrorChange): void {
    for (const id of change.trackIds) this.#sentLanes.delete(id);
    for (const id of relatedTracks(change.diff, this.#context.mirror)) this.#sentLanes.delete(id);
    if (change.reset) this.#sentLanes.clear();
    if (change.tables.has('track')) {
      this.#lanes = null;
      this.#shapesStale = true;
    }
    // How far a clip is out of sync is said in frames.
    if (change.tables.has('project')) {
      this.#sentLanes.clear();
      this.#clockStale = true;
      this.#pictureStale = true;
    }
    if (change.tables.has('picture_clip') || change.tables.has('picture')) this.#pictureStale = true;
    if (change.tables.has('marker')) this.#markersStale = true;
    if ((['take', 'clip', 'source', 'track'] as const).some((table) => change.tables.has(table))) this.#forgetLayers();
    const sourceIds = change.diff.filter(({ table }) => table === 'source').map(({ id }) => id);
    if (change.reset || sourceIds.length > 0)
      this.#send({ type: 'forget', sourceIds: change.reset ? null : sourceIds });
    this.#schedule();
  }

  #viewChanged(view: TimelineView, before: TimelineView): void {
    if (view.takeLayers !== before.takeLayers) this.#forgetLayers();
    if (
      view.trackHeights !== before.trackHeights ||
      view.defaultTrackHeight !== before.defaultTrackHeight ||
      view.takeLayers !== before.takeLayers
    ) {
      this.#lanes = null;
      this.#shapesStale = true;
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#flush());
  }

  #flush(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { mirror } = this.#context;
    const view = this.#context.view.getState();
    if (this.#clockStale) this.#send({ type: 'clock', clock: mirror.clock() });
    if (this.#shapesStale) this.#send({ type: 'lanes', lanes: this.#laneShapes() });
    this.#sendLanesInSight(view);
    if (this.#pictureStale) this.#send({ type: 'picture', spans: pictureSpans(mirror, this.#draft) });
    if (this.#markersStale) this.#send({ type: 'markers', markers: markerFlags(mirror, this.#draft) });
    if (view.selectedClipIds !== this.#sentView?.selectedClipIds || this.#selectionStale) {
      const { takeId } = useChosenTake.getState();
      this.#send({ type: 'selection', clipIds: [...view.selectedClipIds, ...(takeId === null ? [] : [-takeId])] });
    }
    if (this.#viewStale || viewDiffers(view, this.#sentView)) {
      const { originSample, samplesPerPixel, scrollTop, waveformScale, showFeetFrames, filmGauge } = view;
      const hoveredClipId = this.#hoveredClipId;
      this.#send({
        type: 'view',
        view: { originSample, samplesPerPixel, scrollTop, waveformScale, showFeetFrames, filmGauge, hoveredClipId },
      });
    }
    this.#sentView = view;
    this.#viewStale = false;
    this.#selectionStale = false;
    this.#clockStale = false;
    this.#shapesStale = false;
    this.#pictureStale = false;
    this.#markersStale = false;
  }

  #sendLanesInSight(view: TimelineView): void {
    const height = this.#height - headerRows(view.showFeetFrames).lanesTop;
    const inSight = lanesBetween(this.lanes(), view.scrollTop - LANE_MARGIN, view.scrollTop + height + LANE_MARGIN);
    const wanted = inSight.flatMap((lane) => [lane.trackId, ...layerIds(lane)]);
    const unsent = wanted.filter((trackId) => !this.#sentLanes.has(trackId));
    if (unsent.length === 0) return;
    for (const trackId of unsent) this.#sentLanes.add(trackId);
    const { mirror } = this.#context;
    const draft = this.#draft;
    const pack = () => unsent.map((laneId) => laneClips(mirror, draft, this.#offline, laneId));
    const packed = draft ? mirror.underDraft(draft, pack) : pack();
    this.#send(
      { type: 'clips', lanes: packed },
      packed.flatMap((lane) => [lane.numbers.buffer, lane.gainPoints.buffer]),
    );
  }

  #forgetLayers(): void {
    for (const id of this.#sentLanes) if (id < 0) this.#sentLanes.delete(id);
  }

  #laneShapes(): LaneShape[] {
    const { mirror } = this.#context;
    // The worker forgets lanes that are gone; one that comes back by undo must be sent again.
    const present = new Set(mirror.tracks().map((track) => track.id));
    for (const id of this.#sentLanes) if (!present.has(id < 0 ? ofLayerId(id).trackId : id)) this.#sentLanes.delete(id);
    return laneShapes(mirror, this.lanes());
  }

  #send(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #receive(message: FromWorker): void {
    if (message.type === 'figures') this.#answers.shift()?.(message.figures);
    else this.#reportFailure(message.message);
  }

  #reportFailure(detail: string): void {
    this.#context.onNotice({
      level: 'problem',
      message: `The timeline could not be drawn: ${detail}. The project itself is not touched.`,
      remedy: 'Reload the window. If it happens again, report it with this text.',
    });
  }
}

function viewDiffers(view: TimelineView, sent: TimelineView | null): boolean {
  return (
    !sent ||
    view.originSample !== sent.originSample ||
    view.samplesPerPixel !== sent.samplesPerPixel ||
    view.scrollTop !== sent.scrollTop ||
    view.waveformScale !== sent.waveformScale ||
    view.showFeetFrames !== sent.showFeetFrames ||
    view.filmGauge !== sent.filmGauge
  );
}
