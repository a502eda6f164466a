import { recordedSpans } from '../record/recorded-spans.ts';
import { pixelOfSample } from './coordinates.ts';
import type { TimelineContext } from './timeline-context.ts';
import type { TimelineView } from './timeline-view.ts';
import { headerRows, type Lane, laneBottom } from './track-layout.ts';

/**
 * The layers over the painted timeline: playhead, cursor, range, rubber band, catch line, readout. They are a few
 * elements moved by transforms, so that playing and selecting never repaint a clip.
 */
export class TimelineOverlay {
  readonly #context: TimelineContext;
  readonly #lanes: () => readonly Lane[];
  readonly #root: HTMLElement;
  readonly #clipBox: HTMLElement;
  readonly #playhead: HTMLElement;
  readonly #cursor: HTMLElement;
  readonly #rulerRange: HTMLElement;
  readonly #band: HTMLElement;
  readonly #guide: HTMLElement;
  readonly #readout: HTMLElement;
  readonly #ranges: HTMLElement[] = [];
  readonly #recorded: HTMLElement[] = [];
  readonly #unsubscribe: (() => void)[];
  #frame = 0;

  constructor(host: HTMLElement, context: TimelineContext, lanes: () => readonly Lane[]) {
    this.#context = context;
    this.#lanes = lanes;
    const layer = (className: string, parent: HTMLElement) => {
      const element = document.createElement('div');
      element.className = className;
      parent.append(element);
      return element;
    };
    this.#root = layer('timeline-overlay', host);
    this.#root.setAttribute('aria-hidden', 'true');
    this.#clipBox = layer('timeline-overlay-lanes', this.#root);
    this.#rulerRange = layer('timeline-ruler-range', this.#root);
    this.#cursor = layer('timeline-cursor', this.#root);
    this.#playhead = layer('timeline-playhead', this.#root);
    this.#guide = layer('timeline-guide', this.#root);
    this.#band = layer('timeline-band', this.#root);
    this.#readout = layer('timeline-readout', this.#root);
    for (const element of [this.#guide, this.#band, this.#readout]) element.hidden = true;
    this.#unsubscribe = [
      context.view.subscribe(() => this.#schedule()),
      context.mirror.subscribe((change) => change.tables.has('track') && this.#schedule()),
      context.transport.onPlaying(() => this.#schedule()),
      context.engine.store.subscribe(({ record }, before) => record !== before.record && this.#schedule()),
    ];
    this.#schedule();
  }

  /** Shows or hides the catch line. */
  setGuide(sample: number | null): void {
    this.#guide.hidden = sample === null;
    if (sample !== null) moveTo(this.#guide, pixelOfSample(sample, this.#context.view.getState()), 0);
  }

  setBand(band: { left: number; top: number; right: number; bottom: number } | null): void {
    this.#band.hidden = band === null;
    if (!band) return;
    moveTo(this.#band, band.left, band.top);
    this.#band.style.width = `${band.right - band.left}px`;
    this.#band.style.height = `${band.bottom - band.top}px`;
  }

  /** Words beside a point of the stage; null hides them. */
  setReadout(text: string | null, x = 0, y = 0): void {
    this.#readout.hidden = text === null;
    if (text === null) return;
    if (this.#readout.textContent !== text) this.#readout.textContent = text;
    const { viewportWidth, viewportHeight } = this.#context.view.getState();
    const width = this.#readout.offsetWidth;
    const left = x + 16 + width > viewportWidth ? x - width - 12 : x + 16;
    moveTo(this.#readout, Math.max(0, left), Math.min(viewportHeight - 28, y + 18));
  }

  /** Places everything for this moment. Call it from a display frame. */
  draw(): void {
    const { transport, view } = this.#context;
    let state = view.getState();
    const playing = transport.playing();
    const position = playing ? transport.positionSamples() : state.cursorSample;
    if (playing && state.followPlayhead) {
      const x = pixelOfSample(position, state);
      if (x < 0 || x > state.viewportWidth * 0.96) {
        state.scrollTo(position - state.viewportWidth * 0.04 * state.samplesPerPixel);
        state = view.getState();
      }
    }
    moveTo(this.#playhead, pixelOfSample(position, state), 0);
    this.#playhead.hidden = !inSight(position, state);
    this.#cursor.hidden = !playing || !inSight(state.cursorSample, state);
    moveTo(this.#cursor, pixelOfSample(state.cursorSample, state), 0);
    this.#drawRange(state);
    this.#drawRecorded(state, playing ? position : null);
    if (playing) this.#schedule();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    for (const stop of this.#unsubscribe) stop();
    this.#root.remove();
  }

  /** Looks again at the next display frame. */
  wake(): void {
    this.#schedule();
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.draw();
    });
  }

  #drawRange(state: TimelineView): void {
    const { range } = state;
    const rows = headerRows(state.showFeetFrames);
    this.#clipBox.style.top = `${rows.lanesTop}px`;
    this.#rulerRange.hidden = !range;
    let used = 0;
    if (range) {
      const left = Math.max(-2, pixelOfSample(range.fromSample, state));
      const right = Math.min(state.viewportWidth + 2, pixelOfSample(range.toSample, state));
      this.#rulerRange.hidden = right <= left;
      moveTo(this.#rulerRange, left, 0);
      this.#rulerRange.style.width = `${Math.max(1, right - left)}px`;
      this.#rulerRange.style.height = `${rows.markerTop}px`;
      for (const span of right > left ? this.#spansOf(range.trackIds, state, laneBottom) : []) {
        const element = this.#ranges[used] ?? this.#addSpan('timeline-range', this.#ranges);
        used++;
        place(element, left, right, span);
      }
    }
    for (const element of this.#ranges.slice(used)) element.hidden = true;
  }

  /** Heights of tracks, those that touch as one; only what is in sight. */
  #spansOf(
    trackIds: readonly number[],
    state: TimelineView,
    bottomOf: (lane: Lane) => number,
  ): { top: number; bottom: number }[] {
    const chosen = new Set(trackIds);
    const spans: { top: number; bottom: number }[] = [];
    for (const lane of this.#lanes()) {
      if (!chosen.has(lane.trackId)) continue;
      const top = lane.top - state.scrollTop;
      const bottom = bottomOf(lane) - state.scrollTop;
      if (bottom < 0 || top > state.viewportHeight) continue;
      const last = spans.at(-1);
      if (last && last.bottom === top) last.bottom = bottom;
      else spans.push({ top, bottom });
    }
    return spans;
  }

  /** What is being recorded grows on its tracks behind the playhead. */
  #drawRecorded(state: TimelineView, position: number | null): void {
    let used = 0;
    const { record } = this.#context.engine.store.getState();
    if (position !== null && record.phase === 'rolling') {
      for (const { trackId, fromSample, toSample } of recordedSpans(
        this.#context.mirror.all('take'),
        record,
        position,
      )) {
        const left = Math.max(-2, pixelOfSample(fromSample, state));
        const right = Math.min(state.viewportWidth + 2, pixelOfSample(toSample, state));
        for (const span of right > left ? this.#spansOf([trackId], state, bottomOfClips) : []) {
          const element = this.#recorded[used] ?? this.#addSpan('timeline-recorded', this.#recorded);
          used++;
          place(element, left, right, span);
        }
      }
    }
    for (const element of this.#recorded.slice(used)) element.hidden = true;
  }

  #addSpan(className: string, to: HTMLElement[]): HTMLElement {
    const element = document.createElement('div');
    element.className = className;
    this.#clipBox.append(element);
    to.push(element);
    return element;
  }
}

/** Without the takes below it. */
function bottomOfClips({ top, height }: Lane): number {
  return top + height;
}

function inSight(sample: number, state: TimelineView): boolean {
  const x = pixelOfSample(sample, state);
  return x >= -1 && x <= state.viewportWidth + 1;
}

function place(element: HTMLElement, left: number, right: number, span: { top: number; bottom: number }): void {
  element.hidden = false;
  moveTo(element, left, span.top);
  element.style.width = `${Math.max(1, right - left)}px`;
  element.style.height = `${span.bottom - span.top}px`;
}

function moveTo(element: HTMLElement, x: number, y: number): void {
  element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
}
