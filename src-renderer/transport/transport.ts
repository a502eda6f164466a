import { createStore, type StoreApi } from 'zustand/vanilla';
import { MEDIA_ROUTES } from '../../src-shared/rpc/media-routes.ts';
import { frameToSample, sampleToFrame } from '../../src-shared/time/frame-rate.ts';
import { type PlaybackRange, type Speed, shuttleSpeed } from '../audition/playback-schedule.ts';
import { PreviewPlayer } from '../audition/preview-player.ts';
import { ToneOutput } from '../audition/tone-output.ts';
import type { Mirror } from '../project/mirror.ts';
import type { TimelineTransport } from '../timeline/timeline-context.ts';
import type { TimelineView } from '../timeline/timeline-view.ts';

export type TransportState = {
  readonly phase: 'stopped' | 'starting' | 'playing';
  /** 0 while stopped. */
  readonly speed: Speed | 0;
  readonly looping: boolean;
  /** After stop, go back to where playing began. */
  readonly returnOnStop: boolean;
  /** How often rendering did not keep up since playing began. */
  readonly underruns: number;
  readonly monitorGainDb: number;
};

type TransportOptions = {
  readonly mirror: Mirror;
  readonly view: StoreApi<TimelineView>;
  /** Fetches a media route with the token. */
  readonly fetchMedia: (route: string, init?: RequestInit) => Promise<Response>;
  readonly onError: (error: unknown) => void;
};

/** Edits in quick succession are heard together. */
const REFRESH_DELAY_MS = 40;

/**
 * Plays the engine's render of the mix through Tone, and says where it is. While stopped, the position is the timeline's
 * cursor; while playing it comes from the audio clock.
 */
