import {
  type Chunk,
  nextChunk,
  type PlacedChunk,
  type PlaybackRange,
  positionAt,
  shapeChunk,
} from './playback-schedule.ts';

/** Where the sound goes: an audio context at the project's rate, by output frames. */
export interface PreviewOutput {
  readonly sampleRate: number;
  /** Makes sound possible; must be called from a key or a click the first time. */
  resume(): Promise<void>;
  /** The frame that is being computed now: nothing can start before it. */
  currentFrame(): number;
  /** The frame that is heard now. */
  heardFrame(): number;
  /** Plays from exactly `startFrame`. The returned function takes it back, also while it sounds. */
  schedule(left: Float32Array<ArrayBuffer>, right: Float32Array<ArrayBuffer>, startFrame: number): () => void;
  /** Ends whatever sounds or is scheduled, without a click. */
  silence(): void;
}

/** Renders the mix: interleaved left and right, `count` samples of each. */
export type RenderMix = (fromSample: number, count: number, signal: AbortSignal) => Promise<Float32Array>;

export type PreviewEvents = {
  /** The first sound is scheduled. */
  onStart(): void;
  /** The range was played to its end. */
  onEnd(): void;
  /** Rendering did not keep up: sound paused for `frames`. */
  onUnderrun(frames: number): void;
  onError(error: unknown): void;
};

type PlayerChunk = {
  readonly chunk: Chunk;
  startFrame: number;
  /** The edit generation of the sound that is scheduled; -1 before there is any. */
  heldGeneration: number;
  fetching: boolean;
  cancel: (() => void) | null;
};

/** Output seconds of a piece: short, so that an edit is heard soon. */
const CHUNK_SECONDS = 0.5;
/** How much is kept scheduled ahead. */
const AHEAD_SECONDS = 2;
/** Room between "the sound is here" and "it sounds". */
const START_MARGIN_SECONDS = 0.04;
/** A piece nearer than this is left as it is when an edit changes it. */
const REPLACE_MARGIN_SECONDS = 0.12;
const PARALLEL_FETCHES = 2;
const PUMP_MS = 60;

/**
 * One run of playback: fetches the mix piece by piece ahead of the audio clock, schedules the pieces end to end, and
 * renders again what is still to come when the document changes. It is used once; a new run is a new player.
 */
