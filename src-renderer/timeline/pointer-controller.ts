import type { Command } from '../../src-shared/edit/commands.ts';
import { chooseTake } from '../takes/chosen-take.ts';
import { putTake } from '../takes/put-take.ts';
import type { TimelineStage } from './canvas/stage.ts';
import { hitTest, type TimelineHit } from './hit-test.ts';
import type { TimelineOverlay } from './overlay.ts';
import { draftOrNull, placedClipIds, sendCommand } from './send-command.ts';
import type { TimelineContext } from './timeline-context.ts';
import { chooseGesture, cursorOver } from './tools/choose-gesture.ts';
import { type Gesture, type GestureFrame, type GesturePointer, hasDragged } from './tools/gesture.ts';
import { headerRows } from './track-layout.ts';

/** How close to a side, in CSS pixels, a drag scrolls. */
const EDGE_SCROLL_PIXELS = 24;
const EDGE_SCROLL_SPEED = 18;
/** A draft stays at most this long for its commit to come back. */
const COMMIT_PATIENCE_MS = 4000;

/**
 * Turns pointer and wheel into gestures: press begins one, each display frame shows its draft, release sends its
 * command, Escape or a lost pointer drops it.
 */
export class PointerController {
  readonly #element: HTMLElement;
  readonly #context: TimelineContext;
  readonly #stage: TimelineStage;
  readonly #overlay: TimelineOverlay;
  readonly #onMenu: (hit: TimelineHit, event: MouseEvent) => void;
  readonly #ended = new AbortController();
  #gesture: Gesture | null = null;
  #from: GesturePointer | null = null;
  #now: GesturePointer | null = null;
  #command: Command | null = null;
  #frame = 0;
  #refusal: string | null = null;
  #awaitingSeq: number | null = null;
  #sendings = 0;