export class Transport implements TimelineTransport {
  readonly store: StoreApi<TransportState>;
  readonly #options: TransportOptions;
  readonly #unsubscribe: () => void;
  #output: ToneOutput | null = null;
  #player: PreviewPlayer | null = null;
  #startedAtSample = 0;
  #returnSample = 0;
  #refreshTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.store = createStore<TransportState>(() => ({
      phase: 'stopped',
      speed: 0,
      looping: false,
      returnOnStop: true,
      underruns: 0,
      monitorGainDb: 0,
    }));
    this.#unsubscribe = options.mirror.subscribe(() => {
      if (!this.#player || this.#refreshTimer) return;
      this.#refreshTimer = setTimeout(() => {
        this.#refreshTimer = null;
        this.#player?.refresh();
      }, REFRESH_DELAY_MS);
    });
  }

  positionSamples(): number {
    if (!this.#player) return this.#options.view.getState().cursorSample;
    return this.#player.positionSamples() ?? this.#startedAtSample;
  }

  playing(): boolean {
    return this.#player !== null;
  }

  /** Moves the cursor there; playback goes on from there. */
  locate(sample: number): void {
    this.#options.view.getState().setCursor(sample);
    const { speed } = this.store.getState();
    if (!this.#player || speed === 0) return;
    this.#returnSample = sample;
    this.#run(sample, speed);
  }

  /** Plays from the cursor, or the selected range when looping. */
  play(): void {
    const { looping } = this.store.getState();
    const { range, cursorSample } = this.#options.view.getState();
    const from = looping && range ? range.fromSample : cursorSample;
    this.#returnSample = cursorSample;
    this.#run(from, 1);
  }

  /** Plays the selected range (or the selected clips' span) once, or round and round when looping. */
  playSelection(): void {
    const span = selectedSpan(this.#options.mirror, this.#options.view.getState());
    if (!span) {
      this.play();
      return;
    }
    this.#returnSample = span.fromSample;
    this.#run(span.fromSample, 1, span);
  }

  /** Stops where it is heard, or back where playing began. */
  stop(): void {
    if (!this.#player) return;
    const heard = Math.max(0, Math.round(this.positionSamples()));
    this.#end();
    this.#options.view.getState().setCursor(this.store.getState().returnOnStop ? this.#returnSample : heard);
  }

  /** Stops, or plays from the cursor. */
  toggle(): void {
    if (this.#player) this.stop();
    else this.play();
  }

  /** J and L: one way, faster at each press. */
  shuttle(direction: 1 | -1): void {
    const { speed } = this.store.getState();
    const from = Math.round(this.positionSamples());
    if (!this.#player) this.#returnSample = from;
    this.#run(from, shuttleSpeed(speed, direction));
  }

  /** K: stops where it is heard, whatever the setting. */
  pause(): void {
    if (!this.#player) return;
    const heard = Math.max(0, Math.round(this.positionSamples()));
    this.#end();
    this.#options.view.getState().setCursor(heard);
  }

  /** Moves by whole frames, onto a frame boundary. Stops first. */
  jogFrames(frames: number): void {
    this.pause();
    const clock = this.#options.mirror.clock();
    const { cursorSample } = this.#options.view.getState();
    const frame = sampleToFrame(cursorSample, clock.frameRate, clock.sampleRate) + frames;
    this.locate(Math.max(0, frameToSample(Math.max(0, frame), clock.frameRate, clock.sampleRate)));
    this.#options.view.getState().reveal(this.#options.view.getState().cursorSample);
  }

  setLooping(looping: boolean): void {
    this.store.setState({ looping });
    const { speed } = this.store.getState();
    if (this.#player && speed === 1) this.#run(Math.round(this.positionSamples()), 1);
  }

  setReturnOnStop(returnOnStop: boolean): void {
    this.store.setState({ returnOnStop });
  }

  setMonitorGainDb(monitorGainDb: number): void {
    this.store.setState({ monitorGainDb });
    this.#output?.setMonitorGainDb(monitorGainDb);
  }

  /** The level of both sides now, as amplitudes; silence while stopped. */
  peaks(): readonly [number, number] {
    return this.#player && this.#output ? this.#output.peaks() : [0, 0];
  }

  /** Ends playback and gives the sound device back. */
  dispose(): void {
    this.#unsubscribe();
    if (this.#refreshTimer) clearTimeout(this.#refreshTimer);
    this.#end();
    void this.#output?.close();
    this.#output = null;
  }

  #end(): void {
    this.#player?.stop();
    this.#player = null;
    this.store.setState({ phase: 'stopped', speed: 0 });
  }

  #run(fromSample: number, speed: Speed, once: { fromSample: number; toSample: number } | null = null): void {
    const { mirror, view, onError } = this.#options;
    const { sampleRate } = mirror.clock();
    try {
      if (this.#output?.sampleRate !== sampleRate) {
        void this.#output?.close();
        this.#output = new ToneOutput(sampleRate);
        this.#output.setMonitorGainDb(this.store.getState().monitorGainDb);
      }
    } catch (error) {
      onError(error);
      return;
    }
    const wasPlaying = this.#player !== null;
    this.#player?.stop();
    this.#startedAtSample = fromSample;
    const contentEnd = mirror.endSample();
    const span = once ?? selectedRange(view.getState());
    const range: PlaybackRange = {
      speed,
      loop: speed > 0 && this.store.getState().looping && span ? span : null,
      endSample: once ? once.toSample : fromSample < contentEnd ? contentEnd : null,
    };
    const player = new PreviewPlayer(this.#output, this.#render, range, fromSample, {
      onStart: () => this.store.setState({ phase: 'playing' }),
      onEnd: () => {
        if (this.#player !== player) return;
        const end = speed < 0 ? 0 : (range.endSample ?? fromSample);
        this.#player = null;
        this.store.setState({ phase: 'stopped', speed: 0 });
        view.getState().setCursor(this.store.getState().returnOnStop && speed === 1 ? this.#returnSample : end);
      },
      onUnderrun: () => this.store.setState(({ underruns }) => ({ underruns: underruns + 1 })),
      onError: (error) => {
        if (this.#player !== player) return;
        this.#player = null;
        this.store.setState({ phase: 'stopped', speed: 0 });
        onError(error);
      },
    });
    this.#player = player;
    this.store.setState({ phase: 'starting', speed, ...(wasPlaying ? {} : { underruns: 0 }) });
    player.start().catch((error) => {
      if (this.#player === player) this.#end();
      onError(error);
    });
  }

  #render = async (fromSample: number, count: number, signal: AbortSignal): Promise<Float32Array> => {
    const response = await this.#options.fetchMedia(`${MEDIA_ROUTES.render}?from=${fromSample}&count=${count}`, {
      signal,
    });
    return new Float32Array(await response.arrayBuffer());
  };
}

function selectedRange(view: TimelineView): { fromSample: number; toSample: number } | null {
  return view.range ? { fromSample: view.range.fromSample, toSample: view.range.toSample } : null;
}

/** What is selected as one span of time: the range, else from the first selected clip to the last one's end; or null. */
export function selectedSpan(mirror: Mirror, view: TimelineView): { fromSample: number; toSample: number } | null {
  const range = selectedRange(view);
  if (range) return range;
  let fromSample = Number.POSITIVE_INFINITY;
  let toSample = 0;
  for (const id of view.selectedClipIds) {
    const clip = mirror.get('clip', id);
    if (!clip) continue;
    fromSample = Math.min(fromSample, clip.startSample);
    toSample = Math.max(toSample, clip.startSample + clip.lengthSamples);
  }
  return toSample > fromSample ? { fromSample, toSample } : null;
}