export class PreviewPlayer {
  readonly #output: PreviewOutput;
  readonly #render: RenderMix;
  readonly #events: PreviewEvents;
  readonly #range: PlaybackRange;
  readonly #abort = new AbortController();
  #chunks: PlayerChunk[] = [];
  #nextSample: number;
  #exhausted = false;
  #started = false;
  #generation = 0;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(
    output: PreviewOutput,
    render: RenderMix,
    range: PlaybackRange,
    fromSample: number,
    events: PreviewEvents,
  ) {
    this.#output = output;
    this.#render = render;
    this.#range = range;
    this.#nextSample = fromSample;
    this.#events = events;
  }

  /** Begins to fetch; sound starts as soon as the first piece is here. */
  async start(): Promise<void> {
    await this.#output.resume();
    if (this.#abort.signal.aborted) return;
    this.#timer = setInterval(() => this.#pump(), PUMP_MS);
    this.#pump();
  }

  /** Ends the run; nothing is called back after it. */
  stop(): void {
    this.#abort.abort();
    if (this.#timer) clearInterval(this.#timer);
    this.#output.silence();
  }

  /** Renders again what has not sounded yet: the document has changed. */
  refresh(): void {
    this.#generation++;
    this.#pump();
  }

  /** The timeline position heard so many milliseconds from now, fractional; null before sound starts. */
  positionSamples(aheadMs = 0): number | null {
    if (!this.#started) return null;
    const ahead = (aheadMs / 1000) * this.#output.sampleRate;
    return positionAt(this.#placed(), this.#output.heardFrame() + ahead);
  }

  #placed(): readonly PlacedChunk[] {
    return this.#chunks.filter((chunk) => chunk.heldGeneration >= 0);
  }

  #pump(): void {
    if (this.#abort.signal.aborted) return;
    const rate = this.#output.sampleRate;
    const now = this.#output.currentFrame();
    const heard = this.#output.heardFrame();
    // The last piece stays: it tells the position when the next one is late.
    while (this.#chunks.length > 1 && endOf(this.#chunks[0]!) < heard - rate && this.#chunks[1]!.heldGeneration >= 0)
      this.#chunks.shift();
    this.#planAhead(now);
    if (this.#exhausted && this.#chunks.every((chunk) => chunk.heldGeneration >= 0 && endOf(chunk) <= heard)) {
      this.stop();
      this.#events.onEnd();
      return;
    }
    let fetching = this.#chunks.filter((chunk) => chunk.fetching).length;
    for (const chunk of this.#chunks) {
      if (fetching >= PARALLEL_FETCHES) break;
      if (chunk.fetching || chunk.heldGeneration === this.#generation) continue;
      if (chunk.heldGeneration >= 0 && chunk.startFrame < now + REPLACE_MARGIN_SECONDS * rate) continue;
      fetching++;
      void this.#fetch(chunk);
    }
  }

  #planAhead(now: number): void {
    const ahead = AHEAD_SECONDS * this.#output.sampleRate;
    for (;;) {
      const last = this.#chunks.at(-1);
      const startFrame = last ? endOf(last) : now;
      if (this.#exhausted || startFrame - now > ahead) return;
      const chunk = nextChunk(this.#range, this.#nextSample, Math.round(CHUNK_SECONDS * this.#output.sampleRate));
      if (!chunk) {
        this.#exhausted = true;
        return;
      }
      this.#nextSample = chunk.nextSample;
      this.#chunks.push({ chunk, startFrame, heldGeneration: -1, fetching: false, cancel: null });
    }
  }

  async #fetch(entry: PlayerChunk): Promise<void> {
    entry.fetching = true;
    const generation = this.#generation;
    try {
      const { fromSample, countSamples } = entry.chunk;
      const sound = await this.#render(fromSample, countSamples, this.#abort.signal);
      if (this.#abort.signal.aborted) return;
      const { left, right } = shapeChunk(sound, entry.chunk);
      this.#place(entry, generation, left, right);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.stop();
      this.#events.onError(error);
      return;
    } finally {
      entry.fetching = false;
    }
    this.#pump();
  }

  #place(
    entry: PlayerChunk,
    generation: number,
    left: Float32Array<ArrayBuffer>,
    right: Float32Array<ArrayBuffer>,
  ): void {
    const rate = this.#output.sampleRate;
    const earliest = this.#output.currentFrame() + Math.round(START_MARGIN_SECONDS * rate);
    if (entry.cancel) {
      // An edited piece that comes too late to be swapped whole stays as it was.
      if (entry.startFrame < this.#output.currentFrame() + 0.01 * rate) {
        entry.heldGeneration = generation;
        return;
      }
      entry.cancel();
    } else if (entry.startFrame < earliest) {
      this.#delayFrom(entry, earliest - entry.startFrame);
    }
    entry.heldGeneration = generation;
    entry.cancel = this.#output.schedule(left, right, entry.startFrame);
    if (!this.#started && entry === this.#chunks[0]) {
      this.#started = true;
      this.#events.onStart();
    }
  }

  /** Moves a late piece and all that follow. What was scheduled of those is taken back and fetched again. */
  #delayFrom(entry: PlayerChunk, frames: number): void {
    const at = this.#chunks.indexOf(entry);
    if (this.#started) this.#events.onUnderrun(frames);
    for (const chunk of this.#chunks.slice(at)) {
      chunk.startFrame += frames;
      if (chunk === entry || !chunk.cancel) continue;
      chunk.cancel();
      chunk.cancel = null;
      chunk.heldGeneration = -1;
    }
  }
}

function endOf(entry: PlayerChunk): number {
  return entry.startFrame + entry.chunk.outputFrames;
}