  constructor(
    element: HTMLElement,
    context: TimelineContext,
    stage: TimelineStage,
    overlay: TimelineOverlay,
    onMenu: (hit: TimelineHit, event: MouseEvent) => void,
  ) {
    this.#onMenu = onMenu;
    this.#element = element;
    this.#context = context;
    this.#stage = stage;
    this.#overlay = overlay;
    const { signal } = this.#ended;
    element.addEventListener('pointerdown', (event) => this.#press(event), { signal });
    element.addEventListener('pointermove', (event) => this.#move(event), { signal });
    element.addEventListener('pointerup', (event) => this.#release(event), { signal });
    element.addEventListener('pointercancel', () => this.cancel(), { signal });
    element.addEventListener('pointerleave', () => this.#gesture || this.#stage.setHovered(null), { signal });
    element.addEventListener('dblclick', (event) => this.#doubleClick(event), { signal });
    element.addEventListener('contextmenu', (event) => this.#menu(event), { signal });
    element.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    const stop = context.mirror.subscribe(() => this.#committed());
    signal.addEventListener('abort', stop);
  }

  /** Whether a gesture is under way. */
  get active(): boolean {
    return this.#gesture !== null;
  }

  /** Drops the gesture under way: nothing was changed. */
  cancel(): void {
    this.#gesture?.cancel?.();
    this.#end();
    this.#stage.setDraft(null);
  }

  dispose(): void {
    this.cancel();
    this.#ended.abort();
  }

  #pointer(event: MouseEvent): GesturePointer {
    const box = this.#element.getBoundingClientRect();
    return {
      x: event.clientX - box.left,
      y: event.clientY - box.top,
      shift: event.shiftKey,
      alt: event.altKey,
      control: event.ctrlKey || event.metaKey,
    };
  }

  #hit(pointer: GesturePointer) {
    const { mirror, view } = this.#context;
    return hitTest(pointer.x, pointer.y, mirror, view.getState(), this.#stage.lanes());
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0 || this.#gesture) return;
    const pointer = this.#pointer(event);
    this.#gesture = chooseGesture(this.#hit(pointer), {
      context: this.#context,
      lanes: this.#stage.lanes(),
      pointer,
    });
    if (!this.#gesture) return;
    // The focus goes to the timeline, so that keys mean it.
    this.#element
      .closest<HTMLElement>('.timeline')
      ?.focus({ preventScroll: true, focusVisible: false } as FocusOptions);
    event.preventDefault();
    this.#element.setPointerCapture(event.pointerId);
    this.#from = pointer;
    this.#now = pointer;
    this.#schedule();
    window.addEventListener('keydown', this.#escape, { capture: true });
  }

  #move(event: PointerEvent): void {
    const pointer = this.#pointer(event);
    if (this.#gesture) {
      this.#now = pointer;
      this.#schedule();
      return;
    }
    const hit = this.#hit(pointer);
    this.#element.style.cursor = cursorOver(hit, this.#context);
    this.#stage.setHovered(hit.on === 'clip' ? hit.clipId : null);
  }

  #release(event: PointerEvent): void {
    const gesture = this.#gesture;
    if (!gesture || event.button !== 0) return;
    this.#now = this.#pointer(event);
    this.#show();
    gesture.finish?.(this.#now);
    const command = this.#command;
    const refusal = this.#refusal;
    this.#end();
    this.#element.style.cursor = cursorOver(this.#hit(this.#pointer(event)), this.#context);
    if (command && !refusal) void this.#send(command);
    else {
      this.#stage.setDraft(null);
      if (refusal) this.#context.onNotice({ level: 'note', message: refusal });
    }
  }

  /** Keeps the draft on the stage until the commit is in the mirror, so that nothing jumps back in between. */
  async #send(command: Command): Promise<void> {
    const sending = ++this.#sendings;
    this.#awaitingSeq = Number.POSITIVE_INFINITY;
    const draft = command.kind === 'clip.duplicate' ? draftOrNull(this.#context.mirror, command) : null;
    const answer = (await sendCommand(this.#context, command)) as { readonly seq?: number } | null;
    const copies = command.kind === 'clip.duplicate' ? placedClipIds(draft, answer) : [];
    if (copies.length > 0) this.#context.view.getState().selectClips(copies);
    // A later gesture has put its own draft in place.
    if (sending !== this.#sendings) return;
    this.#awaitingSeq = answer?.seq ?? this.#context.mirror.seq;
    this.#committed();
    setTimeout(() => {
      if (sending !== this.#sendings || this.#awaitingSeq === null) return;
      this.#awaitingSeq = this.#context.mirror.seq;
      this.#committed();
    }, COMMIT_PATIENCE_MS);
  }

  #committed(): void {
    if (this.#awaitingSeq === null || this.#context.mirror.seq < this.#awaitingSeq) return;
    this.#awaitingSeq = null;
    if (!this.#gesture) this.#stage.setDraft(null);
  }

  #escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.cancel();
  };

  #end(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#gesture = null;
    this.#from = null;
    this.#command = null;
    this.#refusal = null;
    this.#overlay.setGuide(null);
    this.#overlay.setBand(null);
    this.#overlay.setReadout(null);
    window.removeEventListener('keydown', this.#escape, { capture: true });
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#scrollAtEdge();
      this.#show();
    });
  }

  /** Shows what the gesture would do now. */
  #show(): void {
    if (!this.#gesture || !this.#now) return;
    const frame: GestureFrame = this.#gesture.update(this.#now);
    this.#command = frame.command;
    this.#refusal = null;
    if (frame.cursor) this.#element.style.cursor = frame.cursor;
    try {
      this.#stage.setDraft(frame.command ? this.#context.mirror.draft(frame.command) : null);
    } catch (error) {
      // The document's own rules turn it down here: the same words as from the host, before anything is sent.
      this.#refusal = error instanceof Error ? error.message : String(error);
      this.#stage.setDraft(null);
    }
    this.#overlay.setGuide(frame.guideSample ?? null);
    this.#overlay.setBand(frame.band ?? null);
    this.#overlay.setReadout(this.#refusal ?? frame.readout ?? null, this.#now.x, this.#now.y);
  }

  /** Scrolls while a drag is held at a side of the stage, sideways and, once it has left its lane, up and down. */
  #scrollAtEdge(): void {
    if (!this.#gesture || !this.#now || !this.#from || !hasDragged(this.#from, this.#now)) return;
    const before = this.#context.view.getState();
    if (before.tool === 'hand') return;
    const { lanesTop } = headerRows(before.showFeetFrames);
    const sideways = edgeSpeed(this.#now.x, 0, before.viewportWidth);
    const inLanes = this.#from.y >= lanesTop && Math.abs(this.#now.y - this.#from.y) > EDGE_SCROLL_PIXELS;
    const upDown = inLanes ? edgeSpeed(this.#now.y, lanesTop, before.viewportHeight) : 0;
    if (sideways === 0 && upDown === 0) return;
    before.scrollByPixels(sideways, this.#limitedScroll(upDown));
    const after = this.#context.view.getState();
    if (after.originSample !== before.originSample || after.scrollTop !== before.scrollTop) this.#schedule();
  }

  #doubleClick(event: MouseEvent): void {
    const hit = this.#hit(this.#pointer(event));
    const { mirror, view } = this.#context;
    if (hit.on === 'clip') {
      const clip = mirror.get('clip', hit.clipId);
      if (!clip) return;
      const toSample = clip.startSample + clip.lengthSamples;
      view.getState().selectRange({ fromSample: clip.startSample, toSample, trackIds: [clip.trackId] });
      view.getState().setCursor(clip.startSample);
    } else if (hit.on === 'take') {
      const take = hit.takeId === null ? null : mirror.get('take', hit.takeId);
      if (take) void putTake(this.#context, take);
    } else if (hit.on === 'picture') {
      const clip = mirror.get('picture_clip', hit.pictureClipId);
      if (!clip) return;
      const trackIds = mirror.tracks().map((track) => track.id);
      const toSample = clip.startSample + clip.lengthSamples;
      view.getState().selectRange({ fromSample: clip.startSample, toSample, trackIds });
    }
  }

  /** The menu is about what it was asked over: that becomes the selection, unless it is part of it. */
  #menu(event: MouseEvent): void {
    event.preventDefault();
    if (this.#gesture) return;
    const hit = this.#hit(this.#pointer(event));
    const view = this.#context.view.getState();
    if (hit.on === 'clip' && !view.selectedClipIds.has(hit.clipId)) view.selectClips([hit.clipId]);
    if (hit.on === 'take' && hit.takeId !== null) chooseTake(hit.takeId);
    if (hit.on === 'clip' || hit.on === 'lane' || hit.on === 'take') view.setActiveTrack(hit.trackId);
    if (hit.on === 'marker') {
      const marker = this.#context.mirror.get('marker', hit.markerId);
      if (marker) view.setCursor(marker.atSample);
    }
    this.#onMenu(hit, event);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const view = this.#context.view.getState();
    const unit =
      event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1;
    const deltaX = event.deltaX * unit;
    const deltaY = event.deltaY * unit;
    const pointer = this.#pointer(event);
    if (pointer.control) view.zoomBy(1.0025 ** deltaY, pointer.x);
    else if (event.altKey) view.setWaveformScale(view.waveformScale * 0.998 ** deltaY);
    else if (event.shiftKey && deltaX === 0) view.scrollByPixels(deltaY, 0);
    else view.scrollByPixels(deltaX, this.#limitedScroll(deltaY));
  }

  /** Down to the last lane and no further. */
  #limitedScroll(deltaY: number): number {
    const view = this.#context.view.getState();
    return Math.min(deltaY, Math.max(0, this.#stage.maximumScrollTop() - view.scrollTop));
  }
}

/** Pixels a frame that a drag at `position` scrolls between two sides; 0 away from both. */
function edgeSpeed(position: number, low: number, high: number): number {
  const beyond =
    position < low + EDGE_SCROLL_PIXELS
      ? position - low - EDGE_SCROLL_PIXELS
      : Math.max(0, position - high + EDGE_SCROLL_PIXELS);
  return Math.max(-1, Math.min(1, beyond / EDGE_SCROLL_PIXELS)) * EDGE_SCROLL_SPEED;
}
